"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

from kit import clock


class Clock:
    """`at("2026-11-22T02:00:00Z")` sets the instant; `at.advance(minutes=31)` moves it on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)

    def __call__(self, instant: str | datetime) -> datetime:
        self.now = clock.from_text(instant) if isinstance(instant, str) else instant
        return self.now

    def advance(self, **duration: float) -> datetime:
        """Move on by a duration, named as in `timedelta`."""
        self.now += timedelta(**duration)
        return self.now

    def read(self) -> datetime:
        return self.now
