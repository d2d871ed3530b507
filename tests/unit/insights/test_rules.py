"""Sums, comparisons and rankings."""

from datetime import date

import pytest

from functions.insights import rules
from functions.insights.rules import Event, Party, Share
from kit.errors import Invalid

PARTY = Party("A", "甲公司", "440106", "广东省", "广州市")


def _event(source: str, *shares: Share) -> Event:
    return Event("2026-11-22", "paid", source, shares)


def test_an_event_goes_into_every_sum_it_belongs_to() -> None:
    tea = Share("product", "P", "茶", {"units": 1})
    shares = rules.shares_of({"paid": 1}, PARTY, "gold", [tea, tea])
    assert {(share.dimension, share.key): dict(share.sums) for share in shares} == {
        ("total", "all"): {"paid": 1},
        ("agent", "A"): {"paid": 1},
        ("province", "440000"): {"paid": 1},
        ("city", "440100"): {"paid": 1},
        ("tier", "gold"): {"paid": 1},
        ("product", "P"): {"units": 2},
    }


def test_what_has_no_region_or_tier_counts_without() -> None:
    nowhere = Party("A", "甲公司", "", "", "")
    shares = rules.shares_of({"placed": 1}, nowhere, None)
    assert [share.dimension for share in shares] == ["total", "agent"]


def test_differences_name_what_is_wrong_missing_or_too_much() -> None:
    expected = rules.summed(
        [
            _event("1", Share("total", "all", "", {"paid": 1})),
            _event("2", Share("tier", "gold", "", {"paid": 1})),
        ]
    )
    assert rules.differences(expected, expected) == []
    stored = {("total", "all"): {"paid": 2}, ("city", "440100"): {"paid": 1}}
    found = rules.differences(stored, expected)
    assert [(one.dimension, one.key) for one in found] == [
        ("city", "440100"),
        ("tier", "gold"),
        ("total", "all"),
    ]
    assert rules.minus(found[2].expected, found[2].stored) == {"paid": -1}


def test_zero_is_as_good_as_nothing() -> None:
    assert rules.added({"paid": 1}, {"paid": -1}) == {}
    assert rules.differences({("total", "all"): {"paid": 0}}, {}) == []


def test_a_period_is_compared_with_the_equally_long_one_before() -> None:
    asked, before = rules.period(date(2026, 11, 16), date(2026, 11, 22), 366)
    assert asked == (date(2026, 11, 16), date(2026, 11, 22))
    assert before == (date(2026, 11, 9), date(2026, 11, 15))


@pytest.mark.parametrize(("first", "last"), [(2, 1), (1, 32)])
def test_a_period_has_an_end_and_a_limit(first: int, last: int) -> None:
    start = date(2026, 1, 1)
    with pytest.raises(Invalid):
        rules.period(start.replace(day=first), start.fromordinal(start.toordinal() + last - 1), 31)


def test_ranks_are_by_measure_then_key() -> None:
    rows = [("b", {"paid_fen": 5}), ("a", {"paid_fen": 5}), ("c", {"paid_fen": 9, "refunded_fen": 8})]
    assert [key for key, _ in rules.ranked(rows, "net_fen", 3)] == ["a", "b", "c"]
    assert [key for key, _ in rules.ranked(rows, "paid_fen", 1)] == ["c"]
