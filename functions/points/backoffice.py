"""Points for staff: rules, campaigns, accounts, corrections and the books."""

from functions.points import operations, schemas
from functions.points.rules.adjustments import AlreadyDecided, SecondPersonNeeded
from functions.points.rules.campaigns import CampaignStepNotAllowed, Step, TermsFixed, TooManyCampaigns
from functions.points.rules.earning import RuleInForce
from functions.points.rules.ledger import NotEnoughPoints
from kit import ids
from kit.api import Call, Door, everywhere, permission
from kit.errors import Conflict, KeyReused, NotFound, Stale
from kit.pages import Page, PageQuery

door = Door("points")
POINTS = permission("points")
PLANS = everywhere(POINTS)


@door.endpoint("GET", "/points/rules", access=POINTS, query=PageQuery, answer=schemas.RulesPage)
def list_points_rules(call: Call) -> schemas.RulesPage:
    """Versions of the earning rule, the last to come into force first."""
    return operations.rule_versions(call.query, call.now)


@door.endpoint(
    "POST",
    "/points/rules",
    access=PLANS,
    body=schemas.NewRule,
    answer=schemas.RuleView,
    status=201,
    errors=(Stale,),
)
def add_points_rule(call: Call) -> schemas.RuleView:
    """Add a version of the earning rule, in force from now on or later."""
    return operations.add_rule(call.body, call.principal.user_id, call.now)


@door.endpoint(
    "DELETE",
    "/points/rules/{version}",
    access=PLANS,
    status=204,
    errors=(NotFound, RuleInForce),
)
def withdraw_points_rule(call: Call, version: str) -> None:
    """Take back a version that has not come into force."""
    operations.withdraw_rule(version, call.now)


@door.endpoint(
    "POST",
    "/points/rules/preview",
    access=POINTS,
    body=schemas.PreviewRule,
    answer=schemas.RulePreview,
)
def preview_points_rule(call: Call) -> schemas.RulePreview:
    """What an imagined order would earn by the present and by a proposed rule."""
    return operations.preview_rule(call.body, call.now)


@door.endpoint("GET", "/points/campaigns", access=POINTS, query=PageQuery, answer=Page[schemas.CampaignView])
def list_campaigns(call: Call) -> Page[schemas.CampaignView]:
    """All campaigns, the last to end first."""
    return operations.list_campaigns(call.query, call.now)


@door.endpoint(
    "POST",
    "/points/campaigns",
    access=PLANS,
    body=schemas.CampaignTerms,
    answer=schemas.CampaignView,
    status=201,
)
def create_campaign(call: Call) -> schemas.CampaignView:
    """Draft a campaign; nothing happens until it is published."""
    return operations.create_campaign(call.body, ids.short_id(), call.now)


@door.endpoint(
    "POST",
    "/points/campaigns/preview",
    access=POINTS,
    body=schemas.PreviewCampaign,
    answer=schemas.RulePreview,
)
def preview_points_campaign(call: Call) -> schemas.RulePreview:
    """What an imagined order would earn at present, and with a campaign."""
    return operations.preview_campaign(call.body, call.now)


@door.endpoint(
    "GET",
    "/points/campaigns/{campaign_id}",
    access=POINTS,
    answer=schemas.CampaignView,
    errors=(NotFound,),
)
def show_campaign(call: Call, campaign_id: str) -> schemas.CampaignView:
    """One campaign with what it has spent."""
    return operations.campaign(campaign_id, call.now)


@door.endpoint(
    "PUT",
    "/points/campaigns/{campaign_id}",
    access=PLANS,
    body=schemas.EditCampaign,
    answer=schemas.CampaignView,
    errors=(NotFound, Stale, TermsFixed, CampaignStepNotAllowed),
)
def edit_campaign(call: Call, campaign_id: str) -> schemas.CampaignView:
    """Replace a campaign's terms; once it has begun only name, texts, end and budget may change."""
    return operations.edit_campaign(campaign_id, call.body, call.now)


def _declare_step(step: Step, summary: str, *refusals: type[Conflict]) -> None:
    def take(call: Call, campaign_id: str) -> schemas.CampaignView:
        return operations.step_campaign(campaign_id, step, call.body.version, call.now)

    take.__name__, take.__doc__ = f"campaign_{step}", summary
    door.endpoint(
        "POST",
        f"/points/campaigns/{{campaign_id}}/{step}",
        access=PLANS,
        body=schemas.CampaignStep,
        answer=schemas.CampaignView,
        errors=(NotFound, Stale, CampaignStepNotAllowed, *refusals),
    )(take)


_declare_step("publication", "Publish a campaign: from its start on, orders take part.", TooManyCampaigns)
_declare_step("pause", "Pause a campaign: orders paid from now on do not take part.")
_declare_step("resumption", "Resume a paused campaign.")
_declare_step("end", "End a campaign now, for ever.")


@door.endpoint(
    "GET",
    "/points/accounts/{agent_id}",
    access=POINTS,
    answer=schemas.AccountPage,
    errors=(NotFound,),
)
def show_points_account(call: Call, agent_id: str) -> schemas.AccountPage:
    """An agent's account with the newest lines of its ledger."""
    return operations.staff_overview(agent_id, call.principal, call.now)


@door.endpoint(
    "GET",
    "/points/accounts/{agent_id}/entries",
    access=POINTS,
    query=schemas.EntryQuery,
    answer=Page[schemas.EntryView],
)
def list_account_entries(call: Call, agent_id: str) -> Page[schemas.EntryView]:
    """An agent's ledger, newest first."""
    return operations.staff_entries(agent_id, call.principal, call.query)


@door.endpoint(
    "GET",
    "/points/adjustments",
    access=POINTS,
    query=schemas.AdjustmentQuery,
    answer=Page[schemas.AdjustmentView],
)
def list_adjustments(call: Call) -> Page[schemas.AdjustmentView]:
    """Corrections by hand in one state, newest first."""
    return operations.list_adjustments(call.query, call.principal)


@door.endpoint(
    "POST",
    "/points/adjustments",
    access=POINTS,
    body=schemas.NewAdjustment,
    answer=schemas.AdjustmentView,
    status=201,
    idempotent=True,
    errors=(KeyReused, NotFound, NotEnoughPoints),
)
def request_adjustment(call: Call) -> schemas.AdjustmentView:
    """Correct an account by hand; large corrections wait for a second person."""
    return operations.request_adjustment(call.body, call.idempotency_key, call.principal, call.now)


@door.endpoint(
    "POST",
    "/points/adjustments/{adjustment_id}/approval",
    access=POINTS,
    answer=schemas.AdjustmentView,
    errors=(NotFound, AlreadyDecided, SecondPersonNeeded, NotEnoughPoints),
)
def approve_adjustment(call: Call, adjustment_id: str) -> schemas.AdjustmentView:
    """Approve a correction somebody else asked for, and book it."""
    return operations.decide_adjustment(adjustment_id, "booked", call.principal, call.now)


@door.endpoint(
    "POST",
    "/points/adjustments/{adjustment_id}/rejection",
    access=POINTS,
    answer=schemas.AdjustmentView,
    errors=(NotFound, AlreadyDecided),
)
def reject_adjustment(call: Call, adjustment_id: str) -> schemas.AdjustmentView:
    """Reject (or withdraw) a correction."""
    return operations.decide_adjustment(adjustment_id, "rejected", call.principal, call.now)


@door.endpoint("GET", "/points/statistics", access=POINTS, query=schemas.DayRange, answer=schemas.Statistics)
def show_points_statistics(call: Call) -> schemas.Statistics:
    """Points granted, spent, expired and so on, by day."""
    return operations.statistics(call.query, call.now)


@door.endpoint(
    "GET", "/points/liability", access=POINTS, query=schemas.LiabilityQuery, answer=schemas.Liability
)
def show_points_liability(call: Call) -> schemas.Liability:
    """What is owed to agents at the end of a month, and how it came about."""
    return operations.liability(call.query.month, call.now)
