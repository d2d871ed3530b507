"""Points for agents."""

from functions.points import operations, schemas
from kit.api import AGENT, Api, Call
from kit.pages import Page

app = Api("points")


@app.endpoint("GET", "/points", access=AGENT, answer=schemas.AccountPage)
def show_points(call: Call) -> schemas.AccountPage:
    """What the agent has, what expires when, and the newest lines of the ledger."""
    return operations.overview(call.principal.agent, call.now)


@app.endpoint(
    "GET", "/points/entries", access=AGENT, query=schemas.EntryQuery, answer=Page[schemas.EntryView]
)
def list_points_entries(call: Call) -> Page[schemas.EntryView]:
    """The ledger, newest first; `kind` narrows it."""
    return operations.entries(call.principal.agent, call.query)


@app.endpoint("GET", "/points/campaigns", access=AGENT, answer=schemas.Campaigns)
def list_open_campaigns(call: Call) -> schemas.Campaigns:
    """Campaigns that run now or are announced, for the agent's tier."""
    return operations.open_campaigns(call.principal.agent, call.now)
