"""What is to be done, what has been left lying, and how today goes."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

from functions.agents import operations as agents
from functions.agents.schemas import ApplicationQuery
from functions.catalog.operations import hearing
from functions.gifts import operations as gifts
from functions.gifts.schemas import RedemptionQuery
from functions.insights import table
from functions.insights.operations.reading import day_view
from functions.insights.schemas import Dashboard, Exceptions, OrderState, Waiting
from functions.inventory import operations as inventory
from functions.orders import operations as orders
from functions.orders.schemas import QueueQuery, StaffCard
from functions.payments import operations as payments
from functions.payments.schemas import PaymentsQuery, RefundRecord, RefundsQuery
from functions.points import operations as points
from functions.points.schemas import AdjustmentQuery
from kit import clock
from kit.pages import PageQuery
from kit.tokens import Principal

_MOST = 100
_TO_DO: tuple[OrderState, ...] = ("pending_review", "to_ship", "part_shipped")
_STUCK: tuple[Literal["requested", "processing", "abnormal"], ...] = ("abnormal", "requested", "processing")
_REVIEW_WITHIN = timedelta(hours=24)
_SHIP_WITHIN = timedelta(hours=48)
_RECEIVED_WITHIN = timedelta(days=10)
_REFUNDED_WITHIN = timedelta(hours=24)


def dashboard(staff: Principal, now: datetime) -> Dashboard:
    """Queues with count and age, and today beside yesterday and the same day last week."""
    today = clock.business_day(now)
    week = {row.day: row.sums for row in table.sums("total", today - timedelta(days=7), today)}
    days = [(today - timedelta(days=ago)).isoformat() for ago in (0, 1, 7)]
    current, yesterday, week_ago = (day_view(day, week.get(day, {})) for day in days)
    return Dashboard(
        waiting=[*_orders(staff, now), *_others(staff, now)],
        today=current,
        yesterday=yesterday,
        week_ago=week_ago,
    )


def exceptions(staff: Principal, now: datetime) -> Exceptions:
    """Paid but not reviewed or shipped, shipped but not received, after-sales nobody answered in time,
    refunds that do not come to an end.
    """
    claims = orders.after_sales_waiting(staff, now)
    stuck: list[RefundRecord] = []
    for state in _STUCK:
        found = payments.refunds_in(RefundsQuery(state=state, limit=_MOST), staff).items
        stuck += [one for one in found if _is_older(one.state_since, _REFUNDED_WITHIN, now)]
    return Exceptions(
        paid_not_reviewed=_left(staff, "pending_review", _REVIEW_WITHIN, now),
        not_shipped=_left(staff, "to_ship", _SHIP_WITHIN, now),
        shipped_not_received=_left(staff, "shipped", _RECEIVED_WITHIN, now),
        after_sales_overdue=[one for one in claims if one.is_overdue],
        refunds_stuck=stuck,
    )


def _orders(staff: Principal, now: datetime) -> list[Waiting]:
    return [
        _waiting(f"orders.{state}", (one.state_since for one in _oldest(staff, state, now)), now)
        for state in _TO_DO
    ]


def _others(staff: Principal, now: datetime) -> list[Waiting]:
    applications = agents.applications(ApplicationQuery(limit=_MOST), staff, now).items
    transfers = payments.payments_in(PaymentsQuery(state="voucher_submitted", limit=_MOST), staff).items
    refunds = payments.refunds_in(RefundsQuery(state="abnormal", limit=_MOST), staff).items
    adjustments = points.list_adjustments(AdjustmentQuery(limit=_MOST), staff).items
    redemptions = gifts.queue(RedemptionQuery(limit=_MOST), staff).items
    claims = orders.after_sales_waiting(staff, now)
    low = inventory.list_low(PageQuery(limit=_MOST)).items
    return [
        _waiting("catalog.feedback", hearing.waiting_since(staff, _MOST), now),
        _waiting("agents.applications", (one.state_since for one in applications), now),
        _waiting("orders.after_sales", (one.applied_at for one in claims), now),
        _waiting("payments.transfers", (one.state_since for one in transfers), now),
        _waiting("payments.refunds", (one.state_since for one in refunds), now),
        _waiting("points.adjustments", (one.created_at for one in adjustments), now),
        _waiting("gifts.redemptions", (one.created_at for one in redemptions), now),
        Waiting(queue="inventory.low", count=len(low), longest_hours=None),
    ]


def _waiting(queue: str, since: Iterable[str], now: datetime) -> Waiting:
    instants = list(since)
    oldest = (now - clock.from_text(min(instants))) // timedelta(hours=1) if instants else None
    return Waiting(queue=queue, count=len(instants), longest_hours=oldest)


def _left(staff: Principal, state: OrderState, within: timedelta, now: datetime) -> list[StaffCard]:
    return [one for one in _oldest(staff, state, now) if _is_older(one.state_since, within, now)]


def _oldest(staff: Principal, state: OrderState, now: datetime) -> list[StaffCard]:
    return orders.queue(QueueQuery(state=state, limit=_MOST), staff, now).items


def _is_older(instant: str, than: timedelta, now: datetime) -> bool:
    return clock.from_text(instant) < now - than
