"""Paying an order: opening a payment, and what follows when money arrives."""

from datetime import datetime, timedelta

from functions.agents import operations as agents
from functions.auth import operations as auth
from functions.orders import rules, table
from functions.orders.operations import reading
from functions.orders.rules import Method, Order
from functions.payments import operations as payments
from functions.payments.operations import Bill, Payer
from functions.payments.schemas import PaymentView
from functions.pricing import operations as pricing
from functions.settings import operations as settings
from kit import clock, log, transaction
from kit.transaction import Part


def open_payment(
    agent_id: str, user_id: str, order_id: str, method: Method, key: str, now: datetime
) -> PaymentView:
    """Open a payment for an order, or offer the open one again; choosing a bank transfer gives more time.

    Raises OrderNotFound, OrderStateForbids, DeadlinePassed, CompanyNotActive, PriceChanged, and what payments
    raises.
    """
    order = reading.of_agent(agent_id, order_id)
    if order.state != "pending_payment" and (repeated := payments.repeated_attempt(order_id, method, key)):
        return repeated
    rules.check_payable(order, now)
    agents.require_open(agent_id, "pay")
    deadline = _deadline(order, method)
    bill = Bill(order_id, agent_id, order.total_fen, _title(order), order.order_no, deadline)
    payer = Payer(user_id, auth.openid(user_id) if method == "wechat" else None)
    return payments.open_attempt(bill, method, payer, key, now, [_payable_part(order, deadline)])


def _deadline(order: Order, method: Method) -> datetime:
    assert order.due_at
    held = clock.from_text(order.due_at)
    if method != "bank_transfer":
        return held
    days = settings.order_settings().transfer_deadline_days
    return max(held, clock.from_text(order.placed_at) + timedelta(days=days))


def _title(order: Order) -> str:
    return f"{order.terms.title} 等 {order.units} 件" if len(order.lines) > 1 else order.terms.title


def _payable_part(order: Order, deadline: datetime) -> Part:
    if clock.to_text(deadline) == order.due_at:
        return table.unpaid_part(order)
    return table.more_time_part(order, deadline)


def accept_payment(
    agent_id: str, order_id: str, payment_id: str, amount_fen: int, paid_at: str, now: datetime
) -> None:
    """Money arrived for an order: it moves on, or the money goes back when the order does not want it.

    Telling the same payment again changes nothing. Raises OrderNotFound.
    """

    def decide() -> None:
        order = reading.of_agent(agent_id, order_id)
        if order.payment_id == payment_id:
            _note_settled(order, payment_id, paid_at)
            return
        wanted = order.state == "pending_payment" and order.total_fen == amount_fen
        if wanted and not _went_back(order_id, payment_id):
            _move_on(order, payment_id, paid_at)
        else:
            _send_back(order, payment_id, amount_fen, now)

    transaction.retry_stale(decide)


def _went_back(order_id: str, payment_id: str) -> bool:
    """Whether money is on its way back to the buyer; a price that is asked again does not call it back."""
    return any(
        payment.payment_id == payment_id and payment.refundable_fen < payment.amount_fen
        for payment in payments.attempts_of(order_id)
    )


def _note_settled(order: Order, payment_id: str, paid_at: str) -> None:
    """An order on credit was shipped before its money came; only now it counts as paid."""
    if order.paid_at is None:
        tier = agents.company(order.agent_id).tier
        transaction.commit([table.change_part(order, table.paid(payment_id, paid_at, tier))])


def _move_on(order: Order, payment_id: str, paid_at: str) -> None:
    company, limits = agents.company(order.agent_id), settings.order_settings()
    is_first = limits.review_first_order and not table.has_paid_before(order.agent_id, order.order_id)
    policy = agents.policy_of(company, clock.from_text(paid_at))
    review = rules.needs_review(order, limits, company.tier or "", policy.auto_approve_up_to_fen, is_first)
    paid = [
        *table.to_state(order, "pending_review" if review else "to_ship"),
        *table.not_due(),
        *table.paid(payment_id, paid_at, company.tier),
    ]
    transaction.commit([table.change_part(order, paid), *use_coupon_parts(order, clock.from_text(paid_at))])


def use_coupon_parts(order: Order, now: datetime) -> list[Part]:
    """The coupon an order holds is used."""
    if not order.terms.coupon_id:
        return []
    return pricing.use_coupon_parts(order.agent_id, order.terms.coupon_id, order.order_id, now)


def _send_back(order: Order, payment_id: str, amount_fen: int, now: datetime) -> None:
    """Refund money nobody waits for: the order is closed, or another payment was faster."""
    number = payment_id.rpartition("-")[2]
    refund_id = payments.refund_id(order.order_id, f"LATE{number}")
    reason = "订单已关闭，款项原路退回" if order.state == "closed" else "重复付款，款项原路退回"
    parts = payments.refund_parts(
        order.order_id, payment_id, refund_id, amount_fen, reason, now, must_arrive=True
    )
    try:
        transaction.commit(parts)
    except payments.RefundKnown:
        return
    log.count("LatePayments")
    log.logger.warning("payment_sent_back", extra={"order_id": order.order_id, "payment_id": payment_id})
