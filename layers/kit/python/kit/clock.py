"""The instant and the business day.

Instants are aware UTC datetimes, written as `2026-11-22T02:00:00Z`; business days are days in
Asia/Shanghai. Only the edge (api, backoffice, events) asks for `now`.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_source: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731


def use(source: Callable[[], datetime]) -> None:
    """Read the time from `source` from now on (local run and tests)."""
    global _source
    _source = source


def now() -> datetime:
    """The present instant, in whole milliseconds."""
    instant = _source()
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def to_text(instant: datetime) -> str:
    """Write an instant as UTC text with seconds, e.g. `2026-11-22T02:00:00Z`; sorts by time."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_text(text: str) -> datetime:
    """Read what `to_text` wrote (any ISO 8601 offset is accepted)."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"instant without a time zone: {text}")
    return instant.astimezone(UTC)


def local_text(text: str | None) -> str:
    """An instant as people in Shanghai read it, to the minute: `2026-11-22 10:00`; nothing for None."""
    return f"{from_text(text).astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if text else ""


def business_day(instant: datetime) -> date:
    """The Asia/Shanghai day an instant falls on."""
    return instant.astimezone(SHANGHAI).date()


def start_of_day(day: date) -> datetime:
    """The first instant of a business day, in UTC."""
    return datetime.combine(day, time.min, SHANGHAI).astimezone(UTC)
