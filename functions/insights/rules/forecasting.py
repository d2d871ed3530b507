"""What a SKU will sell in the next weeks, by the method that would have been least wrong so far. Pure.

Methods are judged by what they say of the total of the next weeks, because that is what is bought for, and
because the error of single weeks rewards saying "nothing" of goods that sell now and then. Every method is
tried at each of the last weeks with only what was known then. The baselines take part, so the chosen one is
never worse than they are on the weeks it was chosen by.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist, fmean
from typing import Literal

Method = Literal["naive", "seasonal", "mean", "smoothing", "croston", "tsb"]
Series = Sequence[int]
HORIZON = 4  # weeks ahead
LEAST_KNOWN = 8  # weeks: with less there is nothing to choose by
MOST_TRIALS = 13
YEAR = 52  # weeks
BASELINE: Method = "naive"
_RATES = (0.05, 0.1, 0.2, 0.3, 0.5)
_SLOW_RATE = 0.1  # of intermittent demand
_INSIDE = 0.8  # of the range that is told


def naive(known: Series) -> list[float]:
    """The last weeks come again."""
    last = list(known[-HORIZON:])
    return [float(last[week % len(last)]) for week in range(HORIZON)]


def seasonal(known: Series) -> list[float]:
    """The same weeks of last year come again; where there is no last year, the last weeks."""
    if len(known) < YEAR:
        return naive(known)
    return [float(known[len(known) - YEAR + week]) for week in range(HORIZON)]


def mean(known: Series) -> list[float]:
    """Every week is like all weeks so far."""
    return [fmean(known)] * HORIZON


def smoothing(known: Series) -> list[float]:
    """Simple exponential smoothing; the rate is the one that would have erred least from week to week."""
    levels = {rate: _smoothed(known, rate) for rate in _RATES}
    return [min(levels.values(), key=lambda found: found[1])[0]] * HORIZON


def croston(known: Series) -> list[float]:
    """Croston's method for demand that comes now and then, with the Syntetos-Boylan correction."""
    sizes = [units for units in known if units]
    if not sizes:
        return [0.0] * HORIZON
    size, interval, since = float(sizes[0]), 1.0, 0
    seen = False
    for units in known:
        since += 1
        if units:
            size += _SLOW_RATE * (units - size)
            interval = interval + _SLOW_RATE * (since - interval) if seen else float(since)
            since, seen = 0, True
    return [(1 - _SLOW_RATE / 2) * size / interval] * HORIZON


def tsb(known: Series) -> list[float]:
    """Teunter, Syntetos and Babai: how likely a sale is falls with every week without one."""
    begun = known[:LEAST_KNOWN]
    likely = fmean(1.0 if units else 0.0 for units in begun)
    size = fmean([units for units in begun if units] or [0])
    for units in known[LEAST_KNOWN:]:
        likely += _SLOW_RATE * ((1.0 if units else 0.0) - likely)
        if units:
            size += _SLOW_RATE * (units - size)
    return [likely * size] * HORIZON


# The mean comes first: where all err the same, it is moved least by a single week, such as a promotion's.
METHODS: Mapping[Method, Callable[[Series], list[float]]] = {
    "mean": mean,
    "naive": naive,
    "seasonal": seasonal,
    "smoothing": smoothing,
    "croston": croston,
    "tsb": tsb,
}


@dataclass(frozen=True)
class Trial:
    """How a method did: the mean size of its errors and their spread, in pieces over the horizon.

    `wape_bps` is the sum of errors by the sum of what was sold, in basis points; None where nothing was.
    """

    method: Method
    error: float
    spread: float
    wape_bps: int | None


@dataclass(frozen=True)
class Forecast:
    """Pieces per week ahead, and the total between `low` and `high` in four cases of five.

    `chosen` and `baseline` are None where too little is known to try anything.
    """

    method: Method
    weeks: tuple[int, ...]
    low: int
    high: int
    chosen: Trial | None
    baseline: Trial | None

    @property
    def mase_bps(self) -> int | None:
        """The error beside that of the naive method, in basis points: less than 10 000 is better."""
        if not self.chosen or not self.baseline or not self.baseline.error:
            return None
        return round(10_000 * self.chosen.error / self.baseline.error)


def forecast(known: Series) -> Forecast:
    """The next weeks after those known, by the method that did best; ties go to the first."""
    trials = {method: trial(method, known) for method in METHODS}
    tried = [found for found in trials.values() if found]
    best = min(tried, key=lambda found: found.error, default=None)
    method: Method = best.method if best else "mean"
    ahead = METHODS[method](known) if known else [0.0] * HORIZON
    expected = sum(ahead)
    margin = NormalDist().inv_cdf((1 + _INSIDE) / 2) * best.spread if best else expected
    return Forecast(
        method=method,
        weeks=_whole(ahead),
        low=max(round(expected - margin), 0),
        high=round(expected + margin),
        chosen=best,
        baseline=trials[BASELINE],
    )


def trial(method: Method, known: Series) -> Trial | None:
    """What a method would have said at each of the last weeks; None where there are too few."""
    last = len(known) - HORIZON
    begins = range(max(LEAST_KNOWN, last - MOST_TRIALS + 1), last + 1)
    if not begins:
        return None
    sold = [sum(known[begin : begin + HORIZON]) for begin in begins]
    said = [sum(METHODS[method](known[:begin])) for begin in begins]
    errors = [told - real for told, real in zip(said, sold, strict=True)]
    absolute = sum(abs(error) for error in errors)
    return Trial(
        method=method,
        error=absolute / len(errors),
        spread=sqrt(fmean(error * error for error in errors)),
        wape_bps=round(10_000 * absolute / sum(sold)) if sum(sold) else None,
    )


def _smoothed(known: Series, rate: float) -> tuple[float, float]:
    """The level at the end, and the squared errors on the way there."""
    level, wrong = float(known[0]), 0.0
    for units in known[1:]:
        wrong += (units - level) ** 2
        level += rate * (units - level)
    return level, wrong


def _whole(ahead: Sequence[float]) -> tuple[int, ...]:
    """Whole pieces whose running sum stays nearest to what was said."""
    sums = [round(sum(ahead[: week + 1])) for week in range(len(ahead))]
    return tuple(after - before for before, after in zip([0, *sums], sums, strict=False))
