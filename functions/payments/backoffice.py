"""Finance: payments by state, transfers to match with the bank statement, refunds to see to."""

from functions.payments import operations, rules, schemas
from kit.api import Call, Door, permission
from kit.pages import Page

door = Door("payments")
FINANCE = permission("finance")


@door.endpoint(
    "GET", "/payments", access=FINANCE, query=schemas.PaymentsQuery, answer=Page[schemas.PaymentRecord]
)
def list_payments(call: Call) -> Page[schemas.PaymentRecord]:
    """Payments of one state, the longest waiting first."""
    return operations.payments_in(call.query)


@door.endpoint(
    "GET", "/transfers", access=FINANCE, query=schemas.TransfersQuery, answer=Page[schemas.PaymentRecord]
)
def list_transfers(call: Call) -> Page[schemas.PaymentRecord]:
    """Bank transfers of one state, the longest waiting first."""
    return operations.transfers_in(call.query)


@door.endpoint(
    "POST",
    "/transfers/{payment_id}/confirmation",
    access=FINANCE,
    body=schemas.Confirmation,
    answer=schemas.PaymentRecord,
    errors=(rules.NotATransfer, rules.NothingToConfirm, rules.ReferenceUsed),
)
def confirm_transfer(call: Call, payment_id: str) -> schemas.PaymentRecord:
    """The money is on the bank statement; another amount than due is noted as a mismatch."""
    return operations.confirm_transfer(payment_id, call.body, call.principal.user_id, call.now)


@door.endpoint(
    "POST",
    "/transfers/{payment_id}/rejection",
    access=FINANCE,
    body=schemas.Rejection,
    answer=schemas.PaymentRecord,
    errors=(rules.NotATransfer, rules.NothingToConfirm),
)
def reject_transfer(call: Call, payment_id: str) -> schemas.PaymentRecord:
    """The voucher is not accepted; the buyer may send another."""
    return operations.reject_transfer(payment_id, call.body, call.principal.user_id, call.now)


@door.endpoint(
    "GET", "/refunds", access=FINANCE, query=schemas.RefundsQuery, answer=Page[schemas.RefundRecord]
)
def list_refunds(call: Call) -> Page[schemas.RefundRecord]:
    """Refunds of one state, the longest waiting first."""
    return operations.refunds_in(call.query)


@door.endpoint(
    "POST",
    "/refunds/{refund_id}/confirmation",
    access=FINANCE,
    body=schemas.RefundConfirmation,
    answer=schemas.RefundRecord,
    errors=(rules.RefundNotOpen,),
)
def confirm_refund(call: Call, refund_id: str) -> schemas.RefundRecord:
    """The money was sent back by hand."""
    reference = call.body.bank_reference
    return operations.confirm_refund(refund_id, reference, call.principal.user_id, call.now)


@door.endpoint(
    "POST",
    "/refunds/{refund_id}/retry",
    access=FINANCE,
    answer=schemas.RefundRecord,
    errors=(rules.RefundNotOpen,),
)
def retry_refund(call: Call, refund_id: str) -> schemas.RefundRecord:
    """Send an abnormal refund again, under its old number."""
    return operations.retry_refund(refund_id, call.principal.user_id, call.now)
