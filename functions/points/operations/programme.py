"""The programme: versions of the earning rule, and campaigns."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime

from functions.agents import operations as agents
from functions.points.rules import campaigns as rules
from functions.points.rules import earning
from functions.points.rules.campaigns import Step
from functions.points.rules.earning import Campaign, Grant, Multiplier, Rule, RuleInForce, Scope
from functions.points.schemas import (
    CampaignCard,
    Campaigns,
    CampaignTerms,
    CampaignView,
    Earning,
    EditCampaign,
    GrantView,
    NewRule,
    PreviewCampaign,
    PreviewRule,
    RulePreview,
    RulesPage,
    RuleTerms,
    RuleView,
    ScopeModel,
)
from functions.points.table import programme
from kit import clock, pages, transaction
from kit.errors import Invalid, NotFound, Stale
from kit.pages import Page, PageQuery


def rule_versions(query: PageQuery, now: datetime) -> RulesPage:
    """Versions of the earning rule, the last to come into force first."""
    position = pages.read(query.cursor, "points/rules")
    found, last = programme.rules(position["after"] if position else None, query.limit)
    present = programme.rule_in_force(clock.to_text(now))
    return RulesPage(
        items=[_rule_view(rule, present, now) for rule in found or [present]],
        next_cursor=pages.sign({"after": last} if last else None, "points/rules"),
        latest_version=programme.latest_rule_version(),
    )


def add_rule(new: NewRule, actor: str, now: datetime) -> RuleView:
    """Add a version, in force from now or later, never earlier. Raises Stale or Invalid."""
    starts_at = new.effective_from or now
    if starts_at < now:
        raise Invalid(errors=[{"field": "effective_from", "message": "生效时间不能早于现在"}])
    rule = replace(
        _rule(new), version=new.version + 1, effective_from=clock.to_text(starts_at), created_by=actor
    )
    transaction.commit(programme.add_rule_parts(rule))
    return _rule_view(rule, programme.rule_in_force(clock.to_text(now)), now)


def withdraw_rule(version: str, now: datetime) -> None:
    """Take back a version that has not come into force. Raises NotFound or RuleInForce."""
    rule = next((each for each in programme.rules(None, 100)[0] if str(each.version) == version), None)
    if rule is None:
        raise NotFound()
    if rule.effective_from <= clock.to_text(now):
        raise RuleInForce()
    transaction.commit([programme.withdraw_rule_part(rule)])


def preview_rule(wanted: PreviewRule, now: datetime) -> RulePreview:
    """What an imagined order would earn by the present and by the proposed rule."""
    present, running = _in_force(now)

    def by(rule: Rule) -> Earning:
        return _earning(earning.earned(wanted.lines, wanted.tier, rule, running))

    return RulePreview(present=by(present), proposed=by(_rule(wanted.proposed)))


def preview_campaign(wanted: PreviewCampaign, now: datetime) -> RulePreview:
    """What an imagined order would earn at present, and with a campaign. Raises Invalid."""
    rule, running = _in_force(now)
    others = [each for each in running if each.campaign_id != wanted.campaign_id]
    before = programme.campaign(wanted.campaign_id) if wanted.campaign_id else None
    proposed = _campaign(wanted.campaign_id or "", wanted.proposed)
    proposed = replace(proposed, spent=before.spent if before else 0)

    def by(campaigns: Iterable[Campaign]) -> Earning:
        return _earning(earning.earned(wanted.lines, wanted.tier, rule, campaigns))

    return RulePreview(present=by(running), proposed=by([*others, proposed]))


def open_campaigns(agent_id: str, now: datetime) -> Campaigns:
    """Campaigns that run or are announced for the agent's tier, those that end first at the top."""
    tier = agents.company(agent_id).tier
    cards = []
    for campaign in programme.campaigns_not_ended_at(clock.to_text(now)):
        state = rules.state(campaign, now)
        if state in ("scheduled", "running") and (not campaign.tiers or tier in campaign.tiers):
            shown = {name: getattr(campaign, name) for name in CampaignCard.model_fields if name != "state"}
            cards.append(CampaignCard(**shown | {"state": state, "scope": _scope_model(campaign.scope)}))
    return Campaigns(items=cards)


def list_campaigns(query: PageQuery, now: datetime) -> Page[CampaignView]:
    """All campaigns, the last to end first."""
    found, last = programme.campaigns_page(pages.read(query.cursor, "points/campaigns"), query.limit)
    cursor = pages.sign(last, "points/campaigns")
    return Page(items=[_campaign_view(each, now) for each in found], next_cursor=cursor)


def campaign(campaign_id: str, now: datetime) -> CampaignView:
    """One campaign. Raises NotFound."""
    return _campaign_view(_found(campaign_id), now)


def create_campaign(terms: CampaignTerms, campaign_id: str, now: datetime) -> CampaignView:
    """Draft a campaign. Raises Invalid."""
    draft = _campaign(campaign_id, terms)
    rules.require_window(draft)
    transaction.commit([programme.campaign_part(None, draft)])
    return _campaign_view(draft, now)


def edit_campaign(campaign_id: str, wanted: EditCampaign, now: datetime) -> CampaignView:
    """Change a campaign. Raises NotFound, Stale, TermsFixed, CampaignStepNotAllowed or Invalid."""
    before = _seen(campaign_id, wanted.version)
    after = rules.edit(before, _campaign(campaign_id, wanted), now)
    transaction.commit([programme.campaign_part(before, after)])
    return _campaign_view(after, now)


def step_campaign(campaign_id: str, step: Step, version: int, now: datetime) -> CampaignView:
    """Publish, pause, resume or end a campaign.

    Raises NotFound, Stale, CampaignStepNotAllowed, TooManyCampaigns.
    """
    before = _seen(campaign_id, version)
    after = rules.step(before, step, now)
    if step == "publication":
        rules.check_room(programme.campaigns_not_ended_at(clock.to_text(now)), now)
    transaction.commit([programme.campaign_part(before, after)])
    return _campaign_view(after, now)


def _in_force(now: datetime) -> tuple[Rule, list[Campaign]]:
    """The rule and the campaigns by which an order paid now would earn."""
    instant = clock.to_text(now)
    running = [each for each in programme.campaigns_not_ended_at(instant) if rules.in_force(each, instant)]
    return programme.rule_in_force(instant), running


def _found(campaign_id: str) -> Campaign:
    found = programme.campaign(campaign_id)
    if found is None:
        raise NotFound()
    return found


def _seen(campaign_id: str, version: int) -> Campaign:
    found = _found(campaign_id)
    if found.version != version:
        raise Stale()
    return found


def _rule(terms: RuleTerms) -> Rule:
    return Rule(
        points=terms.points,
        per_fen=terms.per_fen,
        tier_rates=terms.tier_rates,
        multipliers=tuple(Multiplier(each.bps, _scope(each.scope)) for each in terms.multipliers),
        minimum_fen=terms.minimum_fen,
        most_per_order=terms.most_per_order,
        exchange_points=terms.exchange_points,
        note=terms.note,
    )


def _rule_view(rule: Rule, present: Rule, now: datetime) -> RuleView:
    future = rule.effective_from > clock.to_text(now)
    state = "in_force" if rule.version == present.version else "future" if future else "past"
    return RuleView.model_validate(
        asdict(rule) | {"state": state, "multipliers": [_multiplier_model(each) for each in rule.multipliers]}
    )


def _multiplier_model(multiplier: Multiplier) -> dict[str, object]:
    return {"bps": multiplier.bps, "scope": _scope_model(multiplier.scope)}


def _campaign(campaign_id: str, terms: CampaignTerms) -> Campaign:
    if terms.kind == "multiplier" and terms.multiplier_bps <= 10_000:
        raise Invalid(errors=[{"field": "multiplier_bps", "message": "倍数须大于 1"}])
    if terms.kind == "bonus" and not terms.bonus_points:
        raise Invalid(errors=[{"field": "bonus_points", "message": "奖励积分须大于 0"}])
    wanted = terms.model_dump(exclude={"version", "scope"})
    return Campaign(
        **wanted
        | {
            "campaign_id": campaign_id,
            "starts_at": clock.to_text(terms.starts_at),
            "ends_at": clock.to_text(terms.ends_at),
            "tiers": tuple(terms.tiers),
            "scope": _scope(terms.scope),
        }
    )


def _campaign_view(campaign: Campaign, now: datetime) -> CampaignView:
    state = rules.state(campaign, now)
    shown = asdict(campaign) | {"state": state, "remaining": campaign.remaining}
    steps = [name for name, changes in rules.STEPS.items() if state in changes]
    return CampaignView.model_validate(shown | {"steps": steps, "scope": _scope_model(campaign.scope)})


def _scope(model: ScopeModel) -> Scope:
    return Scope(model.products, model.categories, model.brands, model.tags)


def _scope_model(scope: Scope) -> ScopeModel:
    return ScopeModel(
        products=scope.products, categories=scope.categories, brands=scope.brands, tags=scope.tags
    )


def _earning(grants: Iterable[Grant]) -> Earning:
    found = [
        GrantView(rule=each.rule_id, version=each.version, name=each.note, points=each.points)
        for each in grants
    ]
    return Earning(total=sum(each.points for each in found), grants=found)
