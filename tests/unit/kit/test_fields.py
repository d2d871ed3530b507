"""What several contexts' schemas take for a day, an instant and a version."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from kit.fields import Day, Instant, Moment, SeenVersion, Version

FIELDS: dict[str, TypeAdapter[Any]] = {
    "day": TypeAdapter(Day),
    "instant": TypeAdapter(Instant),
    "moment": TypeAdapter(Moment),
    "version": TypeAdapter(Version),
    "seen": TypeAdapter(SeenVersion),
}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("day", "2000-01-01"),
        ("day", "2099-12-31"),
        ("instant", "2000-01-01T00:00:00.000Z"),
        ("instant", "2099-12-31T23:59:59.000Z"),
        ("moment", "2099-12-31T23:59:59Z"),
        ("moment", "2000-01-01T08:00:00+08:00"),
        ("version", 1),
        ("version", 1_000_000_000),
        ("seen", 0),
    ],
)
def test_takes(field: str, value: object) -> None:
    FIELDS[field].validate_python(value)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("day", "1999-12-31"),
        ("day", "2100-01-01"),
        ("day", "0001-01-01"),
        ("day", "2026-02-30"),
        ("instant", "1999-12-31T23:59:59.000Z"),
        ("instant", "9999-12-31T23:59:59.000Z"),
        ("instant", "yesterday"),
        ("moment", "9999-12-31T23:59:59-14:00"),
        ("moment", "0001-01-01T00:00:00+14:00"),
        ("moment", "2000-01-01T00:00:00+08:00"),
        ("moment", "2026-11-24T08:00:00"),
        ("version", 0),
        ("version", 10**40),
        ("seen", -1),
        ("seen", 10**40),
    ],
)
def test_refuses(field: str, value: object) -> None:
    with pytest.raises(ValidationError):
        FIELDS[field].validate_python(value)
