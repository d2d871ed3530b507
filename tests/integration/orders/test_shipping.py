"""Parcels and receipt: once, never more than is open."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.orders import events, operations
from kit import clock
from tests.integration.orders.work import (
    PARCEL,
    Staff,
    figures,
    pay_for,
    run_receipts,
    ship,
)
from tests.kit import faults
from tests.kit.buyers import Buyer
from tests.kit.engines import Cloud, Tables
from tests.kit.orders import FIRST, SECOND, THIRD
from tests.kit.pump import Pump
from tests.kit.till import Till
from tests.kit.time import Clock


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
    assert buyer.ask("GET", f"/orders/{paid}").json["actions"] == [
        "receive",
        "track",
        "reorder",
        "after_sale",
    ]


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
    tried = staff("POST", "/shipments/import", {"rows": rows, "dry_run": True}).json
    assert (tried["dry_run"], figures(FIRST)) == (True, (100, 4))
    first, again = (staff("POST", "/shipments/import", {"rows": rows}).json["rows"] for _ in range(2))
    assert tried["rows"] == first
    assert [row["code"] for row in first] == [None, "OrderStateForbids", None, "OrderNotFound"]
    assert [row["outcome"] for row in first] == ["shipped", "refused", "shipped", "refused"]
    assert [row["outcome"] for row in again] == ["unchanged", "refused", "unchanged", "refused"]
    assert [row["shipment_id"] for row in again] == [row["shipment_id"] for row in first]
    assert [buyer.order(order_id).state for order_id in (paid, second)] == ["shipped", "shipped"]
    assert figures(FIRST) == (97, 1)


def test_a_row_names_its_order_by_number_too(paid: str, buyer: Buyer, staff: Staff) -> None:
    row = {"order_no": buyer.order(paid).order_no, "carrier": "zto", "tracking_no": "ZT0000001"}
    (shipped,) = staff("POST", "/shipments/import", {"rows": [row]}).json["rows"]
    assert (shipped["outcome"], shipped["order_id"]) == ("shipped", paid)
    (unknown,) = staff("POST", "/shipments/import", {"rows": [row | {"order_no": "20261122-00000000"}]}).json[
        "rows"
    ]
    assert (unknown["outcome"], unknown["code"]) == ("refused", "OrderNotFound")
    for wrong in ({"order_id": paid}, {"order_no": None}, {"carrier": ""}, {"tracking_no": "!"}):
        assert staff("POST", "/shipments/import", {"rows": [row | wrong]}).status == 422


@pytest.mark.parametrize("fault", [faults.conflict, faults.throttled, faults.lost_answer])
def test_shipping_survives_bad_days_of_the_store(fault: faults.Fault, paid: str, staff: Staff) -> None:
    with faults.injected("TransactWriteItems", fault):
        assert ship(staff, paid, "parcel-01").status == 201
    assert figures(FIRST) == (98, 0)


# Receipt


def test_the_buyer_confirms_the_goods(
    paid: str, staff: Staff, buyer: Buyer, pump: Pump, cloud: Cloud
) -> None:
    assert buyer.ask("POST", f"/orders/{paid}/receipt").json["code"] == "OrderStateForbids"
    ship(staff, paid, "parcel-01")
    first, again = (buyer.ask("POST", f"/orders/{paid}/receipt") for _ in range(2))
    assert (first.status, first.json["state"], first.json["actions"]) == (
        200,
        "completed",
        ["track", "reorder", "after_sale"],
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


def test_one_run_finds_all_that_is_due_however_much_has_piled_up(
    paid: str, staff: Staff, buyer: Buyer, tables: Tables, at: Clock
) -> None:
    ship(staff, paid, "parcel-01")
    (row,) = [row for row in tables.rows("orders") if row["sk"]["S"] == f"ORDER#{paid}"]
    orders, keys = os.environ["ORDERS_TABLE"], [{"S": f"ORDER#{number:026d}"} for number in range(300)]
    for key in keys:
        tables.store.call("PutItem", TableName=orders, Item={**row, "sk": key})
    at.advance(days=15)
    assert len(list(operations.due_receipts(clock.now()))) == 301
    for key in keys:  # nobody ordered these
        tables.store.call("DeleteItem", TableName=orders, Key={"pk": row["pk"], "sk": key})


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
