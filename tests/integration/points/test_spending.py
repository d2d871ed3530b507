"""Points are spent once, earliest expiry first, and come back to where they were."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from functions.agents.rules import CompanyNotActive
from functions.points import operations
from functions.points.rules.ledger import InDebt, NotEnoughPoints
from functions.points.table.accounts import AlreadyBooked
from kit import clock
from tests.integration.points.conftest import (
    choose,
    company,
    earn,
    figures,
    give_back,
    ledger,
    refunded,
    spend,
)


def test_sixteen_parallel_spendings_of_points_for_five_leave_five(agent):
    earn(agent, 500)

    def redeem(number):
        try:
            spend(agent, 100, f"REDEMPTION{number}")
        except NotEnoughPoints:
            return "refused"
        return "spent"

    with ThreadPoolExecutor(16) as people:
        results = list(people.map(redeem, range(16)))
    assert results.count("spent") == 5
    assert figures(agent) == (0, 0, 0)
    assert len(ledger(agent)) == 6


def test_the_same_redemption_is_booked_once(agent):
    earn(agent, 500)
    spend(agent, 100)
    with pytest.raises(AlreadyBooked):
        spend(agent, 100)
    assert figures(agent) == (400, 0, 0)


@pytest.mark.parametrize("state", ["suspended", "blocked", "closed"])
def test_only_active_agents_spend_even_if_they_are_blocked_in_between(agent, state):
    earn(agent, 100)
    company(agent, state=state)
    with pytest.raises(CompanyNotActive):
        spend(agent, 100)
    assert figures(agent) == (100, 0, 0)


def test_debt_blocks_spending(agent):
    earn(agent, 100)
    spend(agent, 100)
    operations.reverse(refunded(agent), clock.now())
    with pytest.raises(InDebt):
        spend(agent, 1, "REDEMPTION2")


def test_returned_points_keep_their_old_expiry(agent, at):
    earn(agent, 100)
    at.advance(days=30)
    earn(agent, 100, "ORDER2")
    before = operations.account(agent, clock.now()).expiries
    allocation = spend(agent, 150)
    assert allocation == {"2027-11-22": 100, "2027-12-22": 50}
    at.advance(days=1)
    give_back(agent, allocation)
    assert operations.account(agent, clock.now()).expiries == before
    assert ledger(agent)[0] == ("returned", 150, 200)


@pytest.mark.parametrize(
    ("merchant_caused", "available", "expires_on"), [(True, 100, "2027-12-24"), (False, 0, None)]
)
def test_points_that_expired_while_spent_get_grace_if_the_merchant_caused_it(
    agent, at, merchant_caused, available, expires_on
):
    earn(agent, 100)
    allocation = spend(agent, 100)
    at("2027-11-23T16:00:00Z")
    give_back(agent, allocation, merchant_caused)
    assert figures(agent) == (available, 0, 0)
    expiries = operations.account(agent, clock.now()).expiries
    assert [each.expires_on for each in expiries] == ([expires_on] if expires_on else [])


def test_expired_points_are_unspendable_from_the_first_second_although_the_job_is_late(agent, at):
    earn(agent, 100)
    at("2027-11-22T15:59:59Z")
    assert operations.account(agent, clock.now()).available == 100
    at("2027-11-22T16:00:00Z")
    assert operations.account(agent, clock.now()).available == 0
    with pytest.raises(NotEnoughPoints):
        spend(agent, 1)


def test_spending_books_what_expired_before_it(agent, at):
    choose(validity_months=1)
    earn(agent, 100)
    at.advance(days=20)
    earn(agent, 50, "ORDER2")
    at.advance(days=15)
    assert spend(agent, 50) == {"2027-01-12": 50}
    assert figures(agent) == (0, 0, 0)
    assert sorted(kind for kind, _, _ in ledger(agent)) == ["expired", "granted", "granted", "spent"]
    assert operations.expire_due(clock.now()) == 0
