"""New prices for orders that nobody paid yet."""

from datetime import datetime, timedelta

from functions.agents import operations as agents
from functions.orders import rules, table
from functions.orders.operations import reading
from functions.orders.operations.closing import close_payment
from functions.orders.rules import Order
from functions.orders.rules.repricing import repriced
from functions.orders.schemas import Reprice, StaffOrder
from functions.orders.table import prices
from functions.payments import operations as payments
from functions.settings import operations as settings
from kit import clock, ids, transaction
from kit.errors import Stale
from kit.tokens import Principal


def reprice(order_id: str, body: Reprice, staff: Principal, now: datetime) -> StaffOrder:
    """Change what an unpaid order costs, as decided on one version of it; the same again changes nothing.

    What the buyer could still pay is closed first, at the provider too, and the write holds only while
    nothing can be paid. Raises OrderNotFound, OrderStateForbids, DeadlinePassed, NotInOrder, NothingRepriced,
    SpendingLimitReached, Stale; PaymentMade, PaymentUnsure, VoucherUnderReview.
    """
    order, fingerprint = reading.for_staff(order_id, staff), ids.fingerprint(body)
    if order.version != body.version:
        known = prices.find_price_change(order, body.version)
        if known and (known.fingerprint, known.changed_by) == (fingerprint, staff.user_id):
            return reading.show_to_staff(order, now)
        raise Stale()
    rules.check_payable(order, now)
    after = repriced(order, {line.sku_id: line.unit_price_fen for line in body.lines}, body.freight_fen)
    close_payment(order, now)
    parts = [
        table.change_part(order, [*prices.repriced(after, staff.user_id), *_next(after, now)]),
        prices.price_part(order, after, body.reason, staff.user_id, fingerprint, now),
        *payments.closed_check_parts(order_id),
    ]
    if order.total_fen != after.total_fen:
        placed_at, less_fen = clock.from_text(order.placed_at), order.total_fen - after.total_fen
        parts += agents.return_spending_parts(order.agent_id, order.terms.created_by, less_fen, placed_at)
    transaction.commit(parts)
    return reading.show_to_staff(reading.of_agent(order.agent_id, order_id), now)


def _next(after: Order, now: datetime) -> list[table.Action]:
    """The buyer gets the usual time to pay from now; what costs nothing waits for a reviewer instead."""
    if after.total_fen == 0:
        return [*table.to_state(after, "pending_review"), *table.not_due()]
    assert after.due_at
    minutes = settings.order_settings().online_deadline_minutes
    return table.due_on("payment", max(clock.from_text(after.due_at), now + timedelta(minutes=minutes)))
