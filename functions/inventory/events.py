"""The stream of inventory."""

from typing import Any

from functions.inventory import operations
from kit import clock, facts
from kit.facts import Batch


def publish(event: dict[str, Any], context: object) -> Batch:
    """Keep the marks of low stock true and announce when one appears."""
    now = clock.now()
    return facts.publish(event, lambda old, new: operations.on_change(old, new, now), "inventory")
