"""Staff and their roles: who works in the back office, and what each role allows."""

from collections.abc import Collection
from datetime import datetime

from functions.admin import rules, table
from functions.admin.schemas import (
    AddRole,
    AddStaff,
    EditRole,
    EditStaff,
    PermissionView,
    Refresh,
    RoleView,
    SecondFactorSignIn,
    StaffMe,
    StaffName,
    StaffNames,
    StaffSignIn,
    StaffView,
    Tokens,
)
from functions.auth import operations as auth
from functions.auth.schemas import PasswordSignIn
from kit import clock, pages, transaction
from kit.errors import Stale
from kit.pages import Page, PageQuery
from kit.tokens import Principal
from kit.transaction import Part


def create_first_owner(
    *, name: str, email: str, phone: str, password: str, user_id: str, now: datetime, temporary: bool = True
) -> None:
    """Set up a new shop: its roles and its first owner. Raises ShopHasOwner.

    A temporary password opens nothing until it is changed.
    """
    row = _new_member(name, email, phone, rules.OWNER, [], now)
    parts = [table.add_member_part(row, user_id)]
    for role_id, role_name, permissions in rules.FIRST_ROLES:
        role = table.RoleRow(name=role_name, permissions=sorted(permissions))
        role.members = role.active_members = 1 if role_id == rules.OWNER else 0
        parts.append(table.add_role_part(role, role_id, rules.ShopHasOwner))
    account = auth.create_user_parts(
        "staff",
        user_id,
        name=name,
        email=email,
        phone=phone,
        role=rules.OWNER,
        password=password,
        temporary=temporary,
        now=now,
    )
    transaction.commit([*parts, *account])


def sign_in(form: StaffSignIn, visit: auth.Visit) -> Tokens:
    """Raises SignInFailed, SignInBlocked, AccountDisabled or SecondFactorNeeded."""
    wanted = PasswordSignIn(identifier=form.email, password=form.password)
    return _tokens(auth.sign_in_with_password("staff", wanted, visit), visit.now)


def sign_in_with_second_factor(form: SecondFactorSignIn, visit: auth.Visit) -> Tokens:
    """Raises SessionEnded, SecondFactorWrong, SignInBlocked or AccountDisabled."""
    return _tokens(auth.sign_in_with_second_factor(form, visit), visit.now)


def refresh(form: Refresh, visit: auth.Visit) -> Tokens:
    """The next token pair, with what the role allows by now. Raises SessionEnded."""
    return _tokens(auth.refresh(form.refresh_token, "staff", form.attempt, visit), visit.now)


def me(caller: Principal) -> StaffMe:
    """Who is signed in and what is open to them."""
    row = _member(caller.user_id)
    role, codes_left = _role(row.role), auth.second_factor.recovery_codes_left(row.sk)
    return StaffMe(
        user_id=row.sk,
        name=row.name,
        email=row.email,
        role=row.role,
        role_name=role.name,
        permissions=sorted(caller.permissions),
        regions=row.regions,
        must_change_password=auth.contact_of(row.sk).must_change_password,
        second_factor=codes_left is not None,
        recovery_codes_left=codes_left or 0,
        must_add_second_factor=bool(role.second_factor_required) and codes_left is None,
    )


def permissions() -> list[PermissionView]:
    """Everything a role may allow."""
    return [PermissionView(code=code, name=name) for code, name in rules.PERMISSIONS.items()]


# Staff


def staff(query: PageQuery) -> Page[StaffView]:
    """All staff, also those switched off, in the order they were added."""
    rows, last = table.staff_page(pages.read(query.cursor, "staff"), query.limit)
    guarded = auth.second_factor.who_have(row.sk for row in rows)
    items = [_staff_view(row, row.sk in guarded) for row in rows]
    return Page(items=items, next_cursor=pages.sign(last, "staff"))


def staff_names() -> StaffNames:
    """What everybody who works here, or did, is called."""
    rows = sorted(table.staff(), key=lambda row: (row.name, row.sk))
    return StaffNames(items=[StaffName(user_id=row.sk, name=row.name, active=row.active) for row in rows])


def add_staff(
    form: AddStaff, caller: Principal, user_id: str, now: datetime, *, temporary: bool = True
) -> StaffView:
    """Let somebody work in the back office; a temporary password opens nothing until it is changed.

    Raises RoleNotFound, BeyondOwnPermissions, PasswordWeak or AddressTaken.
    """
    _check_may_appoint(caller, form.role, form.regions)
    row = _new_member(form.name, form.email, form.phone, form.role, form.regions, now)
    transaction.commit(
        [
            table.add_member_part(row, user_id),
            table.count_members_part(form.role, 1, 1),
            *auth.create_user_parts(
                "staff",
                user_id,
                name=form.name,
                email=form.email,
                phone=form.phone,
                role=form.role,
                password=form.password,
                temporary=temporary,
                now=now,
            ),
        ]
    )
    return _staff_view(_member(user_id), has_second_factor=False)


def edit_staff(user_id: str, edit: EditStaff, caller: Principal) -> StaffView:
    """Change a member of staff; switching off ends their sessions.

    Raises StaffNotFound, OwnAccount, BeyondOwnPermissions, LastOwner, RoleNotFound or Stale.
    """
    row = _member(user_id)
    if row.version != edit.version:
        raise Stale()
    changes = edit.model_dump(exclude={"version"}, exclude_none=True)
    if user_id == caller.user_id and changes.keys() - {"name"}:
        raise rules.OwnAccount()
    _check_may_appoint(caller, row.role, row.regions)
    role, active = edit.role or row.role, row.active if edit.active is None else edit.active
    _check_may_appoint(caller, role, row.regions if edit.regions is None else edit.regions)
    parts = [
        table.edit_member_part(row, changes),
        *_count_parts(row, role, active),
        *auth.change_user_parts(user_id, name=edit.name, role=edit.role, active=edit.active),
    ]
    transaction.commit(parts)
    return _staff_view(_member(user_id), auth.second_factor.is_on(user_id))


def reset_staff_password(user_id: str, password: str, caller: Principal) -> None:
    """Give a member of staff a new password and end their sessions.

    Raises StaffNotFound, OwnAccount, BeyondOwnPermissions or PasswordWeak.
    """
    row = _member(user_id)
    if user_id == caller.user_id:
        raise rules.OwnAccount()
    _check_may_appoint(caller, row.role, row.regions)
    transaction.commit(auth.set_password_parts(user_id, password))


def reset_second_factor(user_id: str, caller: Principal) -> None:
    """Take the second factor from a member of staff who lost it, and end their sessions.

    Raises StaffNotFound, OwnAccount or BeyondOwnPermissions.
    """
    row = _member(user_id)
    if user_id == caller.user_id:
        raise rules.OwnAccount()
    _check_may_appoint(caller, row.role, row.regions)
    transaction.commit(auth.second_factor.reset_parts(user_id))


# Roles


def roles() -> list[RoleView]:
    """Every role with what it allows."""
    return [_role_view(row) for row in table.roles()]


def add_role(form: AddRole, caller: Principal) -> RoleView:
    """Raises RoleTaken, PermissionUnknown, BeyondOwnPermissions or TooManyRoles."""
    rules.check_known(form.permissions)
    rules.check_may_grant(caller.permissions, form.permissions)
    if len(table.roles()) >= rules.MOST_ROLES:
        raise rules.TooManyRoles()
    row = table.RoleRow(name=form.name, permissions=sorted(set(form.permissions)))
    row.second_factor_required = form.second_factor_required
    transaction.commit([table.add_role_part(row, form.role)])
    return _role_view(row)


def edit_role(role_id: str, edit: EditRole, caller: Principal) -> RoleView:
    """Raises RoleNotFound, OwnerRoleFixed, PermissionUnknown, BeyondOwnPermissions or Stale."""
    changes = edit.model_dump(exclude={"version"}, exclude_none=True)
    row = _changeable(role_id, caller, changes)
    if row.version != edit.version:
        raise Stale()
    if edit.permissions is not None:
        rules.check_known(edit.permissions)
        rules.check_may_grant(caller.permissions, edit.permissions)
        changes["permissions"] = sorted(set(edit.permissions))
    transaction.commit([table.edit_role_part(row, changes)])
    return _role_view(_role(role_id))


def delete_role(role_id: str, caller: Principal) -> None:
    """Raises RoleNotFound, OwnerRoleFixed, BeyondOwnPermissions or RoleInUse."""
    transaction.commit([table.delete_role_part(_changeable(role_id, caller))])


def _tokens(opened: auth.Opened, now: datetime) -> Tokens:
    row = table.member(opened.user_id)
    role = table.role(row.role) if row else None
    unguarded = bool(role and role.second_factor_required) and not auth.second_factor.is_on(opened.user_id)
    is_open = role and not opened.must_change_password and not unguarded
    allowed = frozenset(role.permissions if role and is_open else ())
    principal = Principal(
        kind="staff",
        user_id=opened.user_id,
        session_id=opened.session_id,
        role=row.role if row else None,
        permissions=allowed,
        regions=tuple(row.regions) if row else (),
    )
    return auth.tokens_of(opened, now, principal, must_add_second_factor=unguarded)


def _check_may_appoint(caller: Principal, role_id: str, regions: list[str]) -> None:
    rules.check_may_grant(caller.permissions, _role(role_id).permissions)
    rules.check_regions(caller.regions, regions)


def _changeable(role_id: str, caller: Principal, fields: Collection[str] = ()) -> table.RoleRow:
    if role_id == rules.OWNER and set(fields) != {"second_factor_required"}:
        raise rules.OwnerRoleFixed()
    row = _role(role_id)
    rules.check_may_grant(caller.permissions, row.permissions)
    return row


def _count_parts(row: table.StaffRow, role: str, active: bool) -> list[Part]:
    if role == row.role:
        change = int(active) - int(row.active)
        return [table.count_members_part(role, 0, change)] if change else []
    return [
        table.count_members_part(row.role, -1, -int(row.active)),
        table.count_members_part(role, 1, int(active)),
    ]


def _new_member(
    name: str, email: str, phone: str, role: str, regions: list[str], now: datetime
) -> table.StaffRow:
    return table.StaffRow(
        name=name,
        email=email,
        phone=phone,
        role=role,
        regions=regions,
        created_at=clock.to_text(now),
    )


def _member(user_id: str) -> table.StaffRow:
    row = table.member(user_id)
    if row is None:
        raise rules.StaffNotFound()
    return row


def _role(role_id: str) -> table.RoleRow:
    row = table.role(role_id)
    if row is None:
        raise rules.RoleNotFound()
    return row


def _staff_view(row: table.StaffRow, has_second_factor: bool) -> StaffView:
    return StaffView(
        user_id=row.sk,
        name=row.name,
        email=row.email,
        phone=row.phone,
        role=row.role,
        regions=row.regions,
        active=bool(row.active),
        second_factor=has_second_factor,
        created_at=row.created_at,
        version=int(row.version),
    )


def _role_view(row: table.RoleRow) -> RoleView:
    return RoleView(
        role=row.sk,
        name=row.name,
        permissions=row.permissions,
        second_factor_required=bool(row.second_factor_required),
        members=int(row.members),
        version=int(row.version),
    )
