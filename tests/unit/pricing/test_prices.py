"""Who gets which price: the best of what holds, for whom it is meant, where and when."""

import pytest
from pydantic import ValidationError

from functions.pricing.rules.prices import TermsUsed, best_prices
from functions.pricing.rules.terms import (
    TRANSITIONS,
    Audience,
    Discount,
    PromotionTerms,
    Scope,
    StateForbids,
    Window,
    check_transition,
    phase,
)
from tests.unit.pricing.goods import NOW, OPEN, Company, Region, Sku, price_list, promotion

STATES = ["draft", "published", "paused", "ended"]


def best(lists=(), entries=None, promotions=(), sku=None):
    sku = sku or Sku()
    return best_prices([sku], lists, entries or {}, promotions)[sku.sku_id]


def test_without_terms_the_base_price_holds():
    price = best()
    assert (price.price_fen, price.source, price.label, price.terms) == (10_000, "base", "", None)


def test_the_lowest_of_list_promotion_and_base_wins():
    lists = [price_list("LIST000001"), price_list("LIST000002")]
    entries = {("LIST000001", "SKU0000001"): 9_000, ("LIST000002", "SKU0000001"): 8_500}
    cheap = promotion(prices={"SKU0000001": 8_400}, kind="price", version=3)
    assert best(lists, entries).price_fen == 8_500
    price = best(lists, entries, [cheap])
    assert (price.price_fen, price.label) == (8_400, "开春订货会")
    assert price.terms == TermsUsed("promotion", "PROMOTION1", 3)


def test_a_dearer_list_price_never_replaces_the_base_price():
    assert best([price_list()], {("LIST000001", "SKU0000001"): 12_000}).source == "base"


def test_at_the_same_price_no_terms_are_used():
    assert best([price_list()], {("LIST000001", "SKU0000001"): 10_000}).terms is None


def test_discounts_do_not_pile_up_on_list_prices():
    fifth_off = promotion(discount=Discount(off_bps=2_000))
    price = best([price_list()], {("LIST000001", "SKU0000001"): 7_900}, [fifth_off])
    assert (price.price_fen, price.source) == (7_900, "price_list")


def test_a_piece_never_costs_less_than_nothing():
    assert best(promotions=[promotion(discount=Discount(off_fen=99_999))]).price_fen == 0


@pytest.mark.parametrize(
    ("scope", "meant"),
    [
        (Scope(), True),
        (Scope(product_ids=("PRODUCT001",)), True),
        (Scope(product_ids=("PRODUCT002",)), False),
        (Scope(category_ids=("CATEGORY01",)), True),
        (Scope(category_ids=("CATEGORY02", "CATEGORY09")), True),
        (Scope(category_ids=("CATEGORY09",)), False),
        (Scope(brand_ids=("BRAND00002",), tags=("新品",)), True),
        (Scope(brand_ids=("BRAND00002",)), False),
    ],
)
def test_scope(scope, meant):
    assert scope.covers(Sku()) is meant


@pytest.mark.parametrize(
    ("audience", "meant"),
    [
        (Audience(), True),
        (Audience(agent_ids=("AGENT00001",)), True),
        (Audience(agent_ids=("AGENT00002",)), False),
        (Audience(agent_ids=("AGENT00002",), tiers=("gold",)), True),
        (Audience(tiers=("silver",)), False),
        (Audience(segments=("SEGMENT001",)), True),
        (Audience(segments=("SEGMENT002",)), False),
        (Audience(regions=("440000",)), True),
        (Audience(regions=("440100", "110000")), True),
        (Audience(tiers=("gold",), regions=("110000",)), False),
        (Audience(tiers=("silver",), regions=("440000",)), False),
    ],
)
def test_audience(audience, meant):
    assert audience.includes(Company(), ["SEGMENT001"]) is meant


def test_terms_for_a_region_leave_out_companies_without_one():
    assert not Audience(regions=("440000",)).includes(Company(region=None), ())
    assert Audience(regions=("440106",)).includes(Company(region=Region(district_code="440106")), ())


def test_one_agents_own_terms_are_told_apart():
    assert Audience(agent_ids=("AGENT00001",), regions=("440000",)).only_agent == "AGENT00001"
    assert Audience(agent_ids=("AGENT00001", "AGENT00002")).only_agent is None
    assert Audience(agent_ids=("AGENT00001",), tiers=("gold",)).only_agent is None


def test_a_window_includes_its_first_instant_and_not_its_last():
    assert not OPEN.is_open("2026-10-31T23:59:59Z")
    assert OPEN.is_open("2026-11-01T00:00:00Z")
    assert OPEN.is_open("2026-11-30T23:59:59Z")
    assert not OPEN.is_open("2026-12-01T00:00:00Z")
    assert Window(starts_at="2026-11-01T00:00:00Z").is_open("2036-11-01T00:00:00Z")


def test_a_window_in_any_zone_is_kept_in_utc():
    assert Window(starts_at="2026-11-01T08:00:00+08:00").starts_at == "2026-11-01T00:00:00Z"
    for wrong in ("2026-11-01", "2026-11-01T08:00:00", "tomorrow"):
        with pytest.raises(ValidationError):
            Window(starts_at=wrong)


@pytest.mark.parametrize("present", STATES)
@pytest.mark.parametrize("wanted", STATES)
def test_every_pair_of_states(present, wanted):
    if (present, wanted) in TRANSITIONS:
        check_transition(present, wanted)
        return
    with pytest.raises(StateForbids):
        check_transition(present, wanted)


def test_what_ended_stays_ended():
    assert not [pair for pair in TRANSITIONS if pair[0] == "ended"]


def test_phase_follows_state_and_window():
    assert [phase(state, OPEN, NOW) for state in STATES] == ["draft", "running", "paused", "ended"]
    assert phase("published", OPEN, "2026-10-01T00:00:00Z") == "scheduled"
    assert phase("published", OPEN, "2026-12-01T00:00:00Z") == "ended"


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "price"},
        {"kind": "price", "prices": {"SKU0000001": 1}, "discount": {"off_fen": 1}},
        {"kind": "unit"},
        {"kind": "unit", "discount": {"off_fen": 1, "off_bps": 1}},
        {"kind": "unit", "discount": {"off_fen": 1, "cap_fen": 1}},
        {"kind": "unit", "discount": {"off_bps": 10_001}},
        {"kind": "unit", "discount": {"off_fen": 0}},
        {"kind": "unit", "discount": {"off_fen": 1}, "threshold_fen": 5},
        {"kind": "order", "discount": {"off_fen": 1}},
        {"kind": "order", "discount": {"off_fen": 1.5}, "threshold_fen": 5},
        {"kind": "gift", "discount": {"off_fen": 1}},
        {"kind": "unit", "discount": {"off_fen": 1}, "unknown": 1},
    ],
)
def test_half_written_promotions_are_refused(wrong):
    window = {"starts_at": "2026-11-01T00:00:00Z", "ends_at": "2026-12-01T00:00:00Z"}
    with pytest.raises(ValidationError):
        PromotionTerms.model_validate({"name": "促销", "window": window} | wrong)


def test_a_promotion_must_end():
    with pytest.raises(ValidationError):
        promotion(discount=Discount(off_fen=1), window=Window(starts_at="2026-11-01T00:00:00Z"))


def test_discount_with_a_cap():
    assert Discount(off_bps=1_000, cap_fen=500).of(10_000) == 500
    assert Discount(off_bps=1_000, cap_fen=500).of(4_000) == 400
    assert Discount(off_bps=333).of(100) == 3
    assert (Discount(off_bps=1_500).text, Discount(off_bps=50).text) == ("减 15%", "减 0.5%")
    assert (Discount(off_fen=2_000).text, Discount(off_fen=1_250).text) == ("减 20 元", "减 12.50 元")
