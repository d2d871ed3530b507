"""What counts as a difference between our books and the provider's bill, and which bills there are."""

from datetime import UTC, date, datetime
from typing import get_args

import pytest

from functions.payments import rules
from functions.payments.rules import comparing
from functions.payments.rules.comparing import Entry

BILLED_AS = {
    ("payment", "SUCCESS"): {"succeeded", "confirmed", "settled", "partly_refunded", "refunded"},
    ("payment", "REVOKED"): {"closed", "failed"},
    ("refund", "SUCCESS"): {"succeeded"},
    ("refund", "PROCESSING"): {"requested", "processing", "abnormal", "closed", "succeeded"},
    ("refund", "FAIL"): {"abnormal", "closed", "succeeded"},
    ("refund", "CHANGE"): {"abnormal", "succeeded"},
    ("payment", "SOMETHING NEW"): set(),
}
STATES = {"payment": get_args(rules.PaymentState), "refund": get_args(rules.RefundState)}


def entry(number: str = "N1", fen: int = 100, state: str = "succeeded") -> Entry:
    return Entry("payment", number, fen, state)


def kinds(here: list[Entry], there: list[Entry]) -> list[tuple[str, str]]:
    found = comparing.differences({one.key: one for one in here}, {one.key: one for one in there})
    return [(one.entry.number, one.kind) for one in found]


def test_equal_books_agree() -> None:
    assert kinds([entry()], [entry(state="SUCCESS")]) == []


def test_both_directions_and_amounts_before_states() -> None:
    here = [entry("A"), entry("B", fen=1, state="closed")]
    there = [entry("B", fen=2, state="SUCCESS"), entry("C", state="SUCCESS")]
    assert kinds(here, there) == [("A", "missing_there"), ("B", "amount_differs"), ("C", "missing_here")]


def test_a_payment_and_a_refund_of_one_number_are_two() -> None:
    refund = Entry("refund", "N1", 100, "SUCCESS")
    assert kinds([entry()], [refund]) == [("N1", "missing_there"), ("N1", "missing_here")]


@pytest.mark.parametrize(
    ("subject", "billed", "state"),
    [(subject, billed, state) for (subject, billed), _ in BILLED_AS.items() for state in STATES[subject]],
)
def test_every_pair_of_states_agrees_or_differs_as_written(subject, billed, state) -> None:
    ours, theirs = Entry(subject, "N1", 100, state), Entry(subject, "N1", 100, billed)
    differs = bool(kinds([ours], [theirs]))
    assert differs == (state not in BILLED_AS[subject, billed])


@pytest.mark.parametrize(
    ("now", "error"),
    [
        (datetime(2026, 11, 22, 15, 0, tzinfo=UTC), comparing.BillNotReady),
        (datetime(2026, 11, 23, 1, 59, 59, tzinfo=UTC), comparing.BillNotReady),
        (datetime(2026, 11, 23, 2, 0, tzinfo=UTC), None),
        (datetime(2027, 2, 21, 1, 59, tzinfo=UTC), None),
        (datetime(2027, 2, 21, 2, 0, tzinfo=UTC), comparing.BillTooOld),
    ],
)
def test_a_bill_is_there_from_ten_the_day_after_for_three_months(now, error) -> None:
    day = date(2026, 11, 22)
    if error is None:
        comparing.check_bill(day, now)
    else:
        with pytest.raises(error):
            comparing.check_bill(day, now)


@pytest.mark.parametrize("day", [date.min, date.max])
def test_days_at_the_ends_of_time_have_no_bill(day) -> None:
    with pytest.raises((comparing.BillNotReady, comparing.BillTooOld)):
        comparing.check_bill(day, datetime(2026, 11, 23, 2, 0, tzinfo=UTC))
