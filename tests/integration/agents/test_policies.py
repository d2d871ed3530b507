"""How orders of companies are handled: written by staff, explained, kept in versions."""

from typing import Any

import pytest

from functions.admin import api as admin_api
from functions.agents import operations
from functions.agents.schemas import Members, SaveSegment
from kit import clock
from tests.integration.agents.conftest import admin, ask, staff
from tests.kit.http import call
from tests.kit.people import agent_token

POLICY = {
    "name": "金牌客户",
    "audience": {"tiers": ["silver"]},
    "values": {"auto_approve_up_to_fen": 500_000, "delivery_window": "工作日 09:00-18:00"},
}


def add(**changes: Any) -> dict[str, Any]:
    answer = admin("POST", "/policies", POLICY | changes)
    assert answer.status == 201, answer.text
    made: dict[str, Any] = answer.json
    return made


def why(agent_id: str) -> dict[str, str]:
    sources = admin("GET", f"/agents/{agent_id}/policy").json["sources"]
    return {one["field"]: one["why"] for one in sources}


def test_what_holds_for_a_company_is_explained(owner: dict[str, Any], token: str) -> None:
    agent_id = owner["agent_id"]
    assert set(why(agent_id).values()) == {"default"}
    segment = SaveSegment(name="重点", members=Members(agent_ids=(agent_id,)))
    operations.add_segment("SEGMENT001", segment)
    made = add()
    add(name="重点", audience={"segments": ["SEGMENT001"]}, values={"after_sale_hours": 4})
    explained = admin("GET", f"/agents/{agent_id}/policy").json
    assert explained["policy"] == {
        "auto_approve_up_to_fen": 500_000,
        "purchase_order_required": False,
        "delivery_window": "工作日 09:00-18:00",
        "carrier": "",
        "after_sale_hours": 4,
    }
    assert ask("GET", "/me/order-policy", token=token).json == explained["policy"]
    (first,) = (one for one in explained["sources"] if one["field"] == "auto_approve_up_to_fen")
    assert (first["why"], first["policy_id"], first["policy_name"], first["policy_version"]) == (
        "tier",
        made["policy_id"],
        "金牌客户",
        1,
    )
    assert why(agent_id)["after_sale_hours"] == "segment"


def test_the_companys_own_settings_come_first(owner: dict[str, Any]) -> None:
    add(values={"carrier": "顺丰"})
    version = operations.company(owner["agent_id"]).version
    edit = {"version": version, "policy": {"carrier": "德邦"}}
    assert admin("PATCH", f"/agents/{owner['agent_id']}", edit).status == 200
    assert operations.own_policy(owner["agent_id"], clock.now()).carrier == "德邦"
    assert why(owner["agent_id"])["carrier"] == "company"


def test_a_policy_is_changed_by_versions_and_taken_away(owner: dict[str, Any]) -> None:
    made = add()
    path = f"/policies/{made['policy_id']}"
    changed = POLICY | {"version": 1, "values": {"carrier": "顺丰"}, "priority": 5}
    assert admin("PUT", path, changed).json["version"] == 2
    assert admin("PUT", path, changed).json["code"] == "Stale"
    shown = admin("GET", path).json
    assert (shown["values"]["carrier"], shown["priority"], shown["changed_by"]) == (
        "顺丰",
        5,
        "0CLERK00000000000000000000",
    )
    first = admin("GET", f"{path}/history?limit=1").json
    rest = admin("GET", f"{path}/history?limit=5&cursor={first['next_cursor']}").json
    assert [one["version"] for one in first["items"] + rest["items"]] == [2, 1]
    assert admin("DELETE", f"{path}?version=1").json["code"] == "Stale"
    assert admin("DELETE", f"{path}?version=2").status == 204
    assert admin("GET", path).json["code"] == "PolicyNotFound"
    assert admin("DELETE", f"{path}?version=2").status == 404
    assert admin("PUT", path, changed).status == 404
    assert len(admin("GET", f"{path}/history").json["items"]) == 2
    assert admin("GET", "/policies").json["items"] == []
    assert set(why(owner["agent_id"]).values()) == {"default"}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"values": {}}, 422),
        ({"values": {"carrier": ""}}, 422),
        ({"values": {"delivery_window": "有空就送"}}, 422),
        ({"values": {"delivery_window": "工作日 18:00-09:00"}}, 422),
        ({"values": {"after_sale_hours": 0}}, 422),
        ({"values": {"auto_approve_up_to_fen": -1}}, 422),
        ({"values": {"unknown": 1}}, 422),
        ({"name": ""}, 422),
        ({"audience": {"tiers": ["platinum"]}}, 422),
        ({"audience": {"segments": ["NOSEGMENT1"]}}, 404),
        ({"starts_at": "2026-12-01T00:00:00Z", "ends_at": "2026-12-01T00:00:00Z"}, 422),
        ({"starts_at": "morgen"}, 422),
        ({"priority": 100}, 422),
    ],
)
def test_what_makes_no_sense_is_refused(changes: dict[str, Any], status: int) -> None:
    assert admin("POST", "/policies", POLICY | changes).status == status
    assert admin("GET", "/policies").json["items"] == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/policies"),
        ("POST", "/policies"),
        ("GET", "/policies/P"),
        ("PUT", "/policies/P"),
        ("DELETE", "/policies/P?version=1"),
        ("GET", "/policies/P/history"),
        ("GET", "/agents/A/policy"),
    ],
)
def test_only_staff_with_the_permission_come_in(method: str, path: str) -> None:
    body = POLICY | ({"version": 1} if method == "PUT" else {}) if method in ("POST", "PUT") else None
    for given, status in ((None, 401), (agent_token(), 403), (staff("agents.review"), 403)):
        assert call(admin_api.app, method, f"/admin{path}", body, token=given).status == status


def test_what_lies_elsewhere_is_not_found(owner: dict[str, Any]) -> None:
    elsewhere = staff("agents", regions=("110000",))
    assert admin("GET", f"/agents/{owner['agent_id']}/policy", token=elsewhere).status == 404
    assert admin("GET", "/agents/NOBODY/policy").status == 404
    assert ask("GET", "/me/order-policy", token=None).status == 401
