"""How staff decide about after-sales: money and goods go back once and exactly."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.orders import events
from kit import clock
from tests.integration.orders.claims import RETURN, claimed, decide, returning, state
from tests.integration.orders.work import (
    Staff,
    figures,
    issue_coupon,
    settle_refunds,
    ship,
    sums,
)
from tests.kit.buyers import Buyer
from tests.kit.http import Answer
from tests.kit.orders import FIRST, SECOND, THIRD
from tests.kit.people import AGENT, agent_token, staff_token
from tests.kit.pump import Pump
from tests.kit.till import Till
from tests.kit.time import Clock

# Returns


def test_goods_come_back_and_money_goes_back(
    sent: str, buyer: Buyer, staff: Staff, till: Till, pump: Pump
) -> None:
    after_sale_id = returning(buyer, staff, sent, (FIRST, 2), (SECOND, 2))
    lines = [
        {"sku_id": FIRST, "quantity": 2, "restock": True},
        {"sku_id": SECOND, "quantity": 1, "restock": False},
    ]
    received = decide(staff, after_sale_id, "receipt", lines=lines)
    assert (received.status, received.json["state"], received.json["refund_fen"]) == (
        200,
        "refunding",
        22_550,
    )
    assert [(line["accepted"], line["restocked"]) for line in received.json["lines"]] == [(2, 2), (1, 0)]
    assert (figures(FIRST), figures(SECOND)) == ((100, 0), (97, 0))
    again = decide(staff, after_sale_id, "receipt", lines=lines, version=received.json["version"])
    assert (again.status, again.json["code"]) == (409, "KeyReused")
    settle_refunds(till, pump)
    assert state(buyer, after_sale_id) == "refunded"
    assert (figures(FIRST), sums(sent)[2]) == ((100, 0), 22_550)
    assert [line["claimable"] for line in buyer.ask("GET", f"/orders/{sent}").json["lines"]] == [0, 2, 10]


def test_pieces_sent_back_one_by_one_return_the_whole_price(
    sent: str, buyer: Buyer, staff: Staff, till: Till, pump: Pump, at: Clock
) -> None:
    order_id = buyer.place((FIRST, 3), coupon_id=issue_coupon(at))["order_id"]
    buyer.pay(till, order_id)
    till.deliver()
    pump()
    ship(staff, order_id, "parcel-02")
    for after_sale_id in [returning(buyer, staff, order_id, (FIRST, 1)) for _ in range(3)]:
        lines = [{"sku_id": FIRST, "quantity": 1, "restock": True}]
        assert decide(staff, after_sale_id, "receipt", lines=lines).status == 200
    settle_refunds(till, pump)
    assert sums(order_id)[1:] == (800, 28_000)


def test_a_lower_amount_is_explained_and_stays_kept(
    sent: str, buyer: Buyer, staff: Staff, till: Till, pump: Pump
) -> None:
    first = claimed(buyer, sent, (FIRST, 1))
    assert decide(staff, first, "approval", amount_fen=6_000).json["code"] == "LowerAmountUnexplained"
    too_much = decide(staff, first, "approval", amount_fen=10_001)
    assert (too_much.json["code"], too_much.json["most_fen"]) == ("AmountTooHigh", 10_000)
    lowered = decide(staff, first, "approval", amount_fen=6_000, reason="包装已拆，折旧四成")
    assert (lowered.json["refund_fen"], lowered.json["answer"]) == (6_000, "包装已拆，折旧四成")
    settle_refunds(till, pump)
    second = claimed(buyer, sent, (FIRST, 1))
    assert decide(staff, second, "approval", key="approval-2", freight=True).json["refund_fen"] == 10_800
    settle_refunds(till, pump)
    assert sums(sent)[2] == 16_800


def test_a_dispute_is_settled_once(sent: str, buyer: Buyer, staff: Staff, till: Till, pump: Pump) -> None:
    after_sale_id = returning(buyer, staff, sent, (FIRST, 2))
    disputed = decide(staff, after_sale_id, "dispute", reason="少寄回一件")
    assert (disputed.json["state"], disputed.json["answer"]) == ("disputed", "少寄回一件")
    body = {
        "amount_fen": 9_000,
        "reason": "双方同意退一半",
        "restock": [{"sku_id": FIRST, "quantity": 1}],
    }
    resolved = decide(staff, after_sale_id, "resolution", **body)
    assert (resolved.status, resolved.json["refund_fen"]) == (200, 9_000)
    assert figures(FIRST) == (99, 0)
    settle_refunds(till, pump, "CLOSED")
    assert state(buyer, after_sale_id) == "disputed"
    assert buyer.order(sent).claimed == {FIRST: 2}
    twice = decide(staff, after_sale_id, "resolution", key="resolution-2", **body)
    assert twice.json["code"] == "AfterSaleStateForbids"
    assert decide(staff, after_sale_id, "refund").json["state"] == "refunding"
    settle_refunds(till, pump)
    assert (state(buyer, after_sale_id), sums(sent)[2], figures(FIRST)) == ("refunded", 9_000, (99, 0))


def test_a_disputed_return_may_be_turned_down(sent: str, buyer: Buyer, staff: Staff) -> None:
    after_sale_id = returning(buyer, staff, sent, (FIRST, 1))
    decide(staff, after_sale_id, "dispute", reason="不是我们的商品")
    assert decide(staff, after_sale_id, "rejection", reason="商品不符").json["state"] == "rejected"
    assert buyer.order(sent).claims == {}


def test_a_return_needs_an_address(paid: str, buyer: Buyer, staff: Staff) -> None:
    ship(staff, paid, "parcel-01")
    after_sale_id = claimed(buyer, paid, (FIRST, 1), kind="return")
    assert decide(staff, after_sale_id, "approval").json["code"] == "ReturnAddressMissing"
    address = {"contact_name": "张三", "phone": "13900000000", "text": "佛山市禅城区仓库 3 号"}
    approved = decide(staff, after_sale_id, "approval", return_address=address)
    assert (approved.json["state"], approved.json["return_to"]) == ("awaiting_return", address)


def test_goods_not_sent_back_in_time(sent: str, buyer: Buyer, staff: Staff, at: Clock) -> None:
    late, kept = (claimed(buyer, sent, (SECOND, 1), kind="return") for _ in range(2))
    for after_sale_id in (late, kept):
        decide(staff, after_sale_id, "approval")
    buyer.ask("POST", f"/after-sales/{kept}/return-shipment", RETURN)
    for days in (6, 1, 1):
        at.advance(days=days)
        events.cancel_unreturned({"time": clock.to_text(at.now)}, None)
    assert [state(buyer, one) for one in (late, kept)] == ["cancelled", "return_shipped"]
    assert buyer.order(sent).claimed == {SECOND: 1}


def test_the_parcel_back_is_told_once(sent: str, buyer: Buyer, staff: Staff) -> None:
    after_sale_id = returning(buyer, staff, sent, (FIRST, 1))
    way = f"/after-sales/{after_sale_id}/return-shipment"
    assert buyer.ask("POST", way, RETURN).status == 200
    other = buyer.ask("POST", way, RETURN | {"tracking_no": "YT0000000001"})
    assert (other.status, other.json["code"]) == (409, "AfterSaleStateForbids")
    assert buyer.ask("POST", way, RETURN | {"carrier": "pigeon"}).status == 422
    assert buyer.ask("POST", f"/after-sales/{after_sale_id}/cancellation").status == 409


# Staff


def test_two_reviewers_at_once(sent: str, buyer: Buyer, staff: Staff) -> None:
    after_sale_id = claimed(buyer, sent, (FIRST, 1))
    acts: list[Callable[[], Answer]] = [
        lambda: decide(staff, after_sale_id, "approval", key="first-review", version=1),
        lambda: decide(staff, after_sale_id, "rejection", key="other-review", version=1, reason="已过保质期"),
        lambda: decide(staff, after_sale_id, "approval", key="third-review", version=1),
    ]
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda act: act(), acts))
    assert sorted(answer.status for answer in answers) == [200, 409, 409]
    assert {answer.json["code"] for answer in answers if answer.status == 409} == {"AfterSaleChanged"}


def test_a_repeated_decision_refunds_once(
    sent: str, buyer: Buyer, staff: Staff, till: Till, pump: Pump
) -> None:
    after_sale_id = claimed(buyer, sent, (FIRST, 1))
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: decide(staff, after_sale_id, "approval", version=1), range(6)))
    assert {answer.status for answer in answers} == {200}
    settle_refunds(till, pump)
    assert decide(staff, after_sale_id, "approval", version=1).status == 200
    assert decide(staff, after_sale_id, "approval", version=1, freight=True).json["code"] == "KeyReused"
    assert sums(sent)[2] == 10_000


def test_a_failed_refund_is_decided_again(
    sent: str, buyer: Buyer, staff: Staff, till: Till, pump: Pump
) -> None:
    after_sale_id = claimed(buyer, sent, (FIRST, 1))
    assert decide(staff, after_sale_id, "refund").json["code"] == "AfterSaleStateForbids"
    decide(staff, after_sale_id, "approval")
    settle_refunds(till, pump, "CLOSED")
    assert state(buyer, after_sale_id) == "approved"
    assert (buyer.order(sent).claimed, sums(sent)[2]) == ({FIRST: 1}, 0)
    assert decide(staff, after_sale_id, "refund").json["state"] == "refunding"
    settle_refunds(till, pump)
    assert (state(buyer, after_sale_id), sums(sent)[2]) == ("refunded", 10_000)


def test_each_decision_needs_its_state(sent: str, buyer: Buyer, staff: Staff) -> None:
    after_sale_id = claimed(buyer, sent, (FIRST, 1))
    taken = [{"sku_id": FIRST, "quantity": 1, "restock": True}]
    refused: list[tuple[str, dict[str, Any]]] = [
        ("receipt", {"lines": taken}),
        ("dispute", {"reason": "还没收到"}),
        ("resolution", {"amount_fen": 1, "reason": "没有异议"}),
    ]
    for what, body in refused:
        assert decide(staff, after_sale_id, what, **body).json["code"] == "AfterSaleStateForbids"
    assert decide(staff, after_sale_id, "rejection", reason="已超保质期").json["state"] == "rejected"
    assert decide(staff, after_sale_id, "approval").json["code"] == "AfterSaleStateForbids"


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([{"sku_id": FIRST, "quantity": 2, "restock": True}], "MoreThanClaimed"),
        ([{"sku_id": SECOND, "quantity": 1, "restock": True}], "NotInOrder"),
        ([{"sku_id": FIRST, "quantity": 0, "restock": False}], "NothingAccepted"),
        ([{"sku_id": FIRST, "quantity": -1, "restock": False}], "Invalid"),
        ([], "Invalid"),
    ],
)
def test_only_claimed_goods_are_taken_back(
    lines: list[dict[str, Any]], code: str, sent: str, buyer: Buyer, staff: Staff
) -> None:
    after_sale_id = returning(buyer, staff, sent, (FIRST, 1))
    assert decide(staff, after_sale_id, "receipt", lines=lines).json["code"] == code
    assert (state(buyer, after_sale_id), figures(FIRST)) == ("return_shipped", (98, 0))


def test_every_way_needs_its_permission(sent: str, buyer: Buyer, staff: Staff) -> None:
    after_sale_id = claimed(buyer, sent, (FIRST, 1))
    taken = [{"sku_id": FIRST, "quantity": 1, "restock": True}]
    ways: list[tuple[str, str, Any, str]] = [
        ("GET", "", None, "orders.read"),
        ("POST", "/approval", {"version": 1}, "orders.refund"),
        ("POST", "/rejection", {"version": 1, "reason": "不予退款"}, "orders.refund"),
        ("POST", "/receipt", {"version": 1, "lines": taken}, "orders.ship"),
        ("POST", "/dispute", {"version": 1, "reason": "数量不对"}, "orders.ship"),
        ("POST", "/resolution", {"version": 1, "amount_fen": 1, "reason": "协商"}, "orders.refund"),
        ("POST", "/refund", {"version": 1}, "orders.refund"),
    ]
    everything = {"orders.read", "orders.ship", "orders.refund", "service"}
    for method, path, body, needed in ways:
        way = f"/after-sales/{after_sale_id}{path}"
        for token, status in (
            (None, 401),
            (agent_token(), 403),
            (staff_token(*(everything - {needed})), 403),
            (staff_token(needed, regions=("110000",)), 404),
        ):
            assert staff(method, way, body, token=token, key="some-key-1").status == status
        for unknown in ("x", "0" * 26, f"{sent}-0000000000"):
            found = staff(method, f"/after-sales/{unknown}{path}", body, key="some-key-1")
            assert (found.status, found.json["code"]) == (404, "AfterSaleNotFound")
    assert state(buyer, after_sale_id) == "applied"


def test_the_queue_is_by_urgency_which_follows_from_the_tier(
    sent: str, buyer: Buyer, staff: Staff, at: Clock
) -> None:
    first = claimed(buyer, sent, (THIRD, 1))
    at.advance(hours=1)
    second = claimed(buyer, sent, (THIRD, 1))
    listed = staff("GET", "/after-sales").json["items"]
    assert [one["after_sale_id"] for one in listed] == [first, second]
    assert [one["is_overdue"] for one in listed] == [False, False]
    at.advance(hours=47, minutes=30)
    assert [one["is_overdue"] for one in staff("GET", "/after-sales").json["items"]] == [True, False]
    assert staff("GET", "/after-sales/counts").json["counts"]["applied"] == 2
    away = staff_token("orders.read", regions=("110000",))
    assert staff("GET", "/after-sales", token=away).json["items"] == []
    assert staff("GET", "/after-sales", query={"state": "refunded"}).json["items"] == []


def test_claims_of_one_company_are_listed_for_staff_of_its_region(
    sent: str, buyer: Buyer, staff: Staff
) -> None:
    after_sale_id = claimed(buyer, sent, (FIRST, 1))
    path = f"/agents/{AGENT}/after-sales"
    assert [one["after_sale_id"] for one in staff("GET", path).json["items"]] == [after_sale_id]
    assert staff("GET", path, token=staff_token("orders.read", regions=("110000",))).status == 404
    assert staff("GET", path, token=staff_token("finance")).status == 403
