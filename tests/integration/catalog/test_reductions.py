"""Reductions by category, brand or tag begin and end: whoever follows such goods hears of it, once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from functions.catalog import events
from functions.catalog.operations import reducing
from functions.catalog.table import follows
from tests.integration.catalog.conftest import Ask, goods, on_sale
from tests.integration.catalog.test_follows import follow, heard
from tests.kit.companies import BEIJING, company
from tests.kit.engines import Cloud, Tables
from tests.kit.people import AGENT, OTHER_AGENT, USER, agent_token, staff_token
from tests.kit.pump import Pump
from tests.kit.time import Clock

Promote = Callable[..., None]


@pytest.fixture
def pump(keys: None, tables: Tables, cloud: Cloud) -> Pump:
    return Pump(tables, cloud, {"catalog", "inventory"})


@pytest.fixture
def followed(desk: Ask, pump: Pump, tea: str, buyer: str, at: Clock) -> str:
    """A product two companies follow, in Guangzhou and in Beijing."""
    product_id: str = on_sale(desk, goods(tea))["product_id"]
    pump()
    at.advance(seconds=1)
    company(OTHER_AGENT, region=BEIJING)
    for token in (buyer, agent_token(OTHER_AGENT, USER[::-1])):
        follow(product_id, token)
    return product_id


@pytest.fixture
def promote(desk: Ask, at: Clock) -> Promote:
    """Publishes ten per cent off from half an hour on, for a day."""
    token = staff_token("pricing")

    def publish(**terms: Any) -> None:
        window = {"starts_at": "2026-11-22T02:30:00Z", "ends_at": "2026-11-23T02:30:00Z"}
        body = {"name": "春茶节", "kind": "unit", "discount": {"off_bps": 1_000}, "window": window} | terms
        made = desk("POST", "/promotions", body, token=token)
        assert made.status == 201, made.text
        path = f"/promotions/{made.json['id']}/state"
        assert desk("PUT", path, {"version": 1, "state": "published"}, token=token).status == 200

    return publish


def round_at(pump: Pump, at: Clock, instant: str) -> None:
    at(instant)
    events.tell_reductions({"time": instant}, None)
    pump()


def test_the_begin_and_the_end_of_a_reduction_are_told(
    followed: str, promote: Promote, pump: Pump, tea: str, at: Clock
) -> None:
    promote(scope={"category_ids": [tea]}, audience={"regions": ["440000"]})
    round_at(pump, at, "2026-11-22T03:10:00Z")
    assert heard(followed) == "价格有调整（单价 128.00 → 115.20 元）"
    assert heard(followed, OTHER_AGENT) is None
    known = follows.follower(followed, AGENT)
    round_at(pump, at, "2026-11-22T03:10:00Z")
    round_at(pump, at, "2026-11-22T04:10:00Z")
    assert follows.follower(followed, AGENT) == known
    round_at(pump, at, "2026-11-23T03:10:00Z")
    assert heard(followed) == "价格有调整（单价 115.20 → 128.00 元）"


def test_a_reduction_of_other_goods_is_no_news(
    followed: str, promote: Promote, pump: Pump, at: Clock
) -> None:
    promote(scope={"product_ids": ["0000000000"]})
    round_at(pump, at, "2026-11-22T03:10:00Z")
    assert heard(followed) is None


def test_a_campaign_for_very_many_goods_is_not_told_one_by_one(
    followed: str, promote: Promote, at: Clock
) -> None:
    promote()
    at("2026-11-22T03:10:00Z")
    hour = timedelta(hours=1)
    assert [one.product_id for one in reducing.news_of(at.now, hour)] == [followed]
    assert reducing.news_of(at.now, hour, most=0) == []
