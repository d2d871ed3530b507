"""Reviewing paid orders."""

from collections.abc import Sequence
from datetime import datetime

from functions.orders import rules, table
from functions.orders.operations import reading
from functions.orders.operations.closing import release_parts
from functions.orders.operations.paying import use_coupon_parts
from functions.orders.rules import Order
from functions.orders.schemas import ApprovedRow, ApprovedRows, StaffOrder
from functions.payments import operations as payments
from functions.settings import operations as settings
from kit import transaction
from kit.errors import DomainError
from kit.tokens import Principal
from kit.transaction import Part


def approve(order_id: str, reviewer: Principal, now: datetime) -> StaffOrder:
    """Let a paid order pass to the warehouse; approving again changes nothing.

    Raises OrderNotFound, OrderStateForbids, OwnOrder.
    """
    return reading.show_to_staff(_approve(order_id, reviewer, now), now)


def approve_many(order_ids: Sequence[str], reviewer: Principal, now: datetime) -> ApprovedRows:
    """Let many orders pass; each stands alone and may be repeated."""
    return ApprovedRows(rows=[_approved(order_id, reviewer, now) for order_id in dict.fromkeys(order_ids)])


def _approved(order_id: str, reviewer: Principal, now: datetime) -> ApprovedRow:
    try:
        order = _approve(order_id, reviewer, now)
    except DomainError as refusal:
        return ApprovedRow(order_id=order_id, code=refusal.code, detail=refusal.detail)
    return ApprovedRow(order_id=order_id, state=order.state)


def _approve(order_id: str, reviewer: Principal, now: datetime) -> Order:
    def decide() -> Order:
        order = reading.for_staff(order_id, reviewer)
        if order.approved_by == reviewer.user_id:
            return order
        if order.state != "pending_review":
            raise rules.OrderStateForbids(state=order.state)
        rules.check_reviewer(order, reviewer.user_id)
        approved = [*table.to_state(order, "to_ship"), *table.approved(reviewer.user_id, now)]
        transaction.commit([table.change_part(order, approved), *_unpaid_parts(order, now)])
        return reading.of_agent(order.agent_id, order_id)

    return transaction.retry_stale(decide)


def _unpaid_parts(order: Order, now: datetime) -> list[Part]:
    """What else becomes final with the approval of an order that nothing was paid for yet."""
    if order.paid_at:
        return []
    parts = use_coupon_parts(order, now)
    if order.payment_id:
        days = settings.order_settings().credit_days
        parts += payments.commit_credit_parts(order.payment_id, days, now)
    return parts


def reject(order_id: str, reason: str, reviewer: Principal, now: datetime) -> StaffOrder:
    """Turn a paid order down: everything is released and all money goes back, in one transaction.

    Raises OrderNotFound, OrderStateForbids, OwnOrder.
    """

    def decide() -> Order:
        order = reading.for_staff(order_id, reviewer)
        if order.closed_reason == "rejected":
            return order
        if order.state != "pending_review":
            raise rules.OrderStateForbids(state=order.state)
        rules.check_reviewer(order, reviewer.user_id)
        closed = [
            *table.to_state(order, "closed"),
            *table.not_due(),
            *table.closed("rejected", now, reason),
        ]
        parts = release_parts(order)
        if order.payment_id and not order.paid_at:
            parts += payments.release_credit_parts(order.payment_id, now)
        elif order.payment_id:
            plan = rules.plan_rejection(order)
            _, progress = rules.after_refund_decided(order, plan)
            refund_id = payments.refund_id(order_id, "REJECTED")
            closed += table.decided(order, plan, progress)
            parts += [
                *table.refund_parts(order, refund_id, plan, reason, reviewer.user_id, "", now),
                *payments.refund_parts(
                    order_id, order.payment_id, refund_id, plan.amount_fen, f"订单未通过审核：{reason}", now
                ),
            ]
        transaction.commit([table.change_part(order, closed), *parts])
        return reading.of_agent(order.agent_id, order_id)

    return reading.show_to_staff(transaction.retry_stale(decide), now)


def write_note(order_id: str, note: str, staff: Principal, now: datetime) -> StaffOrder:
    """Replace staff's note on an order; an empty one removes it. Raises OrderNotFound."""

    def decide() -> Order:
        order = reading.for_staff(order_id, staff)
        transaction.commit([table.change_part(order, [table.noted(note)])])
        return reading.of_agent(order.agent_id, order_id)

    return reading.show_to_staff(transaction.retry_stale(decide), now)
