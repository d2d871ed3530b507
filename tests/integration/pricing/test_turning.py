"""Prices that begin and end by the clock are news, once for each turn."""

from collections.abc import Callable
from typing import Any

from functions.inventory import operations as inventory
from functions.pricing import events
from kit import clock
from tests.integration.pricing.conftest import Sku
from tests.kit.http import Answer
from tests.kit.people import staff_token
from tests.kit.time import Clock

Published = Callable[[str, dict[str, Any]], str]
Desk = Callable[..., Answer]
WINDOW = {"starts_at": "2026-11-23T00:30:00Z", "ends_at": "2026-11-24T00:30:00Z"}


def revision(sku: Sku) -> int:
    return inventory.stock([sku.sku_id])[sku.sku_id].price_revision


def turns(sku: Sku, at: str) -> int:
    """By how many revisions a round changes the price."""
    before = revision(sku)
    events.end_overdue({"time": at}, None)
    return revision(sku) - before


def test_a_time_limited_price_is_news_when_it_begins_and_when_it_ends(sku: Sku, published: Published) -> None:
    prices = {sku.sku_id: 8_000, "NOSUCHSKU0": 1}
    promotion_id = published("/promotions", {"kind": "price", "prices": prices, "window": WINDOW})
    assert turns(sku, "2026-11-23T00:05:00Z") == 0
    assert turns(sku, "2026-11-23T01:05:00Z") == 1
    assert turns(sku, "2026-11-23T02:05:00Z") == 0
    assert turns(sku, "2026-11-24T01:05:00Z") == 1
    assert turns(sku, "2026-11-24T04:05:00Z") == 0
    assert promotion_id


def test_what_somebody_publishes_or_pauses_is_news_in_the_next_round(
    sku: Sku, desk: Desk, published: Published, at: Clock
) -> None:
    open_end = {"starts_at": "2026-11-01T00:00:00Z"}
    terms = {"audience": {"tiers": ["gold"]}, "window": open_end}
    list_id = published("/price-lists", terms)
    entry = {"set": [{"sku_id": sku.sku_id, "price_fen": 9_000}]}
    assert desk("PUT", f"/price-lists/{list_id}/entries", entry).status < 300
    at.advance(minutes=30)
    assert turns(sku, clock.to_text(clock.now())) == 1
    at.advance(hours=1)
    assert turns(sku, clock.to_text(clock.now())) == 0
    pause = {"version": 2, "state": "paused"}
    answer = desk("PUT", f"/price-lists/{list_id}/state", pause, token=staff_token("pricing"))
    assert answer.status == 200
    at.advance(minutes=30)
    assert turns(sku, clock.to_text(clock.now())) == 1


def test_drafts_are_no_news(sku: Sku, desk: Desk) -> None:
    body = {"name": "草稿", "kind": "price", "prices": {sku.sku_id: 1}, "window": WINDOW}
    assert desk("POST", "/promotions", body).status == 201
    assert turns(sku, "2026-11-23T01:05:00Z") == 0
