"""Files of orders on their way: STAFF#<user_id> / EXPORT#<export_id>."""

from datetime import datetime
from typing import Any

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from functions.orders.table.rows import Row
from functions.orders.table.timeline import Position
from kit import clock, transaction
from kit.errors import Stale


class ExportRow(Row):
    """One file: what is wanted, and how far it has come; `number` steps are done.

    `rest` is the object that keeps what is not yet enough for a part of the upload.
    """

    wanted = JSONAttribute()
    regions = JSONAttribute()
    fingerprint = UnicodeAttribute()
    upload_id = UnicodeAttribute()
    started_at = UnicodeAttribute()
    number = NumberAttribute(default=0)
    parts = NumberAttribute(default=0)
    orders = NumberAttribute(default=0)
    rows = NumberAttribute(default=0)
    position = JSONAttribute(null=True)
    rest = UnicodeAttribute(null=True)
    finished_at = UnicodeAttribute(null=True)

    @property
    def export_id(self) -> str:
        return str(self.sk.removeprefix("EXPORT#"))


def export_row(user_id: str, export_id: str, **values: Any) -> ExportRow:
    """A new export, not yet stored."""
    return ExportRow(f"STAFF#{user_id}", f"EXPORT#{export_id}", **values)


def find_export(user_id: str, export_id: str) -> ExportRow | None:
    """An export of a member of staff."""
    return ExportRow.find(f"STAFF#{user_id}", f"EXPORT#{export_id}", consistent=True)


def create_export(row: ExportRow) -> bool:
    """Store an export; false when there is one with its id."""
    try:
        transaction.commit([transaction.create(row, Stale)])
    except Stale:
        return False
    return True


def note_step(row: ExportRow, position: Position, parts: int, rest: str, orders: int, rows: int) -> bool:
    """Note how far a step has come; false when that was noted before."""
    further = [
        ExportRow.parts.set(parts),
        ExportRow.position.set(list(position)),
        ExportRow.rest.set(rest),
    ]
    return _count(row, orders, rows, further)


def finish(row: ExportRow, orders: int, rows: int, now: datetime) -> bool:
    """Note that a file is complete; false when that was noted before."""
    return _count(row, orders, rows, [ExportRow.finished_at.set(clock.to_text(now))])


def _count(row: ExportRow, orders: int, rows: int, further: list[Any]) -> bool:
    counted = [
        ExportRow.number.set(int(row.number) + 1),
        ExportRow.orders.set(int(row.orders) + orders),
        ExportRow.rows.set(int(row.rows) + rows),
    ]
    return row.change_if(ExportRow.number == int(row.number), [*counted, *further])
