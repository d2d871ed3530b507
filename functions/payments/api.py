"""Payments for agents, and the notices of payment providers."""

import os

from functions.payments import operations, rules, schemas
from functions.payments.operations import union_pay as bank_card
from functions.payments.operations import wechat
from functions.payments.providers.signing import SignatureInvalid
from functions.payments.providers.union_pay import union_pay
from functions.payments.providers.wechat_pay import wechat_pay
from kit.api import AGENT, PROVIDER, Answer, Api, Call

app = Api("payments")


@app.endpoint("GET", "/payments/{payment_id}", access=AGENT, answer=schemas.PaymentView)
def show_payment(call: Call, payment_id: str) -> schemas.PaymentView:
    """How a payment stands; the provider is asked while that is not known."""
    return operations.look(payment_id, call.principal.agent, call.now)


@app.endpoint(
    "POST",
    "/payments/{payment_id}/voucher",
    access=AGENT,
    body=schemas.Voucher,
    answer=schemas.PaymentView,
    errors=(rules.NotATransfer, rules.VoucherNotExpected),
)
def submit_voucher(call: Call, payment_id: str) -> schemas.PaymentView:
    """Send proof of a bank transfer; finance compares it with the bank statement."""
    bucket = os.environ["UPLOADS_BUCKET"]
    return operations.submit_voucher(payment_id, call.principal.agent, call.body, bucket, call.now)


@app.endpoint(
    "POST",
    "/callbacks/wechat-pay/payments",
    access=PROVIDER,
    status=204,
    errors=(SignatureInvalid, rules.AmountDiffers),
)
def take_payment_notice(call: Call) -> None:
    """WeChat Pay says that a payment arrived; repeats get the same answer."""
    notice = wechat_pay().read_payment_notice(call.headers, call.raw_body)
    operations.record_word(wechat.word_of(notice.trade), call.now)


@app.endpoint(
    "POST",
    "/callbacks/wechat-pay/refunds",
    access=PROVIDER,
    status=204,
    errors=(SignatureInvalid, rules.AmountDiffers),
)
def take_refund_notice(call: Call) -> None:
    """WeChat Pay says how a refund ended; repeats get the same answer."""
    notice = wechat_pay().read_refund_notice(call.headers, call.raw_body)
    operations.record_refund(wechat.refund_word(notice.refund), call.now)


@app.endpoint("POST", "/callbacks/unionpay", access=PROVIDER, errors=(SignatureInvalid, rules.AmountDiffers))
def take_bank_notice(call: Call) -> Answer:
    """UnionPay says that a payment or a refund went through; repeats get the same answer."""
    bank_card.heed(union_pay().read_notice(call.raw_body), call.now)
    return Answer("ok", headers={"Content-Type": "text/plain"})
