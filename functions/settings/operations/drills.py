"""Restore drills: a backup into new tables, and every item compared with what the backup says.

The same steps restore for real when the tables are kept. A message stands for one file, as in a backup.
"""

from datetime import datetime, timedelta

from functions.settings import dynamodb, rules, storage, table
from functions.settings.operations.backups import complete_backup, manifest_key, manifest_of
from functions.settings.schemas import (
    Difference,
    DrillView,
    ManifestFile,
    ManifestTable,
    RestoreFile,
    StartDrill,
    TableDrill,
)
from kit import clock, ids
from kit.errors import KeyReused

_KEPT = timedelta(days=90)
_MOST_EXAMPLES = 20
_MAKING_SECONDS = 15  # until a new table is asked for again
Next = tuple[RestoreFile, int]  # the command, and after how many seconds


def start_drill(
    backup_id: str, form: StartDrill, drill_id: str, actor: str, now: datetime
) -> tuple[DrillView, list[RestoreFile]]:
    """Begin a restore drill, once, and say what is to be done for it.

    Raises BackupNotFound, BackupIncomplete, TableUnknown or KeyReused.
    """
    there = complete_backup(backup_id)
    names = sorted(set(form.tables)) if form.tables else sorted(there)
    if unknown := [name for name in names if name not in there]:
        message = f"备份中没有数据表 {'、'.join(unknown)}"
        raise rules.TableUnknown(message, errors=[{"field": "tables", "message": message}])
    asked = ids.fingerprint({"backup_id": backup_id, **form.model_dump(mode="json")})
    row = table.DrillRow(
        sk=drill_id,
        backup_id=backup_id,
        keeps_tables=form.keep_tables,
        asked=asked,
        started_at=clock.to_text(now),
        started_by=actor,
        expires_at_epoch=int((now + _KEPT).timestamp()),
    )
    targets = {name: f"{name}-restored-{drill_id[-8:].lower()}" for name in names}
    try:
        table.start_drill(row, targets)
    except table.AlreadyDone:
        if _row_of(drill_id).asked != asked:
            raise KeyReused() from None
    return drill(drill_id), [RestoreFile(drill_id=drill_id, table=name, number=0) for name in names]


def restore_file(command: RestoreFile, bucket: str, now: datetime) -> Next | None:
    """Restore and compare the next file of a table; returns the command for the one after it."""
    drill, row = _row_of(command.drill_id), table.drill_table(command.drill_id, command.table)
    if row.result == "running":
        if row.next_file != command.number:
            return command.model_copy(update={"number": int(row.next_file)}), 0
        manifest = manifest_of(drill.backup_id, bucket)
        wanted = next((one for one in manifest.tables if one.name == row.name), None) if manifest else None
        if wanted is None:
            lost = Difference(problem="manifest_damaged", file=manifest_key(drill.backup_id))
            _end(row, [lost])
        elif not dynamodb.create(row.target, wanted.definition):
            return command, _MAKING_SECONDS
        elif row.next_file < len(wanted.files):
            _restore(row, wanted, wanted.files[int(row.next_file)], bucket)
            return command.model_copy(update={"number": int(row.next_file) + 1}), 0
        else:
            _end(row, _miscounted(row, wanted))
    _conclude(drill, row, now)
    return None


def _restore(row: table.DrillTableRow, wanted: ManifestTable, file: ManifestFile, bucket: str) -> None:
    content = storage.read(bucket, file.key)
    if content is None or rules.sha256(content) != file.sha256:
        found = [Difference(problem="file_missing" if content is None else "file_damaged", file=file.key)]
        restored = 0
    else:
        lines = rules.lines(content)
        names = [key["AttributeName"] for key in wanted.definition["KeySchema"]]
        items = [rules.item(line) for line in lines]
        dynamodb.load(row.target, items)
        keys = [{name: item[name] for name in names} for item in items]
        different = rules.compare(lines, dynamodb.stored(row.target, keys), names)
        found = [Difference(problem=problem, file=file.key, item=key) for problem, key in different]
        restored = len(items)
    table.note_restored(row, restored, len(found), _examples(row, found))


def _miscounted(row: table.DrillTableRow, wanted: ManifestTable) -> list[Difference]:
    there = dynamodb.count(row.target)
    if there == wanted.items == row.items:
        return []
    return [Difference(problem="count_different", item=f"{there} ≠ {wanted.items}")]


def _end(row: table.DrillTableRow, found: list[Difference]) -> None:
    differences = int(row.differences) + len(found)
    table.end_table(row, "failed" if differences else "passed", differences, _examples(row, found))


def _conclude(drill: table.DrillRow, row: table.DrillTableRow, now: datetime) -> None:
    """Clean up after a table, and say how the drill came out when its last table has."""
    if not drill.keeps_tables:
        dynamodb.drop(row.target)
    results = {one.result for one in table.drill_tables(drill.drill_id)}
    if "running" not in results:
        table.end_drill(drill, "failed" if "failed" in results else "passed", clock.to_text(now))


def _examples(row: table.DrillTableRow, found: list[Difference]) -> list[dict[str, str | None]]:
    """The first differences, for people."""
    return [*row.examples, *(one.model_dump() for one in found)][:_MOST_EXAMPLES]


def drill(drill_id: str) -> DrillView:
    """A restore drill, table by table. Raises DrillNotFound."""
    row = _row_of(drill_id)
    return DrillView(
        drill_id=drill_id,
        backup_id=row.backup_id,
        result=row.result,
        keep_tables=bool(row.keeps_tables),
        started_at=row.started_at,
        started_by=row.started_by,
        finished_at=row.finished_at,
        tables=[_table_view(one, bool(row.keeps_tables)) for one in table.drill_tables(drill_id)],
    )


def _table_view(row: table.DrillTableRow, is_kept: bool) -> TableDrill:
    return TableDrill(
        name=row.name,
        restored_as=row.target if is_kept or row.result == "running" else None,
        result=row.result,
        files=int(row.next_file),
        items=int(row.items),
        differences=int(row.differences),
        examples=[Difference.model_validate(one) for one in row.examples],
    )


def _row_of(drill_id: str) -> table.DrillRow:
    row = table.drill(drill_id)
    if row is None:
        raise rules.DrillNotFound()
    return row
