"""The states of a redemption: only the listed steps, for each kind of gift."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from functions.gifts.rules.gifts import Kind
from functions.gifts.rules.redemptions import (
    GIVES_BACK,
    REDEMPTION,
    SETTLES,
    Redemption,
    RedemptionStepNotAllowed,
    State,
    check_address,
    hints,
    is_settled,
    move,
)
from kit.errors import Invalid

NOW = datetime(2026, 11, 22, tzinfo=UTC)
REVIEW = {("pending_review", "approved"), ("pending_review", "rejected"), ("pending_review", "cancelled")}
BY_ISSUE = REVIEW | {
    ("approved", "issuing"),
    ("issuing", "issued"),
    ("issuing", "issue_failed"),
    ("issue_failed", "issuing"),
    ("issue_failed", "returned"),
    ("issued", "completed"),
}
ALLOWED: dict[Kind, set[tuple[str, str]]] = {
    "physical": REVIEW | {("approved", "shipped"), ("shipped", "received"), ("received", "completed")},
    "coupon": BY_ISSUE,
    "virtual": BY_ISSUE,
}


def redemption(kind: Kind = "physical", state: State = "pending_review") -> Redemption:
    return Redemption(
        redemption_id="R1",
        agent_id="A1",
        user_id="U1",
        gift_id="G1",
        gift_version=1,
        gift_name="马克杯",
        kind=kind,
        image="",
        quantity=1,
        points=500,
        allocation={"2027-11-22": 500},
        state=state,
        created_at="2026-11-20T00:00:00Z",
        changed_at="2026-11-20T00:00:00Z",
        fingerprint="F",
    )


@pytest.mark.parametrize("kind", get_args(Kind))
@pytest.mark.parametrize("before", get_args(State))
@pytest.mark.parametrize("after", get_args(State))
def test_every_step_from_every_state(kind: Kind, before: State, after: State) -> None:
    held = redemption(kind, before)
    if (before, after) in ALLOWED[kind]:
        moved = move(held, after, NOW)
        assert (moved.state, moved.version, moved.history[-1]) == (after, 2, (after, "2026-11-22T00:00:00Z"))
    else:
        with pytest.raises(RedemptionStepNotAllowed):
            move(held, after, NOW)


def test_what_gives_back_is_final() -> None:
    for kind in get_args(Kind):
        for state in GIVES_BACK:
            assert not REDEMPTION[kind].get(state)


def test_nothing_waits_for_ever_once_it_was_delivered() -> None:
    shipped = replace(redemption(state="shipped"), changed_at="2026-11-07T00:00:00Z")
    assert is_settled(shipped, NOW)
    assert not is_settled(shipped, NOW - timedelta(seconds=1))
    assert set(SETTLES) == {"shipped", "received", "issued"}


def test_only_physical_gifts_have_an_address() -> None:
    check_address("physical", "ADDRESS")
    check_address("virtual", None)
    with pytest.raises(Invalid):
        check_address("physical", None)
    with pytest.raises(Invalid):
        check_address("coupon", "ADDRESS")


def test_hints_tell_a_reviewer_where_to_look() -> None:
    assert hints("2026-01-01T00:00:00Z", 0, 1, 1, NOW) == []
    found = [code for code, _ in hints("2026-11-01T00:00:00Z", 50, 3, 2, NOW)]
    assert found == ["new_company", "recent_refunds", "frequent", "shared_address"]
    assert [code for code, _ in hints(None, 0, 0, 0, NOW)] == ["new_company"]
