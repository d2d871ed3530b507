"""What a company's own people see and change of it, and how they leave."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from functions.agents import api as agents_api
from functions.agents import operations, table
from kit import transaction
from kit.errors import Stale
from tests.integration.agents.conftest import admin, ask, me, sign_in_by_sms
from tests.kit.accounts import EMAIL, REGION, sign_in
from tests.kit.engines import Cloud, Tables
from tests.kit.http import call
from tests.kit.people import staff_token
from tests.kit.time import Clock

ADDRESS = {"contact_name": "王伟", "phone": "13900000001", "region": REGION, "text": "天河路 1 号"}
BUYER = {"name": "张三", "email": "buyer@example.com", "phone": "13700000009", "role": "buyer"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/me"),
        ("GET", "/me/company"),
        ("PATCH", "/me/company"),
        ("POST", "/me/application"),
        ("GET", "/me/addresses"),
        ("POST", "/me/addresses"),
        ("GET", "/me/addresses/X"),
        ("PATCH", "/me/addresses/X"),
        ("DELETE", "/me/addresses/X"),
        ("GET", "/me/users"),
        ("POST", "/me/users"),
        ("PATCH", "/me/users/X"),
        ("POST", "/uploads"),
    ],
)
def test_only_agents_who_are_signed_in_come_in(method: str, path: str) -> None:
    assert ask(method, path, {}, token=None).status == 401
    assert ask(method, path, {}, token="nonsense").status == 401
    assert ask(method, path, {}, token=staff_token("*")).json["code"] == "WrongDoor"


def test_the_page_fits_whoever_looks_at_it(owner: dict[str, Any]) -> None:
    visitor = call(agents_api.app, "GET", "/me").json
    assert (visitor["principal"], visitor["open"], visitor["company"]) == ("visitor", ["browse"], None)
    clerk = call(agents_api.app, "GET", "/me", token=staff_token("stock")).json
    assert (clerk["principal"], clerk["permissions"]) == ("staff", ["stock"])
    agent = me(owner["access_token"])
    assert agent["permissions"] == ["company", "order", "pay", "redeem", "users"]
    assert agent["tier_name"] == "银牌"


class TestCompany:
    def test_contact_data_can_be_changed_and_reviewed_data_not(self, token: str) -> None:
        edit = {"version": 2, "contact_name": "李小娜", "phone": "13900000002"}
        edited = ask("PATCH", "/me/company", edit, token=token)
        assert (edited.json["contact_name"], edited.json["version"]) == ("李小娜", 3)
        refused = ask("PATCH", "/me/company", {"version": 3, "name": "另一家公司"}, token=token)
        assert (refused.status, refused.json["fields"]) == (409, ["name"])
        same = ask("PATCH", "/me/company", {"version": 3, "name": "广州甲贸易有限公司"}, token=token)
        assert same.status == 200

    def test_a_stale_edit_is_refused(self, token: str) -> None:
        assert (
            ask("PATCH", "/me/company", {"version": 1, "contact_name": "李"}, token=token).json["code"]
            == "Stale"
        )
        with ThreadPoolExecutor(2) as pool:
            edits = pool.map(
                lambda name: (
                    ask("PATCH", "/me/company", {"version": 2, "contact_name": name}, token=token).status
                ),
                ["甲", "乙"],
            )
            assert sorted(edits) == [200, 409]

    @pytest.mark.parametrize(
        "change",
        [
            {},
            {"version": 2, "state": "active"},
            {"version": 2, "tier": "gold"},
            {"version": 2, "credit_limit_fen": 1},
            {"version": 2, "phone": "1"},
            {"version": 2, "email": "x"},
            {"version": 2, "licence_key": "../../etc/passwd"},
        ],
    )
    def test_out_of_bounds(self, token: str, change: dict[str, Any]) -> None:
        assert ask("PATCH", "/me/company", change, token=token).status == 422


class TestLeaving:
    def test_an_owner_closes_the_company(self, token: str, owner: dict[str, Any], tables: Tables) -> None:
        ask("POST", "/me/addresses", ADDRESS, token=token)
        ask("POST", "/me/users", BUYER, token=token)
        assert ask("DELETE", "/me", token=token).status == 204
        assert operations.company(owner["agent_id"]).state == "closed"
        stored = str(tables.rows("agents"))
        assert all(known not in stored for known in ("王伟", "13900000001", "张三", "李娜", EMAIL))
        assert sign_in().status == 401
        again = ask("DELETE", "/me", token=token)
        assert (again.status, again.json["code"]) == (409, "StateForbids")

    def test_whoever_is_called_like_the_erased_is_erased_too(
        self, token: str, owner: dict[str, Any], tables: Tables, cloud: Cloud
    ) -> None:
        assert ask("POST", "/me/users", BUYER | {"name": "已注销"}, token=token).status == 201
        assert ask("DELETE", "/me", token=token).status == 204
        kept = [row for row in tables.rows("auth") if row["sk"]["S"] in {"USER", "IDENTIFIER"}]
        assert BUYER["phone"] not in str(kept)

    def test_a_closing_that_is_outrun_keeps_the_address_book(
        self, token: str, owner: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ask("POST", "/me/addresses", ADDRESS, token=token)

        def outrun(parts: object) -> None:
            raise Stale()

        with monkeypatch.context() as patched:
            patched.setattr(transaction, "commit", outrun)
            assert ask("DELETE", "/me", token=token).json["code"] == "Stale"
        assert len(ask("GET", "/me/addresses", token=token).json["items"]) == 1

    def test_a_closing_that_was_interrupted_is_finished(
        self, token: str, owner: dict[str, Any], tables: Tables, at: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ask("POST", "/me/addresses", ADDRESS, token=token)
        with monkeypatch.context() as patched:
            patched.setattr(table, "delete_addresses", lambda agent_id: None)
            assert ask("DELETE", "/me", token=token).status == 204
        assert "王伟" in str(tables.rows("agents"))
        operations.finish_closing(at.now - timedelta(days=1))
        assert "王伟" not in str(tables.rows("agents"))

    def test_who_left_is_not_let_in_again(self, token: str, cloud: Cloud) -> None:
        user_id = ask("POST", "/me/users", BUYER, token=token).json["user_id"]
        assert ask("DELETE", "/me", token=sign_in_by_sms(cloud, BUYER["phone"])).status == 204
        (left,) = [
            one for one in ask("GET", "/me/users", token=token).json["items"] if one["user_id"] == user_id
        ]
        back = ask("PATCH", f"/me/users/{user_id}", {"version": left["version"], "active": True}, token=token)
        assert (back.status, back.json["code"]) == (409, "UserLeft")

    def test_a_buyer_leaves_alone(self, token: str, owner: dict[str, Any], cloud: Cloud, at: Clock) -> None:
        ask("POST", "/me/users", BUYER, token=token)
        buyer = sign_in_by_sms(cloud, BUYER["phone"])
        assert ask("DELETE", "/me", token=buyer).status == 204
        assert operations.company(owner["agent_id"]).state == "active"
        assert ask("POST", "/me/users", BUYER, token=token).status == 201


@pytest.mark.parametrize("name", ["x" * 129, "x" * 3000, "%0A", "%00"])
def test_names_that_cannot_be_ours_are_not_found(token: str, name: str) -> None:
    assert ask("GET", f"/me/addresses/{name}", token=token).status == 404
    assert ask("PATCH", f"/me/users/{name}", {"version": 1, "name": "无"}, token=token).status == 404
    assert admin("GET", f"/agents/{name}").status == 404
