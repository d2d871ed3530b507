"""The gift shop for agents."""

from functions.gifts import operations, schemas
from functions.gifts.rules import gifts, redemptions
from kit.api import AGENT, Access, Api, Call
from kit.errors import KeyReused
from kit.pages import Page, PageQuery

app = Api("gifts")
REDEEMS = Access("agent", ("redeem",))


@app.endpoint("GET", "/gifts", access=AGENT, query=schemas.GiftQuery, answer=schemas.GiftsPage)
def list_gifts(call: Call) -> schemas.GiftsPage:
    """Gifts on offer, those that take the fewest points first."""
    return operations.offered(call.principal.agent, call.query, call.now)


@app.endpoint(
    "GET", "/gifts/{gift_id}", access=AGENT, answer=schemas.GiftDetail, errors=(gifts.GiftNotFound,)
)
def show_gift(call: Call, gift_id: str) -> schemas.GiftDetail:
    """One gift on offer."""
    return operations.offer(call.principal.agent, gift_id, call.now)


@app.endpoint(
    "POST",
    "/redemptions",
    access=REDEEMS,
    body=schemas.Redeem,
    answer=schemas.RedemptionView,
    status=201,
    idempotent=True,
    errors=(
        KeyReused,
        gifts.GiftNotFound,
        gifts.GiftChanged,
        gifts.GiftNotOpen,
        gifts.GiftOutOfStock,
        gifts.LimitReached,
        gifts.TierTooLow,
    ),
)
def redeem(call: Call) -> schemas.RedemptionView:
    """Exchange points for a gift: points and stock are taken at once, then staff review."""
    principal = call.principal
    return operations.redeem(principal.agent, principal.user_id, call.body, call.idempotency_key, call.now)


@app.endpoint("GET", "/redemptions", access=AGENT, query=PageQuery, answer=Page[schemas.RedemptionCard])
def list_redemptions(call: Call) -> Page[schemas.RedemptionCard]:
    """The agent's redemptions, newest first."""
    return operations.of_agent(call.principal.agent, call.query)


@app.endpoint(
    "GET",
    "/redemptions/{redemption_id}",
    access=AGENT,
    answer=schemas.RedemptionView,
    errors=(redemptions.RedemptionNotFound,),
)
def show_redemption(call: Call, redemption_id: str) -> schemas.RedemptionView:
    """One redemption with its parcel, coupons or codes."""
    return operations.show(call.principal.agent, redemption_id)


@app.endpoint(
    "POST",
    "/redemptions/{redemption_id}/cancellation",
    access=REDEEMS,
    answer=schemas.RedemptionView,
    errors=(redemptions.RedemptionNotFound, redemptions.RedemptionStepNotAllowed),
)
def cancel_redemption(call: Call, redemption_id: str) -> schemas.RedemptionView:
    """Take a redemption back before it is reviewed."""
    return operations.cancel(call.principal.agent, redemption_id, call.now)


@app.endpoint(
    "POST",
    "/redemptions/{redemption_id}/receipt",
    access=AGENT,
    answer=schemas.RedemptionView,
    errors=(redemptions.RedemptionNotFound, redemptions.RedemptionStepNotAllowed),
)
def receive_redemption(call: Call, redemption_id: str) -> schemas.RedemptionView:
    """Confirm that a gift has arrived."""
    return operations.receive(call.principal.agent, redemption_id, call.now)
