"""What counts into which sum on which day, and how periods compare. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeVar, get_args

from kit.errors import Conflict, Invalid

Item = TypeVar("Item")
Dimension = Literal["total", "product", "agent", "province", "city", "tier", "gift", "sku"]
Measure = Literal[
    "placed",
    "placed_fen",
    "paid",
    "paid_fen",
    "freight_fen",
    "units",
    "refunds",
    "refunded_fen",
    "refunded_units",
    "completed",
    "closed",
    "claims",
    "claimed_fen",
    "redemptions",
    "gift_pieces",
    "points_spent",
    "redemptions_rejected",
]
Kind = Literal[
    "placed", "paid", "refund", "completed", "closed", "claimed", "redeemed", "rejected", "sold", "returned"
]
Sums = Mapping[str, int]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
MEASURES: tuple[str, ...] = get_args(Measure)
TOTAL = "all"
LONGEST_SERIES = 366
LONGEST_RANKING = 92


class AlreadyCounted(Conflict):
    """This has been counted before."""

    title = "已统计"


@dataclass(frozen=True)
class Share:
    """What an event adds to one sum; `name` is how people know it."""

    dimension: Dimension
    key: str
    name: str
    sums: Sums


@dataclass(frozen=True)
class Event:
    """Something that counts, once, on one business day."""

    day: str
    kind: Kind
    source: str
    shares: tuple[Share, ...]


@dataclass(frozen=True)
class Party:
    """Whose order it is, and how people call that."""

    agent_id: str
    name: str
    region_code: str
    province: str
    city: str


@dataclass(frozen=True)
class Difference:
    """A sum that is not what its events add up to."""

    dimension: str
    key: str
    stored: Sums
    expected: Sums


def shares_of(sums: Sums, party: Party, tier: str | None, goods: Iterable[Share] = ()) -> tuple[Share, ...]:
    """What an event of an order adds to the sums it belongs to."""
    code = party.region_code
    shares = [Share("total", TOTAL, "", sums), Share("agent", party.agent_id, party.name, sums)]
    if code:
        shares.append(Share("province", f"{code[:2]}0000", party.province, sums))
        shares.append(Share("city", f"{code[:4]}00", party.city, sums))
    if tier:
        shares.append(Share("tier", tier, "", sums))
    return (*shares, *merged(goods))


def merged(shares: Iterable[Share]) -> list[Share]:
    """One share per sum; several SKUs may be of one product."""
    found: dict[tuple[str, str], Share] = {}
    for share in shares:
        known = found.get((share.dimension, share.key))
        sums = added(known.sums, share.sums) if known else share.sums
        found[share.dimension, share.key] = Share(share.dimension, share.key, share.name, sums)
    return list(found.values())


def added(*several: Sums) -> dict[str, int]:
    """Sums of sums; what is zero is left out."""
    total = {name: sum(sums.get(name, 0) for sums in several) for name in MEASURES}
    return {name: value for name, value in total.items() if value}


def minus(one: Sums, other: Sums) -> dict[str, int]:
    """How much one is more than the other."""
    return added(one, {name: -value for name, value in other.items()})


def summed(events: Iterable[Event]) -> dict[tuple[str, str], dict[str, int]]:
    """What events add up to, by dimension and key."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    for event in events:
        for share in event.shares:
            place = (share.dimension, share.key)
            found[place] = added(found.get(place, {}), share.sums)
    return found


def names(events: Iterable[Event]) -> dict[tuple[str, str], str]:
    """How people know what the sums are of, by dimension and key."""
    return {(share.dimension, share.key): share.name for event in events for share in event.shares}


def differences(
    stored: Mapping[tuple[str, str], Sums], expected: Mapping[tuple[str, str], Sums]
) -> list[Difference]:
    """Sums that are not what they should be."""
    places = sorted({*stored, *expected})
    return [
        Difference(*place, stored.get(place, {}), expected.get(place, {}))
        for place in places
        if added(stored.get(place, {})) != added(expected.get(place, {}))
    ]


def period(first: date, last: date, longest: int) -> tuple[tuple[date, date], tuple[date, date]]:
    """A period and the equally long one before it. Raises Invalid."""
    days = (last - first).days + 1
    if not 0 < days <= longest:
        message = f"时间范围须在 1 至 {longest} 天之间"
        raise Invalid(errors=[{"field": "last", "message": message}])
    return (first, last), (first - timedelta(days=days), first - timedelta(days=1))


def in_lots(several: Sequence[Item], most: int = 90) -> Iterable[Sequence[Item]]:
    """As many at once as one transaction takes beside a few others."""
    return (several[start : start + most] for start in range(0, len(several), most))


def ranked(rows: Sequence[tuple[str, Sums]], measure: str, limit: int) -> list[tuple[str, Sums]]:
    """The first by a measure; ties by key."""
    return sorted(rows, key=lambda row: (-value_of(row[1], measure), row[0]))[:limit]


def value_of(sums: Sums, measure: str) -> int:
    """A measure; `net_fen` is what was paid and not refunded."""
    if measure == "net_fen":
        return sums.get("paid_fen", 0) - sums.get("refunded_fen", 0)
    return sums.get(measure, 0)
