"""Who is acting: the back-office command in progress, which puts its mark on every row it writes.

A mark is `<user>/<operation>/<count>`. It differs at every write, so a change is somebody's exactly when the
mark changed with it. Agents' own commands carry no mark and cost nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from kit.tokens import Principal

MARK = "op"  # the attribute; short, because every row that staff ever changed carries it


@dataclass(frozen=True)
class Operation:
    """A command that somebody gave at the back office."""

    operation_id: str
    user_id: str
    role: str
    ip: str
    user_agent: str
    endpoint: str
    path_parameters: dict[str, str]
    body: bytes
    started_at: datetime


def operation_of(
    request: Any, caller: Principal, endpoint: str, path_parameters: dict[str, str], now: datetime
) -> Operation:
    """The operation that a request of a member of staff stands for."""
    body = request.raw_body or b""
    return Operation(
        operation_id=str(request.context.get("requestId", "")),
        user_id=caller.user_id,
        role=caller.role or "",
        ip=str(request.context.get("identity", {}).get("sourceIp") or ""),
        user_agent=str(request.headers.get("user-agent", ""))[:200],
        endpoint=endpoint,
        path_parameters=path_parameters,
        body=body if isinstance(body, bytes) else body.encode(),
        started_at=now,
    )


@dataclass(frozen=True)
class Removal:
    """A row that an operation removes, as it was; in DynamoDB JSON."""

    table: str
    image: dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """How an operation ended; `code` names the failure."""

    status: int
    code: str | None
    answer: bytes
    ended_at: datetime
    removals: tuple[Removal, ...]


class Journal(Protocol):
    """Where operations are written down: before they begin, and when they have ended."""

    def begin(self, operation: Operation) -> None: ...

    def end(self, operation: Operation, outcome: Outcome) -> None: ...


@dataclass
class Acting:
    """An operation in progress."""

    operation: Operation
    writes: int = 0
    removals: list[Removal] = field(default_factory=list)


_acting: ContextVar[Acting | None] = ContextVar("acting", default=None)


@contextmanager
def acting(operation: Operation) -> Iterator[Acting]:
    """Rows written within the block carry the operation's mark."""
    present = Acting(operation)
    token = _acting.set(present)
    try:
        yield present
    finally:
        _acting.reset(token)


def present() -> Acting | None:
    """The operation in progress, or None when an agent or a job is at work."""
    return _acting.get()


def mark() -> str | None:
    """The mark for the next write, or None."""
    if (now := _acting.get()) is None:
        return None
    now.writes += 1
    return f"{now.operation.user_id}/{now.operation.operation_id}/{now.writes}"
