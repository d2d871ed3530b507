"""Companies for staff: the review queue, the list, one company's file, tiers."""

import os

from functions.agents import operations, rules, schemas
from functions.agents.rules import policies, referrals
from kit import facts, ids
from kit.api import STAFF, Call, Door, everywhere, permission
from kit.errors import KeyReused, NotFound, Stale
from kit.pages import Page, PageQuery

door = Door("agents")
REVIEWS = permission("agents.review")
AGENTS = permission("agents")
ARRANGES = everywhere(AGENTS)
# Whoever chooses companies, tiers or segments for what they do, and sees no more of them than names.
CHOOSES = permission(
    *("agents", "agents.review", "finance", "gifts", "messages", "orders.on_behalf", "orders.read"),
    *("points", "pricing", "reports", "service", "settings"),
)
MOVED = (NotFound, rules.StateForbids, Stale)
POLICY_ERRORS = (rules.SegmentNotFound, rules.TierUnknown)
TIERS = (rules.TierUnknown, rules.TooManyTiers, Stale)
POLICY_UNKNOWN = (policies.PolicyNotFound,)
REWARD_ERRORS = (referrals.ReferralNotFound, referrals.ReferralStateForbids, Stale)


@door.endpoint(
    "GET",
    "/applications",
    access=REVIEWS,
    query=schemas.ApplicationQuery,
    answer=Page[schemas.CompanyCard],
)
def list_applications(call: Call) -> Page[schemas.CompanyCard]:
    """Applications in a state of review, longest waiting first."""
    return operations.applications(call.query, call.principal, call.now)


@door.endpoint(
    "GET", "/applications/{agent_id}", access=REVIEWS, answer=schemas.CompanyFile, errors=(NotFound,)
)
def show_application(call: Call, agent_id: str) -> schemas.CompanyFile:
    """One application with its duplicates and history."""
    return operations.company_file(agent_id, call.principal, os.environ["UPLOADS_BUCKET"])


@door.endpoint(
    "POST",
    "/applications/{agent_id}/approval",
    access=REVIEWS,
    body=schemas.Approve,
    answer=schemas.Company,
    errors=(*MOVED, rules.TierUnknown),
)
def approve_application(call: Call, agent_id: str) -> schemas.Company:
    """Make an applicant an agent with tier, region, salesperson and credit limit."""
    return operations.approve(agent_id, call.body, call.principal, call.now)


@door.endpoint(
    "POST",
    "/applications/{agent_id}/rejection",
    access=REVIEWS,
    body=schemas.Decline,
    answer=schemas.Company,
    errors=MOVED,
)
def reject_application(call: Call, agent_id: str) -> schemas.Company:
    """Refuse an application and say why."""
    return operations.reject(agent_id, call.body, call.principal, call.now)


@door.endpoint(
    "POST",
    "/applications/{agent_id}/information-request",
    access=REVIEWS,
    body=schemas.Decline,
    answer=schemas.Company,
    errors=MOVED,
)
def request_information(call: Call, agent_id: str) -> schemas.Company:
    """Ask an applicant for what is missing."""
    return operations.request_information(agent_id, call.body, call.principal, call.now)


@door.endpoint("GET", "/agents", access=AGENTS, query=schemas.CompanyQuery, answer=Page[schemas.CompanyCard])
def list_agents(call: Call) -> Page[schemas.CompanyCard]:
    """Companies by state, region, tier, salesperson, name, and by what they bought in 90 days."""
    return operations.companies(call.query, call.principal, call.now)


@door.endpoint(
    "POST",
    "/agents/export",
    access=AGENTS,
    body=schemas.ExportCompanies,
    answer=schemas.CompanyExport,
    status=202,
    idempotent=True,
    errors=(rules.SegmentNotFound, KeyReused),
)
def start_agents_export(call: Call) -> schemas.CompanyExport:
    """Begin to write companies into a file; one idempotency key is one file."""
    command = operations.start_export(call.body, call.idempotency_key, call.principal, call.now)
    facts.send(os.environ["EXPORT_AGENTS_QUEUE"], command)
    return operations.company_export(
        command.export_id, call.principal, os.environ["EXPORTS_BUCKET"], call.now
    )


@door.endpoint(
    "GET",
    "/agents/exports/{export_id}",
    access=AGENTS,
    answer=schemas.CompanyExport,
    errors=(rules.ExportNotFound,),
)
def show_agents_export(call: Call, export_id: str) -> schemas.CompanyExport:
    """How one's own file is coming along; once it is complete, a link to it."""
    return operations.company_export(export_id, call.principal, os.environ["EXPORTS_BUCKET"], call.now)


@door.endpoint(
    "GET", "/agents/names", access=STAFF, query=schemas.CompanyNamesQuery, answer=schemas.CompanyNames
)
def name_agents(call: Call) -> schemas.CompanyNames:
    """What the companies are called whose orders, payments or claims somebody looks at."""
    return operations.company_names(call.query.ids.split(","))


@door.endpoint(
    "GET",
    "/agents/choices",
    access=CHOOSES,
    query=schemas.ChoicesQuery,
    answer=Page[schemas.CompanyChoice],
    errors=(rules.SegmentNotFound,),
)
def choose_agents(call: Call) -> Page[schemas.CompanyChoice]:
    """Companies to choose from, by name."""
    return operations.choices(call.query, call.principal, call.now)


@door.endpoint("GET", "/agents/{agent_id}", access=AGENTS, answer=schemas.CompanyFile, errors=(NotFound,))
def show_agent(call: Call, agent_id: str) -> schemas.CompanyFile:
    """All about one company: data, people, addresses, decisions, duplicates."""
    return operations.company_file(agent_id, call.principal, os.environ["UPLOADS_BUCKET"])


@door.endpoint(
    "PATCH",
    "/agents/{agent_id}",
    access=AGENTS,
    body=schemas.EditByStaff,
    answer=schemas.Company,
    errors=(NotFound, Stale),
)
def edit_agent(call: Call, agent_id: str) -> schemas.Company:
    """Change a company's data and how its orders are handled."""
    return operations.edit(agent_id, call.body, call.principal, os.environ["UPLOADS_BUCKET"])


@door.endpoint(
    "POST",
    "/agents/{agent_id}/state",
    access=AGENTS,
    body=schemas.ChangeState,
    answer=schemas.Company,
    errors=MOVED,
)
def change_agent_state(call: Call, agent_id: str) -> schemas.Company:
    """Suspend, block, reactivate or close a company, with a reason."""
    return operations.change_state(agent_id, call.body, call.principal, call.now)


@door.endpoint(
    "PUT",
    "/agents/{agent_id}/tier",
    access=AGENTS,
    body=schemas.ChangeTier,
    answer=schemas.Company,
    errors=(NotFound, Stale, rules.TierUnknown),
)
def change_agent_tier(call: Call, agent_id: str) -> schemas.Company:
    """Put a company into another tier."""
    return operations.change_tier(agent_id, call.body, call.principal)


@door.endpoint(
    "PUT",
    "/agents/{agent_id}/credit",
    access=permission("finance"),
    body=schemas.ChangeCredit,
    answer=schemas.Company,
    errors=(NotFound, Stale),
)
def change_agent_credit(call: Call, agent_id: str) -> schemas.Company:
    """Set a company's credit limit."""
    return operations.change_credit(agent_id, call.body, call.principal)


@door.endpoint(
    "POST",
    "/agents/{agent_id}/notes",
    access=AGENTS,
    body=schemas.AddNote,
    answer=schemas.Note,
    status=201,
    errors=(NotFound,),
)
def add_agent_note(call: Call, agent_id: str) -> schemas.Note:
    """Write something down about a company, for staff only."""
    return operations.add_note(agent_id, call.body, call.new_id(), call.principal, call.now)


@door.endpoint("GET", "/segments", access=AGENTS, answer=Page[schemas.Segment])
def list_segments(call: Call) -> Page[schemas.Segment]:
    """Every segment of companies; `GET /admin/agents?segment=` shows whom it holds."""
    return Page(items=operations.segments())


@door.endpoint("GET", "/segments/choices", access=CHOOSES, answer=Page[schemas.SegmentName])
def choose_segments(call: Call) -> Page[schemas.SegmentName]:
    """Every segment by its name, to choose from."""
    return Page(items=operations.segment_names())


@door.endpoint(
    "POST",
    "/segments",
    access=ARRANGES,
    body=schemas.SaveSegment,
    answer=schemas.Segment,
    status=201,
    errors=(rules.TooManySegments,),
)
def add_segment(call: Call) -> schemas.Segment:
    """Add a segment."""
    return operations.add_segment(ids.short_id(), call.body)


@door.endpoint(
    "POST", "/segments/preview", access=AGENTS, body=schemas.PreviewSegment, answer=schemas.SegmentPreview
)
def preview_segment(call: Call) -> schemas.SegmentPreview:
    """How many companies a segment would hold, and some of them; nothing is saved."""
    return operations.preview_segment(call.body.members, call.principal, call.now)


@door.endpoint(
    "PUT",
    "/segments/{segment_id}",
    access=ARRANGES,
    body=schemas.ReplaceSegment,
    answer=schemas.Segment,
    errors=(rules.SegmentNotFound, Stale),
)
def replace_segment(call: Call, segment_id: str) -> schemas.Segment:
    """Replace a segment."""
    return operations.replace_segment(segment_id, call.body)


@door.endpoint(
    "DELETE", "/segments/{segment_id}", access=ARRANGES, status=204, errors=(rules.SegmentNotFound,)
)
def delete_segment(call: Call, segment_id: str) -> None:
    """Delete a segment; what refers to it then means nobody."""
    operations.delete_segment(segment_id)


@door.endpoint("GET", "/tiers", access=CHOOSES, answer=Page[schemas.TierView])
def list_tiers(call: Call) -> Page[schemas.TierView]:
    """Every tier, the lowest first."""
    return Page(items=operations.tiers())


@door.endpoint(
    "PUT", "/tiers/{code}", access=ARRANGES, body=schemas.SaveTier, answer=schemas.TierView, errors=TIERS
)
def save_tier(call: Call, code: str) -> schemas.TierView:
    """Add a tier (version 0) or change one."""
    return operations.save_tier(code, call.body)


@door.endpoint(
    "GET", "/referrals", access=REVIEWS, query=schemas.ReferralQuery, answer=Page[schemas.ReferralCard]
)
def list_referrals(call: Call) -> Page[schemas.ReferralCard]:
    """Companies that came by an invite code, by what became of the reward for it."""
    return operations.list_referrals(call.query, call.principal)


@door.endpoint(
    "GET",
    "/referrals/{agent_id}",
    access=REVIEWS,
    answer=schemas.ReferralCard,
    errors=(referrals.ReferralNotFound,),
)
def show_referral(call: Call, agent_id: str) -> schemas.ReferralCard:
    """The referral of one company that was invited."""
    return operations.show_referral(agent_id, call.principal)


@door.endpoint(
    "POST",
    "/referrals/{agent_id}/approval",
    access=REVIEWS,
    body=schemas.ReviewReward,
    answer=schemas.ReferralCard,
    errors=(*REWARD_ERRORS, referrals.MonthlyLimitReached),
)
def approve_reward(call: Call, agent_id: str) -> schemas.ReferralCard:
    """Give both companies the reward that was held."""
    return operations.approve_reward(agent_id, call.body, call.principal, call.now)


@door.endpoint(
    "POST",
    "/referrals/{agent_id}/rejection",
    access=REVIEWS,
    body=schemas.RefuseReward,
    answer=schemas.ReferralCard,
    errors=REWARD_ERRORS,
)
def refuse_reward(call: Call, agent_id: str) -> schemas.ReferralCard:
    """Give no reward, and say why."""
    return operations.refuse_reward(agent_id, call.body, call.principal, call.now)


@door.endpoint("GET", "/policies", access=AGENTS, answer=Page[schemas.PolicyView])
def list_policies(call: Call) -> Page[schemas.PolicyView]:
    """Every policy of handling orders, the newest first."""
    return Page(items=operations.list_policies())


@door.endpoint(
    "POST",
    "/policies",
    access=ARRANGES,
    body=schemas.SavePolicy,
    answer=schemas.PolicyView,
    status=201,
    errors=(*POLICY_ERRORS, policies.TooManyPolicies),
)
def add_policy(call: Call) -> schemas.PolicyView:
    """Handle orders of some companies in a way of their own."""
    return operations.add_policy(call.new_id(), call.body, call.principal.user_id, call.now)


@door.endpoint(
    "GET", "/policies/{policy_id}", access=AGENTS, answer=schemas.PolicyView, errors=POLICY_UNKNOWN
)
def show_policy(call: Call, policy_id: str) -> schemas.PolicyView:
    """One policy."""
    return operations.show_policy(policy_id)


@door.endpoint(
    "PUT",
    "/policies/{policy_id}",
    access=ARRANGES,
    body=schemas.ReplacePolicy,
    answer=schemas.PolicyView,
    errors=(*POLICY_UNKNOWN, Stale, *POLICY_ERRORS),
)
def replace_policy(call: Call, policy_id: str) -> schemas.PolicyView:
    """Replace a policy; the version before is kept in its history."""
    return operations.replace_policy(policy_id, call.body, call.principal.user_id, call.now)


@door.endpoint(
    "DELETE",
    "/policies/{policy_id}",
    access=ARRANGES,
    query=schemas.PolicyVersion,
    status=204,
    errors=(*POLICY_UNKNOWN, Stale),
)
def delete_policy(call: Call, policy_id: str) -> None:
    """Take a policy away; its history stays."""
    operations.delete_policy(policy_id, call.query.version)


@door.endpoint(
    "GET", "/policies/{policy_id}/history", access=AGENTS, query=PageQuery, answer=Page[schemas.PolicyView]
)
def list_policy_versions(call: Call, policy_id: str) -> Page[schemas.PolicyView]:
    """Versions of a policy, the newest first."""
    return operations.policy_history(policy_id, call.query)


@door.endpoint(
    "GET", "/agents/{agent_id}/policy", access=AGENTS, answer=schemas.ExplainedPolicy, errors=(NotFound,)
)
def explain_policy(call: Call, agent_id: str) -> schemas.ExplainedPolicy:
    """How a company's orders are handled, and which rule gave each value."""
    return operations.explain_policy(agent_id, call.principal, call.now)
