"""What orders earn and lose: award, activation, reversal. Every fact may come twice and in any order."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from functions.agents import operations as agents
from functions.agents.schemas import Company
from functions.points.rules import earning
from functions.points.rules.awards import Award
from functions.points.rules.campaigns import in_force
from functions.points.rules.earning import BASE, Campaign, Grant, Line, Rule
from functions.points.rules.ledger import Cause, Ledger, expiry_date
from functions.points.schemas import OrderCompleted, OrderPaid, OrderRefunded
from functions.points.table import accounts, awards, programme
from functions.settings import operations as settings
from kit import clock, facts, transaction
from kit.log import logger
from kit.transaction import Part

_NO_POINTS = frozenset({"blocked", "closed"})


def preview(company: Company, lines: Iterable[Line], now: datetime) -> int:
    """How many points these lines would earn if they were paid now."""
    (points,) = preview_each(company, [list(lines)], now)
    return points


def preview_each(company: Company, orders: Sequence[Sequence[Line]], now: datetime) -> list[int]:
    """How many points each of several orders would earn if it alone were placed and paid now."""
    if company.state in _NO_POINTS:
        return [0] * len(orders)
    rule, campaigns = _programme_at(clock.to_text(now))
    given = _given(company.agent_id, campaigns)
    return [
        sum(grant.points for grant in earning.earned(lines, company.tier, rule, campaigns, given))
        for lines in orders
    ]


def award(fact: OrderPaid, now: datetime) -> None:
    """Give an order its points, once, and then what was learned of it before it was paid."""
    held = transaction.retry_stale(lambda: _award(fact, now))
    for early in held.early_refunds:
        reverse(OrderRefunded.model_validate(early), now)
    if held.is_due(now):
        activate(fact.agent_id, fact.order_id, now)


def complete(fact: OrderCompleted, now: datetime) -> None:
    """Start the clock of an order's promised points."""
    held = transaction.retry_stale(lambda: _complete(fact))
    if held.is_due(now):
        activate(fact.agent_id, fact.order_id, now)


def reverse(fact: OrderRefunded, now: datetime) -> None:
    """Take back what the remaining lines of a refunded order do not earn by the rules it was granted by."""
    transaction.retry_stale(lambda: _reverse(fact, now))


def activate(agent_id: str, order_id: str, now: datetime) -> None:
    """Make an order's promised points spendable, if they are due; for one validity from that day on."""
    transaction.retry_stale(lambda: _activate(agent_id, order_id, now))


def activate_due(now: datetime) -> None:
    """Make all promised points spendable that are due; one that fails stops no other. Raises LeftOver."""
    facts.each(awards.due(clock.to_text(now)), lambda found: activate(*found, now))


def _award(fact: OrderPaid, now: datetime) -> Award:
    held = awards.award(fact.agent_id, fact.order_id)
    if held and held.paid_at:
        return held
    before = accounts.account(fact.agent_id)  # first: its version guards what is counted per agent
    rule, campaigns = _programme_at(fact.paid_at)
    given = _given(fact.agent_id, campaigns)
    withheld = agents.company(fact.agent_id).state in _NO_POINTS
    grants = [] if withheld else earning.earned(fact.lines, fact.tier, rule, campaigns, given)
    ledger = Ledger(before, clock.business_day(now))
    granted = _granted(held or Award(fact.agent_id, fact.order_id), fact, rule, grants)
    _book(ledger, granted)
    granted = replace(granted, available_after=ledger.account.available)
    parts = [awards.award_part(held, granted), *_budget_parts(fact.agent_id, grants, campaigns)]
    if grants:
        parts += accounts.save_parts(before, ledger, now)
    else:
        logger.info("nothing_earned", extra={"order_id": fact.order_id, "withheld": withheld})
    transaction.commit(parts)
    return replace(granted, version=granted.version + 1)


def _granted(held: Award, fact: OrderPaid, rule: Rule, grants: Sequence[Grant]) -> Award:
    """The award of a paid order by the settings of this moment, which hold for it from now on."""
    chosen = settings.points_settings()
    points = sum(grant.points for grant in grants)
    at_once = chosen.activation == "at_payment"
    paid_on = clock.business_day(clock.from_text(fact.paid_at))
    return replace(
        held,
        order_no=fact.order_no,
        tier=fact.tier,
        paid_at=fact.paid_at,
        grants=tuple(grants),
        rule_key=programme.rule_key(rule),
        pending=0 if at_once else points,
        expires_on=expiry_date(paid_on, chosen.validity_months) if at_once and points else None,
        activation_days=chosen.activation_days,
        validity_months=chosen.validity_months,
    )


def _book(ledger: Ledger, granted: Award) -> None:
    for grant in granted.grants:
        cause = Cause(
            key=f"grant#{granted.order_id}#{grant.rule_id}",
            at=clock.from_text(granted.paid_at),
            source="order",
            source_id=granted.order_id,
            note=granted.order_no if grant.rule_id == BASE else grant.note,
            rule=grant.rule_id,
            rule_version=grant.version,
        )
        if granted.expires_on:
            ledger.grant(cause, grant.points, granted.expires_on)
        else:
            ledger.promise(cause, grant.points)


def _budget_parts(agent_id: str, grants: Iterable[Grant], campaigns: Iterable[Campaign]) -> list[Part]:
    points = {grant.rule_id: grant.points for grant in grants}
    parts = []
    for campaign in campaigns:
        if campaign.campaign_id in points:
            parts.append(programme.spend_budget_part(campaign, points[campaign.campaign_id]))
            if campaign.most_per_agent is not None:
                parts.append(awards.given_part(agent_id, campaign.campaign_id, points[campaign.campaign_id]))
    return parts


def _complete(fact: OrderCompleted) -> Award:
    held = awards.award(fact.agent_id, fact.order_id)
    if held and (held.completed_at or (held.paid_at and not held.pending)):
        return held
    completed = replace(held or Award(fact.agent_id, fact.order_id), completed_at=fact.completed_at)
    transaction.commit([awards.award_part(held, completed)])
    return completed


def _activate(agent_id: str, order_id: str, now: datetime) -> None:
    held = awards.award(agent_id, order_id)
    if held is None or not held.activates_at or not held.is_due(now):
        return
    due_at = clock.from_text(held.activates_at)
    expires_on = expiry_date(clock.business_day(due_at), held.validity_months)
    before = accounts.account(agent_id)
    ledger = Ledger(before, clock.business_day(now))
    cause = Cause(f"activate#{order_id}", due_at, "order", order_id, held.order_no)
    ledger.activate(cause, held.pending, expires_on)
    activated = replace(held, pending=0, expires_on=expires_on)
    transaction.commit([awards.award_part(held, activated), *accounts.save_parts(before, ledger, now)])


def _reverse(fact: OrderRefunded, now: datetime) -> None:
    held = awards.award(fact.agent_id, fact.order_id)
    if held is None or not held.paid_at:
        _remember(fact, held)
        return
    before = accounts.account(fact.agent_id)  # first: its version guards what is counted per agent
    lost = held.lost(_lost(held, fact))
    points = sum(lost.values())
    if not points:
        return
    pending = min(points, held.pending)
    ledger = Ledger(before, clock.business_day(now))
    gone = _expired_before(held, points - pending, ledger)
    refunded_at = clock.from_text(fact.refunded_at)
    cause = Cause(f"reverse#{fact.refund_id}", refunded_at, "refund", fact.refund_id, held.order_no)
    parts = [awards.award_part(held, held.without(lost, pending)), *_refill_parts(held, lost)]
    if points > gone:
        ledger.reverse(cause, points - gone, pending, held.expires_on)
    if gone and held.expires_on:
        parts.append(awards.set_against_part(fact.agent_id, held.expires_on, gone))
    parts += accounts.save_parts(before, ledger, now)
    transaction.commit(parts)


def _lost(held: Award, fact: OrderRefunded) -> dict[str, int]:
    campaigns = programme.campaigns(grant.rule_id for grant in held.grants if grant.rule_id != BASE)
    rule = programme.rule(held.rule_key)
    return earning.reversed_points(held.grants, fact.remaining_lines, held.tier, rule, campaigns)


def _expired_before(held: Award, wanted: int, ledger: Ledger) -> int:
    """How many of these points had expired unspent: they are gone and not taken a second time."""
    if not held.expires_on or ledger.is_alive(held.expires_on):
        return 0
    expired = accounts.expired_of(held.agent_id, held.expires_on) + ledger.just_expired(held.expires_on)
    return min(wanted, max(0, expired - awards.set_against(held.agent_id, held.expires_on)))


def _refill_parts(held: Award, lost: dict[str, int]) -> list[Part]:
    parts = []
    capped = awards.given(held.agent_id, (rule_id for rule_id in lost if rule_id != BASE))
    for rule_id, points in lost.items():
        if rule_id != BASE:
            parts.append(programme.refill_budget_part(rule_id, points))
        if rule_id in capped:
            parts.append(awards.given_part(held.agent_id, rule_id, -points))
    return parts


def _remember(fact: OrderRefunded, held: Award | None) -> None:
    """Keep a refund until the payment it belongs to arrives."""
    early = held or Award(fact.agent_id, fact.order_id)
    if any(known["refund_id"] == fact.refund_id for known in early.early_refunds):
        return
    remembered = replace(early, early_refunds=(*early.early_refunds, fact.model_dump(mode="json")))
    transaction.commit([awards.award_part(held, remembered)])


def _programme_at(paid_at: str) -> tuple[Rule, list[Campaign]]:
    running = [each for each in programme.campaigns_not_ended_at(paid_at) if in_force(each, paid_at)]
    return programme.rule_in_force(paid_at), running


def _given(agent_id: str, campaigns: Iterable[Campaign]) -> dict[str, int]:
    return awards.given(agent_id, (each.campaign_id for each in campaigns if each.most_per_agent is not None))


def kept_by_rule(agent_id: str) -> Counter[str]:
    """How many points an agent keeps of each campaign (and of the earning rule), by all its awards."""
    kept: Counter[str] = Counter()
    for held in awards.all_awards(agent_id):
        kept.update(held.kept)
    return kept
