"""The books: every day is closed once, from what was booked on it, and never changes again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from functions.points.rules import books as rules
from functions.points.rules.books import Day
from functions.points.schemas import Ageing, DayFigures, DayRange, Liability, Statistics
from functions.points.table import accounts, desk, programme
from kit import clock, transaction
from kit.errors import Invalid

_LONGEST_RANGE = 366
_MONTHS_BACK = 24  # where the first day may be, when no day was ever closed
_END_OF_TIME = "9999"
_MOVEMENTS = ("granted", "spent", "returned", "reversed", "expired", "adjusted")


def close_days(now: datetime) -> int:
    """Close every day before today that is still open; says how many."""
    closed = 0
    for day in _open_days(clock.business_day(now)):
        transaction.commit([desk.close_day_part(day)])
        closed += 1
    return closed


def statistics(wanted: DayRange, now: datetime) -> Statistics:
    """What happened to all points, day by day; today is counted as far as it has come. Raises Invalid."""
    if not timedelta(0) <= wanted.last - wanted.first <= timedelta(days=_LONGEST_RANGE):
        raise Invalid(errors=[{"field": "last", "message": f"时间范围须在 1 至 {_LONGEST_RANGE} 天之间"}])
    days = _days(wanted.first, wanted.last, now)
    return Statistics(
        total=_figures(rules.summed(days)) if days else _figures(Day(wanted.last.isoformat())),
        days=[_figures(day) for day in days],
    )


def liability(month: str, now: datetime) -> Liability:
    """The roll-forward of a month, what stays owed by month of expiry, and its worth."""
    first = date.fromisoformat(f"{month}-01")
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    days = _days(first, last, now)
    total = rules.summed(days) if days else _carried(desk.last_day_before(f"{month}-32"), last)
    exchange = programme.rule_in_force(clock.to_text(now)).exchange_points
    return Liability(
        month=month,
        roll_forward=_figures(total),
        ageing=[Ageing(month=expires, points=points) for expires, points in total.ageing.items()],
        exchange_points=exchange,
        value_fen=max(0, total.closing) * 100 // exchange,
    )


def _days(first: date, last: date, now: datetime) -> list[Day]:
    closed = desk.days(first.isoformat(), last.isoformat())
    today = clock.business_day(now)
    running = _open_days(min(last, today) + timedelta(days=1))
    return closed + [day for day in running if day.day >= first.isoformat()]


def _open_days(until: date) -> Iterator[Day]:
    """The days before `until` that are not closed, worked out one from the other."""
    previous = desk.last_day_before(_END_OF_TIME)
    day = date.fromisoformat(previous.day) + timedelta(days=1) if previous else _first_day(until)
    while day < until:
        previous = rules.following(previous or Day(""), day.isoformat(), accounts.booked_on(day.isoformat()))
        yield previous
        day += timedelta(days=1)


def _first_day(until: date) -> date:
    """The day of the first entry there is, or `until`."""
    months = rules.months_until(until, _MONTHS_BACK)
    first = next(filter(None, map(accounts.first_booked, months)), None)
    return date.fromisoformat(first) if first else until


def _carried(previous: Day | None, last: date) -> Day:
    """A day without anything on it, after another."""
    return replace(rules.following(previous or Day(""), last.isoformat(), ()), entries=0)


def _figures(day: Day) -> DayFigures:
    return DayFigures(
        day=day.day,
        opening=day.opening,
        activated=day.activated,
        closing=day.closing,
        available=day.available,
        pending=day.pending,
        debt=day.debt,
        entries=day.entries,
        **{name: day.movements.get(name, 0) for name in _MOVEMENTS},
    )
