"""Looking things up in the log."""

import json
from datetime import date, datetime, timedelta
from typing import Any

from functions.audit import rules, table
from functions.audit.rules import Link
from functions.audit.schemas import ChangeView, EntryView, OperationQuery, OperationView
from kit import clock
from kit.errors import Invalid
from kit.pages import Page

_LONGEST_RANGE = timedelta(days=366)
_USUAL_RANGE = timedelta(days=30)


def list_entries(query: OperationQuery, now: datetime) -> Page[EntryView]:
    """The log of a person or a thing, else of a day; newest first. Raises Invalid."""
    last = query.last or clock.business_day(now)
    if query.user_id is None and query.object_id is None:
        found, cursor = table.of_day(last.isoformat(), query.kind or "operation", query)
    else:
        first, end = _instants(query.first or last - _USUAL_RANGE, last)
        if query.object_id:
            found, cursor = table.of_object(query.object_id, first, end, query)
        else:
            found, cursor = table.of_user(query.user_id or "", first, end, query)
    return Page(items=[entry_view(link) for link in found], next_cursor=cursor)


def operation(operation_id: str) -> OperationView:
    """An operation, the rows it changed and their fields before and after. Raises OperationNotFound."""
    found = table.of_operation(operation_id)
    told = [link for link in found if link.entry.kind == "operation"]
    if not told:
        raise rules.OperationNotFound()
    ended = [link for link in told if link.entry.entry_id == operation_id]
    content = json.loads((ended or told)[0].entry.content)
    removed = content.pop("removed")
    changes = [_change(link) for link in found if link.entry.kind == "change"]
    changes += [_removal(one, told[0].entry.at) for one in removed]
    return OperationView(
        **content, changes=changes, links=[f"{link.day}/{link.sequence} {link.hash}" for link in found]
    )


def entry_view(link: Link) -> EntryView:
    """A line of the log as staff see it."""
    entry, content = link.entry, json.loads(link.entry.content)
    is_change = entry.kind == "change"
    return EntryView(
        entry_id=entry.entry_id,
        kind=entry.kind,
        day=link.day,
        sequence=link.sequence,
        at=entry.at,
        user_id=content["user_id"] or None,
        operation_id=entry.operation_id or None,
        action=f"{content['change']} {content['context']} {content['row']}"
        if is_change
        else content["action"],
        object_type=content["object_type"],
        object_id=entry.object_id,
        result=content.get("result"),
        status=content.get("status"),
        code=content.get("code"),
        ip=content.get("ip"),
        fields=content["fields"] if is_change else {},
    )


def _instants(first: date, last: date) -> tuple[str, str]:
    if not timedelta(0) <= last - first <= _LONGEST_RANGE:
        raise Invalid(errors=[{"field": "first", "message": "时间范围最长一年"}])
    end = clock.start_of_day(last + timedelta(days=1)) - timedelta(seconds=1)
    return clock.to_text(clock.start_of_day(first)), clock.to_text(end)


def _change(link: Link) -> ChangeView:
    content = json.loads(link.entry.content)
    return ChangeView(
        context=content["context"],
        row=content["row"],
        change=content["change"],
        at=link.entry.at,
        fields=content["fields"],
    )


def _removal(removed: dict[str, Any], at: str) -> ChangeView:
    return ChangeView(
        context=removed["context"],
        row=removed["row"],
        change="removed",
        at=at,
        fields={name: [value, None] for name, value in removed["fields"].items()},
    )
