"""The life of a campaign: only the listed steps, a window that is half open, terms that stay."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest

from functions.points.rules.campaigns import (
    STEPS,
    CampaignStepNotAllowed,
    State,
    Step,
    TermsFixed,
    edit,
    in_force,
    state,
    step,
)
from functions.points.rules.earning import Campaign, Scope
from kit import clock
from kit.errors import Invalid

STARTS, ENDS = "2026-11-11T00:00:00Z", "2026-11-12T00:00:00Z"
BEFORE = datetime(2026, 11, 10, 12, tzinfo=UTC)
DURING = datetime(2026, 11, 11, 12, tzinfo=UTC)
AFTER = datetime(2026, 11, 12, tzinfo=UTC)
DRAFT = Campaign("A", "双11", "multiplier", STARTS, ENDS, multiplier_bps=20_000, budget=100)
SCHEDULED = step(DRAFT, "publication", BEFORE)

EXAMPLES: dict[State, tuple[Campaign, datetime]] = {
    "draft": (DRAFT, DURING),
    "scheduled": (SCHEDULED, BEFORE),
    "running": (SCHEDULED, DURING),
    "paused": (step(SCHEDULED, "pause", DURING), DURING),
    "ended": (SCHEDULED, AFTER),
}
ALLOWED = {
    ("draft", "publication"): "running",
    ("scheduled", "pause"): "paused",
    ("running", "pause"): "paused",
    ("paused", "resumption"): "running",
    ("scheduled", "end"): "ended",
    ("running", "end"): "ended",
    ("paused", "end"): "ended",
}


@pytest.mark.parametrize("name", get_args(Step))
@pytest.mark.parametrize("present", get_args(State))
def test_every_step_from_every_state(present: State, name: Step) -> None:
    campaign, now = EXAMPLES[present]
    assert state(campaign, now) == present
    if expected := ALLOWED.get((present, name)):
        assert state(step(campaign, name, now), now) == expected
    else:
        with pytest.raises(CampaignStepNotAllowed):
            step(campaign, name, now)


def test_the_table_lists_every_step() -> None:
    assert {(present, name) for name, changes in STEPS.items() for present in changes} == set(ALLOWED)


@pytest.mark.parametrize(
    ("paid_at", "expected"),
    [
        ("2026-11-10T23:59:59Z", False),
        (STARTS, True),
        ("2026-11-11T23:59:59Z", True),
        (ENDS, False),
    ],
)
def test_the_start_belongs_to_the_window_and_the_end_does_not(paid_at: str, expected: bool) -> None:
    assert in_force(SCHEDULED, paid_at) is expected
    assert not in_force(DRAFT, paid_at)


def test_orders_paid_in_a_pause_do_not_take_part_whenever_they_are_booked() -> None:
    paused = step(SCHEDULED, "pause", DURING)
    resumed = step(paused, "resumption", datetime(2026, 11, 11, 14, tzinfo=UTC))
    assert in_force(paused, "2026-11-11T11:59:59Z")
    assert not in_force(paused, "2026-11-11T12:00:00Z")
    assert not in_force(resumed, "2026-11-11T13:59:59Z")
    assert in_force(resumed, "2026-11-11T14:00:00Z")


def test_a_late_publication_promises_nothing_for_the_past() -> None:
    assert step(DRAFT, "publication", DURING).starts_at == clock.to_text(DURING)
    with pytest.raises(Invalid):
        step(DRAFT, "publication", AFTER)


def test_an_early_end_keeps_what_was_earned_before() -> None:
    ended = step(SCHEDULED, "end", DURING)
    assert in_force(ended, "2026-11-11T11:59:59Z")
    assert not in_force(ended, "2026-11-11T12:00:00Z")


def test_terms_can_change_before_the_start_and_not_after() -> None:
    wanted = replace(DRAFT, multiplier_bps=30_000, scope=Scope(brands=("B1",)))
    assert edit(DRAFT, wanted, BEFORE).multiplier_bps == 30_000
    assert edit(SCHEDULED, wanted, BEFORE).multiplier_bps == 30_000
    with pytest.raises(TermsFixed):
        edit(SCHEDULED, wanted, DURING)
    with pytest.raises(CampaignStepNotAllowed):
        edit(SCHEDULED, replace(DRAFT, name="新名字"), AFTER)


def test_name_end_and_budget_can_change_while_it_runs() -> None:
    running = replace(SCHEDULED, spent=40)
    wanted = replace(DRAFT, name="新名字", ends_at="2026-11-20T00:00:00Z", budget=40)
    edited = edit(running, wanted, DURING)
    assert (edited.name, edited.ends_at, edited.budget, edited.spent) == (
        "新名字",
        "2026-11-20T00:00:00Z",
        40,
        40,
    )
    assert edited.version == running.version + 1
    with pytest.raises(Invalid):
        edit(running, replace(wanted, budget=39), DURING)
    with pytest.raises(Invalid):
        edit(running, replace(wanted, ends_at=clock.to_text(DURING)), DURING)
