"""Orders earn once, whatever is delivered how often and in which order; refunds take back what they must."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from functions.points import operations
from functions.points.table import awards
from functions.points.table.rows import AccountRow
from kit import clock
from kit.errors import NotFound
from kit.facts import LeftOver
from tests.integration.points.conftest import (
    choose,
    company,
    completed,
    earn,
    figures,
    ledger,
    paid,
    refunded,
    spend,
)
from tests.kit import faults


def test_a_paid_order_earns_at_once(agent):
    operations.award(paid(agent, 12_345, 100), clock.now())
    assert figures(agent) == (124, 0, 0)
    (entry,) = operations.overview(agent, clock.now()).entries
    assert (entry.kind, entry.rule, entry.rule_version) == ("granted", "base", 0)
    assert (entry.title, entry.balance_after) == ("订单积分：No-ORDER1", 124)
    assert [(each.expires_on, each.points) for each in entry.allocation] == [("2027-11-22", 124)]


def test_an_award_is_one_write(agent):
    with faults.injected("TransactWriteItems") as calls:
        operations.award(paid(agent, 12_345), clock.now())
    assert len(calls) == 1


def test_the_same_fact_twice_earns_once(agent, at):
    fact = paid(agent, 10_000)
    operations.award(fact, clock.now())
    at.advance(days=3)
    operations.award(fact, clock.now())
    assert figures(agent) == (100, 0, 0)


def test_sixteen_deliveries_of_one_fact_at_once_earn_once(agent):
    fact = paid(agent, 10_000)
    with ThreadPoolExecutor(16) as workers:
        list(workers.map(lambda _: operations.award(fact, clock.now()), range(16)))
    assert figures(agent) == (100, 0, 0)
    assert len(ledger(agent)) == 1


def test_orders_paid_at_the_same_moment_are_all_counted(agent):
    facts = [paid(agent, 10_000, order_id=f"ORDER{number}") for number in range(8)]
    with ThreadPoolExecutor(8) as workers:
        list(workers.map(lambda fact: operations.award(fact, clock.now()), facts))
    assert figures(agent) == (800, 0, 0)


@pytest.mark.parametrize("state", ["blocked", "closed"])
def test_blocked_agents_do_not_earn_and_do_not_earn_later(tables, at, state):
    agent = company(state=state)
    fact = paid(agent, 10_000)
    operations.award(fact, clock.now())
    company(state="active")
    operations.award(fact, clock.now())
    assert figures(agent) == (0, 0, 0)


def test_an_unknown_agent_is_an_error_and_not_an_account(tables, at):
    with pytest.raises(NotFound):
        operations.award(paid("0NOBODY", 10_000), clock.now())


def test_promised_points_are_visible_and_become_spendable_some_days_after_completion(agent, at):
    choose(activation="after_completion", activation_days=7)
    earn(agent, 100)
    assert figures(agent) == (0, 100, 0)
    at.advance(days=2)
    operations.complete(completed(agent), clock.now())
    at.advance(days=7, seconds=-1)
    operations.activate_due(clock.now())
    assert figures(agent) == (0, 100, 0)
    at.advance(seconds=1)
    operations.activate_due(clock.now())
    operations.activate_due(clock.now())
    assert figures(agent) == (100, 0, 0)
    assert ledger(agent) == [("activated", 0, 100), ("granted", 100, 100)]
    assert operations.account(agent, clock.now()).expiries[0].expires_on == "2027-12-01"


def test_completion_may_arrive_before_the_payment(agent, at):
    choose(activation="after_completion", activation_days=0)
    payment = paid(agent, 10_000)
    at.advance(days=1)
    operations.complete(completed(agent), clock.now())
    assert figures(agent) == (0, 0, 0)
    operations.award(payment, clock.now())
    assert figures(agent) == (100, 0, 0)


def test_an_award_that_cannot_be_booked_keeps_no_other_waiting(tables, at):
    choose(activation="after_completion", activation_days=1)
    for agent_id in [company(f"0DEALER{number}") for number in range(4)]:
        earn(agent_id, 100)
        operations.complete(completed(agent_id), clock.now())
    at.advance(days=2)
    (broken, _), *others = awards.due(clock.to_text(clock.now()))
    AccountRow(f"AGENT#{broken}", "SUMMARY").update([AccountRow.pending.set(0)])
    with pytest.raises(LeftOver):
        operations.activate_due(clock.now())
    assert [figures(agent_id) for agent_id, _ in others] == [(100, 0, 0)] * 3


def test_a_new_setting_changes_nothing_that_was_granted(agent, at):
    choose(activation="after_completion", activation_days=1, validity_months=24)
    earn(agent, 100)
    choose(activation="at_payment", activation_days=30, validity_months=1)
    at.advance(days=2)
    operations.complete(completed(agent), clock.now())
    at.advance(days=1)
    operations.activate_due(clock.now())
    assert operations.account(agent, clock.now()).expiries[0].expires_on == "2028-11-25"


def test_a_refund_takes_back_what_the_rest_does_not_earn(agent):
    operations.award(paid(agent, 10_050, 5_000), clock.now())
    assert figures(agent) == (150, 0, 0)
    operations.reverse(refunded(agent, 10_050), clock.now())
    operations.reverse(refunded(agent, 10_050), clock.now())
    assert figures(agent) == (100, 0, 0)
    operations.reverse(refunded(agent, refund_id="REFUND2"), clock.now())
    assert figures(agent) == (0, 0, 0)
    assert [points for _, points, _ in ledger(agent)] == [-100, -50, 150]


def test_refunds_arriving_in_the_wrong_order_take_the_same(agent):
    operations.award(paid(agent, 10_000, 5_000), clock.now())
    operations.reverse(refunded(agent, refund_id="REFUND2"), clock.now())
    operations.reverse(refunded(agent, 10_000, refund_id="REFUND1"), clock.now())
    assert figures(agent) == (0, 0, 0)


def test_a_refund_may_arrive_before_the_payment(agent):
    payment = paid(agent, 10_000, 5_000)
    operations.reverse(refunded(agent, 10_000), clock.now())
    operations.reverse(refunded(agent, 10_000), clock.now())
    assert figures(agent) == (0, 0, 0)
    operations.award(payment, clock.now())
    operations.award(payment, clock.now())
    assert figures(agent) == (100, 0, 0)


def test_sixteen_deliveries_of_one_refund_at_once_take_back_once(agent):
    operations.award(paid(agent, 10_000, 5_000), clock.now())
    fact = refunded(agent, 10_000)
    with ThreadPoolExecutor(16) as workers:
        list(workers.map(lambda _: operations.reverse(fact, clock.now()), range(16)))
    assert figures(agent) == (100, 0, 0)


def test_spent_points_that_are_taken_back_become_debt_which_the_next_order_repays(agent, at):
    earn(agent, 100)
    spend(agent, 80)
    at.advance(days=1)
    operations.reverse(refunded(agent), clock.now())
    assert figures(agent) == (0, 0, 80)
    at.advance(days=1)
    earn(agent, 90, order_id="ORDER2")
    assert figures(agent) == (10, 0, 0)
    assert ledger(agent)[0][2] == 10


def test_promised_points_are_taken_back_first(agent):
    choose(activation="after_completion")
    earn(agent, 100)
    operations.reverse(refunded(agent, 4_000), clock.now())
    assert figures(agent) == (0, 40, 0)
    operations.complete(completed(agent), clock.now())
    operations.reverse(refunded(agent, refund_id="REFUND2"), clock.now())
    assert figures(agent) == (0, 0, 0)


def test_points_whose_expiry_was_not_booked_yet_are_not_taken_either(agent, at):
    earn(agent, 100)
    at.advance(days=366)
    operations.reverse(refunded(agent), clock.now())
    assert figures(agent) == (0, 0, 0)


def test_points_that_expired_unspent_are_not_taken_a_second_time(agent, at):
    operations.award(paid(agent, 10_000), clock.now())
    operations.award(paid(agent, 10_000, order_id="ORDER2"), clock.now())
    spend(agent, 120)
    at.advance(days=366)
    operations.expire_due(clock.now())
    earn(agent, 500, order_id="ORDER3")
    operations.reverse(refunded(agent), clock.now())
    assert figures(agent) == (480, 0, 0)
    operations.reverse(refunded(agent, order_id="ORDER2", refund_id="REFUND2"), clock.now())
    assert figures(agent) == (380, 0, 0)


@pytest.mark.parametrize("fault", [faults.conflict, faults.throttled, faults.lost_answer])
def test_bad_days_of_the_store_are_survived(agent, fault):
    with faults.injected("TransactWriteItems", fault):
        operations.award(paid(agent, 10_000), clock.now())
    assert figures(agent) == (100, 0, 0)


@pytest.mark.parametrize("fault", [faults.killed_before, faults.killed_after])
def test_a_process_that_dies_leaves_nothing_half_done(agent, fault):
    fact = paid(agent, 10_000)
    with faults.injected("TransactWriteItems", fault), pytest.raises(faults.Killed):
        operations.award(fact, clock.now())
    operations.award(fact, clock.now())
    assert figures(agent) == (100, 0, 0)
