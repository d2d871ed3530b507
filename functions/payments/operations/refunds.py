"""Refunds: their number and amount are fixed in the row before anybody is asked for money."""

from collections.abc import Callable, Sequence
from datetime import datetime

from functions.agents import operations as agents
from functions.payments import rules, table
from functions.payments.operations.channels import Channel, channel_of
from functions.payments.operations.views import record_of_refund
from functions.payments.rules import RefundState, RefundWord
from functions.payments.schemas import RefundRecord
from functions.payments.table import Actions, PaymentRow, RefundRow
from kit import clock, log, transaction
from kit.errors import Conflict
from kit.http_client import ProviderRefused, ProviderUnsure
from kit.tokens import Principal
from kit.transaction import Part

_CLOSED = "CLOSED"  # the reason of a refund that the provider gave up


class RefundKnown(Conflict):
    """A refund with this number exists: it is not made a second time."""

    title = "这笔退款已经登记"


def refund_parts(
    order_id: str,
    payment_id: str,
    refund_id: str,
    amount_fen: int,
    reason: str,
    now: datetime,
    *,
    must_arrive: bool = False,
) -> list[Part]:
    """Decide a refund: `refunded + Δ ≤ paid` holds in the write, and the number never changes.

    One that `must_arrive` is of money the order does not want: if the provider gives it up, it waits for
    finance instead of being decided anew.
    Raises PaymentNotFound, NotPaid; in the write RefundKnown, RefundTooLarge.
    """
    payment = table.find_payment(payment_id)
    if payment is None or payment.order_id != order_id:
        raise rules.PaymentNotFound()
    if payment.stage not in (*rules.PAID, *rules.OWED):
        raise rules.NotPaid()
    row = _created(payment, refund_id, amount_fen, reason, now, must_arrive)
    refundable = table.payment_state_in([*rules.PAID, *rules.OWED])
    enough = (PaymentRow.refundable_fen >= amount_fen) & refundable
    reserved = [PaymentRow.refundable_fen.add(-amount_fen)]
    return [
        transaction.create(row, RefundKnown),
        table.change_part(payment, reserved, enough, _too_large),
    ]


def _created(
    payment: PaymentRow, refund_id: str, amount_fen: int, reason: str, now: datetime, must_arrive: bool
) -> RefundRow:
    return RefundRow(
        table.order_key(payment.order_id),
        table.refund_key(refund_id),
        agent_id=payment.agent_id,
        payment_id=payment.payment_id,
        method=payment.method,
        state=table.refund_state("created"),
        state_since=clock.to_text(now),
        amount_fen=amount_fen,
        paid_fen=payment.amount_fen,
        note=reason,
        created_at=clock.to_text(now),
        due_kind="refund",
        due_at=clock.to_text(rules.next_check(1, now)),
        asked=0,
        must_arrive=must_arrive or None,
    )


def _too_large(old: transaction.OldRow) -> Exception:
    left = old["refundable_fen"] if old else 0
    return rules.RefundTooLarge(refundable_fen=left)


def send_refund(refund_id: str, now: datetime) -> None:
    """Ask the provider for the money, always under the same number; ask first when it may have been asked.

    What came by transfer, finance sends back by hand; what is still owed is owed no longer. An unknown
    outcome is asked about later.
    """
    row = _found(refund_id)
    if row.stage not in rules.UNSETTLED:
        return
    if row.method in rules.BY_HAND:
        _change(row, "requested", ("created",), now, table.not_due(RefundRow))
        if _is_owed(row):
            _succeed(row, now, now, ())
        return
    try:
        word = _send_or_ask(row, now)
    except ProviderUnsure:
        _ask_later(row, now)
    except ProviderRefused as refusal:
        _note_refusal(row, refusal, now)
    else:
        record_refund(word, now)
        if word.state == "processing":
            _ask_later(row, now)


def _is_owed(row: RefundRow) -> bool:
    payment = table.find_payment(row.payment_id)
    return payment is not None and payment.stage in rules.OWED


def _send_or_ask(row: RefundRow, now: datetime) -> RefundWord:
    channel = channel_of(row.way)
    if row.stage != "created" and (known := _asked(channel, row)):
        return known
    _change(row, "requested", ("created",), now)
    payment = table.find_payment(row.payment_id)
    assert payment
    return channel.refund(row, payment)


def _asked(channel: Channel, row: RefundRow) -> RefundWord | None:
    """A question that is refused tells nothing of the refund: its outcome stays unknown."""
    try:
        return channel.ask_refund(row)
    except ProviderRefused as refusal:
        raise ProviderUnsure(reason=refusal.provider_code) from refusal


def _ask_later(row: RefundRow, now: datetime) -> None:
    unsettled = table.refund_state_in(rules.UNSETTLED)
    table.change(row, table.due_again(RefundRow, int(row.asked or 0), now), unsettled)


def _note_refusal(row: RefundRow, refusal: ProviderRefused, now: datetime) -> None:
    why = [RefundRow.reason.set(refusal.provider_code)]
    if refusal.provider_code in rules.PASSING:
        waiting = table.due_again(RefundRow, int(row.asked or 0), now)
        table.change(row, [*waiting, *why], table.refund_state_in(rules.UNSETTLED))
        return
    log.count("RefundsRefused")
    _change(row, "abnormal", ("requested", "processing"), now, [*table.not_due(RefundRow), *why])


def record_refund(word: RefundWord, now: datetime) -> None:
    """Record what the provider says of a refund, the same however often it is told.

    Raises RefundNotFound; AmountDiffers (nothing changes).
    """
    row = table.find_refund(word.refund_id)
    if row is None or word.payment_id not in (row.payment_id, None):
        log.count("UnknownRefunds")
        raise rules.RefundNotFound(refund_id=word.refund_id)
    if word.amount_fen != row.amount_fen:
        log.count("RefundAmountsDiffer")
        raise rules.AmountDiffers(refund_id=row.refund_id)
    match word.state:
        case "succeeded":
            named = [RefundRow.provider_refund_id.set(word.provider_refund_id)]
            at = word.refunded_at or now
            _succeed(row, at, now, [*named, *table.moved(RefundRow, at)])
        case "closed" if not row.must_arrive:
            _close(row, now)
        case "closed" | "abnormal":
            log.count("RefundsAbnormal")
            why = [*table.not_due(RefundRow), RefundRow.reason.set(word.state.upper())]
            _change(row, "abnormal", ("requested", "processing"), now, why)
        case "processing":
            _change(row, "processing", ("requested",), now)


def _change(
    row: RefundRow,
    state: RefundState,
    earlier: Sequence[RefundState],
    now: datetime,
    actions: Actions = (),
) -> bool:
    return table.change(row, [*table.to_refund_state(state, now), *actions], table.refund_state_in(earlier))


def _succeed(row: RefundRow, at: datetime, now: datetime, actions: Actions) -> None:
    """The money went back: the refund ends and the payment counts it, in one write."""

    def counted(payment: PaymentRow) -> Actions:
        total = int(payment.refunded_fen + row.amount_fen)
        state = rules.refunded_state(payment.stage, int(payment.amount_fen), total)
        ended = table.not_due(PaymentRow) if state == "refunded" else []
        return [*table.to_payment_state(state, now), *ended, PaymentRow.refunded_fen.set(total)]

    _end(row, "succeeded", [RefundRow.refunded_at.set(clock.to_text(at)), *actions], counted, now)


def _close(row: RefundRow, now: datetime) -> None:
    """The provider gave the refund up: its amount may be refunded anew."""

    def given_back(payment: PaymentRow) -> Actions:
        return [PaymentRow.refundable_fen.add(row.amount_fen)]

    _end(row, "closed", [RefundRow.reason.set(_CLOSED)], given_back, now)


def _end(
    row: RefundRow,
    state: RefundState,
    actions: Actions,
    on_payment: Callable[[PaymentRow], Actions],
    now: datetime,
) -> None:
    def write() -> None:
        refund, payment = table.find_refund(row.refund_id), table.find_payment(row.payment_id)
        assert refund
        assert payment
        if refund.stage == state:
            return
        if state not in rules.REFUND[refund.stage]:
            log.count("RefundsContradicted")
            raise rules.RefundNotOpen(refund_id=row.refund_id)
        ended = [*table.to_refund_state(state, now), *table.not_due(RefundRow), *actions]
        same_stage = table.refund_state_in([refund.stage])
        same_sum = table.payment_state_in([payment.stage]) & (PaymentRow.refunded_fen == payment.refunded_fen)
        transaction.commit(
            [
                table.change_part(refund, ended, same_stage),
                table.change_part(payment, on_payment(payment), same_sum),
                *(_credit_back_parts(payment, row) if state == "succeeded" else ()),
            ]
        )

    transaction.retry_stale(write)


def _credit_back_parts(payment: PaymentRow, row: RefundRow) -> list[Part]:
    if payment.stage not in rules.OWED:
        return []
    whole = int(payment.refunded_fen + row.amount_fen) >= payment.amount_fen
    ends_overdue = whole and payment.stage == "overdue"
    return agents.return_credit_parts(payment.agent_id, int(row.amount_fen), ends_overdue)


def retry_refund(refund_id: str, staff: Principal, now: datetime) -> RefundRecord:
    """Send an abnormal refund again: under its old number, or a new one if the provider closed that.

    Raises RefundNotFound, RefundNotOpen.
    """
    row = _covered(refund_id, staff)
    if row.reason == _CLOSED:
        return record_of_refund(_renewed(row, staff, now))
    decided = [RefundRow.decided_by.set(staff.user_id), RefundRow.reason.remove()]
    again = [*table.due_again(RefundRow, 0, now), *decided]
    if not _change(row, "requested", ("abnormal",), now, again):
        raise rules.RefundNotOpen()
    send_refund(refund_id, now)
    return record_of_refund(_covered(refund_id, staff))


def _renewed(row: RefundRow, staff: Principal, now: datetime) -> RefundRow:
    """The same refund under the next number, in the place of the one that the provider closed."""
    payment = table.find_payment(row.payment_id)
    assert payment
    following = _created(payment, f"{row.refund_id}R", int(row.amount_fen), row.note, now, must_arrive=True)
    ended = [*table.to_refund_state("closed", now), RefundRow.decided_by.set(staff.user_id)]
    still_abnormal = table.refund_state_in(["abnormal"])
    transaction.commit(
        [
            table.change_part(row, ended, still_abnormal, rules.RefundNotOpen),
            transaction.create(following, RefundKnown),
        ]
    )
    return following


def confirm_refund(refund_id: str, bank_reference: str, staff: Principal, now: datetime) -> RefundRecord:
    """Finance sent the money by hand: for transfers, and for what the provider cannot refund.

    Raises RefundNotFound, RefundNotOpen.
    """
    row = _covered(refund_id, staff)
    if row.stage == "succeeded" and row.bank_reference == bank_reference:
        return record_of_refund(row)
    if row.stage != "abnormal" and not (row.stage == "requested" and row.method in rules.BY_HAND):
        raise rules.RefundNotOpen()
    by_hand = [RefundRow.bank_reference.set(bank_reference), RefundRow.decided_by.set(staff.user_id)]
    _succeed(row, now, now, by_hand)
    confirmed = _covered(refund_id, staff)
    if confirmed.bank_reference != bank_reference:  # somebody else was first
        raise rules.RefundNotOpen()
    return record_of_refund(confirmed)


def _found(refund_id: str) -> RefundRow:
    row = table.find_refund(refund_id)
    if row is None:
        raise rules.RefundNotFound(refund_id=refund_id)
    return row


def _covered(refund_id: str, staff: Principal) -> RefundRow:
    row = _found(refund_id)
    if not agents.covered_by(staff)(row.agent_id):
        raise rules.RefundNotFound(refund_id=refund_id)
    return row
