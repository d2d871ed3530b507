"""Promising companies get a discount and goods held for them, in one step."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.agents import operations as agents
from functions.cart import operations as cart
from functions.inventory import operations as inventory
from tests.integration.pricing.conftest import WINDOW, new_key
from tests.kit.companies import company
from tests.kit.goods import sell
from tests.kit.http import Answer
from tests.kit.people import AGENT, OTHER_AGENT, agent_token, staff_token
from tests.kit.time import Clock

SKU = "SKU0000001"
Desk = Callable[..., Answer]
PLAN = {
    "name": "华南新市场",
    "audience": {"agent_ids": [AGENT]},
    "window": WINDOW,
    "off_bps": 1_000,
    "goods": [{"sku_id": SKU, "pieces": 30}],
}


@pytest.fixture
def shop(desk: Desk) -> Desk:
    """100 pieces and two companies."""
    sell(SKU, stock=100)
    company(AGENT)
    company(OTHER_AGENT)
    return desk


def price(agent_id: str, at: Clock) -> int:
    return cart.quote(agent_id, [(SKU, 10)], None, at.now).order.total_fen


def held() -> tuple[int, int]:
    found = inventory.stock([SKU])[SKU]
    return found.held, found.available


def test_those_who_are_meant_pay_less_and_are_served_first(shop: Desk, at: Clock) -> None:
    made = shop("POST", "/supports", PLAN, key=new_key())
    assert made.status == 201, made.text
    assert made.json["promotion"]["phase"] == "running"
    assert [(one["left"], one["terms"]["reason"]) for one in made.json["quotas"]] == [(30, "华南新市场")]
    assert (price(AGENT, at), price(OTHER_AGENT, at)) == (90_000, 100_000)
    assert held() == (30, 70)
    assert agents.company(AGENT).tier == "standard"


def test_the_same_key_supports_once_and_another_plan_is_refused(shop: Desk) -> None:
    key = new_key()
    first = shop("POST", "/supports", PLAN, key=key)
    assert shop("POST", "/supports", PLAN, key=key).json["quotas"] == first.json["quotas"]
    assert held() == (30, 70)
    other = PLAN | {"goods": [{"sku_id": SKU, "pieces": 31}]}
    assert shop("POST", "/supports", other, key=key).json["code"] == "KeyReused"
    listed = shop("GET", "/supports").json["items"]
    assert [one["support_id"] for one in listed] == [first.json["support_id"]]


def test_nothing_is_cheaper_when_the_goods_are_not_there(shop: Desk, at: Clock) -> None:
    key = new_key()
    wanted = PLAN | {"goods": [{"sku_id": SKU, "pieces": 101}]}
    assert shop("POST", "/supports", wanted, key=key).json["code"] == "OutOfStock"
    assert price(AGENT, at) == 100_000
    (begun,) = shop("GET", "/supports").json["items"]
    assert (begun["promotion"], begun["quotas"]) == (None, [])
    unknown = PLAN | {"goods": [{"sku_id": "NOSKU00000", "pieces": 1}]}
    assert shop("POST", "/supports", unknown, key=new_key()).json["code"] == "StockNotFound"


@pytest.mark.parametrize(
    "changes",
    [
        {"off_bps": None, "goods": []},
        {"audience": {}},
        {"window": {"starts_at": WINDOW["starts_at"]}},
        {"off_bps": 5_001},
        {"off_bps": 0},
        {"goods": [{"sku_id": SKU, "pieces": 1}, {"sku_id": SKU, "pieces": 2}]},
        {"goods": [{"sku_id": SKU, "pieces": 0}]},
        {"name": ""},
        {"unknown": 1},
    ],
)
def test_what_makes_no_sense_is_refused(shop: Desk, changes: dict[str, Any]) -> None:
    assert shop("POST", "/supports", PLAN | changes, key=new_key()).status == 422
    assert held() == (0, 100)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_only_staff_for_prices_come_in(shop: Desk, method: str) -> None:
    body = PLAN if method == "POST" else None
    for token, status in ((None, 401), (agent_token(), 403), (staff_token("orders"), 403)):
        assert shop(method, "/supports", body, key=new_key(), token=token).status == status
    if method == "POST":
        assert shop("POST", "/supports", PLAN).status == 400
