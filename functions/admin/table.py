"""Admin table.

pk `STAFF`, sk `<user_id>`; pk `ROLES`, sk `<role>`: both lists are short and read as a whole.
pk `RETENTION`, sk `<day>`: what was removed on a day; pk `RETENTION_DONE`, sk `<kind>`: up to which day.
A role counts its active members, so that neither a role in use nor the last owner can go.
"""

import os
from datetime import date
from typing import Any, get_args

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action

from functions.admin import rules
from kit import rows, transaction
from kit.errors import Stale
from kit.transaction import OldRow, Part

_STAFF = "STAFF"
_ROLES = "ROLES"
_RETENTION, _DONE = "RETENTION", "RETENTION_DONE"


class Row(rows.Row):
    """Base of the rows of this table."""

    class Meta:
        table_name = os.environ["ADMIN_TABLE"]


class StaffRow(Row):
    """A member of staff; the password is in auth."""

    name = UnicodeAttribute()
    email = UnicodeAttribute()
    phone = UnicodeAttribute()
    role = UnicodeAttribute()
    regions = JSONAttribute()
    active = BooleanAttribute(default=True)
    created_at = UnicodeAttribute()
    version = NumberAttribute()


class RoleRow(Row):
    """A role: what it allows, and how many active staff and staff in all have it."""

    name = UnicodeAttribute()
    permissions = JSONAttribute()
    second_factor_required = BooleanAttribute(default=False)
    members = NumberAttribute(default=0)
    active_members = NumberAttribute(default=0)
    version = NumberAttribute()


class ReportRow(Row):
    """What was removed on a day."""

    started_at = UnicodeAttribute()
    complete = BooleanAttribute(default=False)
    sign_ins = NumberAttribute(default=0)
    operations = NumberAttribute(default=0)
    applications = NumberAttribute(default=0)
    notices = NumberAttribute(default=0)
    carts = NumberAttribute(default=0)


class DoneRow(Row):
    """The first day of a log that was not looked through."""

    day = UnicodeAttribute()


def staff() -> list[StaffRow]:
    return list(StaffRow.query(_STAFF, consistent_read=True))


def staff_page(start: dict[str, Any] | None, limit: int) -> tuple[list[StaffRow], dict[str, Any] | None]:
    """Staff in the order they were added, and the position after them."""
    found = StaffRow.query(_STAFF, consistent_read=True, last_evaluated_key=start, limit=limit)
    items = list(found)
    return items, found.last_evaluated_key


def member(user_id: str) -> StaffRow | None:
    return StaffRow.find(_STAFF, user_id, consistent=True)


def add_member_part(row: StaffRow, user_id: str) -> Part:
    row.pk, row.sk, row.version = _STAFF, user_id, 1
    return transaction.create(row)


def edit_member_part(row: StaffRow, changes: dict[str, Any]) -> Part:
    """Change the member that was read. Raises Stale."""
    actions: list[Action] = [
        StaffRow.version.set(StaffRow.version + 1),
        *(getattr(StaffRow, name).set(value) for name, value in changes.items()),
    ]
    return transaction.update(StaffRow, _STAFF, row.sk, actions, StaffRow.version == row.version, Stale)


def roles() -> list[RoleRow]:
    return list(RoleRow.query(_ROLES, consistent_read=True))


def role(role_id: str) -> RoleRow | None:
    return RoleRow.find(_ROLES, role_id, consistent=True)


def add_role_part(row: RoleRow, role_id: str, error: type[Exception] = rules.RoleTaken) -> Part:
    row.pk, row.sk, row.version = _ROLES, role_id, 1
    return transaction.create(row, error)


def edit_role_part(row: RoleRow, changes: dict[str, Any]) -> Part:
    """Change the role that was read. Raises Stale."""
    actions: list[Action] = [
        RoleRow.version.set(RoleRow.version + 1),
        *(getattr(RoleRow, name).set(value) for name, value in changes.items()),
    ]
    return transaction.update(RoleRow, _ROLES, row.sk, actions, RoleRow.version == row.version, Stale)


def delete_role_part(row: RoleRow) -> Part:
    """Remove a role nobody has. Raises RoleInUse or Stale."""

    def error(old: OldRow) -> Exception:
        return rules.RoleInUse() if old and old["members"] else Stale()

    unused = (RoleRow.version == row.version) & (RoleRow.members == 0)
    return transaction.delete(row, unused, error)


def count_members_part(role_id: str, members: int, active: int) -> Part:
    """Change how many staff, and active staff, have a role.

    Raises RoleNotFound, or LastOwner when no active owner would be left.
    """
    actions: list[Action] = [
        RoleRow.members.set(RoleRow.members + members),
        RoleRow.active_members.set(RoleRow.active_members + active),
    ]
    holds = RoleRow.pk.exists()
    if role_id == rules.OWNER and active < 0:
        holds &= RoleRow.active_members > -active

    def error(old: OldRow) -> Exception:
        return rules.LastOwner() if old else rules.RoleNotFound()

    return transaction.update(RoleRow, _ROLES, role_id, actions, holds, error)


# What is over its time


def reports(start: dict[str, Any] | None, limit: int) -> tuple[list[ReportRow], dict[str, Any] | None]:
    """The newest reports first, and the position after them."""
    found = ReportRow.query(_RETENTION, scan_index_forward=False, last_evaluated_key=start, limit=limit)
    items = list(found)
    return items, found.last_evaluated_key


def begin_report(day: str, at: str) -> None:
    """Begin a day's report, or go on with it."""
    actions: list[Action] = [ReportRow.started_at.set(ReportRow.started_at | at)]
    counted = (getattr(ReportRow, kind) for kind in get_args(rules.Kind))
    actions += [number.set(number | 0) for number in counted]
    ReportRow(_RETENTION, day).update([*actions, ReportRow.complete.set(False)])


def count_removed(day: str, kind: rules.Kind, removed: int) -> None:
    ReportRow(_RETENTION, day).update([getattr(ReportRow, kind).add(removed)])


def finish_report(day: str) -> None:
    ReportRow(_RETENTION, day).update([ReportRow.complete.set(True)])


def done_until(kind: rules.Kind) -> date | None:
    """The first day of a log that was not looked through, if any was."""
    row = DoneRow.find(_DONE, kind)
    return date.fromisoformat(row.day) if row else None


def note_done(kind: rules.Kind, day: date) -> None:
    DoneRow(_DONE, kind, day=day.isoformat()).save()
