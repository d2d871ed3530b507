"""Forecasts by the method that did best, with the naive one beside it."""

import random

import pytest

from functions.insights.rules import forecasting
from functions.insights.rules.forecasting import HORIZON, METHODS


def test_the_naive_methods_repeat() -> None:
    assert forecasting.naive([9, 1, 2, 3, 4]) == [1, 2, 3, 4]
    assert forecasting.naive([5, 6]) == [5, 6, 5, 6]
    assert forecasting.seasonal([*range(60)]) == [8, 9, 10, 11]
    assert forecasting.seasonal([1, 2, 3, 4]) == [1, 2, 3, 4]


def test_the_mean_is_the_mean() -> None:
    assert forecasting.mean([1, 2, 6]) == [3] * HORIZON


def test_smoothing_follows_a_new_level() -> None:
    assert forecasting.smoothing([10] * 10 + [30] * 10)[0] == pytest.approx(30, abs=0.1)
    assert forecasting.smoothing([7] * 10) == [7] * HORIZON


def test_croston_divides_size_by_interval() -> None:
    every_third = [0, 0, 12] * 10
    assert forecasting.croston(every_third)[0] == pytest.approx(0.95 * 12 / 3, rel=0.01)
    assert forecasting.croston([0] * 10) == [0] * HORIZON


def test_tsb_lets_go_of_what_is_not_bought_any_more() -> None:
    alive = [0, 6] * 10
    assert forecasting.tsb(alive)[0] == pytest.approx(3, rel=0.15)
    assert forecasting.tsb(alive + [0] * 30)[0] < 0.2


def test_a_trial_uses_only_what_was_known() -> None:
    found = forecasting.trial("mean", [10] * 8 + [20] * 4)
    assert found
    assert (found.error, found.wape_bps) == (40, 5_000)
    assert forecasting.trial("mean", [10] * 11) is None


@pytest.mark.parametrize("seed", range(10))
def test_the_chosen_method_is_never_worse_than_any_other_where_it_was_chosen(seed: int) -> None:
    dice = random.Random(seed)
    known = [dice.randrange(20) if dice.random() < 0.5 else 0 for _ in range(70)]
    found = forecasting.forecast(known)
    tried = [forecasting.trial(method, known) for method in METHODS]
    assert found.chosen
    assert all(found.chosen.error <= one.error for one in tried if one)
    assert found.mase_bps is not None
    assert found.mase_bps <= 10_000
    assert found.low <= sum(found.weeks) <= found.high


def test_too_little_is_said_to_be_too_little() -> None:
    found = forecasting.forecast([4, 8])
    assert (found.method, found.chosen, found.baseline, found.mase_bps) == ("mean", None, None, None)
    assert (found.weeks, found.low, found.high) == ((6, 6, 6, 6), 0, 48)
    assert forecasting.forecast([]).weeks == (0, 0, 0, 0)


def test_what_is_not_sold_any_more_is_not_forecast() -> None:
    found = forecasting.forecast([3] + [0] * 29)
    assert (found.weeks, found.low, found.high, found.mase_bps) == ((0, 0, 0, 0), 0, 0, None)


@pytest.mark.parametrize("weeks_ago", range(1, 12))
def test_a_week_of_promotion_is_not_taken_for_the_rule(weeks_ago: int) -> None:
    known = [10] * 30
    known[-weeks_ago] = 200
    found = forecasting.forecast(known)
    assert sum(found.weeks) < 100
    assert found.low <= 40 <= found.high
    assert found.chosen
    assert found.baseline
    assert found.chosen.error <= found.baseline.error


def test_pieces_are_whole_and_add_up() -> None:
    found = forecasting.forecast([0, 1] * 10)
    assert sum(found.weeks) == 2
