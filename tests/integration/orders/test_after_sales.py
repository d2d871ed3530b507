"""After-sales: what may be claimed, how staff decide, and that money and goods go back once and exactly."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from functions.orders import events
from functions.settings import operations as settings
from functions.settings.schemas import AfterSaleSettings, Change, ReturnAddress
from kit import aws, clock
from tests.integration.orders.work import (
    Staff,
    figures,
    refund,
    run_receipts,
    settle_refunds,
    ship,
    sums,
)
from tests.kit.buyers import Buyer
from tests.kit.http import Answer
from tests.kit.orders import FIRST, SECOND, THIRD
from tests.kit.people import AGENT, OTHER_AGENT, agent_token, staff_token
from tests.kit.pump import Pump
from tests.kit.till import Till
from tests.kit.time import Clock

PICTURE = f"agents/{AGENT}/after_sale/{'0' * 26}.png"
PARCEL = {"carrier": "yto", "tracking_no": "YT9988776655"}


@pytest.fixture
def sent(paid: str, staff: Staff) -> str:
    """Two teas, three cups and ten spoons, paid and shipped; goods go back to the warehouse."""
    ship(staff, paid, "parcel-01")
    address = ReturnAddress(contact_name="仓库", phone="0755-88886666", text="深圳市宝安区仓储路 8 号")
    change = Change[AfterSaleSettings](version=0, value=AfterSaleSettings(return_address=address))
    settings.change(AfterSaleSettings, change, "test", clock.now())
    return paid


def claim(buyer: Buyer, order_id: str, *lines: tuple[str, int], **more: Any) -> Answer:
    options = {name: more.pop(name) for name in ("key", "token") if name in more}
    body = {
        "kind": "refund_only",
        "lines": [{"sku_id": sku_id, "quantity": quantity} for sku_id, quantity in lines],
        "reason": "damaged",
    } | more
    options.setdefault("key", buyer.key())
    return buyer.ask("POST", f"/orders/{order_id}/after-sales", body, **options)


def claimed(buyer: Buyer, order_id: str, *lines: tuple[str, int], **more: Any) -> str:
    answer = claim(buyer, order_id, *lines, **more)
    assert answer.status == 201, answer.text
    after_sale_id: str = answer.json["after_sale_id"]
    return after_sale_id


def decide(staff: Staff, after_sale_id: str, what: str, key: str = "", **body: Any) -> Answer:
    """A decision on the after-sale as it stands now, unless a version is given."""
    if "version" not in body:
        body["version"] = staff("GET", f"/after-sales/{after_sale_id}").json["version"]
    return staff("POST", f"/after-sales/{after_sale_id}/{what}", body, key=key or f"{what}-key-1")


def returning(buyer: Buyer, staff: Staff, order_id: str, *lines: tuple[str, int]) -> str:
    """A return that was approved and is on its way back."""
    after_sale_id = claimed(buyer, order_id, *lines, kind="return")
    assert decide(staff, after_sale_id, "approval").status == 200
    answer = buyer.ask("POST", f"/after-sales/{after_sale_id}/return-shipment", PARCEL)
    assert (answer.status, answer.json["state"]) == (200, "return_shipped")
    return after_sale_id


def state(buyer: Buyer, after_sale_id: str) -> str:
    shown: str = buyer.ask("GET", f"/after-sales/{after_sale_id}").json["state"]
    return shown


# Claiming


def test_money_back_without_a_return(sent: str, buyer: Buyer, staff: Staff, till: Till, pump: Pump) -> None:
    assert "after_sale" in buyer.ask("GET", f"/orders/{sent}").json["actions"]
    answer = claim(buyer, sent, (SECOND, 2), description="杯子碎了")
    case = answer.json
    assert (answer.status, case["state"], case["asked_fen"]) == (201, "applied", 5_100)
    assert (case["actions"], case["reason_text"], case["kind_text"]) == (["cancel"], "运输破损", "仅退款")
    approved = decide(staff, case["after_sale_id"], "approval")
    assert (approved.status, approved.json["state"]) == (200, "refunding")
    settle_refunds(till, pump)
    shown = buyer.ask("GET", f"/after-sales/{case['after_sale_id']}").json
    assert (shown["state"], shown["refund_fen"], shown["refund_state"]) == ("refunded", 5_100, "succeeded")
    assert [said["event"] for said in shown["timeline"]] == ["refunded", "refunding", "approved", "applied"]
    assert sums(sent) == ("partly_refunded", 24_340, 5_100)
    assert figures(SECOND) == (97, 0)
    order = buyer.ask("GET", f"/orders/{sent}").json
    assert [line["claimable"] for line in order["lines"]] == [2, 1, 10]
    assert [(one["state"], one["units"]) for one in order["after_sales"]] == [("refunded", 2)]


def test_only_what_left_and_is_free_may_be_claimed(paid: str, buyer: Buyer, staff: Staff) -> None:
    early = claim(buyer, paid, (FIRST, 1))
    assert (early.status, early.json["code"]) == (409, "ClaimTooLate")
    ship(staff, paid, "parcel-01", (SECOND, 2))
    assert claim(buyer, paid, (FIRST, 1)).json["code"] == "MoreThanClaimable"
    too_many = claim(buyer, paid, (SECOND, 3)).json
    assert (too_many["code"], too_many["left_quantity"]) == ("MoreThanClaimable", 2)
    first = claimed(buyer, paid, (SECOND, 1))
    assert claim(buyer, paid, (SECOND, 2)).json["left_quantity"] == 1
    refused = refund(staff, paid, "refund-01", (SECOND, 3))
    assert (refused.json["code"], refused.json["left_quantity"]) == ("MoreThanBought", 2)
    assert buyer.ask("POST", f"/after-sales/{first}/cancellation").json["state"] == "cancelled"
    assert claim(buyer, paid, (SECOND, 2)).status == 201


def test_claims_at_once_never_exceed_what_left(sent: str, buyer: Buyer) -> None:
    keys = [buyer.key() for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda key: claim(buyer, sent, (SECOND, 1), key=key), keys))
    assert sorted(answer.status for answer in answers) == [201] * 3 + [409] * 5
    assert buyer.order(sent).claimed == {SECOND: 3}


def test_one_key_is_one_after_sale(sent: str, buyer: Buyer) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: claim(buyer, sent, (FIRST, 1), key="claim-key-1"), range(4)))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.json["after_sale_id"] for answer in answers}) == 1
    other = claim(buyer, sent, (FIRST, 2), key="claim-key-1")
    assert (other.status, other.json["code"]) == (409, "KeyReused")


def test_the_window_closes_after_completion(sent: str, buyer: Buyer, at: Clock) -> None:
    done = buyer.ask("POST", f"/orders/{sent}/receipt").json
    until = clock.to_text(at.now + timedelta(days=15))
    assert (done["state"], done["after_sale_until"]) == ("completed", until)
    at.advance(days=14)
    assert claim(buyer, sent, (FIRST, 1)).status == 201
    at.advance(days=1)
    assert claim(buyer, sent, (FIRST, 1)).json["code"] == "ClaimTooLate"
    assert "after_sale" not in buyer.ask("GET", f"/orders/{sent}").json["actions"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"kind": "exchange"}, 422),
        ({"reason": "bored"}, 422),
        ({"lines": []}, 422),
        ({"lines": [{"sku_id": FIRST, "quantity": 0}]}, 422),
        ({"lines": [{"sku_id": FIRST, "quantity": -1}]}, 422),
        ({"lines": [{"sku_id": "SKX0000009", "quantity": 1}]}, 422),
        ({"description": "x" * 501}, 422),
        ({"amount_fen": 1}, 422),
        ({"pictures": ["agents/x/after_sale/1.png"]}, 422),
        ({"pictures": [PICTURE] * 7}, 422),
        ({"pictures": [PICTURE]}, 404),
        ({"pictures": [PICTURE.replace("after_sale", "voucher")]}, 404),
        ({"pictures": [PICTURE.replace(AGENT, OTHER_AGENT)]}, 404),
    ],
)
def test_malformed_claims_are_refused(change: dict[str, Any], status: int, sent: str, buyer: Buyer) -> None:
    assert claim(buyer, sent, (FIRST, 1), **change).status == status
    assert buyer.order(sent).claims == {}


def test_pictures_are_shown_to_both_sides(sent: str, buyer: Buyer, staff: Staff) -> None:
    aws.client("s3").put_object(
        Bucket=os.environ["UPLOADS_BUCKET"], Key=PICTURE, Body=b"\x89PNG\r\n\x1a\n" + b"\0" * 100
    )
    after_sale_id = claimed(buyer, sent, (FIRST, 1), pictures=[PICTURE])
    (link,) = buyer.ask("GET", f"/after-sales/{after_sale_id}").json["pictures"]
    assert PICTURE in link
    assert len(staff("GET", f"/after-sales/{after_sale_id}").json["pictures"]) == 1


def test_what_is_anothers_does_not_exist(sent: str, buyer: Buyer) -> None:
    after_sale_id = claimed(buyer, sent, (FIRST, 1))
    stranger = agent_token(OTHER_AGENT)
    ways: list[tuple[str, str, Any]] = [
        ("GET", "", None),
        ("POST", "/cancellation", None),
        ("POST", "/return-shipment", PARCEL),
    ]
    for method, path, body in ways:
        way = f"/after-sales/{after_sale_id}{path}"
        assert buyer.ask(method, way, body, token=None).status == 401
        assert buyer.ask(method, way, body, token=staff_token("orders.read")).status == 403
        found = buyer.ask(method, way, body, token=stranger)
        assert (found.status, found.json["code"]) == (404, "AfterSaleUnknown")
        assert buyer.ask(method, f"/after-sales/nothing{path}", body).status == 404
    assert claim(buyer, sent, (FIRST, 1), token=stranger).status == 404
    assert buyer.ask("GET", "/after-sales", token=stranger).json["items"] == []
    accountant = agent_token(role="finance")
    assert claim(buyer, sent, (FIRST, 1), token=accountant).status == 403
    assert buyer.ask("GET", f"/after-sales/{after_sale_id}", token=accountant).status == 200


def test_a_companys_list_by_state_and_page(sent: str, buyer: Buyer, at: Clock) -> None:
    made = []
    for _ in range(3):
        at.advance(minutes=1)
        made.append(claimed(buyer, sent, (THIRD, 1)))
    buyer.ask("POST", f"/after-sales/{made[0]}/cancellation")
    first = buyer.ask("GET", "/after-sales", query={"limit": 2}).json
    rest = buyer.ask("GET", "/after-sales", query={"limit": 2, "cursor": first["next_cursor"]}).json
    assert [one["after_sale_id"] for one in first["items"] + rest["items"]] == made[::-1]
    applied = buyer.ask("GET", "/after-sales", query={"state": "applied"}).json["items"]
    assert [one["after_sale_id"] for one in applied] == made[:0:-1]
    assert buyer.ask("GET", "/after-sales", query={"state": "lost"}).status == 422
    assert [order["order_id"] for order in buyer.ask("GET", "/orders").json["items"]] == [sent]


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
    buyer.ask("POST", f"/after-sales/{kept}/return-shipment", PARCEL)
    for days in (6, 1, 1):
        at.advance(days=days)
        events.cancel_unreturned({"time": clock.to_text(at.now)}, None)
    assert [state(buyer, one) for one in (late, kept)] == ["cancelled", "return_shipped"]
    assert buyer.order(sent).claimed == {SECOND: 1}


def test_the_parcel_back_is_told_once(sent: str, buyer: Buyer, staff: Staff) -> None:
    after_sale_id = returning(buyer, staff, sent, (FIRST, 1))
    way = f"/after-sales/{after_sale_id}/return-shipment"
    assert buyer.ask("POST", way, PARCEL).status == 200
    other = buyer.ask("POST", way, PARCEL | {"tracking_no": "YT0000000001"})
    assert (other.status, other.json["code"]) == (409, "AfterSaleStateForbids")
    assert buyer.ask("POST", way, PARCEL | {"carrier": "pigeon"}).status == 422
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
            assert (found.status, found.json["code"]) == (404, "AfterSaleUnknown")
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


# The order meanwhile


def test_an_order_waits_for_its_after_sale(sent: str, buyer: Buyer, staff: Staff, at: Clock) -> None:
    after_sale_id = claimed(buyer, sent, (FIRST, 1))
    refused = buyer.ask("POST", f"/orders/{sent}/receipt")
    assert (refused.status, refused.json["code"]) == (409, "AfterSaleOpen")
    assert "receive" not in buyer.ask("GET", f"/orders/{sent}").json["actions"]
    at.advance(days=16)
    run_receipts()
    order = buyer.order(sent)
    assert (order.state, order.due_at) == ("shipped", None)
    decide(staff, after_sale_id, "rejection", reason="外观完好")
    run_receipts()
    assert buyer.order(sent).state == "completed"
