"""Which facts a changed row announces."""

from collections.abc import Iterator
from typing import Any

from functions.points.schemas import (
    PointsActivated,
    PointsExpired,
    PointsExpiring,
    PointsGranted,
    PointsReturned,
    PointsReversed,
    PointsSpent,
    ReferralPointsGranted,
)
from functions.points.table import accounts, awards
from kit import ids
from kit.facts import Fact, Row


def facts_of(old: Row, new: Row) -> Iterator[Fact]:
    """What a changed row announces: an award, a line of the ledger, or a reminder."""
    if new is None:
        return
    match new["row"]:
        case "award":
            yield from _granted(old, new)
        case "entry" if old is None:
            yield from _moved(new)
        case "account":
            yield from _expiring(old, new)


def _granted(old: Row, new: dict[str, Any]) -> Iterator[Fact]:
    award = awards.award_from(new)
    if award.granted and not (old and awards.award_from(old).paid_at):
        yield PointsGranted(
            event_id=_event_id(new, "granted"),
            occurred_at=award.paid_at,
            agent_id=award.agent_id,
            order_id=award.order_id,
            order_no=award.order_no,
            points=award.granted,
            pending=award.expires_on is None,
            expires_on=award.expires_on,
            available=award.available_after,
        )


def _moved(new: dict[str, Any]) -> Iterator[Fact]:
    _, at, _ = new["sk"].split("#", 2)
    line = {
        "event_id": _event_id(new),
        "occurred_at": at,
        "agent_id": new["pk"].removeprefix("AGENT#"),
        "points": abs(new["points"]),
        "available": new["available_after"],
        "source_id": new["source_id"],
    }
    match new["kind"]:
        case "granted" if new["source"] == "referral":
            yield ReferralPointsGranted(**line)
        case "activated":
            yield PointsActivated(**line | {"points": -new["pending"]})
        case "spent":
            yield PointsSpent(**line)
        case "returned":
            yield PointsReturned(**line)
        case "reversed":
            yield PointsReversed(**line)
        case "expired":
            yield PointsExpired(**line, expired_on=max(new["allocation"]))


def _expiring(old: Row, new: dict[str, Any]) -> Iterator[Fact]:
    reminder = accounts.reminder_from(new)
    if reminder and reminder != accounts.reminder_from(old):
        yield PointsExpiring(
            event_id=_event_id(new, reminder.day),
            occurred_at=reminder.at,
            agent_id=new["pk"].removeprefix("AGENT#"),
            points=reminder.points,
            expires_on=reminder.expires_on,
            days=reminder.days,
            later=dict(reminder.later),
        )


def _event_id(row: dict[str, Any], *more: str) -> str:
    return ids.derived_id("points", row["pk"], row["sk"], *more)
