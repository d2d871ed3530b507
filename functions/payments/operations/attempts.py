"""Attempts to pay an order: opened, offered to the buyer, settled by the provider's word, given up."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from functions.payments import rules, table
from functions.payments.operations.wechat import notify_url, wechat_pay
from functions.payments.providers.wechat_documents import Trade
from functions.payments.rules import Closing, Method, Payment
from functions.payments.schemas import PaymentView, TransferAccount, WechatParameters
from functions.payments.table import PaymentRow
from functions.settings import operations as settings
from kit import clock, log, transaction
from kit.errors import Conflict, KeyReused, Stale
from kit.http_client import ProviderRefused, ProviderUnsure
from kit.transaction import Part


class OpenidMissing(Conflict):
    """WeChat Pay needs the buyer's openid: sign in with WeChat first."""

    title = "请先用微信登录后再使用微信支付"


class MethodNotOffered(Conflict):
    """The merchant does not offer this way to pay."""

    title = "商家暂未开通该支付方式"


@dataclass(frozen=True)
class Bill:
    """What is to be paid, by when. `remittance_code` tells transfers apart on the bank statement."""

    order_id: str
    agent_id: str
    amount_fen: int
    title: str
    remittance_code: str
    deadline: datetime


@dataclass(frozen=True)
class Payer:
    """The user who pays; the openid is needed for WeChat Pay only."""

    user_id: str
    openid: str | None


def open_attempt(
    bill: Bill, method: Method, payer: Payer, key: str, now: datetime, order_parts: Sequence[Part] = ()
) -> PaymentView:
    """Open an attempt, or offer the open one again; an open one of another kind is closed first.

    `order_parts` hold only while the order may be paid; they are written with a new attempt.
    Raises MethodNotOffered, OpenidMissing, KeyReused, PaymentMade, PaymentUnsure, VoucherUnderReview,
    PaymentRefused, TooManyAttempts, ProviderUnsure.
    """
    require_offered(method)
    if method == "wechat" and payer.openid is None:
        raise OpenidMissing()
    if method != "wechat":
        payer = replace(payer, openid=None)
    row = transaction.retry_stale(lambda: _open(bill, method, payer, key, now, order_parts))
    return _offer(row, now)


def repeated_attempt(order_id: str, method: Method, key: str) -> PaymentView | None:
    """The attempt this idempotency key opened, as it stands. Raises KeyReused."""
    for attempt in table.payments_of(order_id):
        if attempt.key == key:
            if attempt.method != method:
                raise KeyReused()
            return view_of(attempt)
    return None


def _open(
    bill: Bill, method: Method, payer: Payer, key: str, now: datetime, order_parts: Sequence[Part]
) -> PaymentRow:
    attempts = table.payments_of(bill.order_id)
    for attempt in attempts:
        if attempt.key == key:
            if attempt.method != method:
                raise KeyReused()
            return attempt
    if any(attempt.stage in ("succeeded", "confirmed") for attempt in attempts):
        raise rules.PaymentMade()
    if attempts and attempts[-1].stage in rules.OPEN:
        latest = attempts[-1]
        if (latest.method, latest.openid, latest.amount_fen) == (method, payer.openid, bill.amount_fen):
            return latest
        _require_closed(give_up(latest, now))
    if len(attempts) >= rules.MOST_ATTEMPTS:
        raise rules.TooManyAttempts()
    row = _new_row(bill, method, payer, key, len(attempts) + 1, now)
    transaction.commit([*order_parts, transaction.create(row, Stale)])
    return row


def _new_row(bill: Bill, method: Method, payer: Payer, key: str, number: int, now: datetime) -> PaymentRow:
    at = clock.to_text(now)
    row = PaymentRow(
        table.order_key(bill.order_id),
        table.payment_key(number),
        agent_id=bill.agent_id,
        method=method,
        state="created" if method == "wechat" else "awaiting",
        state_since=at,
        amount_fen=bill.amount_fen,
        title=bill.title,
        expires_at=clock.to_text(bill.deadline),
        key=key,
        created_by=payer.user_id,
        created_at=at,
        openid=payer.openid,
        remittance_code=bill.remittance_code,
    )
    if method == "wechat":
        row.due_kind, row.due_at, row.asked = "payment", clock.to_text(rules.next_check(0, now)), 0
    return row


def require_offered(method: Method) -> None:
    """Raises MethodNotOffered."""
    if not any(offered.kind == method and offered.enabled for offered in settings.payment_methods()):
        raise MethodNotOffered()


def _require_closed(outcome: Closing) -> None:
    if outcome == "paid":
        raise rules.PaymentMade()
    if outcome == "unsure":
        raise rules.PaymentUnsure()
    if outcome == "under_review":
        raise rules.VoucherUnderReview()


def _offer(row: PaymentRow, now: datetime) -> PaymentView:
    """The attempt with what the buyer needs to pay it."""
    if row.stage not in rules.AT_PROVIDER:
        return view_of(row)
    _prepay(row, now)
    parameters = wechat_pay().payment_parameters(row.prepay_id or "")
    return view_of(row).model_copy(update={"wechat": WechatParameters(**parameters)})


def _prepay(row: PaymentRow, now: datetime) -> None:
    if row.prepaid_at and now < clock.from_text(row.prepaid_at) + rules.PREPAY_LIFETIME:
        return
    try:
        prepay_id = wechat_pay().prepay(
            out_trade_no=row.payment_id,
            description=row.title,
            total_fen=int(row.amount_fen),
            openid=row.openid or "",
            notify_url=notify_url("payments"),
            expires_at=clock.from_text(row.expires_at),
        )
    except ProviderRefused as refusal:
        raise _refused(row, refusal, now) from refusal
    announced = [
        *table.to_payment_state("prepaid", now),
        PaymentRow.prepay_id.set(prepay_id),
        PaymentRow.prepaid_at.set(clock.to_text(now)),
    ]
    if not table.change(row, announced, table.payment_state_in(rules.AT_PROVIDER)):
        raise rules.PaymentClosed()


def _refused(row: PaymentRow, refusal: ProviderRefused, now: datetime) -> Conflict:
    """Record why the provider does not take the attempt, and say it to the buyer."""
    code = refusal.provider_code
    if code == "ORDER_PAID":
        ask(row, now)
        return rules.PaymentMade()
    if code in rules.PASSING:
        return rules.PaymentRefused(reason=code)
    state: rules.PaymentState = "closed" if code == "ORDER_CLOSED" else "failed"
    table.change(
        row,
        [*table.to_payment_state(state, now), *table.not_due(PaymentRow), PaymentRow.reason.set(code)],
        table.payment_state_in(rules.AT_PROVIDER),
    )
    return rules.PaymentClosed() if state == "closed" else rules.PaymentRefused(reason=code)


def look(payment_id: str, agent_id: str, now: datetime) -> PaymentView:
    """One of a company's payments; the provider is asked while its outcome is unknown."""
    row = owned(payment_id, agent_id)
    if row.stage in rules.AT_PROVIDER:
        try:
            ask(row, now)
        except ProviderUnsure:
            log.logger.warning("payment_not_confirmed", extra={"payment_id": payment_id})
        row = owned(payment_id, agent_id)
    return view_of(row)


def owned(payment_id: str, agent_id: str) -> PaymentRow:
    """The payment, if it is this company's; raises UnknownPayment."""
    row = table.find_payment(payment_id)
    if row is None or row.agent_id != agent_id:
        raise rules.UnknownPayment()
    return row


def ask(row: PaymentRow, now: datetime) -> None:
    """Record what the provider says of an attempt. Raises ProviderUnsure."""
    trade = wechat_pay().query(row.payment_id)
    if trade is None:
        return
    if trade.paid:
        record_trade(trade, now)
    elif trade.trade_state in ("CLOSED", "REVOKED"):
        _mark_closed(row, now)


def record_trade(trade: Trade, now: datetime) -> None:
    """Record that a payment arrived: one conditional write, the same however often it is told.

    Raises AmountDiffers (nothing changes), UnknownPayment.
    """
    if not trade.paid or _record_paid(trade, rules.AT_PROVIDER, now):
        return
    row = table.find_payment(trade.out_trade_no)
    if row is None:
        log.count("UnknownPayments")
        raise rules.UnknownPayment(payment_id=trade.out_trade_no)
    if trade.amount is None or trade.amount.total != row.amount_fen:
        log.count("PaymentAmountsDiffer")
        raise rules.AmountDiffers(payment_id=row.payment_id)
    if row.stage in rules.GIVEN_UP:
        _record_paid(trade, rules.GIVEN_UP, now, late=True)


def _record_paid(
    trade: Trade, states: Sequence[rules.PaymentState], now: datetime, late: bool = False
) -> bool:
    amount = trade.amount.total if trade.amount else 0
    arrived = [
        *table.to_payment_state("succeeded", now),
        *table.not_due(PaymentRow),
        PaymentRow.transaction_id.set(trade.transaction_id or ""),
        PaymentRow.paid_at.set(clock.to_text(trade.success_time or now)),
        PaymentRow.refundable_fen.set(amount),
        PaymentRow.late.set(late),
    ]
    expected = table.payment_state_in(states) & (PaymentRow.amount_fen == amount)
    return table.change(table.blank_payment(trade.out_trade_no), arrived, expected)


def close_attempt(order_id: str, now: datetime) -> Closing:
    """Close whatever could still be paid for an order, the provider's order first.

    `paid`: the money is there; `unsure`: the provider does not say; `under_review`: a transfer waits for
    finance. Only `closed` lets the order be closed.
    """
    attempts = table.payments_of(order_id)
    if any(attempt.stage in ("succeeded", "confirmed") for attempt in attempts):
        return "paid"
    if attempts and attempts[-1].stage in rules.OPEN:
        return give_up(attempts[-1], now)
    return "closed"


def closed_check_parts(order_id: str) -> list[Part]:
    """Hold while nothing of an order can be paid: the last attempt is given up and there is no newer one."""
    attempts = table.payments_of(order_id)
    parts = [table.no_such_payment_part(order_id, len(attempts) + 1, rules.PaymentUnsure)]
    if attempts:
        last = attempts[-1]
        over = table.payment_state_in([*rules.GIVEN_UP, "refunded"])
        parts.append(transaction.check(PaymentRow, last.pk, last.sk, over, rules.PaymentUnsure))
    return parts


def give_up(row: PaymentRow, now: datetime) -> Closing:
    """Close an open attempt, the provider's order first; without a clear word it stays open."""
    if row.method == "bank_transfer":
        outcome = rules.transfer_closing(row.stage, row.since, now)
        return _mark_closed(row, now) if outcome == "closed" else outcome
    try:
        wechat_pay().close(row.payment_id)
    except ProviderRefused as refusal:
        if refusal.provider_code != "ORDER_NOT_EXIST":
            return _after_doubt(row, now)
    except ProviderUnsure:
        return _after_doubt(row, now)
    return _mark_closed(row, now)


def _after_doubt(row: PaymentRow, now: datetime) -> Closing:
    try:
        ask(row, now)
    except (ProviderUnsure, ProviderRefused):
        return "unsure"
    return _outcome(row)


def _mark_closed(row: PaymentRow, now: datetime) -> Closing:
    gone = [*table.to_payment_state("closed", now), *table.not_due(PaymentRow)]
    closable = rules.AT_PROVIDER if row.method == "wechat" else (row.stage,)
    if table.change(row, gone, table.payment_state_in(closable)):
        return "closed"
    return _outcome(row)


def _outcome(row: PaymentRow) -> Closing:
    stored = table.find_payment(row.payment_id)
    assert stored
    if stored.stage in rules.PAID:
        return "paid"
    return "closed" if stored.stage in rules.GIVEN_UP else "unsure"


def attempts_of(order_id: str) -> list[Payment]:
    """All attempts to pay an order, oldest first."""
    return [row.payment for row in table.payments_of(order_id)]


def view_of(row: PaymentRow) -> PaymentView:
    """The attempt as the buyer sees it."""
    return PaymentView(
        payment_id=row.payment_id,
        order_id=row.order_id,
        method=row.way,
        state=row.stage,
        amount_fen=int(row.amount_fen),
        expires_at=row.expires_at,
        paid_at=row.paid_at,
        received_fen=row.received_fen,
        reason=row.reason,
        transfer=_account(row) if row.method == "bank_transfer" else None,
    )


def _account(row: PaymentRow) -> TransferAccount | None:
    for method in settings.payment_methods():
        if method.kind == "bank_transfer" and method.account:
            return TransferAccount(**method.account.model_dump(), remittance_code=row.remittance_code or "")
    return None
