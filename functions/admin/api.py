"""The back office: every context's door, and staff, roles and sessions of its own."""

import os

from functions.admin import operations, rules, schemas
from functions.agents import backoffice as agents
from functions.audit import backoffice as audit_log
from functions.audit import operations as audit
from functions.auth import backoffice as auth_log
from functions.auth import operations as auth
from functions.catalog import backoffice as catalog
from functions.gifts import backoffice as gifts
from functions.insights import backoffice as insights
from functions.inventory import backoffice as inventory
from functions.notifications import backoffice as notifications
from functions.orders import backoffice as orders
from functions.payments import backoffice as payments
from functions.points import backoffice as points
from functions.pricing import backoffice as pricing
from functions.settings import backoffice as settings
from kit.api import STAFF, VISITOR, Api, Call, permission
from kit.errors import Stale
from kit.pages import Page, PageQuery

MOUNTED = (
    agents,
    audit_log,
    auth_log,
    catalog,
    gifts,
    insights,
    inventory,
    notifications,
    orders,
    payments,
    points,
    pricing,
    settings,
)
MANAGES_STAFF = permission("staff")
APPOINTED = (rules.RoleNotFound, rules.BeyondOwnPermissions)

app = Api("admin", journal=audit.QueueJournal(os.environ["OPERATIONS_QUEUE"]))
for _context in MOUNTED:
    app.register_blueprint(_context.door, name_prefix=f"{_context.__name__}.", url_prefix="/admin")


def _visit(call: Call) -> auth.Visit:
    return auth.Visit(call.ip, call.user_agent, call.now, call.new_id())


@app.endpoint(
    "POST",
    "/admin/sessions",
    access=VISITOR,
    body=schemas.StaffSignIn,
    answer=schemas.Tokens,
    status=201,
    errors=(auth.SignInFailed, auth.SignInBlocked, auth.AccountDisabled, auth.SecondFactorNeeded),
)
def sign_in_staff(call: Call) -> schemas.Tokens:
    """Sign in at the back office; who has a second factor is answered with a challenge for it."""
    return operations.sign_in(call.body, _visit(call))


@app.endpoint(
    "POST",
    "/admin/sessions/second-factor",
    access=VISITOR,
    body=schemas.SecondFactorSignIn,
    answer=schemas.Tokens,
    status=201,
    errors=(auth.SessionEnded, auth.SecondFactorWrong, auth.SignInBlocked, auth.AccountDisabled),
)
def sign_in_staff_with_second_factor(call: Call) -> schemas.Tokens:
    """Finish signing in with a code of the authenticator app, or a recovery code; each is good once."""
    return operations.sign_in_with_second_factor(call.body, _visit(call))


@app.endpoint(
    "POST",
    "/admin/sessions/refresh",
    access=VISITOR,
    body=schemas.Refresh,
    answer=schemas.Tokens,
    errors=(auth.SessionEnded,),
)
def refresh_staff_session(call: Call) -> schemas.Tokens:
    """Exchange a refresh token, once; permissions are those the role has by now."""
    return operations.refresh(call.body, _visit(call))


@app.endpoint("DELETE", "/admin/sessions/current", access=STAFF, status=204)
def sign_out_staff(call: Call) -> None:
    """End this session."""
    auth.sign_out(call.principal.user_id, call.principal.session_id)


@app.endpoint("DELETE", "/admin/sessions/all", access=STAFF, status=204)
def sign_out_staff_everywhere(call: Call) -> None:
    """End this session and all others."""
    auth.sign_out_everywhere(call.principal.user_id)


@app.endpoint(
    "PUT",
    "/admin/password",
    access=STAFF,
    body=schemas.ChangePassword,
    status=204,
    errors=(auth.SignInFailed, auth.SignInBlocked, auth.PasswordWeak, Stale),
)
def change_staff_password(call: Call) -> None:
    """Set a new password, knowing the present one; all other sessions end."""
    auth.change_password(call.principal, call.body, _visit(call))


@app.endpoint(
    "POST",
    "/admin/second-factor",
    access=STAFF,
    body=schemas.BeginSecondFactor,
    answer=schemas.SecondFactorSecret,
    status=201,
    errors=(auth.SignInFailed, auth.SignInBlocked, auth.SecondFactorOn),
)
def begin_second_factor(call: Call) -> schemas.SecondFactorSecret:
    """A secret for an authenticator app, shown once; it counts when a code of it was confirmed."""
    return auth.second_factor.begin(call.principal.user_id, call.body.password, _visit(call))


@app.endpoint(
    "POST",
    "/admin/second-factor/confirmation",
    access=STAFF,
    body=schemas.ConfirmSecondFactor,
    answer=schemas.RecoveryCodes,
    errors=(auth.SecondFactorOff, auth.SecondFactorOn, auth.SecondFactorWrong, auth.SignInBlocked, Stale),
)
def confirm_second_factor(call: Call) -> schemas.RecoveryCodes:
    """Ask for codes at every sign-in from now on; the recovery codes are shown once, other sessions end."""
    return auth.second_factor.confirm(call.principal, call.body.one_time_code, _visit(call))


@app.endpoint(
    "POST",
    "/admin/second-factor/recovery-codes",
    access=STAFF,
    body=schemas.ConfirmSecondFactor,
    answer=schemas.RecoveryCodes,
    errors=(auth.SecondFactorOff, auth.SecondFactorWrong, auth.SignInBlocked),
)
def renew_recovery_codes(call: Call) -> schemas.RecoveryCodes:
    """New recovery codes, shown once; those before are worth nothing."""
    return auth.second_factor.renew_recovery_codes(
        call.principal.user_id, call.body.one_time_code, _visit(call)
    )


@app.endpoint(
    "POST",
    "/admin/second-factor/removal",
    access=STAFF,
    body=schemas.RemoveSecondFactor,
    status=204,
    errors=(auth.SignInFailed, auth.SignInBlocked, auth.SecondFactorOff, auth.SecondFactorWrong),
)
def remove_second_factor(call: Call) -> None:
    """Ask for no codes any more."""
    auth.second_factor.remove(
        call.principal.user_id, call.body.password, call.body.one_time_code, _visit(call)
    )


@app.endpoint("GET", "/admin/me", access=STAFF, answer=schemas.StaffMe)
def show_staff_me(call: Call) -> schemas.StaffMe:
    """Who is signed in and what is open to them."""
    return operations.me(call.principal)


@app.endpoint("GET", "/admin/permissions", access=STAFF, answer=Page[schemas.PermissionView])
def list_permissions(call: Call) -> Page[schemas.PermissionView]:
    """Everything a role may allow."""
    return Page(items=operations.permissions())


@app.endpoint("GET", "/admin/staff", access=MANAGES_STAFF, query=PageQuery, answer=Page[schemas.StaffView])
def list_staff(call: Call) -> Page[schemas.StaffView]:
    """All staff, also those switched off."""
    return operations.staff(call.query)


@app.endpoint("GET", "/admin/staff/names", access=STAFF, answer=schemas.StaffNames)
def name_staff(call: Call) -> schemas.StaffNames:
    """What colleagues are called: to choose a salesperson, and to read who did what."""
    return operations.staff_names()


@app.endpoint(
    "POST",
    "/admin/staff",
    access=MANAGES_STAFF,
    body=schemas.AddStaff,
    answer=schemas.StaffView,
    status=201,
    errors=(*APPOINTED, auth.PasswordWeak, auth.AddressTaken),
)
def add_staff(call: Call) -> schemas.StaffView:
    """Let somebody work in the back office; they must change the password at the first sign-in."""
    return operations.add_staff(call.body, call.principal, call.new_id(), call.now)


@app.endpoint(
    "PATCH",
    "/admin/staff/{user_id}",
    access=MANAGES_STAFF,
    body=schemas.EditStaff,
    answer=schemas.StaffView,
    errors=(rules.StaffNotFound, rules.OwnAccount, rules.LastOwner, Stale, *APPOINTED),
)
def edit_staff(call: Call, user_id: str) -> schemas.StaffView:
    """Change somebody's name, role or regions, or switch them off."""
    return operations.edit_staff(user_id, call.body, call.principal)


@app.endpoint(
    "PUT",
    "/admin/staff/{user_id}/password",
    access=MANAGES_STAFF,
    body=schemas.ResetStaffPassword,
    status=204,
    errors=(rules.StaffNotFound, rules.OwnAccount, auth.PasswordWeak, *APPOINTED),
)
def reset_staff_password(call: Call, user_id: str) -> None:
    """Give somebody a new password; their sessions end."""
    operations.reset_staff_password(user_id, call.body.password, call.principal)


@app.endpoint(
    "DELETE",
    "/admin/staff/{user_id}/second-factor",
    access=MANAGES_STAFF,
    status=204,
    errors=(rules.StaffNotFound, rules.OwnAccount, *APPOINTED),
)
def reset_staff_second_factor(call: Call, user_id: str) -> None:
    """Take the second factor from somebody who lost it; their sessions end."""
    operations.reset_second_factor(user_id, call.principal)


@app.endpoint("GET", "/admin/roles", access=MANAGES_STAFF, answer=Page[schemas.RoleView])
def list_roles(call: Call) -> Page[schemas.RoleView]:
    """Every role and what it allows."""
    return Page(items=operations.roles())


@app.endpoint(
    "POST",
    "/admin/roles",
    access=MANAGES_STAFF,
    body=schemas.AddRole,
    answer=schemas.RoleView,
    status=201,
    errors=(rules.RoleTaken, rules.PermissionUnknown, rules.BeyondOwnPermissions, rules.TooManyRoles),
)
def add_role(call: Call) -> schemas.RoleView:
    """Add a role; nobody can hand out more than they hold."""
    return operations.add_role(call.body, call.principal)


@app.endpoint(
    "PATCH",
    "/admin/roles/{role_id}",
    access=MANAGES_STAFF,
    body=schemas.EditRole,
    answer=schemas.RoleView,
    errors=(rules.OwnerRoleFixed, rules.PermissionUnknown, Stale, *APPOINTED),
)
def edit_role(call: Call, role_id: str) -> schemas.RoleView:
    """Change what a role allows; it counts for each of its staff from their next refresh on."""
    return operations.edit_role(role_id, call.body, call.principal)


@app.endpoint(
    "DELETE",
    "/admin/roles/{role_id}",
    access=MANAGES_STAFF,
    status=204,
    errors=(rules.OwnerRoleFixed, rules.RoleInUse, *APPOINTED),
)
def delete_role(call: Call, role_id: str) -> None:
    """Delete a role that nobody has."""
    operations.delete_role(role_id, call.principal)


@app.endpoint(
    "GET",
    "/admin/retention-reports",
    access=permission("settings"),
    query=PageQuery,
    answer=Page[schemas.RetentionReport],
)
def list_retention_reports(call: Call) -> Page[schemas.RetentionReport]:
    """What was removed because it was over its time, day by day, the newest first."""
    return operations.reports(call.query)
