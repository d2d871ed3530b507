"""How fast goods sell, and when and how much to buy."""

from datetime import date, timedelta
from math import ceil, sqrt

import pytest

from functions.insights.rules import demand
from functions.insights.rules.demand import NEVER, Assumptions, Supply

TODAY = date(2026, 11, 22)
PLAIN = Assumptions()


def _daily(units: int, days: int = 90) -> dict[date, int]:
    return {TODAY - timedelta(days=ago): units for ago in range(1, days + 1)}


def test_velocity_ends_yesterday() -> None:
    speed = demand.velocity(_daily(2) | {TODAY: 1000}, TODAY)
    assert (speed.units_7, speed.units_30, speed.units_90) == (14, 60, 180)
    assert (speed.mean, speed.deviation, speed.last_sold) == (2, 0, TODAY - timedelta(days=1))


def test_what_came_back_is_not_sold() -> None:
    speed = demand.velocity({TODAY - timedelta(days=2): 5, TODAY - timedelta(days=1): -3}, TODAY)
    assert (speed.units_7, speed.last_sold) == (2, TODAY - timedelta(days=2))
    assert speed.mean == pytest.approx(2 / 28)


def test_new_goods_are_judged_by_the_days_they_are_there() -> None:
    assert demand.velocity(_daily(3, 40), TODAY).mean == 3
    assert demand.velocity(_daily(3, 7), TODAY).mean == pytest.approx(21 / 28)


def test_the_reorder_point_covers_lead_time_and_its_doubt() -> None:
    speed = demand.velocity({TODAY - timedelta(days=ago): 10 for ago in range(5, 91, 5)}, TODAY)
    found = demand.advice(speed, Supply(0, 0, 0, 12), PLAIN)
    assert found.reorder_point == ceil(2 * 14 + 1.6448536 * 4 * sqrt(14))
    wanted = ceil(2 * 21 + 1.6448536 * 4 * sqrt(21))
    assert (found.cartons, found.suggested) == (ceil(wanted / 12), 12 * ceil(wanted / 12))


def test_what_is_on_its_way_counts() -> None:
    speed = demand.velocity(_daily(2), TODAY)
    assert demand.advice(speed, Supply(5, 0, 0, 1), PLAIN).suggested == 2 * 21 - 5
    assert demand.advice(speed, Supply(5, 0, 20, 1), PLAIN).suggested == 2 * 21 - 25
    on_its_way = demand.advice(speed, Supply(5, 0, 24, 1), PLAIN)
    assert (on_its_way.suggested, on_its_way.cover_days, on_its_way.position_days) == (0, 2, 14)
    assert demand.advice(speed, Supply(5, 24, 0, 1), PLAIN).suggested == 0


def test_nothing_is_bought_of_what_nobody_buys() -> None:
    speed = demand.velocity({}, TODAY)
    found = demand.advice(speed, Supply(10, 0, 0, 12), PLAIN)
    assert (found.suggested, found.reorder_point, found.cover_days) == (0, 0, NEVER)
    assert found.is_too_much(Supply(10, 0, 0, 12), PLAIN)
    assert demand.is_slow(speed, found, TODAY, PLAIN)


def test_too_much_and_too_slow() -> None:
    speed = demand.velocity(_daily(1), TODAY)
    enough, plenty = Supply(180, 0, 0, 1), Supply(181, 0, 0, 1)
    assert not demand.advice(speed, enough, PLAIN).is_too_much(enough, PLAIN)
    assert demand.advice(speed, plenty, PLAIN).is_too_much(plenty, PLAIN)
    assert not demand.is_slow(speed, demand.advice(speed, enough, PLAIN), TODAY, PLAIN)
    asleep = demand.velocity({TODAY - timedelta(days=60): 50}, TODAY)
    assert demand.is_slow(asleep, demand.advice(asleep, Supply(1, 0, 0, 1), PLAIN), TODAY, PLAIN)


def test_weeks_are_whole_and_begin_with_the_first_sale() -> None:
    monday = date(2026, 11, 16)
    sold = {monday: 99, monday - timedelta(days=1): 3, monday - timedelta(days=7): 4, date(2026, 10, 28): 2}
    assert demand.by_week(sold, TODAY) == [2, 0, 7]
    assert demand.by_week({monday: 1}, TODAY) == []
