"""What a company is told about itself: goods chosen for it, and what it bought in a month."""

from functions.catalog.schemas.shop import ShelfView
from functions.insights import operations
from functions.insights.schemas import learning
from kit.api import AGENT, Api, Call

app = Api("insights")


@app.endpoint("GET", "/recommendations", access=AGENT, answer=ShelfView)
def list_recommendations(call: Call) -> ShelfView:
    """The home page's shelf of goods for this company, each with its reason; all can be ordered now."""
    return operations.recommendations(call.principal, call.now)


@app.endpoint(
    "GET", "/purchase-report", access=AGENT, query=learning.MonthQuery, answer=learning.PurchaseReport
)
def show_purchase_report(call: Call) -> learning.PurchaseReport:
    """What the company spent in a month, on what, and what it saved."""
    return operations.purchase_report(call.principal.agent, call.query.month, call.now)
