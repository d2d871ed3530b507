"""The chain: entries of a business day, each with the fingerprint of the one before it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from functions.audit import rules, table
from functions.audit.rules import Entry, Head
from functions.audit.schemas import CheckView
from kit import clock, transaction
from kit.log import count, logger

_MOST_AT_ONCE = 40  # two actions each, and two for the heads


def seal(entries: Sequence[Entry], now: datetime) -> None:
    """Add entries to the log, each once however often it is offered, in the given order."""
    distinct = list({entry.entry_id: entry for entry in entries}.values())
    for start in range(0, len(distinct), _MOST_AT_ONCE):
        some = distinct[start : start + _MOST_AT_ONCE]
        transaction.retry_stale(lambda some=some: _seal(some, now))  # type: ignore[misc]


def _seal(entries: Sequence[Entry], now: datetime) -> None:
    known = table.written(entry.entry_id for entry in entries)
    fresh = [entry for entry in entries if entry.entry_id not in known]
    if not fresh:
        return
    head, today = table.head(), clock.business_day(now).isoformat()
    if head and head.day >= today:  # a day that has begun is never gone back from
        links = rules.chained(head, fresh)
        heads = [table.advance_part(head, links[-1])]
    else:
        links = rules.chained(Head(today, 0, head.hash if head else ""), fresh)
        heads = [table.open_part(links[-1])] + ([table.close_part(head)] if head else [])
    transaction.commit([part for link in links for part in table.link_parts(link)] + heads)


def check(day: date | None, now: datetime) -> CheckView:
    """Walk the chain of a day; yesterday's by default."""
    wanted = (day or clock.business_day(now) - timedelta(days=1)).isoformat()
    head = table.head(wanted)
    if head is None:
        stray = next(table.links(wanted), None)
        return _checked(wanted, head, rules.Break(0, "head") if stray else None)
    if head.removed:
        raise rules.DayRemoved(hash=head.hash)
    found = rules.first_break(table.head(before=wanted), _until(head), head)
    return _checked(wanted, head, found)


def watch(now: datetime) -> CheckView:
    """Check yesterday's chain, note its fingerprint outside the table, and wake somebody if it is broken."""
    found = check(None, now)
    logger.info("audit_chain", extra=found.model_dump())
    if not found.whole:
        count("AuditChainBroken")
    return found


def remove_entries(day: str, most: int) -> int:
    """Remove at most so many entries of a day; returns how many. Fewer means that none is left."""
    return table.remove_entries(day, most)


def _until(head: Head) -> Sequence[rules.Link]:
    """What the head vouches for; entries written since the head was read come later."""
    return [link for link in table.links(head.day) if link.sequence <= head.sequence]


def _checked(day: str, head: Head | None, found: rules.Break | None) -> CheckView:
    return CheckView(
        day=day,
        entries=head.sequence if head else 0,
        whole=found is None,
        broken_at=found.sequence if found else None,
        reason=found.reason if found else None,
        hash=head.hash if head else None,
    )
