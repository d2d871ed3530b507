"""What companies buy is kept order by order, and is what their orders add up to."""

import json
from typing import Any

import pytest

from functions.admin import api as admin_api
from functions.insights import api, events
from functions.insights.operations import behaviour
from functions.insights.operations.supply import sales_since
from functions.insights.schemas import OrderPaid
from functions.insights.table import behaviour as table
from functions.orders import operations as orders
from infra.local.invoke import Context
from kit import clock
from tests.integration.insights.conftest import TEA, Shop
from tests.kit.http import call
from tests.kit.orders import FIRST, SECOND, THIRD
from tests.kit.people import AGENT, OTHER_AGENT, agent_token, staff_token
from tests.kit.time import Clock


def _behaviour(shop: Shop) -> Any:
    answer = shop.ask("GET", f"/insights/agents/{AGENT}")
    assert answer.status == 200, answer.text
    return answer.json


def _skus(shop: Shop) -> dict[str, tuple[int, int, int]]:
    return {one["sku_id"]: (one["orders"], one["units"], one["net_fen"]) for one in _behaviour(shop)["skus"]}


def _recounted(*order_ids: str) -> dict[str, tuple[int, int, int]]:
    """The same figures from nothing but the rows of orders."""
    found: dict[str, tuple[int, int, int]] = {}
    for order_id in order_ids:
        order = orders.figures(AGENT, order_id)
        back = {(refund.refund_id, sold.sku_id): sold for refund in order.refunds for sold in refund.goods}
        for sold in order.goods:
            gone = [one for (_, sku_id), one in back.items() if sku_id == sold.sku_id]
            units = sold.quantity - sum(one.quantity for one in gone)
            net_fen = sold.net_fen - sum(one.net_fen for one in gone)
            known = found.get(sold.sku_id, (0, 0, 0))
            if units:
                found[sold.sku_id] = (known[0] + 1, known[1] + units, known[2] + net_fen)
    return found


def test_what_a_company_buys_is_kept_net_of_refunds(shop: Shop, at: Clock) -> None:
    shop.buyer.place((SECOND, 9))  # never paid
    first = shop.sell((FIRST, 2), (THIRD, 5))
    at("2026-11-26T07:10:00Z")
    second = shop.sell((FIRST, 3), (SECOND, 1))
    assert _skus(shop) == _recounted(first, second)
    shop.refund(first, **{FIRST: 1, THIRD: 5})
    assert _skus(shop) == _recounted(first, second) == {FIRST: (2, 4, 40_000), SECOND: (1, 1, 2_550)}
    shown = _behaviour(shop)
    assert (shown["orders"], shown["units"], shown["net_fen"]) == (2, 5, 42_550)
    assert shown["hours"] == [
        {"weekday": 4, "hour": 15, "orders": 1},
        {"weekday": 7, "hour": 10, "orders": 1},
    ]
    tea = shown["skus"][0]
    assert (tea["title"], tea["product_id"], tea["share_bps"]) == ("高山云雾茶 250g", TEA, 9_400)
    assert tea["rhythm"] == {"first": "2026-11-22", "last": "2026-11-26", "mean_days": 4, "median_days": 4}


def test_an_order_that_went_back_whole_was_no_purchase(shop: Shop) -> None:
    shop.refund(shop.sell((FIRST, 2)), **{FIRST: 2})
    shown = _behaviour(shop)
    assert (shown["orders"], shown["skus"], shown["hours"], shown["rhythm"]) == (0, [], [], None)


def test_facts_may_come_twice_late_and_in_any_order(shop: Shop) -> None:
    order_id = shop.sell((FIRST, 2), (THIRD, 1))
    shop.refund(order_id, **{FIRST: 1})
    before = _behaviour(shop)
    kinds = ("OrderRefunded", "OrderPaid", "OrderPlaced", "OrderPaid")
    for facts in ([*kinds], [*reversed(kinds)]):
        messages = {"Records": [_message(kind, order_id) for kind in facts]}
        assert events.on_fact(messages, Context("insights-on-fact")) == {"batchItemFailures": []}
    assert _behaviour(shop) == before


def test_what_was_known_earlier_does_not_undo_a_refund(shop: Shop) -> None:
    order_id = shop.sell((FIRST, 2))
    stale = orders.figures(AGENT, order_id)
    shop.refund(order_id, **{FIRST: 1})
    assert not behaviour.keep(stale)
    assert _skus(shop) == _recounted(order_id)


def test_histories_made_again_are_the_same_and_wrong_ones_are_set_right(shop: Shop) -> None:
    shop.sell((FIRST, 2), (THIRD, 1))
    before = _behaviour(shop)
    rebuild = {"day": "2026-11-22"}
    assert shop.ask("POST", "/statistics/rebuilds", rebuild).json["histories"] == []
    row = table.HistoryRow.get(f"BOUGHT#{AGENT}", f"HISTORY#{FIRST}")
    row.days = {"2026-11-22": [7, 7, 7]}
    row.save()
    assert shop.ask("POST", "/statistics/rebuilds", rebuild).json["histories"] == [f"{AGENT}/{FIRST}"]
    assert _behaviour(shop) == before
    assert shop.ask("POST", "/statistics/rebuilds", rebuild).json["histories"] == []


def test_skus_are_counted_by_day(shop: Shop, at: Clock) -> None:
    order_id = shop.sell((FIRST, 2), (SECOND, 3))
    at("2026-11-23T02:00:00Z")
    shop.refund(order_id, **{SECOND: 1})
    today = clock.business_day(clock.from_text("2026-11-24T02:00:00Z"))
    sold = sales_since(today.replace(day=1), today)
    assert {day.isoformat(): units for day, units in sold[SECOND].units.items()} == {
        "2026-11-22": 3,
        "2026-11-23": -1,
    }
    assert sum(sold[SECOND].net_fen.values()) == 2 * 2_550
    assert sum(sold[FIRST].units.values()) == 2


def test_a_company_sees_its_month(shop: Shop, at: Clock) -> None:
    at("2026-10-31T15:59:00Z")
    shop.sell((FIRST, 1))
    at("2026-10-31T16:00:00Z")  # November in Shanghai
    shop.refund(shop.sell((FIRST, 2), (THIRD, 5)), **{THIRD: 5})
    report = _report("2026-11")
    assert report["total"] == {"orders": 1, "units": 2, "net_fen": 20_000, "saved_fen": 0}
    assert report["previous"] == {"orders": 1, "units": 1, "net_fen": 10_000, "saved_fen": 0}
    assert report["skus"] == [{"id": FIRST, "title": "高山云雾茶 250g", "units": 2, "net_fen": 20_000}]
    assert [one["net_fen"] for one in report["categories"]] == [20_000]
    assert _report("2026-12")["total"]["orders"] == 0


def test_a_month_is_the_companys_own(shop: Shop) -> None:
    shop.sell((FIRST, 1))
    query = {"month": "2026-11"}
    other = call(api.app, "GET", "/purchase-report", query=query, token=agent_token(OTHER_AGENT))
    assert other.json["total"]["orders"] == 0
    assert call(api.app, "GET", "/purchase-report", query=query).status == 401
    assert call(api.app, "GET", "/purchase-report", query=query, token=staff_token("*")).status == 403


@pytest.mark.parametrize("month", ["2026-13", "2026", "26-11", "2026-1", ""])
def test_a_month_must_be_a_month(shop: Shop, month: str) -> None:
    answer = call(api.app, "GET", "/purchase-report", query={"month": month}, token=agent_token())
    assert answer.status == 422


def test_staff_of_other_regions_do_not_see_a_company(shop: Shop) -> None:
    shop.sell((THIRD, 1))
    for regions, status in ((("110000",), 404), (("440000",), 200)):
        token = staff_token("reports", regions=regions)
        answer = call(admin_api.app, "GET", f"/admin/insights/agents/{AGENT}", token=token)
        assert answer.status == status
    assert shop.ask("GET", f"/insights/agents/{OTHER_AGENT}").status == 404


def _report(month: str) -> Any:
    answer = call(api.app, "GET", "/purchase-report", query={"month": month}, token=agent_token())
    assert answer.status == 200, answer.text
    return answer.json


def _message(kind: str, order_id: str) -> dict[str, str]:
    fact = OrderPaid(event_id="E", occurred_at="2026-11-22T02:00:00Z", order_id=order_id, agent_id=AGENT)
    return {"messageId": order_id, "body": json.dumps({"detail-type": kind, "detail": fact.model_dump()})}
