"""What moved on a day, and how that compares with a provider's books, in the payments table.

pk DAY#<method>#<day>  sk COMPARISON         how the day's books compare; in by_state as `comparison`
                       sk DIFFERENCE#<id>    what they do not agree on
"""

from datetime import date, timedelta
from typing import Any, cast

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from functions.payments import table
from functions.payments.rules import GIVEN_UP
from functions.payments.rules.comparing import DifferenceKind, DifferenceState, Provider, Subject
from functions.payments.table import PaymentRow, RefundRow, Row
from kit import clock, pages, transaction
from kit.errors import Stale
from kit.pages import PageQuery
from kit.transaction import Part, PartError

_COMPARISON, _DIFFERENCE, _COMPARISONS = "COMPARISON", "DIFFERENCE#", "comparison"


class ComparisonRow(Row):
    """How one day's books compare. `sums`: [number, fen] by side; `open`: differences nobody resolved."""

    sk = UnicodeAttribute(range_key=True, default=_COMPARISON)
    by_state = table.ByState()
    state = UnicodeAttribute(default=_COMPARISONS)
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

    @property
    def provider(self) -> Provider:
        return cast(Provider, self.pk.split("#")[1])


class DifferenceRow(Row):
    """One payment or refund on which the books do not agree. Amounts in fen."""

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


def paid_on(method: Provider, day: date) -> list[PaymentRow]:
    """Payments that arrived on a business day."""
    payments = PaymentRow.by_day.query(day.isoformat(), PaymentRow.sk.startswith("PAYMENT#"))
    return [row for row in payments if row.method == method]


def refunded_on(method: Provider, day: date) -> list[RefundRow]:
    """Refunds that the provider sent back on a business day."""
    refunds = RefundRow.by_day.query(day.isoformat(), RefundRow.sk.startswith("REFUND#"))
    return [row for row in refunds if row.method == method]


def given_up_on(method: Provider, day: date) -> list[PaymentRow]:
    """Attempts to pay that we gave up on a business day."""
    during = PaymentRow.state_since.between(*_bounds(day))
    given_up = (row for state in GIVEN_UP for row in PaymentRow.by_state.query(state, during))
    return [row for row in given_up if row.method == method]


def stopped_on(method: Provider, day: date) -> list[RefundRow]:
    """Refunds that came to nothing, so far, on a business day."""
    during = RefundRow.state_since.between(*_bounds(day))
    states = (table.refund_state("closed"), table.refund_state("abnormal"))
    stopped = (row for state in states for row in RefundRow.by_state.query(state, during))
    return [row for row in stopped if row.method == method]


def _bounds(day: date) -> tuple[str, str]:
    last = clock.start_of_day(day + timedelta(days=1)) - timedelta(seconds=1)
    return clock.to_text(clock.start_of_day(day)), clock.to_text(last)


def day_pk(method: Provider, day: date) -> str:
    return f"DAY#{method}#{day}"


def difference_sk(difference_id: str) -> str:
    return f"{_DIFFERENCE}{difference_id}"


def comparison(method: Provider, day: date) -> ComparisonRow | None:
    """How a day compares, or None when that was never looked at."""
    return ComparisonRow.find(day_pk(method, day), _COMPARISON, consistent=True)


def comparisons(query: PageQuery) -> tuple[list[ComparisonRow], str | None]:
    """A page of the days, newest first, and the cursor of the next."""
    scope = "payments/comparisons"
    position = pages.read(query.cursor, scope)
    found = ComparisonRow.by_state.query(
        _COMPARISONS, limit=query.limit, last_evaluated_key=position, scan_index_forward=False
    )
    return list(found), pages.sign(found.last_evaluated_key, scope)


def all_differences(method: Provider, day: date) -> list[DifferenceRow]:
    """Every difference of a day."""
    mine = DifferenceRow.sk.startswith(_DIFFERENCE)
    return list(DifferenceRow.query(day_pk(method, day), mine, consistent_read=True))


def differences(method: Provider, day: date, query: PageQuery) -> tuple[list[DifferenceRow], str | None]:
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


def difference(method: Provider, day: date, difference_id: str) -> DifferenceRow | None:
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
