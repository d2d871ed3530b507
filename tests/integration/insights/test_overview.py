"""What is to be done, what has been left lying, and whether the books add up."""

import os

from tests.integration.insights.conftest import Shop
from tests.kit.orders import FIRST, THIRD
from tests.kit.time import Clock


def _waiting(shop: Shop) -> dict[str, tuple[int, int | None]]:
    shown = shop.ask("GET", "/dashboard").json["waiting"]
    return {one["queue"]: (one["count"], one["longest_hours"]) for one in shown}


def test_the_dashboard_tells_queues_with_their_age(shop: Shop, at: Clock) -> None:
    shop.sell((FIRST, 1))
    at.advance(hours=5)
    shop.sell((FIRST, 1))
    assert _waiting(shop)["orders.to_ship"] == (2, 5)
    assert _waiting(shop)["orders.pending_review"] == (0, None)
    assert _waiting(shop)["agents.applications"] == (0, None)


def test_after_sales_wait_and_count(shop: Shop, at: Clock) -> None:
    order_id = shop.sell((FIRST, 2))
    parcel = {"carrier": "sf", "tracking_no": "SF1234567890"}
    shipped = shop.ask("POST", f"/orders/{order_id}/shipments", parcel, key=shop.buyer.key())
    assert shipped.status == 201
    body = {"kind": "refund_only", "lines": [{"sku_id": FIRST, "quantity": 1}], "reason": "damaged"}
    claimed = shop.buyer.ask("POST", f"/orders/{order_id}/after-sales", body, key=shop.buyer.key())
    assert claimed.status == 201
    shop.pump()
    total = shop.figures("orders")["total"]
    assert (total["claims"], total["claimed_fen"]) == (1, claimed.json["asked_fen"])
    assert shop.ask("GET", "/exceptions").json["after_sales_overdue"] == []
    at.advance(hours=49)
    assert _waiting(shop)["orders.after_sales"] == (1, 49)
    (late,) = shop.ask("GET", "/exceptions").json["after_sales_overdue"]
    assert late["after_sale_id"] == claimed.json["after_sale_id"]


def test_the_dashboard_compares_today(shop: Shop, at: Clock) -> None:
    shop.sell((FIRST, 1))
    at("2026-11-28T02:00:00Z")
    shop.sell((FIRST, 2))
    at("2026-11-29T02:00:00Z")
    shop.sell((FIRST, 3))
    shown = shop.ask("GET", "/dashboard").json
    assert [shown[day]["units"] for day in ("today", "yesterday", "week_ago")] == [3, 2, 1]


def test_what_is_left_lying_is_listed(shop: Shop, at: Clock) -> None:
    order_id = shop.sell((FIRST, 1))
    assert shop.ask("GET", "/exceptions").json["not_shipped"] == []
    at.advance(hours=49)
    fresh = shop.sell((FIRST, 1))
    listed = shop.ask("GET", "/exceptions").json["not_shipped"]
    assert [one["order_id"] for one in listed] == [order_id] != [fresh]
    refund = {"lines": [{"sku_id": FIRST, "quantity": 1}], "reason": "破损"}
    assert shop.ask("POST", f"/orders/{order_id}/refunds", refund, key=shop.buyer.key()).status < 300
    shop.pump()
    at.advance(hours=25)
    stuck = shop.ask("GET", "/exceptions").json["refunds_stuck"]
    assert [one["order_id"] for one in stuck] == [order_id]


def test_an_order_waits_from_when_it_came_into_its_state(shop: Shop, at: Clock) -> None:
    order_id = shop.sell((FIRST, 1))
    at.advance(days=9)
    parcel = {"carrier": "sf", "tracking_no": "SF1234567890"}
    shipped = shop.ask("POST", f"/orders/{order_id}/shipments", parcel, key=shop.buyer.key())
    assert shipped.status == 201
    at.advance(days=9)
    assert shop.ask("GET", "/exceptions").json["shipped_not_received"] == []
    at.advance(days=2)
    (late,) = shop.ask("GET", "/exceptions").json["shipped_not_received"]
    assert (late["order_id"], late["age_hours"]) == (order_id, 11 * 24)
    assert late["state_since"] != late["placed_at"]


def test_books_that_add_up_are_reported_so(shop: Shop) -> None:
    shop.sell((FIRST, 1), (THIRD, 3))
    shop.refund(shop.sell((FIRST, 2)), **{FIRST: 1})
    shop.run("insights-check-invariants", "2026-11-22T19:30:00Z")
    (report,) = shop.ask("GET", "/invariants").json["items"]
    assert report["day"] == "2026-11-23"
    assert {check["name"]: (check["checked"], check["wrong"]) for check in report["checks"]} == {
        "points": (1, 0),
        "stock": (3, 0),
        "gifts": (0, 0),
        "codes": (0, 0),
        "reservations": (3, 0),
        "claims": (2, 0),
        "payments": (2, 0),
        "credit": (1, 0),
        "coupons": (0, 0),
        "campaigns": (0, 0),
    }


def test_books_that_do_not_add_up_are_named(shop: Shop) -> None:
    shop.sell((FIRST, 1))
    row = next(
        row for row in shop.tables.rows("inventory") if row["pk"]["S"] == f"SKU#{FIRST}" and "reserved" in row
    )
    name = os.environ["INVENTORY_TABLE"]
    shop.tables.store.call("PutItem", TableName=name, Item=row | {"reserved": {"N": "7"}})
    shop.run("insights-check-invariants", "2026-11-22T19:30:00Z")
    shop.run("insights-check-invariants", "2026-11-22T19:30:00Z")
    (report,) = shop.ask("GET", "/invariants").json["items"]
    findings = {check["name"]: check["findings"] for check in report["checks"]}
    assert findings["reservations"] == [f"{FIRST}: reserved 7, open orders 1"]
    assert findings["stock"]


def test_money_that_orders_and_payments_do_not_agree_on_is_named(shop: Shop) -> None:
    order_id = shop.sell((FIRST, 1))
    row = next(
        row
        for row in shop.tables.rows("payments")
        if row["pk"]["S"].endswith(order_id) and "amount_fen" in row
    )
    shop.tables.store.call(
        "PutItem", TableName=os.environ["PAYMENTS_TABLE"], Item=row | {"amount_fen": {"N": "1"}}
    )
    shop.run("insights-check-invariants", "2026-11-22T19:30:00Z")
    (report,) = shop.ask("GET", "/invariants").json["items"]
    findings = {check["name"]: check["findings"] for check in report["checks"]}
    assert f"{order_id}: paid, but no payment is" in findings["payments"]
