"""Tells the log of every command at the back office: before it begins, and when it has ended.

The first telling arrives late on purpose: by then the second is written down and the first is dropped.
If the process died in between, the first remains: somebody began this, and how it ended is unknown.
"""

from typing import Any

from pydantic_core import from_json

from functions.audit import rules
from functions.audit.schemas import Recorded, Removed, Result
from kit import clock, facts, rows
from kit.actor import Operation, Outcome, Removal

_SECONDS_UNTIL_UNKNOWN = 120  # no command runs for so long


class QueueJournal:
    """A journal that is a queue; see `kit.actor.Journal`."""

    def __init__(self, queue_url: str) -> None:
        self._queue_url = queue_url

    def begin(self, operation: Operation) -> None:
        """Announce a command that is about to be carried out."""
        facts.send(self._queue_url, _recorded(operation, {}), _SECONDS_UNTIL_UNKNOWN)

    def end(self, operation: Operation, outcome: Outcome) -> None:
        """Tell how it ended."""
        is_done = outcome.status < 400
        took = outcome.ended_at - operation.started_at
        recorded = _recorded(operation, _document(outcome.answer) if is_done else {})
        facts.send(
            self._queue_url,
            recorded.model_copy(
                update={
                    "result": _result(outcome.status),
                    "status": outcome.status,
                    "code": outcome.code,
                    "duration_ms": round(took.total_seconds() * 1000),
                    "removed": tuple(_removed(one) for one in outcome.removals) if is_done else (),
                }
            ),
        )


def _recorded(operation: Operation, answer: dict[str, Any]) -> Recorded:
    object_type, object_id = rules.object_of_command(operation.endpoint, operation.path_parameters, answer)
    return Recorded(
        operation_id=operation.operation_id,
        user_id=operation.user_id,
        role=operation.role,
        ip=operation.ip,
        user_agent=operation.user_agent,
        action=operation.endpoint,
        object_type=object_type,
        object_id=object_id,
        body=rules.masked(_document(operation.body)),
        started_at=clock.to_text(operation.started_at),
    )


def _document(body: bytes) -> dict[str, Any]:
    try:
        found = from_json(body or b"{}")  # refuses what is too deep or no text
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {"items": found}


def _result(status: int) -> Result:
    if status < 400:
        return "done"
    return "refused" if status < 500 else "failed"


def _removed(removal: Removal) -> Removed:
    image = rows.plain(removal.image)
    return Removed(
        context=removal.table.rpartition("-")[2],
        row=rules.row_name(image["pk"], image["sk"]),
        fields=rules.fields(image),
    )
