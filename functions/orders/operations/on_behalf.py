"""Orders that staff place for a company, at its prices; it hears of them and pays them itself."""

from datetime import datetime

from functions.agents import operations as agents
from functions.agents.schemas import Address
from functions.cart import operations as cart
from functions.cart.schemas import AskQuote, QuoteView, WantedLine
from functions.orders.operations import reading
from functions.orders.operations.placing import Placer, place_once
from functions.orders.schemas import PlaceOnBehalf, QuoteOnBehalf, StaffOrder
from kit import ids
from kit.pages import Page
from kit.tokens import Principal


def addresses_of(agent_id: str, staff: Principal) -> Page[Address]:
    """Where a company has goods sent, the default first. Raises NotFound, also outside staff's regions."""
    agents.require_covered(agent_id, staff)
    return Page(items=agents.addresses(agent_id))


def quote_on_behalf(body: QuoteOnBehalf, staff: Principal, now: datetime) -> QuoteView:
    """What an order would cost a company now. Raises NotFound, and what `cart.ask` raises."""
    agents.require_covered(body.agent_id, staff)
    lines = tuple(WantedLine(sku_id=line.sku_id, quantity=line.quantity) for line in body.lines)
    return cart.ask(body.agent_id, AskQuote(lines=lines, coupon_id=body.coupon_id), now)


def place_on_behalf(body: PlaceOnBehalf, key: str, staff: Principal, now: datetime) -> StaffOrder:
    """Place an order for a company, once per idempotency key of this member of staff.

    Raises NotFound, and what `placing.place_once` raises.
    """
    agents.require_covered(body.agent_id, staff)
    order_id = ids.derived_id("orders", body.agent_id, staff.user_id, key)
    order, _ = place_once(body, Placer(body.agent_id, staff.user_id, on_behalf=True), order_id, now)
    return reading.show_to_staff(order, now)
