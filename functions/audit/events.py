"""Streams of all business tables, and the queue of what staff did."""

from typing import Any

from functions.audit import operations
from functions.audit.schemas import Recorded
from kit import clock, facts
from kit.facts import Batch


def on_change(event: dict[str, Any], context: object) -> Batch:
    """Write down what staff changed, field by field; a batch is added to the log as one."""
    now = clock.now()
    entries = [entry for record in event["Records"] for entry in operations.changes_of(record, now)]
    operations.seal(entries, now)
    return {"batchItemFailures": []}


def record_operations(event: dict[str, Any], context: object) -> Batch:
    """Write down who did what at the back office, and how it ended."""
    return facts.receive(event, Recorded, lambda recorded: operations.record(recorded, clock.now()))


def check_chain(event: dict[str, Any], context: object) -> None:
    """Check yesterday's log; a broken one wakes somebody up."""
    operations.watch(clock.from_text(event["time"]))
