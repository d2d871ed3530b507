"""The people who sign in for a company: owners, buyers, finance."""

from datetime import datetime

from functions.agents import rules, table
from functions.agents.operations.companies import require_open
from functions.agents.schemas import AddUser, EditUser, UserView
from functions.auth import operations as auth
from functions.auth.schemas import Contact
from kit import clock, transaction
from kit.errors import Stale
from kit.tokens import Principal


def user_ids(agent_id: str) -> list[str]:
    """Everybody who signs in for a company, or did."""
    return [row.user_id for row in table.users(agent_id)]


def user_names(agent_id: str) -> dict[str, str]:
    """What everybody of a company is called, also those who left."""
    return {row.user_id: row.name for row in table.users(agent_id)}


def owner_ids(agent_id: str) -> tuple[str, ...]:
    """The owners of a company who may sign in."""
    return tuple(row.user_id for row in table.users(agent_id) if row.role == "owner" and row.active)


def users(agent_id: str) -> list[UserView]:
    """Everybody who signs in for a company."""
    rows = table.users(agent_id)
    contacts = {one.user_id: one for one in auth.contacts(row.user_id for row in rows)}
    return [_view(row, contacts[row.user_id]) for row in rows]


def user(agent_id: str, user_id: str) -> UserView:
    """One of a company's people. Raises UserNotFound."""
    return _view(_row_of(agent_id, user_id), auth.contact_of(user_id))


def add_user(caller: Principal, form: AddUser, user_id: str, now: datetime) -> UserView:
    """Let somebody else sign in for the company, by SMS or after setting a password by a code.

    Only reviewed companies may: the answer tells whether an address has an account.
    Raises AddressTaken, TooManyUsers or CompanyNotActive.
    """
    require_open(caller.agent, "track")
    transaction.commit(
        [
            table.owner_part(caller.agent, caller.user_id),
            table.count_user_part(caller.agent),
            table.create_user_part(caller.agent, user_id, form.name, form.role, form.spending_limit_fen),
            *auth.create_user_parts(
                "agent",
                user_id,
                name=form.name,
                email=form.email,
                phone=form.phone,
                role=form.role,
                now=now,
                agent_id=caller.agent,
                permissions=rules.PERMISSIONS[form.role],
            ),
        ]
    )
    return user(caller.agent, user_id)


def edit_user(caller: Principal, user_id: str, edit: EditUser, now: datetime) -> UserView:
    """Change a user's name, role, limit or whether they may sign in.

    A limit where there was none counts from now on. Raises UserNotFound, UserLeft, OwnRoleKept,
    CompanyNotActive, or Stale when the user was changed since `version`.
    """
    require_open(caller.agent, "browse")
    row = _row_of(caller.agent, user_id)
    if row.version != edit.version:
        raise Stale()
    if user_id == caller.user_id and (edit.role or edit.active is not None):
        raise rules.OwnRoleKept()
    if auth.is_erased(user_id):
        raise rules.UserLeft()
    changes = {
        name: value
        for name, value in edit.model_dump(exclude={"version"}, exclude_unset=True).items()
        if value is not None or name == "spending_limit_fen"
    }
    if edit.spending_limit_fen is not None and row.spending_limit_fen is None:
        changes |= {"limited_since": clock.to_text(now), "spent_fen": 0}
    parts = [table.edit_user_part(row, changes)]
    if user_id != caller.user_id:
        parts.append(table.owner_part(caller.agent, caller.user_id))
    if edit.name or edit.role or edit.active is not None:
        permissions = rules.PERMISSIONS[edit.role] if edit.role else None
        parts += auth.change_user_parts(
            user_id, name=edit.name, role=edit.role, permissions=permissions, active=edit.active
        )
    transaction.commit(parts)
    return user(caller.agent, user_id)


def _row_of(agent_id: str, user_id: str) -> table.UserRow:
    row = table.user(agent_id, user_id)
    if row is None:
        raise rules.UserNotFound()
    return row


def _view(row: table.UserRow, contact: Contact) -> UserView:
    return UserView(
        user_id=row.user_id,
        name=row.name,
        role=row.role,
        email=contact.email,
        phone=contact.phone,
        wechat_bound=contact.openid is not None,
        active=bool(row.active),
        spending_limit_fen=row.spending_limit_fen,
        spent_fen=int(row.spent_fen),
        version=int(row.version),
    )
