"""Following products, and hearing of what became of them: once per company and change."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.agents import table as agents
from functions.auth import operations as auth
from functions.catalog import api
from functions.catalog.operations import following
from functions.catalog.schemas.facts import OrderCompleted, TellFollowers
from functions.catalog.table import follows
from functions.inventory import operations as inventory
from functions.inventory.schemas import AdjustStock
from functions.notifications.operations import change_preferences
from functions.notifications.rules import Outlet
from functions.notifications.schemas import Preference
from functions.notifications.table import NoticeRow
from kit import clock, transaction
from tests.integration.catalog.conftest import Ask, goods, on_sale
from tests.kit.companies import company
from tests.kit.engines import Cloud, Tables
from tests.kit.http import Answer, call
from tests.kit.people import AGENT, OTHER_AGENT, USER, agent_token
from tests.kit.pump import Pump
from tests.kit.time import Clock

NEW_SKU = {"code": "LJ-500", "base_price_fen": 24_000, "opening_stock": 10, "unit": "盒", "values": []}


@pytest.fixture
def pump(keys: None, tables: Tables, cloud: Cloud) -> Pump:
    """Carries changes from catalogue and stock to the companies' rows."""
    return Pump(tables, cloud, {"catalog", "inventory"})


@pytest.fixture
def product(desk: Ask, pump: Pump, tea: str) -> dict[str, Any]:
    """A product on sale that the index knows."""
    made = on_sale(desk, goods(tea))
    pump()
    return made


def act(method: str, path: str, token: str | None) -> Answer:
    return call(api.app, method, path, token=token)


def follow(product_id: str, token: str) -> None:
    assert act("PUT", f"/products/{product_id}/follow", token).status == 204


def edit(desk: Ask, product_id: str, **changes: Any) -> None:
    version = desk("GET", f"/products/{product_id}").json["version"]
    answer = desk("PATCH", f"/products/{product_id}", {"version": version} | changes)
    assert answer.status == 200, answer.text


def sku(desk: Ask, product_id: str, **changes: Any) -> dict[str, Any]:
    (known,) = desk("GET", f"/products/{product_id}").json["skus"]
    names = ("sku_id", "code", "base_price_fen", "minimum", "multiple", "unit", "values")
    return {name: known[name] for name in names} | changes


def heard(product_id: str, agent_id: str = AGENT) -> str | None:
    """What a company was told last."""
    known = follows.follower(product_id, agent_id)
    return known.news.text if known and known.news else None


def test_following_is_done_once_and_undone_once(
    product: dict[str, Any], buyer: str, at: Clock, deliver: Callable[[], None]
) -> None:
    product_id = product["product_id"]
    assert not act("GET", f"/products/{product_id}", buyer).json["followed"]
    follow(product_id, buyer)
    since = act("GET", "/follows", buyer).json["items"][0]["followed_at"]
    at.advance(minutes=1)
    follow(product_id, buyer)
    (shown,) = act("GET", "/follows", buyer).json["items"]
    assert (shown["name"], shown["followed_at"], shown["card"]["price_fen"]) == ("西湖龙井", since, 12_800)
    assert act("GET", f"/products/{product_id}", buyer).json["followed"]
    for _ in range(2):
        assert act("DELETE", f"/products/{product_id}/follow", buyer).status == 204
    assert act("GET", "/follows", buyer).json["items"] == []


def test_the_list_comes_by_pages_and_is_ones_own(desk: Ask, tea: str, buyer: str, at: Clock) -> None:
    for number in range(3):
        follow(on_sale(desk, goods(tea, code=f"LJ-{number}"))["product_id"], buyer)
        at.advance(minutes=1)
    first = act("GET", "/follows?limit=2", buyer).json
    second = act("GET", f"/follows?limit=2&cursor={first['next_cursor']}", buyer).json
    assert [len(first["items"]), len(second["items"]), second["next_cursor"]] == [2, 1, None]
    company(OTHER_AGENT)
    other = agent_token(OTHER_AGENT)
    assert act("GET", "/follows", other).json["items"] == []
    assert act("GET", f"/follows?cursor={first['next_cursor']}", other).status == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_only_agents_follow(product: dict[str, Any], method: str) -> None:
    assert act(method, f"/products/{product['product_id']}/follow", None).status == 401
    assert act("GET", "/follows", None).status == 401


def test_only_what_is_sold_can_be_followed(desk: Ask, tea: str, buyer: str) -> None:
    draft = desk("POST", "/products", goods(tea)).json["product_id"]
    assert act("PUT", f"/products/{draft}/follow", buyer).json["code"] == "ProductNotFound"
    assert act("PUT", "/products/NOTHING/follow", buyer).status == 404


def test_an_edit_is_told_in_one_piece(desk: Ask, pump: Pump, product: dict[str, Any], buyer: str) -> None:
    product_id = product["product_id"]
    follow(product_id, buyer)
    cheaper = sku(desk, product_id, base_price_fen=11_000, values=["250g"])
    edit(desk, product_id, spec_names=["净含量"], skus=[cheaper, NEW_SKU | {"values": ["500g"]}])
    pump()
    assert heard(product_id) == "有新版本，增加了新规格，价格有调整（250g 128.00 → 110.00 元）"


def test_a_price_is_told_only_to_whom_it_changed_for(
    desk: Ask,
    pump: Pump,
    product: dict[str, Any],
    buyer: str,
    own_price: Callable[[str, int], None],
) -> None:
    product_id, sku_id = product["product_id"], product["skus"][0]["sku_id"]
    company(OTHER_AGENT)
    own_price(sku_id, 9_000)
    pump()
    follow(product_id, buyer)
    follow(product_id, agent_token(OTHER_AGENT))
    edit(desk, product_id, spec_names=[], skus=[sku(desk, product_id, base_price_fen=12_000)])
    pump()
    assert heard(product_id) is None
    assert heard(product_id, OTHER_AGENT) == "价格有调整（单价 128.00 → 120.00 元）"


def test_a_price_list_is_told_to_whom_it_is_for(
    pump: Pump, product: dict[str, Any], buyer: str, desk: Ask, own_price: Callable[[str, int], None]
) -> None:
    product_id, sku_id = product["product_id"], product["skus"][0]["sku_id"]
    follow(product_id, buyer)
    own_price(sku_id, 9_000)
    pump()
    assert heard(product_id) == "价格有调整（单价 128.00 → 90.00 元）"


def test_stock_is_told_when_it_comes_back_and_not_each_time(
    pump: Pump, product: dict[str, Any], buyer: str, at: Clock
) -> None:
    product_id, sku_id = product["product_id"], product["skus"][0]["sku_id"]
    follow(product_id, buyer)

    def move(change: int, key: str) -> None:
        order = AdjustStock(reason="correction", change=change)
        inventory.adjust(sku_id, order, key, "clerk", at.now)
        pump()

    move(-100, "A")
    assert heard(product_id) is None
    move(5, "B")
    assert heard(product_id) == "已到货"
    told = follows.follower(product_id, AGENT)
    move(-5, "C")
    move(5, "D")
    assert follows.follower(product_id, AGENT) == told
    at.advance(hours=25)
    move(-5, "E")
    move(5, "F")
    assert follows.follower(product_id, AGENT) != told


def test_who_bought_hears_of_it_until_it_declines(
    desk: Ask, pump: Pump, product: dict[str, Any], buyer: str
) -> None:
    product_id, sku_id = product["product_id"], product["skus"][0]["sku_id"]
    received = OrderCompleted(
        event_id="E1",
        occurred_at="2026-11-22T00:00:00Z",
        order_id="O1",
        order_no="N1",
        agent_id=AGENT,
        completed_at="2026-11-22T00:00:00Z",
        lines=({"sku_id": sku_id, "product_id": product_id},),
    )
    for _ in range(2):
        following.note_bought(received, clock.now())
    assert act("GET", "/follows", buyer).json["items"] == []
    edit(desk, product_id, name="西湖龙井 2026")
    pump()
    assert heard(product_id) == "有新版本"
    act("DELETE", f"/products/{product_id}/follow", buyer)
    following.note_bought(received, clock.now())
    edit(desk, product_id, name="西湖龙井 2027")
    pump()
    assert follows.follower(product_id, AGENT).interest == "declined"  # type: ignore[union-attr]
    assert heard(product_id) is None


def test_the_same_command_twice_and_page_by_page_tells_each_once(
    product: dict[str, Any], keys: None, at: Clock
) -> None:
    product_id = product["product_id"]
    everybody = [f"0AGENT{number:020d}" for number in range(30)]
    for agent_id in everybody:
        company(agent_id)
        follow(product_id, agent_token(agent_id))
    first = TellFollowers(
        change_id="C1", at=clock.to_text(at.now), product_id=product_id, changes=("new_version",)
    )
    pages, command = 0, first
    for again in (first, first):
        command = again
        while command := following.tell(command, at.now):  # type: ignore[assignment]
            pages += 1
    assert pages == 2
    versions = {follows.follower(product_id, agent_id).version for agent_id in everybody}  # type: ignore[union-attr]
    assert versions == {2}


@pytest.mark.parametrize("wanted", [True, False])
def test_people_are_told_in_words_unless_they_do_not_want_to_be(
    desk: Ask, product: dict[str, Any], buyer: str, tables: Tables, cloud: Cloud, wanted: bool
) -> None:
    person = agents.create_user_part(AGENT, USER, "李小明", "owner", None)
    account = auth.create_user_parts(
        "agent",
        USER,
        name="李小明",
        email="a@example.com",
        phone="13800000000",
        agent_id=AGENT,
        role="owner",
        permissions=frozenset(),
        now=clock.now(),
    )
    transaction.commit([person, *account])
    switches: list[Outlet] = ["wechat", "email"] if wanted else ["inbox"]
    changes = [Preference(category="product", channel=channel, enabled=False) for channel in switches]
    change_preferences(USER, changes)
    everybody = Pump(tables, cloud, {"catalog", "inventory", "notifications"})
    follow(product["product_id"], buyer)
    edit(desk, product["product_id"], name="狮峰龙井")
    everybody()
    told = list(NoticeRow.query(f"USER#{USER}", NoticeRow.sk.startswith("NOTICE#")))
    assert [(one.kind, one.text) for one in told] == [
        ("ProductUpdated", "您关注的“狮峰龙井”有新版本。")
    ] * wanted
