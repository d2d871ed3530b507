"""What time does: expiry is booked once, at a cost that follows what expires; reminders come once a day."""

import pytest

from functions.points import operations
from functions.points.table import accounts
from functions.points.table.rows import AccountRow
from kit import clock
from kit.facts import LeftOver
from tests.integration.points.conftest import choose, company, earn, figures, ledger, spend
from tests.kit import faults


def test_the_job_books_what_expired_and_only_once(agent, at):
    earn(agent, 100)
    at("2027-11-22T16:05:00Z")
    assert operations.expire_due(clock.now()) == 1
    assert operations.expire_due(clock.now()) == 0
    assert figures(agent) == (0, 0, 0)
    assert ledger(agent)[0] == ("expired", -100, 0)
    (entry, _) = operations.overview(agent, clock.now()).entries
    assert entry.at == "2027-11-22T16:00:00Z"


def test_a_job_that_missed_many_days_books_them_together(agent, at):
    choose(validity_months=1)
    for number in range(120):
        earn(agent, 1, f"ORDER{number}")
        at.advance(days=1)
    at.advance(days=60)
    operations.expire_due(clock.now())
    assert figures(agent) == (0, 0, 0)


def test_the_cost_follows_what_expires_and_not_how_many_agents_there_are(tables, at):
    for number in range(40):
        AccountRow(
            f"AGENT#LATER{number}",
            "SUMMARY",
            available=1,
            pending=0,
            debt=0,
            buckets={"2028-01-01": 1},
            totals={},
            entries=1,
            version=1,
            next_expiry="2028-01-01",
            due_shard=str(number % 4),
        ).save()
    earn(company("0EXPIRES"), 100)
    at("2027-11-22T16:05:00Z")
    with faults.injected("Query") as queries, faults.injected("GetItem") as reads:
        assert operations.expire_due(clock.now()) == 1
    assert len(queries) == 4
    assert len(reads) <= 2


def test_an_account_that_cannot_be_booked_keeps_no_other_waiting(tables, at):
    for number in range(4):
        earn(company(f"0DEALER{number}"), 100)
    at("2027-11-22T16:05:00Z")
    broken, *others = accounts.due("2000-01-01", "2028-01-01")
    AccountRow(f"AGENT#{broken}", "SUMMARY").update([AccountRow.pending.set(-1)])
    with pytest.raises(LeftOver):
        operations.expire_due(clock.now())
    assert [figures(agent_id) for agent_id in others] == [(0, 0, 0)] * 3


def test_nothing_is_due_without_points(agent, at):
    earn(agent, 100)
    spend(agent, 100)
    at.advance(days=400)
    assert operations.expire_due(clock.now()) == 0


def test_reminders_come_thirty_seven_and_one_day_ahead_once_a_day(agent, at):
    earn(agent, 100)
    reminded = []
    at("2027-10-20T02:00:00Z")
    for _ in range(40):
        if operations.remind(clock.now()):
            reminded.append(clock.business_day(clock.now()).isoformat())
        assert operations.remind(clock.now()) == 0
        at.advance(days=1)
    assert reminded == ["2027-10-23", "2027-11-15", "2027-11-21"]
    assert figures(agent) == (0, 0, 0)


def test_nobody_is_reminded_of_points_that_are_spent(agent, at):
    earn(agent, 100)
    at("2027-11-15T02:00:00Z")
    spend(agent, 100)
    assert operations.remind(clock.now()) == 0
