"""Scarce goods held for some companies: on every page they are there for these, and for nobody else."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.catalog.operations import suggesting, viewing
from kit import clock
from kit.tokens import Principal
from tests.integration.catalog.conftest import Ask, goods, on_sale
from tests.kit.companies import company
from tests.kit.people import AGENT, OTHER_AGENT, USER, agent_token, staff_token

WINDOW = {"starts_at": "2026-11-01T00:00:00Z", "ends_at": "2026-12-01T00:00:00Z"}
Deliver = Callable[[], None]
NOTHING = {"available": 0, "band": "none"}


@pytest.fixture
def product(desk: Ask, tea: str, deliver: Deliver) -> str:
    """Ten pieces of a product, ordered by six, all held for gold companies; AGENT is one."""
    body = goods(tea)
    body["skus"][0]["opening_stock"] = 10
    made = on_sale(desk, body)
    company(AGENT, tier="gold")
    company(OTHER_AGENT)
    hold(desk, made["skus"][0]["sku_id"], 10)
    deliver()
    return str(made["product_id"])


def hold(desk: Ask, sku_id: str, pieces: int) -> None:
    quota = {
        "sku_id": sku_id,
        "pieces": pieces,
        "reason": "新市场支持",
        "audience": {"tiers": ["gold"]},
        "window": WINDOW,
    }
    answer = desk("POST", "/quotas", quota, token=staff_token("pricing"), key="a-key-of-its-own")
    assert answer.status == 201, answer.text


def seen(visit: Ask, product_id: str, token: str | None) -> list[Any]:
    """The stock in the list, on the card of the home page and on the product's page."""
    (card,) = visit("/products", token=token).json["items"]
    hot = visit("/home", token=token).json["shelves"][0]["items"][0]
    page = visit(f"/products/{product_id}", token=token).json
    return [card["stock"], hot["stock"], page["skus"][0]["stock"]]


def recommended(agent_id: str) -> list[str]:
    viewer = viewing.viewer_of(Principal("agent", USER, "S", agent_id=agent_id))
    return [card.product_id for card in suggesting.shelf(viewer, {}, clock.now()).items]


def test_what_is_held_is_there_for_those_it_is_held_for(product: str, visit: Ask) -> None:
    assert seen(visit, product, agent_token(AGENT)) == [{"available": 10, "band": "few"}] * 3
    assert seen(visit, product, agent_token(OTHER_AGENT)) == [NOTHING] * 3
    assert seen(visit, product, None) == [NOTHING] * 3


def test_what_is_held_is_recommended_to_nobody_else(product: str) -> None:
    assert recommended(AGENT) == [product]
    assert recommended(OTHER_AGENT) == []
