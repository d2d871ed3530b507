"""Scarce goods held for some companies: theirs first, nobody's twice, everybody's again in the end."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from functions.cart import operations as cart
from functions.inventory import operations as inventory
from functions.pricing import events
from functions.pricing.table.terms import TermsRow
from kit import transaction
from kit.facts import LeftOver
from tests.integration.pricing.conftest import WINDOW, new_key
from tests.kit.companies import company
from tests.kit.goods import sell
from tests.kit.people import AGENT, OTHER_AGENT

SKU = "SKU0000001"


def figures():
    found = inventory.stock([SKU])[SKU]
    return found.on_hand, found.reserved, found.held, found.available


def hold(desk, pieces=30, key=None, **terms):
    body = {"sku_id": SKU, "pieces": pieces, "reason": "新市场支持", "window": WINDOW}
    return desk("POST", "/quotas", {"audience": {"tiers": ["gold"]}} | body | terms, key=key or new_key())


def order(agent_id, quantity, at):
    """Reserve what a company is quoted; returns the codes of what stands in the way."""
    quote = cart.quote(agent_id, [(SKU, quantity)], None, at.now)
    if not quote.problems:
        transaction.commit(inventory.reserve_parts(quote.reservations))
    return [problem.code for problem in quote.problems]


@pytest.fixture
def shop(desk):
    """100 pieces, a gold company and a standard one."""
    sell(SKU, stock=100)
    company(AGENT, tier="gold")
    company(OTHER_AGENT)
    return desk


def test_held_pieces_are_for_those_they_are_held_for(shop, at):
    assert hold(shop).status == 201
    assert figures() == (100, 0, 30, 70)
    assert order(OTHER_AGENT, 71, at) == ["OutOfStock"]
    assert order(OTHER_AGENT, 70, at) == []
    assert order(OTHER_AGENT, 1, at) == ["OutOfStock"]
    assert order(AGENT, 31, at) == ["OutOfStock"]
    assert order(AGENT, 30, at) == []
    assert figures() == (100, 100, 0, 0)
    assert inventory.discrepancies(SKU) == []


def test_the_buyer_sees_what_is_held_and_why(shop, at):
    hold(shop)
    line = cart.show(cart.quote(AGENT, [(SKU, 1)], None, at.now), at.now).lines[0]
    assert [(one.pieces, one.reason) for one in line.held_for_you] == [(30, "新市场支持")]
    assert line.stock.available == 100
    line = cart.show(cart.quote(OTHER_AGENT, [(SKU, 1)], None, at.now), at.now).lines[0]
    assert (line.held_for_you, line.stock.available) == ([], 70)


def test_own_pieces_go_first_and_released_ones_are_everybodys(shop, at):
    quota_id = hold(shop, 10).json["id"]
    assert order(AGENT, 25, at) == []
    assert shop("GET", f"/quotas/{quota_id}").json["left"] == 0
    assert figures() == (100, 25, 0, 75)
    transaction.commit(inventory.release_parts([(SKU, 25)]))
    assert figures() == (100, 0, 0, 100)
    assert inventory.discrepancies(SKU) == []


def test_more_than_is_free_cannot_be_held(shop):
    answer = hold(shop, 101)
    assert (answer.status, answer.json["code"], answer.json["available"]) == (409, "OutOfStock", 100)
    assert hold(shop, sku_id="NOSUCHSKU0").json["code"] == "StockNotFound"
    assert shop("GET", "/quotas").json["items"] == []
    assert figures() == (100, 0, 0, 100)


def test_sixteen_orders_for_the_last_five_held_pieces_get_exactly_five(shop, at):
    hold(shop, 5)
    transaction.commit(inventory.reserve_parts([(SKU, 95, 1, 1)]))

    def attempt(_):
        try:
            return order(AGENT, 1, at) == []
        except (inventory.OfferChanged, inventory.OutOfStock):
            return False

    with ThreadPoolExecutor(16) as people:
        sold = sum(people.map(attempt, range(16)))
    while order(AGENT, 1, at) == []:  # who lost a race is quoted again
        sold += 1
    assert sold == 5
    assert figures() == (100, 100, 0, 0)
    assert inventory.discrepancies(SKU) == []


def test_ending_gives_the_rest_back_once(shop, at):
    quota_id = hold(shop).json["id"]
    order(AGENT, 12, at)
    assert shop("DELETE", f"/quotas/{quota_id}").status == 204
    assert shop("DELETE", f"/quotas/{quota_id}").status == 204
    assert figures() == (100, 12, 0, 88)
    ended = shop("GET", f"/quotas/{quota_id}").json
    assert (ended["state"], ended["phase"], ended["left"]) == ("ended", "ended", 0)
    assert order(OTHER_AGENT, 88, at) == []
    assert inventory.discrepancies(SKU) == []


def test_a_quota_that_is_over_holds_for_nobody_and_is_ended_by_the_round(shop, at):
    hold(shop)
    at("2026-12-01T00:00:00Z")
    assert order(AGENT, 71, at) == ["OutOfStock"]
    events.end_overdue({"time": "2026-12-01T00:00:00Z"}, None)
    assert figures() == (100, 0, 0, 100)
    events.end_overdue({"time": "2026-12-01T00:00:00Z"}, None)
    assert order(OTHER_AGENT, 100, at) == []


def test_terms_that_cannot_be_ended_keep_no_others_held(shop, at):
    hold(shop)
    broken = {"list_key": "PUBLISHED", "list_sort": "2026-11-01", "changed_at": "", "changed_by": ""}
    TermsRow("QUOTAS", "BROKEN0001", terms={}, state="published", version=1, **broken).save()
    at("2026-12-01T00:00:00Z")
    with pytest.raises(LeftOver):
        events.end_overdue({"time": "2026-12-01T00:00:00Z"}, None)
    assert figures() == (100, 0, 0, 100)


def test_the_round_ends_promotions_and_leaves_what_still_runs(shop, published, at):
    over = published("/promotions", {"kind": "unit", "discount": {"off_fen": 1}})
    later = {"starts_at": WINDOW["starts_at"], "ends_at": "2026-12-02T00:00:00Z"}
    running = published("/promotions", {"kind": "unit", "discount": {"off_fen": 1}, "window": later})
    events.end_overdue({"time": "2026-12-01T00:00:00Z"}, None)
    assert shop("GET", f"/promotions/{over}").json["state"] == "ended"
    assert shop("GET", f"/promotions/{running}").json["state"] == "published"


def test_one_key_holds_once(shop):
    key = new_key()
    first = hold(shop, key=key)
    assert hold(shop, key=key).json == first.json
    assert hold(shop, 5, key=key).json["code"] == "KeyReused"
    assert figures() == (100, 0, 30, 70)
    with ThreadPoolExecutor(6) as people:
        answers = list(people.map(lambda _: hold(shop, 10, key="parallel-key"), range(6)))
    assert {answer.status for answer in answers} == {201}
    assert figures() == (100, 0, 40, 60)
    assert [item["left"] for item in shop("GET", "/quotas").json["items"]] in ([10, 30], [30, 10])


@pytest.mark.parametrize(
    "wrong",
    [
        {"pieces": 0},
        {"pieces": -5},
        {"pieces": 1.5},
        {"audience": {}},
        {"window": {"starts_at": WINDOW["starts_at"]}},
        {"reason": ""},
        {"left": 3},
    ],
)
def test_wrong_quotas_are_refused(shop, wrong):
    assert hold(shop, **wrong).status == 422
    assert figures() == (100, 0, 0, 100)


def test_unknown_quotas_are_not_found(shop):
    assert shop("GET", "/quotas/X").status == 404
    assert shop("DELETE", "/quotas/X").status == 404
