"""Restore drills: which backup, into which tables, and what came out."""

from collections.abc import Sequence
from typing import Any, cast

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from functions.settings.rules import Result
from functions.settings.table.backups import AlreadyDone
from functions.settings.table.rows import Row
from kit import transaction
from kit.log import logger

_DRILLS = "DRILLS"


class ResultAttribute(UnicodeAttribute):
    """How a drill came out."""

    def deserialize(self, value: str) -> Result:
        return cast(Result, value)


class DrillRow(Row):
    """One restore drill."""

    pk = UnicodeAttribute(hash_key=True, default=_DRILLS)
    backup_id = UnicodeAttribute()
    result = ResultAttribute(default="running")
    keeps_tables = BooleanAttribute()
    asked = UnicodeAttribute()
    started_at = UnicodeAttribute()
    started_by = UnicodeAttribute()
    finished_at = UnicodeAttribute(null=True)
    expires_at_epoch = NumberAttribute()

    @property
    def drill_id(self) -> str:
        return self.sk


class DrillTableRow(Row):
    """One table of a drill; `examples` are the first of its differences."""

    name = UnicodeAttribute()
    target = UnicodeAttribute()
    result = ResultAttribute(default="running")
    next_file = NumberAttribute(default=0)
    items = NumberAttribute(default=0)
    differences = NumberAttribute(default=0)
    examples = JSONAttribute(default=list)
    expires_at_epoch = NumberAttribute()


def drill(drill_id: str) -> DrillRow | None:
    return DrillRow.find(_DRILLS, drill_id, consistent=True)


def drills() -> list[DrillRow]:
    """Every drill that has not lapsed."""
    return list(DrillRow.query(_DRILLS))


def start_drill(row: DrillRow, targets: dict[str, str]) -> None:
    """A new drill of tables, each with the name of its copy; raises AlreadyDone."""
    copies = [
        DrillTableRow(
            _pk(row.drill_id),
            f"TABLE#{name}",
            name=name,
            target=target,
            expires_at_epoch=row.expires_at_epoch,
        )
        for name, target in targets.items()
    ]
    created = [transaction.create(copy) for copy in copies]
    transaction.commit([transaction.create(row, AlreadyDone), *created])


def drill_table(drill_id: str, name: str) -> DrillTableRow:
    return DrillTableRow.get(_pk(drill_id), f"TABLE#{name}", consistent_read=True)


def drill_tables(drill_id: str) -> list[DrillTableRow]:
    """The tables of a drill by name."""
    return list(DrillTableRow.query(_pk(drill_id), consistent_read=True))


def note_restored(row: DrillTableRow, items: int, differences: int, examples: list[Any]) -> None:
    """One more file was restored and compared; noting it twice changes nothing."""
    actions = [
        DrillTableRow.next_file.add(1),
        DrillTableRow.items.add(items),
        DrillTableRow.differences.add(differences),
        DrillTableRow.examples.set(examples),
    ]
    _once(row, actions, (DrillTableRow.next_file == row.next_file) & (DrillTableRow.result == "running"))


def end_table(row: DrillTableRow, result: Result, differences: int, examples: list[Any]) -> None:
    """Say how a table came out; the first word counts."""
    actions = [
        DrillTableRow.result.set(result),
        DrillTableRow.differences.set(differences),
        DrillTableRow.examples.set(examples),
    ]
    _once(row, actions, DrillTableRow.result == "running")


def end_drill(row: DrillRow, result: Result, at: str) -> None:
    """Say how a drill came out; the first word counts."""
    _once(row, [DrillRow.result.set(result), DrillRow.finished_at.set(at)], DrillRow.result == "running")


def _once(row: DrillRow | DrillTableRow, actions: Sequence[Action], condition: Condition) -> None:
    part = transaction.update(type(row), row.pk, row.sk, actions, condition, AlreadyDone)
    try:
        transaction.commit([part])
    except AlreadyDone:
        logger.info("drill_step_already_done", extra={"row": f"{row.pk} {row.sk}"})


def _pk(drill_id: str) -> str:
    return f"DRILL#{drill_id}"
