"""Finance: payments by state, transfers to match with statements, refunds to see to, bills to compare."""

import os
import time

from functions.payments import operations, rules, schemas
from functions.payments.rules import comparing
from kit.api import Call, Door, permission
from kit.errors import NotFound
from kit.pages import Page, PageQuery

door = Door("payments")
FINANCE, SETTINGS = permission("finance"), permission("settings")


@door.endpoint(
    "GET",
    "/payments",
    access=FINANCE,
    query=schemas.PaymentsQuery,
    answer=Page[schemas.PaymentRecord],
    errors=(NotFound,),
)
def list_payments(call: Call) -> Page[schemas.PaymentRecord]:
    """Payments of one company, newest first, or of one state, the longest waiting first."""
    return operations.payments_in(call.query, call.principal)


@door.endpoint("GET", "/orders/{order_id}/payments", access=FINANCE, answer=schemas.OrderPayments)
def list_payments_of_order(call: Call, order_id: str) -> schemas.OrderPayments:
    """All that was paid for an order and given back."""
    return operations.payments_of(order_id, call.principal)


@door.endpoint(
    "GET", "/transfers", access=FINANCE, query=schemas.TransfersQuery, answer=Page[schemas.PaymentRecord]
)
def list_transfers(call: Call) -> Page[schemas.PaymentRecord]:
    """Bank transfers of one state, the longest waiting first."""
    return operations.transfers_in(call.query, call.principal)


@door.endpoint(
    "GET",
    "/transfers/{payment_id}/voucher",
    access=FINANCE,
    answer=schemas.VoucherLink,
    errors=(rules.NotATransfer,),
)
def show_voucher(call: Call, payment_id: str) -> schemas.VoucherLink:
    """The picture that came with a transfer."""
    return operations.voucher_link(payment_id, call.principal, os.environ["UPLOADS_BUCKET"])


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
    return operations.confirm_transfer(payment_id, call.body, call.principal, call.now)


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
    return operations.reject_transfer(payment_id, call.body, call.principal, call.now)


@door.endpoint(
    "GET", "/credits", access=FINANCE, query=schemas.CreditsQuery, answer=Page[schemas.PaymentRecord]
)
def list_credits(call: Call) -> Page[schemas.PaymentRecord]:
    """Orders on credit of one state, the longest waiting first."""
    return operations.credits_in(call.query, call.principal)


@door.endpoint("GET", "/credits/ageing", access=FINANCE, answer=schemas.CreditAgeing)
def show_credit_ageing(call: Call) -> schemas.CreditAgeing:
    """What companies owe, by how late it is."""
    return operations.credit_ageing(call.principal, call.now)


@door.endpoint(
    "POST",
    "/credits/{payment_id}/settlement",
    access=FINANCE,
    body=schemas.Confirmation,
    answer=schemas.PaymentRecord,
    errors=(rules.NotOwed, rules.ReferenceUsed),
)
def settle_credit(call: Call, payment_id: str) -> schemas.PaymentRecord:
    """The money for an order on credit is on the bank statement; it frees the company's limit."""
    return operations.settle_credit(payment_id, call.body, call.principal, call.now)


@door.endpoint(
    "GET",
    "/refunds",
    access=FINANCE,
    query=schemas.RefundsQuery,
    answer=Page[schemas.RefundRecord],
    errors=(NotFound,),
)
def list_refunds(call: Call) -> Page[schemas.RefundRecord]:
    """Refunds of one company, newest first, or of one state, the longest waiting first."""
    return operations.refunds_in(call.query, call.principal)


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
    return operations.confirm_refund(refund_id, call.body.bank_reference, call.principal, call.now)


@door.endpoint(
    "POST",
    "/refunds/{refund_id}/retry",
    access=FINANCE,
    answer=schemas.RefundRecord,
    errors=(rules.RefundNotOpen,),
)
def retry_refund(call: Call, refund_id: str) -> schemas.RefundRecord:
    """Send an abnormal refund again: under its old number, or a new one if the provider closed that."""
    return operations.retry_refund(refund_id, call.principal, call.now)


@door.endpoint(
    "GET", "/reconciliations", access=FINANCE, query=PageQuery, answer=Page[schemas.ReconciliationRecord]
)
def list_reconciliations(call: Call) -> Page[schemas.ReconciliationRecord]:
    """The days whose books were compared with a provider's, newest first."""
    return operations.reconciliations(call.query)


@door.endpoint(
    "POST",
    "/reconciliations",
    access=FINANCE,
    body=schemas.ReconcileDay,
    answer=schemas.ReconciliationRecord,
    errors=(comparing.BillNotReady, comparing.BillTooOld),
)
def reconcile_day(call: Call) -> schemas.ReconciliationRecord:
    """Compare a day's books with a provider's now; repeating it finds the same."""
    return operations.reconcile(call.body.method, call.body.day, call.principal.user_id, call.now)


@door.endpoint(
    "GET",
    "/reconciliations/{day}",
    access=FINANCE,
    query=schemas.ReconciliationQuery,
    answer=schemas.ReconciliationRecord,
)
def show_reconciliation(call: Call, day: str) -> schemas.ReconciliationRecord:
    """How one day compares."""
    return operations.reconciliation(call.query.method, comparing.day_of(day))


@door.endpoint(
    "GET",
    "/reconciliations/{day}/differences",
    access=FINANCE,
    query=schemas.DifferencesQuery,
    answer=Page[schemas.DifferenceRecord],
)
def list_differences(call: Call, day: str) -> Page[schemas.DifferenceRecord]:
    """What a day's books do not agree on, with what became of it."""
    return operations.differences(call.query.method, comparing.day_of(day), call.query)


@door.endpoint(
    "POST",
    "/reconciliations/{day}/differences/{difference_id}/resolution",
    access=FINANCE,
    query=schemas.ReconciliationQuery,
    body=schemas.Resolution,
    answer=schemas.DifferenceRecord,
    errors=(comparing.DifferenceSettled,),
)
def resolve_difference(call: Call, day: str, difference_id: str) -> schemas.DifferenceRecord:
    """Note what was behind a difference; that is done once."""
    method, actor = call.query.method, call.principal.user_id
    return operations.resolve_difference(
        method, comparing.day_of(day), difference_id, call.body, actor, call.now
    )


@door.endpoint("POST", "/payment-methods/{kind}/test", access=SETTINGS, answer=schemas.ConnectionTest)
def test_payment_method(call: Call, kind: str) -> schemas.ConnectionTest:
    """Ask WeChat Pay (`wechat`) or UnionPay (`union-pay`) something harmless, signed both ways."""
    return operations.try_connection(comparing.provider_of(kind), time.monotonic, call.now)
