"""Every event of an order counts once, on its business day, into every sum it belongs to."""

import csv
import io
import json
from typing import Any

import pytest

from functions.admin import api as admin_api
from functions.insights import events, operations, rules, table
from functions.insights.rules import Event, Share
from functions.insights.schemas import OrderPaid, RedemptionPlaced
from infra.local.invoke import Context
from kit import clock, transaction
from tests.integration.insights.conftest import SILVER, TEA, Shop
from tests.kit.http import call
from tests.kit.orders import FIRST, SECOND, THIRD
from tests.kit.people import AGENT, staff_token
from tests.kit.time import Clock

REPORTS = ["orders", "sales", "products", "agents", "regions", "tiers", "points", "gifts"]


def _nonzero(figures: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in figures.items() if value and isinstance(value, int)}


def test_an_order_counts_when_placed_and_when_paid(shop: Shop) -> None:
    shop.buyer.place((THIRD, 10))
    shop.sell((FIRST, 2), (SECOND, 1), (THIRD, 5))
    sales = shop.figures("sales")
    assert _nonzero(sales["total"]) == {
        "placed": 2,
        "placed_fen": 990 + 800 + 23_045 + 800,
        "paid": 1,
        "paid_fen": 23_845,
        "freight_fen": 800,
        "units": 8,
        "net_fen": 23_845,
    }
    assert sales["days"] == [sales["total"] | {"day": "2026-11-22"}]
    assert shop.figures("orders")["states"]["pending_payment"] == 1


def test_what_was_placed_is_the_price_of_that_moment(shop: Shop) -> None:
    order_id = shop.buyer.place((FIRST, 2))["order_id"]
    for version, freight_fen in ((1, 500), (2, 0)):
        change = {"version": version, "freight_fen": freight_fen, "reason": "让利"}
        assert shop.ask("PUT", f"/orders/{order_id}/price", change).status == 200
    shop.buyer.pay(shop.till, order_id)
    shop.till.deliver()
    shop.pump()  # not before: what tells of the order comes late
    total = shop.figures("sales")["total"]
    assert (total["placed_fen"], total["paid_fen"]) == (20_800, 20_000)


def test_products_are_counted_over_their_specifications(shop: Shop) -> None:
    shop.sell((FIRST, 2), (SECOND, 1), (THIRD, 5))
    tea, spoon = shop.figures("products")["items"]
    assert (tea["key"], tea["name"], tea["paid"], tea["units"]) == (TEA, "高山云雾茶", 1, 3)
    assert (tea["paid_fen"], spoon["key"], spoon["paid_fen"]) == (22_550, SILVER, 495)
    by_units = shop.figures("products", sort="units", limit=1)["items"]
    assert [one["key"] for one in by_units] == [SILVER]


def test_staff_of_a_region_see_the_companies_of_that_region(shop: Shop) -> None:
    shop.sell((FIRST, 1))
    days = {"first": "2026-11-22", "last": "2026-11-22"}

    def seen(region: str) -> tuple[int, int]:
        token = staff_token("reports", regions=(region,))
        answers = [
            call(admin_api.app, "GET", f"/admin/statistics/{report}", token=token, query=days | more)
            for report, more in (("agents", {}), ("export", {"report": "agents"}))
        ]
        return len(answers[0].json["items"]), answers[1].text.count(AGENT)

    assert (seen("440000"), seen("110000")) == ((1, 1), (0, 0))


def test_agents_regions_and_tiers_are_known_by_name(shop: Shop) -> None:
    shop.sell((FIRST, 1))
    assert shop.figures("agents")["items"][0]["name"] == "广州示例贸易有限公司"
    assert shop.figures("agents")["items"][0]["key"] == AGENT
    assert [(one["key"], one["name"]) for one in shop.figures("regions")["items"]] == [("440000", "广东省")]
    cities = shop.figures("regions", level="city")["items"]
    assert [(one["key"], one["name"]) for one in cities] == [("440100", "广州市")]
    assert [(one["key"], one["name"], one["paid"]) for one in shop.figures("tiers")["items"]] == [
        ("standard", "普通", 1)
    ]


def test_a_refund_counts_on_the_day_the_money_went_back(shop: Shop, at: Clock) -> None:
    order_id = shop.sell((FIRST, 2), (THIRD, 5))
    at("2026-11-22T16:00:00Z")  # midnight in Shanghai
    shop.refund(order_id, **{FIRST: 1})
    shop.refund(order_id, **{THIRD: 5})
    first, second = shop.figures("sales", last="2026-11-23")["days"]
    assert (first["net_fen"], first["refunds"]) == (21_295, 0)
    assert (second["refunds"], second["refunded_fen"], second["refunded_units"]) == (2, 10_495, 6)
    tea, spoon = shop.figures("products", last="2026-11-23")["items"]
    assert (tea["net_fen"], tea["refunded_units"], spoon["net_fen"]) == (10_000, 1, 0)


def test_the_time_before_is_compared(shop: Shop, at: Clock) -> None:
    shop.sell((FIRST, 1))
    at("2026-11-24T02:00:00Z")
    shop.sell((FIRST, 3))
    found = shop.figures("sales", first="2026-11-23", last="2026-11-24")
    assert (found["total"]["units"], found["previous"]["units"]) == (3, 1)
    assert [day["units"] for day in found["days"]] == [0, 3]
    assert [(day["day"], day["units"]) for day in found["previous_days"]] == [
        ("2026-11-21", 0),
        ("2026-11-22", 1),
    ]
    (tea,) = shop.figures("products", first="2026-11-23", last="2026-11-24")["items"]
    assert (tea["units"], tea["previous"]["units"]) == (3, 1)


def test_facts_may_come_twice_and_in_any_order(shop: Shop) -> None:
    order_id = shop.sell((FIRST, 2))
    shop.refund(order_id, **{FIRST: 1})
    before = shop.figures("sales")
    facts = [_message(kind, order_id) for kind in ("OrderRefunded", "OrderPaid", "OrderPlaced", "OrderPaid")]
    assert events.on_fact({"Records": facts}, Context("insights-on-fact")) == {"batchItemFailures": []}
    assert shop.figures("sales") == before
    _forget(shop)
    assert events.on_fact({"Records": facts[:1]}, Context("insights-on-fact")) == {"batchItemFailures": []}
    assert shop.figures("sales") == before


def test_gifts_are_counted_by_how_much_they_are_wanted(shop: Shop) -> None:
    asked = [("RedemptionPlaced", "R1", 1), ("RedemptionPlaced", "R2", 3), ("RedemptionRejected", "R1", 1)]
    facts = [_redemption(*one) for one in [*asked, *asked]]
    assert events.on_fact({"Records": facts}, Context("insights-on-fact")) == {"batchItemFailures": []}
    found = shop.figures("gifts")
    (gift,) = found["items"]
    assert (gift["gift_id"], gift["name"], gift["redemptions"], gift["gift_pieces"]) == (
        "GIFT000001",
        "保温杯",
        2,
        4,
    )
    assert (gift["points_spent"], gift["redemptions_rejected"]) == (2000, 1)
    assert found["total"]["redemptions"] == 2
    assert _rebuild(shop)["differences"] == []


def test_one_bad_fact_does_not_hold_up_the_others(shop: Shop) -> None:
    order_id = shop.sell((FIRST, 2))
    _forget(shop)
    facts = [_message("OrderPaid", "UNKNOWN"), _message("OrderPaid", order_id)]
    answer = events.on_fact({"Records": facts}, Context("insights-on-fact"))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "UNKNOWN"}]}
    assert shop.figures("sales")["total"]["paid"] == 1


def test_a_day_counted_again_is_the_same(shop: Shop) -> None:
    order_id = shop.sell((FIRST, 2), (THIRD, 1))
    shop.refund(order_id, **{THIRD: 1})
    rebuilt = operations.rebuild(clock.business_day(clock.now()))
    assert (rebuilt.events, rebuilt.missed, rebuilt.differences, rebuilt.histories) == (5, 0, [], [])


def test_what_was_missed_or_miscounted_is_found_and_set_right(shop: Shop, at: Clock) -> None:
    shop.sell((FIRST, 2))
    right = shop.figures("products")["items"], shop.figures("sales")
    _forget(shop)
    assert _rebuild(shop)["missed"] == 4
    assert (shop.figures("products")["items"], shop.figures("sales")) == right
    row = table.SumRow.get("PRODUCT", f"2026-11-22#{TEA}")
    row.units, row.name = 99, "别的"
    row.save()
    (wrong,) = _rebuild(shop)["differences"]
    assert (wrong["dimension"], wrong["stored"]["units"], wrong["expected"]["units"]) == ("product", 99, 2)
    assert shop.figures("products")["items"][0]["units"] == 2
    assert _rebuild(shop)["differences"] == []


def test_a_day_whose_sums_are_all_lost_comes_back_at_once(shop: Shop) -> None:
    goods = [Share("product", f"P{number:03d}", f"{number} 号茶", {"paid": 1}) for number in range(200)]
    for number, some in enumerate(rules.in_lots(goods)):
        transaction.commit(table.count_parts(Event("2026-11-22", "sold", f"O{number}", tuple(some))))
    right = shop.figures("products", limit="100")
    assert len(right["items"]) == 100
    for row in list(table.SumRow.query("PRODUCT")):
        row.delete()
    assert len(_rebuild(shop)["differences"]) == 200
    assert shop.figures("products", limit="100") == right
    assert _rebuild(shop)["differences"] == []


def test_nights_count_again_and_keep_reports(shop: Shop, at: Clock) -> None:
    shop.sell((FIRST, 2))
    _forget(shop)
    shop.run("insights-rebuild-days", "2026-11-22T18:30:00Z")
    items = shop.ask("GET", "/statistics/rebuilds").json["items"]
    assert [(one["day"], one["missed"]) for one in items][-1] == ("2026-11-22", 4)
    assert shop.figures("sales")["total"]["paid"] == 1


def test_figures_are_exported(shop: Shop) -> None:
    shop.sell((FIRST, 2))
    for report, rows in {"sales": 1, "products": 1, "regions": 1, "cities": 1}.items():
        query = {"report": report, "first": "2026-11-22", "last": "2026-11-22"}
        answer = shop.ask("GET", "/statistics/export", query=query)
        assert answer.headers["content-type"].startswith("text/csv")
        found = list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"))))
        assert len(found) == rows + 1
        assert "208.00" in found[1] or "200.00" in found[1]
        assert len(found[0]) == len(found[1])
        assert ("下单数" in found[0]) == (report != "products")  # orders have products, products no orders


@pytest.mark.parametrize(("first", "last"), [("2026-11-22", "2026-11-21"), ("2024-01-01", "2026-11-21")])
def test_a_time_must_be_a_time(shop: Shop, first: str, last: str) -> None:
    for report in REPORTS:
        assert shop.ask("GET", f"/statistics/{report}", query={"first": first, "last": last}).status == 422


def test_figures_are_open_to_those_with_the_permission_only(shop: Shop) -> None:
    query = {"first": "2026-11-22", "last": "2026-11-22"}
    asked = [("GET", f"/statistics/{report}", query) for report in REPORTS]
    asked += [
        ("GET", path, {}) for path in ("/dashboard", "/exceptions", "/invariants", "/statistics/rebuilds")
    ]
    asked.append(("GET", "/statistics/export", query | {"report": "sales"}))
    for method, path, given in asked:
        assert shop.ask(method, path, None, "reports", query=given).status == 200, path
        assert shop.ask(method, path, None, "orders.read", "audit", query=given).status == 403, path
    body = {"day": "2026-11-22"}
    assert shop.ask("POST", "/statistics/rebuilds", body, "audit").status == 403
    assert shop.ask("POST", "/statistics/rebuilds", body, "reports").status == 201


def _rebuild(shop: Shop) -> Any:
    return shop.ask("POST", "/statistics/rebuilds", {"day": "2026-11-22"}).json


def _message(kind: str, order_id: str) -> dict[str, str]:
    fact = OrderPaid(event_id="E", occurred_at="2026-11-22T02:00:00Z", order_id=order_id, agent_id=AGENT)
    return {
        "messageId": order_id,
        "body": json.dumps({"detail-type": kind, "detail": fact.model_dump()}),
    }


def _redemption(kind: str, redemption_id: str, quantity: int) -> dict[str, str]:
    fact = RedemptionPlaced(
        event_id="E",
        occurred_at="2026-11-22T02:00:00Z",
        redemption_id=redemption_id,
        gift_id="GIFT000001",
        gift_name="保温杯",
        quantity=quantity,
        points=1000,
    )
    return {
        "messageId": redemption_id,
        "body": json.dumps({"detail-type": kind, "detail": fact.model_dump()}),
    }


def _forget(shop: Shop) -> None:
    """As if nothing had been counted."""
    for row in shop.tables.rows("insights"):
        key = {"pk": row["pk"], "sk": row["sk"]}
        shop.tables.store.call("DeleteItem", TableName=table.SumRow.Meta.table_name, Key=key)
