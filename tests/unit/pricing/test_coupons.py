"""Coupons: who can be used when, and for how long they live."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from functions.pricing.rules import coupons
from functions.pricing.rules.coupons import TRANSITIONS, TemplateTerms, judge, shown_state, validity
from functions.pricing.rules.terms import Discount, Scope, Window
from tests.unit.pricing.goods import NOW, OPEN, Sku, coupon


def verdict(given, amount=10_000, now=NOW):
    return judge(given, [Sku()], [amount], now)


def test_a_coupon_takes_its_amount_off():
    assert verdict(coupon()).discount_fen == 2_000
    assert verdict(coupon(Discount(off_bps=1_000, cap_fen=300))).discount_fen == 300


@pytest.mark.parametrize("state", ["held", "used"])
def test_a_coupon_in_use_is_refused(state):
    assert verdict(coupon(state=state)).code == "CouponTaken"


@pytest.mark.parametrize("now", ["2026-10-31T23:59:59Z", "2026-12-01T00:00:00Z"])
def test_outside_its_window_a_coupon_is_refused(now):
    assert verdict(coupon(), now=now).code == "CouponExpired"


def test_goods_outside_its_scope_are_not_counted():
    assert verdict(coupon(scope=Scope(tags=("清仓",)))).code == "CouponNotApplicable"
    assert verdict(coupon(), amount=0).code == "CouponNotApplicable"


def test_the_minimum_is_reached_exactly_at_it():
    assert verdict(coupon(min_spend_fen=10_000)).discount_fen == 2_000
    assert verdict(coupon(min_spend_fen=10_001)).problem == "还差 0.01 元可用"


def test_expiry_is_a_comparison():
    assert shown_state(coupon(), "2026-11-30T23:59:59Z") == "issued"
    assert shown_state(coupon(), "2026-12-01T00:00:00Z") == "expired"
    assert shown_state(coupon(state="held"), "2026-12-01T00:00:00Z") == "held"


def test_states_lead_back_to_issued_only_from_held_or_used():
    assert {a for a, b in TRANSITIONS if b == "issued"} == {"held", "used"}
    assert ("issued", "used") not in TRANSITIONS


def test_days_of_validity_end_at_midnight_in_shanghai():
    terms = TemplateTerms(name="券", discount=Discount(off_fen=1), valid_days=1)
    late_evening = datetime(2026, 11, 22, 15, 59, tzinfo=UTC)
    assert validity(terms, late_evening).ends_at == "2026-11-23T16:00:00Z"
    assert validity(terms, late_evening.replace(hour=16)).ends_at == "2026-11-24T16:00:00Z"


def test_a_fixed_window_that_is_over_issues_nothing():
    terms = TemplateTerms(name="券", discount=Discount(off_fen=1), window=OPEN)
    assert validity(terms, datetime(2026, 11, 30, tzinfo=UTC)) == OPEN
    with pytest.raises(coupons.TemplateExhausted):
        validity(terms, datetime(2026, 12, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    "wrong",
    [{}, {"window": OPEN, "valid_days": 3}, {"window": Window(starts_at=NOW)}, {"valid_days": 0}],
)
def test_a_template_has_one_way_to_end(wrong):
    with pytest.raises(ValidationError):
        TemplateTerms(name="券", discount=Discount(off_fen=1), **wrong)
