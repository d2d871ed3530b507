"""What orders earn: whole numbers, one rounding per rule, a fixed order of application, exact reversal."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.points.rules.earning import (
    BASE,
    Campaign,
    Multiplier,
    Rule,
    Scope,
    earned,
    reversed_points,
)


@dataclass(frozen=True)
class Line:
    net_fen: int
    product_id: str = "P1"
    category_path: tuple[str, ...] = ("C1", "C11")
    brand_id: str = "B1"
    tags: tuple[str, ...] = ()
    points_eligible: bool = True


def campaign(name: str = "A", **terms: object) -> Campaign:
    given = {"kind": "multiplier", "multiplier_bps": 20_000, **terms}
    return Campaign(name, name, starts_at="", ends_at="~", state="scheduled", **given)  # type: ignore[arg-type]


def points(*arguments: object, **named: object) -> dict[str, int]:
    return {grant.rule_id: grant.points for grant in earned(*arguments, **named)}  # type: ignore[arg-type]


def test_one_yuan_is_one_point_and_the_rest_is_dropped_once_per_order() -> None:
    assert points([Line(199), Line(199), Line(102)], "gold", Rule()) == {BASE: 5}
    assert points([Line(99)], "gold", Rule()) == {}


def test_samples_gifts_and_refunded_lines_earn_nothing() -> None:
    lines = [Line(10_000, points_eligible=False), Line(0), Line(500)]
    assert points(lines, "gold", Rule()) == {BASE: 5}


def test_the_tier_rate_and_the_best_product_multiplier_belong_to_the_base() -> None:
    rule = Rule(
        tier_rates={"gold": 15_000},
        multipliers=(
            Multiplier(20_000, Scope(categories=("C1",))),
            Multiplier(30_000, Scope(brands=("B1",), tags=("新品",))),
        ),
    )
    other = Line(1_000, category_path=("C2",), brand_id="B2")
    assert points([Line(1_000), other], "gold", rule) == {BASE: 45 + 15}
    assert points([Line(1_000), other], "silver", rule) == {BASE: 30 + 10}


def test_stackable_multipliers_add_and_each_is_its_own_rule() -> None:
    campaigns = [campaign("A"), campaign("B", multiplier_bps=15_000)]
    assert points([Line(1_001)], "gold", Rule(), campaigns) == {BASE: 10, "A": 10, "B": 5}


def test_of_an_exclusive_group_only_the_best_for_the_agent_applies() -> None:
    campaigns = [
        campaign("A", exclusive_group="double11"),
        campaign("B", exclusive_group="double11", multiplier_bps=30_000, scope=Scope(products=("P2",))),
        campaign("C", exclusive_group="other"),
    ]
    assert points([Line(1_000)], "gold", Rule(), campaigns) == {BASE: 10, "A": 10, "C": 10}
    lines = [Line(1_000), Line(2_000, product_id="P2")]
    assert points(lines, "gold", Rule(), campaigns) == {BASE: 30, "B": 40, "C": 30}


def test_a_multiplier_counts_only_goods_and_tiers_it_is_for() -> None:
    lines = [Line(1_000), Line(2_000, product_id="P2", tags=("新品",))]
    assert points(lines, "gold", Rule(), [campaign(scope=Scope(tags=("新品",)))])["A"] == 20
    assert "A" not in points(lines, "gold", Rule(), [campaign(tiers=("silver",))])


def test_a_fixed_bonus_is_given_once_per_order_from_its_minimum_on() -> None:
    bonus = campaign(kind="bonus", bonus_points=88, minimum_fen=3_000, scope=Scope(products=("P2",)))
    assert "A" not in points([Line(9_000), Line(2_999, product_id="P2")], "gold", Rule(), [bonus])
    assert points([Line(3_000, product_id="P2")], "gold", Rule(), [bonus]) == {BASE: 30, "A": 88}


@pytest.mark.parametrize(
    ("terms", "given_before", "expected"),
    [
        ({"most_per_order": 7}, 0, 7),
        ({"most_per_agent": 100}, 95, 5),
        ({"most_per_agent": 100}, 100, 0),
        ({"budget": 1_000, "spent": 996}, 0, 4),
        ({"budget": 1_000, "spent": 1_000}, 0, 0),
        ({"budget": 1_000, "spent": 996, "most_per_order": 3}, 0, 3),
    ],
)
def test_campaigns_are_capped_by_order_agent_and_budget(
    terms: dict[str, int], given_before: int, expected: int
) -> None:
    found = points([Line(1_000)], "gold", Rule(), [campaign(**terms)], {"A": given_before})
    assert found.get("A", 0) == expected


def test_the_cap_per_order_is_applied_last_and_leaves_the_base_first() -> None:
    rule = Rule(most_per_order=14)
    campaigns = [campaign("A", kind="bonus", bonus_points=50), campaign("B")]
    assert points([Line(1_000)], "gold", rule, campaigns) == {BASE: 10, "B": 4}


def test_an_order_below_the_minimum_earns_nothing_at_all() -> None:
    campaigns = [campaign("A", kind="bonus", bonus_points=50)]
    assert points([Line(999)], "gold", Rule(minimum_fen=1_000), campaigns) == {}


def test_a_refund_asks_the_same_rules_what_remains() -> None:
    rule = Rule(tier_rates={"gold": 12_000})
    campaigns = [campaign("A"), campaign("B", kind="bonus", bonus_points=50, minimum_fen=2_000)]
    grants = earned([Line(1_999), Line(1_000)], "gold", rule, campaigns)
    assert {grant.rule_id: grant.points for grant in grants} == {BASE: 35, "A": 35, "B": 50}
    assert reversed_points(grants, [Line(1_999)], "gold", rule, campaigns) == {BASE: 12, "A": 12, "B": 50}
    assert reversed_points(grants, [], "gold", rule, campaigns) == {BASE: 35, "A": 35, "B": 50}


def test_a_spent_budget_and_a_lost_exclusive_group_do_not_matter_for_a_refund() -> None:
    before = [campaign("A", budget=15, spent=0, exclusive_group="x")]
    grants = earned([Line(2_000)], "gold", Rule(), before)
    assert {grant.rule_id: grant.points for grant in grants} == {BASE: 20, "A": 15}
    now = [replace(before[0], spent=15)]
    assert reversed_points(grants, [Line(1_800)], "gold", Rule(), now) == {BASE: 2}
    assert reversed_points(grants, [Line(1_000)], "gold", Rule(), now) == {BASE: 10, "A": 5}


@given(
    st.lists(st.integers(1, 10**9), min_size=1, max_size=20),
    st.lists(st.integers(0, 10_000), min_size=20, max_size=20),
    st.integers(0, 10_000),
    st.sampled_from([None, 50, 100_000]),
)
def test_what_is_lost_grows_with_what_is_refunded_and_ends_at_everything(
    amounts: list[int], kept_bps: list[int], more_bps: int, most: int | None
) -> None:
    rule = Rule(most_per_order=most, multipliers=(Multiplier(13_700, Scope(products=("P2",))),))
    campaigns = [
        campaign("A", multiplier_bps=14_900, most_per_order=70),
        campaign("B", kind="bonus", bonus_points=9, minimum_fen=500),
        campaign("C", scope=Scope(products=("P1",)), budget=1_000, spent=990),
    ]
    lines = [Line(fen, product_id=f"P{number % 3}") for number, fen in enumerate(amounts)]
    grants = earned(lines, "gold", rule, campaigns)
    once = [
        replace(line, net_fen=line.net_fen * bps // 10_000)
        for line, bps in zip(lines, kept_bps, strict=False)
    ]
    twice = [replace(line, net_fen=line.net_fen * more_bps // 10_000) for line in once]
    lost_once = reversed_points(grants, once, "gold", rule, campaigns)
    lost_twice = reversed_points(grants, twice, "gold", rule, campaigns)
    everything = reversed_points(grants, [], "gold", rule, campaigns)
    assert everything == {grant.rule_id: grant.points for grant in grants}
    for rule_id, points in everything.items():
        assert 0 <= lost_once.get(rule_id, 0) <= lost_twice.get(rule_id, 0) <= points
    assert reversed_points(grants, lines, "gold", rule, campaigns) == {}


def test_a_campaign_that_a_budget_cut_short_takes_nothing_from_the_next_at_a_refund() -> None:
    rule = Rule(most_per_order=40)
    campaigns = [campaign("A", budget=10), campaign("B", kind="bonus", bonus_points=20)]
    grants = earned([Line(1_000)], "gold", rule, campaigns)
    assert {grant.rule_id: grant.points for grant in grants} == {BASE: 10, "A": 10, "B": 20}
    grants = earned([Line(1_500)], "gold", rule, campaigns)
    assert {grant.rule_id: grant.points for grant in grants} == {BASE: 15, "A": 10, "B": 15}
    assert reversed_points(grants, [Line(1_500)], "gold", rule, campaigns) == {}
