"""Agents table: everything about a company in one partition.

pk `AGENT#<agent_id>`, sk `COMPANY` | `ADDRESSES` | `ADDRESS#<id>` | `USER#<user_id>` | `DECISION#<version>`;
pk `TIERS`, sk `<code>`; pk `INVITE#<code>`, sk `AGENT`; pk `SAME#<field>#<value>`, sk `<agent_id>`.
Only company rows have `state` and `state_since`, so only they are in the index by_state.
"""

import os
from collections.abc import Iterable, Sequence
from typing import Any

from pynamodb.attributes import Attribute, BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from functions.agents import rules
from functions.agents.rules import Role, State, Step
from kit import rows, transaction
from kit.errors import Stale
from kit.transaction import OldRow, Part, PartError

COMPANY = "COMPANY"
_SUMMARY = "ADDRESSES"
_TIERS = "TIERS"


class _Row(rows.Row):
    class Meta:
        table_name = os.environ["AGENTS_TABLE"]

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


class ByState(GlobalSecondaryIndex["CompanyRow"]):
    """Companies of a state by the instant they entered it."""

    class Meta:
        index_name = "by_state"
        projection = AllProjection()

    state = UnicodeAttribute(hash_key=True)
    state_since = UnicodeAttribute(range_key=True)


class StateAttribute(Attribute[State]):
    attr_type = "S"


class RoleAttribute(Attribute[Role]):
    attr_type = "S"


class CompanyRow(_Row):
    """A dealer company; credit_left = limit − used is kept equal in every write that touches one of them."""

    by_state = ByState()

    agent_id = UnicodeAttribute()
    name = UnicodeAttribute()
    state = StateAttribute()
    state_since = UnicodeAttribute()
    tier = UnicodeAttribute()
    region = JSONAttribute(null=True)
    region_code = UnicodeAttribute(null=True)
    salesperson_id = UnicodeAttribute(null=True)
    contact_name = UnicodeAttribute()
    phone = UnicodeAttribute()
    email = UnicodeAttribute()
    credit_code = UnicodeAttribute(null=True)
    licence_key = UnicodeAttribute(null=True)
    credit_limit_fen = NumberAttribute(default=0)
    credit_left_fen = NumberAttribute(default=0)
    policy = JSONAttribute(null=True)
    invite_code = UnicodeAttribute()
    invited_by = UnicodeAttribute(null=True)
    consent = JSONAttribute()
    applied_at = UnicodeAttribute()
    approved_at = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    duplicates = NumberAttribute(default=0)
    users = NumberAttribute(default=1)
    version = NumberAttribute()


class AddressesRow(_Row):
    """How many addresses a company has, and which is the default."""

    entries = NumberAttribute()
    default_id = UnicodeAttribute(null=True)
    version = NumberAttribute()


class AddressRow(_Row):
    address_id = UnicodeAttribute()
    contact_name = UnicodeAttribute()
    phone = UnicodeAttribute()
    region = JSONAttribute()
    text = UnicodeAttribute()
    version = NumberAttribute()


class UserRow(_Row):
    """Somebody who signs in for the company; name and credentials' data are in auth."""

    user_id = UnicodeAttribute()
    name = UnicodeAttribute()
    role = RoleAttribute()
    active = BooleanAttribute(default=True)
    spending_limit_fen = NumberAttribute(null=True)
    spent_fen = NumberAttribute(default=0)
    spent_month = UnicodeAttribute(null=True)
    version = NumberAttribute()


class DecisionRow(_Row):
    """One step from state to state, for ever."""

    at = UnicodeAttribute()
    actor = UnicodeAttribute()
    old_state = StateAttribute()
    new_state = StateAttribute()
    reason = UnicodeAttribute()


class TierRow(_Row):
    code = UnicodeAttribute()
    name = UnicodeAttribute()
    rank = NumberAttribute()
    version = NumberAttribute()


class InviteRow(_Row):
    agent_id = UnicodeAttribute()


class SameRow(_Row):
    """A company has this value in this field."""

    agent_id = UnicodeAttribute()


def key(agent_id: str) -> str:
    return f"AGENT#{agent_id}"


# Companies


def company(agent_id: str) -> CompanyRow | None:
    """A company as it stands."""
    return CompanyRow.find(key(agent_id), COMPANY, consistent=True)


def company_part(
    agent_id: str, actions: Sequence[Action], condition: Condition, error: PartError = Stale
) -> Part:
    """Change a company under a condition."""
    return transaction.update(CompanyRow, key(agent_id), COMPANY, actions, condition, error)


def edit_part(row: CompanyRow, changes: dict[str, Any]) -> Part:
    """Change attributes of the company that was read; raises Stale when it was changed meanwhile.

    A credit limit is changed by its difference, because orders use the credit at the same time.
    """
    actions: list[Action] = [
        CompanyRow.version.set(CompanyRow.version + 1),
    ]
    if "credit_limit_fen" in changes:
        added = changes["credit_limit_fen"] - row.credit_limit_fen
        actions.append(CompanyRow.credit_left_fen.set(CompanyRow.credit_left_fen + added))
    for name, value in changes.items():
        attribute = getattr(CompanyRow, name)
        actions.append(attribute.remove() if value is None else attribute.set(value))
    return company_part(row.agent_id, actions, CompanyRow.version == row.version)


def use_credit_part(agent_id: str, amount_fen: int) -> Part:
    """Take an amount from an active company's credit; a negative amount gives it back, in any state."""
    condition = CompanyRow.pk.exists()
    if amount_fen > 0:
        condition = (CompanyRow.credit_left_fen >= amount_fen) & (CompanyRow.state == "active")

    def error(old: OldRow) -> Exception:
        if old is None or old["state"] != "active":
            return rules.CompanyNotActive(state=old["state"] if old else "closed")
        return rules.CreditNotEnough(left_fen=old["credit_left_fen"])

    actions = [CompanyRow.credit_left_fen.set(CompanyRow.credit_left_fen - amount_fen)]
    return company_part(agent_id, actions, condition, error)


def active_part(agent_id: str) -> Part:
    """Fail the transaction unless the company is active."""

    def error(old: OldRow) -> Exception:
        return rules.CompanyNotActive(state=old["state"] if old else "closed")

    return transaction.check(CompanyRow, key(agent_id), COMPANY, CompanyRow.state == "active", error)


def companies_in(
    state: State, filters: Condition | None, start: dict[str, Any] | None, limit: int, *, oldest_first: bool
) -> Any:
    """Companies of a state in the order they entered it; the iterator knows where it stopped."""
    return CompanyRow.by_state.query(
        state,
        filter_condition=filters,
        scan_index_forward=oldest_first,
        last_evaluated_key=start,
        limit=limit,
        page_size=limit,
    )


def matching(
    region_prefixes: Iterable[str], tier: str | None, salesperson_id: str | None
) -> Condition | None:
    """A filter over companies; no prefixes means every region."""
    wanted: Condition | None = None
    for prefix in region_prefixes:
        within = CompanyRow.region_code.startswith(prefix)
        wanted = within if wanted is None else wanted | within
    for attribute, value in ((CompanyRow.tier, tier), (CompanyRow.salesperson_id, salesperson_id)):
        if value is not None:
            same = attribute == value
            wanted = same if wanted is None else wanted & same
    return wanted


def page(found: Any) -> tuple[list[Any], dict[str, Any] | None]:
    """What a query found, and the position after it, if there is more."""
    items = list(found)
    return items, found.last_evaluated_key


# What companies have in common


def same_pk(field: str, value: str) -> str:
    return f"SAME#{field}#{value}"


def same_parts(agent_id: str, gained: Iterable[str], lost: Iterable[str] = ()) -> list[Part]:
    """Note under which values a company is found as a duplicate; values are keys made by `same_pk`."""
    return [
        *(transaction.put(SameRow(value, agent_id, agent_id=agent_id)) for value in gained),
        *(transaction.delete(SameRow(value, agent_id)) for value in lost),
    ]


def create_company_part(row: CompanyRow) -> Part:
    row.pk, row.sk = key(row.agent_id), COMPANY
    return transaction.create(row)


def with_same(value: str) -> list[str]:
    """The ids of companies with this value."""
    return [row.agent_id for row in SameRow.query(value, limit=20)]


def invite_part(code: str, agent_id: str) -> Part:
    """Give a company its invite code."""
    return transaction.create(InviteRow(f"INVITE#{code}", "AGENT", agent_id=agent_id))


def inviter(code: str) -> str | None:
    """The company that gave out an invite code."""
    row = InviteRow.find(f"INVITE#{code}", "AGENT")
    return row.agent_id if row else None


def decision_part(agent_id: str, version: int, at: str, actor: str, step: Step, reason: str) -> Part:
    """Keep for ever what was decided about a company."""
    row = DecisionRow(
        key(agent_id),
        f"DECISION#{version:08d}",
        at=at,
        actor=actor,
        old_state=step[0],
        new_state=step[1],
        reason=reason,
    )
    return transaction.create(row, Stale)


def decisions(agent_id: str) -> list[DecisionRow]:
    """The newest decisions first, at most fifty."""
    steps = DecisionRow.sk.startswith("DECISION#")
    return list(DecisionRow.query(key(agent_id), steps, scan_index_forward=False, limit=50))


# Addresses


def addresses(agent_id: str) -> tuple[AddressesRow | None, list[AddressRow]]:
    """A company's address book."""
    book = AddressesRow.find(key(agent_id), _SUMMARY, consistent=True)
    found = AddressRow.query(key(agent_id), AddressRow.sk.startswith("ADDRESS#"), consistent_read=True)
    return book, list(found)


def address(agent_id: str, address_id: str) -> AddressRow | None:
    return AddressRow.find(key(agent_id), f"ADDRESS#{address_id}", consistent=True)


def book(agent_id: str) -> AddressesRow | None:
    """How many addresses there are and which is the default."""
    return AddressesRow.find(key(agent_id), _SUMMARY, consistent=True)


def book_part(agent_id: str, read: AddressesRow | None, count: int, default_id: str | None) -> Part:
    """Write the address book's summary; raises Stale when it was changed since it was read."""
    row = AddressesRow(key(agent_id), _SUMMARY, entries=count, default_id=default_id)
    row.version = read.version + 1 if read else 1
    unchanged = AddressesRow.version == read.version if read else AddressesRow.pk.does_not_exist()
    return transaction.put(row, unchanged, Stale)


def address_part(agent_id: str, address_id: str, values: dict[str, Any], version: int) -> Part:
    """Write an address as version `version`; raises Stale when the one before is no longer there."""
    row = AddressRow(key(agent_id), f"ADDRESS#{address_id}", address_id=address_id, version=version, **values)
    unchanged = AddressRow.pk.does_not_exist() if version == 1 else AddressRow.version == version - 1
    return transaction.put(row, unchanged, Stale)


def delete_address_part(agent_id: str, address_id: str) -> Part:
    row = AddressRow(key(agent_id), f"ADDRESS#{address_id}")
    return transaction.delete(row, AddressRow.pk.exists(), rules.AddressNotFound)


def delete_addresses(agent_id: str) -> None:
    """Empty a company's address book; may be repeated."""
    book, rows = addresses(agent_id)
    with AddressRow.batch_write() as batch:
        for row in rows:
            batch.delete(row)
    if book:
        book.delete()


# Users


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
    """Count an amount against a user's monthly limit; a negative amount gives it back.

    Raises SpendingLimitReached, or Stale when the limit or the month was changed meanwhile.
    """
    limit = row.spending_limit_fen
    unchanged = UserRow.spending_limit_fen == limit
    if row.spent_month == month:
        actions: list[Action] = [UserRow.spent_fen.set(UserRow.spent_fen + amount_fen)]
        unchanged &= (UserRow.spent_month == month) & (UserRow.spent_fen <= limit - amount_fen)
    else:
        actions = [UserRow.spent_fen.set(max(0, amount_fen)), UserRow.spent_month.set(month)]
        before = UserRow.spent_month
        unchanged &= before == row.spent_month if row.spent_month else before.does_not_exist()

    def error(old: OldRow) -> Exception:
        if old is None or old.get("spending_limit_fen") != limit or old.get("spent_month") != row.spent_month:
            return Stale()
        return rules.SpendingLimitReached(left_fen=limit - old["spent_fen"])

    return transaction.update(UserRow, row.pk, row.sk, actions, unchanged, error)


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


# Tiers


def tiers() -> list[TierRow]:
    return list(TierRow.query(_TIERS, consistent_read=True))


def tier_part(code: str, name: str, rank: int, version: int) -> Part:
    """Write a tier as version `version`; raises Stale when the one before is no longer there."""
    row = TierRow(_TIERS, code, code=code, name=name, rank=rank, version=version)
    unchanged = TierRow.pk.does_not_exist() if version == 1 else TierRow.version == version - 1
    return transaction.put(row, unchanged, Stale)
