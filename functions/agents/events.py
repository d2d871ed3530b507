"""The stream of the agents table."""

from typing import Any

from functions.agents import operations
from kit import facts
from kit.facts import Batch


def publish(event: dict[str, Any], context: object) -> Batch:
    """Announce what happened to companies."""
    return facts.publish(event, operations.facts_of, "agents")
