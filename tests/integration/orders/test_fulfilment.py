"""Review, parcels, receipt and refunds: by the right people, once, never more than is there."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.inventory import operations as inventory
from functions.orders import events, operations, table
from functions.payments import operations as payments
from kit import clock
from kit.tokens import Principal
from tests.kit import faults
from tests.kit.buyers import Buyer, set_order_rules
from tests.kit.engines import Cloud, Tables
from tests.kit.http import Answer
from tests.kit.orders import FIRST, SECOND, THIRD
from tests.kit.people import AGENT, CLERK, OTHER_AGENT, agent_token, staff_token
from tests.kit.pump import Pump
from tests.kit.till import Till
from tests.kit.time import Clock

Staff = Callable[..., Answer]
PARCEL = {"carrier": "sf", "tracking_no": "SF1234567890"}


def figures(sku_id: str) -> tuple[int, int]:
    """On hand and reserved."""
    known = inventory.stock([sku_id])[sku_id]
    assert inventory.discrepancies(sku_id) == []
    return known.on_hand, known.reserved


def sums(order_id: str) -> tuple[str, int, int]:
    """State of the payment, what may still be refunded, what went back."""
    payment = payments.attempts_of(order_id)[0]
    return payment.state, payment.refundable_fen, payment.amount_fen - payment.refundable_fen


@pytest.fixture
def paid(buyer: Buyer, till: Till, pump: Pump) -> str:
    """Two teas, three cups and ten spoons, with freight, paid."""
    set_order_rules(freight_fen=800)
    return pay_for(buyer, till, pump, (FIRST, 2), (SECOND, 3), (THIRD, 10))


@pytest.fixture
def waiting(buyer: Buyer, till: Till, pump: Pump) -> str:
    """Two teas, paid, waiting for a reviewer."""
    set_order_rules(review_from_fen=1)
    return pay_for(buyer, till, pump, (FIRST, 2))


def pay_for(buyer: Buyer, till: Till, pump: Pump, *lines: tuple[str, int]) -> str:
    order_id: str = buyer.place(*lines)["order_id"]
    buyer.pay(till, order_id)
    till.deliver()
    pump()
    return order_id


def settle_refunds(till: Till, pump: Pump, status: Any = "SUCCESS") -> None:
    pump()
    for refund in till.wechat.ledger.refunds():
        if refund["status"] == "PROCESSING":
            till.wechat.settle(refund["request"]["out_refund_no"], status)
    till.deliver()
    pump()


# Review


def test_an_approved_order_goes_to_the_warehouse(waiting: str, staff: Staff, buyer: Buyer) -> None:
    first, again = (staff("POST", f"/orders/{waiting}/approval") for _ in range(2))
    assert (first.status, first.json["state"], first.json["approved_by"]) == (200, "to_ship", CLERK)
    assert again.json == first.json
    assert "商家审核通过" in [step["text"] for step in first.json["timeline"]]


def test_a_rejected_order_gives_back_goods_and_money(
    waiting: str, staff: Staff, buyer: Buyer, till: Till, pump: Pump
) -> None:
    first, again = (
        staff("POST", f"/orders/{waiting}/rejection", {"reason": "超出经销区域"}) for _ in range(2)
    )
    assert (first.status, first.json["state"], first.json["closed_reason"]) == (200, "closed", "rejected")
    assert again.json == first.json
    assert figures(FIRST) == (100, 0)
    settle_refunds(till, pump)
    assert sums(waiting) == ("refunded", 0, 20_000)
    shown = buyer.ask("GET", f"/orders/{waiting}").json
    assert (shown["closed_detail"], shown["refunded_fen"]) == ("超出经销区域", 20_000)
    assert [refund["state"] for refund in shown["refunds"]] == ["succeeded"]


def test_who_placed_an_order_may_not_review_it(waiting: str, staff: Staff, buyer: Buyer) -> None:
    own = staff_token("orders.review", user_id=buyer.user_id)
    for act, body in (("approval", None), ("rejection", {"reason": "不要了"})):
        answer = staff("POST", f"/orders/{waiting}/{act}", body, token=own)
        assert (answer.status, answer.json["code"]) == (409, "OwnOrder")
    assert buyer.order(waiting).state == "pending_review"


def test_only_what_waits_is_reviewed(paid: str, staff: Staff, buyer: Buyer) -> None:
    unpaid = buyer.place((FIRST, 1))["order_id"]
    for order_id in (paid, unpaid):
        assert staff("POST", f"/orders/{order_id}/approval").json["code"] == "OrderStateForbids"
        body = {"reason": "不要了"}
        assert staff("POST", f"/orders/{order_id}/rejection", body).json["code"] == "OrderStateForbids"


def test_approval_and_rejection_at_once_have_one_winner(
    waiting: str, staff: Staff, buyer: Buyer, till: Till, pump: Pump
) -> None:
    acts = [("approval", None), ("rejection", {"reason": "超出区域"})] * 3
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda act: staff("POST", f"/orders/{waiting}/{act[0]}", act[1]), acts))
    settle_refunds(till, pump)
    approved = buyer.order(waiting).state == "to_ship"
    assert sums(waiting)[0] == ("succeeded" if approved else "refunded")
    assert figures(FIRST) == ((100, 2) if approved else (100, 0))


# Parcels


def ship(staff: Staff, order_id: str, key: str, *lines: tuple[str, int], **more: Any) -> Answer:
    listed = [{"sku_id": sku_id, "quantity": quantity} for sku_id, quantity in lines]
    body = PARCEL | ({"lines": listed} if lines else {}) | more
    return staff("POST", f"/orders/{order_id}/shipments", body, key=key)


def test_an_order_leaves_in_several_parcels(paid: str, staff: Staff, buyer: Buyer, at: Clock) -> None:
    first = ship(staff, paid, "parcel-01", (FIRST, 2), (SECOND, 1))
    assert (first.status, first.json["state"]) == (201, "part_shipped")
    assert first.json["open_quantities"] == {SECOND: 2, THIRD: 10}
    assert (figures(FIRST), figures(SECOND)) == ((98, 0), (99, 2))
    at.advance(hours=1)
    second = ship(staff, paid, "parcel-02", tracking_no="SF0000000002")
    assert (second.json["state"], second.json["open_quantities"]) == ("shipped", {})
    assert (figures(SECOND), figures(THIRD)) == ((97, 0), (90, 0))
    assert [parcel["lines"] for parcel in second.json["shipments"]] == [
        {FIRST: 2, SECOND: 1},
        {SECOND: 2, THIRD: 10},
    ]
    assert buyer.ask("GET", f"/orders/{paid}").json["actions"] == ["receive", "track", "reorder"]


def test_one_key_is_one_parcel(paid: str, staff: Staff) -> None:
    first, again = (ship(staff, paid, "parcel-01", (FIRST, 1)) for _ in range(2))
    assert first.json == again.json
    assert figures(FIRST) == (99, 1)
    other = ship(staff, paid, "parcel-01", (FIRST, 1), carrier="zto")
    assert (other.status, other.json["code"]) == (409, "KeyReused")


def test_never_more_leaves_than_is_open(paid: str, staff: Staff) -> None:
    answer = ship(staff, paid, "parcel-01", (FIRST, 2), (SECOND, 4))
    assert (answer.status, answer.json["code"], answer.json["open_quantity"]) == (409, "MoreThanOpen", 3)
    twice = ship(staff, paid, "parcel-02", (FIRST, 1), (FIRST, 2))
    assert twice.json["code"] == "MoreThanOpen"
    assert ship(staff, paid, "parcel-03", ("SKX0000009", 1)).json["code"] == "NotInOrder"
    assert figures(FIRST) == (100, 2)


def test_parcels_packed_at_once_share_what_is_open(paid: str, staff: Staff, buyer: Buyer) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: ship(staff, paid, f"parcel-{n:02d}", (THIRD, 3)), range(8)))
    assert sorted(answer.status for answer in answers) == [201] * 3 + [409] * 5
    assert figures(THIRD) == (91, 1)
    assert buyer.order(paid).open_quantities[THIRD] == 1


def test_only_paid_and_approved_orders_leave(waiting: str, buyer: Buyer, staff: Staff) -> None:
    unpaid = buyer.place((FIRST, 1))["order_id"]
    for order_id in (waiting, unpaid):
        assert ship(staff, order_id, "parcel-01").json["code"] == "OrderStateForbids"


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"carrier": "pigeon"}, 422),
        ({"tracking_no": "short"}, 422),
        ({"tracking_no": "x" * 33}, 422),
        ({"tracking_no": "单号123456"}, 422),
        ({"lines": []}, 422),
        ({"lines": [{"sku_id": FIRST, "quantity": 0}]}, 422),
        ({"lines": [{"sku_id": FIRST, "quantity": -1}]}, 422),
        ({"state": "shipped"}, 422),
    ],
)
def test_malformed_parcels_are_refused(wrong: Any, status: int, paid: str, staff: Staff) -> None:
    body = PARCEL | wrong
    assert staff("POST", f"/orders/{paid}/shipments", body, key="parcel-01").status == status
    assert staff("POST", f"/orders/{paid}/shipments", PARCEL).status == 400


def test_a_list_of_tracking_numbers_ships_row_by_row(
    paid: str, buyer: Buyer, staff: Staff, till: Till, pump: Pump
) -> None:
    second = pay_for(buyer, till, pump, (FIRST, 1))
    unpaid = buyer.place((FIRST, 1))["order_id"]
    rows = [
        {"order_id": order_id, "carrier": "zto", "tracking_no": f"ZT000000{n}"}
        for n, order_id in enumerate([paid, unpaid, second, "0" * 26])
    ]
    first, again = (staff("POST", "/shipments/import", {"rows": rows}).json["rows"] for _ in range(2))
    assert [row["code"] for row in first] == [None, "OrderStateForbids", None, "OrderUnknown"]
    assert again == first
    assert [buyer.order(order_id).state for order_id in (paid, second)] == ["shipped", "shipped"]
    assert figures(FIRST) == (97, 1)


@pytest.mark.parametrize("fault", [faults.conflict, faults.throttled, faults.lost_answer])
def test_shipping_survives_bad_days_of_the_store(fault: faults.Fault, paid: str, staff: Staff) -> None:
    with faults.injected("TransactWriteItems", fault):
        assert ship(staff, paid, "parcel-01").status == 201
    assert figures(FIRST) == (98, 0)


# Receipt


def run_receipts() -> None:
    events.complete_shipped({"time": clock.to_text(clock.now())}, None)


def test_the_buyer_confirms_the_goods(
    paid: str, staff: Staff, buyer: Buyer, pump: Pump, cloud: Cloud
) -> None:
    assert buyer.ask("POST", f"/orders/{paid}/receipt").json["code"] == "OrderStateForbids"
    ship(staff, paid, "parcel-01")
    first, again = (buyer.ask("POST", f"/orders/{paid}/receipt") for _ in range(2))
    assert (first.status, first.json["state"], first.json["actions"]) == (
        200,
        "completed",
        ["track", "reorder"],
    )
    assert again.json == first.json
    pump()
    assert len(cloud.messages("PointsOnOrderCompletedQueue")) == 1


def test_without_a_word_goods_count_as_received_after_fifteen_days(
    paid: str, staff: Staff, buyer: Buyer, at: Clock
) -> None:
    ship(staff, paid, "parcel-01")
    at.advance(days=14, hours=23)
    run_receipts()
    assert buyer.order(paid).state == "shipped"
    at.advance(hours=1)
    run_receipts()
    run_receipts()
    assert buyer.order(paid).state == "completed"


def test_a_receipt_confirmed_in_wechat_completes_the_order(paid: str, staff: Staff, buyer: Buyer) -> None:
    operations.confirm_receipt(paid, clock.now())
    assert buyer.order(paid).state == "to_ship"
    ship(staff, paid, "parcel-01")
    fact = {
        "event_id": "E",
        "occurred_at": "2026-11-22T03:00:00Z",
        "payment_id": buyer.order(paid).payment_id,
    }
    message = json.dumps({"detail-type": "WechatReceiptConfirmed", "detail": fact})
    for _ in range(2):
        told = events.on_wechat_receipt_confirmed({"Records": [{"messageId": "M", "body": message}]}, None)
        assert told == {"batchItemFailures": []}
    assert buyer.order(paid).state == "completed"


# Refunds


def refund(staff: Staff, order_id: str, key: str, *lines: tuple[str, int], **more: Any) -> Answer:
    listed = [{"sku_id": sku_id, "quantity": quantity} for sku_id, quantity in lines]
    body = {"reason": "少发一件"} | ({"lines": listed} if lines else {}) | more
    return staff("POST", f"/orders/{order_id}/refunds", body, key=key)


def test_a_full_refund_before_shipping_closes_the_order(
    paid: str, staff: Staff, buyer: Buyer, till: Till, pump: Pump, cloud: Cloud
) -> None:
    answer = refund(staff, paid, "refund-01")
    assert (answer.status, answer.json["state"], answer.json["closed_reason"]) == (201, "closed", "refunded")
    assert [figures(sku_id) for sku_id in (FIRST, SECOND, THIRD)] == [(100, 0)] * 3
    settle_refunds(till, pump)
    total = 20_000 + 7_650 + 990 + 800
    assert sums(paid) == ("refunded", 0, total)
    assert buyer.ask("GET", f"/orders/{paid}").json["refunded_fen"] == total
    assert refund(staff, paid, "refund-02").json["code"] == "OrderStateForbids"


def test_a_refund_by_line_and_piece(
    paid: str, staff: Staff, buyer: Buyer, till: Till, pump: Pump, cloud: Cloud
) -> None:
    ship(staff, paid, "parcel-01", (FIRST, 2), (SECOND, 1))
    answer = refund(staff, paid, "refund-01", (FIRST, 1), (SECOND, 2), freight=True)
    assert answer.status == 201
    (decided,) = answer.json["refunds"]
    assert (decided["amount_fen"], decided["freight_fen"], decided["state"]) == (15_900, 800, "decided")
    assert answer.json["open_quantities"] == {THIRD: 10}
    assert (figures(FIRST), figures(SECOND)) == ((98, 0), (99, 0))
    settle_refunds(till, pump)
    shown = buyer.ask("GET", f"/orders/{paid}").json
    assert (shown["refunded_fen"], shown["refunds"][0]["state"]) == (15_900, "succeeded")
    assert [line["refunded_fen"] for line in shown["lines"]] == [10_000, 5_100, 0]
    facts = [message for message in cloud.messages("NotificationsOnFactQueue") if "OrderRefunded" in message]
    assert len(facts) <= 1
    last = refund(staff, paid, "refund-02")
    assert last.json["refunds"][1]["amount_fen"] == 10_000 + 2_550 + 990


def test_a_double_click_refunds_once(paid: str, staff: Staff, till: Till, pump: Pump) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: refund(staff, paid, "refund-01", (FIRST, 1)), range(8)))
    assert {answer.status for answer in answers} == {201}
    settle_refunds(till, pump)
    assert sums(paid) == ("partly_refunded", 19_440, 10_000)
    assert figures(FIRST) == (100, 1)
    other = refund(staff, paid, "refund-01", (FIRST, 2))
    assert (other.status, other.json["code"]) == (409, "KeyReused")


def test_refunds_at_once_never_exceed_what_was_bought(
    paid: str, staff: Staff, till: Till, pump: Pump
) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: refund(staff, paid, f"refund-{n:02d}", (SECOND, 1)), range(8)))
    assert sorted(answer.status for answer in answers) == [201] * 3 + [409] * 5
    settle_refunds(till, pump)
    assert sums(paid)[2] == 7_650


def test_a_refund_and_a_parcel_do_not_take_the_same_piece(paid: str, staff: Staff, buyer: Buyer) -> None:
    acts: list[Callable[[], Answer]] = [
        lambda: refund(staff, paid, "refund-01", (FIRST, 2)),
        lambda: ship(staff, paid, "parcel-01", (FIRST, 2)),
    ]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda act: act(), acts))
    on_hand, held = figures(FIRST)
    progress = buyer.order(paid).progress[0]
    assert held == 0
    assert progress.shipped + progress.cancelled == 2
    assert on_hand == 100 - progress.shipped


def test_a_failed_refund_may_be_decided_again(
    paid: str, staff: Staff, till: Till, pump: Pump, buyer: Buyer
) -> None:
    refund(staff, paid, "refund-01", (FIRST, 1))
    settle_refunds(till, pump, "CLOSED")
    assert sums(paid) == ("succeeded", 29_440, 0)
    assert [one["state"] for one in buyer.ask("GET", f"/orders/{paid}").json["refunds"]] == ["failed"]
    again = refund(staff, paid, "refund-02", (FIRST, 1))
    assert again.status == 201
    settle_refunds(till, pump)
    assert sums(paid) == ("partly_refunded", 19_440, 10_000)
    assert figures(FIRST) == (100, 1)


def test_refunds_told_twice_and_late_count_once(
    paid: str, staff: Staff, till: Till, pump: Pump, tables: Tables
) -> None:
    refund(staff, paid, "refund-01", (FIRST, 1))
    settle_refunds(till, pump)
    stored = tables.rows("orders")
    (row,) = table.refunds_of(operations.for_staff(paid, _anybody()))
    for succeeded in (True, False, True):
        operations.settle_refund(AGENT, paid, row.refund_id, succeeded, clock.now())
    assert tables.rows("orders") == stored


def _anybody() -> Any:
    return Principal("staff", CLERK, "S", permissions=frozenset({"*"}))


def test_a_refund_of_everything_open_starts_the_receipt_timer(
    paid: str, staff: Staff, buyer: Buyer, at: Clock
) -> None:
    ship(staff, paid, "parcel-01", (FIRST, 2))
    assert refund(staff, paid, "refund-01", (SECOND, 3), (THIRD, 10)).json["state"] == "shipped"
    at.advance(days=15)
    run_receipts()
    assert buyer.order(paid).state == "completed"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"reason": ""}, 422),
        ({"reason": "x" * 81}, 422),
        ({"reason": "少发一件", "amount_fen": 1}, 422),
        ({"reason": "少发一件", "lines": [{"sku_id": FIRST, "quantity": 0}]}, 422),
        ({"reason": "少发一件", "lines": [{"sku_id": FIRST, "quantity": -1}]}, 422),
        ({"reason": "少发一件", "lines": [{"sku_id": FIRST, "quantity": 3}]}, 409),
        ({"reason": "少发一件", "lines": [{"sku_id": "SKX0000009", "quantity": 1}]}, 422),
    ],
)
def test_refunds_out_of_bounds_are_refused(body: Any, status: int, paid: str, staff: Staff) -> None:
    assert staff("POST", f"/orders/{paid}/refunds", body, key="refund-01").status == status
    assert sums(paid) == ("succeeded", 29_440, 0)


def test_what_is_not_paid_is_not_refunded(buyer: Buyer, waiting: str, staff: Staff) -> None:
    unpaid = buyer.place((FIRST, 1))["order_id"]
    for order_id in (unpaid, waiting):
        assert refund(staff, order_id, "refund-01").json["code"] == "OrderStateForbids"


# Who may


WAYS: list[tuple[str, str, Any, str]] = [
    ("GET", "", None, "orders.read"),
    ("POST", "/approval", None, "orders.review"),
    ("POST", "/rejection", {"reason": "超出区域"}, "orders.review"),
    ("POST", "/shipments", PARCEL, "orders.ship"),
    ("POST", "/refunds", {"reason": "少发一件"}, "orders.refund"),
    ("PUT", "/note", {"note": "加急"}, "orders.read"),
]


@pytest.mark.parametrize(("method", "path", "body", "needed"), WAYS)
def test_every_way_needs_its_permission(
    method: str, path: str, body: Any, needed: str, paid: str, staff: Staff, tables: Tables
) -> None:
    before = tables.rows("orders")
    others = {"orders.read", "orders.review", "orders.ship", "orders.refund", "finance"} - {needed}
    for token, status in (
        (None, 401),
        ("nonsense", 401),
        (agent_token(), 403),
        (staff_token(*others), 403),
    ):
        answer = staff(method, f"/orders/{paid}{path}", body, token=token, key="some-key-1")
        assert answer.status == status
    away = staff_token(needed, regions=("110000",))
    assert staff(method, f"/orders/{paid}{path}", body, token=away, key="some-key-1").status == 404
    for order_id in ("x", "0" * 26):
        answer = staff(method, f"/orders/{order_id}{path}", body, key="some-key-1")
        assert (answer.status, answer.json["code"]) == (404, "OrderUnknown")
    assert tables.rows("orders") == before


def test_staff_of_the_region_may(paid: str, staff: Staff) -> None:
    near = staff_token("orders.read", regions=("440000",))
    assert staff("GET", f"/orders/{paid}", token=near).status == 200


def test_receipts_of_others_do_not_exist(paid: str, staff: Staff, buyer: Buyer) -> None:
    ship(staff, paid, "parcel-01")
    assert buyer.ask("POST", f"/orders/{paid}/receipt", token=agent_token(OTHER_AGENT)).status == 404
    assert buyer.ask("POST", f"/orders/{paid}/receipt", token=None).status == 401
    assert buyer.order(paid).state == "shipped"


def test_a_note_replaces_the_former_one(paid: str, staff: Staff) -> None:
    assert staff("PUT", f"/orders/{paid}/note", {"note": "加急"}).json["note"] == "加急"
    assert staff("PUT", f"/orders/{paid}/note", {"note": ""}).json["note"] is None
    assert staff("PUT", f"/orders/{paid}/note", {"note": "x" * 301}).status == 422
