"""What can be done with staff and roles, and with what is over its time."""

from functions.admin.operations.retention import remove_lapsed, reports
from functions.admin.operations.staff import (
    add_role,
    add_staff,
    create_first_owner,
    delete_role,
    edit_role,
    edit_staff,
    me,
    permissions,
    refresh,
    reset_second_factor,
    reset_staff_password,
    roles,
    sign_in,
    sign_in_with_second_factor,
    staff,
    staff_names,
)

__all__ = [
    "add_role",
    "add_staff",
    "create_first_owner",
    "delete_role",
    "edit_role",
    "edit_staff",
    "me",
    "permissions",
    "refresh",
    "remove_lapsed",
    "reports",
    "reset_second_factor",
    "reset_staff_password",
    "roles",
    "sign_in",
    "sign_in_with_second_factor",
    "staff",
    "staff_names",
]
