"""The schedule of pricing."""

from typing import Any

from functions.pricing.operations import quotas
from kit import clock
from kit.log import logger


def end_overdue(event: dict[str, Any], context: object) -> None:
    """End price lists, promotions and quotas whose time is over."""
    ended = quotas.end_overdue(clock.from_text(event["time"]))
    logger.info("terms_ended", extra={"ended": ended})
