"""Leaving for good: who it was is forgotten; the id, the state and the orders stay."""

from datetime import datetime

from functions.agents import rules, table
from functions.agents.operations.applications import same_values
from functions.agents.operations.companies import row_of
from functions.agents.rules import Actor, State, Step
from functions.auth import operations as auth
from kit import clock, transaction
from kit.errors import Stale
from kit.tokens import Principal
from kit.transaction import Part

_NAME = "已注销"
_SYSTEM = "system"
_UNFINISHED: tuple[State, ...] = ("rejected", "need_info")


def leave(caller: Principal, now: datetime) -> None:
    """Close the caller's account; an owner's leaving closes the company. Raises StateForbids."""
    row = row_of(caller.agent)
    if caller.role == "owner":
        close_company(row, int(row.version), "agent", caller.user_id, "", now)
        return
    user = table.user(caller.agent, caller.user_id)
    if user is None:
        raise rules.UserNotFound()
    transaction.commit([*_forget_parts(user), table.uncount_user_part(caller.agent)])


def close_company(
    row: table.CompanyRow, version: int, by: Actor, actor: str, reason: str, now: datetime
) -> None:
    """Forget a company and its people, and free what signed them in. Raises StateForbids or Stale."""
    rules.check_transition(row.state, "closed", by)
    if row.version != version:
        raise Stale()
    at = clock.to_text(now)
    changes = {
        "state": "closed",
        "state_since": at,
        "reason": reason or None,
        "name": _NAME,
        "contact_name": _NAME,
        "phone": "",
        "email": "",
        "credit_code": None,
        "licence_key": None,
        "consent": {"version": row.consent["version"], "at": row.consent["at"]},
    }
    people = [part for user in table.users(row.agent_id) for part in _forget_parts(user)]
    step: Step = (row.state, "closed")
    transaction.commit(
        [
            table.edit_part(row, changes),
            table.decision_part(row.agent_id, version + 1, at, actor, step, reason),
            *table.same_parts(row.agent_id, (), same_values(row)),
            *people,
        ]
    )
    table.delete_addresses(row.agent_id)


def close_unfinished(before: datetime, most: int, now: datetime) -> int:
    """Close at most so many applications that were rejected, or left unanswered, before an instant.

    Returns how many; fewer means that none is left.
    """
    limit, closed = clock.to_text(before), 0
    for state in _UNFINISHED:
        for row in list(table.companies_in(state, None, None, most - closed, oldest_first=True)):
            if row.state_since >= limit:
                break
            close_company(row, int(row.version), "staff", _SYSTEM, "超过保存期限", now)
            closed += 1
        if closed == most:
            break
    return closed


def finish_closing(since: datetime) -> None:
    """Empty the address books of companies closed since an instant, where their closing was interrupted."""
    first = clock.to_text(since)
    for row in table.companies_in("closed", None, None, None, oldest_first=False):
        if row.state_since < first:
            break
        table.delete_addresses(row.agent_id)


def _forget_parts(user: table.UserRow) -> list[Part]:
    if auth.is_erased(user.user_id):
        return []
    return [
        table.edit_user_part(user, {"name": _NAME, "active": False}),
        *auth.erase_parts(user.user_id),
    ]
