"""Backups: every table, item by item, into files that prove themselves by their SHA-256.

A message stands for one file; what it leads to is noted before the next message is sent. So a backup of any
size fits into Lambda's time, goes on where it stopped, and is not disturbed by repeated messages.
"""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from functions.settings import dynamodb, rules, storage, table
from functions.settings.schemas import BackupCard, BackupView, ExportFile, Manifest, TableProgress
from kit import clock, ids
from kit.log import logger

_KEPT = timedelta(days=90)  # as the bucket keeps the files


def start_backup(names: Iterable[str], backup_id: str, actor: str | None, now: datetime) -> list[ExportFile]:
    """Begin a backup, once, and say what is to be done for it."""
    divided = {name: rules.segments_for(dynamodb.item_count(name)) for name in sorted(names)}
    row = table.BackupRow(
        sk=backup_id,
        divided=divided,
        started_at=clock.to_text(now),
        started_by=actor,
        expires_at_epoch=int((now + _KEPT).timestamp()),
    )
    try:
        table.create(row)
    except table.AlreadyDone:
        logger.info("backup_already_started", extra={"backup_id": backup_id})
        divided = _row_of(backup_id).divided
    return [
        ExportFile(backup_id=backup_id, table=name, segment=segment, number=0)
        for name, segments in divided.items()
        for segment in range(segments)
    ]


def nightly_id(now: datetime) -> str:
    """The id of the backup of a night."""
    return ids.derived_id("backup", clock.business_day(now).isoformat())


def export_file(
    command: ExportFile, bucket: str, now: datetime, most_bytes: int = rules.FILE_BYTES
) -> ExportFile | None:
    """Write the next file of a segment; returns the command for the one after it."""
    backup = _row_of(command.backup_id)
    if backup.state == "complete":
        return None
    segment = table.segment(backup, command.table, command.segment)
    if not segment.done and segment.next_file == command.number:
        _write_next(backup, segment, bucket, most_bytes)
        segment = table.segment(backup, command.table, command.segment)
    if not segment.done:
        return command.model_copy(update={"number": int(segment.next_file)})
    _complete(backup, bucket, now)
    return None


def _write_next(backup: table.BackupRow, segment: table.SegmentRow, bucket: str, most_bytes: int) -> None:
    segments = backup.divided[segment.name]
    items, start = dynamodb.scan(segment.name, int(segment.number), segments, segment.start, most_bytes)
    content = rules.packed(items)
    digest = rules.sha256(content)
    # The digest in the name: two deliveries of one message write two files, and one of them is noted.
    number = f"{int(segment.number):02d}-{int(segment.next_file):06d}-{digest[:12]}"
    key = f"{backup.backup_id}/{segment.name}/{number}.jsonl.gz"
    storage.write(bucket, key, content)
    file = table.file_row(segment, key, len(items), len(content), digest)
    try:
        table.note_file(segment, file, start)
    except table.AlreadyDone:
        logger.info("file_already_exported", extra={"key": key})


def _complete(backup: table.BackupRow, bucket: str, now: datetime) -> None:
    """Write the manifest when the last segment is done."""
    done = [segment for segment in table.segments(backup.backup_id) if segment.done]
    if len(done) < sum(backup.divided.values()):
        return
    files = table.files(backup.backup_id)
    manifest = Manifest.model_validate(
        {
            "backup_id": backup.backup_id,
            "started_at": backup.started_at,
            "tables": [_table_entry(name, files) for name in backup.divided],
        }
    )
    content = manifest.model_dump_json(indent=1).encode()
    storage.write(bucket, manifest_key(backup.backup_id), content)
    items, size = sum(int(file.items) for file in files), sum(int(file.bytes) for file in files)
    try:
        table.complete(backup, items, size, rules.sha256(content), clock.to_text(now))
    except table.AlreadyDone:
        logger.info("backup_already_complete", extra={"backup_id": backup.backup_id})


def _table_entry(name: str, files: list[table.FileRow]) -> dict[str, Any]:
    own = [file for file in files if file.name == name]
    return {
        "name": name,
        "definition": dynamodb.definition(name),
        "items": sum(int(file.items) for file in own),
        "files": [
            {"key": file.key, "items": int(file.items), "bytes": int(file.bytes), "sha256": file.sha256}
            for file in own
        ],
    }


def manifest_key(backup_id: str) -> str:
    """Where a backup's manifest is."""
    return f"{backup_id}/manifest.json"


def manifest_of(backup_id: str, bucket: str) -> Manifest | None:
    """What a complete backup consists of; None when its manifest is not the one that was written."""
    content = storage.read(bucket, manifest_key(backup_id))
    if content is None or rules.sha256(content) != _row_of(backup_id).manifest_sha256:
        return None
    return Manifest.model_validate(json.loads(content))


def backups() -> list[BackupCard]:
    """Every backup that is kept, the newest first."""
    rows = sorted(table.backups(), key=lambda row: row.started_at, reverse=True)
    return [BackupCard.model_validate(_card(row)) for row in rows]


def backup(backup_id: str) -> BackupView:
    """One backup, table by table. Raises BackupNotFound."""
    row = _row_of(backup_id)
    files, done = table.files(backup_id), [one for one in table.segments(backup_id) if one.done]
    progress = [
        TableProgress(
            name=name,
            segments=segments,
            segments_done=sum(1 for one in done if one.name == name),
            files=sum(1 for file in files if file.name == name),
            items=sum(int(file.items) for file in files if file.name == name),
            bytes=sum(int(file.bytes) for file in files if file.name == name),
        )
        for name, segments in row.divided.items()
    ]
    return BackupView.model_validate(_card(row) | {"tables": progress, "drills": _drills_of(backup_id)})


def complete_backup(backup_id: str) -> dict[str, int]:
    """The tables of a backup that can be restored. Raises BackupNotFound or BackupIncomplete."""
    row = _row_of(backup_id)
    if row.state != "complete":
        raise rules.BackupIncomplete()
    divided: dict[str, int] = row.divided
    return divided


def _drills_of(backup_id: str) -> list[str]:
    rows = sorted(table.drills(), key=lambda row: row.started_at, reverse=True)
    return [row.drill_id for row in rows if row.backup_id == backup_id]


def _card(row: table.BackupRow) -> dict[str, Any]:
    return {
        "backup_id": row.backup_id,
        "state": row.state,
        "started_at": row.started_at,
        "started_by": row.started_by,
        "finished_at": row.finished_at,
        "items": int(row.items),
        "bytes": int(row.bytes),
        "manifest_sha256": row.manifest_sha256,
    }


def _row_of(backup_id: str) -> table.BackupRow:
    row = table.backup(backup_id)
    if row is None:
        raise rules.BackupNotFound()
    return row
