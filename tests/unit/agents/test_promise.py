"""How promising a company is, part by part."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.agents.rules.promise import WEIGHTS, Behaviour, promise

STEADY = Behaviour(
    bought_fen=1_000_000,
    bought_before_fen=1_000_000,
    orders=6,
    weeks=12,
    region_fen=100_000_000,
    bills=4,
    bills_late=0,
    returned_fen=0,
)
amounts = st.integers(min_value=0, max_value=10**12)
counts = st.integers(min_value=0, max_value=1000)


def points(known: Behaviour) -> dict[str, int]:
    return {part.name: part.points for part in promise(known).parts}


def test_a_steady_company_part_by_part() -> None:
    assert points(STEADY) == {"growth": 0, "frequency": 54, "share": 10, "punctuality": 100, "keeping": 100}
    assert promise(STEADY).score == (0 * 30 + 54 * 20 + 10 * 20 + 100 * 20 + 100 * 10) // 100


@pytest.mark.parametrize(
    ("changes", "part", "expected"),
    [
        ({"bought_before_fen": 800_000}, "growth", 50),
        ({"bought_before_fen": 500_000}, "growth", 100),
        ({"bought_before_fen": 2_000_000}, "growth", 0),
        ({"bought_before_fen": 0}, "growth", 50),
        ({"orders": 100}, "frequency", 100),
        ({"region_fen": 2_000_000}, "share", 100),
        ({"region_fen": 0}, "share", 0),
        ({"bills_late": 1}, "punctuality", 75),
        ({"bills": 0}, "punctuality", 100),
        ({"returned_fen": 100_000}, "keeping", 50),
        ({"returned_fen": 900_000}, "keeping", 0),
    ],
)
def test_each_part_follows_from_its_own_figures(changes: dict[str, int], part: str, expected: int) -> None:
    after, before = points(replace(STEADY, **changes)), points(STEADY)
    assert after.pop(part) == expected
    before.pop(part)
    assert after == before


def test_who_buys_nothing_promises_nothing() -> None:
    assert promise(replace(STEADY, bought_fen=0)).score == 0


@given(st.builds(Behaviour, amounts, amounts, counts, counts, amounts, counts, counts, amounts))
def test_scores_and_parts_stay_between_none_and_all(known: Behaviour) -> None:
    found = promise(known)
    assert all(0 <= part.points <= 100 for part in found.parts)
    assert 0 <= found.score <= 100
    assert sum(part.weight for part in found.parts) == sum(WEIGHTS.values()) == 100
