"""Who signs in for a company."""

from typing import Any

from pynamodb.expressions.update import Action

from functions.agents import rules
from functions.agents.rules import Role
from functions.agents.table.companies import company_part
from functions.agents.table.rows import CompanyRow, UserRow, key
from kit import transaction
from kit.errors import Stale
from kit.transaction import OldRow, Part


def users(agent_id: str) -> list[UserRow]:
    """Everybody who signs in for a company, also those switched off."""
    return list(UserRow.query(key(agent_id), UserRow.sk.startswith("USER#"), consistent_read=True))


def user(agent_id: str, user_id: str) -> UserRow | None:
    return UserRow.find(key(agent_id), f"USER#{user_id}", consistent=True)


def create_user_part(agent_id: str, user_id: str, name: str, role: Role, limit_fen: int | None) -> Part:
    """Let somebody sign in for a company."""
    row = UserRow(
        key(agent_id),
        f"USER#{user_id}",
        user_id=user_id,
        name=name,
        role=role,
        spending_limit_fen=limit_fen,
        version=1,
    )
    return transaction.create(row)


def edit_user_part(row: UserRow, changes: dict[str, Any]) -> Part:
    """Change the user that was read; raises Stale when it was changed meanwhile."""
    actions: list[Action] = [UserRow.version.set(UserRow.version + 1)]
    for name, value in changes.items():
        attribute = getattr(UserRow, name)
        actions.append(attribute.remove() if value is None else attribute.set(value))
    unchanged = UserRow.version == row.version
    return transaction.update(UserRow, row.pk, row.sk, actions, unchanged, Stale)


def spend_part(row: UserRow, amount_fen: int, month: str) -> Part:
    """Count an amount against a user's monthly limit.

    Raises SpendingLimitReached, or Stale when the limit or the month was changed meanwhile.
    """
    limit = row.spending_limit_fen
    if row.spent_month != month and amount_fen > limit:
        raise rules.SpendingLimitReached(left_fen=limit)
    unchanged = UserRow.spending_limit_fen == limit
    if row.spent_month == month:
        actions: list[Action] = [UserRow.spent_fen.set(UserRow.spent_fen + amount_fen)]
        unchanged &= (UserRow.spent_month == month) & (UserRow.spent_fen <= limit - amount_fen)
    else:
        actions = [UserRow.spent_fen.set(amount_fen), UserRow.spent_month.set(month)]
        before = UserRow.spent_month
        unchanged &= before == row.spent_month if row.spent_month else before.does_not_exist()

    def error(old: OldRow) -> Exception:
        if old is None or old.get("spending_limit_fen") != limit or old.get("spent_month") != row.spent_month:
            return Stale()
        return rules.SpendingLimitReached(left_fen=limit - old["spent_fen"])

    return transaction.update(UserRow, row.pk, row.sk, actions, unchanged, error)


def return_spending_part(row: UserRow, amount_fen: int) -> Part:
    """Take an amount from what a user spent this month, at most all of it, whatever the limit is now.

    Raises Stale when the month was changed meanwhile, or less is left than was read.
    """
    unchanged = UserRow.spent_month == row.spent_month
    if row.spent_fen >= amount_fen:
        left = UserRow.spent_fen.set(UserRow.spent_fen - amount_fen)
        unchanged &= UserRow.spent_fen >= amount_fen
    else:
        left = UserRow.spent_fen.set(0)
        unchanged &= UserRow.spent_fen == row.spent_fen
    return transaction.update(UserRow, row.pk, row.sk, [left], unchanged, Stale)


def owner_part(agent_id: str, user_id: str) -> Part:
    """Fail the transaction with Stale unless this user is an active owner."""
    is_owner = (UserRow.role == "owner") & (UserRow.active == True)  # noqa: E712  a DynamoDB condition
    return transaction.check(UserRow, key(agent_id), f"USER#{user_id}", is_owner, Stale)


def count_user_part(agent_id: str) -> Part:
    """Count one more user. Raises TooManyUsers."""
    room = CompanyRow.users < rules.MOST_USERS
    return company_part(agent_id, [CompanyRow.users.set(CompanyRow.users + 1)], room, rules.TooManyUsers)


def uncount_user_part(agent_id: str) -> Part:
    """Count one user less."""
    return company_part(agent_id, [CompanyRow.users.set(CompanyRow.users - 1)], CompanyRow.users > 1)
