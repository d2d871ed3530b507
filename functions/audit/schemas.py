"""What the operation log is told and what staff see of it."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from functions.audit.rules import Kind
from kit.api import Body, View
from kit.fields import Day
from kit.pages import PageQuery

Result = Literal["done", "refused", "failed", "unknown"]
Id = Annotated[str, Field(min_length=1, max_length=64)]


class Removed(BaseModel):
    """A row that an operation removed, as it was."""

    model_config = ConfigDict(frozen=True)

    context: str
    row: str
    fields: dict[str, Any]


class Recorded(BaseModel):
    """What somebody did at the back office; told before it begins (`unknown`) and again when it has ended."""

    model_config = ConfigDict(frozen=True)

    operation_id: str
    user_id: str
    role: str
    ip: str
    user_agent: str
    action: str
    object_type: str
    object_id: str
    body: dict[str, Any]
    started_at: str
    result: Result = "unknown"
    status: int | None = None
    code: str | None = None
    duration_ms: int | None = None
    removed: tuple[Removed, ...] = ()


class ChangeView(View):
    """What an operation did to one row: every field that changed, [before, after]."""

    context: str
    row: str
    change: Literal["added", "changed", "removed"]
    at: str
    fields: dict[str, list[Any]]


class EntryView(View):
    """A line of the log: an operation, or a change of a row."""

    entry_id: str
    kind: Kind
    day: str
    sequence: int
    at: str
    user_id: str | None
    operation_id: str | None
    action: str
    object_type: str
    object_id: str
    result: Result | None
    status: int | None
    code: str | None
    ip: str | None
    fields: dict[str, list[Any]]


class OperationView(View):
    """An operation with all that is known of it."""

    operation_id: str
    user_id: str
    role: str
    ip: str
    user_agent: str
    action: str
    object_type: str
    object_id: str
    body: dict[str, Any]
    started_at: str
    result: Result
    status: int | None
    code: str | None
    duration_ms: int | None
    changes: list[ChangeView]
    links: list[str]


class OperationQuery(PageQuery):
    """The log of a member of staff or of one thing over some days, else of one day."""

    user_id: Id | None = None
    object_id: Id | None = None
    first: Day | None = None
    last: Day | None = None
    kind: Kind | None = None


class CheckQuery(BaseModel):
    """The day to check; yesterday by default."""

    model_config = ConfigDict(extra="forbid")

    day: Day | None = None


class CheckView(View):
    """Whether the chain of a day is whole; `broken_at` is the first entry that is not what it was."""

    day: str
    entries: int
    whole: bool
    broken_at: int | None
    reason: Literal["missing", "detached", "altered", "head"] | None
    hash: str | None


class Export(Body):
    """Which days to export, both included."""

    model_config = ConfigDict(strict=False)

    first: Day
    last: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError("结束日期不能早于开始日期")
        return self


class ExportView(View):
    """A file to download; the link is good until `expires_at`."""

    url: str
    rows: int
    expires_at: str
