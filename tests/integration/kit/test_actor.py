"""Rows that staff write carry the mark of their command; nobody else's do."""

import os
from datetime import UTC, datetime
from typing import Any

import pytest
from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from functions.admin import api as admin_api
from infra import description
from infra.build import apps
from kit import actor, transaction
from kit.actor import Operation
from kit.rows import Row
from tests.kit.engines import Tables

OPERATION = Operation(
    "op-1", "U", "owner", "127.0.0.1", "test", "POST /x", {}, b"", datetime(2026, 11, 22, tzinfo=UTC)
)
APPS = sorted({apps.handler(name)[0] for name in description.functions() if apps.handler(name)[1] == "app"})


class Thing(Row):
    class Meta:
        table_name = os.environ["CART_TABLE"]

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default="THING")
    count = NumberAttribute(default=0)


def _stored(tables: Tables) -> dict[str, Any]:
    (row,) = tables.rows("cart")
    return row


def test_whoever_is_no_staff_leaves_no_mark(tables: Tables) -> None:
    transaction.commit([transaction.put(Thing("A"))])
    transaction.commit([transaction.update(Thing, "A", "THING", [Thing.count.add(1)])])
    Thing("A").update([Thing.count.add(1)])
    assert actor.MARK not in _stored(tables)


def test_every_write_of_an_operation_has_a_mark_of_its_own(tables: Tables) -> None:
    seen = []
    with actor.acting(OPERATION):
        for write in (
            lambda: Thing("A").save(),
            lambda: transaction.commit([transaction.put(Thing("A"))]),
            lambda: transaction.commit([transaction.update(Thing, "A", "THING", [Thing.count.add(1)])]),
            lambda: Thing("A").update([Thing.count.add(1)]),
        ):
            write()
            seen.append(_stored(tables)[actor.MARK]["S"])
    assert seen == ["U/op-1/1", "U/op-1/2", "U/op-1/3", "U/op-1/4"]
    assert Thing.get("A", "THING").count == 2


def test_what_an_operation_removes_it_keeps(tables: Tables) -> None:
    Thing("A", count=7).save()
    with actor.acting(OPERATION) as acting:
        transaction.commit([transaction.delete(Thing("A")), transaction.delete(Thing("never was"))])
    (removal,) = acting.removals
    assert removal.image["count"] == {"N": "7"}


@pytest.mark.parametrize("module", APPS)
def test_every_door_for_staff_has_a_journal(module: str) -> None:
    for_staff = [route for route, one in apps.endpoints(module).items() if one.access.kind == "staff"]
    assert not for_staff or module == admin_api.__name__
    assert admin_api.app.journal is not None
