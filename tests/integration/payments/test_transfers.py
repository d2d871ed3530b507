"""Bank transfers: a voucher from the buyer, a look at the bank statement by finance."""

from typing import Any

import pytest

from functions.payments import api, operations, table
from functions.payments.schemas import PaymentView
from kit import clock, transaction
from kit.api import Api
from tests.integration.payments.conftest import TOTAL, Counter, other_order
from tests.kit import uploads
from tests.kit.engines import Cloud, Tables
from tests.kit.http import Answer, call
from tests.kit.people import AGENT, OTHER_AGENT, agent_token, staff_token
from tests.kit.pump import Pump
from tests.kit.till import Till
from tests.kit.time import Clock

VOUCHER = {"upload_key": f"agents/{AGENT}/voucher/0123456789.jpg", "payer_name": "北方商贸有限公司"}
FOUND = {"received_fen": TOTAL, "bank_reference": "BOC20261122001"}


@pytest.fixture
def transfer(counter: Counter) -> PaymentView:
    uploads.arrive(VOUCHER["upload_key"])
    return counter.open("bank_transfer", openid=None)


def submit(payment: PaymentView, body: Any = VOUCHER, **given: Any) -> Answer:
    held = given or {"token": agent_token()}
    return call(api.app, "POST", f"/payments/{payment.payment_id}/voucher", body, **held)


def another() -> str:
    """Another voucher that was uploaded."""
    return uploads.arrive(f"agents/{AGENT}/voucher/another.jpg")


def decide(app: Api, payment: PaymentView, act: str, body: Any = FOUND, **given: Any) -> Answer:
    held = given or {"token": staff_token("finance")}
    return call(app, "POST", f"/admin/transfers/{payment.payment_id}/{act}", body, **held)


def reject(app: Api, payment: PaymentView) -> Answer:
    return decide(app, payment, "rejection", {"reason": "凭证看不清"})


def test_a_transfer_shows_where_to_send_the_money_and_what_to_write(transfer: PaymentView) -> None:
    assert transfer.state == "awaiting"
    assert transfer.transfer
    assert transfer.transfer.remittance_code == "20261122-0RDER000"
    assert transfer.transfer.holder == "示例品牌有限公司"


def test_from_voucher_to_confirmed(
    transfer: PaymentView, back_office: Api, tables: Tables, cloud: Cloud
) -> None:
    pump = Pump(tables, cloud, {"payments"})
    assert submit(transfer).json["state"] == "voucher_submitted"
    waiting = call(back_office, "GET", "/admin/transfers", token=staff_token("finance")).json["items"]
    assert [payment["payment_id"] for payment in waiting] == [transfer.payment_id]
    first, again = (decide(back_office, transfer, "confirmation") for _ in range(2))
    assert (first.status, first.json["state"], again.json) == (200, "confirmed", first.json)
    pump()
    (message,) = cloud.messages("OrdersOnPaymentSucceededQueue")
    assert '"bank_transfer"' in message


def test_submitting_the_same_voucher_twice_changes_nothing(transfer: PaymentView, tables: Tables) -> None:
    submit(transfer)
    before = tables.rows("payments")
    assert submit(transfer).status == 200
    assert tables.rows("payments") == before
    assert submit(transfer, {**VOUCHER, "upload_key": another()}).status == 409


def test_another_amount_is_a_mismatch_until_the_rest_arrives(transfer: PaymentView, back_office: Api) -> None:
    submit(transfer)
    less = decide(back_office, transfer, "confirmation", {**FOUND, "received_fen": TOTAL - 1})
    assert (less.status, less.json["state"], less.json["received_fen"]) == (200, "mismatched", TOTAL - 1)
    assert decide(back_office, transfer, "confirmation").json["state"] == "confirmed"


def test_a_rejected_voucher_may_be_replaced(transfer: PaymentView, back_office: Api) -> None:
    submit(transfer)
    assert reject(back_office, transfer).json["state"] == "rejected"
    shown = call(api.app, "GET", f"/payments/{transfer.payment_id}", token=agent_token()).json
    assert (shown["state"], shown["reason"]) == ("rejected", "凭证看不清")
    assert submit(transfer).json["state"] == "voucher_submitted"


def test_one_bank_reference_confirms_one_transfer(transfer: PaymentView, back_office: Api) -> None:
    second = other_order().open("bank_transfer", openid=None)
    submit(transfer)
    submit(second)
    assert decide(back_office, transfer, "confirmation").status == 200
    answer = decide(back_office, second, "confirmation")
    assert (answer.status, answer.json["code"]) == (409, "ReferenceUsed")


def test_without_a_voucher_there_is_nothing_to_decide(transfer: PaymentView, back_office: Api) -> None:
    assert decide(back_office, transfer, "confirmation").json["code"] == "NothingToConfirm"
    assert reject(back_office, transfer).json["code"] == "NothingToConfirm"


def test_a_confirmed_transfer_cannot_be_rejected(transfer: PaymentView, back_office: Api) -> None:
    submit(transfer)
    decide(back_office, transfer, "confirmation")
    assert reject(back_office, transfer).status == 409
    assert submit(transfer, {**VOUCHER, "upload_key": another()}).status == 409
    other = {**FOUND, "bank_reference": "BOC20261122002"}
    assert decide(back_office, transfer, "confirmation", other).status == 409


def test_a_transfer_under_review_keeps_the_order_open(
    transfer: PaymentView, counter: Counter, back_office: Api, at: Clock
) -> None:
    submit(transfer)
    assert operations.close_attempt(counter.order_id, clock.now()) == "under_review"
    with pytest.raises(operations.VoucherUnderReview):
        counter.open("wechat")
    reject(back_office, transfer)
    assert operations.close_attempt(counter.order_id, clock.now()) == "under_review"
    at.advance(days=1)
    assert operations.close_attempt(counter.order_id, clock.now()) == "closed"


def test_the_buyer_may_change_to_wechat_before_sending_a_voucher(
    transfer: PaymentView, counter: Counter
) -> None:
    assert counter.open("wechat").payment_id == f"{counter.order_id}-2"
    assert submit(transfer).status == 409


def test_a_wechat_payment_takes_no_voucher(counter: Counter, back_office: Api) -> None:
    payment = counter.open()
    assert submit(payment).json["code"] == "NotATransfer"
    assert decide(back_office, payment, "confirmation").json["code"] == "NotATransfer"


def test_a_refund_of_a_transfer_is_paid_by_hand(transfer: PaymentView, back_office: Api) -> None:
    submit(transfer)
    decide(back_office, transfer, "confirmation")
    number = operations.refund_id(transfer.order_id, "CAUSE")
    now = clock.now()
    transaction.commit(
        operations.refund_parts(transfer.order_id, transfer.payment_id, number, 100, "退一件", now)
    )
    operations.send_refund(number, now)
    body = {"bank_reference": "BOC20261123009"}
    answer = call(
        back_office, "POST", f"/admin/refunds/{number}/confirmation", body, token=staff_token("finance")
    )
    assert (answer.status, answer.json["state"]) == (200, "succeeded")
    row = table.find_payment(transfer.payment_id)
    assert row
    assert (row.state, row.refunded_fen) == ("partly_refunded", 100)


def test_vouchers_come_from_the_company_that_pays(transfer: PaymentView) -> None:
    assert submit(transfer, token=agent_token(OTHER_AGENT)).status == 404
    assert call(api.app, "POST", f"/payments/{transfer.payment_id}/voucher", VOUCHER).status == 401
    assert submit(transfer, token=staff_token("finance")).status == 403
    foreign = {**VOUCHER, "upload_key": f"agents/{OTHER_AGENT}/voucher/0123456789.jpg"}
    assert submit(transfer, foreign).status == 404


def test_a_voucher_is_a_picture_that_was_uploaded(transfer: PaymentView) -> None:
    missing = {**VOUCHER, "upload_key": f"agents/{AGENT}/voucher/missing.jpg"}
    assert submit(transfer, missing).json["code"] == "UploadNotFound"
    assert uploads.kept(VOUCHER["upload_key"]) is None
    assert submit(transfer).status == 200
    assert uploads.kept(VOUCHER["upload_key"]) == uploads.JPEG


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"", 422),
        ({}, 422),
        ({**VOUCHER, "payer_name": ""}, 422),
        ({**VOUCHER, "upload_key": "x" * 300}, 422),
        ({**VOUCHER, "paid": True}, 422),
        ({**VOUCHER, "upload_key": 7}, 422),
    ],
)
def test_a_malformed_voucher_is_refused(body: Any, status: int, transfer: PaymentView) -> None:
    assert submit(transfer, body).status == status


@pytest.mark.parametrize(
    "body",
    [
        {},
        {**FOUND, "received_fen": 0},
        {**FOUND, "received_fen": -1},
        {**FOUND, "received_fen": 1.5},
        {**FOUND, "received_fen": "100"},
        {**FOUND, "received_fen": 10**15},
        {**FOUND, "bank_reference": "x"},
        {**FOUND, "state": "confirmed"},
    ],
)
def test_a_malformed_confirmation_is_refused(body: Any, transfer: PaymentView, back_office: Api) -> None:
    submit(transfer)
    assert decide(back_office, transfer, "confirmation", body).status == 422


def test_only_finance_decides(transfer: PaymentView, back_office: Api, till: Till) -> None:
    submit(transfer)
    for act, body in (("confirmation", FOUND), ("rejection", {"reason": "凭证看不清"})):
        assert decide(back_office, transfer, act, body, token=staff_token("orders")).status == 403
        assert decide(back_office, transfer, act, body, token=agent_token()).status == 403
        path = f"/admin/transfers/{transfer.payment_id}/{act}"
        assert call(back_office, "POST", path, body).status == 401


def test_finance_sees_the_picture_and_all_attempts_of_an_order(
    transfer: PaymentView, counter: Counter, back_office: Api, till: Till
) -> None:
    path = f"/admin/transfers/{transfer.payment_id}/voucher"
    assert call(back_office, "GET", path, token=staff_token("finance")).status == 404
    submit(transfer)
    assert call(back_office, "GET", path, token=staff_token("orders.read")).status == 403
    link = call(back_office, "GET", path, token=staff_token("finance")).json["url"]
    assert VOUCHER["upload_key"] in link
    listed = f"/admin/orders/{transfer.order_id}/payments"
    assert call(back_office, "GET", listed, token=staff_token("orders.read")).status == 403
    found = call(back_office, "GET", listed, token=staff_token("finance")).json
    assert [one["payment_id"] for one in found["payments"]] == [transfer.payment_id]
    assert found["refunds"] == []
