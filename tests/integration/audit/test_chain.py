"""Whoever changes, removes or adds a line of the log is found out."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from functions.audit import operations, table
from functions.audit.rules import Entry
from infra.local.invoke import Functions
from kit import clock
from tests.integration.audit.conftest import Office
from tests.kit.time import Clock


def _entries(*names: str) -> list[Entry]:
    return [Entry(name, "operation", "2026-11-22T02:00:00Z", "U", "O", name, "{}") for name in names]


def _seal(*names: str) -> None:
    operations.seal(_entries(*names), clock.now())


def _tamper(office: Office, key: tuple[str, str], **values: str) -> None:
    stored = {
        "pk": {"S": key[0]},
        "sk": {"S": key[1]},
    }
    if not values:
        office.tables.store.call("DeleteItem", TableName=table.EntryRow.Meta.table_name, Key=stored)
        return
    row = next(
        row for row in office.tables.rows("audit") if row["pk"] == stored["pk"] and row["sk"] == stored["sk"]
    )
    changed = row | {name: {"S": value} for name, value in values.items()}
    office.tables.store.call("PutItem", TableName=table.EntryRow.Meta.table_name, Item=changed)


def test_an_untouched_day_is_whole(office: Office) -> None:
    _seal("a", "b")
    _seal("b", "c")
    checked = office.check()
    assert (checked["whole"], checked["entries"], checked["broken_at"]) == (True, 3, None)


def test_a_day_without_entries_is_whole(office: Office) -> None:
    assert office.check()["whole"]


@pytest.mark.parametrize("name", ["content", "at", "user_id", "object_id", "operation_id", "kind"])
def test_an_altered_line_is_named(office: Office, name: str) -> None:
    _seal("a", "b", "c")
    _tamper(office, ("DAY#2026-11-22", "00000002"), **{name: "change"})
    assert (office.check()["broken_at"], office.check()["reason"]) == (2, "altered")


def test_a_line_with_a_new_fingerprint_breaks_the_next(office: Office) -> None:
    _seal("a", "b", "c")
    link = next(iter(table.links("2026-11-22")))
    forged = Entry("a", "operation", link.entry.at, "SOMEBODY ELSE", "O", "a", "{}")
    made = operations.chain.rules.hash_of(link.day, 1, "", forged)
    _tamper(office, ("DAY#2026-11-22", "00000001"), user_id="SOMEBODY ELSE", hash=made)
    assert (office.check()["broken_at"], office.check()["reason"]) == (2, "detached")


@pytest.mark.parametrize("sequence", [1, 2, 3])
def test_a_missing_line_is_named(office: Office, sequence: int) -> None:
    _seal("a", "b", "c")
    _tamper(office, ("DAY#2026-11-22", f"{sequence:08d}"))
    assert (office.check()["broken_at"], office.check()["reason"]) == (sequence, "missing")


def test_a_day_continues_the_one_before(office: Office, at: Clock) -> None:
    _seal("a")
    at("2026-11-24T02:00:00Z")
    _seal("b")
    assert office.check("2026-11-24")["whole"]
    _tamper(office, ("DAYS", "2026-11-22"), hash="forged")
    assert office.check("2026-11-24")["reason"] == "detached"


def test_a_day_that_is_over_is_never_added_to(office: Office, at: Clock) -> None:
    _seal("a")
    at("2026-11-23T02:00:00Z")
    _seal("b")
    at("2026-11-22T02:00:00Z")
    _seal("late")
    assert office.check("2026-11-22")["entries"] == 1
    assert office.check("2026-11-23")["entries"] == 2


def test_writers_at_once_make_one_chain(office: Office) -> None:
    names = [[f"{writer}-{number}" for number in range(6)] for writer in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda some: [_seal(name, "shared") for name in some], names))
    checked = office.check()
    assert (checked["whole"], checked["entries"]) == (True, 37)


def test_many_entries_are_written_in_order(office: Office) -> None:
    names = [f"{number:03d}" for number in range(95)]
    _seal(*names)
    assert [link.entry.entry_id for link in table.links("2026-11-22")] == names


def test_a_broken_chain_is_found_at_night(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    _seal("a", "b")
    night = {"time": "2026-11-22T19:45:00Z"}
    Functions()("audit-check-chain", night)
    assert "AuditChainBroken" not in capsys.readouterr().out
    _tamper(office, ("DAY#2026-11-22", "00000001"), user_id="SOMEBODY ELSE")
    Functions()("audit-check-chain", night)
    assert "AuditChainBroken" in capsys.readouterr().out
