"""Auth table: who may sign in, with what, and what was tried.

pk `USER#<user_id>`, sk `USER` | `SESSION#<session_id>`;
pk `IDENTIFIER#<kind>#<channel>#<value>`, sk `IDENTIFIER`; pk `REGISTRATION#<id>`, sk `REGISTRATION`;
pk `CODE#<purpose>#<channel>#<value>`, sk `CODE`; pk `ADDRESS#<channel>#<value>`, sk `SENDING`;
pk `ATTEMPTS#<kind>#<channel>#<value>`, sk `ATTEMPTS`; pk `LIMIT#<name>#<who>`, sk `<window>`;
pk `SIGN_INS#<day>`, sk `<instant>#<id>`, of one user in the index by_user.
Rows that lapse carry `expires_at_epoch`; code compares times itself, the TTL only tidies up.
"""

import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from pynamodb.attributes import (
    Attribute,
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.exceptions import UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from functions.auth import rules
from functions.auth.rules import Address, Kind
from kit import clock, rows, transaction
from kit.errors import NotFound, Stale
from kit.transaction import Part, PartError

_A_DAY = timedelta(days=1)
_NOBODY = "NOBODY"


class _Row(rows.Row):
    class Meta:
        table_name = os.environ["AUTH_TABLE"]

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    expires_at_epoch = NumberAttribute(null=True)


class KindAttribute(Attribute[Kind]):
    attr_type = "S"


class UserRow(_Row):
    """A person; whoever raises `epoch` ends all their sessions."""

    user_id = UnicodeAttribute()
    kind = KindAttribute()
    agent_id = UnicodeAttribute(null=True)
    role = UnicodeAttribute()
    permissions = JSONAttribute()
    name = UnicodeAttribute()
    email = UnicodeAttribute()
    phone = UnicodeAttribute()
    openid = UnicodeAttribute(null=True)
    password_hash = UnicodeAttribute()
    must_change_password = BooleanAttribute(default=False)
    active = BooleanAttribute(default=True)
    epoch = NumberAttribute(default=0)
    created_at = UnicodeAttribute()


class SessionRow(_Row):
    """A family of refresh tokens, of which only the one of this generation is good."""

    session_id = UnicodeAttribute()
    generation = NumberAttribute()
    attempt = UnicodeAttribute(null=True)
    epoch = NumberAttribute()
    opened_at = UnicodeAttribute()
    valid_until = UnicodeAttribute()
    ip = UnicodeAttribute()
    user_agent = UnicodeAttribute()


class IdentifierRow(_Row):
    """An address or WeChat identity signs in this user; `proven` once a code sent there came back."""

    user_id = UnicodeAttribute()
    proven = BooleanAttribute(default=False)


class RegistrationRow(_Row):
    """A form whose code is on its way."""

    form = JSONAttribute()
    email = UnicodeAttribute()
    password_hash = UnicodeAttribute()
    consent = JSONAttribute()
    valid_until = UnicodeAttribute()


class CodeRow(_Row):
    """A code that was sent; only its HMAC is kept."""

    mac = UnicodeAttribute()
    tries = NumberAttribute(default=0)
    valid_until = UnicodeAttribute()
    used = BooleanAttribute(default=False)


class SendingRow(_Row):
    """When codes were sent to an address in the last hour."""

    sent = JSONAttribute()
    version = NumberAttribute()


class AttemptsRow(_Row):
    """Password failures in a row for one identifier, whether it exists or not."""

    failures = NumberAttribute()
    last_at = UnicodeAttribute()
    blocked_until = UnicodeAttribute()
    version = NumberAttribute()


class CounterRow(_Row):
    """How often something happened in a window."""

    times = NumberAttribute()


class ByUser(GlobalSecondaryIndex["SignInRow"]):
    """A user's sign-ins by time."""

    class Meta:
        index_name = "by_user"
        projection = AllProjection()

    user_id = UnicodeAttribute(hash_key=True)
    tried_at = UnicodeAttribute(range_key=True)


class SignInRow(_Row):
    """One try to sign in."""

    by_user = ByUser()

    user_id = UnicodeAttribute(null=True)
    tried_at = UnicodeAttribute()
    kind = KindAttribute()
    method = UnicodeAttribute()
    account = UnicodeAttribute()
    result = UnicodeAttribute()
    ip = UnicodeAttribute()
    user_agent = UnicodeAttribute()


# Users and what signs them in


def user(user_id: str) -> UserRow | None:
    return UserRow.find(_user_pk(user_id), "USER", consistent=True)


def users(user_ids: Iterable[str]) -> list[UserRow]:
    """Several users, in no promised order."""
    return list(UserRow.batch_get([(_user_pk(user_id), "USER") for user_id in user_ids]))


def user_by(kind: Kind, identifier: str) -> UserRow | None:
    """The user an identifier signs in; looking for nobody takes as many reads as finding somebody."""
    found = IdentifierRow.find(_identifier_pk(kind, identifier), "IDENTIFIER", consistent=True)
    return user(found.user_id if found else _NOBODY)


def identifier(kind: Kind, value: str) -> IdentifierRow | None:
    return IdentifierRow.find(_identifier_pk(kind, value), "IDENTIFIER", consistent=True)


def create_user_part(row: UserRow) -> Part:
    row.pk, row.sk = _user_pk(row.user_id), "USER"
    return transaction.create(row)


def change_user_part(
    user_id: str, changes: dict[str, Any], *, end_sessions: bool = False, condition: Condition | None = None
) -> Part:
    """Change a user; `end_sessions` makes every refresh token given out so far worthless."""
    actions: list[Action] = []
    for name, value in changes.items():
        attribute = getattr(UserRow, name)
        actions.append(attribute.remove() if value is None else attribute.set(value))
    if end_sessions:
        actions.append(UserRow.epoch.set(UserRow.epoch + 1))
    exists = UserRow.pk.exists()
    holds = exists if condition is None else exists & condition
    return transaction.update(UserRow, _user_pk(user_id), "USER", actions, holds, Stale)


def password_is(password_hash: str) -> Condition:
    """The password is still the one that was checked."""
    return UserRow.password_hash == password_hash


def openid_is(openid: str | None) -> Condition:
    """The WeChat identity is still the one that was read."""
    return UserRow.openid == openid if openid else UserRow.openid.does_not_exist()


def phone_is(phone: str) -> Condition:
    """The phone is still the one that was read."""
    return UserRow.phone == phone


def epoch_is(epoch: int) -> Condition:
    """Nobody ended the user's sessions meanwhile."""
    return UserRow.epoch == epoch


def claim_part(kind: Kind, value: str, user_id: str, *, proven: bool, error: PartError) -> Part:
    """Let an identifier sign in a user; fails when it signs in somebody else."""
    row = IdentifierRow(_identifier_pk(kind, value), "IDENTIFIER", user_id=user_id, proven=proven)
    free = IdentifierRow.pk.does_not_exist() | (IdentifierRow.user_id == user_id)
    return transaction.put(row, free, error)


def take_over_part(kind: Kind, value: str, user_id: str) -> Part:
    """Let an identifier sign in a user who has just proved to own it, whomever it signed in before."""
    return transaction.put(
        IdentifierRow(_identifier_pk(kind, value), "IDENTIFIER", user_id=user_id, proven=True)
    )


def release_part(kind: Kind, value: str, user_id: str) -> Part:
    """Free an identifier, if it signs in this user. Raises Stale."""
    row = IdentifierRow(_identifier_pk(kind, value), "IDENTIFIER")
    return transaction.delete(row, IdentifierRow.user_id == user_id, Stale)


def _user_pk(user_id: str) -> str:
    return f"USER#{user_id}"


def _identifier_pk(kind: Kind, value: str) -> str:
    return f"IDENTIFIER#{kind}#{value}"


# Sessions


def session(user_id: str, session_id: str) -> SessionRow | None:
    return SessionRow.find(_user_pk(user_id), f"SESSION#{session_id}", consistent=True)


def open_session_part(user_id: str, row: SessionRow) -> Part:
    row.pk, row.sk = _user_pk(user_id), f"SESSION#{row.session_id}"
    return transaction.create(row)


def rotate_session_part(row: SessionRow, attempt: str | None, valid_until: datetime) -> Part:
    """Make the next generation the good one. Raises Stale when another refresh came first."""
    actions: list[Action] = [
        SessionRow.generation.set(row.generation + 1),
        SessionRow.valid_until.set(clock.to_text(valid_until)),
        SessionRow.expires_at_epoch.set(_epoch(valid_until)),
        SessionRow.attempt.set(attempt) if attempt else SessionRow.attempt.remove(),
    ]
    unchanged = SessionRow.generation == row.generation
    return transaction.update(SessionRow, row.pk, row.sk, actions, unchanged, Stale)


def renew_session_part(user_id: str, session_id: str, epoch: int) -> Part:
    """Let one session outlive the end of all others."""
    actions: list[Action] = [SessionRow.epoch.set(epoch)]
    exists = SessionRow.pk.exists()
    return transaction.update(
        SessionRow, _user_pk(user_id), f"SESSION#{session_id}", actions, exists, rules.SessionEnded
    )


def end_session_part(user_id: str, session_id: str) -> Part:
    return transaction.delete(SessionRow(_user_pk(user_id), f"SESSION#{session_id}"))


# Registrations and codes


def registration(registration_id: str) -> RegistrationRow | None:
    return RegistrationRow.find(f"REGISTRATION#{registration_id}", "REGISTRATION", consistent=True)


def create_registration_part(registration_id: str, row: RegistrationRow, valid_until: datetime) -> Part:
    row.pk, row.sk = f"REGISTRATION#{registration_id}", "REGISTRATION"
    row.valid_until, row.expires_at_epoch = clock.to_text(valid_until), _epoch(valid_until)
    return transaction.create(row)


def finish_registration_part(registration_id: str) -> Part:
    """Forget a registration that became an account. Raises RegistrationGone when it already did."""
    row = RegistrationRow(f"REGISTRATION#{registration_id}", "REGISTRATION")
    return transaction.delete(row, RegistrationRow.pk.exists(), rules.RegistrationGone)


def sending(where: Address) -> SendingRow | None:
    return SendingRow.find(f"ADDRESS#{where}", "SENDING", consistent=True)


def sending_part(where: Address, read: SendingRow | None, sent: list[str], now: datetime) -> Part:
    """Note that a code goes to an address; refused when another one has gone since it was read."""
    row = SendingRow(f"ADDRESS#{where}", "SENDING", sent=sent, version=read.version + 1 if read else 1)
    row.expires_at_epoch = _epoch(now + _A_DAY)
    unchanged = SendingRow.version == read.version if read else SendingRow.pk.does_not_exist()
    wait = rules.seconds(rules.RESEND_AFTER)
    return transaction.put(row, unchanged, rules.CodesLimited(retry_after=wait))


def code_part(purpose: str, where: Address, mac: str, valid_until: datetime) -> Part:
    """Keep a code's HMAC; the code sent before for the same purpose is worth nothing any more."""
    row = CodeRow(*_code_key(purpose, where), mac=mac, tries=0, valid_until=clock.to_text(valid_until))
    row.expires_at_epoch = _epoch(valid_until + _A_DAY)
    return transaction.put(row)


def count_try(purpose: str, where: Address, now: datetime) -> CodeRow:
    """Spend one try at a code, before it is looked at. Raises CodeExpired when none is left."""
    row = CodeRow(*_code_key(purpose, where))
    may_try = (
        (CodeRow.tries < rules.CODE_TRIES)
        & (CodeRow.used == False)  # noqa: E712  a DynamoDB condition
        & (CodeRow.valid_until > clock.to_text(now))
    )
    try:
        row.update([CodeRow.tries.set(CodeRow.tries + 1)], may_try)
    except UpdateError as failure:
        if failure.cause_response_code != "ConditionalCheckFailedException":
            raise
        raise rules.CodeExpired() from None
    return row


def use_code_part(purpose: str, where: Address, mac: str) -> Part:
    """Use up a code. Raises CodeExpired when it was used already."""
    unused = (CodeRow.used == False) & (CodeRow.mac == mac)  # noqa: E712  a DynamoDB condition
    return transaction.update(
        CodeRow, *_code_key(purpose, where), [CodeRow.used.set(True)], unused, rules.CodeExpired
    )


def _code_key(purpose: str, where: Address) -> tuple[str, str]:
    return f"CODE#{purpose}#{where}", "CODE"


# Limits


def attempts(kind: Kind, where: Address) -> AttemptsRow | None:
    return AttemptsRow.find(f"ATTEMPTS#{kind}#{where}", "ATTEMPTS", consistent=True)


def attempts_part(
    kind: Kind,
    where: Address,
    read: AttemptsRow | None,
    failures: int,
    blocked_until: datetime,
    now: datetime,
) -> Part:
    """Count a try as failed until it proves right. Raises Stale when another try came first."""
    row = AttemptsRow(f"ATTEMPTS#{kind}#{where}", "ATTEMPTS", failures=failures, last_at=clock.to_text(now))
    row.blocked_until = clock.to_text(blocked_until)
    row.version = read.version + 1 if read else 1
    row.expires_at_epoch = _epoch(now + rules.FAILURES_FORGOTTEN_AFTER)
    unchanged = AttemptsRow.version == read.version if read else AttemptsRow.pk.does_not_exist()
    return transaction.put(row, unchanged, Stale)


def forget_attempts_part(kind: Kind, where: Address) -> Part:
    return transaction.delete(AttemptsRow(f"ATTEMPTS#{kind}#{where}", "ATTEMPTS"))


def count(name: str, who: str, window: str) -> int:
    """How often something happened in a window so far."""
    row = CounterRow.find(f"LIMIT#{name}#{who}", window, consistent=True)
    return int(row.times) if row else 0


def count_part(name: str, who: str, window: str, limit: int, ends_at: datetime, error: Exception) -> Part:
    """Count one more in a window; fails with the error at the limit."""
    actions: list[Action] = [
        CounterRow.times.set((CounterRow.times | 0) + 1),
        CounterRow.expires_at_epoch.set(_epoch(ends_at + _A_DAY)),
    ]
    below = CounterRow.times.does_not_exist() | (CounterRow.times < limit)
    return transaction.update(CounterRow, f"LIMIT#{name}#{who}", window, actions, below, error)


# The sign-in log


def sign_in_part(row: SignInRow, now: datetime, log_id: str) -> Part:
    """Add a try to the log of its business day."""
    row.tried_at = f"{clock.to_text(now)}#{log_id}"
    row.pk, row.sk = f"SIGN_INS#{clock.business_day(now).isoformat()}", row.tried_at
    row.expires_at_epoch = _epoch(now + rules.LOG_LIFETIME)
    return transaction.put(row)


def sign_ins(
    day: str, user_id: str | None, start: dict[str, Any] | None, limit: int
) -> tuple[list[SignInRow], dict[str, Any] | None]:
    """Tries of a user, or of a business day, newest first, and the position after them."""
    page: dict[str, Any] = {
        "scan_index_forward": False, "last_evaluated_key": start, "limit": limit, "page_size": limit
    }  # fmt: skip
    if user_id is None:
        found = SignInRow.query(f"SIGN_INS#{day}", **page)
    else:
        found = SignInRow.by_user.query(user_id, **page)
    items = list(found)
    return items, found.last_evaluated_key


def _epoch(instant: datetime) -> int:
    return int(instant.timestamp())


def require_user(user_id: str) -> UserRow:
    """A user who must exist. Raises NotFound."""
    row = user(user_id)
    if row is None:
        raise NotFound()
    return row
