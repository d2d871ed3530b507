"""What buyers see: at whose prices, how soon after an edit, and nothing that is not on sale."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.catalog import events, operations
from functions.catalog.operations import indexing
from functions.catalog.schemas.facts import OrderPaid
from functions.catalog.table import shop as shop_table
from functions.inventory import operations as inventory
from functions.settings import operations as settings
from functions.settings.schemas import Change, OrderSettings
from kit import clock, transaction
from tests.integration.catalog.conftest import Ask, goods, made, on_sale
from tests.kit.companies import company
from tests.kit.people import OTHER_AGENT, agent_token, sign_with_test_key, staff_token
from tests.kit.time import Clock

Deliver = Callable[[], None]
PLACES = ["/home", "/products", "/products/suggestions?q=a", "/categories", "/brands"]


@pytest.fixture
def catalogue(desk: Ask, tea: str, deliver: Deliver, at: Clock) -> dict[str, dict[str, Any]]:
    """Four products in a category of two levels, of two brands."""
    green = made(desk, "/categories", {"name": "绿茶", "parent_id": tea})["group_id"]
    lake, hill = (made(desk, "/brands", {"name": name})["group_id"] for name in ("西湖牌", "武夷山"))
    gift = made(desk, "/tags", {"name": "送礼"})["group_id"]
    wanted = [
        goods(green, "LJ-250", brand_id=lake),
        goods(green, "BLC-1", name="碧螺春", brand_id=lake, tag_ids=[gift]) | priced("BLC-1", 5_000),
        goods(tea, "DHP-1", name="大红袍", brand_id=hill) | priced("DHP-1", 30_000),
        goods(tea, "GIFT-1", name="绿茶礼盒", brand_id=hill, tag_ids=[gift]) | priced("GIFT-1", 20_000),
    ]
    found = {}
    for body in wanted:
        at.advance(minutes=1)
        found[body["name"]] = on_sale(desk, body)
    deliver()
    return found


def priced(code: str, fen: int, **more: Any) -> dict[str, Any]:
    return {"skus": [{"code": code, "base_price_fen": fen, "opening_stock": 10, "unit": "盒"} | more]}


def names(answer: Any) -> list[str]:
    assert answer.status == 200, answer.text
    return [card["name"] for card in answer.json["items"]]


class TestAccess:
    @pytest.mark.parametrize("path", PLACES)
    def test_visitors_may_look(self, visit: Ask, path: str) -> None:
        assert visit(path).status == 200

    @pytest.mark.parametrize("path", PLACES)
    def test_a_broken_token_is_not_a_visitor(self, visit: Ask, path: str) -> None:
        assert visit(path, token="abc").status == 401

    @pytest.mark.parametrize(
        "query",
        [
            "limit=0",
            "limit=51",
            "sort=name",
            "q=" + "长" * 65,
            "category=x",
            "min_price_fen=-1",
            "cursor=a",
            "z=1",
        ],
    )
    def test_query_out_of_bounds(self, visit: Ask, query: str) -> None:
        assert visit(f"/products?{query}").status in (400, 422)

    def test_suggestions_need_something_typed(self, visit: Ask) -> None:
        assert visit("/products/suggestions").status == 422


class TestPrices:
    def test_visitors_see_none(self, visit: Ask, catalogue: Any) -> None:
        (card,) = visit("/products", query={"q": "龙井"}).json["items"]
        assert (card["price_hidden"], card["price_fen"], card["base_price_fen"]) == (True, None, None)
        page = visit(f"/products/{card['product_id']}").json
        assert page["price_hidden"]
        assert page["skus"][0]["price_fen"] is None
        assert page["skus"][0]["base_price_fen"] is None
        assert visit("/products").json["facets"]["prices"] == []

    @pytest.mark.parametrize("state", ["pending_review", "need_info", "rejected", "blocked"])
    def test_companies_that_are_not_approved_see_none(self, visit: Ask, catalogue: Any, state: str) -> None:
        company(state=state)
        for card in visit("/products", token=agent_token()).json["items"]:
            assert card["price_fen"] is None

    @pytest.mark.parametrize("query", ["sort=price", "sort=-price", "min_price_fen=1", "max_price_fen=1"])
    def test_who_sees_no_prices_cannot_find_them_out_by_sorting(
        self, visit: Ask, catalogue: Any, query: str
    ) -> None:
        company(state="pending_review")
        for token in (None, agent_token(), staff_token("catalog.read")):
            answer = visit(f"/products?{query}", token=token)
            assert (answer.status, answer.json["code"]) == (403, "PricesHidden")

    def test_companies_see_their_own(self, visit: Ask, buyer: str, catalogue: Any, own_price: Any) -> None:
        company(OTHER_AGENT)
        own_price(catalogue["大红袍"]["skus"][0]["sku_id"], 4_000)
        mine = visit("/products", query={"sort": "price"}, token=buyer)
        theirs = visit("/products", query={"sort": "price"}, token=agent_token(OTHER_AGENT))
        assert names(mine) == ["大红袍", "碧螺春", "西湖龙井", "绿茶礼盒"]
        assert names(theirs) == ["碧螺春", "西湖龙井", "绿茶礼盒", "大红袍"]
        card = mine.json["items"][0]
        assert (card["price_fen"], card["base_price_fen"], card["price_label"]) == (4_000, 30_000, "大客户价")
        page = visit(f"/products/{card['product_id']}", token=buyer).json
        assert (page["skus"][0]["price_fen"], page["price_hidden"]) == (4_000, False)
        cheap = visit("/products", query={"max_price_fen": 4_000}, token=buyer)
        assert names(cheap) == ["大红袍"]
        assert {(band["from_fen"], band["count"]) for band in cheap.json["facets"]["prices"]} == {
            (2_000, 1),
            (5_000, 1),
            (10_000, 1),
            (20_000, 1),
        }

    def test_cards_filters_and_order_agree_on_a_rate_off(
        self, desk: Ask, visit: Ask, buyer: str, catalogue: Any, own_price: Any, tea: str
    ) -> None:
        token = staff_token("pricing")
        own_price(catalogue["碧螺春"]["skus"][0]["sku_id"], 100)
        for name, off_bps, scope in (
            ("六折", 4_000, {"category_ids": [tea]}),
            ("一折", 9_000, {"product_ids": [catalogue["大红袍"]["product_id"]]}),
        ):
            terms = {
                "name": name,
                "kind": "unit",
                "discount": {"off_bps": off_bps},
                "scope": scope,
                "window": {"starts_at": "2026-11-01T00:00:00Z", "ends_at": "2026-12-01T00:00:00Z"},
            }
            promotion = desk("POST", "/promotions", terms, token=token)
            assert promotion.status == 201, promotion.text
            path = f"/promotions/{promotion.json['id']}/state"
            assert desk("PUT", path, {"version": 1, "state": "published"}, token=token).status == 200
        cards = visit("/products", query={"sort": "price"}, token=buyer).json["items"]
        prices = [card["price_fen"] for card in cards]
        assert prices == sorted(prices)
        assert {"六折", "一折", "大客户价"} <= {card["price_label"] for card in cards}
        for price in prices:
            cheap = visit("/products", query={"max_price_fen": price}, token=buyer)
            assert cheap.json["total"] == sum(1 for other in prices if other <= price)


class TestSearch:
    def test_words_filters_and_counts(self, visit: Ask, catalogue: Any, tea: str) -> None:
        answer = visit("/products", query={"q": "绿茶"})
        assert (names(answer)[0], answer.json["total"]) == ("绿茶礼盒", 3)
        facets = answer.json["facets"]
        assert [(one["name"], one["count"]) for one in facets["categories"]] == [("茶叶", 3)]
        assert {(one["name"], one["count"]) for one in facets["brands"]} == {("西湖牌", 2), ("武夷山", 1)}
        (gift,) = facets["tags"]
        assert (gift["name"], gift["count"]) == ("送礼", 2)
        opened = visit("/products", query={"category": tea}).json["facets"]["categories"]
        assert [(one["name"], one["count"], one["parent_id"]) for one in opened] == [
            ("茶叶", 4, None),
            ("绿茶", 2, tea),
        ]
        both = visit("/products", query={"q": "绿茶", "tag": gift["id"], "brand": facets["brands"][0]["id"]})
        assert both.json["total"] == 1

    def test_pages_follow_each_other_and_belong_to_their_list(
        self, visit: Ask, catalogue: Any, at: Clock
    ) -> None:
        first = visit("/products", query={"sort": "newest", "limit": 3})
        rest = visit("/products", query={"sort": "newest", "limit": 3, "cursor": first.json["next_cursor"]})
        assert names(first) + names(rest) == ["绿茶礼盒", "大红袍", "碧螺春", "西湖龙井"]
        assert (rest.json["next_cursor"], rest.json["facets"]) == (None, None)
        other = visit("/products", query={"sort": "sales", "limit": 3, "cursor": first.json["next_cursor"]})
        assert (other.status, other.json["code"]) == (400, "CursorInvalid")

    def test_suggestions(self, visit: Ask, catalogue: Any) -> None:
        found = visit("/products/suggestions", query={"q": "biluo"}).json["items"]
        assert [one["name"] for one in found] == ["碧螺春"]

    def test_words_without_results_are_kept_for_the_merchant(
        self, visit: Ask, desk: Ask, buyer: str, catalogue: Any
    ) -> None:
        for token in (buyer, buyer, None):
            visit("/products", query={"q": " 普洱 "}, token=token)
        visit("/products", query={"q": "龙井"}, token=buyer)
        month = desk("GET", "/searches/without-results?month=2026-11").json["items"]
        assert [(one["words"], one["times"]) for one in month] == [("普洱", 2)]
        assert desk("GET", "/searches/without-results?month=2026-13").status == 422


class TestStock:
    def test_exact_or_banded(self, visit: Ask, catalogue: Any, at: Clock) -> None:
        sku_id = catalogue["碧螺春"]["skus"][0]["sku_id"]
        stock = lambda: visit("/products", query={"q": "碧螺春"}).json["items"][0]["stock"]  # noqa: E731
        assert stock() == {"available": 10, "band": "plenty"}
        inventory.set_threshold(sku_id, 10)
        assert stock() == {"available": 10, "band": "few"}
        transaction.commit(inventory.reserve_parts([(sku_id, 10, 2, 1)]))
        assert stock() == {"available": 0, "band": "none"}
        settings.change(
            OrderSettings, Change(version=0, value=OrderSettings(stock_display="banded")), "staff", at.now
        )
        assert stock() == {"available": None, "band": "none"}


class TestProductPage:
    def test_everything_a_buyer_needs(self, visit: Ask, buyer: str, catalogue: Any) -> None:
        product = catalogue["西湖龙井"]
        page = visit(f"/products/{product['product_id']}", token=buyer).json
        assert [one["name"] for one in page["category"]] == ["茶叶", "绿茶"]
        assert page["brand"]["name"] == "西湖牌"
        (sku,) = page["skus"]
        assert (sku["minimum"], sku["multiple"], sku["offer_version"], sku["price_fen"]) == (6, 6, 2, 12_800)
        assert sku["points"] == 768  # of six: a point per yuan

    def test_who_sees_no_prices_is_told_no_points(self, visit: Ask, catalogue: Any) -> None:
        (sku,) = visit(f"/products/{catalogue['西湖龙井']['product_id']}").json["skus"]
        assert (sku["price_fen"], sku["points"]) == (None, None)

    @pytest.mark.parametrize("state", ["draft", "off_sale", "archived", "unknown"])
    def test_what_is_not_on_sale_is_not_there(self, visit: Ask, desk: Ask, tea: str, state: str) -> None:
        product = made(desk, "/products", goods(tea))
        path, steps = (
            f"/products/{product['product_id']}",
            {"off_sale": ["publication", "withdrawal"], "archived": ["archive"]},
        )
        for version, step in enumerate(steps.get(state, []), 1):
            assert desk("POST", f"{path}/{step}", {"version": version}).status == 200
        answer = visit(path if state != "unknown" else "/products/0000000000")
        assert (answer.status, answer.json["code"]) == (404, "ProductNotFound")

    def test_skus_off_sale_are_not_shown(self, visit: Ask, desk: Ask, tea: str, deliver: Deliver) -> None:
        sku = goods(tea)["skus"][0]
        two = [sku | {"values": ["小"]}, sku | {"code": "B", "values": ["大"], "on_sale": False}]
        product = on_sale(desk, goods(tea, spec_names=["规格"], skus=two))
        deliver()
        assert [one["spec"] for one in visit(f"/products/{product['product_id']}").json["skus"]] == ["小"]
        (card,) = visit("/products").json["items"]
        assert (card["sku_count"], card["spec"], card["sku_id"]) == (1, "小", product["skus"][0]["sku_id"])


class TestHome:
    def test_shelves_by_sales_age_and_pins(self, visit: Ask, desk: Ask, catalogue: Any, at: Clock) -> None:
        pinned = catalogue["大红袍"]["product_id"]
        assert desk("PUT", "/shelves/hot", {"version": 0, "most": 2, "pinned": [pinned]}).status == 200
        assert desk("PUT", "/shelves/new", {"version": 0, "days": 1}).status == 200
        paid("O1", at, {catalogue["碧螺春"]["product_id"]: 7})
        at.advance(days=2)
        events.refresh_search({"time": clock.to_text(at.now)}, None)
        shelves = {shelf["shelf"]: shelf["items"] for shelf in visit("/home").json["shelves"]}
        assert [card["name"] for card in shelves["hot"]] == ["大红袍", "碧螺春"]
        assert shelves["new"] == []
        assert {card["name"] for card in shelves["recommended"]} == {"西湖龙井", "绿茶礼盒"}
        assert {card["reason"] for card in shelves["recommended"]} == {"同行都在买"}
        assert shelves["hot"][1]["sold"] == 7

    def test_categories_and_brands(self, visit: Ask, catalogue: Any) -> None:
        (tea,) = visit("/categories").json["items"]
        assert (tea["name"], [below["name"] for below in tea["children"]]) == ("茶叶", ["绿茶"])
        assert {one["name"] for one in visit("/brands").json["items"]} == {"武夷山", "西湖牌"}


class TestFreshness:
    def test_an_edit_shows_in_search_within_seconds(
        self, visit: Ask, desk: Ask, catalogue: Any, deliver: Deliver
    ) -> None:
        product = catalogue["碧螺春"]
        desk("PATCH", f"/products/{product['product_id']}", {"version": 2, "name": "信阳毛尖"})
        deliver()
        assert names(visit("/products", query={"q": "毛尖"})) == ["信阳毛尖"]
        assert names(visit("/products", query={"q": "碧螺春"})) == []
        desk("POST", f"/products/{product['product_id']}/withdrawal", {"version": 3})
        deliver()
        assert names(visit("/products", query={"q": "毛尖"})) == []

    def test_a_category_renamed_and_moved(
        self, visit: Ask, desk: Ask, catalogue: Any, deliver: Deliver, tea: str
    ) -> None:
        green = visit("/products", query={"category": tea}).json["facets"]["categories"][1]["id"]
        assert (
            desk("PATCH", f"/categories/{green}", {"version": 1, "name": "炒青", "parent_id": ""}).status
            == 200
        )
        deliver()
        assert visit("/products", query={"category": tea}).json["total"] == 2
        assert visit("/products", query={"q": "炒青"}).json["total"] == 2

    def test_hearing_of_a_change_twice_writes_no_second_snapshot(self, catalogue: Any) -> None:
        before = shop_table.snapshot()
        indexing.follow({product["product_id"] for product in catalogue.values()})
        assert shop_table.snapshot() == before

    def test_writers_that_meet_lose_nothing(self, visit: Ask, desk: Ask, catalogue: Any, at: Clock) -> None:
        found = [product["product_id"] for product in catalogue.values()]
        for number, product_id in enumerate(found):
            assert (
                desk("PATCH", f"/products/{product_id}", {"version": 2, "name": f"新茶{number}"}).status
                == 200
            )
        with ThreadPoolExecutor(4) as writers:
            list(writers.map(lambda product_id: indexing.follow([product_id]), found))
        at.advance(seconds=1)
        assert visit("/products", query={"q": "新茶"}).json["total"] == 4

    def test_the_nightly_check_mends_what_was_missed(
        self, visit: Ask, desk: Ask, catalogue: Any, at: Clock
    ) -> None:
        found = [product["product_id"] for product in catalogue.values()]
        desk("PATCH", f"/products/{found[0]}", {"version": 2, "name": "新茶"})
        desk("POST", f"/products/{found[1]}/withdrawal", {"version": 2})
        desk("POST", f"/products/{found[1]}/archive", {"version": 3})
        events.refresh_search({"time": clock.to_text(at.now)}, None)
        at.advance(seconds=1)
        assert names(visit("/products", query={"q": "新茶"})) == ["新茶"]
        assert visit("/products").json["total"] == 3

    def test_a_lost_snapshot_is_built_again(
        self, visit: Ask, desk: Ask, catalogue: Any, deliver: Deliver, cloud: Any
    ) -> None:
        cloud.empty()
        sign_with_test_key()
        desk("PATCH", f"/products/{catalogue['碧螺春']['product_id']}", {"version": 2, "name": "信阳毛尖"})
        deliver()
        assert visit("/products").json["total"] == 4


class TestSales:
    def test_an_order_is_counted_once_and_for_thirty_days(
        self, catalogue: Any, visit: Ask, at: Clock
    ) -> None:
        product_id = catalogue["碧螺春"]["product_id"]
        for _ in range(2):
            paid("O1", at, {product_id: 7})
        paid("O2", at, {product_id: 2})
        assert shop_table.sold_on(clock.business_day(at.now)) == {product_id: 9}
        assert self.sold(visit, at) == 9
        at.advance(days=29)
        assert self.sold(visit, at) == 9
        at.advance(days=1)
        assert self.sold(visit, at) == 0

    def test_days_that_are_over_are_forgotten(self, catalogue: Any, at: Clock) -> None:
        paid("O1", at, {catalogue["碧螺春"]["product_id"]: 7})
        day = clock.business_day(at.now)
        at.advance(days=31)
        events.refresh_search({"time": clock.to_text(at.now)}, None)
        assert shop_table.sold_on(day) == {}

    @staticmethod
    def sold(visit: Ask, at: Clock) -> int:
        events.refresh_search({"time": clock.to_text(at.now)}, None)
        at.advance(seconds=1)
        sold: int = visit("/products", query={"q": "碧螺春"}).json["items"][0]["sold"]
        return sold


def paid(order_id: str, at: Clock, units: dict[str, int]) -> None:
    """An order was paid at this moment."""
    lines = [{"product_id": product_id, "quantity": quantity} for product_id, quantity in units.items()]
    at_text = clock.to_text(at.now)
    indexing.count_sold(
        OrderPaid.model_validate(
            {
                "event_id": order_id,
                "occurred_at": at_text,
                "order_id": order_id,
                "paid_at": at_text,
                "lines": lines,
            }
        )
    )


class TestForOtherContexts:
    def test_codes_lead_to_skus_whatever_their_case(self, catalogue: Any) -> None:
        found = operations.sku_ids_by_code(["blc-1", "NONE", " DHP-1 "])
        assert found == {
            "blc-1": catalogue["碧螺春"]["skus"][0]["sku_id"],
            " DHP-1 ": catalogue["大红袍"]["skus"][0]["sku_id"],
        }

    def test_unknown_skus_and_versions_are_left_out(self, catalogue: Any) -> None:
        sku_id = catalogue["碧螺春"]["skus"][0]["sku_id"]
        assert operations.current_offers(["0000000000"]) == {}
        assert list(operations.offers_at([(sku_id, 1), (sku_id, 99)])) == [(sku_id, 1)]
