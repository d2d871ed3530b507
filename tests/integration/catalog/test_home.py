"""The first screen, in one request: the shop, the application, banners of the moment, shelves."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.admin import api as admin
from functions.catalog import api
from tests.integration.catalog.conftest import PNG, Ask, goods, on_sale, put
from tests.kit.companies import company
from tests.kit.http import Answer, call
from tests.kit.people import AGENT, OTHER_AGENT, agent_token, staff_token
from tests.kit.time import Clock

BANNER = {"image": "public/banners/spring.png", "title": "春茶上市", "page": "goods/product?id=1"}


@pytest.fixture
def hang(keys: None) -> Callable[..., Answer]:
    """Replaces the banners as somebody who may change the settings."""
    put(str(BANNER["image"]), PNG)
    versions = iter(range(100))

    def replace(*banners: dict[str, Any]) -> Answer:
        body = {"version": next(versions), "value": {"banners": list(banners)}}
        return call(admin.app, "PUT", "/admin/settings/home", body, token=staff_token("settings"))

    return replace


def home(token: str | None = None) -> dict[str, Any]:
    answer = call(api.app, "GET", "/home", token=token)
    assert answer.status == 200, answer.text
    shown: dict[str, Any] = answer.json
    return shown


def test_a_visitor_sees_the_shop_its_banners_and_shelves(desk: Ask, tea: str, hang: Any) -> None:
    on_sale(desk, goods(tea))
    assert hang(BANNER).status == 200
    shown = home()
    assert (shown["shop"]["name"], shown["company_state"]) == ("代理商订货平台", None)
    assert [banner["title"] for banner in shown["banners"]] == ["春茶上市"]
    assert [shelf["shelf"] for shelf in shown["shelves"]] == ["hot", "recommended", "new"]


def test_a_company_sees_how_its_application_stands(keys: None) -> None:
    company(AGENT, state="pending_review")
    company(OTHER_AGENT)
    assert home(agent_token(AGENT))["company_state"] == "pending_review"
    assert home(agent_token(OTHER_AGENT))["company_state"] == "active"


def test_banners_are_shown_in_their_time_and_order(hang: Any, at: Clock) -> None:
    soon = BANNER | {
        "title": "双十二",
        "starts_at": "2026-12-10T00:00:00Z",
        "ends_at": "2026-12-13T00:00:00Z",
    }
    assert hang(soon, BANNER).status == 200
    assert [banner["title"] for banner in home()["banners"]] == ["春茶上市"]
    at("2026-12-10T00:00:00Z")
    assert [banner["title"] for banner in home()["banners"]] == ["双十二", "春茶上市"]
    at("2026-12-13T00:00:00Z")
    assert [banner["title"] for banner in home()["banners"]] == ["春茶上市"]


@pytest.mark.parametrize(
    "change",
    [
        {"image": "public/banners/missing.png"},
        {"image": "agents/x.png"},
        {"page": "https://example.com"},
        {"title": ""},
        {"starts_at": "tomorrow"},
        {"starts_at": "2026-12-13T00:00:00Z", "ends_at": "2026-12-10T00:00:00Z"},
    ],
)
def test_a_banner_that_could_not_be_shown_is_refused(hang: Any, change: dict[str, Any]) -> None:
    assert hang(BANNER | change).status == 422


def test_at_most_ten_banners(hang: Any) -> None:
    assert hang(*[BANNER] * 11).status == 422
