"""A clerk at the catalogue's desk, goods to sell, and buyers in front of the shop."""

import os
from collections.abc import Callable
from typing import Any

import pytest

from functions.catalog import api, backoffice
from functions.catalog.operations import searching
from functions.pricing import backoffice as pricing
from kit import aws
from kit.api import Api
from tests.kit.companies import company
from tests.kit.engines import Cloud, Tables
from tests.kit.http import Answer, call
from tests.kit.people import AGENT, agent_token, sign_with_test_key, staff_token
from tests.kit.pump import Pump
from tests.kit.time import Clock

Ask = Callable[..., Answer]
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
PICTURE = "public/products/1.png"
_back_office = Api("admin")
for _context in (backoffice, pricing):
    _back_office.register_blueprint(_context.door, name_prefix=_context.__name__, url_prefix="/admin")


@pytest.fixture
def keys(tables: Tables, cloud: Cloud, at: Clock) -> None:
    """Tokens and cursors can be signed; nothing is known from another test."""
    sign_with_test_key()
    searching.forget()
    put(PICTURE, PNG)


@pytest.fixture
def desk(keys: None) -> Ask:
    """Calls the back office as a clerk who may edit the catalogue."""
    token = staff_token("catalog.read", "catalog.write")

    def ask(method: str, path: str, body: Any = None, **options: Any) -> Answer:
        return call(_back_office, method, f"/admin{path}", body, **{"token": token} | options)

    return ask


@pytest.fixture
def visit(keys: None) -> Ask:
    """Looks at the shop as a visitor."""

    def ask(path: str, **options: Any) -> Answer:
        return call(api.app, "GET", path, **options)

    return ask


@pytest.fixture
def buyer(keys: None) -> str:
    """The token of an approved company's owner."""
    company()
    return agent_token()


@pytest.fixture
def own_price(desk: Ask) -> Callable[[str, int], None]:
    """Gives AGENT a price of its own for a SKU."""
    token = staff_token("pricing")
    terms = {
        "name": "大客户价",
        "audience": {"agent_ids": [AGENT]},
        "window": {"starts_at": "2026-11-01T00:00:00Z", "ends_at": "2026-12-01T00:00:00Z"},
    }

    def give(sku_id: str, fen: int) -> None:
        price_list = desk("POST", "/price-lists", terms, token=token).json
        path, entry = f"/price-lists/{price_list['id']}", {"sku_id": sku_id, "price_fen": fen}
        assert desk("PUT", f"{path}/entries", {"set": [entry]}, token=token).status == 204
        assert desk("PUT", f"{path}/state", {"version": 1, "state": "published"}, token=token).status == 200

    return give


@pytest.fixture
def deliver(keys: None, tables: Tables, cloud: Cloud, at: Clock) -> Callable[[], None]:
    """Lets the index follow what changed, and the shop look for it."""
    pump = Pump(tables, cloud, {"catalog"})

    def pass_on() -> None:
        pump()
        at.advance(seconds=1)

    return pass_on


@pytest.fixture
def tea(desk: Ask) -> str:
    """The category 茶叶."""
    return made(desk, "/categories", {"name": "茶叶"})["group_id"]


def put(key: str, content: bytes) -> None:
    """Something is in the store of uploads."""
    aws.client("s3").put_object(Bucket=os.environ["UPLOADS_BUCKET"], Key=key, Body=content)


def made(desk: Ask, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = desk("POST", path, body)
    assert answer.status == 201, answer.text
    result: dict[str, Any] = answer.json
    return result


def goods(category_id: str, code: str = "LJ-250", **changes: Any) -> dict[str, Any]:
    """A product of one SKU as a clerk enters it."""
    sku = {
        "code": code,
        "base_price_fen": 12_800,
        "minimum": 6,
        "multiple": 6,
        "opening_stock": 100,
        "unit": "盒",
    }
    return {
        "name": "西湖龙井",
        "category_id": category_id,
        "images": [PICTURE],
        "skus": [sku],
    } | changes


def on_sale(desk: Ask, body: dict[str, Any]) -> dict[str, Any]:
    """Make a product and publish it."""
    product = made(desk, "/products", body)
    answer = desk("POST", f"/products/{product['product_id']}/publication", {"version": product["version"]})
    assert answer.status == 200, answer.text
    result: dict[str, Any] = answer.json
    return result
