"""The stream of the agents table, what orders mean to companies, and files of companies."""

import os
from typing import Any

from functions.agents import operations
from functions.agents.schemas import ExportAgents, OrderCompleted, OrderPaid, OrderRefunded
from kit import clock, facts
from kit.facts import Batch


def publish(event: dict[str, Any], context: object) -> Batch:
    """Announce what happened to companies."""
    return facts.publish(event, operations.facts_of, "agents")


def on_order_settled(event: dict[str, Any], context: object) -> Batch:
    """Count what companies buy, and reward them for the first completed order of one they invited.

    A refund takes both back.
    """

    def refunded(order: OrderRefunded) -> None:
        operations.note_refunded(order, clock.now())
        operations.on_refunded(order, clock.now())

    return facts.consume(
        event,
        {
            OrderPaid: lambda order: operations.note_paid(order, clock.now()),
            OrderCompleted: lambda order: operations.on_completed(order, clock.now()),
            OrderRefunded: refunded,
        },
    )


def export_agents(event: dict[str, Any], context: object) -> Batch:
    """Write a file of companies."""
    bucket = os.environ["EXPORTS_BUCKET"]
    return facts.receive(
        event, ExportAgents, lambda command: operations.export_companies(command, bucket, clock.now())
    )
