"""Campaigns: extra points by the programme in force when the order was paid, within their budget."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from functions.points import operations
from functions.points.rules.campaigns import MOST_OPEN, TooManyCampaigns
from functions.points.schemas import CampaignTerms, EditCampaign, NewRule
from functions.points.table import programme
from kit import clock, ids, transaction
from kit.errors import Invalid, Stale
from tests.integration.points.conftest import company, figures, lines, paid, refunded


def running(**terms) -> str:
    """A published campaign that runs from now on for ten days."""
    now = clock.now()
    wanted = {
        "name": "双11",
        "kind": "multiplier",
        "multiplier_bps": 20_000,
        "starts_at": now,
        "ends_at": now + timedelta(days=10),
        **terms,
    }
    campaign_id = ids.short_id()
    operations.create_campaign(CampaignTerms(**wanted), campaign_id, now)
    operations.step_campaign(campaign_id, "publication", 1, now)
    return campaign_id


def test_each_rule_has_its_own_entry(agent):
    campaign_id = running()
    operations.award(paid(agent, 10_000), clock.now())
    entries = operations.overview(agent, clock.now()).entries
    assert {(entry.rule, entry.points) for entry in entries} == {("base", 100), (campaign_id, 100)}
    assert "双11" in {entry.title.partition("：")[2] for entry in entries}
    assert operations.campaign(campaign_id, clock.now()).spent == 100
    assert figures(agent) == (200, 0, 0)


def test_as_many_campaigns_as_may_be_open_are_booked_at_once(agent):
    open_ones = [running(budget=1_000_000, most_per_agent=1_000_000) for _ in range(MOST_OPEN)]
    with pytest.raises(TooManyCampaigns):
        running()
    operations.award(paid(agent, 10_000), clock.now())
    assert figures(agent) == (100 + 100 * MOST_OPEN, 0, 0)
    operations.step_campaign(
        open_ones[0], "end", operations.campaign(open_ones[0], clock.now()).version, clock.now()
    )
    running()


def test_what_counts_is_when_the_order_was_paid(agent, at):
    before = paid(agent, 10_000, order_id="BEFORE")
    at.advance(seconds=1)
    campaign_id = running()
    during = paid(agent, 10_000, order_id="DURING")
    at.advance(days=10)
    at_the_end = paid(agent, 10_000, order_id="AT_THE_END")
    for fact in (at_the_end, during, before):
        operations.award(fact, clock.now())
    assert figures(agent) == (400, 0, 0)
    assert operations.campaign(campaign_id, clock.now()).spent == 100


def test_a_new_version_of_the_rule_holds_from_its_instant_on(agent, at):
    old = paid(agent, 10_000, order_id="OLD")
    at.advance(hours=1)
    tomorrow = clock.now() + timedelta(days=1)
    operations.add_rule(NewRule(version=0, points=2, effective_from=tomorrow), "staff", clock.now())
    eve = paid(agent, 10_000, order_id="EVE", at=clock.to_text(tomorrow - timedelta(seconds=1)))
    new = paid(agent, 10_000, order_id="NEW", at=clock.to_text(tomorrow))
    at.advance(days=2)
    for fact in (new, eve, old):
        operations.award(fact, clock.now())
    assert figures(agent) == (400, 0, 0)
    operations.reverse(refunded(agent, 5_000, order_id="NEW"), clock.now())
    assert figures(agent) == (300, 0, 0)
    operations.reverse(refunded(agent, 5_000, order_id="OLD", refund_id="REFUND2"), clock.now())
    assert figures(agent) == (250, 0, 0)


def test_a_rule_cannot_hold_for_the_past(tables, at):
    with pytest.raises(Invalid):
        operations.add_rule(
            NewRule(version=0, effective_from=clock.now() - timedelta(seconds=1)), "staff", clock.now()
        )


def test_of_two_rules_added_at_once_one_is_told_to_look_again(tables, at):
    def add(_):
        try:
            operations.add_rule(NewRule(version=0), "staff", clock.now())
        except Stale:
            return "stale"
        return "added"

    with ThreadPoolExecutor(8) as staff:
        results = list(staff.map(add, range(8)))
    assert results.count("added") == 1


def test_sixteen_awards_at_once_never_overspend_a_budget(tables, at):
    campaign_id = running(budget=530)
    facts = [paid(company(f"0AGENT{number}"), 10_000, order_id=f"O{number}") for number in range(16)]
    with ThreadPoolExecutor(16) as workers:
        list(workers.map(lambda fact: operations.award(fact, clock.now()), facts))
    assert operations.campaign(campaign_id, clock.now()).spent == 530
    assert sum(figures(fact.agent_id)[0] for fact in facts) == 16 * 100 + 530


def test_refunds_refill_the_budget_and_the_cap_of_the_agent(agent):
    campaign_id = running(budget=100, most_per_agent=100)
    operations.award(paid(agent, 10_000), clock.now())
    operations.award(paid(agent, 10_000, order_id="ORDER2"), clock.now())
    assert figures(agent) == (300, 0, 0)
    operations.reverse(refunded(agent), clock.now())
    assert figures(agent) == (100, 0, 0)
    assert operations.campaign(campaign_id, clock.now()).spent == 0
    operations.award(paid(agent, 10_000, order_id="ORDER3"), clock.now())
    assert figures(agent) == (300, 0, 0)


def test_an_agent_cannot_pass_the_cap_with_orders_paid_at_once(agent):
    running(most_per_agent=150)
    facts = [paid(agent, 10_000, order_id=f"ORDER{number}") for number in range(6)]
    with ThreadPoolExecutor(6) as workers:
        list(workers.map(lambda fact: operations.award(fact, clock.now()), facts))
    assert figures(agent) == (750, 0, 0)


def test_paused_and_draft_campaigns_give_nothing(agent, at):
    campaign_id = running()
    at.advance(minutes=1)
    operations.step_campaign(campaign_id, "pause", 2, clock.now())
    operations.award(paid(agent, 10_000), clock.now())
    assert figures(agent) == (100, 0, 0)


def test_an_edit_seen_too_late_is_refused_and_keeps_what_was_spent(agent, at):
    campaign_id = running(budget=1_000)
    operations.award(paid(agent, 10_000), clock.now())
    held = programme.campaign(campaign_id)
    terms = {
        "name": "双11加码",
        "kind": "multiplier",
        "multiplier_bps": 20_000,
        "starts_at": clock.from_text(held.starts_at),
        "ends_at": clock.from_text(held.ends_at),
    }
    at.advance(minutes=1)
    operations.edit_campaign(campaign_id, EditCampaign(**terms, budget=100, version=2), clock.now())
    with pytest.raises(Stale):
        operations.edit_campaign(campaign_id, EditCampaign(**terms, version=2), clock.now())
    after = operations.campaign(campaign_id, clock.now())
    assert (after.name, after.spent, after.remaining) == ("双11加码", 100, 0)


def test_a_budget_is_not_cut_below_what_was_spent_meanwhile(agent):
    campaign_id = running(budget=1_000)
    read = programme.campaign(campaign_id)
    operations.award(paid(agent, 10_000), clock.now())
    cut = replace(read, budget=99, version=read.version + 1)
    with pytest.raises(Stale):
        transaction.commit([programme.campaign_part(read, cut)])
    assert programme.campaign(campaign_id).remaining == 900


def test_the_preview_is_what_the_order_will_earn(agent):
    running(most_per_agent=150)
    company_seen = operations.awards.agents.company(agent)
    assert operations.preview(company_seen, lines(10_050, 5_000), clock.now()) == 300
    operations.award(paid(agent, 10_050, 5_000), clock.now())
    assert figures(agent) == (300, 0, 0)
    assert operations.preview(company_seen, lines(10_050), clock.now()) == 100
