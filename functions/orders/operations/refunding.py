"""Refunds of orders: decided by staff, settled by the provider."""

from collections.abc import Sequence
from datetime import datetime

from functions.inventory import operations as inventory
from functions.orders import rules, table
from functions.orders.operations import reading
from functions.orders.operations.after_sales import settle_claim
from functions.orders.operations.closing import release_parts
from functions.orders.operations.shipping import left_whole
from functions.orders.rules import Order, RefundPlan
from functions.orders.schemas import PreviewRefund, RefundOrder, RefundPreview, StaffOrder, quantities
from functions.payments import operations as payments
from kit import ids, transaction
from kit.errors import KeyReused
from kit.tokens import Principal
from kit.transaction import Part


def refund(order_id: str, body: RefundOrder, key: str, staff: Principal, now: datetime) -> StaffOrder:
    """Decide a refund of some pieces or of everything that is left, once per idempotency key.

    Pieces that had not left are taken off the list to ship and given back to stock in the same write.
    Raises OrderNotFound, OrderStateForbids, NotInOrder, MoreThanBought, NothingToRefund, RefundTooLarge,
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
        plan = rules.plan_refund(order, wanted, body.freight)
        transaction.commit(
            decision(order, plan, refund_id, body.reason, staff.user_id, now, fingerprint=fingerprint)
        )
        return reading.of_agent(order.agent_id, order_id)

    return reading.show_to_staff(transaction.retry_stale(decide), now)


def preview(order_id: str, body: PreviewRefund, staff: Principal) -> RefundPreview:
    """What a refund would give back now.

    Raises OrderNotFound, OrderStateForbids, NotInOrder, MoreThanBought, NothingToRefund.
    """
    wanted = quantities(body.lines) if body.lines else None
    plan = rules.plan_refund(reading.for_staff(order_id, staff), wanted, body.freight)
    return RefundPreview(
        lines={line.sku_id: line.amount_fen for line in plan.lines},
        freight_fen=plan.freight_fen,
        amount_fen=plan.amount_fen,
    )


def decision(
    order: Order,
    plan: RefundPlan,
    refund_id: str,
    reason: str,
    actor: str,
    now: datetime,
    *,
    fingerprint: str = "",
    after_sale_id: str | None = None,
    more: Sequence[table.Action] = (),
) -> list[Part]:
    """A refund is decided, with `more` changes of its order in the same write. Raises NothingToRefund."""
    state, progress = rules.after_refund_decided(order, plan)
    changed = [*table.decided(order, plan, progress), *more]
    closes = state == "closed" and order.state != "closed"
    if state != order.state:
        changed += table.to_state(order, state)
    if closes:
        changed += [*table.not_due(), *table.closed("refunded", now)]
    if state == "shipped" and order.state != "shipped":
        changed += left_whole(order)
    return [
        table.change_part(order, changed),
        *table.refund_parts(order, refund_id, plan, reason, actor, fingerprint, now, after_sale_id),
        *_money_parts(order, plan, refund_id, f"{order.order_no} {reason}", now),
        # An order of which nothing was delivered gives back its coupon and the buyer's limit too.
        *(release_parts(order) if closes else _cancelled_parts(plan)),
    ]


def _money_parts(order: Order, plan: RefundPlan, refund_id: str, told: str, now: datetime) -> list[Part]:
    if plan.amount_fen == 0:
        return []
    if order.payment_id is None:
        raise rules.NothingToRefund()
    return payments.refund_parts(order.order_id, order.payment_id, refund_id, plan.amount_fen, told, now)


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
        settled = table.settled(order, row, progress, succeeded, now)
        parts = [table.settle_refund_part(row, "succeeded" if succeeded else "failed", now)]
        if row.after_sale_id:
            freed, ended = settle_claim(order, row.after_sale_id, succeeded, now)
            settled, parts = [*settled, *freed], [*parts, *ended]
        transaction.commit([table.change_part(order, settled), *parts])

    transaction.retry_stale(decide)
