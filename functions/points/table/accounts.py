"""Accounts and the entries of their ledgers."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, cast

from functions.points.rules.ledger import Account, Cause, Entry, Kind, Ledger, Reminder, Source
from functions.points.table.rows import SHARDS, AccountRow, EntryRow, KeyRow, PointsRow, agent_key, shard
from kit import clock, transaction
from kit.documents import read, read_text
from kit.errors import Conflict, Stale
from kit.transaction import Part


class AlreadyBooked(Conflict):
    """The ledger has this line already."""

    title = "已入账，不能重复"


def account(agent_id: str) -> Account:
    """An agent's account as stored; an empty one when nothing was ever booked."""
    row = AccountRow.find(agent_key(agent_id), "SUMMARY", consistent=True)
    return _account(row) if row else Account(agent_id)


def account_with_entries(agent_id: str, limit: int) -> tuple[Account, list[Entry], str | None]:
    """The account, its newest entries and the position after them, in one read."""
    within = PointsRow.sk.between("ENTRY#", "SUMMARY")
    items = list(PointsRow.query(agent_key(agent_id), within, scan_index_forward=False, limit=limit + 1))
    booked = [row for row in items if isinstance(row, EntryRow)]
    summary = next((_account(row) for row in items if isinstance(row, AccountRow)), Account(agent_id))
    more = summary.entries > len(booked)
    return summary, [_entry(row) for row in booked], booked[-1].sk if more and booked else None


def entries(
    agent_id: str, kind: Kind | None, after: str | None, limit: int
) -> tuple[list[Entry], str | None]:
    """A page of the ledger, newest first, and the position after it."""
    of_kind = EntryRow.kind == kind if kind else None
    start = {"pk": {"S": agent_key(agent_id)}, "sk": {"S": after}} if after else None
    found = EntryRow.query(
        agent_key(agent_id),
        EntryRow.sk.startswith("ENTRY#"),
        filter_condition=of_kind,
        scan_index_forward=False,
        limit=limit,
        last_evaluated_key=start,
    )
    page = [_entry(row) for row in found]
    last = found.last_evaluated_key
    return page, last["sk"]["S"] if last else None


def entries_since(agent_id: str, kind: Kind, instant: str) -> list[Entry]:
    """Entries of one kind whose cause is not older than an instant."""
    found = EntryRow.query(
        agent_key(agent_id),
        EntryRow.sk.between(f"ENTRY#{instant}", "ENTRY#~"),
        filter_condition=EntryRow.kind == kind,
    )
    return [_entry(row) for row in found]


def entries_between(agent_id: str, since: str, until: str) -> list[Entry]:
    """Entries whose cause lies between two instants, the second excluded."""
    found = EntryRow.query(agent_key(agent_id), EntryRow.sk.between(f"ENTRY#{since}", f"ENTRY#{until}"))
    return [_entry(row) for row in found]


def whole_ledger(agent_id: str) -> tuple[Account, int, list[Entry]]:
    """The account, its stored `available` and every entry, for checking."""
    row = AccountRow.find(agent_key(agent_id), "SUMMARY", consistent=True)
    booked = EntryRow.query(agent_key(agent_id), EntryRow.sk.startswith("ENTRY#"), consistent_read=True)
    held = _account(row) if row else Account(agent_id)
    return held, int(row.available) if row else 0, [_entry(entry) for entry in booked]


def expired_of(agent_id: str, day: str) -> int:
    """How many points of an expiry date were booked as expired."""
    return sum(-entry.allocation.get(day, 0) for entry in entries_since(agent_id, "expired", ""))


def save_parts(before: Account, ledger: Ledger, now: datetime) -> list[Part]:
    """Store an account and what was booked on it. Raises Stale when somebody else booked meanwhile."""
    return [
        account_part(before, ledger.account),
        *(_entry_part(ledger.account.agent_id, entry, now) for entry in ledger.entries),
    ]


def account_part(before: Account, after: Account) -> Part:
    """Store an account. Raises Stale when it is no longer the one that was read."""
    row = AccountRow(
        agent_key(after.agent_id),
        "SUMMARY",
        available=after.available,
        pending=after.pending,
        debt=after.debt,
        buckets=dict(after.buckets),
        totals=dict(after.totals),
        entries=after.entries,
        version=before.version + 1,
        next_expiry=after.next_expiry,
        due_shard=shard(after.agent_id) if after.buckets else None,
        reminder=asdict(after.reminder) if after.reminder else None,
    )
    unchanged = AccountRow.version == before.version if before.version else AccountRow.pk.does_not_exist()
    return transaction.put(row, unchanged, Stale)


def due(first: str, last: str) -> Iterator[str]:
    """Agents whose next points expire on a day from `first` to `last`."""
    for part in SHARDS:
        for row in KeyRow.due.query(part, KeyRow.next_expiry.between(first, last)):
            yield row.pk.removeprefix("AGENT#")


def booked_on(day: str) -> Iterator[Entry]:
    """Everything that was booked on a business day."""
    for row in EntryRow.by_list.query(f"BOOKED#{day[:7]}", EntryRow.list_sort.startswith(f"{day}#")):
        assert isinstance(row, EntryRow)
        yield _entry(row)


def first_booked(month: str) -> str | None:
    """The first day of a month on which anything was booked."""
    found = EntryRow.by_list.query(f"BOOKED#{month}", limit=1)
    return next((row.list_sort.partition("#")[0] for row in found if row.list_sort), None)


def reminder_from(image: Mapping[str, Any] | None) -> Reminder | None:
    """An account's reminder out of a stream record."""
    text = image.get("reminder") if image else None
    return read_text(Reminder, text) if text else None


def _account(row: AccountRow) -> Account:
    return Account(
        agent_id=row.pk.removeprefix("AGENT#"),
        buckets=row.buckets,
        pending=int(row.pending),
        debt=int(row.debt),
        totals=row.totals,
        entries=int(row.entries),
        version=int(row.version),
        reminder=read(Reminder, row.reminder) if row.reminder else None,
    )


def _entry(row: EntryRow) -> Entry:
    _, at, key = row.sk.split("#", 2)
    return Entry(
        cause=Cause(
            key=key,
            at=clock.from_text(at),
            source=cast(Source, row.source),
            source_id=row.source_id,
            note=row.note or "",
            rule=row.rule,
            rule_version=int(row.rule_version) if row.rule_version is not None else None,
        ),
        kind=cast(Kind, row.kind),
        points=int(row.points),
        allocation=row.allocation,
        pending=int(row.pending or 0),
        debt=int(row.debt or 0),
        balance_after=int(row.balance_after),
        available_after=int(row.available_after),
        sequence=int(row.sequence),
    )


def _entry_part(agent_id: str, entry: Entry, now: datetime) -> Part:
    cause, booked_on = entry.cause, clock.business_day(now).isoformat()
    row = EntryRow(
        agent_key(agent_id),
        f"ENTRY#{clock.to_text(cause.at)}#{cause.key}",
        kind=entry.kind,
        points=entry.points,
        allocation=dict(entry.allocation),
        pending=entry.pending or None,
        debt=entry.debt or None,
        balance_after=entry.balance_after,
        available_after=entry.available_after,
        sequence=entry.sequence,
        source=cause.source,
        source_id=cause.source_id,
        note=cause.note or None,
        rule=cause.rule,
        rule_version=cause.rule_version,
        list_key=f"BOOKED#{booked_on[:7]}",
        list_sort=f"{booked_on}#{agent_id}#{entry.sequence}",
    )
    return transaction.create(row, AlreadyBooked)
