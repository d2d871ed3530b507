"""Looking for orders: what clerks ask for, page by page."""

from collections.abc import Callable, Sequence
from datetime import datetime

from functions.agents import operations as agents
from functions.orders import rules, table
from functions.orders.operations import reading
from functions.orders.rules import Order
from functions.orders.rules.searching import Wanted, period
from functions.orders.schemas import OrderFilter, QueueQuery, StaffCard
from functions.orders.table import timeline
from functions.orders.table.timeline import Span
from kit import ids, pages
from kit.pages import Page
from kit.tokens import Principal

_MOST_EXAMINED = 1_000  # for one page: who looks for a needle pages through the hay


def queue(
    query: QueueQuery, staff: Principal, now: datetime, most_examined: int = _MOST_EXAMINED
) -> Page[StaffCard]:
    """Orders with a number, or those in a parcel, or a page of all that fit; of staff's regions only.

    Raises OrderNotFound for a day that does not exist, PeriodReversed, CursorInvalid.
    """
    if query.number or query.tracking_no:
        known = [one for one in _named(query) if rules.in_regions(one.terms.region_code, staff.regions)]
        return Page(items=[reading.staff_card(order, now) for order in known])
    newest_first = query.sort == "newest" if query.sort else query.state is None
    asked = query.model_dump(mode="json", exclude={"cursor", "limit"}) | {"regions": list(staff.regions)}
    scope = f"orders/{ids.fingerprint(asked)}"
    after = pages.read(query.cursor, scope)
    start = (after["at"], after["id"]) if after else None
    found: list[Order] = []
    position, fits = None, fitting(wanted_of(query, staff.regions))
    for examined, order in enumerate(timeline.walk(span_of(query), start, newest_first), start=1):
        if fits(order):
            found.append(order)
        if len(found) == query.limit or examined == most_examined:
            position = {"at": order.placed_at, "id": order.order_id}
            break
    cards = [reading.staff_card(order, now) for order in found]
    return Page(items=cards, next_cursor=pages.sign(position, scope))


def _named(query: QueueQuery) -> list[Order]:
    if query.number:
        return table.numbered_of_anybody(*rules.number_parts(query.number))
    parcels = table.parcels_with(query.tracking_no or "")
    owners = dict.fromkeys((parcel.agent_id, parcel.order_id) for parcel in parcels)
    return [reading.of_agent(agent_id, order_id) for agent_id, order_id in owners]


def wanted_of(asked: OrderFilter, staff_regions: Sequence[str]) -> Wanted:
    """What a member of staff asks for, within their regions."""
    return Wanted(asked.state, asked.agent_id, asked.phone, asked.region, asked.tier, staff_regions)


def span_of(asked: OrderFilter) -> Span:
    """Which part of which index holds all that is asked for. Raises PeriodReversed."""
    states = (asked.state,) if asked.state else tuple(rules.ORDER)
    return Span(asked.agent_id, states, *period(asked.first, asked.last))


def fitting(wanted: Wanted) -> Callable[[Order], bool]:
    """Whether an order fits; each company is read at most once, and only if its tier matters."""
    tiers: dict[str, str] = {}

    def tier_of(order: Order) -> str:
        if order.tier:
            return order.tier
        if order.agent_id not in tiers:
            tiers[order.agent_id] = agents.company(order.agent_id).tier
        return tiers[order.agent_id]

    return lambda order: wanted.fits(order, tier_of)
