"""The books: opening plus movements is closing, and closing is what the accounts hold."""

from datetime import UTC, date, datetime

from functions.points.rules.books import Day, following, months_until, summed
from functions.points.rules.ledger import Account, Cause, Ledger


def test_a_day_rolls_forward_from_the_day_before() -> None:
    def cause(key: str) -> Cause:
        return Cause(key, datetime(2026, 11, 22, tzinfo=UTC), "order", "o")

    monday = Ledger(Account("a"), date(2026, 11, 22))
    monday.grant(cause("1"), 100, "2027-11-22")
    monday.promise(cause("2"), 50)
    monday.spend(cause("3"), 30)
    first = following(Day(""), "2026-11-22", monday.entries)
    assert (first.opening, first.closing, first.available, first.pending) == (0, 120, 70, 50)

    tuesday = Ledger(monday.account, date(2026, 11, 23))
    tuesday.activate(cause("4"), 50, "2027-12-01")
    tuesday.reverse(cause("5"), 130, 0, None)
    second = following(first, "2026-11-23", tuesday.entries)
    assert second.movements == {"reversed": -130}
    assert (second.opening, second.activated, second.closing, second.debt) == (120, 50, -10, 10)
    assert second.ageing == {}

    both = summed([first, second])
    assert (both.opening, both.closing, both.entries) == (0, -10, 5)
    assert both.movements == {"granted": 150, "spent": -30, "reversed": -130}
    assert both.closing == tuesday.account.balance
    assert first.ageing == {"2027-11": 70}


def test_months_are_counted_back_over_the_year() -> None:
    assert months_until(date(2026, 2, 28), 4) == ["2025-11", "2025-12", "2026-01", "2026-02"]
