"""Bank transfers: the buyer sends a voucher, finance compares it with the bank statement."""

from datetime import datetime

from functions.agents import operations as agents
from functions.payments import rules, table
from functions.payments.operations.settling import owned
from functions.payments.operations.views import record_of, view_of
from functions.payments.schemas import (
    Confirmation,
    PaymentRecord,
    PaymentView,
    Rejection,
    Voucher,
    VoucherLink,
)
from functions.payments.table import PaymentRow
from kit import clock, transaction
from kit.errors import NotFound
from kit.tokens import Principal


def submit_voucher(
    payment_id: str, agent_id: str, voucher: Voucher, bucket: str, now: datetime
) -> PaymentView:
    """Take proof of a transfer; the same proof sent again changes nothing.

    Raises PaymentNotFound, NotATransfer, VoucherNotExpected, UploadNotFound, UploadRefused.
    """
    row = owned(payment_id, agent_id)
    if row.method != "bank_transfer":
        raise rules.NotATransfer()
    if row.stage == "voucher_submitted" and row.voucher == voucher.upload_key:
        return view_of(row)
    agents.keep_upload(agent_id, voucher.upload_key, "voucher", bucket)
    submitted = [
        *table.to_payment_state("voucher_submitted", now),
        PaymentRow.voucher.set(voucher.upload_key),
        PaymentRow.payer_name.set(voucher.payer_name),
        PaymentRow.reason.remove(),
    ]
    expected = table.payment_state_in(rules.before(rules.PAYMENT, "voucher_submitted"))
    if not table.change(row, submitted, expected):
        raise rules.VoucherNotExpected()
    return view_of(row)


def confirm_transfer(payment_id: str, found: Confirmation, staff: Principal, now: datetime) -> PaymentRecord:
    """Finance found the money: the amount due confirms the payment, any other is noted as a mismatch.

    A bank reference confirms one transfer only. Repeating the same confirmation changes nothing.
    Raises PaymentNotFound, NotATransfer, NothingToConfirm, ReferenceUsed.
    """
    row = _transfer(payment_id, staff)
    if row.stage in rules.PAID and row.bank_reference == found.bank_reference:
        return record_of(row)
    seen = [
        PaymentRow.received_fen.set(found.received_fen),
        PaymentRow.bank_reference.set(found.bank_reference),
        PaymentRow.decided_by.set(staff.user_id),
    ]
    decided = table.payment_state_in(rules.before(rules.PAYMENT, "confirmed"))
    if found.received_fen != row.amount_fen:
        if not table.change(row, [*table.to_payment_state("mismatched", now), *seen], decided):
            raise rules.NothingToConfirm()
        return record_of(row)
    confirmed = [
        *table.to_payment_state("confirmed", now),
        *seen,
        PaymentRow.paid_at.set(clock.to_text(now)),
        PaymentRow.refundable_fen.set(row.amount_fen),
        PaymentRow.reason.remove(),
    ]
    transaction.commit(
        [
            table.change_part(row, confirmed, decided, rules.NothingToConfirm),
            table.use_reference_part(found.bank_reference, payment_id, rules.ReferenceUsed),
        ]
    )
    return record_of(_transfer(payment_id, staff))


def reject_transfer(payment_id: str, rejection: Rejection, staff: Principal, now: datetime) -> PaymentRecord:
    """Finance does not accept the voucher; the buyer may send another.

    Raises PaymentNotFound, NotATransfer, NothingToConfirm.
    """
    row = _transfer(payment_id, staff)
    rejected = [
        *table.to_payment_state("rejected", now),
        PaymentRow.reason.set(rejection.reason),
        PaymentRow.decided_by.set(staff.user_id),
    ]
    if not table.change(row, rejected, table.payment_state_in(rules.before(rules.PAYMENT, "rejected"))):
        raise rules.NothingToConfirm()
    return record_of(row)


def voucher_link(payment_id: str, staff: Principal, bucket: str) -> VoucherLink:
    """Where to see the picture that came with a transfer. Raises PaymentNotFound, NotATransfer, NotFound."""
    row = _transfer(payment_id, staff)
    if row.voucher is None:
        raise NotFound()
    return VoucherLink(url=agents.file_url(row.voucher, bucket))


def _transfer(payment_id: str, staff: Principal) -> PaymentRow:
    row = table.find_payment(payment_id)
    if row is None or not agents.covered_by(staff)(row.agent_id):
        raise rules.PaymentNotFound()
    if row.method != "bank_transfer":
        raise rules.NotATransfer()
    return row
