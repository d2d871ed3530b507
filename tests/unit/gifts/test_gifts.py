"""What can be redeemed by whom and when."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest

from functions.gifts.rules.gifts import (
    GIFT_STATES,
    Gift,
    GiftNotFound,
    GiftNotOpen,
    GiftOutOfStock,
    GiftState,
    GiftStepNotAllowed,
    LimitReached,
    TierTooLow,
    check_redeemable,
    check_terms,
    edit,
    move,
)
from kit.errors import DomainError, Invalid

NOW = datetime(2026, 11, 22, tzinfo=UTC)
MUG = Gift("MUG", "马克杯", "physical", "home", 500, state="on_sale", stock=10)


@pytest.mark.parametrize(
    ("terms", "taken", "quantity", "refusal"),
    [
        ({"state": "off_sale"}, 0, 1, GiftNotFound),
        ({"starts_at": "2026-11-22T00:00:01Z"}, 0, 1, GiftNotOpen),
        ({"ends_at": "2026-11-22T00:00:00Z"}, 0, 1, GiftNotOpen),
        ({"tiers": ("silver",)}, 0, 1, TierTooLow),
        ({"per_agent_limit": 2}, 2, 1, LimitReached),
        ({"per_agent_limit": 2}, 1, 2, LimitReached),
        ({}, 0, 11, GiftOutOfStock),
        ({}, 0, 101, Invalid),
        ({"kind": "coupon"}, 0, 2, Invalid),
        ({"kind": "virtual", "stock": 50}, 0, 11, Invalid),
    ],
)
def test_what_stands_in_the_way(
    terms: dict[str, object], taken: int, quantity: int, refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal):
        check_redeemable(replace(MUG, **terms), "gold", taken, quantity, NOW)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "terms",
    [
        {},
        {"tiers": ("silver", "gold")},
        {"starts_at": "2026-11-22T00:00:00Z", "ends_at": "2026-11-22T00:00:01Z"},
        {"per_agent_limit": 3},
    ],
)
def test_nothing_stands_in_the_way(terms: dict[str, object]) -> None:
    check_redeemable(replace(MUG, **terms), "gold", 0, 3, NOW)  # type: ignore[arg-type]


@pytest.mark.parametrize("before", get_args(GiftState))
@pytest.mark.parametrize("after", get_args(GiftState))
def test_every_step_of_a_gift(before: GiftState, after: GiftState) -> None:
    gift = replace(MUG, state=before)
    if after in GIFT_STATES[before]:
        assert move(gift, after).state == after
    else:
        with pytest.raises(GiftStepNotAllowed):
            move(gift, after)


def test_an_edit_keeps_what_is_counted() -> None:
    sold = replace(MUG, stock=3, redeemed=7, agents=5, points_spent=3_500, version=4)
    edited = edit(sold, replace(MUG, name="保温杯", points=600, stock=99))
    assert (edited.name, edited.points, edited.version) == ("保温杯", 600, 5)
    assert (edited.stock, edited.redeemed, edited.agents, edited.points_spent) == (3, 7, 5, 3_500)
    with pytest.raises(Invalid):
        edit(sold, replace(MUG, kind="virtual"))
    with pytest.raises(GiftStepNotAllowed):
        edit(replace(sold, state="archived"), MUG)


@pytest.mark.parametrize(
    "terms",
    [
        {"kind": "coupon"},
        {"template_id": "T1"},
        {"starts_at": "2026-11-22T00:00:00Z", "ends_at": "2026-11-22T00:00:00Z"},
    ],
)
def test_terms_that_do_not_fit_together(terms: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        check_terms(replace(MUG, **terms))  # type: ignore[arg-type]
