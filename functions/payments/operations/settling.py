"""What becomes of attempts: settled by the provider's word, looked at, given up."""

from collections.abc import Sequence
from datetime import datetime

from functions.payments import rules, table
from functions.payments.operations.channels import Channel, channel_of
from functions.payments.operations.views import view_of
from functions.payments.rules import Closing, Payment, Receipt, Word
from functions.payments.schemas import PaymentView
from functions.payments.table import PaymentRow
from kit import clock, log, transaction
from kit.http_client import ProviderRefused, ProviderUnsure
from kit.transaction import Part


def look(payment_id: str, agent_id: str, now: datetime) -> PaymentView:
    """One of a company's payments; the provider is asked while its outcome is unknown."""
    row = owned(payment_id, agent_id)
    if row.stage in rules.AT_PROVIDER:
        try:
            ask(row, now)
        except (ProviderRefused, ProviderUnsure) as failure:
            told = {"payment_id": payment_id, "code": failure.code}
            log.logger.warning("payment_not_confirmed", extra=told)
        row = owned(payment_id, agent_id)
    return view_of(row)


def owned(payment_id: str, agent_id: str) -> PaymentRow:
    """The payment, if it is this company's; raises PaymentNotFound."""
    row = table.find_payment(payment_id)
    if row is None or row.agent_id != agent_id:
        raise rules.PaymentNotFound()
    return row


def ask(row: PaymentRow, now: datetime) -> None:
    """Record what the provider says of an attempt. Raises ProviderUnsure, ProviderRefused, AmountDiffers."""
    word = channel_of(row.way).ask(row)
    if word:
        _heed(row, word, now)


def _heed(row: PaymentRow, word: Word, now: datetime) -> None:
    if word.receipt:
        record_paid(word.receipt, now)
    elif word.state == "gone":
        _mark_closed(row, now)


def record_word(word: Word, now: datetime) -> None:
    """Record what a provider's notice says of a payment; only an arrival is news. Raises as `record_paid`."""
    if word.receipt:
        record_paid(word.receipt, now)


def record_paid(receipt: Receipt, now: datetime) -> None:
    """Record that a payment arrived: one conditional write, the same however often it is told.

    Raises AmountDiffers (nothing changes), PaymentNotFound.
    """
    if _record_paid(receipt, rules.AT_PROVIDER, now):
        return
    row = table.find_payment(receipt.payment_id)
    if row is None:
        log.count("UnknownPayments")
        raise rules.PaymentNotFound(payment_id=receipt.payment_id)
    if receipt.amount_fen != row.amount_fen:
        log.count("PaymentAmountsDiffer")
        raise rules.AmountDiffers(payment_id=row.payment_id)
    if row.stage in rules.GIVEN_UP:
        _record_paid(receipt, rules.GIVEN_UP, now, late=True)


def _record_paid(
    receipt: Receipt, states: Sequence[rules.PaymentState], now: datetime, late: bool = False
) -> bool:
    arrived = [
        *table.to_payment_state("succeeded", now),
        *table.not_due(PaymentRow),
        *table.moved(PaymentRow, receipt.paid_at or now),
        PaymentRow.transaction_id.set(receipt.transaction_id),
        PaymentRow.paid_at.set(clock.to_text(receipt.paid_at or now)),
        PaymentRow.refundable_fen.set(receipt.amount_fen),
        PaymentRow.late.set(late),
    ]
    expected = table.payment_state_in(states) & (PaymentRow.amount_fen == receipt.amount_fen)
    return table.change(table.blank_payment(receipt.payment_id), arrived, expected)


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
    channel = channel_of(row.way)
    try:
        word = channel.close(row, now)
    except (ProviderRefused, ProviderUnsure):
        word = _after_doubt(channel, row)
    _heed(row, word, now)
    return _outcome(row)


def _after_doubt(channel: Channel, row: PaymentRow) -> Word:
    try:
        return channel.ask(row) or Word("open")
    except (ProviderRefused, ProviderUnsure):
        return Word("open")


def _mark_closed(row: PaymentRow, now: datetime) -> Closing:
    gone = [*table.to_payment_state("closed", now), *table.not_due(PaymentRow)]
    closable = (row.stage,) if row.method == "bank_transfer" else rules.AT_PROVIDER
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
