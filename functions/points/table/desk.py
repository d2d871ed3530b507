"""What staff keep: corrections by hand and the closed books."""

from collections.abc import Callable
from typing import Any

from functions.points.rules.adjustments import Adjustment, AlreadyDecided
from functions.points.rules.books import Day
from functions.points.table.rows import AdjustmentRow, DayRow, PointsRow
from kit import pages, transaction
from kit.documents import read, write
from kit.errors import Stale
from kit.transaction import Part


def adjustment(adjustment_id: str) -> Adjustment | None:
    """A correction by hand."""
    row = AdjustmentRow.find(f"ADJUSTMENT#{adjustment_id}", "ADJUSTMENT", consistent=True)
    return read(Adjustment, row.document) if row else None


def create_adjustment_part(new: Adjustment) -> Part:
    """Store a new correction. Raises Stale when its key was used meanwhile."""
    return transaction.create(_adjustment_row(new), Stale)


def decide_adjustment_part(decided: Adjustment) -> Part:
    """Store the verdict on a pending correction. Raises AlreadyDecided."""
    return transaction.put(_adjustment_row(decided), AdjustmentRow.state == "pending", AlreadyDecided)


def adjustments_page(
    state: str, after: dict[str, Any] | None, limit: int, wanted: Callable[[Adjustment], bool]
) -> tuple[list[Adjustment], dict[str, Any] | None]:
    """The corrections in one state that are wanted, newest first."""

    def picked(row: PointsRow) -> Adjustment | None:
        held = read(Adjustment, row.document) if isinstance(row, AdjustmentRow) else None
        return held if held and wanted(held) else None

    found = AdjustmentRow.by_list.query(
        f"ADJUSTMENTS#{state}", scan_index_forward=False, page_size=limit, last_evaluated_key=after
    )
    return pages.pick(found, picked, limit)


def days(first: str, last: str) -> list[Day]:
    """Closed days within a range, in order."""
    found = DayRow.query("BOOKS", DayRow.sk.between(f"DAY#{first}", f"DAY#{last}"))
    return [read(Day, row.document) for row in found]


def last_day_before(day: str) -> Day | None:
    """The last closed day before a day."""
    found = DayRow.query("BOOKS", DayRow.sk < f"DAY#{day}", scan_index_forward=False, limit=1)
    return next((read(Day, row.document) for row in found), None)


def close_day_part(day: Day) -> Part:
    """Store a closed day; it never changes again."""
    return transaction.create(DayRow("BOOKS", f"DAY#{day.day}", document=write(day)), Stale)


def _adjustment_row(of: Adjustment) -> AdjustmentRow:
    return AdjustmentRow(
        f"ADJUSTMENT#{of.adjustment_id}",
        "ADJUSTMENT",
        document=write(of),
        state=of.state,
        list_key=f"ADJUSTMENTS#{of.state}",
        list_sort=of.created_at,
    )
