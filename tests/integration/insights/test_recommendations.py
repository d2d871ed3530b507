"""Goods for a company: chosen at night, and only what it can buy the moment it looks."""

from typing import Any

import pytest

from functions.admin import api as admin_api
from functions.catalog.operations import searching
from functions.insights import api
from functions.insights.table import advice
from tests.integration.catalog.conftest import PICTURE, PNG, put
from tests.integration.insights.conftest import Shop
from tests.kit.companies import company
from tests.kit.http import call
from tests.kit.people import AGENT, OTHER_AGENT, agent_token, staff_token
from tests.kit.pump import Pump
from tests.kit.time import Clock


class Market:
    """A shop with a real catalogue, and nights that learn."""

    def __init__(self, shop: Shop, at: Clock) -> None:
        self.shop, self.at = shop, at
        shop.pump = Pump(shop.tables, shop.cloud, {"orders", "payments", "insights", "catalog"})
        self.category: str = self._ask("POST", "/categories", {"name": "茶叶"})["group_id"]
        self.products: dict[str, Any] = {}

    def offer(self, name: str, stock: int = 500) -> str:
        """Put a product on sale; gives its SKU."""
        sku = {
            "code": f"TEA-{len(self.products)}",
            "base_price_fen": 5_000,
            "minimum": 5,
            "multiple": 5,
            "opening_stock": stock,
            "unit": "盒",
        }
        body = {
            "name": name,
            "category_id": self.category,
            "images": [PICTURE],
            "skus": [sku | {"unit": "盒"}],
        }
        made = self._ask("POST", "/products", body)
        path = f"/products/{made['product_id']}"
        self.products[name] = self._ask("POST", f"{path}/publication", {"version": made["version"]})
        sku_id: str = made["skus"][0]["sku_id"]
        self.shop.pump()
        return sku_id

    def limit(self, name: str, **regions: list[str]) -> None:
        """Sell a product in some regions only."""
        product = self.products[name]
        body = {"version": product["version"]} | regions
        self.products[name] = self._ask("PATCH", f"/products/{product['product_id']}", body)
        self.shop.pump()

    def night(self) -> None:
        """Let a night pass."""
        searching.forget()
        self.shop.run("insights-recommend-goods", f"{self.at.now:%Y-%m-%dT%H:%M:%SZ}")

    def shelf(self, token: str | None = None) -> list[tuple[str, str]]:
        """Names and reasons, as the company sees them."""
        searching.forget()
        answer = call(api.app, "GET", "/recommendations", token=token or agent_token())
        assert answer.status == 200, answer.text
        return [(card["name"], card["reason"]) for card in answer.json["items"]]

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.shop.ask(method, path, body)
        assert answer.status < 300, answer.text
        return answer.json


@pytest.fixture
def market(shop: Shop, at: Clock) -> Market:
    put(PICTURE, PNG)
    return Market(shop, at)


def test_what_is_due_comes_first_with_its_reason(market: Market) -> None:
    due, _ = market.offer("红茶"), market.offer("绿茶")
    for instant in ("2026-11-24T02:00:00Z", "2026-12-04T02:00:00Z"):
        market.at(instant)
        market.shop.sell((due, 5))
    market.at("2026-12-16T02:00:00Z")
    market.night()
    shown = market.shelf()
    assert shown[0] == ("红茶", "通常约 10 天补货一次，已 12 天未订")
    assert ("绿茶", "您常购品类的新品") in shown


def test_what_was_just_bought_is_not_offered_until_the_next_night(market: Market) -> None:
    due, _ = market.offer("红茶"), market.offer("绿茶")
    for instant in ("2026-11-24T02:00:00Z", "2026-12-04T02:00:00Z"):
        market.at(instant)
        market.shop.sell((due, 5))
    market.at("2026-12-16T02:00:00Z")
    market.night()
    market.shop.sell((due, 5))
    assert dict(market.shelf()) == {"绿茶": "您常购品类的新品", "红茶": "同行都在买"}
    market.at("2026-12-30T02:00:00Z")
    market.night()
    assert market.shelf()[0] == ("红茶", "通常约 11 天补货一次，已 14 天未订")


def test_what_cannot_be_bought_any_more_is_not_offered(market: Market) -> None:
    due = market.offer("红茶")
    market.offer("绿茶")
    for instant in ("2026-11-24T02:00:00Z", "2026-12-04T02:00:00Z"):
        market.at(instant)
        market.shop.sell((due, 5))
    market.at("2026-12-16T02:00:00Z")
    market.night()
    # Four that nobody ordered are left: fewer than the smallest order.
    count = {"reason": "stocktake", "counted": 14, "expected": 500}
    assert market.shop.ask("POST", f"/stock/{due}/adjustments", count, key="stocktake-1").status < 300
    assert [name for name, _ in market.shelf()] == ["绿茶"]


def test_what_was_taken_down_is_not_offered(market: Market) -> None:
    market.offer("红茶")
    product = market.products["红茶"]
    market.night()
    assert [name for name, _ in market.shelf()] == ["红茶"]
    path = f"/products/{product['product_id']}/withdrawal"
    withdrawn = market.shop.ask("POST", path, {"version": product["version"]})
    assert withdrawn.status < 300, withdrawn.text
    assert market.shelf() == []  # at once, before the index has heard of it
    market.shop.pump()
    assert market.shelf() == []


def test_pinned_goods_come_first_and_strangers_get_what_sells(market: Market) -> None:
    for name in ("红茶", "绿茶"):
        market.offer(name)
    pinned = {"pinned": [market.products["绿茶"]["product_id"]], "most": 10, "days": 30, "version": 0}
    assert market.shop.ask("PUT", "/shelves/recommended", pinned).status < 300
    company(OTHER_AGENT)
    assert market.shelf(agent_token(OTHER_AGENT)) == [("绿茶", "商家推荐"), ("红茶", "同行都在买")]


def test_the_shelf_is_for_companies(market: Market) -> None:
    assert call(api.app, "GET", "/recommendations").status == 401
    assert call(api.app, "GET", "/recommendations", token=staff_token("*")).status == 403


def test_companies_stand_beside_each_other(market: Market) -> None:
    sku_id = market.offer("红茶")
    market.shop.sell((sku_id, 10))
    market.night()
    (one,) = market.shop.ask("GET", "/insights/agents").json["items"]
    assert (one["orders"], one["units"], one["net_fen"], one["last"]) == (1, 10, 50_000, "2026-11-22")
    market.night()
    assert len(market.shop.ask("GET", "/insights/agents").json["items"]) == 1
    token = staff_token("reports", regions=("110000",))
    assert call(admin_api.app, "GET", "/admin/insights/agents", token=token).json["items"] == []
    query = {"advised": "agents"}
    file = call(admin_api.app, "GET", "/admin/insights/export", query=query, token=token).body.decode()
    assert len(file.splitlines()) == 1
    assert "500.00" in market.shop.ask("GET", "/insights/export", query=query).body.decode()


def test_a_product_is_shown_with_what_it_sold(market: Market) -> None:
    sku_id = market.offer("红茶")
    market.shop.sell((sku_id, 10))
    market.at("2026-12-01T20:00:00Z")
    market.shop.run("insights-advise-supply", "2026-12-01T20:00:00Z")
    path = f"/insights/products/{market.products['红茶']['product_id']}"
    shown = market.shop.ask("GET", path).json
    assert (shown["name"], shown["feedback"]) == ("红茶", 0)
    assert [(one["sku_id"], one["known"]) for one in shown["forecasts"]] == [(sku_id, [10, 0])]
    assert market.shop.ask("GET", path, None, "stock").status == 403
    assert market.shop.ask("GET", "/insights/products/NONE000000").status == 404


def test_what_is_not_sold_where_the_company_is(market: Market) -> None:
    due, _ = market.offer("红茶"), market.offer("绿茶")
    for instant in ("2026-11-24T02:00:00Z", "2026-12-04T02:00:00Z"):
        market.at(instant)
        market.shop.sell((due, 5))
    market.at("2026-12-16T02:00:00Z")
    market.night()
    market.limit("红茶", not_sold_in=["440100"])
    assert [name for name, _ in market.shelf()] == ["绿茶"]  # chosen at night, limited since
    market.night()
    assert set(advice.recommended(AGENT) or {}) == {market.products["绿茶"]["product_id"]}
    assert [name for name, _ in market.shelf()] == ["绿茶"]
