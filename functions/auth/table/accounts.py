"""Users, what signs them in, and their sessions."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from functions.auth import rules
from functions.auth.rules import Kind
from functions.auth.table.rows import IdentifierRow, SessionRow, UserRow, epoch_of
from kit import clock, transaction
from kit.errors import NotFound, Stale
from kit.transaction import Part, PartError

_NOBODY = "NOBODY"


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
        SessionRow.expires_at_epoch.set(epoch_of(valid_until)),
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


def require_user(user_id: str) -> UserRow:
    """A user who must exist. Raises NotFound."""
    row = user(user_id)
    if row is None:
        raise NotFound()
    return row
