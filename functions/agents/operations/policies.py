"""How orders are handled: policies as staff write them, and what holds for a company."""

from datetime import datetime
from typing import Any

from functions.agents.operations.companies import company as company_of
from functions.agents.operations.companies import require_covered
from functions.agents.operations.segments import segment, segments_of
from functions.agents.operations.tiers import check_tier
from functions.agents.rules import policies as rules
from functions.agents.rules.policies import Given, Policy
from functions.agents.schemas import (
    Company,
    EffectivePolicy,
    ExplainedPolicy,
    PolicyView,
    ReplacePolicy,
    SavePolicy,
    ValueSource,
)
from functions.agents.table import policies as table
from kit import clock, transaction
from kit.pages import Page, PageQuery
from kit.tokens import Principal

_DEFAULTS: dict[str, Any] = {
    "auto_approve_up_to_fen": None,
    "purchase_order_required": False,
    "delivery_window": "",
    "carrier": "",
    "after_sale_hours": None,
}


def policy_of(company: Company, now: datetime) -> EffectivePolicy:
    """How orders of a company are handled at an instant."""
    return EffectivePolicy(**{name: given.value for name, given in _given(company, now).items()})


def own_policy(agent_id: str, now: datetime) -> EffectivePolicy:
    """How orders of the caller's company are handled."""
    return policy_of(company_of(agent_id), now)


def explain_policy(agent_id: str, caller: Principal, now: datetime) -> ExplainedPolicy:
    """How orders of a company are handled, and why. Raises NotFound, also outside the caller's regions."""
    company = require_covered(agent_id, caller)
    given = _given(company, now)
    return ExplainedPolicy(
        policy=EffectivePolicy(**{name: one.value for name, one in given.items()}),
        sources=[_source(name, one) for name, one in given.items()],
    )


def list_policies() -> list[PolicyView]:
    """Every policy, the newest first."""
    return [_view(row) for row in table.policies()]


def show_policy(policy_id: str) -> PolicyView:
    """One policy. Raises PolicyNotFound."""
    return _view(table.policy(policy_id))


def add_policy(policy_id: str, form: SavePolicy, actor: str, now: datetime) -> PolicyView:
    """Add a policy. Raises TooManyPolicies, SegmentNotFound or TierUnknown."""
    if len(table.policies()) >= rules.MOST_POLICIES:
        raise rules.TooManyPolicies()
    return _save(policy_id, form, 1, actor, now)


def replace_policy(policy_id: str, form: ReplacePolicy, actor: str, now: datetime) -> PolicyView:
    """Replace a policy. Raises PolicyNotFound, Stale, SegmentNotFound or TierUnknown."""
    return _save(policy_id, form, form.version + 1, actor, now)


def delete_policy(policy_id: str, version: int) -> None:
    """Take a policy away. Raises PolicyNotFound or Stale."""
    transaction.commit([table.delete_policy_part(policy_id, version)])


def policy_history(policy_id: str, query: PageQuery) -> Page[PolicyView]:
    """Versions of a policy, the newest first, also once it was taken away."""
    rows, cursor = table.history(policy_id, query)
    return Page(items=[_view(row, policy_id) for row in rows], next_cursor=cursor)


def _save(policy_id: str, form: SavePolicy, version: int, actor: str, now: datetime) -> PolicyView:
    for segment_id in form.audience.segments:
        segment(segment_id)
    for tier in form.audience.tiers:
        check_tier(tier)
    document = form.model_dump(mode="json", exclude={"version"})
    transaction.commit(table.policy_parts(policy_id, document, version, actor, clock.to_text(now)))
    return show_policy(policy_id)


def _given(company: Company, now: datetime) -> dict[str, Given]:
    known = [_policy(row) for row in table.policies()]
    segments = segments_of(company) if any(one.segments for one in known) else frozenset[str]()
    own = {
        name: value for name, value in company.policy.model_dump().items() if value not in (None, False, "")
    }
    instant = clock.to_text(now)
    return rules.effective(own, known, _DEFAULTS, company.agent_id, company.tier, segments, instant)


def _policy(row: table.PolicyRow) -> Policy:
    form = SavePolicy.model_validate(row.document, strict=False)
    return Policy(
        policy_id=row.sk,
        name=form.name,
        version=int(row.version),
        values=form.values.decided,
        priority=form.priority,
        agent_ids=form.audience.agent_ids,
        segments=form.audience.segments,
        tiers=form.audience.tiers,
        is_active=form.is_active,
        starts_at=form.starts_at,
        ends_at=form.ends_at,
    )


def _source(name: str, given: Given) -> ValueSource:
    policy = given.policy
    return ValueSource(
        field=name,
        why=given.why,
        policy_id=policy.policy_id if policy else None,
        policy_name=policy.name if policy else None,
        policy_version=policy.version if policy else None,
    )


def _view(row: table.PolicyRow, policy_id: str | None = None) -> PolicyView:
    form = SavePolicy.model_validate(row.document, strict=False)
    return PolicyView(
        **{name: getattr(form, name) for name in SavePolicy.model_fields},
        policy_id=policy_id or row.sk,
        version=int(row.version),
        changed_at=row.changed_at,
        changed_by=row.changed_by,
    )
