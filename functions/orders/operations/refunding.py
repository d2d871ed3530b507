"""Refunds of orders: decided by staff, settled by the provider."""

from collections.abc import Mapping
from datetime import datetime

from functions.inventory import operations as inventory
from functions.orders import rules, table
from functions.orders.operations import reading
from functions.orders.operations.closing import release_parts
from functions.orders.operations.shipping import receipt_timer
from functions.orders.rules import Order, RefundPlan
from functions.orders.schemas import RefundOrder, StaffOrder, quantities
from functions.payments import operations as payments
from kit import clock, ids, transaction
from kit.errors import KeyReused
from kit.tokens import Principal
from kit.transaction import Part


def refund(order_id: str, body: RefundOrder, key: str, staff: Principal, now: datetime) -> StaffOrder:
    """Decide a refund of some pieces or of everything that is left, once per idempotency key.

    Pieces that had not left are taken off the list to ship and given back to stock in the same write.
    Raises OrderUnknown, OrderStateForbids, NotInOrder, MoreThanBought, NothingToRefund, RefundTooLarge,
    KeyReused.
    """
    refund_id = payments.refund_id(order_id, ids.derived_id("refunds", order_id, key)[:12])
    fingerprint = ids.fingerprint(body)

    def decide() -> Order:
        order = reading.for_staff(order_id, staff)
        known = table.find_refund(order.agent_id, order_id, refund_id)
        if known:
            if known.fingerprint != fingerprint:
                raise KeyReused()
            return order
        wanted = quantities(body.lines) if body.lines else None
        _decide(order, wanted, body, refund_id, fingerprint, staff.user_id, now)
        return reading.of_agent(order.agent_id, order_id)

    return reading.show_to_staff(transaction.retry_stale(decide), now)


def _decide(
    order: Order,
    wanted: Mapping[str, int] | None,
    body: RefundOrder,
    refund_id: str,
    fingerprint: str,
    actor: str,
    now: datetime,
) -> None:
    plan = rules.plan_refund(order, wanted, body.freight)
    if order.payment_id is None:
        raise rules.NothingToRefund()
    state, progress = rules.after_refund_decided(order, plan)
    changed = table.decided(order, plan, progress)
    if state != order.state:
        changed += table.to_state(order, state)
    if state == "closed":
        changed += [*table.not_due(), *table.closed("refunded", now)]
    if state == "shipped" and order.state != "shipped" and order.shipped_at:
        changed += receipt_timer(clock.from_text(order.shipped_at), None)
    reason = f"{order.order_no} {body.reason}"
    transaction.commit(
        [
            table.change_part(order, changed),
            *table.refund_parts(order, refund_id, plan, body.reason, actor, fingerprint, now),
            *payments.refund_parts(order.order_id, order.payment_id, refund_id, plan.amount_fen, reason, now),
            # An order of which nothing was delivered gives back its coupon and the buyer's limit too.
            *(release_parts(order) if state == "closed" else _cancelled_parts(plan)),
        ]
    )


def _cancelled_parts(plan: RefundPlan) -> list[Part]:
    return inventory.release_parts(rules.cancelled_pieces(plan).items())


def settle_refund(agent_id: str, order_id: str, refund_id: str, succeeded: bool, now: datetime) -> None:
    """The money went back, or will not: then the pieces may be refunded anew.

    Telling it again changes nothing. Refunds of late payments are not the order's own.
    """

    def decide() -> None:
        row = table.find_refund(agent_id, order_id, refund_id)
        if row is None or row.stage != "decided":
            return
        order = reading.of_agent(agent_id, order_id)
        progress = rules.after_refund_settled(order, row.plan, succeeded)
        transaction.commit(
            [
                table.change_part(order, table.settled(order, row, progress, succeeded, now)),
                table.settle_refund_part(row, "succeeded" if succeeded else "failed", now),
            ]
        )

    transaction.retry_stale(decide)
