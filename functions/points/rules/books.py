"""The merchant's view of all points: what was owed in the morning, what happened, what is owed at night."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from functions.points.rules.ledger import Entry


@dataclass(frozen=True)
class Day:
    """One closed day: opening + Σ movements = closing = available + pending − debt.

    `movements` are effects on the balance by kind; `activated` moves points from pending to available and is
    kept apart, as is what stayed spendable by month of expiry (`ageing`).
    """

    day: str
    opening: int = 0
    movements: Mapping[str, int] = field(default_factory=dict)
    activated: int = 0
    pending: int = 0
    debt: int = 0
    ageing: Mapping[str, int] = field(default_factory=dict)  # month of expiry → points
    entries: int = 0

    @property
    def closing(self) -> int:
        return self.opening + sum(self.movements.values())

    @property
    def available(self) -> int:
        return sum(self.ageing.values())


def months_until(day: date, count: int) -> list[str]:
    """The month of a day and those before it, the oldest first."""
    last = day.year * 12 + day.month - 1
    return [f"{index // 12}-{index % 12 + 1:02d}" for index in range(last - count + 1, last + 1)]


def following(previous: Day, day: str, entries: Iterable[Entry]) -> Day:
    """The day after `previous`, with what was booked on it."""
    movements: Counter[str] = Counter()
    ageing = Counter(previous.ageing)
    pending, debt, activated, count = previous.pending, previous.debt, 0, 0
    for entry in entries:
        movements[entry.kind] += entry.points
        pending += entry.pending
        debt += entry.debt
        activated += -entry.pending if entry.kind == "activated" else 0
        count += 1
        for expires_on, points in entry.allocation.items():
            ageing[expires_on[:7]] += points
    movements.pop("activated", None)
    return Day(
        day=day,
        opening=previous.closing,
        movements=dict(sorted(movements.items())),
        activated=activated,
        pending=pending,
        debt=debt,
        ageing={month: points for month, points in sorted(ageing.items()) if points},
        entries=count,
    )


def summed(days: list[Day]) -> Day:
    """Several days in a row as one: the first opening, all movements, the last closing."""
    movements: Counter[str] = Counter()
    for day in days:
        movements.update(day.movements)
    last = days[-1]
    return Day(
        day=last.day,
        opening=days[0].opening,
        movements=dict(movements),
        activated=sum(day.activated for day in days),
        pending=last.pending,
        debt=last.debt,
        ageing=last.ageing,
        entries=sum(day.entries for day in days),
    )
