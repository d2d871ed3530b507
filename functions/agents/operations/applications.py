"""Applications as the company makes them: registered, verified, edited, sent in again."""

from datetime import datetime
from typing import Any

from functions.agents import rules, table
from functions.agents.operations.companies import region_code, require_open, row_of, view
from functions.agents.operations.uploads import keep_upload
from functions.agents.rules import Step
from functions.agents.rules.referrals import Referral
from functions.agents.schemas import Apply, Company, EditCompany
from functions.agents.table import referrals
from functions.auth import operations as auth
from functions.auth.schemas import Region, Tokens
from kit import clock, ids, transaction
from kit.errors import Stale
from kit.tokens import Principal
from kit.transaction import Part


def verify_registration(
    registration_id: str, code: str, agent_id: str, user_id: str, visit: auth.Visit
) -> Tokens:
    """Turn a registration whose code is right into a company that waits for review, and sign its owner in.

    Raises RegistrationGone, CodeWrong, CodeExpired or AlreadyRegistered.
    """
    rules.check_transition("code_sent", "pending_review", "agent")
    proved = auth.prove_registration(registration_id, code, visit.now)
    row = _new_company(proved, agent_id, user_id, visit.now)
    row.duplicates = len(duplicates_of(row))

    def save() -> auth.Opened:
        opened, parts = auth.register_parts(
            proved, user_id, agent_id, "owner", rules.PERMISSIONS["owner"], visit
        )
        step: Step = ("code_sent", "pending_review")
        own = [
            table.create_company_part(row),
            table.create_user_part(agent_id, user_id, row.contact_name, "owner", None),
            referrals.invite_part(row.invite_code, agent_id),
            table.decision_part(agent_id, 1, row.applied_at, user_id, step, ""),
            *table.same_parts(agent_id, same_values(row)),
        ]
        if row.invited_by:
            own.append(referrals.referral_part(Referral(row.invited_by, agent_id, row.applied_at)))
        transaction.commit([*parts, *own])
        return opened

    return auth.tokens_of(transaction.retry_stale(save), visit.now)


def edit_company(caller: Principal, edit: EditCompany, bucket: str) -> Company:
    """Change one's own company.

    Raises ReviewedFieldLocked, CompanyNotActive, or Stale when it was changed since `version`.
    """
    require_open(caller.agent, "browse")
    row = row_of(caller.agent)
    changes = changed(row, edit, bucket)
    rules.check_own_edit(row.state, changes)
    transaction.commit(edit_parts(row, edit.version, changes))
    return view(row_of(caller.agent))


def apply_again(caller: Principal, form: Apply, bucket: str, now: datetime) -> Company:
    """Send the application in once more, with or without changes. Raises StateForbids or Stale."""
    row = row_of(caller.agent)
    rules.check_transition(row.state, "pending_review", "agent")
    changes = changed(row, form, bucket)
    state = {"state": "pending_review", "state_since": clock.to_text(now)}
    step: Step = (row.state, "pending_review")
    decision = table.decision_part(
        row.agent_id, int(row.version) + 1, clock.to_text(now), caller.user_id, step, form.message
    )
    transaction.commit([*edit_parts(row, form.version, changes | state), decision])
    return view(row_of(caller.agent))


def changed(row: table.CompanyRow, edit: EditCompany, bucket: str) -> dict[str, Any]:
    """The attributes that an edit really changes. Raises UploadNotFound or UploadRefused."""
    given = edit.model_dump(mode="json", exclude_none=True, exclude={"version", "message"})
    if edit.region:
        given["region_code"] = region_code(edit.region)
    if edit.licence_key and edit.licence_key != row.licence_key:
        keep_upload(row.agent_id, edit.licence_key, "licence", bucket)
    return {name: value for name, value in given.items() if getattr(row, name) != value}


def edit_parts(row: table.CompanyRow, version: int, changes: dict[str, Any]) -> list[Part]:
    """Change a company, and where it is found as a duplicate. Raises Stale unless `version` was read."""
    if row.version != version:
        raise Stale()
    before = same_values(row)
    after = same_values(row, changes)
    return [
        table.edit_part(row, changes),
        *table.same_parts(row.agent_id, after - before, before - after),
    ]


def same_values(row: table.CompanyRow, changes: dict[str, Any] | None = None) -> set[str]:
    """The keys under which a company is found as a duplicate, as it is or as changes would make it."""
    changes = changes or {}
    values = {
        field: changes.get(field, getattr(row, field)) for field in ("name", "phone", "email", "credit_code")
    }
    values["name"] = rules.same_name(values["name"])
    return {table.same_pk(field, value) for field, value in values.items() if value}


def duplicates_of(row: table.CompanyRow) -> dict[str, list[str]]:
    """Other companies' ids, each with the fields in which it is the same."""
    found: dict[str, list[str]] = {}
    for value in sorted(same_values(row)):
        for agent_id in table.with_same(value):
            if agent_id != row.agent_id:
                found.setdefault(agent_id, []).append(value.split("#")[1])
    return found


def _new_company(proved: auth.Proved, agent_id: str, user_id: str, now: datetime) -> table.CompanyRow:
    form, at = proved.form, clock.to_text(now)
    return table.CompanyRow(
        agent_id=agent_id,
        name=form.company_name,
        state="pending_review",
        state_since=at,
        tier=rules.FIRST_TIER,
        region=_plain(form.region),
        region_code=region_code(form.region),
        contact_name=form.contact_name,
        phone=form.phone,
        email=form.email,
        credit_code=form.credit_code,
        invite_code=ids.derived_id("invite", agent_id)[:8],
        invited_by=referrals.inviter(form.invite_code) if form.invite_code else None,
        consent=proved.consent,
        applied_at=at,
        version=1,
    )


def _plain(region: Region | None) -> dict[str, Any] | None:
    return region.model_dump(mode="json") if region else None
