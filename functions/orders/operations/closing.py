"""Closing what was not paid: by the buyer's wish, or when its time is over."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from functions.agents import operations as agents
from functions.inventory import operations as inventory
from functions.orders import rules, table
from functions.orders.operations import reading
from functions.orders.operations.paying import accept_payment
from functions.orders.rules import ClosedReason, Order
from functions.orders.schemas import OrderView
from functions.payments import operations as payments
from functions.pricing import operations as pricing
from kit import clock, log, transaction
from kit.transaction import Part

_ASK_AGAIN = {"unsure": timedelta(minutes=2), "under_review": timedelta(hours=1)}


def cancel(agent_id: str, order_id: str, reason: str, now: datetime) -> OrderView:
    """Close an unpaid order as its buyer wishes; cancelling again changes nothing.

    Raises OrderNotFound, OrderStateForbids; PaymentMade, PaymentUnsure or VoucherUnderReview when money is or
    may be on its way.
    """

    def decide() -> Order:
        order = reading.of_agent(agent_id, order_id)
        if order.closed_reason == "cancelled":
            return order
        if order.state != "pending_payment":
            raise rules.OrderStateForbids(state=order.state)
        close_payment(order, now)
        _close(order, "cancelled", now, reason)
        return reading.of_agent(agent_id, order_id)

    return reading.view(transaction.retry_stale(decide), now)


def close_payment(order: Order, now: datetime) -> None:
    """Close whatever could still be paid for an order, at the provider first.

    Raises PaymentMade, PaymentUnsure or VoucherUnderReview when money is or may be on its way.
    """
    match payments.close_attempt(order.order_id, now):
        case "paid":
            _accept_paid(order, now)
            raise payments.PaymentMade()
        case "unsure":
            raise payments.PaymentUnsure()
        case "under_review":
            raise payments.VoucherUnderReview()


def due_unpaid(now: datetime) -> Iterator[Order]:
    """Orders whose time to pay is over."""
    return table.due("payment", now)


def close_overdue(found: Order, now: datetime) -> None:
    """Close an order whose time to pay is over, unless money is or may be on its way.

    The provider's order is closed first, or confirmed unpaid; then one transaction releases everything.
    """

    def decide() -> None:
        order = reading.of_agent(found.agent_id, found.order_id)
        if order.state != "pending_payment" or not _is_over(order, now):
            return
        outcome = payments.close_attempt(order.order_id, now)
        if outcome == "closed":
            _close(order, "overdue", now)
        elif outcome == "paid":
            _accept_paid(order, now)
        else:
            log.logger.info("closing_put_off", extra={"order_id": order.order_id, "outcome": outcome})
            later = table.due_on("payment", now + _ASK_AGAIN[outcome])
            transaction.commit([table.change_part(order, later)])

    transaction.retry_stale(decide)


def _is_over(order: Order, now: datetime) -> bool:
    return order.due_at is not None and clock.from_text(order.due_at) <= now


def _accept_paid(order: Order, now: datetime) -> None:
    """The fact that tells of the money may still be on its way; nobody has to wait for it."""
    for payment in payments.attempts_of(order.order_id):
        if payment.paid and payment.paid_at:
            accept_payment(
                order.agent_id,
                order.order_id,
                payment.payment_id,
                payment.amount_fen,
                payment.paid_at,
                now,
            )


def _close(order: Order, reason: ClosedReason, now: datetime, detail: str = "") -> None:
    closed = [*table.to_state(order, "closed"), *table.not_due(), *table.closed(reason, now, detail)]
    transaction.commit(
        [
            table.change_part(order, closed),
            *payments.closed_check_parts(order.order_id),
            *release_parts(order),
        ]
    )


def release_parts(order: Order) -> list[Part]:
    """Give back all that an order holds: open pieces, its coupon, its share of the buyer's monthly limit."""
    parts = inventory.release_parts(order.open_quantities.items())
    if order.terms.coupon_id:
        parts += pricing.release_coupon_parts(order.agent_id, order.terms.coupon_id, order.order_id)
    placed_at = clock.from_text(order.placed_at)
    return parts + agents.return_spending_parts(
        order.agent_id, order.terms.created_by, order.total_fen, placed_at
    )
