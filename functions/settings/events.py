"""The schedule and the queues of backups and restore drills."""

import os
from typing import Any

from functions.settings import operations
from functions.settings.schemas import ExportFile, RestoreFile
from kit import clock, facts
from kit.facts import Batch


def export_tables(event: dict[str, Any], context: object) -> None:
    """Begin the backup of the night."""
    now = clock.from_text(event["time"])
    names = os.environ["ALL_TABLES"].split(",")
    for command in operations.start_backup(names, operations.nightly_id(now), None, now):
        facts.send(os.environ["EXPORT_FILE_QUEUE"], command)


def export_file(event: dict[str, Any], context: object) -> Batch:
    """Write the next file of a backup and ask for the one after it."""

    def export(command: ExportFile) -> None:
        if following := operations.export_file(command, os.environ["BACKUPS_BUCKET"], clock.now()):
            facts.send(os.environ["EXPORT_FILE_QUEUE"], following)

    return facts.receive(event, ExportFile, export)


def restore_file(event: dict[str, Any], context: object) -> Batch:
    """Restore and compare the next file of a table and ask for the one after it."""

    def restore(command: RestoreFile) -> None:
        if following := operations.restore_file(command, os.environ["BACKUPS_BUCKET"], clock.now()):
            facts.send(os.environ["RESTORE_FILE_QUEUE"], *following)

    return facts.receive(event, RestoreFile, restore)
