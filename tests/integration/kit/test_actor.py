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
from kit.actor import Operation, Outcome
from kit.api import Api, Call, permission
from kit.rows import Row
from tests.kit.engines import Cloud, Tables
from tests.kit.http import call
from tests.kit.people import agent_token, sign_with_test_key, staff_token

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


class Broken:
    """A journal that cannot be written at one of its moments."""

    def __init__(self, *moments: str) -> None:
        self.moments, self.told = moments, list[str]()

    def begin(self, operation: Operation) -> None:
        self._tell("begin")

    def end(self, operation: Operation, outcome: Outcome) -> None:
        self._tell(f"end {outcome.status}")

    def _tell(self, moment: str) -> None:
        self.told.append(moment)
        if moment.split()[0] in self.moments:
            raise ConnectionError("the queue does not answer")


def _door(journal: Broken, done: list[str]) -> Api:
    app = Api("office", journal=journal)

    @app.endpoint("POST", "/things", access=permission("things"), status=204)
    def make(call: Call) -> None:
        """Make a thing."""
        done.append(call.principal.user_id)

    @app.endpoint("GET", "/things", access=permission("things"), status=204)
    def look(call: Call) -> None:
        """Look at things."""

    return app


@pytest.mark.usefixtures("at")
@pytest.mark.parametrize(
    ("moments", "status", "is_done", "told"),
    [
        ((), 204, True, ["begin", "end 204"]),
        (("begin",), 500, False, ["begin"]),
        (("end",), 204, True, ["begin", "end 204"]),
    ],
)
def test_nothing_happens_that_could_not_be_written_down_first(
    cloud: Cloud, moments: tuple[str, ...], status: int, is_done: bool, told: list[str]
) -> None:
    sign_with_test_key()
    journal, done = Broken(*moments), list[str]()
    app = _door(journal, done)
    assert call(app, "POST", "/things", token=staff_token("things")).status == status
    assert (bool(done), journal.told) == (is_done, told)


@pytest.mark.usefixtures("at")
def test_the_refused_are_told_and_lookers_and_agents_are_not(cloud: Cloud) -> None:
    sign_with_test_key()
    journal = Broken()
    app = _door(journal, [])
    assert call(app, "POST", "/things", token=staff_token("other")).status == 403
    assert journal.told == ["begin", "end 403"]
    assert call(app, "GET", "/things", token=staff_token("things")).status == 204
    assert call(app, "POST", "/things", token=agent_token()).status == 403
    assert call(app, "POST", "/things").status == 401
    assert journal.told == ["begin", "end 403"]
