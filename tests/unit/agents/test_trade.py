"""What a company bought within 90 days, and who is within the bounds that staff set."""

from datetime import date, timedelta

import pytest

from functions.agents.rules.trade import Scale, Trade, Wanted
from kit import clock

NOW = clock.from_text("2026-11-22T02:00:00Z")
TODAY = clock.to_text(NOW)
OLD = clock.to_text(NOW - timedelta(days=91))


def test_orders_count_once_and_for_ninety_days() -> None:
    trade = Trade().paid("A", OLD, 500).paid("B", TODAY, 300).paid("B", TODAY, 300)
    assert trade.scale(NOW) == Scale(1, 300, TODAY)
    assert trade.scale(NOW - timedelta(days=80)).orders == 2
    assert list(trade.recent(NOW).orders) == ["B"]


def test_a_refund_leaves_what_is_left_in_whatever_order_facts_come() -> None:
    paid, back = Trade().paid("A", TODAY, 300), Trade().refunded("A", 100)
    assert back.scale(NOW) == Scale()
    for trade in (paid.refunded("A", 100), back.recent(NOW).paid("A", TODAY, 300)):
        assert trade.scale(NOW) == Scale(1, 100, TODAY)
        assert trade.refunded("A", 200) == trade
        assert trade.refunded("A", 0).scale(NOW) == Scale(1, 0, TODAY)


def test_the_last_order_is_remembered_when_it_counts_no_more() -> None:
    assert Trade().paid("A", OLD, 500).recent(NOW).scale(NOW) == Scale(0, 0, OLD)


@pytest.mark.parametrize(
    ("wanted", "held"),
    [
        (Wanted(), True),
        (Wanted(orders_from=3, orders_to=3), True),
        (Wanted(orders_from=4), False),
        (Wanted(orders_to=2), False),
        (Wanted(paid_from_fen=1_000, paid_to_fen=1_000), True),
        (Wanted(paid_from_fen=1_001), False),
        (Wanted(paid_to_fen=999), False),
        (Wanted(ordered_since=date(2026, 11, 22)), True),
        (Wanted(ordered_since=date(2026, 11, 23)), False),
        (Wanted(not_ordered_since=date(2026, 11, 23)), True),
        (Wanted(not_ordered_since=date(2026, 11, 22)), False),
    ],
)
def test_bounds_are_inclusive_and_days_are_those_of_shanghai(wanted: Wanted, held: bool) -> None:
    assert wanted.holds(Scale(3, 1_000, "2026-11-21T16:00:00Z")) is held


def test_who_never_ordered_has_not_ordered_since_any_day() -> None:
    assert Wanted(not_ordered_since=date(2026, 1, 1)).holds(Scale())
    assert not Wanted(ordered_since=date(2026, 1, 1)).holds(Scale())
