"""Closing what was not paid: only when nothing can be paid any more, and then everything is given back."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from functions.agents import table as companies
from functions.orders.operations import closing
from functions.payments import operations as payments
from functions.payments import table as books
from functions.payments.schemas import Voucher
from infra.local.providers.web import Refusal
from kit import clock
from kit.facts import LeftOver
from tests.integration.orders.work import (
    close_overdue,
    coupon_state,
    issue_coupon,
    refunds_at_wechat,
    reserved,
)
from tests.kit import uploads
from tests.kit.buyers import Buyer
from tests.kit.engines import Cloud
from tests.kit.orders import FIRST, SECOND
from tests.kit.people import AGENT, USER
from tests.kit.pump import Pump
from tests.kit.till import Till
from tests.kit.time import Clock


def test_a_cancelled_order_gives_everything_back(buyer: Buyer, till: Till, at: Clock) -> None:
    coupon = issue_coupon(at)
    order_id = buyer.place((FIRST, 2), (SECOND, 1), coupon_id=coupon)["order_id"]
    payment_id = buyer.open_payment(order_id).json["payment_id"]
    first, again = (buyer.ask("POST", f"/orders/{order_id}/cancellation") for _ in range(2))
    assert (first.status, first.json["state"], first.json["closed_reason"]) == (200, "closed", "cancelled")
    assert again.json == first.json
    assert till.wechat.ledger.payment(payment_id)["state"] == "CLOSED"
    assert (reserved(FIRST), reserved(SECOND), coupon_state(coupon)) == (0, 0, "issued")


def test_an_order_is_not_closed_under_a_payment_opened_meanwhile(buyer: Buyer) -> None:
    order_id = buyer.place((FIRST, 2))["order_id"]
    buyer.open_payment(order_id)
    with pytest.raises(payments.PaymentUnsure):
        closing._close(buyer.order(order_id), "overdue", clock.now())
    assert (buyer.order(order_id).state, reserved(FIRST)) == ("pending_payment", 2)


def test_a_buyer_may_say_why_they_cancel(buyer: Buyer) -> None:
    order_id = buyer.place((FIRST, 2))["order_id"]
    path = f"/orders/{order_id}/cancellation"
    assert buyer.ask("POST", path, {"reason": "长" * 101}).status == 422
    said, again = (buyer.ask("POST", path, {"reason": reason}).json for reason in (" 重复下单 ", "不想要了"))
    assert (said["closed_reason"], said["closed_detail"]) == ("cancelled", "重复下单")
    assert "订单已取消。重复下单" in [step["text"] for step in said["timeline"]]
    assert again == said


@pytest.mark.parametrize("lowered", [0, 1_000])
def test_an_order_closes_although_its_buyer_may_spend_less_by_now(
    buyer: Buyer, at: Clock, lowered: int
) -> None:
    row = companies.UserRow(
        f"AGENT#{AGENT}",
        f"USER#{USER}",
        user_id=USER,
        name="李小明",
        role="buyer",
        spending_limit_fen=100_000,
        version=1,
    )
    row.save()
    first, second, third = (buyer.place((FIRST, pieces))["order_id"] for pieces in (4, 3, 2))
    row.update([companies.UserRow.spending_limit_fen.set(lowered)])
    assert buyer.ask("POST", f"/orders/{first}/cancellation").json["state"] == "closed"
    at.advance(minutes=30)
    close_overdue()
    assert (buyer.order(second).state, buyer.order(third).state, reserved(FIRST)) == ("closed", "closed", 0)
    user = companies.user(AGENT, USER)
    assert user
    assert user.spent_fen == 0


def test_a_paid_order_cannot_be_cancelled(buyer: Buyer, till: Till) -> None:
    order_id = buyer.place((FIRST, 2))["order_id"]
    buyer.pay(till, order_id, notice="drop")
    answer = buyer.ask("POST", f"/orders/{order_id}/cancellation")
    assert (answer.status, answer.json["code"]) == (409, "PaymentMade")
    assert buyer.order(order_id).state == "to_ship"


def test_a_silent_provider_leaves_the_order_open(buyer: Buyer, till: Till, at: Clock) -> None:
    order_id = buyer.place((FIRST, 2))["order_id"]
    buyer.open_payment(order_id)
    for _ in range(2):
        till.wechat.fail_next("disconnect")
    answer = buyer.ask("POST", f"/orders/{order_id}/cancellation")
    assert (answer.status, answer.json["code"]) == (409, "PaymentUnsure")
    at.advance(minutes=30)
    for _ in range(2):
        till.wechat.fail_next("disconnect")
    close_overdue()
    assert (buyer.order(order_id).state, reserved(FIRST)) == ("pending_payment", 2)
    at.advance(minutes=2)
    close_overdue()
    assert (buyer.order(order_id).state, reserved(FIRST)) == ("closed", 0)


def test_the_deadline_closes_what_was_not_paid(buyer: Buyer, pump: Pump, cloud: Cloud, at: Clock) -> None:
    order_id = buyer.place((FIRST, 2))["order_id"]
    at.advance(minutes=29, seconds=59)
    close_overdue()
    assert buyer.order(order_id).state == "pending_payment"
    at.advance(seconds=1)
    assert buyer.open_payment(order_id).json["code"] == "DeadlinePassed"
    for _ in range(2):
        close_overdue()
    shown = buyer.ask("GET", f"/orders/{order_id}").json
    assert (shown["state"], shown["closed_reason"], reserved(FIRST)) == ("closed", "overdue", 0)
    assert shown["timeline"][0]["text"] == "超时未付款，订单已自动关闭"


def test_a_payment_without_notice_is_found_at_the_deadline(buyer: Buyer, till: Till, at: Clock) -> None:
    order_id = buyer.place((FIRST, 2))["order_id"]
    buyer.pay(till, order_id, notice="drop")
    at.advance(minutes=30)
    close_overdue()
    assert (buyer.order(order_id).state, reserved(FIRST)) == ("to_ship", 2)


def test_a_transfer_under_review_keeps_the_order_open(buyer: Buyer, at: Clock) -> None:
    order_id = buyer.place((FIRST, 2), payment_method="bank_transfer")["order_id"]
    payment_id = buyer.open_payment(order_id, "bank_transfer").json["payment_id"]
    key = uploads.arrive(f"agents/{AGENT}/voucher/0123456789.jpg")
    voucher = Voucher(upload_key=key, payer_name="广州示例贸易")
    payments.submit_voucher(payment_id, AGENT, voucher, os.environ["UPLOADS_BUCKET"], clock.now())
    at.advance(days=3)
    close_overdue()
    assert buyer.order(order_id).state == "pending_payment"
    answer = buyer.ask("POST", f"/orders/{order_id}/cancellation")
    assert answer.json["code"] == "VoucherUnderReview"


def test_one_order_in_trouble_keeps_no_other_waiting(buyer: Buyer, till: Till, at: Clock) -> None:
    troubled = buyer.place((FIRST, 2))["order_id"]
    at.advance(seconds=1)
    other = buyer.place((FIRST, 3))["order_id"]
    payment_id = buyer.open_payment(troubled).json["payment_id"]
    row = books.find_payment(payment_id)
    assert row
    till.wechat.pay(payment_id, notice="drop")
    row.update([books.PaymentRow.amount_fen.set(1)])
    at.advance(minutes=31)
    with pytest.raises(LeftOver):
        close_overdue()
    assert [buyer.order(order_id).state for order_id in (troubled, other)] == ["pending_payment", "closed"]


def test_payment_and_deadline_race_and_nothing_is_lost(
    buyer: Buyer, till: Till, pump: Pump, at: Clock
) -> None:
    """Whoever wins: the order is either paid with its goods reserved, or closed with its money sent back."""
    for _ in range(4):
        order_id = buyer.place((FIRST, 2))["order_id"]
        payment_id = buyer.open_payment(order_id).json["payment_id"]
        at.advance(minutes=29)
        before = reserved(FIRST)

        def pay(payment_id: str = payment_id) -> None:
            with suppress(Refusal):  # the closer was faster
                till.wechat.pay(payment_id)
            till.deliver()

        def close(order_id: str = order_id) -> None:
            buyer.ask("POST", f"/orders/{order_id}/cancellation")

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda act: act(), [pay, close]))
        pump()
        order, paid = buyer.order(order_id), till.wechat.ledger.payment(payment_id)["state"] != "CLOSED"
        assert order.state == ("to_ship" if paid else "closed")
        assert reserved(FIRST) == before - (0 if paid else 2)
    assert refunds_at_wechat(till) == []
