"""The books of every context, checked at night: what must always be true, and where it is not."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Literal

from functions.agents import operations as agents
from functions.agents.schemas import CompanyQuery
from functions.gifts import operations as gifts
from functions.gifts.schemas import StaffGiftQuery
from functions.insights import table
from functions.insights.schemas import CheckReports, CheckView, OrderState, ReportView
from functions.inventory import operations as inventory
from functions.inventory.schemas import StockQuery
from functions.orders import operations as orders
from functions.orders.schemas import QueueQuery
from functions.payments import operations as payments
from functions.points import operations as points
from kit import clock, log
from kit.tokens import Principal

_MOST_KEPT = 100
_PAGE = 100
_OPEN: tuple[OrderState, ...] = ("pending_payment", "pending_review", "to_ship", "part_shipped")
_GIFTS: tuple[Literal["draft", "on_sale", "off_sale"], ...] = ("draft", "on_sale", "off_sale")
_LOOKED_AT = (1, 7, 30)  # days ago: orders whose payments are looked at
_NIGHT = Principal("staff", "night", "night", permissions=frozenset({"*"}))


def check_invariants(now: datetime) -> ReportView:
    """Check everything, keep the report, and wake somebody up when something is wrong."""
    checks = [
        _checked("points", _agents(now), lambda agent_id: map(str, points.check_account(agent_id))),
        _checked("stock", _skus(), inventory.discrepancies),
        _checked("gifts", _gifts(), _gift_findings),
        _reservations(now),
        _payments(now),
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


def _payments(now: datetime) -> CheckView:
    """What orders of some past days say of their payments is what payments says."""
    today = clock.business_day(now)
    days = (today - timedelta(days=ago) for ago in _LOOKED_AT)
    found = {order.order_id: order for day in days for order in orders.figures_of_day(day)}
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


def _gift_findings(gift_id: str) -> list[str]:
    off = gifts.check_stock(gift_id)
    return [f"stock is off its movements by {off}"] if off else []


def _gifts() -> Iterator[str]:
    for state in _GIFTS:
        query = StaffGiftQuery(state=state, limit=_PAGE)
        while True:
            page = gifts.staff_gifts(query)
            yield from (gift.gift_id for gift in page.items)
            if page.next_cursor is None:
                break
            query = query.model_copy(update={"cursor": page.next_cursor})


def _open_orders(now: datetime) -> Iterator[dict[str, int]]:
    for state in _OPEN:
        query = QueueQuery(state=state, limit=_PAGE)
        while True:
            page = orders.queue(query, _NIGHT, now)
            for card in page.items:
                yield orders.for_staff(card.order_id, _NIGHT).open_quantities
            if page.next_cursor is None:
                break
            query = query.model_copy(update={"cursor": page.next_cursor})


def _agents(now: datetime) -> Iterator[str]:
    query = CompanyQuery(limit=_PAGE)
    while True:
        page = agents.companies(query, _NIGHT, now)
        yield from (card.agent_id for card in page.items)
        if page.next_cursor is None:
            return
        query = query.model_copy(update={"cursor": page.next_cursor})


def _skus() -> Iterator[str]:
    return (sku_id for sku_id, _ in _stocks())


def _stocks() -> Iterator[tuple[str, inventory.Stock]]:
    query = StockQuery(limit=_PAGE)
    while True:
        page = inventory.list_stock(query)
        yield from inventory.stock(view.sku_id for view in page.items).items()
        if page.next_cursor is None:
            return
        query = query.model_copy(update={"cursor": page.next_cursor})
