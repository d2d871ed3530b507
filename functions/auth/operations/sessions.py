"""Sessions: a family of refresh tokens of which only the newest is good."""

from dataclasses import dataclass
from datetime import datetime

from functions.auth import rules, table
from functions.auth.operations import log, seals
from functions.auth.rules import Kind, Visit
from functions.auth.schemas import Tokens
from kit import clock, tokens, transaction
from kit.tokens import Principal
from kit.transaction import Part


@dataclass(frozen=True)
class Opened:
    """A session somebody may use: whose it is, and the refresh token that is good now."""

    user_id: str
    kind: Kind
    agent_id: str | None
    role: str
    permissions: frozenset[str]
    session_id: str
    refresh_token: str
    valid_until: str
    must_change_password: bool

    @property
    def principal(self) -> Principal:
        """Who calls with this session; staff hold what their role gives, which admin adds."""
        return Principal(
            kind=self.kind,
            user_id=self.user_id,
            session_id=self.session_id,
            agent_id=self.agent_id,
            role=self.role,
            permissions=self.permissions,
        )


def tokens_of(
    opened: Opened,
    now: datetime,
    principal: Principal | None = None,
    *,
    must_add_second_factor: bool = False,
) -> Tokens:
    """What a client gets for a session; staff bring the principal that their role makes."""
    return Tokens(
        access_token=tokens.issue(principal or opened.principal, now),
        access_expires_at=clock.to_text(now + tokens.LIFETIME),
        refresh_token=opened.refresh_token,
        refresh_expires_at=opened.valid_until,
        kind=opened.kind,
        user_id=opened.user_id,
        agent_id=opened.agent_id,
        must_change_password=opened.must_change_password,
        must_add_second_factor=must_add_second_factor,
    )


def open_part(user: table.UserRow, visit: Visit) -> tuple[Opened, Part]:
    """A new session and the write that opens it."""
    valid_until = visit.now + rules.IDLE_LIFETIME[user.kind]
    row = table.SessionRow(
        session_id=visit.id,
        generation=1,
        epoch=user.epoch,
        opened_at=clock.to_text(visit.now),
        valid_until=clock.to_text(valid_until),
        expires_at_epoch=int(valid_until.timestamp()),
        ip=visit.ip,
        user_agent=visit.user_agent,
    )
    return _opened(user, row), table.open_session_part(user.user_id, row)


def refresh(token: str, kind: Kind, attempt: str | None, visit: Visit) -> Opened:
    """Exchange a refresh token for the next one.

    A token that was exchanged before ends the whole family, unless the same attempt is being repeated.
    Raises SessionEnded.
    """
    user_id, session_id, generation = _read(token)
    return transaction.retry_stale(lambda: _refresh(user_id, session_id, generation, kind, attempt, visit))


def _refresh(
    user_id: str,
    session_id: str,
    generation: int,
    kind: Kind,
    attempt: str | None,
    visit: Visit,
) -> Opened:
    now, user, row = visit.now, table.user(user_id), table.session(user_id, session_id)
    if user is None or row is None or not _is_good(user, row, kind, now):
        raise rules.SessionEnded()
    if generation == row.generation - 1 and attempt and attempt == row.attempt:
        return _opened(user, row)
    if generation != row.generation:
        reused = log.part(user, "refresh", "RefreshTokenReused", visit)
        transaction.commit([table.end_session_part(user_id, session_id), reused])
        raise rules.SessionEnded()
    longest = clock.from_text(row.opened_at) + rules.LONGEST_SESSION[kind]
    valid_until = min(now + rules.IDLE_LIFETIME[kind], longest)
    transaction.commit([table.rotate_session_part(row, attempt, valid_until)])
    row.generation, row.valid_until = row.generation + 1, clock.to_text(valid_until)
    return _opened(user, row)


def sign_out(user_id: str, session_id: str) -> None:
    """End one session."""
    transaction.commit([table.end_session_part(user_id, session_id)])


def sign_out_everywhere(user_id: str) -> None:
    """End all of a user's sessions."""
    transaction.commit([table.change_user_part(user_id, {}, end_sessions=True)])


def _is_good(user: table.UserRow, row: table.SessionRow, kind: Kind, now: datetime) -> bool:
    in_time = clock.from_text(row.valid_until) > now
    return bool(user.active) and user.kind == kind and row.epoch == user.epoch and in_time


def _opened(user: table.UserRow, row: table.SessionRow) -> Opened:
    return Opened(
        user_id=user.user_id,
        kind=user.kind,
        agent_id=user.agent_id,
        role=user.role,
        permissions=frozenset(user.permissions),
        session_id=row.session_id,
        refresh_token=_token(user.user_id, row.session_id, int(row.generation)),
        valid_until=row.valid_until,
        must_change_password=bool(user.must_change_password),
    )


def _token(user_id: str, session_id: str, generation: int) -> str:
    return seals.sealed("refresh", f"{user_id}.{session_id}.{generation}")


def _read(token: str) -> tuple[str, str, int]:
    content = seals.opened("refresh", token)
    if content is None:
        raise rules.SessionEnded()
    user_id, session_id, generation = content.split(".")
    return user_id, session_id, int(generation)
