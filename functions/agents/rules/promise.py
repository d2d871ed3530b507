"""How promising a company is: five parts of up to a hundred points each, weighted. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

PartName = Literal["growth", "frequency", "share", "punctuality", "keeping"]

# In percent; what sells more tomorrow counts most.
WEIGHTS: dict[PartName, int] = {"growth": 30, "frequency": 20, "share": 20, "punctuality": 20, "keeping": 10}
_FULL_GROWTH_BPS = 5_000  # half as much again as before
_FULL_FREQUENCY = 4  # orders a month
_FULL_SHARE_BPS = 1_000  # a tenth of what the region buys
_NO_RETURNS_BPS = 2_000  # a fifth sent back


@dataclass(frozen=True)
class Behaviour:
    """What is known of a company's last twelve weeks, and the twelve before, in fen; `region_fen` is what all
    companies of its region bought. `bills` fell due, `bills_late` of them were paid late."""

    bought_fen: int
    bought_before_fen: int
    orders: int
    weeks: int
    region_fen: int
    bills: int
    bills_late: int
    returned_fen: int


@dataclass(frozen=True)
class Part:
    """One part of the score; `points` of a hundred, `weight` in percent."""

    name: PartName
    points: int
    weight: int


@dataclass(frozen=True)
class Promise:
    """A score from 0 to 100 with its parts."""

    score: int
    parts: Sequence[Part]


def promise(known: Behaviour) -> Promise:
    """How promising a company is: not at all while it buys nothing; without bills it pays in time."""
    points = _points(known) if known.bought_fen > 0 else dict.fromkeys(WEIGHTS, 0)
    parts = [Part(name, points[name], weight) for name, weight in WEIGHTS.items()]
    return Promise(sum(part.points * part.weight for part in parts) // 100, parts)


def _points(known: Behaviour) -> dict[PartName, int]:
    growth_bps = _bps(known.bought_fen - known.bought_before_fen, known.bought_before_fen)
    monthly_bps = _bps(known.orders * 52, known.weeks * 12)
    return {
        "growth": _of_hundred(growth_bps, _FULL_GROWTH_BPS) if known.bought_before_fen else 50,
        "frequency": _of_hundred(monthly_bps, _FULL_FREQUENCY * 10_000),
        "share": _of_hundred(_bps(known.bought_fen, known.region_fen), _FULL_SHARE_BPS),
        "punctuality": 100 - _of_hundred(_bps(known.bills_late, known.bills), 10_000),
        "keeping": 100 - _of_hundred(_bps(known.returned_fen, known.bought_fen), _NO_RETURNS_BPS),
    }


def _bps(part: int, whole: int) -> int:
    return part * 10_000 // whole if whole > 0 else 0


def _of_hundred(value: int, full: int) -> int:
    return max(0, min(100, value * 100 // full))
