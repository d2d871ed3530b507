"""The operation log for staff."""

import os

from functions.audit import operations, rules, schemas
from kit.api import Call, Door, permission
from kit.pages import Page

door = Door("audit")
AUDIT = permission("audit")


@door.endpoint(
    "GET", "/operations", access=AUDIT, query=schemas.OperationQuery, answer=Page[schemas.EntryView]
)
def list_operations(call: Call) -> Page[schemas.EntryView]:
    """What staff did: by person, by the thing it was about, or by day; newest first."""
    return operations.list_entries(call.query, call.now)


@door.endpoint(
    "GET",
    "/operations/check",
    access=AUDIT,
    query=schemas.CheckQuery,
    answer=schemas.CheckView,
    errors=(rules.DayRemoved,),
)
def check_operations(call: Call) -> schemas.CheckView:
    """Whether the log of a day is what was once written; names the first entry that is not."""
    return operations.check(call.query.day, call.now)


@door.endpoint(
    "POST",
    "/operations/export",
    access=AUDIT,
    body=schemas.Export,
    answer=schemas.ExportView,
    status=201,
    errors=(rules.RangeTooLong,),
)
def export_operations(call: Call) -> schemas.ExportView:
    """The log of some days as a file."""
    return operations.export(call.body, call.new_id(), os.environ["EXPORTS_BUCKET"], call.now)


@door.endpoint(
    "GET",
    "/operations/{operation_id}",
    access=AUDIT,
    answer=schemas.OperationView,
    errors=(rules.OperationNotFound,),
)
def show_operation(call: Call, operation_id: str) -> schemas.OperationView:
    """An operation: who, when, from where, what was asked, and every field it changed."""
    return operations.operation(operation_id)
