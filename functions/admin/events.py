"""What the back office does by itself, every night."""

from typing import Any

from functions.admin import operations
from kit import clock

_TO_END_WELL = 60_000  # milliseconds


def remove_lapsed(event: dict[str, Any], context: Any) -> None:
    """Remove what is over its time."""
    now = clock.from_text(event["time"])
    operations.remove_lapsed(now, lambda: context.get_remaining_time_in_millis() > _TO_END_WELL)
