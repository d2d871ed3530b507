"""The stream of inventory."""

from typing import Any

from functions.inventory import operations
from kit import clock, facts
from kit.facts import Batch, Fact, Row


def publish(event: dict[str, Any], context: object) -> Batch:
    """Keep the marks of low stock true; announce low stock, stock that is back, and new prices."""
    now = clock.now()

    def to_facts(old: Row, new: Row) -> list[Fact]:
        return [*operations.on_change(old, new, now), *operations.facts_of(old, new, now)]

    return facts.publish(event, to_facts, "inventory")
