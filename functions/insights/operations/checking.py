"""The books of every context, checked at night: what must always be true, and where it is not."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Literal, TypeVar

from functions.agents import operations as agents
from functions.agents.schemas import CompanyQuery
from functions.gifts import operations as gifts
from functions.gifts.schemas import StaffGiftQuery
from functions.insights import table
from functions.insights.schemas import CheckReports, CheckView, OrderState, ReportView
from functions.inventory import operations as inventory
from functions.inventory.schemas import StockQuery
from functions.orders import operations as orders
from functions.orders.schemas import AfterSalesQueueQuery, QueueQuery, StaffAfterSaleCard
from functions.payments import operations as payments
from functions.points import operations as points
from functions.pricing import operations as pricing
from kit import clock, log
from kit.errors import NotFound
from kit.pages import Page, PageQuery
from kit.tokens import Principal

Item = TypeVar("Item")
Query = TypeVar("Query", bound=PageQuery)
_MOST_KEPT = 100
_PAGE = 100
_OPEN: tuple[OrderState, ...] = ("pending_payment", "pending_review", "to_ship", "part_shipped")
_GONE: tuple[OrderState, ...] = ("part_shipped", "shipped")
_GIFTS: tuple[Literal["draft", "on_sale", "off_sale", "archived"], ...] = (
    "draft",
    "on_sale",
    "off_sale",
    "archived",
)
_LOOKED_AT = (1, 7, 30)  # days ago: orders whose payments are looked at
_NIGHT = Principal("staff", "night", "night", permissions=frozenset({"*"}))


def check_invariants(now: datetime) -> ReportView:
    """Check everything, keep the report, and wake somebody up when something is wrong."""
    agent_ids = list(_agents(now))
    checks = [
        _checked("points", agent_ids, lambda agent_id: map(str, points.check_account(agent_id))),
        _checked("stock", (sku_id for sku_id, _ in _stocks()), inventory.discrepancies),
        _checked("gifts", _gifts(), _gift_findings),
        _checked("codes", _gifts("virtual"), gifts.check_codes),
        _reservations(now),
        _claims(now),
        _payments(now),
        _credit(agent_ids),
        _coupons(agent_ids),
        _campaigns(agent_ids, now),
    ]
    report = ReportView(day=clock.business_day(now).isoformat(), checks=checks)
    table.save_report("CHECK", report.day, report.model_dump(), now)
    if any(check.wrong for check in checks):
        log.count("InvariantBroken")
    return report


def check_reports(limit: int) -> CheckReports:
    """The newest nightly checks."""
    return CheckReports(
        items=[ReportView.model_validate(document) for _, document in table.reports("CHECK", limit)]
    )


def _checked(name: str, subjects: Iterable[str], check: Callable[[str], Iterable[str]]) -> CheckView:
    checked, findings = 0, list[str]()
    for subject in subjects:
        checked += 1
        findings += [f"{subject}: {finding}" for finding in check(subject)]
    return CheckView(name=name, checked=checked, wrong=len(findings), findings=findings[:_MOST_KEPT])


def _reservations(now: datetime) -> CheckView:
    """Pieces reserved in stock are those that open orders still wait for."""
    waiting: dict[str, int] = {}
    for order in _open_orders(now):
        for sku_id, quantity in order.items():
            waiting[sku_id] = waiting.get(sku_id, 0) + quantity
    reserved = {sku_id: stock.reserved for sku_id, stock in _stocks()}

    def differs(sku_id: str) -> list[str]:
        due = waiting.get(sku_id, 0)
        return [] if reserved[sku_id] == due else [f"reserved {reserved[sku_id]}, open orders {due}"]

    return _checked("reservations", reserved, differs)


def _claims(now: datetime) -> CheckView:
    """Pieces that orders hold for after-sales are those that their open after-sales ask for."""
    found = dict.fromkeys(case.order_id for case in _open_cases(now))
    for state in _GONE:
        for card in _every(
            lambda query: orders.queue(query, _NIGHT, now), QueueQuery(state=state, limit=_PAGE)
        ):
            found[card.order_id] = None
    found |= dict.fromkeys(order.order_id for order in _orders_of_days(now))
    return _checked("claims", found, orders.check_claims)


def _payments(now: datetime) -> CheckView:
    """What orders of some past days say of their payments is what payments says."""
    found = {order.order_id: order for order in _orders_of_days(now)}
    return _checked("payments", found, lambda order_id: _payment_findings(found[order_id]))


def _payment_findings(order: orders.OrderFigures) -> list[str]:
    paid = [one for one in payments.attempts_of(order.order_id) if one.paid]
    kept = sum(one.refundable_fen for one in paid)
    if order.paid_at is None:
        # Money that came too late goes back by itself.
        return [f"not paid, but {kept} fen kept"] if kept else []
    findings = [] if any(one.amount_fen == order.total_fen for one in paid) else ["paid, but no payment is"]
    back = sum(refund.amount_fen for refund in order.refunds)
    gone = sum(one.amount_fen for one in paid) - kept
    return findings + ([f"{back} fen went back, payments know of {gone}"] if back > gone else [])


def _credit(agent_ids: Sequence[str]) -> CheckView:
    """What companies have taken of their limits is what their open orders on credit come to."""
    taken = payments.credit_taken()
    used = {agent_id: agents.company(agent_id).credit_used_fen for agent_id in agent_ids}

    def differs(agent_id: str) -> list[str]:
        due = taken[agent_id]
        return [] if used[agent_id] == due else [f"credit used {used[agent_id]}, open orders {due}"]

    return _checked("credit", used, differs)


def _coupons(agent_ids: Sequence[str]) -> CheckView:
    """What was issued is free, held by an open order, used, or expired: nothing else."""
    issued, found, astray = pricing.coupons_issued(), Counter[str](), dict[str, list[str]]()
    for agent_id in agent_ids:
        for coupon in pricing.wallet(agent_id):
            found[coupon.template_id] += 1
            if finding := _coupon_finding(coupon):
                astray.setdefault(coupon.template_id, []).append(finding)

    def differs(template_id: str) -> list[str]:
        counted, there = issued.get(template_id, 0), found[template_id]
        sums = [] if counted == there else [f"issued {counted}, in wallets {there}"]
        return sums + astray.get(template_id, [])

    return _checked("coupons", sorted({*issued, *found}), differs)


def _coupon_finding(coupon: pricing.Coupon) -> str | None:
    if coupon.state == "issued":
        return f"coupon {coupon.coupon_id} is free, but has an order" if coupon.order_id else None
    if coupon.order_id is None:
        return f"coupon {coupon.coupon_id} is {coupon.state} by no order"
    try:
        order = orders.for_staff(coupon.order_id, _NIGHT)
    except NotFound:
        return f"coupon {coupon.coupon_id} is {coupon.state} by an order that is not there"
    if order.terms.coupon_id != coupon.coupon_id:
        return f"coupon {coupon.coupon_id} is {coupon.state} by an order that has another"
    if coupon.state == "held" and order.state == "closed":
        return f"coupon {coupon.coupon_id} is held by an order that is closed"
    return None


def _campaigns(agent_ids: Sequence[str], now: datetime) -> CheckView:
    """What campaigns have spent is what agents keep of it, and within the budget."""
    kept: Counter[str] = Counter()
    for agent_id in agent_ids:
        kept.update(points.kept_by_rule(agent_id))
    every = _every(lambda query: points.list_campaigns(query, now), PageQuery(limit=_PAGE))
    campaigns = {campaign.campaign_id: campaign for campaign in every}

    def differs(campaign_id: str) -> Iterator[str]:
        campaign = campaigns[campaign_id]
        if campaign.spent != kept[campaign_id]:
            yield f"spent {campaign.spent}, agents keep {kept[campaign_id]}"
        if campaign.budget is not None and campaign.spent > campaign.budget:
            yield f"spent {campaign.spent} of {campaign.budget}"

    return _checked("campaigns", campaigns, differs)


def _gift_findings(gift_id: str) -> list[str]:
    off = gifts.check_stock(gift_id)
    return [f"stock is off its movements by {off}"] if off else []


def _gifts(kind: str | None = None) -> Iterator[str]:
    for state in _GIFTS:
        for gift in _every(gifts.staff_gifts, StaffGiftQuery(state=state, limit=_PAGE)):
            if kind in (None, gift.kind):
                yield gift.gift_id


def _orders_of_days(now: datetime) -> Iterator[orders.OrderFigures]:
    today = clock.business_day(now)
    for ago in _LOOKED_AT:
        yield from orders.figures_of_day(today - timedelta(days=ago))


def _open_cases(now: datetime) -> Iterator[StaffAfterSaleCard]:
    for state in orders.count_after_sales().counts:
        query = AfterSalesQueueQuery(state=state, limit=_PAGE)
        yield from _every(lambda query: orders.after_sales_queue(query, _NIGHT, now), query)


def _open_orders(now: datetime) -> Iterator[dict[str, int]]:
    for state in _OPEN:
        query = QueueQuery(state=state, limit=_PAGE)
        for card in _every(lambda query: orders.queue(query, _NIGHT, now), query):
            yield orders.for_staff(card.order_id, _NIGHT).open_quantities


def _agents(now: datetime) -> Iterator[str]:
    every = _every(lambda query: agents.companies(query, _NIGHT, now), CompanyQuery(limit=_PAGE))
    return (card.agent_id for card in every)


def _stocks() -> Iterator[tuple[str, inventory.Stock]]:
    skus = [view.sku_id for view in _every(inventory.list_stock, StockQuery(limit=_PAGE))]
    for start in range(0, len(skus), _PAGE):
        yield from inventory.stock(skus[start : start + _PAGE]).items()


def _every(read: Callable[[Query], Page[Item]], query: Query) -> Iterator[Item]:
    """All items of a list, page by page."""
    while True:
        page = read(query)
        yield from page.items
        if page.next_cursor is None:
            return
        query = query.model_copy(update={"cursor": page.next_cursor})
