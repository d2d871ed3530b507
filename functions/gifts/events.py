"""The queue, the schedule and the stream of gifts."""

from typing import Any

from functions.gifts import operations
from functions.gifts.schemas import RedemptionApproved
from kit import clock, facts
from kit.facts import Batch


def publish(event: dict[str, Any], context: object) -> Batch:
    """Announce what became of redemptions."""
    return facts.publish(event, operations.facts_of, "gifts")


def on_redemption_approved(event: dict[str, Any], context: object) -> Batch:
    """Issue the coupon or code of an approved redemption."""
    return facts.consume(
        event, {RedemptionApproved: lambda fact: operations.issue(fact.redemption_id, clock.now())}
    )


def complete_delivered(event: dict[str, Any], context: object) -> None:
    """Receive and complete redemptions nobody has touched for their time."""
    operations.settle(clock.from_text(event["time"]))
