"""Corrections by hand: decided once, and never approved by who asked."""

from datetime import UTC, datetime

import pytest

from functions.points.rules.adjustments import Adjustment, AlreadyDecided, SecondPersonNeeded, decide

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ASKED = Adjustment("1", "agent", 50_000, "补发", "pending", "anna", "2026-11-21T00:00:00Z", "print")


def test_a_second_person_approves() -> None:
    assert decide(ASKED, "booked", "bert", NOW).state == "booked"
    with pytest.raises(SecondPersonNeeded):
        decide(ASKED, "booked", "anna", NOW)


def test_who_asked_may_withdraw() -> None:
    assert decide(ASKED, "rejected", "anna", NOW).decided_at == "2026-11-22T00:00:00Z"


@pytest.mark.parametrize("verdict", ["booked", "rejected"])
def test_a_verdict_is_final(verdict: str) -> None:
    decided = decide(ASKED, verdict, "bert", NOW)  # type: ignore[arg-type]
    with pytest.raises(AlreadyDecided):
        decide(decided, "booked", "carl", NOW)
