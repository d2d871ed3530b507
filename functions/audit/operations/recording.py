"""Turns what was told and what streams show into entries."""

from datetime import datetime
from typing import Any

from functions.audit import rules, table
from functions.audit.operations import chain
from functions.audit.rules import Entry
from functions.audit.schemas import Recorded
from kit import clock, rows

# Staff write these; a change without a command behind it is a job's or was made past the product: kept too.
STAFF_ONLY = {"admin", "settings"}
# How far backups, restore drills and the removal of what is over its time have come.
_WRITTEN_BY_JOBS = ("BACKUP", "DRILL", "RETENTION")


def record(recorded: Recorded, now: datetime) -> None:
    """Write an operation down; that it began only as long as nobody told how it ended."""
    is_open = recorded.result == "unknown"
    if not (is_open and table.written([recorded.operation_id])):
        chain.seal([_entry(recorded, f"{recorded.operation_id}{'?' if is_open else ''}")], now)


def _entry(recorded: Recorded, entry_id: str) -> Entry:
    return Entry(
        entry_id=entry_id,
        kind="operation",
        at=recorded.started_at,
        user_id=recorded.user_id,
        object_id=recorded.object_id,
        operation_id=recorded.operation_id,
        content=rules.written(recorded.model_dump(mode="json")),
    )


def changes_of(record: dict[str, Any], now: datetime) -> list[Entry]:
    """The entry of a stream record, if staff caused it or nobody else may; `at` is when it was seen."""
    change, context = record["dynamodb"], _context(record["eventSourceARN"])
    old, new = _plain(change.get("OldImage")), _plain(change.get("NewImage"))
    mark = rules.mark_of(old, new)
    if mark is None and context not in STAFF_ONLY:
        return []
    different = rules.differences(old, new)
    pk, sk = (new or old or {})["pk"], (new or old or {})["sk"]
    if not different or (mark is None and pk.startswith(_WRITTEN_BY_JOBS)):
        return []
    object_type, object_id = rules.object_of(pk, sk)
    content = {
        "context": context,
        "row": rules.row_name(pk, sk),
        "change": "changed" if old and new else ("added" if new else "removed"),
        "object_type": object_type,
        "fields": different,
        "user_id": mark.user_id if mark else "",
    }
    return [
        Entry(
            entry_id=record["eventID"],
            kind="change",
            at=clock.to_text(now),
            user_id="",
            object_id=object_id,
            operation_id=mark.operation_id if mark else "",
            content=rules.written(content),
        )
    ]


def _context(stream: str) -> str:
    """The context whose table a stream belongs to: `…:table/dealer-shop-prod-orders/stream/…`."""
    return stream.split("/")[1].rpartition("-")[2]


def _plain(image: dict[str, Any] | None) -> dict[str, Any] | None:
    if image is None:
        return None
    return rows.plain({name: _readable(typed) for name, typed in image.items()})


def _readable(typed: dict[str, Any]) -> dict[str, Any]:
    return {"B": typed["B"].encode()} if isinstance(typed.get("B"), str) else typed
