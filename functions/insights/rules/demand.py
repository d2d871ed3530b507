"""How fast a SKU sells, how long its stock lasts, when and how much to buy. Pure.

Reorder point = mean daily demand × lead time + z × deviation × √lead time; what is bought brings the position
(available, held and inbound) up to the same for lead time and review time together.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil, sqrt
from statistics import NormalDist, fmean, pstdev

LONGEST_WINDOW = 90
_SHORTEST_WINDOW = 28  # days: what sells for less is not known yet
_ALL = 10_000  # basis points
NEVER = 9_999  # days that stock lasts which nobody buys


@dataclass
class Sales:
    """What was sold of a SKU by day, net of what came back."""

    units: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    net_fen: dict[date, int] = field(default_factory=lambda: defaultdict(int))


@dataclass(frozen=True)
class Assumptions:
    """What advice is worked out with. From `overstock_days` of cover on, stock is too much."""

    lead_days: int = 14
    review_days: int = 7
    service_level_bps: int = 9_500
    overstock_days: int = 180
    slow_days: int = 60


@dataclass(frozen=True)
class Supply:
    """What there is of a SKU, in pieces; `inbound` has been bought and is to come."""

    available: int
    held: int
    inbound: int
    units_per_carton: int

    @property
    def stock(self) -> int:
        """What can still be sold."""
        return max(self.available, 0) + self.held


@dataclass(frozen=True)
class Velocity:
    """Pieces sold net of refunds in 7, 30 and 90 days until yesterday; mean and deviation are of one day.

    `known_days` is how long the SKU has been on sale.
    """

    units_7: int
    units_30: int
    units_90: int
    last_sold: date | None
    mean: float
    deviation: float
    known_days: int

    @property
    def is_known(self) -> bool:
        """Whether the SKU has been there long enough to say that it sells too slowly."""
        return self.known_days >= _SHORTEST_WINDOW

    def idle_days(self, today: date) -> int | None:
        """How long nothing was sold; None if nothing ever was."""
        return (today - self.last_sold).days if self.last_sold else None


@dataclass(frozen=True)
class Advice:
    """What to do about a SKU. `cover_days` is how long stock lasts, `position_days` with what is to come."""

    cover_days: int
    position_days: int
    reorder_point: int
    suggested: int
    cartons: int

    def is_too_much(self, supply: Supply, assumptions: Assumptions) -> bool:
        """Whether there is more than the merchant wants to have."""
        return supply.stock > 0 and self.cover_days > assumptions.overstock_days


def velocity(daily: Mapping[date, int], today: date, on_sale_since: date | None = None) -> Velocity:
    """How fast a SKU sells; `daily` are the pieces sold on past days, those without any may be missing."""
    sold = {day: units for day, units in daily.items() if day < today}

    def last(days: int) -> int:
        begin = today - timedelta(days=days)
        return sum(units for day, units in sold.items() if day >= begin)

    begun = min([*sold, *([on_sale_since] if on_sale_since else [])], default=date.min)
    known = (today - begun).days
    window = min(max(known, _SHORTEST_WINDOW), LONGEST_WINDOW)
    days = [sold.get(today - timedelta(days=ago), 0) for ago in range(1, window + 1)]
    return Velocity(
        units_7=last(7),
        units_30=last(30),
        units_90=last(90),
        last_sold=max((day for day, units in sold.items() if units > 0), default=None),
        mean=max(fmean(days), 0.0),
        deviation=pstdev(days),
        known_days=known,
    )


def advice(speed: Velocity, supply: Supply, assumptions: Assumptions) -> Advice:
    """When and how much to buy."""
    position = supply.stock + supply.inbound
    reorder_point = _needed(speed, assumptions.lead_days, assumptions)
    suggested = cartons = 0
    if speed.mean > 0 and position <= reorder_point:
        wanted = _needed(speed, assumptions.lead_days + assumptions.review_days, assumptions) - position
        cartons = max(ceil(wanted / supply.units_per_carton), 1)
        suggested = cartons * supply.units_per_carton
    return Advice(
        cover_days=_lasts(supply.stock, speed.mean),
        position_days=_lasts(position, speed.mean),
        reorder_point=reorder_point,
        suggested=suggested,
        cartons=cartons,
    )


def is_slow(speed: Velocity, found: Advice, today: date, assumptions: Assumptions) -> bool:
    """Whether nothing was sold for long, or what is there lasts for too long; new goods are given time."""
    if not speed.is_known:
        return False
    idle = speed.idle_days(today)
    return idle is None or idle >= assumptions.slow_days or found.cover_days > assumptions.overstock_days


def by_week(units: Mapping[date, int], today: date) -> list[int]:
    """Whole weeks up to the last one, from the first in which something was sold; never less than nothing."""
    monday = today - timedelta(days=today.weekday())
    weeks: dict[int, int] = defaultdict(int)
    for day, sold in units.items():
        if day < monday:
            weeks[(monday - day - timedelta(days=1)).days // 7] += sold
    oldest = max((ago for ago, sold in weeks.items() if sold > 0), default=-1)
    return [max(weeks[ago], 0) for ago in range(oldest, -1, -1)]


def _needed(speed: Velocity, days: int, assumptions: Assumptions) -> int:
    z = NormalDist().inv_cdf(assumptions.service_level_bps / _ALL)
    return ceil(speed.mean * days + z * speed.deviation * sqrt(days))


def _lasts(pieces: int, mean: float) -> int:
    if not pieces:
        return 0
    return min(int(pieces / mean), NEVER) if mean > 0 else NEVER
