"""Backups: what they are made of, and how far they have come."""

from typing import cast

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from functions.settings.rules import Item, State
from functions.settings.table.rows import Row
from kit import transaction
from kit.errors import DomainError

_BACKUPS = "BACKUPS"


class AlreadyDone(DomainError):
    """Another delivery of the same message did this."""


class StateAttribute(UnicodeAttribute):
    """How far a backup is."""

    def deserialize(self, value: str) -> State:
        return cast(State, value)


class BackupRow(Row):
    """One backup; `divided` says into how many segments each table is; the figures are there at the end."""

    pk = UnicodeAttribute(hash_key=True, default=_BACKUPS)
    state = StateAttribute(default="running")
    divided = JSONAttribute()
    started_at = UnicodeAttribute()
    started_by = UnicodeAttribute(null=True)
    finished_at = UnicodeAttribute(null=True)
    items = NumberAttribute(default=0)
    bytes = NumberAttribute(default=0)
    manifest_sha256 = UnicodeAttribute(null=True)
    expires_at_epoch = NumberAttribute()

    @property
    def backup_id(self) -> str:
        return self.sk


class SegmentRow(Row):
    """How far one segment of a table has been read; `start` is the key to go on from."""

    name = UnicodeAttribute()
    number = NumberAttribute()
    next_file = NumberAttribute(default=0)
    start = JSONAttribute(null=True)
    done = BooleanAttribute(default=False)
    expires_at_epoch = NumberAttribute()


class FileRow(Row):
    """One file of a backup."""

    name = UnicodeAttribute()
    key = UnicodeAttribute()
    items = NumberAttribute()
    bytes = NumberAttribute()
    sha256 = UnicodeAttribute()
    expires_at_epoch = NumberAttribute()


def backup(backup_id: str) -> BackupRow | None:
    return BackupRow.find(_BACKUPS, backup_id, consistent=True)


def backups() -> list[BackupRow]:
    """Every backup that has not lapsed; a night's each, so they are few."""
    return list(BackupRow.query(_BACKUPS))


def create(row: BackupRow) -> None:
    """Start a backup; raises AlreadyDone when it was started before."""
    transaction.commit([transaction.create(row, AlreadyDone)])


def segment(backup: BackupRow, name: str, number: int) -> SegmentRow:
    """How far a segment has been read; not at all, to begin with."""
    pk, sk = f"BACKUP#{backup.backup_id}", f"SEGMENT#{name}#{number:02d}"
    found = SegmentRow.find(pk, sk, consistent=True)
    return found or SegmentRow(pk, sk, name=name, number=number, expires_at_epoch=backup.expires_at_epoch)


def segments(backup_id: str) -> list[SegmentRow]:
    """Every segment of a backup, by table."""
    found = SegmentRow.query(
        f"BACKUP#{backup_id}", SegmentRow.sk.startswith("SEGMENT#"), consistent_read=True
    )
    return list(found)


def files(backup_id: str) -> list[FileRow]:
    """Every file of a backup so far, by table and segment in the order of writing."""
    return list(FileRow.query(f"BACKUP#{backup_id}", FileRow.sk.startswith("FILE#"), consistent_read=True))


def note_file(row: SegmentRow, file: FileRow, start: Item | None) -> None:
    """Note a file and how far the segment has been read; raises AlreadyDone."""
    here = SegmentRow.next_file == row.next_file if row.next_file else SegmentRow.pk.does_not_exist()
    read = SegmentRow(
        row.pk,
        row.sk,
        name=row.name,
        number=row.number,
        next_file=row.next_file + 1,
        start=start,
        done=start is None,
        expires_at_epoch=row.expires_at_epoch,
    )
    transaction.commit([transaction.put(read, here, AlreadyDone), transaction.put(file)])


def file_row(row: SegmentRow, key: str, items: int, size: int, sha256: str) -> FileRow:
    """The file that comes next in a segment."""
    return FileRow(
        row.pk,
        f"FILE#{row.name}#{row.number:02d}#{int(row.next_file):06d}",
        name=row.name,
        key=key,
        items=items,
        bytes=size,
        sha256=sha256,
        expires_at_epoch=row.expires_at_epoch,
    )


def complete(row: BackupRow, items: int, size: int, manifest_sha256: str, at: str) -> None:
    """End a backup; raises AlreadyDone."""
    ended = [
        BackupRow.state.set("complete"),
        BackupRow.items.set(items),
        BackupRow.bytes.set(size),
        BackupRow.manifest_sha256.set(manifest_sha256),
        BackupRow.finished_at.set(at),
    ]
    running = BackupRow.state == "running"
    transaction.commit([transaction.update(BackupRow, row.pk, row.sk, ended, running, AlreadyDone)])
