"""Figures by day, and the best by a measure; each with the equally long time before."""

from collections.abc import Callable
from datetime import date, timedelta

from functions.agents import operations as agents
from functions.catalog.operations import hearing
from functions.insights import rules, table
from functions.insights.rules import Dimension, Sums
from functions.insights.schemas import (
    Days,
    DayView,
    Figures,
    GiftFigures,
    GiftRanking,
    GiftView,
    ProductRanking,
    ProductRankView,
    Ranked,
    RankedGifts,
    Ranking,
    RankView,
    Series,
)
from kit.tokens import Principal

Period = tuple[date, date]
ByKey = dict[str, Sums]


def series(wanted: Days) -> Series:
    """The figures of every day, days without any included. Raises Invalid."""
    (first, last), before = rules.period(wanted.first, wanted.last, rules.LONGEST_SERIES)
    # One query from the beginning of the earlier time to the end of the asked.
    by_day = {row.day: row.sums for row in table.sums("total", before[0], last)}
    days, previous = (
        [(day, by_day.get(day, {})) for day in _each_day(*some)] for some in ((first, last), before)
    )
    return Series(
        days=[day_view(day, sums) for day, sums in days],
        previous_days=[day_view(day, sums) for day, sums in previous],
        total=figures(rules.added(*(sums for _, sums in days))),
        previous=figures(rules.added(*(sums for _, sums in previous))),
    )


def ranking(dimension: Dimension, wanted: Ranked, shown: Callable[[str], bool] = lambda key: True) -> Ranking:
    """The first by a measure among those that are shown, with what they had before. Raises Invalid."""
    now, before = rules.period(wanted.first, wanted.last, rules.LONGEST_RANKING)
    sums, earlier, names = _compared(dimension, now, before)
    among = [(key, found) for key, found in sums.items() if shown(key)]
    return Ranking(
        items=[
            RankView(
                key=key,
                name=names[key],
                previous=figures(earlier.get(key, {})),
                **figures(found).model_dump(),
            )
            for key, found in rules.ranked(among, wanted.sort, wanted.limit)
        ]
    )


def agent_ranking(wanted: Ranked, staff: Principal) -> Ranking:
    """The first companies by a measure; staff with regions see those regions only. Raises Invalid."""
    return ranking("agent", wanted, agents.covered_by(staff))


def product_ranking(wanted: Ranked) -> ProductRanking:
    """The first products by a measure, with how much feedback there is of each. Raises Invalid."""
    found = ranking("product", wanted)
    said = hearing.counts(one.key for one in found.items)
    items = [ProductRankView(**one.model_dump(), feedback=said.get(one.key, 0)) for one in found.items]
    return ProductRanking(items=items)


def gift_ranking(wanted: RankedGifts) -> GiftRanking:
    """The most wanted gifts, with what they were before. Raises Invalid."""
    now, before = rules.period(wanted.first, wanted.last, rules.LONGEST_RANKING)
    sums, earlier, names = _compared("gift", now, before)
    return GiftRanking(
        items=[
            GiftView(
                gift_id=gift_id,
                name=names[gift_id],
                previous=GiftFigures(**earlier.get(gift_id, {})),
                **found,
            )
            for gift_id, found in rules.ranked(list(sums.items()), wanted.sort, wanted.limit)
        ],
        total=GiftFigures(**rules.added(*sums.values())),
        previous=GiftFigures(**rules.added(*earlier.values())),
    )


def figures(sums: Sums) -> Figures:
    """Sums of orders as staff see them."""
    return Figures(**sums, net_fen=rules.value_of(sums, "net_fen"))


def day_view(day: str, sums: Sums) -> DayView:
    """The figures of a day as staff see them."""
    return DayView(day=day, **figures(sums).model_dump())


def _each_day(first: date, last: date) -> list[str]:
    return [(first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]


def _compared(dimension: Dimension, now: Period, before: Period) -> tuple[ByKey, ByKey, dict[str, str]]:
    """The sums of each key in a time and in the one before it, and what keys are called: one query."""
    sums, earlier = ByKey(), ByKey()
    names = {tier.code: tier.name for tier in agents.tiers()} if dimension == "tier" else dict[str, str]()
    for row in table.sums(dimension, before[0], now[1]):
        found = sums if row.day >= now[0].isoformat() else earlier
        found[row.key] = rules.added(found.get(row.key, {}), row.sums)
        names[row.key] = row.name or names.get(row.key, "")
    return sums, earlier, names
