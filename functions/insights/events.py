"""The queue of what happens to orders and gifts, and the nightly schedules."""

from typing import Any

from functions.insights import operations
from functions.insights.schemas import (
    AfterSaleApplied,
    OrderClosed,
    OrderCompleted,
    OrderPaid,
    OrderPlaced,
    OrderRefunded,
    RedemptionPlaced,
    RedemptionRejected,
)
from kit import clock, facts, ids
from kit.facts import Batch


def on_fact(event: dict[str, Any], context: object) -> Batch:
    """Count what orders have come to, after-sales and gifts that were asked for."""
    return facts.consume(
        event,
        {
            OrderPlaced: operations.count,
            OrderPaid: operations.count_paid,
            OrderRefunded: operations.count,
            OrderCompleted: operations.count,
            OrderClosed: operations.count,
            AfterSaleApplied: operations.count_claim,
            RedemptionPlaced: operations.count_redemption,
            RedemptionRejected: operations.count_rejection,
        },
    )


def rebuild_days(event: dict[str, Any], context: object) -> None:
    """Count past days again."""
    operations.rebuild_night(clock.from_text(event["time"]))


def check_invariants(event: dict[str, Any], context: object) -> None:
    """Check the books of every context."""
    operations.check_invariants(clock.from_text(event["time"]))


def advise_supply(event: dict[str, Any], context: object) -> None:
    """Work out what to buy, what does not sell, and what will."""
    now = clock.from_text(event["time"])
    operations.advise(ids.new_id(now), now)


def recommend_goods(event: dict[str, Any], context: object) -> None:
    """Choose goods for every company, and score companies."""
    now = clock.from_text(event["time"])
    operations.learn(ids.new_id(now), now)
