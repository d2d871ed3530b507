"""The daily comparisons with a provider's bill, in the payments table.

pk DAY#<method>#<day>  sk COMPARISON         how the day's books compare; in by_state as `comparison.<method>`
                       sk DIFFERENCE#<id>    what they do not agree on
"""

from datetime import date
from typing import Any, cast

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from functions.payments import table
from functions.payments.rules import Method
from functions.payments.rules.comparing import DifferenceKind, DifferenceState, Subject
from kit import pages, transaction
from kit.errors import Stale
from kit.pages import PageQuery
from kit.rows import Row
from kit.transaction import Part, PartError

_COMPARISON, _DIFFERENCE = "COMPARISON", "DIFFERENCE#"


class ComparisonRow(Row):
    """How one day's books compare. `sums`: [number, fen] by side; `open`: differences nobody resolved."""

    class Meta(table.Place):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default=_COMPARISON)
    by_state = table.ByState()
    state = UnicodeAttribute()
    state_since = UnicodeAttribute()
    sums = JSONAttribute()
    differences = NumberAttribute()
    open = NumberAttribute()
    version = NumberAttribute()
    compared_at = UnicodeAttribute()
    compared_by = UnicodeAttribute(null=True)

    @property
    def day(self) -> str:
        return str(self.state_since)


class DifferenceRow(Row):
    """One payment or refund on which the books do not agree. Amounts in fen."""

    class Meta(table.Place):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    subject = UnicodeAttribute()
    number = UnicodeAttribute()
    kind = UnicodeAttribute()
    state = UnicodeAttribute()
    here_fen = NumberAttribute(null=True)
    here_state = UnicodeAttribute(null=True)
    there_fen = NumberAttribute(null=True)
    there_state = UnicodeAttribute(null=True)
    found_at = UnicodeAttribute()
    note = UnicodeAttribute(null=True)
    resolved_by = UnicodeAttribute(null=True)
    resolved_at = UnicodeAttribute(null=True)

    @property
    def difference_id(self) -> str:
        return str(self.sk.removeprefix(_DIFFERENCE))

    @property
    def about(self) -> Subject:
        return cast(Subject, self.subject)

    @property
    def what(self) -> DifferenceKind:
        return cast(DifferenceKind, self.kind)

    @property
    def stage(self) -> DifferenceState:
        return cast(DifferenceState, self.state)

    @property
    def figures(self) -> tuple[Any, ...]:
        """What both sides say."""
        return self.here_fen, self.here_state, self.there_fen, self.there_state


def day_pk(method: Method, day: date) -> str:
    return f"DAY#{method}#{day}"


def difference_sk(difference_id: str) -> str:
    return f"{_DIFFERENCE}{difference_id}"


def comparison(method: Method, day: date) -> ComparisonRow | None:
    """How a day compares, or None when that was never looked at."""
    return ComparisonRow.find(day_pk(method, day), _COMPARISON, consistent=True)


def comparisons(method: Method, query: PageQuery) -> tuple[list[ComparisonRow], str | None]:
    """A page of the days, newest first, and the cursor of the next."""
    scope = f"payments/comparisons/{method}"
    position = pages.read(query.cursor, scope)
    found = ComparisonRow.by_state.query(
        comparisons_of(method), limit=query.limit, last_evaluated_key=position, scan_index_forward=False
    )
    return list(found), pages.sign(found.last_evaluated_key, scope)


def comparisons_of(method: Method) -> str:
    return f"comparison.{method}"


def all_differences(method: Method, day: date) -> list[DifferenceRow]:
    """Every difference of a day."""
    mine = DifferenceRow.sk.startswith(_DIFFERENCE)
    return list(DifferenceRow.query(day_pk(method, day), mine, consistent_read=True))


def differences(method: Method, day: date, query: PageQuery) -> tuple[list[DifferenceRow], str | None]:
    """A page of a day's differences, and the cursor of the next."""
    scope = f"payments/differences/{method}/{day}"
    position = pages.read(query.cursor, scope)
    found = DifferenceRow.query(
        day_pk(method, day),
        DifferenceRow.sk.startswith(_DIFFERENCE),
        limit=query.limit,
        last_evaluated_key=position,
        consistent_read=True,
    )
    return list(found), pages.sign(found.last_evaluated_key, scope)


def difference(method: Method, day: date, difference_id: str) -> DifferenceRow | None:
    """One difference, or None."""
    return DifferenceRow.find(day_pk(method, day), difference_sk(difference_id), consistent=True)


def note_part(row: DifferenceRow, was: DifferenceState | None) -> Part:
    """Write a difference; it was in this state, or was not there."""
    if was is None:
        return transaction.create(row, Stale)
    return transaction.put(row, DifferenceRow.state == was, Stale)


def compare_part(row: ComparisonRow) -> Part:
    """Write how a day compares, unless that changed since it was read."""
    if row.version == 1:
        return transaction.create(row, Stale)
    return transaction.put(row, ComparisonRow.version == row.version - 1, Stale)


def resolve_parts(row: DifferenceRow, note: str, actor: str, at: str, error: PartError) -> list[Part]:
    """Resolve an open difference and count it off its day."""
    resolved = [
        DifferenceRow.state.set("resolved"),
        DifferenceRow.note.set(note),
        DifferenceRow.resolved_by.set(actor),
        DifferenceRow.resolved_at.set(at),
    ]
    counted = [ComparisonRow.open.add(-1), ComparisonRow.version.add(1)]
    return [
        transaction.update(DifferenceRow, row.pk, row.sk, resolved, DifferenceRow.state == "open", error),
        transaction.update(ComparisonRow, row.pk, _COMPARISON, counted, ComparisonRow.pk.exists(), Stale),
    ]
