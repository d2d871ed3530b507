"""Business days are days in Shanghai; instants are UTC."""

from datetime import UTC, date, datetime

import pytest

from kit import clock


def test_the_business_day_starts_at_sixteen_utc() -> None:
    assert clock.business_day(datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)) == date(2026, 11, 22)
    assert clock.business_day(datetime(2026, 11, 22, 16, 0, tzinfo=UTC)) == date(2026, 11, 23)
    assert clock.start_of_day(date(2026, 11, 23)) == datetime(2026, 11, 22, 16, 0, tzinfo=UTC)


def test_text_keeps_the_instant_to_the_second_and_sorts() -> None:
    early, late = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), datetime(2026, 1, 2, 3, 4, 6, tzinfo=UTC)
    assert clock.from_text(clock.to_text(early)) == early
    assert clock.to_text(early) < clock.to_text(late)


def test_an_instant_needs_a_time_zone() -> None:
    with pytest.raises(ValueError):
        clock.from_text("2026-11-22T02:00:00")
