"""Queues, schedules and the stream of points."""

from typing import Any

from functions.points import operations
from functions.points.schemas import (
    OrderCompleted,
    OrderPaid,
    OrderRefunded,
    ReferralRevoked,
    ReferralRewarded,
)
from kit import clock, facts
from kit.facts import Batch


def publish(event: dict[str, Any], context: object) -> Batch:
    """Announce what was booked and what is about to expire."""
    return facts.publish(event, operations.facts_of, "points")


def on_order_paid(event: dict[str, Any], context: object) -> Batch:
    """Give paid orders their points."""
    return facts.consume(event, {OrderPaid: lambda fact: operations.award(fact, clock.now())})


def on_order_completed(event: dict[str, Any], context: object) -> Batch:
    """Start the clock of promised points."""
    return facts.consume(event, {OrderCompleted: lambda fact: operations.complete(fact, clock.now())})


def on_order_refunded(event: dict[str, Any], context: object) -> Batch:
    """Take back the points of what was refunded."""
    return facts.consume(event, {OrderRefunded: lambda fact: operations.reverse(fact, clock.now())})


def on_referral_settled(event: dict[str, Any], context: object) -> Batch:
    """Give points for inviting companies, and take them back."""
    return facts.consume(
        event,
        {
            ReferralRewarded: lambda fact: operations.reward_referral(fact, clock.now()),
            ReferralRevoked: lambda fact: operations.revoke_referral(fact, clock.now()),
        },
    )


def activate_pending(event: dict[str, Any], context: object) -> None:
    """Make promised points spendable whose time has come."""
    operations.activate_due(clock.from_text(event["time"]))


def expire_buckets(event: dict[str, Any], context: object) -> None:
    """Book what expired yesterday or earlier."""
    operations.expire_due(clock.from_text(event["time"]))


def remind_expiring(event: dict[str, Any], context: object) -> None:
    """Remind agents of points about to expire."""
    operations.remind(clock.from_text(event["time"]))


def close_books(event: dict[str, Any], context: object) -> None:
    """Close the days that are over."""
    operations.close_days(clock.from_text(event["time"]))
