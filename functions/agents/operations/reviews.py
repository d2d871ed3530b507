"""Companies as staff handle them: found, reviewed, edited, suspended, blocked, closed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from functions.agents import rules, table
from functions.agents.operations import uploads
from functions.agents.operations.addresses import addresses
from functions.agents.operations.applications import changed, duplicates_of, edit_parts
from functions.agents.operations.closing import close_company
from functions.agents.operations.companies import region_code, row_of, view
from functions.agents.operations.tiers import check_tier
from functions.agents.operations.users import users
from functions.agents.rules import Actor, State
from functions.agents.schemas import (
    AddNote,
    Approve,
    ChangeCredit,
    ChangeState,
    ChangeTier,
    Company,
    CompanyFile,
    CompanyNames,
    Decision,
    Decline,
    Duplicate,
    EditByStaff,
    Note,
)
from functions.auth import operations as auth
from kit import clock, transaction
from kit.errors import NotFound
from kit.tokens import Principal
from kit.transaction import Part


@dataclass(frozen=True)
class _Move:
    """A step of a company, with what it changes besides the state."""

    state: State
    by: Actor
    reason: str
    changes: Mapping[str, Any] = field(default_factory=dict)


def company_names(agent_ids: Iterable[str]) -> CompanyNames:
    """What companies are called, by id."""
    return CompanyNames(names={row.agent_id: row.name for row in table.companies(dict.fromkeys(agent_ids))})


def company_file(agent_id: str, caller: Principal, bucket: str) -> CompanyFile:
    """All that staff may see of a company. Raises NotFound, also outside the caller's regions."""
    row = _row_for(agent_id, caller)
    return CompanyFile(
        company=view(row),
        licence_url=uploads.file_url(row.licence_key, bucket) if row.licence_key else None,
        duplicates=_duplicates(row),
        decisions=[
            Decision(
                at=one.at,
                actor=one.actor,
                old_state=one.old_state,
                new_state=one.new_state,
                reason=one.reason,
            )
            for one in table.decisions(agent_id)
        ],
        users=users(agent_id),
        addresses=addresses(agent_id),
        notes=[
            Note(note_id=one.note_id, at=one.at, actor=one.actor, text=one.text)
            for one in table.notes(agent_id)
        ],
    )


def approve(agent_id: str, form: Approve, caller: Principal, now: datetime) -> Company:
    """Make an applicant an agent. Raises StateForbids, Stale or TierUnknown."""
    check_tier(form.tier)
    changes = {
        "tier": form.tier,
        "region": form.region.model_dump(mode="json"),
        "region_code": region_code(form.region),
        "salesperson_id": form.salesperson_id,
        "credit_limit_fen": form.credit_limit_fen,
        "approved_at": clock.to_text(now),
    }
    return _move(agent_id, form.version, _Move("active", "reviewer", form.note, changes), caller, now)


def reject(agent_id: str, form: Decline, caller: Principal, now: datetime) -> Company:
    """Refuse an application. Raises StateForbids or Stale."""
    return _move(agent_id, form.version, _Move("rejected", "reviewer", form.reason), caller, now)


def request_information(agent_id: str, form: Decline, caller: Principal, now: datetime) -> Company:
    """Ask an applicant for more. Raises StateForbids or Stale."""
    return _move(agent_id, form.version, _Move("need_info", "reviewer", form.reason), caller, now)


def change_state(agent_id: str, form: ChangeState, caller: Principal, now: datetime) -> Company:
    """Suspend, block, reactivate or close an agent. Raises StateForbids or Stale."""
    if form.state == "closed":
        row = _row_for(agent_id, caller)
        close_company(row, form.version, "staff", caller.user_id, form.reason, now)
        return view(row_of(agent_id))
    return _move(agent_id, form.version, _Move(form.state, "staff", form.reason), caller, now)


def change_tier(agent_id: str, form: ChangeTier, caller: Principal) -> Company:
    """Put a company into another tier. Raises Stale or TierUnknown."""
    check_tier(form.tier)
    return _edit(agent_id, form.version, {"tier": form.tier}, caller)


def change_credit(agent_id: str, form: ChangeCredit, caller: Principal) -> Company:
    """Set a company's credit limit; what it has used stays used. Raises Stale."""
    return _edit(agent_id, form.version, {"credit_limit_fen": form.credit_limit_fen}, caller)


def edit(agent_id: str, form: EditByStaff, caller: Principal, bucket: str) -> Company:
    """Change a company's data and how its orders are handled. Raises Stale."""
    return _edit(agent_id, form.version, changed(_row_for(agent_id, caller), form, bucket), caller)


def add_note(agent_id: str, form: AddNote, note_id: str, caller: Principal, now: datetime) -> Note:
    """Write something down about a company. Raises NotFound."""
    _row_for(agent_id, caller)
    at = clock.to_text(now)
    transaction.commit([table.note_part(agent_id, note_id, at, caller.user_id, form.text)])
    return Note(note_id=note_id, at=at, actor=caller.user_id, text=form.text)


def _edit(agent_id: str, version: int, changes: dict[str, Any], caller: Principal) -> Company:
    row = _row_for(agent_id, caller)
    transaction.commit(edit_parts(row, version, changes))
    return view(row_of(agent_id))


def _move(agent_id: str, version: int, move: _Move, caller: Principal, now: datetime) -> Company:
    row = _row_for(agent_id, caller)
    rules.check_transition(row.state, move.state, move.by)
    at, step = clock.to_text(now), (row.state, move.state)
    moved = {"state": move.state, "state_since": at, "reason": move.reason or None}
    parts = [
        *edit_parts(row, version, {**move.changes, **moved}),
        table.decision_part(agent_id, version + 1, at, caller.user_id, step, move.reason),
        *_sign_in_parts(agent_id, *step),
    ]
    transaction.commit(parts)
    return view(row_of(agent_id))


def _sign_in_parts(agent_id: str, old: State, new: State) -> list[Part]:
    """A blocked company's people cannot sign in; they can again once it is not."""
    people = [one.user_id for one in table.users(agent_id) if one.active]
    if new == "blocked":
        return auth.switch_parts(people, active=False)
    return auth.switch_parts(people, active=True) if old == "blocked" else []


def _row_for(agent_id: str, caller: Principal) -> table.CompanyRow:
    row = row_of(agent_id)
    if not rules.covers(caller.regions, row.region_code):
        raise NotFound()
    return row


def _duplicates(row: table.CompanyRow) -> list[Duplicate]:
    others = [(table.company(agent_id), same) for agent_id, same in duplicates_of(row).items()]
    return [
        Duplicate(agent_id=other.agent_id, name=other.name, state=other.state, same=same)
        for other, same in others
        if other
    ]
