"""What a company buys, how often and when: baskets, histories made from them, and RFM. Pure.

A basket is a paid order as it stands now, net of what went back. Histories are sums of baskets, so they can
be kept up basket by basket or made again from all of them, and must come out the same.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise
from statistics import median
from typing import Literal

ALL = "ALL"  # the history of everything a company buys
SCORES = 5
_MIDDLE = 3
_YEAR = timedelta(days=365)
_MISSED = 2  # rhythms: who is away for longer has left out a purchase

Segment = Literal[
    "champion", "potential", "loyal_lapsing", "win_back", "regular", "newcomer", "regular_lapsing", "lost"
]
# Recent, frequent, large: each above the middle or not.
_SEGMENTS: Mapping[tuple[bool, bool, bool], Segment] = {
    (True, True, True): "champion",
    (True, False, True): "potential",
    (False, True, True): "loyal_lapsing",
    (False, False, True): "win_back",
    (True, True, False): "regular",
    (True, False, False): "newcomer",
    (False, True, False): "regular_lapsing",
    (False, False, False): "lost",
}


@dataclass(frozen=True)
class BasketLine:
    """What was kept of one SKU; `base_fen` is what it costs everybody. `category_id` is the top one."""

    sku_id: str
    product_id: str
    category_id: str
    title: str
    units: int
    net_fen: int
    base_fen: int


@dataclass(frozen=True)
class Basket:
    """A paid order net of refunds. `day` and `hour` are Shanghai's; `refunds` counts those paid out."""

    order_id: str
    paid_at: str
    day: str
    hour: int
    refunds: int
    lines: tuple[BasketLine, ...]

    @property
    def net_fen(self) -> int:
        """What the goods that were kept cost."""
        return sum(line.net_fen for line in self.lines)


@dataclass(frozen=True)
class Bought:
    """Orders, pieces and fen of one business day."""

    orders: int = 0
    units: int = 0
    net_fen: int = 0

    def plus(self, other: "Bought", sign: int = 1) -> "Bought":
        """Both together, or one without the other."""
        return Bought(
            self.orders + sign * other.orders,
            self.units + sign * other.units,
            self.net_fen + sign * other.net_fen,
        )


NOTHING = Bought()


@dataclass(frozen=True)
class History:
    """What a company bought of one SKU, or of everything, by business day."""

    key: str
    product_id: str = ""
    category_id: str = ""
    title: str = ""
    days: Mapping[str, Bought] = field(default_factory=dict)
    hours: Mapping[str, int] = field(default_factory=dict)

    def changed(self, day: str, by: Bought, sign: int) -> "History":
        """With a day's purchases added or taken away."""
        after = self.days.get(day, NOTHING).plus(by, sign)
        others = {known: bought for known, bought in self.days.items() if known != day}
        return replace(self, days=others if after == NOTHING else others | {day: after})

    def at_hour(self, hour: str, sign: int) -> "History":
        """With one order more or less at an hour of the week."""
        orders = self.hours.get(hour, 0) + sign
        others = {known: count for known, count in self.hours.items() if known != hour}
        return replace(self, hours=others | {hour: orders} if orders else others)

    def since(self, day: str) -> Bought:
        """What was bought on a day and after it."""
        return total(bought for known, bought in self.days.items() if known >= day)

    @property
    def first(self) -> str:
        return min(self.days)

    @property
    def last(self) -> str:
        return max(self.days)

    @property
    def intervals(self) -> list[int]:
        """The days between one purchase and the next."""
        days = [date.fromisoformat(day) for day in sorted(self.days)]
        return [(after - before).days for before, after in pairwise(days)]

    @property
    def rhythm(self) -> int | None:
        """The usual days between two purchases: the median; None before the second one."""
        return max(round(median(self.intervals)), 1) if len(self.days) > 1 else None

    def is_in_rhythm(self, today: date) -> bool:
        """Whether the next purchase is not yet long due."""
        away = (today - date.fromisoformat(self.last)).days
        return self.rhythm is not None and away <= _MISSED * self.rhythm


def total(several: Iterable[Bought]) -> Bought:
    """Everything together."""
    found = NOTHING
    for one in several:
        found = found.plus(one)
    return found


def changed(known: Mapping[str, History], old: Basket | None, new: Basket | None) -> dict[str, History]:
    """Histories after a basket became another; those that the change does not touch are left out."""
    found: dict[str, History] = {}
    for basket, sign in ((old, -1), (new, 1)):
        if basket is None or not basket.lines:
            continue
        for line in basket.lines:
            one = Bought(1, line.units, line.net_fen)
            history = found.get(line.sku_id) or known.get(line.sku_id) or History(line.sku_id)
            named = replace(
                history, product_id=line.product_id, category_id=line.category_id, title=line.title
            )
            found[line.sku_id] = named.changed(basket.day, one, sign)
        whole = found.get(ALL) or known.get(ALL) or History(ALL)
        altogether = Bought(1, sum(line.units for line in basket.lines), basket.net_fen)
        found[ALL] = whole.changed(basket.day, altogether, sign).at_hour(_hour(basket), sign)
    return found


def histories(baskets: Iterable[Basket]) -> dict[str, History]:
    """What baskets add up to, made from nothing."""
    found: dict[str, History] = {}
    for basket in sorted(baskets, key=lambda one: (one.paid_at, one.order_id)):
        found |= changed(found, None, basket)
    return found


def differing(stored: Mapping[str, History], expected: Mapping[str, History]) -> list[str]:
    """Keys whose histories are not what they should be; an empty history is as good as none."""

    def facts(history: History | None) -> tuple[Mapping[str, Bought], Mapping[str, int]]:
        return (history.days, history.hours) if history else ({}, {})

    return sorted(key for key in {*stored, *expected} if facts(stored.get(key)) != facts(expected.get(key)))


def _hour(basket: Basket) -> str:
    return f"{date.fromisoformat(basket.day).weekday()}-{basket.hour:02d}"


@dataclass(frozen=True)
class Standing:
    """How a company stands beside the others: recency, frequency and money, each from 1 to 5."""

    agent_id: str
    recency: int
    frequency: int
    money: int
    segment: Segment
    last: str
    year: Bought


def standings(known: Mapping[str, History], today: date) -> list[Standing]:
    """Every company that ever bought, scored by fifths; those that paid most in a year first.

    Who bought nothing in the year scores lowest, whatever the others did. Who is still within its own rhythm
    counts as recent, whoever else was there later.
    """
    bought = {agent_id: history for agent_id, history in known.items() if history.days}
    year_began = (today - _YEAR).isoformat()
    years = {agent_id: history.since(year_began) for agent_id, history in bought.items()}
    asleep = {agent_id: 1 for agent_id, year in years.items() if not year.orders}
    awake = {agent_id: year for agent_id, year in years.items() if year.orders}
    recency = asleep | _fifths({agent_id: bought[agent_id].last for agent_id in awake})
    frequency = asleep | _fifths({agent_id: year.orders for agent_id, year in awake.items()})
    money = asleep | _fifths({agent_id: year.net_fen for agent_id, year in awake.items()})
    found = [
        Standing(
            agent_id=agent_id,
            recency=recency[agent_id],
            frequency=frequency[agent_id],
            money=money[agent_id],
            segment=_SEGMENTS[
                recency[agent_id] >= _MIDDLE or (agent_id in awake and history.is_in_rhythm(today)),
                frequency[agent_id] >= _MIDDLE,
                money[agent_id] >= _MIDDLE,
            ],
            last=history.last,
            year=years[agent_id],
        )
        for agent_id, history in bought.items()
    ]
    return sorted(found, key=lambda one: (-one.year.net_fen, one.agent_id))


def _fifths(values: Mapping[str, int] | Mapping[str, str]) -> dict[str, int]:
    """1 for the lowest fifth, 5 for the highest; equals score the same, as the middle one of them would."""
    ordered: Sequence[int | str] = sorted(values.values())
    lowest = {value: place for place, value in reversed(list(enumerate(ordered)))}
    several = Counter(ordered)
    return {
        key: 1 + SCORES * (2 * lowest[value] + several[value]) // (2 * len(ordered))
        for key, value in values.items()
    }
