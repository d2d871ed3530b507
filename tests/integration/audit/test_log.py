"""Every command at the back office is written down, whoever adds its endpoint, with what it changed."""

import csv
import io
import json
from typing import Any

import pytest
import requests

from functions.admin import api as admin_api
from functions.audit import events
from infra.local.invoke import Context
from tests.integration.audit.conftest import Office
from tests.kit.companies import company
from tests.kit.http import call
from tests.kit.people import CLERK, agent_token
from tests.kit.time import Clock

QUEUE = "AuditRecordOperationsQueue"


def test_a_command_is_written_down_with_person_place_and_every_field(office: Office, at: Clock) -> None:
    assert office.add_role().status == 201
    at.advance(minutes=1)
    edit = {"name": "打包组", "permissions": ["stock", "orders.ship"], "version": 1}
    assert office.ask("PATCH", "/roles/packers", edit, source_ip="10.1.2.3").status == 200
    office.settle()
    newest, oldest = office.log()
    assert (oldest["action"], oldest["result"]) == ("POST /admin/roles", "done")
    shown = office.ask("GET", f"/operations/{newest['operation_id']}").json
    assert (shown["user_id"], shown["ip"], shown["status"]) == (CLERK, "10.1.2.3", 200)
    assert (shown["object_type"], shown["object_id"], shown["body"]) == ("role", "packers", edit)
    assert shown["started_at"] == "2026-11-22T02:01:00Z"
    (change,) = shown["changes"]
    assert change["change"] == "changed"
    assert change["fields"]["name"] == ["打包", "打包组"]


def test_passwords_are_not_written_down(office: Office) -> None:
    office.add_role()
    form = {"name": "小周", "email": "zhou@example.com", "phone": "13900000009", "role": "packers"}
    assert office.ask("POST", "/staff", form | {"password": "First-2026!"}).status == 201
    office.settle()
    rows = json.dumps(office.tables.rows("audit"), ensure_ascii=False)
    assert "password_hash" in rows
    for secret in ("First-2026!", "argon2", "zhou@example.com", "13900000009"):
        assert secret not in rows


def test_what_was_refused_is_written_down_too(office: Office) -> None:
    assert office.ask("POST", "/roles", {"role": "x"}, "stock").status == 403
    assert office.ask("POST", "/roles", {"role": "x"}).status == 422
    office.settle()
    assert [(entry["result"], entry["code"]) for entry in office.log()] == [
        ("refused", "Invalid"),
        ("refused", "Forbidden"),
    ]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"[" * 5_000 + b"]" * 5_000, 400, "Malformed"),
        (b'{"name":"\\ud800"}', 400, "Malformed"),
        (b'{"name":"' + b"x" * 60_000 + b'"}', 422, "Invalid"),
        (b'{"name":"' + b"x" * 2_000_000 + b'"}', 400, "Malformed"),
    ],
)
def test_a_strange_body_is_refused(office: Office, body: bytes, status: int, code: str) -> None:
    answer = office.ask("POST", "/roles", body)
    assert (answer.status, answer.json["code"]) == (status, code)


def test_reading_is_no_operation(office: Office) -> None:
    office.ask("GET", "/roles")
    office.settle()
    assert office.log() == []


def test_what_is_removed_is_kept(office: Office) -> None:
    office.add_role()
    assert office.ask("DELETE", "/roles/packers").status == 204
    office.settle()
    newest = office.log()[0]
    changes = office.ask("GET", f"/operations/{newest['operation_id']}").json["changes"]
    removed = next(change for change in changes if change["change"] == "removed")
    assert removed["context"] == "admin"
    assert removed["fields"]["name"] == ["打包", None]


def test_a_command_whose_end_was_never_told_is_of_unknown_result(office: Office) -> None:
    office.add_role()
    office.settle()
    (begun,) = office.cloud.messages(QUEUE)
    _deliver(begun)
    assert len(office.log()) == 1
    lost = json.loads(begun) | {"operation_id": "another"}
    _deliver(json.dumps(lost))
    assert [entry["result"] for entry in office.log()] == ["unknown", "done"]


def test_the_end_counts_even_when_it_is_told_late(office: Office) -> None:
    office.add_role()
    ended, begun = sorted(office.cloud.messages(QUEUE), key=lambda body: '"unknown"' in body)
    _deliver(begun)
    _deliver(ended)
    operation_id = json.loads(ended)["operation_id"]
    assert office.ask("GET", f"/operations/{operation_id}").json["result"] == "done"


def test_what_is_told_twice_is_written_once(office: Office) -> None:
    office.add_role()
    told = office.cloud.messages(QUEUE)
    for body in told * 2:
        _deliver(body)
    office.settle()
    assert office.check()["entries"] == len(office.tables.rows("audit")) // 2  # an entry, and that it exists
    assert len([entry for entry in office.log() if entry["result"] == "done"]) == 1


def test_a_change_belongs_to_staff_only_if_staff_made_it(office: Office) -> None:
    office.add_role()
    row = next(row for row in office.tables.rows("admin") if "op" in row)
    later = row | {"name": {"S": "别人改的"}}
    record = _record("dealer-shop-local-orders", row, later)
    events.on_change({"Records": [record]}, Context("audit-on-change"))
    assert office.tables.rows("audit") == []
    record = _record("dealer-shop-local-admin", row, later)
    events.on_change({"Records": [record]}, Context("audit-on-change"))
    office.settle()
    (past_the_product,) = [entry for entry in office.log(kind="change") if entry["user_id"] is None]
    assert past_the_product["fields"] == {"name": ["打包", "别人改的"]}


def test_agents_leave_no_mark(office: Office) -> None:
    company()
    assert all("op" not in row for row in office.tables.rows("agents"))


def test_the_log_is_searched_by_person_and_thing_page_by_page(office: Office, at: Clock) -> None:
    for number in range(5):
        office.add_role(f"role-{number}")
        at.advance(minutes=1)
    office.settle()
    found: list[str] = []
    cursor = None
    while True:
        page = office.ask(
            "GET",
            "/operations",
            query={"user_id": CLERK, "limit": 2} | ({"cursor": cursor} if cursor else {}),
        ).json
        found += [entry["object_id"] for entry in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert found == [f"role-{number}" for number in reversed(range(5))]
    assert {entry["kind"] for entry in office.log(object_id="role-3")} == {"operation", "change"}
    assert office.log(user_id="NOBODY") == []
    assert office.log(user_id=CLERK, last="2026-11-21", first="2026-11-01") == []
    too_long = office.ask("GET", "/operations", query={"user_id": CLERK, "first": "2020-01-01"})
    assert too_long.status == 422


def test_the_log_is_exported(office: Office) -> None:
    office.add_role(name="=1+1")
    office.settle()
    answer = office.ask("POST", "/operations/export", {"first": "2026-11-22", "last": "2026-11-22"})
    assert answer.status == 201, answer.text
    text = requests.get(answer.json["url"], timeout=5).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == answer.json["rows"] + 1 > 2
    assert not any(cell.startswith("=") for row in rows for cell in row)
    too_long = office.ask("POST", "/operations/export", {"first": "2026-10-01", "last": "2026-11-22"})
    assert too_long.json["code"] == "RangeTooLong"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/operations"),
        ("GET", "/operations/check"),
        ("GET", "/operations/some"),
        ("POST", "/operations/export"),
    ],
)
def test_the_log_is_open_to_those_with_the_permission_only(office: Office, method: str, path: str) -> None:
    assert office.ask(method, path, {} if method == "POST" else None, "staff", "reports").status == 403
    assert call(admin_api.app, method, f"/admin{path}", token=agent_token()).status == 403


def test_what_is_not_there_is_not_found(office: Office) -> None:
    assert office.ask("GET", "/operations/nothing").json["code"] == "OperationNotFound"


def _deliver(body: str) -> None:
    message = {"messageId": "1", "body": body}
    assert events.record_operations({"Records": [message]}, Context("audit-record-operations")) == {
        "batchItemFailures": []
    }


def _record(table: str, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    return {
        "eventID": f"event in {table}",
        "eventSourceARN": f"arn:aws-cn:dynamodb:cn-northwest-1:1:table/{table}/stream/now",
        "dynamodb": {
            "OldImage": old,
            "NewImage": new,
            "SequenceNumber": "1",
        },
    }
