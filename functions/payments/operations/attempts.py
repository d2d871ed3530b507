"""Attempts to pay an order: opened and offered to the buyer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from functions.payments import rules, table
from functions.payments.operations.channels import channel_of
from functions.payments.operations.settling import ask, give_up
from functions.payments.operations.views import view_of
from functions.payments.rules import Closing, Method
from functions.payments.schemas import PaymentView
from functions.payments.table import PaymentRow
from functions.settings import operations as settings
from kit import clock, transaction
from kit.errors import Conflict, KeyReused, Stale
from kit.http_client import ProviderRefused
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
    at, at_provider = clock.to_text(now), method != "bank_transfer"
    row = PaymentRow(
        table.order_key(bill.order_id),
        table.payment_key(number),
        agent_id=bill.agent_id,
        method=method,
        state="created" if at_provider else "awaiting",
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
    if at_provider:
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
    _announce(row, now)
    return view_of(row).model_copy(update=channel_of(row.way).offer(row))


def _announce(row: PaymentRow, now: datetime) -> None:
    if row.prepaid_at and now < clock.from_text(row.prepaid_at) + rules.PREPAY_LIFETIME:
        return
    try:
        known_as = channel_of(row.way).announce(row)
    except ProviderRefused as refusal:
        raise _refused(row, refusal, now) from refusal
    announced = [
        *table.to_payment_state("prepaid", now),
        PaymentRow.prepay_id.set(known_as or ""),
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
