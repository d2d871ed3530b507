"""Companies, their decisions, what they have in common, and tiers."""

from collections.abc import Iterable, Sequence
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from functions.agents import rules
from functions.agents.rules import State, Step
from functions.agents.table.rows import CompanyRow, DecisionRow, SameRow, TierRow, key
from kit import transaction
from kit.errors import Stale
from kit.transaction import OldRow, Part, PartError

COMPANY = "COMPANY"
_TIERS = "TIERS"


def company(agent_id: str) -> CompanyRow | None:
    """A company as it stands."""
    return CompanyRow.find(key(agent_id), COMPANY, consistent=True)


def companies(agent_ids: Iterable[str]) -> list[CompanyRow]:
    """Those of these companies that exist."""
    return list(CompanyRow.batch_get([(key(agent_id), COMPANY) for agent_id in agent_ids]))


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
    """Take an amount from the credit of an active company that is not late with any."""
    overdue = CompanyRow.overdue_credits
    condition = (
        (CompanyRow.credit_left_fen >= amount_fen)
        & (CompanyRow.state == "active")
        & (overdue.does_not_exist() | (overdue == 0))
    )

    def error(old: OldRow) -> Exception:
        if old is None or old["state"] != "active":
            return rules.CompanyNotActive(state=old["state"] if old else "closed")
        if old.get("overdue_credits"):
            return rules.CreditOverdue()
        return rules.CreditNotEnough(left_fen=old["credit_left_fen"])

    actions = [CompanyRow.credit_left_fen.set(CompanyRow.credit_left_fen - amount_fen)]
    return company_part(agent_id, actions, condition, error)


def return_credit_part(agent_id: str, amount_fen: int, ends_overdue: bool) -> Part:
    """Give an amount back to a company's credit, in any state; with it a late credit may come to its end."""
    actions: list[Action] = [CompanyRow.credit_left_fen.set(CompanyRow.credit_left_fen + amount_fen)]
    if ends_overdue:
        actions.append(CompanyRow.overdue_credits.add(-1))
    return company_part(agent_id, actions, CompanyRow.pk.exists())


def overdue_part(agent_id: str) -> Part:
    """Count one more credit a company is late with."""
    return company_part(agent_id, [CompanyRow.overdue_credits.add(1)], CompanyRow.pk.exists())


def active_part(agent_id: str, outrun: PartError | None = None) -> Part:
    """Fail the transaction unless the company is active: with CompanyNotActive, or as the caller says."""

    def error(old: OldRow) -> Exception:
        return rules.CompanyNotActive(state=old["state"] if old else "closed")

    return transaction.check(
        CompanyRow, key(agent_id), COMPANY, CompanyRow.state == "active", outrun or error
    )


def companies_in(
    state: State,
    filters: Condition | None,
    start: dict[str, Any] | None,
    limit: int | None,
    *,
    oldest_first: bool,
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


def place_of(row: CompanyRow) -> dict[str, Any]:
    """The position of a company among those of its state, to go on from."""
    at = {"pk": row.pk, "sk": row.sk, "state": row.state, "state_since": row.state_since}
    return {name: {"S": value} for name, value in at.items()}


def matching(
    region_prefixes: Iterable[str], tier: str | None, salesperson_id: str | None, part_of_name: str | None
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
    if part_of_name:
        named = CompanyRow.name.contains(part_of_name)
        wanted = named if wanted is None else wanted & named
    return wanted


def page(found: Any) -> tuple[list[Any], dict[str, Any] | None]:
    """What a query found, and the position after it, if there is more."""
    items = list(found)
    return items, found.last_evaluated_key


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


def tiers() -> list[TierRow]:
    return list(TierRow.query(_TIERS, consistent_read=True))


def tier_part(code: str, name: str, rank: int, version: int) -> Part:
    """Write a tier as version `version`; raises Stale when the one before is no longer there."""
    row = TierRow(_TIERS, code, code=code, name=name, rank=rank, version=version)
    unchanged = TierRow.pk.does_not_exist() if version == 1 else TierRow.version == version - 1
    return transaction.put(row, unchanged, Stale)
