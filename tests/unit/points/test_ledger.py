"""The ledger: earliest expiry first, debt repaid first, nothing expired is ever spent, sums always agree."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.points.rules import ledger as rules
from functions.points.rules.ledger import (
    Account,
    Cause,
    InDebt,
    Ledger,
    NotEnoughPoints,
    due_reminder,
    expiry_date,
)

TODAY = date(2026, 11, 22)
AT = datetime(2026, 11, 22, 2, tzinfo=UTC)


def cause(key: str = "grant#order#base") -> Cause:
    return Cause(key, AT, "order", "order")


def holding(**buckets: int) -> Account:
    """An account with points by expiry date, `d2027_01_31=100`."""
    return Account("agent", {name[1:].replace("_", "-"): points for name, points in buckets.items()})


def after(ledger: Ledger) -> tuple[dict[str, int], int, int]:
    return dict(ledger.account.buckets), ledger.account.pending, ledger.account.debt


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 22), 12, "2027-11-22"),
        (date(2028, 2, 29), 12, "2029-02-28"),
        (date(2028, 2, 29), 48, "2032-02-29"),
        (date(2026, 12, 31), 1, "2027-01-31"),
        (date(2026, 1, 31), 1, "2026-02-28"),
        (date(2026, 12, 1), 120, "2036-12-01"),
    ],
)
def test_points_live_whole_calendar_months(day: date, months: int, expected: str) -> None:
    assert expiry_date(day, months) == expected


def test_spending_takes_the_earliest_expiry_first() -> None:
    ledger = Ledger(holding(d2027_01_31=100, d2026_12_31=50, d2027_06_30=10), TODAY)
    assert ledger.spend(cause(), 120) == {"2026-12-31": 50, "2027-01-31": 70}
    assert after(ledger) == ({"2027-01-31": 30, "2027-06-30": 10}, 0, 0)


def test_more_than_there_is_cannot_be_spent() -> None:
    ledger = Ledger(holding(d2027_01_31=100), TODAY)
    with pytest.raises(NotEnoughPoints) as refusal:
        ledger.spend(cause(), 101)
    assert refusal.value.data == {"available": 100}
    assert "还差 1" in refusal.value.detail


def test_points_can_be_spent_until_the_end_of_their_last_day_and_not_a_second_longer() -> None:
    account = holding(d2026_11_22=100)
    assert Ledger(account, date(2026, 11, 22)).spend(cause(), 100) == {"2026-11-22": 100}
    tomorrow = Ledger(account, date(2026, 11, 23))
    with pytest.raises(NotEnoughPoints):
        tomorrow.spend(cause(), 1)
    assert account.spendable(date(2026, 11, 22)) == 100
    assert account.spendable(date(2026, 11, 23)) == 0


def test_whoever_comes_first_books_what_has_expired() -> None:
    ledger = Ledger(holding(d2026_11_20=5, d2026_11_21=7, d2026_11_22=9), TODAY)
    (entry,) = ledger.entries
    assert (entry.kind, entry.points, entry.cause.key) == ("expired", -12, "expire#2026-11-21#1")
    assert entry.cause.at == datetime(2026, 11, 21, 16, tzinfo=UTC)
    assert after(ledger) == ({"2026-11-22": 9}, 0, 0)


def test_points_that_return_to_a_date_just_after_its_expiry_was_booked_expire_too() -> None:
    booked = Ledger(holding(d2026_11_21=7), TODAY)
    begun_before_midnight = Ledger(booked.account, date(2026, 11, 21))
    begun_before_midnight.give_back(cause(), {"2026-11-21": 3}, None)
    again = Ledger(begun_before_midnight.account, TODAY)
    assert [entry.points for entry in again.entries] == [-3]
    assert booked.entries[0].cause.key != again.entries[0].cause.key


def test_debt_blocks_spending_and_is_repaid_first() -> None:
    ledger = Ledger(Account("agent", debt=80), TODAY)
    with pytest.raises(InDebt):
        ledger.spend(cause(), 1)
    ledger.grant(cause(), 100, "2027-11-22")
    assert after(ledger) == ({"2027-11-22": 20}, 0, 0)
    assert ledger.entries[-1].points == 100


def test_promised_points_become_spendable_without_changing_the_balance() -> None:
    ledger = Ledger(Account("agent", debt=30), TODAY)
    ledger.promise(cause(), 100)
    assert after(ledger) == ({}, 100, 30)
    ledger.activate(cause("activate#order"), 100, "2027-12-01")
    assert after(ledger) == ({"2027-12-01": 70}, 0, 0)
    assert [entry.points for entry in ledger.entries] == [100, 0]
    assert ledger.account.totals["activated"] == 100


@pytest.mark.parametrize(
    ("points", "pending", "expected"),
    [
        (10, 10, ({"2026-12-31": 50, "2027-06-30": 30, "2027-11-22": 20}, 30, 0)),
        (40, 40, ({"2026-12-31": 50, "2027-06-30": 30, "2027-11-22": 20}, 0, 0)),
        (60, 40, ({"2026-12-31": 50, "2027-06-30": 30}, 0, 0)),
        (70, 40, ({"2026-12-31": 40, "2027-06-30": 30}, 0, 0)),
        (125, 40, ({"2027-06-30": 15}, 0, 0)),
        (150, 40, ({}, 0, 10)),
    ],
)
def test_reversal_takes_pending_then_its_own_date_then_the_earliest_then_debt(
    points: int, pending: int, expected: tuple[dict[str, int], int, int]
) -> None:
    buckets = {"2026-12-31": 50, "2027-06-30": 30, "2027-11-22": 20}
    ledger = Ledger(Account("agent", buckets, pending=40), TODAY)
    ledger.reverse(cause("reverse#refund"), points, pending, "2027-11-22")
    assert after(ledger) == expected
    assert ledger.entries[-1].points == -points


def test_returned_points_keep_their_old_expiry() -> None:
    ledger = Ledger(holding(d2027_01_31=100, d2026_12_31=50), TODAY)
    allocation = ledger.spend(cause(), 120)
    ledger.give_back(cause("return#r#1"), allocation, None)
    assert after(ledger) == ({"2026-12-31": 50, "2027-01-31": 100}, 0, 0)


def test_returned_points_repay_the_debt_first_earliest_expiry_first() -> None:
    ledger = Ledger(Account("agent", debt=60), TODAY)
    ledger.give_back(cause("return#r#1"), {"2026-12-31": 50, "2027-01-31": 70}, None)
    assert after(ledger) == ({"2027-01-31": 60}, 0, 0)


def test_what_expired_while_it_was_spent_gets_grace_only_if_the_merchant_caused_the_return() -> None:
    by_agent = Ledger(holding(), TODAY)
    by_agent.give_back(cause("return#r#1"), {"2026-11-21": 50, "2026-11-22": 5}, None)
    assert after(by_agent) == ({"2026-11-22": 5}, 0, 0)
    assert [(entry.kind, entry.points) for entry in by_agent.entries] == [("returned", 55), ("expired", -50)]

    by_merchant = Ledger(holding(), TODAY)
    by_merchant.give_back(cause("return#r#1"), {"2026-11-21": 50, "2026-11-22": 5}, "2026-12-22")
    assert after(by_merchant) == ({"2026-11-22": 5, "2026-12-22": 50}, 0, 0)


def test_expired_points_do_not_repay_a_debt() -> None:
    ledger = Ledger(Account("agent", debt=60), TODAY)
    ledger.give_back(cause("return#r#1"), {"2026-11-21": 50}, None)
    assert after(ledger) == ({}, 0, 60)


def test_corrections_add_or_take_but_never_make_a_debt() -> None:
    ledger = Ledger(holding(d2027_01_31=100), TODAY)
    ledger.adjust(cause("adjust#1"), -40, "2027-11-22")
    ledger.adjust(cause("adjust#2"), 15, "2027-11-22")
    assert after(ledger) == ({"2027-01-31": 60, "2027-11-22": 15}, 0, 0)
    with pytest.raises(NotEnoughPoints):
        ledger.adjust(cause("adjust#3"), -76, "2027-11-22")


def test_a_booking_that_would_break_the_account_is_a_bug() -> None:
    with pytest.raises(AssertionError):
        Ledger(Account("agent"), TODAY).activate(cause(), 1, "2027-11-22")


def test_reminders_name_the_nearest_date_and_what_follows() -> None:
    account = holding(d2026_11_23=10, d2026_11_29=20, d2026_12_22=30, d2026_12_01=99)
    reminder = due_reminder(account, AT, (30, 7, 1))
    assert reminder
    assert (reminder.expires_on, reminder.days, reminder.points) == ("2026-11-23", 1, 10)
    assert reminder.later == {"2026-11-29": 20, "2026-12-22": 30}
    assert due_reminder(holding(d2026_12_01=99), AT, (30, 7, 1)) is None


steps = st.lists(
    st.one_of(
        st.tuples(st.just("grant"), st.integers(1, 50), st.integers(-3, 40)),
        st.tuples(st.just("promise"), st.integers(1, 50), st.just(0)),
        st.tuples(st.just("spend"), st.integers(1, 60), st.just(0)),
        st.tuples(st.just("reverse"), st.integers(1, 60), st.integers(0, 40)),
        st.tuples(st.just("adjust"), st.integers(-30, 30).filter(bool), st.integers(0, 40)),
        st.tuples(st.just("sleep"), st.integers(1, 20), st.just(0)),
    ),
    max_size=40,
)


@given(steps)
def test_whatever_happens_the_account_agrees_with_its_ledger(sequence: list[tuple[str, int, int]]) -> None:
    account, day, entries = Account("agent"), TODAY, []
    for number, (what, points, days) in enumerate(sequence):
        if what == "sleep":
            day = date.fromordinal(day.toordinal() + points)
        ledger = Ledger(account, day)
        expires_on = date.fromordinal(day.toordinal() + days).isoformat()
        key = cause(f"{what}#{number}")
        try:
            match what:
                case "grant":
                    ledger.grant(key, points, expires_on)
                case "promise":
                    ledger.promise(key, points)
                case "spend":
                    ledger.spend(key, points)
                case "reverse":
                    ledger.reverse(key, points, min(points, ledger.account.pending), expires_on)
                case "adjust":
                    ledger.adjust(key, points, expires_on)
        except (InDebt, NotEnoughPoints):
            pass
        account = ledger.account
        entries += ledger.entries
        assert rules.findings(account, account.available, entries) == []
        assert account.available == account.spendable(day)
        assert not (account.debt and account.available)
        moved = sum(points for kind, points in account.totals.items() if kind != "activated")
        assert moved == account.balance


def test_findings_name_what_is_wrong() -> None:
    ledger = Ledger(Account("agent"), TODAY)
    ledger.grant(cause(), 100, "2027-11-22")
    tampered = Account("agent", {"2027-11-22": 90}, entries=2)
    found = {finding.problem for finding in rules.findings(tampered, 100, ledger.entries)}
    assert found == {
        "balance against entries",
        "available against buckets",
        "count of entries",
        "bucket 2027-11-22",
    }
