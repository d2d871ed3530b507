"""New prices: closed to payment first, told to the buyer, followed by money and points alike."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.agents import table as companies
from functions.orders.operations import paying
from functions.orders.rules import PriceChanged
from functions.payments import operations as payments
from functions.payments.schemas import Voucher
from kit import clock, transaction
from tests.integration.orders.work import (
    Staff,
    coupon_state,
    issue_coupon,
    refund,
    reserved,
    settle_refunds,
    sums,
)
from tests.kit import uploads
from tests.kit.buyers import Buyer, set_order_rules
from tests.kit.engines import Cloud
from tests.kit.http import Answer
from tests.kit.orders import FIRST, SECOND, THIRD
from tests.kit.people import AGENT, CLERK, USER, staff_token
from tests.kit.pump import Pump
from tests.kit.till import Till
from tests.kit.time import Clock


@pytest.fixture
def unpaid(buyer: Buyer) -> str:
    """Two teas and three cups with freight: 284.50 yuan."""
    set_order_rules(freight_fen=800)
    order_id: str = buyer.place((FIRST, 2), (SECOND, 3))["order_id"]
    return order_id


def reprice(staff: Staff, order_id: str, version: int = 1, **more: Any) -> Answer:
    body = {"version": version, "reason": "老客户让利"} | more
    return staff("PUT", f"/orders/{order_id}/price", body)


def price(sku_id: str, fen: int) -> list[dict[str, Any]]:
    return [{"sku_id": sku_id, "unit_price_fen": fen}]


def test_the_buyer_is_told_and_pays_the_new_price(
    unpaid: str, buyer: Buyer, staff: Staff, till: Till, pump: Pump, cloud: Cloud
) -> None:
    old = buyer.open_payment(unpaid).json["payment_id"]
    changed = reprice(staff, unpaid, lines=price(FIRST, 9_000), freight_fen=0)
    assert changed.status == 200, changed.text
    assert (changed.json["total_fen"], changed.json["repriced_by"]) == (25_650, CLERK)
    assert payments.attempts_of(unpaid)[0].state == "closed"
    assert changed.json["price_changes"] == [
        {
            "changed_at": "2026-11-22T02:00:00Z",
            "reason": "老客户让利",
            "lines": [{"sku_id": FIRST, "before_fen": 10_000, "after_fen": 9_000}],
            "freight_before_fen": 800,
            "freight_after_fen": 0,
            "total_before_fen": 28_450,
            "total_after_fen": 25_650,
        }
    ]
    pump()
    (told,) = [text for text in cloud.messages("NotificationsOnFactQueue") if "OrderRepriced" in text]
    assert '"total_before_fen": 28450, "total_after_fen": 25650' in told
    texts = [step["text"] for step in buyer.ask("GET", f"/orders/{unpaid}").json["timeline"]]
    assert "商家将订单金额由 284.50 元改为 256.50 元：老客户让利" in texts
    assert buyer.pay(till, unpaid) != old
    till.deliver()
    pump()
    assert (buyer.order(unpaid).state, sums(unpaid)[0]) == ("pending_review", "closed")
    (paid,) = cloud.messages("PointsOnOrderPaidQueue")
    assert '"net_fen":18000' in paid.replace(" ", "")
    own = staff("POST", f"/orders/{unpaid}/approval")
    assert (own.status, own.json["code"]) == (409, "OwnOrder")


def test_the_same_again_changes_nothing_and_another_is_stale(unpaid: str, staff: Staff) -> None:
    first, again = (reprice(staff, unpaid, freight_fen=0) for _ in range(2))
    assert (first.status, again.status) == (200, 200)
    assert again.json == first.json
    stale = reprice(staff, unpaid, freight_fen=100)
    assert (stale.status, stale.json["code"]) == (409, "Stale")
    assert reprice(staff, unpaid, version=2, freight_fen=0).json["code"] == "NothingRepriced"
    assert len(reprice(staff, unpaid, version=2, freight_fen=100).json["price_changes"]) == 2


def test_of_many_at_once_one_wins(unpaid: str, staff: Staff, buyer: Buyer) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda fen: reprice(staff, unpaid, freight_fen=fen), range(4)))
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]
    assert buyer.order(unpaid).price_changes == 1


def test_what_is_paid_keeps_its_price(
    unpaid: str, buyer: Buyer, staff: Staff, till: Till, pump: Pump
) -> None:
    buyer.pay(till, unpaid, notice="lose")
    refused = reprice(staff, unpaid, freight_fen=0)
    assert (refused.status, refused.json["code"]) == (409, "PaymentMade")
    assert buyer.order(unpaid).total_fen == 28_450
    assert reprice(staff, unpaid, version=2, freight_fen=0).json["code"] == "OrderStateForbids"


def test_a_transfer_under_review_keeps_its_price(unpaid: str, buyer: Buyer, staff: Staff) -> None:
    opened = buyer.open_payment(unpaid, "bank_transfer").json["payment_id"]
    key = uploads.arrive(f"agents/{AGENT}/voucher/01234.png")
    voucher = Voucher(upload_key=key, payer_name="示例商贸")
    payments.submit_voucher(opened, AGENT, voucher, os.environ["UPLOADS_BUCKET"], clock.now())
    refused = reprice(staff, unpaid, version=2, freight_fen=0)
    assert (refused.status, refused.json["code"]) == (409, "VoucherUnderReview")


def test_a_payment_decided_on_the_old_price_is_not_opened(unpaid: str, buyer: Buyer, staff: Staff) -> None:
    order = buyer.order(unpaid)
    part = paying._payable_part(order, clock.from_text(order.due_at or ""))
    reprice(staff, unpaid, freight_fen=0)
    with pytest.raises(PriceChanged):
        transaction.commit([part])


def test_opening_a_payment_and_repricing_at_once_agree(
    unpaid: str, buyer: Buyer, staff: Staff, till: Till
) -> None:
    acts: list[Callable[[], Answer]] = [
        lambda: buyer.open_payment(unpaid),
        lambda: reprice(staff, unpaid, freight_fen=0),
    ] * 3
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda act: act(), acts))
    due = buyer.order(unpaid).total_fen
    opened = [one for one in payments.attempts_of(unpaid) if one.state in ("created", "prepaid")]
    assert all(one.amount_fen == due for one in opened)
    assert len(opened) <= 1


def test_an_order_that_costs_nothing_waits_for_somebody_else(unpaid: str, staff: Staff, buyer: Buyer) -> None:
    lines = [*price(FIRST, 0), *price(SECOND, 0)]
    free = reprice(staff, unpaid, lines=lines, freight_fen=0)
    assert (free.json["state"], free.json["total_fen"], free.json["pay_before"]) == (
        "pending_review",
        0,
        None,
    )
    assert staff("POST", f"/orders/{unpaid}/approval").json["code"] == "OwnOrder"
    second = staff_token("orders.review", user_id="0CHIEF00000000000000000000")
    assert staff("POST", f"/orders/{unpaid}/approval", token=second).json["state"] == "to_ship"


def test_an_order_that_costs_nothing_can_be_closed_before_it_leaves(unpaid: str, staff: Staff) -> None:
    reprice(staff, unpaid, lines=[*price(FIRST, 0), *price(SECOND, 0)], freight_fen=0)
    second = staff_token("orders.review", user_id="0CHIEF00000000000000000000")
    assert staff("POST", f"/orders/{unpaid}/approval", token=second).json["state"] == "to_ship"
    assert (reserved(FIRST), reserved(SECOND)) == (2, 3)
    for _ in range(2):
        closed = refund(staff, unpaid, "close-01")
        assert (closed.status, closed.json["state"], closed.json["refunded_fen"]) == (201, "closed", 0)
    assert (reserved(FIRST), reserved(SECOND)) == (0, 0)


def test_coupon_and_refund_follow_the_new_shares(
    buyer: Buyer, staff: Staff, till: Till, pump: Pump, at: Clock
) -> None:
    set_order_rules(review_repriced=False)
    coupon = issue_coupon(at)
    order_id = buyer.place((FIRST, 2), coupon_id=coupon)["order_id"]
    assert reprice(staff, order_id, lines=price(FIRST, 5_000)).json["total_fen"] == 8_000
    buyer.pay(till, order_id)
    till.deliver()
    pump()
    assert (buyer.order(order_id).state, coupon_state(coupon)) == ("to_ship", "used")
    assert staff("POST", f"/orders/{order_id}/refunds", {"reason": "全部取消"}, key="refund-01").status == 201
    settle_refunds(till, pump)
    assert sums(order_id) == ("refunded", 0, 8_000)


def test_the_buyers_limit_follows(buyer: Buyer, staff: Staff) -> None:
    companies.UserRow(
        f"AGENT#{AGENT}",
        f"USER#{USER}",
        user_id=USER,
        name="李小明",
        role="buyer",
        spending_limit_fen=30_000,
        version=1,
    ).save()
    order_id = buyer.place((FIRST, 2))["order_id"]
    assert reprice(staff, order_id, lines=price(FIRST, 20_000)).json["code"] == "SpendingLimitReached"
    assert reprice(staff, order_id, lines=price(FIRST, 5_000)).status == 200
    row = companies.user(AGENT, USER)
    assert row
    assert row.spent_fen == 10_000


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"lines": []},
        {"lines": price(FIRST, -1)},
        {"lines": [*price(FIRST, 1), *price(FIRST, 2)]},
        {"freight_fen": -1},
        {"freight_fen": "1"},
        {"freight_fen": 1, "reason": ""},
        {"freight_fen": 1, "version": 0},
        {"freight_fen": 1, "total_fen": 1},
        {"lines": price(THIRD, 1)},
    ],
)
def test_malformed(unpaid: str, staff: Staff, buyer: Buyer, body: dict[str, Any]) -> None:
    assert reprice(staff, unpaid, **body).status == 422
    assert buyer.order(unpaid).version == 1
