"""What staff do: corrections with a second person, and books that agree with the accounts."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bench.meter import metered
from functions.points import operations
from functions.points.rules.adjustments import AlreadyDecided, SecondPersonNeeded
from functions.points.rules.ledger import NotEnoughPoints
from functions.points.schemas import AdjustmentQuery, DayRange, NewAdjustment
from kit import clock
from kit.errors import KeyReused, NotFound
from kit.tokens import Principal
from tests.integration.points.conftest import choose, company, earn, figures, refunded, spend


def ask(agent, points, key="key-00001", actor="anna", reason="补发"):
    wanted = NewAdjustment(agent_id=agent, points=points, reason=reason)
    return operations.request_adjustment(wanted, key, clerk(actor), clock.now())


def clerk(name, *regions):
    return Principal("staff", name, "S2", permissions=frozenset({"points"}), regions=regions)


def test_a_small_correction_is_booked_at_once_and_once(agent, at):
    first = ask(agent, 500)
    at.advance(days=1)
    assert ask(agent, 500) == first
    assert first.state == "booked"
    assert figures(agent) == (500, 0, 0)
    with pytest.raises(KeyReused):
        ask(agent, 501)


def test_sixteen_presses_of_the_button_correct_once(agent):
    with ThreadPoolExecutor(16) as presses:
        answers = list(presses.map(lambda _: ask(agent, 500), range(16)))
    assert len({answer.adjustment_id for answer in answers}) == 1
    assert figures(agent) == (500, 0, 0)


def test_a_large_correction_waits_for_a_second_person(agent):
    asked = ask(agent, 10_000)
    assert asked.state == "pending"
    assert figures(agent) == (0, 0, 0)
    assert [each.adjustment_id for each in waiting()] == [asked.adjustment_id]
    with pytest.raises(SecondPersonNeeded):
        operations.decide_adjustment(asked.adjustment_id, "booked", clerk("anna"), clock.now())
    operations.decide_adjustment(asked.adjustment_id, "booked", clerk("bert"), clock.now())
    assert figures(agent) == (10_000, 0, 0)
    assert waiting() == []
    with pytest.raises(AlreadyDecided):
        operations.decide_adjustment(asked.adjustment_id, "rejected", clerk("bert"), clock.now())


def test_sixteen_approvals_at_once_book_once(agent):
    asked = ask(agent, 10_000)

    def approve(number):
        try:
            operations.decide_adjustment(asked.adjustment_id, "booked", clerk(f"staff{number}"), clock.now())
        except AlreadyDecided:
            return "late"
        return "booked"

    with ThreadPoolExecutor(16) as staff:
        results = list(staff.map(approve, range(16)))
    assert results.count("booked") == 1
    assert figures(agent) == (10_000, 0, 0)


@pytest.mark.parametrize("first", range(4))
def test_an_approval_and_a_rejection_at_once_end_in_one_of_them(agent, first):
    asked = ask(agent, 10_000)

    def decide(turn):
        verdict = ("booked", "rejected")[(turn + first) % 2]
        try:
            return operations.decide_adjustment(
                asked.adjustment_id, verdict, clerk("bert"), clock.now()
            ).state
        except AlreadyDecided:
            return "late"

    with ThreadPoolExecutor(2) as staff:
        decided, late = sorted(staff.map(decide, range(2)), key="late".__eq__)
    assert (late, decided in ("booked", "rejected")) == ("late", True)
    assert figures(agent) == (10_000 if decided == "booked" else 0, 0, 0)


def test_corrections_approved_at_once_never_take_more_than_there_is(agent):
    earn(agent, 15_000)
    asked = [ask(agent, -10_000, key=f"key-0000{number}") for number in range(4)]

    def approve(one):
        try:
            operations.decide_adjustment(one.adjustment_id, "booked", clerk("bert"), clock.now())
        except NotEnoughPoints:
            return "short"
        return "booked"

    with ThreadPoolExecutor(4) as staff:
        assert sorted(staff.map(approve, asked)) == ["booked", "short", "short", "short"]
    assert figures(agent) == (5_000, 0, 0)
    assert len(waiting()) == 3


def test_more_than_there_is_cannot_be_taken(agent):
    earn(agent, 100)
    with pytest.raises(NotEnoughPoints):
        ask(agent, -101)
    ask(agent, -100, key="key-00002")
    assert figures(agent) == (0, 0, 0)


def test_nobody_is_corrected_who_does_not_exist(tables, at):
    with pytest.raises(NotFound):
        ask("0NOBODY000", 100)


def waiting():
    return operations.list_adjustments(AdjustmentQuery(), clerk("anna")).items


def test_the_books_agree_with_the_accounts(tables, at):
    agents = [company(f"0AGENT000{number}") for number in range(3)]
    earn(agents[0], 1_000, "A")
    earn(agents[1], 500, "B")
    at.advance(days=1)
    spend(agents[0], 300)
    choose(activation="after_completion")
    earn(agents[2], 70, "C")
    at.advance(days=1)
    operations.reverse(refunded(agents[0], order_id="A"), clock.now())
    ask(agents[1], -20)
    at.advance(days=1)
    assert operations.close_days(clock.now()) == 3
    assert operations.close_days(clock.now()) == 0

    days = DayRange(first=at.now.date().replace(day=1), last=at.now.date())
    found = operations.statistics(days, clock.now())
    assert [day.closing for day in found.days] == [1500, 1270, 250, 250]
    total = found.total
    assert (total.granted, total.spent, total.reversed, total.adjusted) == (1570, -300, -1000, -20)
    held = [figures(agent) for agent in agents]
    assert total.available == sum(available for available, _, _ in held) == 480
    assert total.pending == sum(pending for _, pending, _ in held) == 70
    assert total.debt == sum(debt for _, _, debt in held) == 300

    owed = operations.liability("2026-11", clock.now())
    assert owed.roll_forward.closing == 250
    assert [(each.month, each.points) for each in owed.ageing] == [("2027-11", 480)]
    assert owed.value_fen == 250
    later = operations.liability("2026-12", clock.now())
    assert (later.roll_forward.opening, later.roll_forward.closing) == (250, 250)


def test_today_counts_before_it_is_closed(agent):
    earn(agent, 100)
    today = clock.business_day(clock.now())
    assert operations.statistics(DayRange(first=today, last=today), clock.now()).total.granted == 100


def test_the_days_cost_the_closed_books_and_one_query_per_open_day(agent, at):
    ask(agent, 100)
    at.advance(days=1)
    operations.close_days(clock.now())
    ask(agent, 50, key="key-00002")
    wanted = DayRange(first=clock.business_day(at.now) - timedelta(days=30), last=clock.business_day(at.now))
    with metered() as bill:
        found = operations.statistics(wanted, clock.now())
    assert [day.adjusted for day in found.days] == [100, 50]
    assert bill.calls == ["Query", "Query", "Query"]  # closed days, the last of them, today's entries
