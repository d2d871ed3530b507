"""The daily comparison of our books with a provider's, both ways; what differs waits for finance."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from functions.payments import rules, table
from functions.payments.operations.bills import billed_entries, entries_there
from functions.payments.rules import comparing
from functions.payments.rules.comparing import Difference, Entries, Entry, Provider, Subject
from functions.payments.schemas import DifferenceRecord, ReconciliationRecord, Resolution
from functions.payments.table import PaymentRow, RefundRow, days
from functions.payments.table.days import ComparisonRow, DifferenceRow
from kit import clock, ids, log, transaction
from kit.errors import DomainError
from kit.pages import Page, PageQuery
from kit.transaction import Part

Sums = dict[str, tuple[int, int]]


def reconcile_yesterday(now: datetime) -> None:
    """Compare the day before with every provider's books; one that fails does not stop the others.

    Raises what the last failure was.
    """
    failed: DomainError | None = None
    for method in comparing.PROVIDERS:
        try:
            reconcile(method, clock.business_day(now) - timedelta(days=1), None, now)
        except DomainError as failure:
            log.logger.warning("not_reconciled", extra={"method": method, "code": failure.code})
            failed = failure
    if failed:
        raise failed


def reconcile(method: Provider, day: date, actor: str | None, now: datetime) -> ReconciliationRecord:
    """Compare a day's books with a provider's; doing it again changes nothing but what changed meanwhile.

    `actor` is None for the schedule. Raises BillNotReady, BillTooOld, BillDamaged, ProviderUnsure,
    ProviderRefused.
    """
    comparing.check_bill(day, now)
    there = entries_there(method, day)
    settled = _settled_on(method, day)
    known = settled | _known(method, (key for key in there if key not in settled))
    here = _without_billed_earlier(known, there, day) if method == "wechat" else known
    found = {_difference_id(one): one for one in comparing.differences(here, there)}
    sums = _sums(here, there)
    row = transaction.retry_stale(lambda: _save(method, day, found, sums, actor, now))
    if row.open:
        log.count("ReconciliationDiffers")
    return record_of_day(row)


def _settled_on(method: Provider, day: date) -> dict[tuple[Subject, str], Entry]:
    entries = [
        *(_payment_entry(row) for row in days.paid_on(method, day)),
        *(_refund_entry(row) for row in days.refunded_on(method, day)),
    ]
    return {entry.key: entry for entry in entries}


def _known(method: Provider, keys: Iterable[tuple[Subject, str]]) -> dict[tuple[Subject, str], Entry]:
    """What we know of entries that the provider has and our books of the day do not."""
    known: dict[tuple[Subject, str], Entry] = {}
    for subject, number in keys:
        entry = (_payment if subject == "payment" else _refund)(method, number)
        if entry:
            known[entry.key] = entry
    return known


def _payment(method: Provider, number: str) -> Entry | None:
    try:
        row = table.find_payment(number)
    except rules.PaymentNotFound:
        return None
    return _payment_entry(row) if row and row.method == method else None


def _refund(method: Provider, number: str) -> Entry | None:
    try:
        row = table.find_refund(number)
    except rules.RefundNotFound:
        return None
    return _refund_entry(row) if row and row.method == method else None


def _without_billed_earlier(here: Entries, there: Entries, day: date) -> Entries:
    """Leave out refunds that WeChat Pay billed on the day they were asked for, not when they arrived."""
    if all(key in there for key in here if key[0] == "refund"):
        return here
    asked_on = {
        entry.key: clock.business_day(clock.from_text(row.created_at))
        for row in days.refunded_on("wechat", day)
        if (entry := _refund_entry(row)).key not in there
    }
    earlier: dict[tuple[Subject, str], Entry] = {}
    for asked in sorted({asked for asked in asked_on.values() if asked != day}):
        earlier |= billed_entries(asked)
    return {key: entry for key, entry in here.items() if key not in asked_on or key not in earlier}


def _payment_entry(row: PaymentRow) -> Entry:
    return Entry("payment", row.payment_id, int(row.amount_fen), row.stage)


def _refund_entry(row: RefundRow) -> Entry:
    return Entry("refund", row.refund_id, int(row.amount_fen), row.stage)


def _sums(here: Entries, there: Entries) -> Sums:
    settled = [entry for entry in here.values() if entry.settled]
    return {
        f"{subject}s_{side}": _sum(entry for entry in entries if entry.subject == subject)
        for side, entries in (("here", settled), ("there", list(there.values())))
        for subject in ("payment", "refund")
    }


def _sum(entries: Iterable[Entry]) -> tuple[int, int]:
    amounts = [entry.amount_fen for entry in entries]
    return len(amounts), sum(amounts)


def _difference_id(difference: Difference) -> str:
    return ids.derived_id(difference.entry.subject, difference.entry.number, difference.kind)


def _save(
    method: Provider,
    day: date,
    found: dict[str, Difference],
    sums: Sums,
    actor: str | None,
    now: datetime,
) -> ComparisonRow:
    # The day is read first: whoever resolves a difference meanwhile changes its version.
    pk = days.day_pk(method, day)
    before = days.comparison(method, day)
    known = {row.difference_id: row for row in days.all_differences(method, day)}
    parts = [
        *(part for name, one in found.items() for part in _note(pk, name, one, known.get(name), now)),
        *(_forget(row) for name, row in known.items() if name not in found and row.state == "open"),
    ]
    for start in range(0, len(parts), transaction.MOST_ACTIONS):
        transaction.commit(parts[start : start + transaction.MOST_ACTIONS])
    resolved = sum(1 for name in found if name in known and known[name].state == "resolved")
    row = ComparisonRow(
        pk,
        state_since=day.isoformat(),
        sums=sums,
        differences=len(found),
        open=len(found) - resolved,
        version=int(before.version) + 1 if before else 1,
        compared_at=clock.to_text(now),
        compared_by=actor,
    )
    transaction.commit([days.compare_part(row)])
    return row


def _note(
    pk: str, difference_id: str, found: Difference, known: DifferenceRow | None, now: datetime
) -> list[Part]:
    """Write a difference down unless it is, or somebody resolved it."""
    here, there, entry = found.here, found.there, found.entry
    row = DifferenceRow(
        pk,
        days.difference_sk(difference_id),
        subject=entry.subject,
        number=entry.number,
        kind=found.kind,
        state="open",
        here_fen=here and here.amount_fen,
        here_state=here and here.state,
        there_fen=there and there.amount_fen,
        there_state=there and there.state,
        found_at=known.found_at if known else clock.to_text(now),
    )
    if known is None:
        return [days.note_part(row, None)]
    same = known.stage == "open" and known.figures == row.figures
    return [] if same or known.stage == "resolved" else [days.note_part(row, known.stage)]


def _forget(row: DifferenceRow) -> Part:
    row.state = "gone"
    return days.note_part(row, "open")


def reconciliations(query: PageQuery) -> Page[ReconciliationRecord]:
    """The days that were compared, with either provider, newest first."""
    rows, cursor = days.comparisons(query)
    return Page(items=[record_of_day(row) for row in rows], next_cursor=cursor)


def reconciliation(method: Provider, day: date) -> ReconciliationRecord:
    """How one day compares. Raises ReconciliationNotFound."""
    row = days.comparison(method, day)
    if row is None:
        raise comparing.ReconciliationNotFound()
    return record_of_day(row)


def differences(method: Provider, day: date, query: PageQuery) -> Page[DifferenceRecord]:
    """A day's differences, also those that are resolved or gone. Raises ReconciliationNotFound."""
    reconciliation(method, day)
    rows, cursor = days.differences(method, day, query)
    return Page(items=[record_of_difference(row) for row in rows], next_cursor=cursor)


def resolve_difference(
    method: Provider, day: date, difference_id: str, resolution: Resolution, actor: str, now: datetime
) -> DifferenceRecord:
    """Finance found out what is behind a difference; once, the same words again change nothing.

    Raises DifferenceNotFound, DifferenceSettled.
    """
    row = days.difference(method, day, difference_id)
    if row is None:
        raise comparing.DifferenceNotFound()
    if row.state == "resolved" and (row.resolved_by, row.note) == (actor, resolution.note):
        return record_of_difference(row)
    at = clock.to_text(now)
    transaction.commit(days.resolve_parts(row, resolution.note, actor, at, comparing.DifferenceSettled))
    return record_of_difference(days.difference(method, day, difference_id) or row)


def record_of_day(row: ComparisonRow) -> ReconciliationRecord:
    """A day's comparison as finance sees it."""
    sums: dict[str, Any] = {side: {"count": count, "fen": fen} for side, (count, fen) in row.sums.items()}
    return ReconciliationRecord(
        day=row.day,
        method=row.provider,
        differences=int(row.differences),
        open=int(row.open),
        compared_at=row.compared_at,
        compared_by=row.compared_by,
        **sums,
    )


def record_of_difference(row: DifferenceRow) -> DifferenceRecord:
    """A difference as finance sees it."""
    return DifferenceRecord(
        difference_id=row.difference_id,
        subject=row.about,
        number=row.number,
        kind=row.what,
        state=row.stage,
        here_fen=row.here_fen,
        here_state=row.here_state,
        there_fen=row.there_fen,
        there_state=row.there_state,
        found_at=row.found_at,
        note=row.note,
        resolved_by=row.resolved_by,
        resolved_at=row.resolved_at,
    )
