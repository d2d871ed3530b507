"""Payments and refunds as buyers and finance see them."""

from functions.payments.schemas import PaymentRecord, PaymentView, RefundRecord, TransferAccount
from functions.payments.table import PaymentRow, RefundRow
from functions.settings import operations as settings


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


def record_of(row: PaymentRow) -> PaymentRecord:
    """The payment as finance sees it."""
    return PaymentRecord(
        payment_id=row.payment_id,
        order_id=row.order_id,
        method=row.way,
        state=row.stage,
        amount_fen=int(row.amount_fen),
        refunded_fen=int(row.refunded_fen),
        late=bool(row.late),
        agent_id=row.agent_id,
        state_since=row.state_since,
        created_at=row.created_at,
        expires_at=row.expires_at,
        paid_at=row.paid_at,
        transaction_id=row.transaction_id,
        remittance_code=row.remittance_code,
        voucher=row.voucher,
        payer_name=row.payer_name,
        received_fen=row.received_fen,
        bank_reference=row.bank_reference,
        decided_by=row.decided_by,
        reason=row.reason,
    )


def record_of_refund(row: RefundRow) -> RefundRecord:
    """The refund as finance sees it."""
    return RefundRecord(
        refund_id=row.refund_id,
        order_id=row.order_id,
        agent_id=row.agent_id,
        payment_id=row.payment_id,
        method=row.way,
        state=row.stage,
        state_since=row.state_since,
        amount_fen=int(row.amount_fen),
        note=row.note,
        created_at=row.created_at,
        refunded_at=row.refunded_at,
        bank_reference=row.bank_reference,
        decided_by=row.decided_by,
        reason=row.reason,
    )
