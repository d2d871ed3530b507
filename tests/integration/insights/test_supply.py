"""What to buy, what does not sell, what will, and a promotion in one step."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from bench.meter import metered
from functions.insights import operations
from functions.insights.schemas import Days, Ranked
from functions.insights.schemas.learning import AdviceQuery
from kit import clock
from kit.tokens import Principal
from tests.integration.catalog.conftest import PICTURE, PNG, put
from tests.integration.insights.conftest import Shop
from tests.kit.goods import sell
from tests.kit.orders import FIRST, SECOND, THIRD
from tests.kit.people import AGENT
from tests.kit.time import Clock

NIGHT = "2026-12-20T20:00:00Z"
LISTS = (
    "/replenishment",
    "/insights/overstock",
    "/insights/slow-movers",
    "/forecasts",
    "/insights/promotions",
)


@pytest.fixture
def sold(shop: Shop, at: Clock) -> Shop:
    """Four weeks in which one SKU sold every second day, and a night after them."""
    for day in range(22, 31, 2):
        at(f"2026-11-{day}T02:00:00Z")
        shop.sell((FIRST, 15))
    at(NIGHT)
    shop.run("insights-advise-supply", NIGHT)
    return shop


def _items(shop: Shop, path: str, **query: str) -> list[dict[str, Any]]:
    answer = shop.ask("GET", path, query=query)
    assert answer.status == 200, answer.text
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def test_lists_are_empty_before_the_first_night(shop: Shop) -> None:
    assert all(_items(shop, path) == [] for path in LISTS)
    assert shop.ask("GET", f"/forecasts/{FIRST}").status == 404


def test_what_runs_short_is_to_be_bought_in_cartons(sold: Shop) -> None:
    (one,) = _items(sold, "/replenishment")
    assert (one["sku_id"], one["units_7"], one["units_30"], one["units_90"]) == (FIRST, 0, 75, 75)
    assert (one["stock"], one["inbound"], one["last_sold"]) == (25, 0, "2026-11-30")
    assert one["cover_days"] == 25 * 29 // 75
    assert one["suggested"] == 12 * one["cartons"] > 0


def test_what_is_on_its_way_is_not_bought_again(sold: Shop) -> None:
    expected = {"quantity": 500, "expected_on": "2026-12-24"}
    assert sold.ask("POST", f"/stock/{FIRST}/arrivals", expected, key="arrival-1").status == 201
    sold.run("insights-advise-supply", "2026-12-21T20:00:00Z")
    assert _items(sold, "/replenishment") == []


def test_assumptions_are_the_merchants_own(sold: Shop) -> None:
    shown = sold.ask("GET", "/replenishment/assumptions").json
    assert (shown["version"], shown["lead_days"], shown["service_level_bps"]) == (0, 14, 9_500)
    changed = shown | {"lead_days": 1, "review_days": 1, "service_level_bps": 5_000}
    assert sold.ask("PUT", "/replenishment/assumptions", changed).json["version"] == 1
    assert sold.ask("PUT", "/replenishment/assumptions", changed).status == 409
    assert sold.ask("PUT", "/replenishment/assumptions", changed, "reports").status == 403
    assert sold.ask("PUT", "/replenishment/assumptions", changed | {"lead_days": 0}).status == 422
    sold.run("insights-advise-supply", "2026-12-21T20:00:00Z")
    assert _items(sold, "/replenishment") == []


def test_what_does_not_sell_is_listed_by_the_money_in_it(sold: Shop) -> None:
    slow = _items(sold, "/insights/slow-movers")
    assert [(one["sku_id"], one["idle_days"], one["cover_days"]) for one in slow] == [
        (SECOND, None, 9_999),
        (THIRD, None, 9_999),
    ]
    assert (slow[0]["stuck_fen"], slow[0]["suggested_off_bps"], slow[0]["feedback"]) == (255_000, 3_000, 0)
    assert [one["sku_id"] for one in _items(sold, "/insights/overstock")] == [SECOND, THIRD]


def test_forecasts_tell_their_error_beside_the_naive_one(sold: Shop, at: Clock) -> None:
    listed = _items(sold, "/forecasts")
    assert listed[0] == sold.ask("GET", f"/forecasts/{FIRST}").json  # what will sell most comes first
    found = {one["sku_id"]: one for one in listed}
    assert found[FIRST]["known"] == [15, 45, 15, 0, 0]
    assert (found[FIRST]["method"], found[FIRST]["chosen"], found[FIRST]["first_week"]) == (
        "mean",
        None,
        "2026-12-21",
    )
    for week in range(1, 15):
        at(f"2027-{1 + week // 5:02d}-{1 + week % 5 * 6:02d}T02:00:00Z")
        sold.sell((THIRD, 1 + week % 3))
    sold.run("insights-advise-supply", "2027-03-31T20:00:00Z")
    one = sold.ask("GET", f"/forecasts/{FIRST}").json
    assert one["chosen"]["error_units"] <= one["baseline"]["error_units"]
    assert one["mase_bps"] is None or one["mase_bps"] <= 10_000


def test_lists_are_read_on_as_they_were_begun(sold: Shop) -> None:
    first = sold.ask("GET", "/forecasts", query={"limit": "2"}).json
    sell("SKX0000009", name="新茶", product_id="PRODUCT009")
    sold.run("insights-advise-supply", "2026-12-21T20:00:00Z")
    second = sold.ask("GET", "/forecasts", query={"limit": "2", "cursor": first["next_cursor"]}).json
    seen = [one["sku_id"] for page in (first, second) for one in page["items"]]
    assert seen == [FIRST, SECOND, THIRD]
    assert len(_items(sold, "/forecasts")) == 4
    other = sold.ask("GET", "/replenishment", query={"cursor": first["next_cursor"]})
    assert other.status == 400


def test_a_night_that_is_tried_again_leaves_nothing_of_the_first_try(sold: Shop) -> None:
    sold.sell((FIRST, 15))
    sold.run("insights-advise-supply", NIGHT)
    assert [(one["sku_id"], one["stock"]) for one in _items(sold, "/replenishment")] == [(FIRST, 10)]


def test_a_slow_mover_is_promoted_in_one_step(sold: Shop, at: Clock) -> None:
    path, order = f"/insights/slow-movers/{THIRD}/promotions", {"off_bps": 2_000, "days": 7}
    made = sold.ask("POST", path, order, key="promote-1")
    assert made.status == 201, made.text
    assert (made.json["price_fen"], made.json["base_price_fen"]) == (80, 99)
    assert sold.ask("POST", path, order, key="promote-1").json == made.json
    for other in ({"name": "别的活动"}, {"off_bps": 1_000}, {"days": 8}):
        assert sold.ask("POST", path, order | other, key="promote-1").status == 409
    assert sold.buyer.quote((THIRD, 10))["goods_fen"] == 800
    at("2026-12-23T02:00:00Z")
    sold.sell((THIRD, 20))
    sold.run("insights-advise-supply", "2026-12-24T20:00:00Z")
    (one,) = _items(sold, "/insights/promotions")
    assert (one["days"], one["units_before"], one["units_during"], one["net_during_fen"]) == (3, 0, 20, 1600)
    assert sold.ask("POST", path, order, key="promote-1").status == 201
    assert _items(sold, "/insights/promotions") == [one]
    # One at a time, whoever asks and with whatever key.
    assert sold.ask("POST", path, order, key="promote-2").json["code"] == "AlreadyPromoted"
    at("2026-12-29T02:00:00Z")
    assert sold.buyer.quote((THIRD, 10))["goods_fen"] == 990
    sold.run("insights-advise-supply", "2027-01-02T20:00:00Z")
    assert _items(sold, "/insights/promotions")[0]["days"] == 6
    assert sold.ask("POST", path, order, key="promote-2").status == 201


def test_a_double_click_makes_one_promotion(sold: Shop) -> None:
    path, order = f"/insights/slow-movers/{SECOND}/promotions", {"off_bps": 2_000, "days": 7}
    with ThreadPoolExecutor(4) as clicks:
        answers = list(
            clicks.map(lambda key: sold.ask("POST", path, order, key=f"double-click-{key}"), range(4))
        )
    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409]
    assert len(_items(sold, "/insights/promotions")) == 1
    # Nobody bought it in the meantime, but time has passed.
    sold.run("insights-advise-supply", "2026-12-24T20:00:00Z")
    (one,) = _items(sold, "/insights/promotions")
    assert (one["days"], one["units_before"], one["units_during"]) == (3, 0, 0)


def test_a_promotion_that_was_ended_counts_until_then(sold: Shop, at: Clock) -> None:
    path, order = f"/insights/slow-movers/{SECOND}/promotions", {"off_bps": 2_000, "days": 14}
    made = sold.ask("POST", path, order, key="promote-1").json
    at("2026-12-23T02:00:00Z")
    ended = {"version": 2, "state": "ended"}
    answer = sold.ask("PUT", f"/promotions/{made['promotion_id']}/state", ended)
    assert answer.status == 200, answer.text
    sold.run("insights-advise-supply", "2026-12-28T20:00:00Z")
    (one,) = _items(sold, "/insights/promotions")
    assert (one["days"], one["ends_at"]) == (1, "2026-12-23T02:00:00Z")
    assert sold.ask("POST", path, order, key="promote-2").status == 201


def test_goods_are_given_time_before_they_are_slow(sold: Shop) -> None:
    put(PICTURE, PNG)
    sku = {"code": "NEW-1", "base_price_fen": 5_000, "unit": "盒", "opening_stock": 500}
    category = sold.ask("POST", "/categories", {"name": "茶叶"}).json["group_id"]
    body = {"name": "新茶", "category_id": category, "images": [PICTURE], "skus": [sku]}
    product = sold.ask("POST", "/products", body).json
    version = {"version": product["version"]}
    answer = sold.ask("POST", f"/products/{product['product_id']}/publication", version)
    assert answer.status == 200, answer.text
    sku_id = product["skus"][0]["sku_id"]
    for night, is_slow in {"2027-01-10T20:00:00Z": False, "2027-01-25T20:00:00Z": True}.items():
        sold.run("insights-advise-supply", night)
        for path in ("/insights/slow-movers", "/insights/overstock"):
            assert (sku_id in {one["sku_id"] for one in _items(sold, path)}) == is_slow


def test_a_promotion_has_bounds(sold: Shop) -> None:
    path = f"/insights/slow-movers/{THIRD}/promotions"
    for order in ({"off_bps": 10_000, "days": 7}, {"off_bps": 2_000, "days": 61}, {"off_bps": 2_000}):
        assert sold.ask("POST", path, order, key="promote-1").status == 422
    fine = {"off_bps": 2_000, "days": 7}
    assert sold.ask("POST", path, fine).status == 400  # no key
    assert sold.ask("POST", path, fine, "reports", key="promote-1").status == 403
    assert (
        sold.ask("POST", "/insights/slow-movers/NONE000000/promotions", fine, key="promote-1").status == 409
    )


def test_lists_are_taken_along_as_files(sold: Shop) -> None:
    for advised, rows in {"replenishment": 1, "overstock": 2, "slow-movers": 2, "forecasts": 3}.items():
        answer = sold.ask("GET", "/insights/export", query={"advised": advised})
        assert answer.headers["content-type"].startswith("text/csv")
        assert len(list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"))))) == rows + 1
    assert sold.ask("GET", "/insights/export", query={"advised": "secrets"}).status == 422


def test_lists_are_open_to_those_with_the_permission_only(shop: Shop) -> None:
    asked = [*LISTS, "/insights/agents", "/replenishment/assumptions", "/insights/export?"]
    for path in asked:
        query = {"advised": "agents"} if path.endswith("?") else {}
        assert shop.ask("GET", path.rstrip("?"), None, "reports", query=query).status == 200, path
        assert shop.ask("GET", path.rstrip("?"), None, "stock", "pricing", query=query).status == 403, path


def test_a_page_is_two_reads_however_much_was_sold(sold: Shop) -> None:
    query = AdviceQuery(limit=100)
    for read in (
        operations.replenishment,
        operations.overstock,
        operations.slow_movers,
        operations.forecasts,
    ):
        with metered() as bill:
            read(query)
        assert bill.calls == ["GetItem", "Query"]
    with metered() as bill:
        operations.show_behaviour(AGENT, Principal("staff", "S", "S"))
    assert bill.calls == ["GetItem", "Query"]
    days = {"first": date(2026, 11, 1), "last": date(2026, 11, 30)}
    with metered() as bill:
        operations.series(Days(**days))
    assert bill.calls == ["Query"]
    for dimension in ("product", "agent", "province"):
        with metered() as bill:
            operations.ranking(dimension, Ranked(**days))
        assert bill.calls == ["Query"]
    with metered() as bill:
        operations.purchase_report(AGENT, "2026-11", clock.now())
    # Baskets; the balance and the month's entries of points; the tree of categories and their names.
    assert sorted(bill.calls) == ["GetItem", "GetItem", "Query", "Query", "Query"]


def test_feedback_stands_beside_sales(sold: Shop) -> None:
    (tea,) = sold.figures("products", first="2026-11-22", last="2026-11-30")["items"]
    assert (tea["units"], tea["feedback"]) == (75, 0)
