"""Staff and roles: requests and answers."""

from typing import Annotated

from pydantic import Field, StringConstraints

from functions.auth.schemas import (
    BeginSecondFactor,
    ChangePassword,
    ConfirmSecondFactor,
    Email,
    GivenPassword,
    Password,
    PersonName,
    Phone,
    RecoveryCodes,
    Refresh,
    RemoveSecondFactor,
    SecondFactorSecret,
    SecondFactorSignIn,
    Tokens,
)
from kit.api import Body, View
from kit.fields import Version

__all__ = [
    "BeginSecondFactor",
    "ChangePassword",
    "ConfirmSecondFactor",
    "RecoveryCodes",
    "Refresh",
    "RemoveSecondFactor",
    "SecondFactorSecret",
    "SecondFactorSignIn",
    "Tokens",
]

RoleId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{1,29}$")]
RoleName = Annotated[str, Field(min_length=1, max_length=20)]
Permissions = Annotated[list[Annotated[str, Field(max_length=30)]], Field(max_length=40)]
RegionCode = Annotated[str, StringConstraints(pattern=r"^[1-8][0-9]{5}$")]
Regions = Annotated[list[RegionCode], Field(max_length=40)]


class StaffSignIn(Body):
    """A member of staff signs in by e-mail address."""

    email: Email
    password: GivenPassword


class StaffMe(View):
    """Who is signed in at the back office, and what is open to them; no regions means all of them."""

    user_id: str
    name: str
    email: str
    role: str
    role_name: str
    permissions: list[str]
    regions: list[str]
    must_change_password: bool
    second_factor: bool
    recovery_codes_left: int
    must_add_second_factor: bool


class StaffView(View):
    user_id: str
    name: str
    email: str
    phone: str
    role: str
    regions: list[str]
    active: bool
    second_factor: bool
    created_at: str
    version: int


class StaffName(View):
    """A colleague by name; one who is not active is not chosen any more, but still found in histories."""

    user_id: str
    name: str
    active: bool


class StaffNames(View):
    items: list[StaffName]


class AddStaff(Body):
    """A new member of staff; the password must be changed at the first sign-in."""

    name: PersonName
    email: Email
    phone: Phone
    role: RoleId
    regions: Annotated[Regions, Field(default_factory=list)]
    password: Password


class EditStaff(Body):
    """Fields left out stay as they are."""

    version: Version
    name: PersonName | None = None
    role: RoleId | None = None
    regions: Regions | None = None
    active: bool | None = None


class ResetStaffPassword(Body):
    """A new password; it must be changed at the next sign-in."""

    password: Password


class PermissionView(View):
    code: str
    name: str


class RoleView(View):
    role: str
    name: str
    permissions: list[str]
    second_factor_required: bool
    members: int
    version: int


class AddRole(Body):
    role: RoleId
    name: RoleName
    permissions: Permissions
    second_factor_required: bool = False


class EditRole(Body):
    """Fields left out stay as they are. Who has the role gets it with their next refresh."""

    version: Version
    name: RoleName | None = None
    permissions: Permissions | None = None
    second_factor_required: bool | None = None


class RetentionReport(View):
    """What was removed on a day because it was over its time; the next run goes on with an incomplete one."""

    day: str
    started_at: str
    complete: bool
    sign_ins: int
    operations: int
    applications: int
    notices: int
    carts: int
