"""The stream of the agents table, and what orders mean to rewards for inviting."""

from typing import Any

from functions.agents import operations
from functions.agents.schemas import OrderCompleted, OrderRefunded
from kit import clock, facts
from kit.facts import Batch


def publish(event: dict[str, Any], context: object) -> Batch:
    """Announce what happened to companies."""
    return facts.publish(event, operations.facts_of, "agents")


def on_order_settled(event: dict[str, Any], context: object) -> Batch:
    """Reward companies for the first completed order of one they invited; take it back with the money."""
    return facts.consume(
        event,
        {
            OrderCompleted: lambda order: operations.on_completed(order, clock.now()),
            OrderRefunded: lambda order: operations.on_refunded(order, clock.now()),
        },
    )
