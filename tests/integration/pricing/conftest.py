"""Stock to price, the back-office door of pricing, and short ways to write terms."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from functions.admin import api as admin
from functions.inventory import operations as inventory
from kit import ids, transaction
from tests.kit.engines import Cloud, Tables
from tests.kit.http import Answer, call
from tests.kit.people import sign_with_test_key, staff_token
from tests.kit.time import Clock

WINDOW = {"starts_at": "2026-11-01T00:00:00Z", "ends_at": "2026-12-01T00:00:00Z"}


@dataclass(frozen=True)
class Sku:
    sku_id: str = "SKU0000001"
    base_price_fen: int = 10_000
    product_id: str = "PRODUCT001"
    category_path: tuple[str, ...] = ("CATEGORY01",)
    brand_id: str = "BRAND00001"
    tags: tuple[str, ...] = ()


@pytest.fixture
def sku(tables: Tables, at: Clock) -> Sku:
    """A SKU with stock."""
    found = Sku()
    transaction.commit(inventory.open_stock_parts(found.sku_id, 100, 1, 0, "staff", at.now))
    return found


@pytest.fixture
def desk(tables: Tables, cloud: Cloud, at: Clock) -> Callable[..., Answer]:
    """Calls the back office as a clerk for prices."""
    sign_with_test_key()
    token = staff_token("pricing")

    def ask(method: str, path: str, body: Any = None, **options: Any) -> Answer:
        return call(admin.app, method, f"/admin{path}", body, **{"token": token} | options)

    return ask


@pytest.fixture
def published(desk: Callable[..., Answer]) -> Callable[..., str]:
    """Writes terms and publishes them; returns their id."""

    def publish(path: str, terms: dict[str, Any]) -> str:
        made = desk("POST", path, {"name": "测试", "window": WINDOW} | terms)
        assert made.status == 201, made.text
        id_: str = made.json["id"]
        answer = desk("PUT", f"{path}/{id_}/state", {"version": 1, "state": "published"})
        assert answer.status == 200, answer.text
        return id_

    return publish


@pytest.fixture
def template(desk: Callable[..., Answer]) -> Callable[..., str]:
    """Makes coupons that can be issued; returns the template's id."""

    def make(**terms: Any) -> str:
        given = {"name": "新客券", "discount": {"off_fen": 2_000}, "valid_days": 30} | terms
        answer = desk("POST", "/coupons", given)
        assert answer.status == 201, answer.text
        id_: str = answer.json["id"]
        return id_

    return make


def new_key() -> str:
    return ids.short_id()
