"""Settings table.

pk `SECTION#<name>`, sk `CURRENT` (the section as it stands) | `VERSION#<8 digits>` (every version, kept);
pk `BACKUPS`, sk `<backup_id>`;
pk `BACKUP#<backup_id>`, sk `SEGMENT#<table>#<number>` | `FILE#<table>#<segment>#<number>`;
pk `DRILLS`, sk `<drill_id>`; pk `DRILL#<drill_id>`, sk `TABLE#<name>`.
Rows of backups and drills lapse with the files in the bucket.
"""

from functions.settings.table.backups import (
    AlreadyDone,
    BackupRow,
    FileRow,
    SegmentRow,
    backup,
    backups,
    complete,
    create,
    file_row,
    files,
    note_file,
    segment,
    segments,
)
from functions.settings.table.drills import (
    DrillRow,
    DrillTableRow,
    drill,
    drill_table,
    drill_tables,
    drills,
    end_drill,
    end_table,
    note_restored,
    start_drill,
)
from functions.settings.table.sections import SectionRow, change_parts, current, history

__all__ = [
    "AlreadyDone",
    "BackupRow",
    "DrillRow",
    "DrillTableRow",
    "FileRow",
    "SectionRow",
    "SegmentRow",
    "backup",
    "backups",
    "change_parts",
    "complete",
    "create",
    "current",
    "drill",
    "drill_table",
    "drill_tables",
    "drills",
    "end_drill",
    "end_table",
    "file_row",
    "files",
    "history",
    "note_file",
    "note_restored",
    "segment",
    "segments",
    "start_drill",
]
