"""Shares of an amount are exact to the fen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import money

weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=90).filter(any)


class TestShare:
    @given(total=st.integers(0, 10**12), weights=weights)
    def test_parts_sum_to_the_total(self, total: int, weights: list[int]) -> None:
        assert sum(money.share(total, weights)) == total

    @given(total=st.integers(0, 10**12), weights=weights)
    def test_each_part_is_within_one_fen_of_its_due(self, total: int, weights: list[int]) -> None:
        whole = sum(weights)
        for part, weight in zip(money.share(total, weights), weights, strict=True):
            assert abs(part * whole - total * weight) < whole

    @given(weights=weights)
    def test_a_discount_within_the_lines_never_exceeds_a_line(self, weights: list[int]) -> None:
        parts = money.share(sum(weights), weights)
        assert parts == weights

    def test_ties_go_to_the_earlier_line(self) -> None:
        assert money.share(200, [1, 1, 1]) == [67, 67, 66]

    def test_nothing_cannot_be_shared(self) -> None:
        assert money.share(0, [0, 0]) == [0, 0]
        with pytest.raises(ValueError):
            money.share(1, [0, 0])


def test_yuan_has_two_decimals() -> None:
    assert [money.yuan(fen) for fen in (0, 5, 1234, -105)] == ["0.00", "0.05", "12.34", "-1.05"]


def test_a_part_is_rounded_down() -> None:
    assert money.part_of(999, 1_000) == 99
