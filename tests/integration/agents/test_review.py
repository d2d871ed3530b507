"""From the application to the agent and back: every step, every reviewer, every loser."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.admin import api as admin_api
from functions.agents import api as agents_api
from functions.agents import operations, rules
from kit import transaction
from kit.errors import NotFound
from tests.integration.agents.conftest import admin, approve, me, move, staff
from tests.kit.accounts import EMAIL, PHONE, REGION, register, sign_in
from tests.kit.engines import Cloud, Tables
from tests.kit.http import call
from tests.kit.time import Clock

HUNAN = {
    "province_code": "430000",
    "province": "湖南省",
    "city_code": "430100",
    "city": "长沙市",
    "district_code": "430102",
    "district": "芙蓉区",
}


def decline(agent_id: str, what: str, version: int, reason: str = "营业执照不清晰") -> Any:
    return admin("POST", f"/applications/{agent_id}/{what}", {"version": version, "reason": reason})


def test_the_queue_shows_the_longest_waiting_first_with_age_and_duplicates(
    applicant: dict[str, Any], cloud: Cloud, at: Clock
) -> None:
    at.advance(hours=3, minutes=30)
    register(cloud, email="b@example.com", phone="13700000000", company_name="广州甲贸易 有限公司")
    cards = admin("GET", "/applications").json["items"]
    assert [card["in_state_hours"] for card in cards] == [3, 0]
    assert [card["duplicates"] for card in cards] == [0, 1]
    assert cards[0]["phone"] == "138****0001"

    file = admin("GET", f"/applications/{applicant['agent_id']}").json
    assert [(one["agent_id"], one["same"]) for one in file["duplicates"]] == [
        (cards[1]["agent_id"], ["name"])
    ]


def test_approval_opens_the_shop(applicant: dict[str, Any]) -> None:
    company = approve(applicant["agent_id"]).json
    assert (company["state"], company["tier"], company["credit_limit_fen"]) == ("active", "silver", 100_000)
    assert company["approved_at"] == "2026-11-22T02:00:00Z"
    seen = me(applicant["access_token"])
    assert set(seen["open"]) == {"browse", "prices", "order", "pay", "track", "redeem"}
    found = operations.require_active(applicant["agent_id"])
    assert operations.may_browse_prices(found)
    (decision, _applied) = admin("GET", f"/agents/{applicant['agent_id']}").json["decisions"]
    assert (decision["old_state"], decision["new_state"]) == ("pending_review", "active")


def test_a_company_under_review_may_not_order(applicant: dict[str, Any]) -> None:
    with pytest.raises(rules.CompanyNotActive) as refused:
        operations.require_active(applicant["agent_id"])
    assert refused.value.data == {"state": "pending_review"}
    assert not operations.may_browse_prices(operations.company(applicant["agent_id"]))


def test_a_transaction_can_insist_on_an_active_company(applicant: dict[str, Any]) -> None:
    with pytest.raises(rules.CompanyNotActive) as refused:
        transaction.commit([operations.active_part(applicant["agent_id"])])
    assert refused.value.data == {"state": "pending_review"}
    approve(applicant["agent_id"])
    transaction.commit([operations.active_part(applicant["agent_id"])])


def test_of_two_reviewers_at_once_one_wins_and_one_is_told(applicant: dict[str, Any]) -> None:
    agent_id = applicant["agent_id"]
    with ThreadPoolExecutor(2) as pool:
        approval = pool.submit(approve, agent_id)
        rejection = pool.submit(decline, agent_id, "rejection", 1)
        statuses = sorted([approval.result().status, rejection.result().status])
    assert statuses == [200, 409]
    assert len(admin("GET", f"/agents/{agent_id}").json["decisions"]) == 2


def test_deciding_twice_is_refused(applicant: dict[str, Any]) -> None:
    assert approve(applicant["agent_id"]).status == 200
    again = approve(applicant["agent_id"], 2)
    assert (again.status, again.json["code"], again.json["state"]) == (409, "StateForbids", "active")


def test_what_was_not_read_is_not_decided(applicant: dict[str, Any]) -> None:
    edit = {"version": 1, "contact_name": "李小娜"}
    call(agents_api.app, "PATCH", "/me/company", edit, token=applicant["access_token"])
    assert approve(applicant["agent_id"], 1).json["code"] == "Stale"
    assert approve(applicant["agent_id"], 2).status == 200


def test_after_a_rejection_or_a_question_the_application_can_be_sent_again(applicant: dict[str, Any]) -> None:
    agent_id, token = applicant["agent_id"], applicant["access_token"]
    assert decline(agent_id, "information-request", 1, "请补充统一社会信用代码").status == 200
    seen = me(token)["company"]
    assert (seen["state"], seen["note"]) == ("need_info", "请补充统一社会信用代码")

    form = {"version": 2, "credit_code": "91350100M000100Y43", "message": "已补充"}
    again = call(agents_api.app, "POST", "/me/application", form, token=token)
    assert (again.json["state"], again.json["credit_code"]) == ("pending_review", "91350100M000100Y43")
    twice = call(agents_api.app, "POST", "/me/application", form | {"version": 3}, token=token)
    assert twice.json["code"] == "StateForbids"

    assert decline(agent_id, "rejection", 3).json["state"] == "rejected"
    assert call(agents_api.app, "POST", "/me/application", {"version": 4}, token=token).status == 200
    assert approve(agent_id, 5).status == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("approval", {"version": 1}),
        ("approval", {"version": 0, "tier": "gold", "region": REGION}),
        ("approval", {"version": 1, "tier": "platinum", "region": REGION}),
        ("approval", {"version": 1, "tier": "gold", "region": REGION, "credit_limit_fen": -1}),
        ("approval", {"version": 1, "tier": "gold", "region": REGION, "credit_limit_fen": 10**12}),
        ("approval", {"version": 1, "tier": "gold", "region": REGION, "state": "active"}),
        ("rejection", {"version": 1}),
        ("rejection", {"version": 1, "reason": ""}),
        ("rejection", {"version": 1, "reason": "长" * 201}),
        ("information-request", {"version": "1", "reason": "补充资料"}),
    ],
)
def test_decisions_out_of_bounds_are_refused(
    applicant: dict[str, Any], path: str, body: dict[str, Any]
) -> None:
    assert admin("POST", f"/applications/{applicant['agent_id']}/{path}", body).status == 422
    assert operations.company(applicant["agent_id"]).state == "pending_review"


@pytest.mark.parametrize(
    ("method", "path", "permission"),
    [
        ("GET", "/applications", "agents.review"),
        ("GET", "/applications/X", "agents.review"),
        ("POST", "/applications/X/approval", "agents.review"),
        ("POST", "/applications/X/rejection", "agents.review"),
        ("POST", "/applications/X/information-request", "agents.review"),
        ("GET", "/agents", "agents"),
        ("GET", "/agents/X", "agents"),
        ("PATCH", "/agents/X", "agents"),
        ("POST", "/agents/X/state", "agents"),
        ("PUT", "/agents/X/tier", "agents"),
        ("PUT", "/agents/X/credit", "finance"),
        ("POST", "/agents/X/notes", "agents"),
        ("GET", "/segments", "agents"),
        ("POST", "/segments", "agents"),
        ("PUT", "/segments/X", "agents"),
        ("DELETE", "/segments/X", "agents"),
        ("PUT", "/tiers/gold", "agents"),
    ],
)
def test_each_door_opens_with_its_permission_only(
    applicant: dict[str, Any], method: str, path: str, permission: str
) -> None:
    assert call(admin_api.app, method, f"/admin{path}", {}).status == 401
    everything_else = {"agents.review", "agents", "finance", "orders.read", "staff"} - {permission}
    assert admin(method, path, {}, staff(*everything_else)).json["code"] == "Forbidden"
    assert admin(method, path, {}, applicant["access_token"]).json["code"] == "WrongDoor"
    assert admin(method, path, {}, staff(permission)).status in {200, 404, 422}


class TestStates:
    def test_suspending_blocking_and_reactivating(self, owner: dict[str, Any]) -> None:
        agent_id = owner["agent_id"]
        assert move(agent_id, "suspended", 2).json["state"] == "suspended"
        assert set(me(owner["access_token"])["open"]) == {"browse", "prices", "pay", "track"}
        with pytest.raises(rules.CompanyNotActive):
            operations.require_active(agent_id)
        operations.require_open(agent_id, "pay")
        assert move(agent_id, "blocked", 3).json["state"] == "blocked"
        assert sign_in().json["code"] == "AccountDisabled"
        assert move(agent_id, "active", 4).json["state"] == "active"
        assert sign_in().status == 201

    @pytest.mark.parametrize("state", ["suspended", "blocked", "active"])
    def test_an_applicant_is_reviewed_first(self, applicant: dict[str, Any], state: str) -> None:
        assert move(applicant["agent_id"], state, 1).json["code"] == "StateForbids"

    def test_a_review_does_not_reactivate(self, owner: dict[str, Any]) -> None:
        move(owner["agent_id"], "suspended", 2)
        assert approve(owner["agent_id"], 3).json["code"] == "StateForbids"

    def test_of_two_changes_at_once_one_is_stale(self, owner: dict[str, Any]) -> None:
        with ThreadPoolExecutor(2) as pool:
            moved = list(
                pool.map(lambda state: move(owner["agent_id"], state, 2).status, ["suspended", "blocked"])
            )
        assert sorted(moved) == [200, 409]

    def test_closing_forgets_who_it_was(
        self, owner: dict[str, Any], cloud: Cloud, tables: Tables, at: Clock
    ) -> None:
        assert move(owner["agent_id"], "closed", 2).json["name"] == "已注销"
        stored = str(tables.rows("agents")) + str(
            [row for row in tables.rows("auth") if row["sk"]["S"] in {"USER", "IDENTIFIER"}]
        )
        assert all(known not in stored for known in (EMAIL, PHONE, "李娜", "广州甲贸易", "argon2"))
        assert sign_in().status == 401
        assert move(owner["agent_id"], "active", 3).json["code"] == "StateForbids"
        at.advance(hours=1)
        again = register(cloud)
        assert again["agent_id"] != owner["agent_id"]


class TestEditing:
    def test_staff_edit_everything_but_only_what_they_read(self, owner: dict[str, Any]) -> None:
        policy = {"auto_approve_up_to_fen": 500_00, "purchase_order_required": True}
        edit = {"version": 2, "name": "广州甲贸易集团", "salesperson_id": "0" * 26, "policy": policy}
        edited = admin("PATCH", f"/agents/{owner['agent_id']}", edit)
        assert (edited.json["name"], edited.json["version"]) == ("广州甲贸易集团", 3)
        assert operations.company(owner["agent_id"]).policy.purchase_order_required
        assert admin("PATCH", f"/agents/{owner['agent_id']}", edit).json["code"] == "Stale"

    def test_tiers_can_be_added_and_given(self, owner: dict[str, Any]) -> None:
        agent_id = owner["agent_id"]
        assert [tier["name"] for tier in admin("GET", "/tiers").json["items"]] == ["普通", "银牌", "金牌"]
        change = {"version": 2, "tier": "diamond"}
        assert admin("PUT", f"/agents/{agent_id}/tier", change).json["code"] == "TierUnknown"
        assert admin("PUT", "/tiers/diamond", {"name": "钻石", "rank": 30}).status == 200
        assert admin("PUT", "/tiers/diamond", {"name": "钻石", "rank": 30}).json["code"] == "Stale"
        assert admin("PUT", "/tiers/diamond", {"name": "至尊", "rank": 30, "version": 1}).status == 200
        assert admin("PUT", "/tiers/Diamond", {"name": "钻石", "rank": 30}).status == 422
        assert admin("PUT", f"/agents/{agent_id}/tier", change).json["tier"] == "diamond"
        assert [tier["name"] for tier in admin("GET", "/tiers").json["items"]][-1] == "至尊"

    def test_there_is_a_limit_to_tiers(self) -> None:
        there = len(admin("GET", "/tiers").json["items"])
        for number in range(rules.MOST_TIERS - there):
            assert admin("PUT", f"/tiers/tier_{number}", {"name": "某级", "rank": 40}).status == 200
        assert admin("PUT", "/tiers/tier_99", {"name": "某级", "rank": 40}).json["code"] == "TooManyTiers"
        assert admin("PUT", "/tiers/tier_0", {"name": "首级", "rank": 40, "version": 1}).status == 200
        assert admin("PUT", "/tiers/gold", {"name": "足金", "rank": 20}).status == 200

    def test_a_new_limit_leaves_what_is_used(self, owner: dict[str, Any]) -> None:
        agent_id = owner["agent_id"]
        transaction.commit(operations.use_credit_parts(agent_id, 30_000))
        changed = admin("PUT", f"/agents/{agent_id}/credit", {"version": 2, "credit_limit_fen": 50_000})
        assert (changed.json["credit_limit_fen"], changed.json["credit_used_fen"]) == (50_000, 30_000)

    def test_notes_are_for_staff(self, owner: dict[str, Any], at: Clock) -> None:
        path = f"/agents/{owner['agent_id']}"
        for text in ("电话沟通，月底前补货", "已回访"):
            at.advance(minutes=1)
            assert admin("POST", f"{path}/notes", {"text": text}).status == 201
        assert [note["text"] for note in admin("GET", path).json["notes"]] == [
            "已回访",
            "电话沟通，月底前补货",
        ]
        assert admin("POST", f"{path}/notes", {"text": ""}).status == 422
        assert admin("POST", "/agents/X/notes", {"text": "无"}).status == 404

    def test_a_company_that_is_not_there(self) -> None:
        with pytest.raises(NotFound):
            operations.company("0" * 26)
        for path in ("/agents/X", "/applications/X", "/agents/" + "0" * 26):
            assert admin("GET", path).status == 404
