"""Backups and restore drills: commands, files, and what staff see of them."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from functions.settings.rules import Problem, Result, State
from kit.api import Body, View


class ExportFile(BaseModel):
    """Command: write the next file of a table's segment."""

    backup_id: str
    table: str
    segment: int
    number: int


class RestoreFile(BaseModel):
    """Command: restore and compare the next file of a table."""

    drill_id: str
    table: str
    number: int


class ManifestFile(BaseModel):
    """A file of a backup: gzip, one item in DynamoDB JSON per line."""

    key: str
    items: int
    bytes: int
    sha256: str


class ManifestTable(BaseModel):
    """A table of a backup; `definition` is what makes another one like it."""

    name: str
    definition: dict[str, Any]
    items: int
    files: list[ManifestFile]


class Manifest(BaseModel):
    """What a backup consists of."""

    backup_id: str
    started_at: str
    tables: list[ManifestTable]


class BackupCard(View):
    """A backup; its figures are there when it is complete. `started_by` is null for a nightly one."""

    backup_id: str
    state: State
    started_at: str
    started_by: str | None
    finished_at: str | None
    items: int
    bytes: int
    manifest_sha256: str | None


class TableProgress(View):
    """How far the backup of a table has come."""

    name: str
    segments: int
    segments_done: int
    files: int
    items: int
    bytes: int


class BackupView(BackupCard):
    """A backup table by table, and the restore drills made with it."""

    tables: list[TableProgress]
    drills: list[str]


class StartDrill(Body):
    """A restore into new tables: of all tables, or of some. Kept tables are for a restore in earnest."""

    tables: list[Annotated[str, Field(min_length=3, max_length=255)]] = Field(default=[], max_length=40)
    keep_tables: bool = False


class Difference(View):
    """Something that was not restored as it was backed up; `item` is its key."""

    problem: Problem
    file: str | None = None
    item: str | None = None


class TableDrill(View):
    """How the restore of a table came out; the first differences are shown."""

    name: str
    restored_as: str | None
    result: Result
    files: int
    items: int
    differences: int
    examples: list[Difference]


class DrillView(View):
    """A restore drill: passed when every item of every table came back as it was."""

    drill_id: str
    backup_id: str
    result: Result
    keep_tables: bool
    started_at: str
    started_by: str
    finished_at: str | None
    tables: list[TableDrill]
