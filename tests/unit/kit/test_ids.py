"""Ids: derived ones repeat, random ones do not, new ones sort by time."""

from datetime import UTC, datetime, timedelta

from kit import ids

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_a_derived_id_is_the_same_for_the_same_parts_only() -> None:
    assert ids.derived_id("order", "a", "key") == ids.derived_id("order", "a", "key")
    assert ids.derived_id("order", "a", "key") != ids.derived_id("order", "ak", "ey")
    assert len(ids.derived_id("order", "a", "key")) == 26


def test_new_ids_sort_by_time() -> None:
    assert ids.new_id(NOW) < ids.new_id(NOW + timedelta(milliseconds=1))


def test_short_ids_differ() -> None:
    assert len({ids.short_id() for _ in range(1000)}) == 1000


def test_a_fingerprint_ignores_the_order_of_fields() -> None:
    assert ids.fingerprint({"a": 1, "b": "中"}) == ids.fingerprint({"b": "中", "a": 1})
    assert ids.fingerprint({"a": 1}) != ids.fingerprint({"a": 2})
