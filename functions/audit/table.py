"""Audit table. Entries are only ever added; those of a day go together, when the day is over its time.

pk DAY#<day>      sk <8 digits>   an entry, numbered without gaps, with the fingerprint of the one before it
pk DAYS           sk <day>        how far the chain of a day has come
pk ENTRY#<id>     sk ENTRY        that an entry was written, and where
Indexes: by_user (operations of a member of staff by time), by_object (what happened to one thing by time),
by_operation (an operation and the changes it led to).
"""

import os
from collections.abc import Iterable, Iterator
from typing import Any

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from functions.audit.rules import Entry, Head, Link
from kit import pages, rows, transaction
from kit.errors import Stale
from kit.pages import PageQuery
from kit.transaction import Part

_DAYS = "DAYS"


class Row(rows.Row):
    """Base of the rows of this table."""

    class Meta:
        table_name = os.environ["AUDIT_TABLE"]


class _ByUser(GlobalSecondaryIndex["EntryRow"]):
    class Meta:
        index_name = "by_user"
        projection = AllProjection()

    user_id = UnicodeAttribute(hash_key=True)
    at = UnicodeAttribute(range_key=True)


class _ByObject(GlobalSecondaryIndex["EntryRow"]):
    class Meta:
        index_name = "by_object"
        projection = AllProjection()

    object_id = UnicodeAttribute(hash_key=True)
    at = UnicodeAttribute(range_key=True)


class _ByOperation(GlobalSecondaryIndex["EntryRow"]):
    class Meta:
        index_name = "by_operation"
        projection = AllProjection()

    operation_id = UnicodeAttribute(hash_key=True)
    at = UnicodeAttribute(range_key=True)


class EntryRow(Row):
    """An entry at its place in the chain."""

    entry_id = UnicodeAttribute()
    kind = UnicodeAttribute()
    at = UnicodeAttribute()
    user_id = UnicodeAttribute(null=True)
    object_id = UnicodeAttribute(null=True)
    operation_id = UnicodeAttribute(null=True)
    content = UnicodeAttribute()
    previous = UnicodeAttribute(null=True)
    hash = UnicodeAttribute()
    by_user = _ByUser()
    by_object = _ByObject()
    by_operation = _ByOperation()


class HeadRow(Row):
    """How far the chain of a day has come; a closed one never grows again."""

    pk = UnicodeAttribute(hash_key=True, default=_DAYS)
    sequence = NumberAttribute()
    hash = UnicodeAttribute()
    closed = BooleanAttribute(default=False)
    removed = BooleanAttribute(default=False)


class WrittenRow(Row):
    """Where an entry stands."""

    sk = UnicodeAttribute(range_key=True, default="ENTRY")
    day = UnicodeAttribute()
    sequence = NumberAttribute()


# Reads


def written(entry_ids: Iterable[str]) -> set[str]:
    """Those of the entries that are in the log."""
    keys = [(_written_pk(entry_id), "ENTRY") for entry_id in dict.fromkeys(entry_ids)]
    found = WrittenRow.batch_get(keys, consistent_read=True) if keys else []
    return {row.pk.partition("#")[2] for row in found}


def head(day: str | None = None, before: str | None = None) -> Head | None:
    """The head of a day, of the last day before another, or of the newest day."""
    condition = HeadRow.sk == day if day else (HeadRow.sk < before if before else None)
    found = HeadRow.query(_DAYS, condition, scan_index_forward=False, limit=1, consistent_read=True)
    row = next(iter(found), None)
    return Head(row.sk, int(row.sequence), row.hash, bool(row.removed)) if row else None


def links(day: str) -> Iterator[Link]:
    """The chain of a day from its beginning."""
    return (_link(row) for row in EntryRow.query(_day_pk(day), consistent_read=True))


def of_day(day: str, kind: str | None, query: PageQuery) -> tuple[list[Link], str | None]:
    """Entries of a day, newest first; and the next cursor."""
    scope = f"operations/{day}/{kind}"
    found = EntryRow.query(
        _day_pk(day),
        filter_condition=EntryRow.kind == kind if kind else None,
        scan_index_forward=False,
        limit=query.limit,
        last_evaluated_key=pages.read(query.cursor, scope),
    )
    return [_link(row) for row in found], pages.sign(found.last_evaluated_key, scope)


def of_user(user_id: str, first: str, last: str, query: PageQuery) -> tuple[list[Link], str | None]:
    """What a member of staff did between two instants, newest first; and the next cursor."""
    return _indexed(EntryRow.by_user, user_id, first, last, query)


def of_object(object_id: str, first: str, last: str, query: PageQuery) -> tuple[list[Link], str | None]:
    """What happened to a thing between two instants, newest first; and the next cursor."""
    return _indexed(EntryRow.by_object, object_id, first, last, query)


def of_operation(operation_id: str) -> list[Link]:
    """An operation and the changes it led to."""
    return [_link(row) for row in EntryRow.by_operation.query(operation_id)]


def _indexed(index: Any, key: str, first: str, last: str, query: PageQuery) -> tuple[list[Link], str | None]:
    scope = f"operations/{index.Meta.index_name}/{key}/{first}/{last}"
    found = index.query(
        key,
        EntryRow.at.between(first, last),
        scan_index_forward=False,
        limit=query.limit,
        last_evaluated_key=pages.read(query.cursor, scope),
    )
    return [_link(row) for row in found], pages.sign(found.last_evaluated_key, scope)


def remove_entries(day: str, most: int) -> int:
    """Remove so many entries of a day, whose head stays and says so; returns how many there were."""
    rows = list(EntryRow.query(_day_pk(day), limit=most, consistent_read=True))
    if rows:
        HeadRow(_DAYS, day).update([HeadRow.removed.set(True)])
    with EntryRow.batch_write() as batch, WrittenRow.batch_write() as written_batch:
        for row in rows:
            batch.delete(row)
            written_batch.delete(WrittenRow(_written_pk(row.entry_id), "ENTRY"))
    return len(rows)


# Parts of transactions


def link_parts(link: Link) -> list[Part]:
    """Write an entry at its place, once; Stale when it or its place is taken."""
    entry = link.entry
    row = EntryRow(
        _day_pk(link.day),
        f"{link.sequence:08d}",
        entry_id=entry.entry_id,
        kind=entry.kind,
        at=entry.at,
        # Changes are found through their operation; the index of people lists what they did.
        user_id=entry.user_id or None,
        object_id=entry.object_id or None,
        operation_id=entry.operation_id or None,
        content=entry.content,
        previous=link.previous or None,
        hash=link.hash,
    )
    mark = WrittenRow(_written_pk(entry.entry_id), day=link.day, sequence=link.sequence)
    return [transaction.create(row, Stale), transaction.create(mark, Stale)]


def open_part(last: Link) -> Part:
    """Begin the chain of a day with its first entries."""
    return transaction.create(HeadRow(sk=last.day, sequence=last.sequence, hash=last.hash), Stale)


def close_part(known: Head) -> Part:
    """End the chain of a day, as long as it stands where it is known to."""
    return transaction.update(
        HeadRow, _DAYS, known.day, [HeadRow.closed.set(True)], HeadRow.hash == known.hash, Stale
    )


def advance_part(known: Head, last: Link) -> Part:
    """Move the head of an open day on."""
    return transaction.update(
        HeadRow,
        _DAYS,
        known.day,
        [HeadRow.sequence.set(last.sequence), HeadRow.hash.set(last.hash)],
        (HeadRow.hash == known.hash) & (HeadRow.closed == False),  # noqa: E712 - builds a condition
        Stale,
    )


def _link(row: EntryRow) -> Link:
    entry = Entry(
        entry_id=row.entry_id,
        kind=row.kind,  # type: ignore[arg-type]
        at=row.at,
        user_id=row.user_id or "",
        object_id=row.object_id or "",
        operation_id=row.operation_id or "",
        content=row.content,
    )
    return Link(row.pk.partition("#")[2], int(row.sk), row.previous or "", row.hash, entry)


def _day_pk(day: str) -> str:
    return f"DAY#{day}"


def _written_pk(entry_id: str) -> str:
    return f"ENTRY#{entry_id}"
