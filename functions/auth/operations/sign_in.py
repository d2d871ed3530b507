"""Signing in: by password, by SMS code, by WeChat. Every try is logged, and told apart only there."""

from typing import NoReturn

from functions.auth import rules, table
from functions.auth.operations import codes, log, passwords, second_factor, sessions, tries
from functions.auth.operations.sessions import Opened
from functions.auth.rules import Address, Kind, Visit
from functions.auth.schemas import PasswordSignIn, SecondFactorSignIn, SmsSignIn, WechatSignIn
from kit import transaction
from kit.transaction import Part
from kit.wechat import INVALID_CODE, MiniProgram, WechatRefused


def sign_in_with_password(kind: Kind, form: PasswordSignIn, visit: Visit) -> Opened:
    """Raises SignInFailed, SignInBlocked, AccountDisabled, or SecondFactorNeeded with the way to go on."""
    where = rules.address(form.identifier)
    tries.count(kind, where, visit)
    user = table.user_by(kind, str(where))
    right = passwords.matches(user.password_hash if user else None, form.password)
    if user is None or not right:
        _refuse(kind, where, user, visit)
    if kind == "staff" and user.active and second_factor.is_on(user.user_id):
        second_factor.ask(user, visit)
    parts = [table.forget_attempts_part(kind, where)]
    if passwords.is_outdated(user.password_hash):
        changes = {"password_hash": passwords.hashed(form.password)}
        parts.append(
            table.change_user_part(user.user_id, changes, condition=table.password_is(user.password_hash))
        )
    return _open(user, "password", parts, visit)


def sign_in_with_second_factor(form: SecondFactorSignIn, visit: Visit) -> Opened:
    """Finish what a password began.

    Raises SessionEnded when that is too long ago, SecondFactorWrong, SignInBlocked or AccountDisabled.
    """
    user = second_factor.asked(form.challenge, visit.now)
    parts = second_factor.prove(user, form.one_time_code, visit)
    return _open(user, "second_factor", parts, visit)


def sign_in_with_sms(form: SmsSignIn, visit: Visit) -> Opened:
    """Raises CodeWrong, CodeExpired or AccountDisabled."""
    where = Address("sms", form.phone)
    use_code = codes.try_code("sign_in", where, form.code, visit.now)
    user = table.user_by("agent", str(where))
    if user is None:
        raise rules.CodeExpired()
    proven = table.claim_part("agent", str(where), user.user_id, proven=True, error=rules.CodeExpired)
    return _open(user, "sms", [use_code, proven], visit)


def sign_in_with_wechat(form: WechatSignIn, mini_program: MiniProgram, visit: Visit) -> Opened:
    """Sign in the account bound to a WeChat identity; a phone code binds the account of that phone first.

    Raises WechatNotBound, WechatCodeInvalid, WechatTaken or AccountDisabled.
    """
    openid = identity(form.code, mini_program)
    user = table.user_by("agent", f"wechat#{openid}")
    if user is not None:
        return _open(user, "wechat", [], visit)
    owner = _owner_of_phone(form, openid, mini_program)
    if owner is None:
        raise rules.WechatNotBound()
    return _open(owner, "wechat", bind_parts(owner, openid), visit)


def identity(code: str, mini_program: MiniProgram) -> str:
    """The openid behind a `wx.login` code. Raises WechatCodeInvalid."""
    try:
        return mini_program.sign_in(code).openid
    except WechatRefused as refusal:
        raise _meaning(refusal) from refusal


def bind_parts(user: table.UserRow, openid: str) -> list[Part]:
    """Let a WeChat identity sign in a user, instead of the one bound before.

    Raises WechatTaken, or Stale when another one was bound meanwhile.
    """
    wechat = f"wechat#{openid}"
    parts = [
        table.claim_part("agent", wechat, user.user_id, proven=True, error=rules.WechatTaken),
        table.change_user_part(user.user_id, {"openid": openid}, condition=table.openid_is(user.openid)),
    ]
    if user.openid and user.openid != openid:
        parts.append(table.release_part("agent", f"wechat#{user.openid}", user.user_id))
    return parts


def _open(user: table.UserRow, method: str, parts: list[Part], visit: Visit) -> Opened:
    if not user.active:
        transaction.commit([log.part(user, method, "AccountDisabled", visit)])
        raise rules.AccountDisabled()
    opened, open_part = sessions.open_part(user, visit)
    transaction.commit([*parts, open_part, log.part(user, method, log.OK, visit)])
    return opened


def _refuse(kind: Kind, where: Address, user: table.UserRow | None, visit: Visit) -> NoReturn:
    if user is None:
        part = log.unknown_part(kind, rules.masked(where), "password", "SignInFailed", visit)
    else:
        part = log.part(user, "password", "SignInFailed", visit)
    transaction.commit([part])
    raise rules.SignInFailed()


def _owner_of_phone(form: WechatSignIn, openid: str, mini_program: MiniProgram) -> table.UserRow | None:
    if form.phone_code is None:
        return None
    try:
        phone = mini_program.phone_number(form.phone_code, openid)
    except WechatRefused as refusal:
        raise _meaning(refusal) from refusal
    return table.user_by("agent", str(Address("sms", phone)))


def _meaning(refusal: WechatRefused) -> Exception:
    return rules.WechatCodeInvalid() if refusal.errcode == INVALID_CODE else refusal
