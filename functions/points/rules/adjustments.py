"""Corrections by hand: always with a reason; large ones need a second person."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from kit import clock
from kit.errors import Conflict


@dataclass(frozen=True)
class Adjustment:
    """A correction somebody asked for; `points` is signed."""

    adjustment_id: str
    agent_id: str
    points: int
    reason: str
    state: Literal["pending", "booked", "rejected"]
    created_by: str
    created_at: str
    fingerprint: str
    decided_by: str | None = None
    decided_at: str | None = None


class AlreadyDecided(Conflict):
    """The adjustment was booked or rejected before."""

    title = "该调整已处理"


class SecondPersonNeeded(Conflict):
    """Who asked for an adjustment cannot approve it."""

    title = "须由另一位同事审批"


def decide(
    adjustment: Adjustment, verdict: Literal["booked", "rejected"], actor: str, now: datetime
) -> Adjustment:
    """Approve or reject. Raises AlreadyDecided, or SecondPersonNeeded when somebody approves their own."""
    if adjustment.state != "pending":
        raise AlreadyDecided(state=adjustment.state)
    if verdict == "booked" and actor == adjustment.created_by:
        raise SecondPersonNeeded()
    return replace(adjustment, state=verdict, decided_by=actor, decided_at=clock.to_text(now))
