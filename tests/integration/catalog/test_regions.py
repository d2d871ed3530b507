"""Goods that are not sold everywhere: who is elsewhere finds none of them, and is told none."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.catalog import api
from functions.catalog.operations import following
from functions.catalog.schemas.facts import TellFollowers
from functions.catalog.table import follows
from tests.integration.catalog.conftest import Ask, goods, made, on_sale
from tests.kit.companies import BEIJING, company
from tests.kit.http import call
from tests.kit.people import AGENT, OTHER_AGENT, agent_token
from tests.kit.time import Clock

GUANGDONG, GUANGZHOU, TIANHE, BEIJING_CITY = "440000", "440100", "440106", "110000"


@pytest.fixture
def shelf(desk: Ask, tea: str, buyer: str, deliver: Callable[[], None]) -> dict[str, dict[str, Any]]:
    """Three products: for everybody, for Beijing, for all but Guangzhou; AGENT is in Guangzhou."""
    company(OTHER_AGENT, region=BEIJING)
    wanted = [
        goods(tea),
        goods(tea, "BJ-1", name="北京专供龙井", sold_in=[BEIJING_CITY]),
        goods(tea, "NGZ-1", name="出口转内销龙井", not_sold_in=[GUANGZHOU]),
    ]
    found = {body["name"]: on_sale(desk, body) for body in wanted}
    deliver()
    return found


def names(visit: Ask, path: str, token: str | None) -> set[str]:
    answer = visit(path, token=token)
    assert answer.status == 200, answer.text
    return {card["name"] for card in answer.json["items"]}


EVERYBODYS = {"西湖龙井"}
ALL = {"西湖龙井", "北京专供龙井", "出口转内销龙井"}


@pytest.mark.parametrize("path", ["/products", "/products?q=龙井", "/products?sort=newest"])
def test_lists_and_search_leave_it_out(shelf: dict[str, Any], visit: Ask, buyer: str, path: str) -> None:
    assert names(visit, path, buyer) == EVERYBODYS
    assert names(visit, path, agent_token(OTHER_AGENT)) == ALL
    assert names(visit, path, None) == ALL


def test_counts_and_suggestions_leave_it_out(shelf: dict[str, Any], visit: Ask, buyer: str) -> None:
    found = visit("/products?q=龙井", token=buyer).json
    assert (found["total"], [one["count"] for one in found["facets"]["categories"]]) == (1, [1])
    assert sum(band["count"] for band in found["facets"]["prices"]) == 1
    suggested = visit("/products/suggestions?q=龙井", token=buyer).json["items"]
    assert [one["name"] for one in suggested] == ["西湖龙井"]
    assert len(visit("/products/suggestions?q=龙井").json["items"]) == 3


def test_shelves_leave_it_out_even_pinned(shelf: dict[str, Any], visit: Ask, desk: Ask, buyer: str) -> None:
    pinned = [shelf["北京专供龙井"]["product_id"]]
    plan = {"version": 0, "pinned": pinned, "most": 10, "days": 30}
    assert desk("PUT", "/shelves/new", plan).status == 200
    for token, shown in ((buyer, EVERYBODYS), (agent_token(OTHER_AGENT), ALL)):
        shelves = visit("/home", token=token).json["shelves"]
        assert {card["name"] for one in shelves for card in one["items"]} == shown


def test_its_page_says_so(shelf: dict[str, Any], visit: Ask, buyer: str) -> None:
    path = f"/products/{shelf['北京专供龙井']['product_id']}"
    assert visit(path, token=buyer).json["sold_here"] is False
    assert visit(path, token=agent_token(OTHER_AGENT)).json["sold_here"] is True
    assert visit(path).json["sold_here"] is True


def test_who_cannot_buy_it_any_more_hears_nothing_of_it(
    shelf: dict[str, Any], desk: Ask, buyer: str, at: Clock
) -> None:
    product = shelf["西湖龙井"]
    product_id = product["product_id"]
    for token in (buyer, agent_token(OTHER_AGENT)):
        assert call(api.app, "PUT", f"/products/{product_id}/follow", token=token).status == 204
    limit = {"version": product["version"], "sold_in": [BEIJING_CITY]}
    assert desk("PATCH", f"/products/{product_id}", limit).status == 200
    changed = TellFollowers(
        change_id="C1", at="2026-11-22T02:00:00Z", product_id=product_id, changes=("back_in_stock",)
    )
    following.tell(changed, at.now)
    heard = {agent_id: follows.follower(product_id, agent_id) for agent_id in (AGENT, OTHER_AGENT)}
    assert {agent_id for agent_id, one in heard.items() if one and one.news} == {OTHER_AGENT}


def test_a_limit_is_a_new_version_of_what_is_offered(desk: Ask, tea: str) -> None:
    product = on_sale(desk, goods(tea))
    path = f"/products/{product['product_id']}"
    limit = {"version": product["version"], "sold_in": [GUANGDONG, GUANGDONG], "not_sold_in": [TIANHE]}
    limited = desk("PATCH", path, limit).json
    assert (limited["sold_in"], limited["not_sold_in"]) == ([GUANGDONG], [TIANHE])
    assert limited["skus"][0]["offer_version"] == product["skus"][0]["offer_version"] + 1
    assert desk("PATCH", path, limit).json["code"] == "Stale"
    everywhere = {"version": limited["version"], "sold_in": [], "not_sold_in": []}
    assert desk("PATCH", path, everywhere).json["sold_in"] == []


@pytest.mark.parametrize("codes", [["广东"], ["4400000"], [440000], ["440000"] * 101])
def test_regions_are_codes(desk: Ask, tea: str, codes: list[Any]) -> None:
    assert desk("POST", "/products", goods(tea, sold_in=codes)).status in (400, 422)


def test_files_carry_regions(desk: Ask, tea: str) -> None:
    made(desk, "/products", goods(tea))
    file = "货号,商品名称,销售地区,不销售地区\nLJ-250,西湖龙井,440000|110000,440106\n"
    report = desk("POST", "/products/import", {"content": file, "dry_run": False}).json
    (item,) = report["items"]
    assert (item["outcome"], item["changes"]) == ("updated", ["销售地区", "不销售地区"])
    stored = desk("GET", f"/products/{item['product_id']}").json
    assert (stored["sold_in"], stored["not_sold_in"]) == (["440000", "110000"], ["440106"])
    wrong = {"content": "货号,商品名称,销售地区\nLJ-250,西湖龙井,广东\n", "dry_run": True}
    (refused,) = desk("POST", "/products/import", wrong).json["items"]
    assert (refused["outcome"], refused["problems"][0]["column"]) == ("refused", "销售地区")
