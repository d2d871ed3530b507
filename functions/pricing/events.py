"""The schedule of pricing."""

from datetime import timedelta
from typing import Any

from functions.pricing.operations import quotas, turning
from kit import clock
from kit.log import logger

_BETWEEN = timedelta(hours=1)  # two rounds


def end_overdue(event: dict[str, Any], context: object) -> None:
    """End price lists, promotions and quotas whose time is over; announce prices that turned in this hour."""
    now = clock.from_text(event["time"])
    repriced = turning.reprice_turned(now, _BETWEEN)
    ended = quotas.end_overdue(now)
    logger.info("terms_ended", extra={"ended": ended, "repriced": repriced})
