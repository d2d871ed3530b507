"""Accounts: what signs them in, their password, and switching them off."""

from collections.abc import Iterable
from datetime import datetime
from secrets import token_urlsafe

from functions.auth import rules, table
from functions.auth.operations import codes, log, passwords, sign_in, tries
from functions.auth.rules import Address, Kind, Visit
from functions.auth.schemas import BindPhone, ChangePassword, Contact, ResetPassword
from kit import clock, transaction
from kit.tokens import Principal
from kit.transaction import Part
from kit.wechat import MiniProgram


def openid(user_id: str) -> str | None:
    """The WeChat identity bound to a user."""
    row = table.user(user_id)
    return row.openid if row else None


def contact_of(user_id: str) -> Contact:
    """How a user is called and reached. Raises NotFound."""
    return _contact(table.require_user(user_id))


def contacts(user_ids: Iterable[str]) -> list[Contact]:
    """Several users at once; those that do not exist are left out."""
    return [_contact(row) for row in table.users(user_ids)]


def user_at(address: str) -> tuple[str, str] | None:
    """The company and the id of the agents' user whom an e-mail address or a phone number signs in."""
    row = table.user_by("agent", str(Address("email" if "@" in address else "sms", address)))
    return (row.agent_id, row.user_id) if row and row.agent_id else None


def create_user_parts(
    kind: Kind,
    user_id: str,
    *,
    name: str,
    email: str,
    phone: str,
    role: str,
    now: datetime,
    agent_id: str | None = None,
    permissions: frozenset[str] = frozenset(),
    password: str | None = None,
    temporary: bool = True,
) -> list[Part]:
    """A new account; without a password its person signs in by SMS or sets one by a reset.

    A temporary password, one given by somebody else, must be changed at the first sign-in.
    Raises PasswordWeak or AddressTaken.
    """
    if password is not None:
        rules.check_password(password, [email.partition("@")[0], phone])
    user = table.UserRow(
        user_id=user_id,
        kind=kind,
        agent_id=agent_id,
        role=role,
        permissions=sorted(permissions),
        name=name,
        email=email,
        phone=phone,
        password_hash=passwords.hashed(password or token_urlsafe(32)),
        must_change_password=password is not None and temporary,
        created_at=clock.to_text(now),
    )
    return [
        table.create_user_part(user),
        *(
            table.claim_part(kind, str(where), user_id, proven=False, error=_taken(where))
            for where in _addresses(email, phone)
        ),
    ]


def change_user_parts(
    user_id: str,
    *,
    name: str | None = None,
    role: str | None = None,
    permissions: frozenset[str] | None = None,
    active: bool | None = None,
) -> list[Part]:
    """Change what is given; a role counts from the next refresh on, and switching off ends all sessions."""
    held = None if permissions is None else sorted(permissions)
    given = {"name": name, "role": role, "permissions": held, "active": active}
    changes = {attribute: value for attribute, value in given.items() if value is not None}
    return [table.change_user_part(user_id, changes, end_sessions=active is False)] if changes else []


def switch_parts(user_ids: Iterable[str], *, active: bool) -> list[Part]:
    """Let users sign in, or keep them from it and end their sessions."""
    return [part for user_id in user_ids for part in change_user_parts(user_id, active=active)]


def is_erased(user_id: str) -> bool:
    """Whether nothing signs a user in any more, as after `erase_parts`."""
    row = table.require_user(user_id)
    return not (row.email or row.phone or row.openid)


def erase_parts(user_id: str) -> list[Part]:
    """Forget who a user was, free what signed them in, and end their sessions; the id stays."""
    row = table.require_user(user_id)
    blank = {"name": "已注销", "email": "", "phone": "", "openid": None, "password_hash": "", "active": False}
    held = [str(where) for where in _addresses(row.email, row.phone)]
    held += [f"wechat#{row.openid}"] if row.openid else []
    own = [value for value in held if _signs_in(row, value)]
    return [
        table.change_user_part(user_id, blank, end_sessions=True),
        *(table.release_part(row.kind, value, user_id) for value in own),
    ]


def set_password_parts(user_id: str, password: str) -> list[Part]:
    """Give a user a password that they must change at the next sign-in, and end their sessions."""
    row = table.require_user(user_id)
    rules.check_password(password, _personal(row))
    changes = {"password_hash": passwords.hashed(password), "must_change_password": True}
    return [table.change_user_part(user_id, changes, end_sessions=True)]


def check_password(user_id: str, password: str, visit: Visit) -> None:
    """Make sure that it is really them. Raises SignInFailed or SignInBlocked."""
    row = table.require_user(user_id)
    where = Address("email", row.email)
    tries.count(row.kind, where, visit)
    if not passwords.matches(row.password_hash, password):
        transaction.commit([log.part(row, "password", "SignInFailed", visit)])
        raise rules.SignInFailed("密码不正确")
    transaction.commit([table.forget_attempts_part(row.kind, where)])


def change_password(caller: Principal, form: ChangePassword, visit: Visit) -> None:
    """Change one's password; all other sessions end. Raises SignInFailed, SignInBlocked or PasswordWeak."""
    # Read before the check: what is compared in the write must not be newer than what was checked.
    row = table.require_user(caller.user_id)
    check_password(caller.user_id, form.current_password, visit)
    rules.check_password(form.password, _personal(row))
    changes = {"password_hash": passwords.hashed(form.password), "must_change_password": False}
    unchanged = table.password_is(row.password_hash) & table.epoch_is(int(row.epoch))
    transaction.commit(
        [
            table.change_user_part(row.user_id, changes, end_sessions=True, condition=unchanged),
            table.renew_session_part(row.user_id, caller.session_id, int(row.epoch) + 1),
        ]
    )


def reset_password(form: ResetPassword, visit: Visit) -> None:
    """Give the owner of an address a new password and end all sessions.

    Raises CodeWrong, CodeExpired or PasswordWeak.
    """
    where = rules.address(form.identifier)
    rules.check_password(form.password, [where.value.partition("@")[0]])
    use_code = codes.try_code("password_reset", where, form.code, visit.now)
    user = table.user_by("agent", str(where))
    if user is None:
        raise rules.CodeExpired()
    changes = {"password_hash": passwords.hashed(form.password), "must_change_password": False}
    transaction.commit(
        [
            use_code,
            table.change_user_part(user.user_id, changes, end_sessions=True),
            *(table.forget_attempts_part("agent", one) for one in _addresses(user.email, user.phone)),
            log.part(user, "password_reset", log.OK, visit),
        ]
    )


def bind_wechat(user_id: str, code: str, mini_program: MiniProgram) -> None:
    """Let a WeChat identity sign in a user. Raises WechatTaken or WechatCodeInvalid."""
    found = sign_in.identity(code, mini_program)
    transaction.commit(sign_in.bind_parts(table.require_user(user_id), found))


def unbind_wechat(user_id: str) -> None:
    """Let no WeChat identity sign in a user any more."""
    row = table.require_user(user_id)
    if row.openid:
        transaction.commit(
            [
                table.release_part(row.kind, f"wechat#{row.openid}", user_id),
                table.change_user_part(user_id, {"openid": None}, condition=table.openid_is(row.openid)),
            ]
        )


def bind_phone(user_id: str, form: BindPhone, now: datetime) -> None:
    """Let a phone sign in the user who has just proved to hold it, whomever it signed in before.

    Raises CodeWrong, CodeExpired, or Stale when another one was bound meanwhile.
    """
    where = Address("sms", form.phone)
    use_code = codes.try_code("phone_binding", where, form.code, now)
    row = table.require_user(user_id)
    parts = [
        use_code,
        table.take_over_part(row.kind, str(where), user_id),
        table.change_user_part(user_id, {"phone": form.phone}, condition=table.phone_is(row.phone)),
    ]
    old = str(Address("sms", row.phone))
    if old != str(where) and _signs_in(row, old):
        parts.append(table.release_part(row.kind, old, user_id))
    transaction.commit(parts)


def _addresses(email: str, phone: str) -> list[Address]:
    both = (Address("email", email), Address("sms", phone))
    return [where for where in both if where.value]


def _signs_in(row: table.UserRow, value: str) -> bool:
    found = table.identifier(row.kind, value)
    return found is not None and found.user_id == row.user_id


def _taken(where: Address) -> rules.AddressTaken:
    field = "email" if where.channel == "email" else "phone"
    return rules.AddressTaken(field=field)


def _personal(row: table.UserRow) -> list[str]:
    return [row.email.partition("@")[0], row.phone]


def _contact(row: table.UserRow) -> Contact:
    return Contact(
        user_id=row.user_id,
        name=row.name,
        email=row.email,
        phone=row.phone,
        openid=row.openid,
        active=bool(row.active),
        must_change_password=bool(row.must_change_password),
    )
