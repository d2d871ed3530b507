"""Insights table.

pk DAY#<day>      sk <source>#<kind>   what was counted on a day, and into which sums; nothing counts twice
pk <DIMENSION>    sk <day>#<key>       sums: TOTAL, PRODUCT, AGENT, PROVINCE, CITY, TIER, GIFT, SKU
pk REPORT#<kind>  sk <day>             reports of nightly checks; lapse after a year
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action

from functions.insights import rules
from functions.insights.rules import Difference, Dimension, Event, Share, Sums
from kit import rows, transaction
from kit.errors import Stale
from kit.transaction import Part

_LAST = "~"  # after every key
_REPORTS_KEPT = timedelta(days=366)


class Row(rows.Row):
    """Base of the rows of this table."""

    class Meta:
        table_name = os.environ["INSIGHTS_TABLE"]


class EventRow(Row):
    """Something that was counted."""

    shares = JSONAttribute()


class SumRow(Row):
    """What a day brought for one product, SKU, agent, region, tier, or altogether."""

    name = UnicodeAttribute(null=True)
    placed = NumberAttribute(null=True)
    placed_fen = NumberAttribute(null=True)
    paid = NumberAttribute(null=True)
    paid_fen = NumberAttribute(null=True)
    freight_fen = NumberAttribute(null=True)
    units = NumberAttribute(null=True)
    refunds = NumberAttribute(null=True)
    refunded_fen = NumberAttribute(null=True)
    refunded_units = NumberAttribute(null=True)
    completed = NumberAttribute(null=True)
    closed = NumberAttribute(null=True)
    claims = NumberAttribute(null=True)
    claimed_fen = NumberAttribute(null=True)
    redemptions = NumberAttribute(null=True)
    gift_pieces = NumberAttribute(null=True)
    points_spent = NumberAttribute(null=True)
    redemptions_rejected = NumberAttribute(null=True)
    version = NumberAttribute(null=True)

    @property
    def day(self) -> str:
        return str(self.sk.partition("#")[0])

    @property
    def key(self) -> str:
        return str(self.sk.partition("#")[2])

    @property
    def sums(self) -> dict[str, int]:
        """The figures that are not zero."""
        return {name: int(value) for name in rules.MEASURES if (value := getattr(self, name))}


class ReportRow(Row):
    """What a nightly check found."""

    document = JSONAttribute()
    expires_at_epoch = NumberAttribute()


# Reads


def uncounted(events: Sequence[Event]) -> list[Event]:
    """Those of some events that were not counted before."""
    keys = [(_day_key(event.day), _event_key(event)) for event in events]
    known = {(row.pk, row.sk) for row in EventRow.batch_get(keys, consistent_read=True)}
    return [event for event, key in zip(events, keys, strict=True) if key not in known]


def events_of(day: str) -> list[Event]:
    """Everything that was counted on a day."""
    return [_event(day, row) for row in EventRow.query(_day_key(day), consistent_read=True)]


def sums(dimension: Dimension, first: date, last: date) -> Iterable[SumRow]:
    """The sums of a dimension between two days, oldest first: one query."""
    between = SumRow.sk.between(first.isoformat(), f"{last.isoformat()}#{_LAST}")
    return SumRow.query(dimension.upper(), between)


def sums_of_day(day: str) -> tuple[dict[tuple[str, str], Sums], int]:
    """All sums of a day, and the version they have together."""
    found: dict[tuple[str, str], Sums] = {}
    version = 0
    for dimension in rules.DIMENSIONS:
        for row in SumRow.query(dimension.upper(), SumRow.sk.startswith(f"{day}#"), consistent_read=True):
            found[dimension, row.key] = row.sums
            version = int(row.version or 0) if dimension == "total" else version
    return found, version


def reports(kind: str, limit: int) -> list[tuple[str, dict[str, Any]]]:
    """The newest reports of a kind, by day."""
    found = ReportRow.query(f"REPORT#{kind}", scan_index_forward=False, limit=limit)
    return [(row.sk, row.document) for row in found]


# Writes


def count_parts(event: Event) -> list[Part]:
    """Count an event; AlreadyCounted when it was before."""
    shares = [[share.dimension, share.key, share.name, dict(share.sums)] for share in event.shares]
    row = EventRow(_day_key(event.day), _event_key(event), shares=shares)
    return [
        transaction.create(row, rules.AlreadyCounted),
        *(_add_part(event.day, share.dimension, share.key, share.name, share.sums) for share in event.shares),
    ]


def correct_parts(
    day: str, found: Sequence[Difference], names: Mapping[tuple[str, str], str], version: int
) -> list[Part]:
    """Set sums right and raise their version, as long as nothing was counted meanwhile; else Stale."""
    parts = [
        _add_part(
            day,
            one.dimension,
            one.key,
            names.get((one.dimension, one.key), ""),
            rules.minus(one.expected, one.stored),
        )
        for one in found
        if one.dimension != "total"
    ]
    total = next((one for one in found if one.dimension == "total"), None)
    more = rules.minus(total.expected, total.stored) if total else {}
    unchanged = SumRow.version == version if version else SumRow.version.does_not_exist()
    key = _sum_key(day, rules.TOTAL)
    actions = [*_additions(more), SumRow.version.add(1)]
    return [*parts, transaction.update(SumRow, "TOTAL", key, actions, unchanged, Stale)]


def save_report(kind: str, day: str, document: dict[str, Any], now: datetime) -> None:
    """Keep what a check found; a repeated check replaces its report."""
    lapses = int((now + _REPORTS_KEPT).timestamp())
    ReportRow(f"REPORT#{kind}", day, document=document, expires_at_epoch=lapses).save()


def _add_part(day: str, dimension: str, key: str, name: str, more: Sums) -> Part:
    actions = _additions(more)
    if name:
        actions.append(SumRow.name.set(name))
    if dimension == "total":
        actions.append(SumRow.version.add(1))
    return transaction.update(SumRow, dimension.upper(), _sum_key(day, key), actions)


def _additions(more: Sums) -> list[Action]:
    return [getattr(SumRow, name).add(value) for name, value in more.items()]


def _event(day: str, row: EventRow) -> Event:
    source, _, kind = row.sk.rpartition("#")
    return Event(day, kind, source, tuple(Share(*share) for share in row.shares))  # type: ignore[arg-type]


def _day_key(day: str) -> str:
    return f"DAY#{day}"


def _event_key(event: Event) -> str:
    return f"{event.source}#{event.kind}"


def _sum_key(day: str, key: str) -> str:
    return f"{day}#{key}"
