"""Price lists and promotions through the back office, and the prices they make."""

import pytest

from functions.inventory import operations as inventory
from functions.pricing import operations
from functions.settings.schemas import OrderSettings
from kit import transaction
from tests.integration.pricing.conftest import WINDOW
from tests.kit.people import AGENT, OTHER_AGENT, agent_token, staff_token
from tests.unit.pricing.goods import Company

GOLD = Company(AGENT, tier="gold")
PLAIN = Company(OTHER_AGENT, tier="standard")


def price(company, sku, at):
    return operations.prices_for(company, [sku], at.now)[sku.sku_id]


def order(company, sku, at, quantity=10):
    line = operations.PricingLine(sku, quantity)
    return operations.price_order(company, [line], None, OrderSettings(), at.now)


@pytest.fixture
def gold_list(desk, published, sku):
    list_id = published("/price-lists", {"name": "金牌价", "audience": {"tiers": ["gold"]}})
    entry = {"sku_id": sku.sku_id, "price_fen": 8_000}
    assert desk("PUT", f"/price-lists/{list_id}/entries", {"set": [entry]}).status == 204
    return list_id


def test_a_tiers_price_list_makes_the_price_of_that_tier_only(gold_list, sku, at):
    found = price(GOLD, sku, at)
    assert (found.price_fen, found.base_price_fen, found.label) == (8_000, 10_000, "金牌价")
    assert price(PLAIN, sku, at).price_fen == 10_000
    assert price(None, sku, at).price_fen == 10_000
    assert operations.own_prices(GOLD, at.now).by_sku == {sku.sku_id: 8_000}
    assert operations.own_prices(PLAIN, at.now).by_sku == {}


def test_an_agents_own_list(desk, published, sku, at):
    list_id = published("/price-lists", {"audience": {"agent_ids": [AGENT]}})
    desk("PUT", f"/price-lists/{list_id}/entries", {"set": [{"sku_id": sku.sku_id, "price_fen": 7_000}]})
    assert price(GOLD, sku, at).price_fen == 7_000
    assert price(PLAIN, sku, at).price_fen == 10_000


def test_a_price_holds_from_its_first_second_to_just_before_its_last(gold_list, sku, at):
    for instant, expected in (
        ("2026-10-31T23:59:59Z", 10_000),
        ("2026-11-01T00:00:00Z", 8_000),
        ("2026-11-30T23:59:59Z", 8_000),
        ("2026-12-01T00:00:00Z", 10_000),
    ):
        at(instant)
        assert price(GOLD, sku, at).price_fen == expected


def test_changing_an_entry_makes_quoted_prices_void(gold_list, desk, sku):
    before = inventory.stock([sku.sku_id])[sku.sku_id].price_revision
    entry = {"sku_id": sku.sku_id, "price_fen": 8_100}
    assert desk("PUT", f"/price-lists/{gold_list}/entries", {"set": [entry]}).status == 204
    with pytest.raises(inventory.OfferChanged):
        transaction.commit(inventory.reserve_parts([(sku.sku_id, 1, 1, before)]))
    assert desk("PUT", f"/price-lists/{gold_list}/entries", {"remove": [sku.sku_id]}).status == 204
    assert inventory.stock([sku.sku_id])[sku.sku_id].price_revision == before + 2
    assert desk("GET", f"/price-lists/{gold_list}/entries").json["items"] == []


def test_entries_are_all_set_or_none(gold_list, desk, sku):
    entries = [{"sku_id": sku.sku_id, "price_fen": 1}, {"sku_id": "NOSUCHSKU0", "price_fen": 1}]
    answer = desk("PUT", f"/price-lists/{gold_list}/entries", {"set": entries})
    assert (answer.status, answer.json["code"]) == (404, "StockNotFound")
    listed = desk("GET", f"/price-lists/{gold_list}/entries").json["items"]
    assert listed == [{"sku_id": sku.sku_id, "price_fen": 8_000}]


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"set": [{"sku_id": "SKU0000001", "price_fen": 0}]},
        {"set": [{"sku_id": "SKU0000001", "price_fen": "1"}]},
        {"set": [{"sku_id": "SKU0000001", "price_fen": 1}], "remove": ["SKU0000001"]},
        {"remove": [f"SKU00000{number:02}" for number in range(41)]},
    ],
)
def test_wrong_entries_are_refused(gold_list, desk, wrong):
    assert desk("PUT", f"/price-lists/{gold_list}/entries", wrong).status == 422


def test_a_paused_list_makes_no_price_and_stops_what_was_quoted(gold_list, desk, sku, at):
    quoted = order(GOLD, sku, at)
    transaction.commit(operations.promotion_check_parts(quoted.terms))
    paused = desk("PUT", f"/price-lists/{gold_list}/state", {"version": 2, "state": "paused"})
    assert (paused.status, paused.json["phase"]) == (200, "paused")
    assert price(GOLD, sku, at).price_fen == 10_000
    with pytest.raises(operations.TermsChanged):
        transaction.commit(operations.promotion_check_parts(quoted.terms))


def test_an_edited_list_stops_what_was_quoted(gold_list, desk, sku, at):
    quoted = order(GOLD, sku, at)
    terms = {"name": "金银价", "audience": {"tiers": ["gold", "silver"]}, "window": WINDOW}
    edited = desk("PUT", f"/price-lists/{gold_list}", {"version": 2, "terms": terms})
    assert (edited.status, edited.json["version"], edited.json["phase"]) == (200, 3, "running")
    with pytest.raises(operations.TermsChanged):
        transaction.commit(operations.promotion_check_parts(quoted.terms))
    assert order(GOLD, sku, at).lines[0].label == "金银价"


def test_promotions_are_best_price_or_order_discount(published, sku, at):
    published("/promotions", {"kind": "unit", "discount": {"off_bps": 1_000}})
    order_id = published(
        "/promotions", {"kind": "order", "discount": {"off_fen": 5_000}, "threshold_fen": 90_000}
    )
    priced = order(PLAIN, sku, at)
    assert (priced.goods_fen, priced.promotion_fen, priced.total_fen) == (90_000, 5_000, 85_000)
    assert order_id in {one.id for one in priced.terms}


def test_a_draft_makes_no_price(desk, sku, at):
    desk(
        "POST", "/promotions", {"name": "草稿", "kind": "unit", "discount": {"off_fen": 1}, "window": WINDOW}
    )
    assert price(PLAIN, sku, at).price_fen == 10_000


def test_an_old_version_is_refused(gold_list, desk):
    answer = desk("PUT", f"/price-lists/{gold_list}/state", {"version": 1, "state": "paused"})
    assert (answer.status, answer.json["code"]) == (409, "Stale")


def test_what_ended_cannot_be_changed(gold_list, desk):
    assert desk("PUT", f"/price-lists/{gold_list}/state", {"version": 2, "state": "ended"}).status == 200
    answer = desk("PUT", f"/price-lists/{gold_list}/state", {"version": 3, "state": "published"})
    assert (answer.status, answer.json["code"]) == (409, "StateForbids")
    terms = {"name": "再来", "audience": {}, "window": WINDOW}
    assert desk("PUT", f"/price-lists/{gold_list}", {"version": 3, "terms": terms}).status == 409
    entry = {"sku_id": "SKU0000001", "price_fen": 1}
    assert desk("PUT", f"/price-lists/{gold_list}/entries", {"set": [entry]}).status == 404


def test_lists_are_paged_newest_first(desk, at):
    for number in range(3):
        at.advance(seconds=1)
        body = {"name": f"活动{number}", "kind": "unit", "discount": {"off_fen": 1}, "window": WINDOW}
        assert desk("POST", "/promotions", body).status == 201
    first = desk("GET", "/promotions?limit=2").json
    second = desk("GET", "/promotions", query={"limit": 2, "cursor": first["next_cursor"]}).json
    names = [one["terms"]["name"] for one in first["items"] + second["items"]]
    assert (names, second["next_cursor"]) == (["活动2", "活动1", "活动0"], None)
    foreign = desk("GET", "/price-lists", query={"cursor": first["next_cursor"]})
    assert (foreign.status, foreign.json["code"]) == (400, "CursorInvalid")


PATHS = [
    ("GET", "/price-lists"),
    ("POST", "/price-lists"),
    ("GET", "/price-lists/X"),
    ("PUT", "/price-lists/X"),
    ("PUT", "/price-lists/X/state"),
    ("GET", "/price-lists/X/entries"),
    ("PUT", "/price-lists/X/entries"),
    ("GET", "/promotions"),
    ("POST", "/promotions"),
    ("GET", "/promotions/X"),
    ("PUT", "/promotions/X"),
    ("PUT", "/promotions/X/state"),
    ("GET", "/quotas"),
    ("POST", "/quotas"),
    ("GET", "/quotas/X"),
    ("DELETE", "/quotas/X"),
    ("GET", "/coupons"),
    ("POST", "/coupons"),
    ("GET", "/coupons/X"),
    ("PUT", "/coupons/X"),
    ("PUT", "/coupons/X/state"),
    ("POST", "/coupons/X/issues"),
]


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_only_staff_with_the_permission_come_in(desk, method, path):
    assert desk(method, path, {}, token=None).status == 401
    assert desk(method, path, {}, token=agent_token()).status == 403
    assert desk(method, path, {}, token=staff_token("stock")).status == 403


@pytest.mark.parametrize("path", ["/price-lists/X", "/promotions/X", "/coupons/X"])
def test_unknown_terms_are_not_found(desk, path):
    assert (desk("GET", path).status, desk("GET", path).json["code"]) == (404, "TermsNotFound")
    state = {"version": 1, "state": "stopped" if "coupons" in path else "paused"}
    assert desk("PUT", f"{path}/state", state).status == 404
