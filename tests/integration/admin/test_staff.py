"""Staff, roles and sessions of the back office."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.admin import rules
from kit import clock, tokens
from tests.integration.admin.conftest import CLERK, NEW, ask, employ, refresh, sign_in, staff
from tests.kit.accounts import EMAIL, PASSWORD, create_owner, register
from tests.kit.accounts import sign_in as sign_in_at_the_shop
from tests.kit.engines import Cloud
from tests.kit.people import agent_token
from tests.kit.time import Clock


def permissions_of(answer: dict[str, Any]) -> frozenset[str]:
    return tokens.read(answer["access_token"], clock.now()).permissions


class TestFirstOwner:
    def test_holds_everything(self, owner_id: str) -> None:
        signed_in = sign_in()
        assert (signed_in.status, signed_in.json["must_change_password"]) == (201, False)
        assert permissions_of(signed_in.json) == {"*"}
        seen = ask("GET", "/me", token=signed_in.json["access_token"]).json
        assert (seen["user_id"], seen["role"], seen["permissions"]) == (owner_id, "owner", ["*"])

    def test_is_created_once(self, owner_id: str) -> None:
        with pytest.raises(rules.ShopHasOwner):
            create_owner("second@example.com")
        assert sign_in("second@example.com").status == 401


class TestSessions:
    def test_wrong_and_unknown_are_answered_alike_and_blocked_alike(self, owner_id: str, at: Clock) -> None:
        for email in ("boss@example.com", "nobody@example.com"):
            answers = [sign_in(email, "Wrong2026!") for _ in range(6)]
            assert [answer.status for answer in answers] == [401] * 5 + [429]
            assert answers[-1].headers["retry-after"] == "60"
        at.advance(minutes=1)
        assert sign_in().status == 201

    def test_the_shops_accounts_do_not_sign_in_here_nor_staff_there(self, owner: str, cloud: Cloud) -> None:
        register(cloud)
        assert sign_in(EMAIL, PASSWORD).status == 401
        assert sign_in_at_the_shop("boss@example.com").status == 401
        employ(owner, email=EMAIL)

    def test_a_password_of_their_own_opens_what_the_role_allows(self, owner: str) -> None:
        ask("POST", "/staff", CLERK, token=owner)
        first = sign_in(CLERK["email"], CLERK["password"]).json
        assert (first["must_change_password"], permissions_of(first)) == (True, frozenset())
        assert ask("GET", "/stock", token=first["access_token"]).json["permission"] == "stock"
        assert ask("GET", "/me", token=first["access_token"]).json["must_change_password"]
        change = {"current_password": CLERK["password"], "password": NEW}
        assert ask("PUT", "/password", change, token=first["access_token"]).status == 204
        assert "stock" in permissions_of(refresh(first["refresh_token"]).json)

    def test_end_after_twelve_idle_hours_and_a_week_in_all(self, owner: str, at: Clock) -> None:
        idle = sign_in().json["refresh_token"]
        at.advance(hours=12)
        assert refresh(idle).status == 401
        token = sign_in().json["refresh_token"]
        for _ in range(16):
            at.advance(hours=10)
            token = refresh(token).json["refresh_token"]
        at.advance(hours=8)
        assert refresh(token).status == 401

    def test_sign_out(self, owner: str) -> None:
        one, two, three = (sign_in().json for _ in range(3))
        assert ask("DELETE", "/sessions/current", token=one["access_token"]).status == 204
        assert refresh(one["refresh_token"]).status == 401
        assert refresh(two["refresh_token"]).status == 200
        assert ask("DELETE", "/sessions/all", token=three["access_token"]).status == 204
        assert refresh(three["refresh_token"]).status == 401

    def test_a_refresh_token_used_twice_ends_the_session(self, owner: str) -> None:
        token = sign_in().json["refresh_token"]
        renewed = refresh(token).json["refresh_token"]
        assert refresh(token).status == refresh(renewed).status == 401

    @pytest.mark.parametrize(
        "body",
        [{}, {"email": "x", "password": "y"}, {"email": "boss@example.com"}, {"email": 1, "password": "x"}],
    )
    def test_out_of_bounds(self, body: dict[str, Any]) -> None:
        assert ask("POST", "/sessions", body).status == 422


class TestStaff:
    def test_a_clerk_may_do_what_the_role_lists(self, owner: str) -> None:
        clerk = employ(owner)
        assert permissions_of(clerk) == {"catalog.read", "stock", "orders.read", "orders.ship", "gifts"}
        seen = ask("GET", "/me", token=clerk["access_token"]).json
        assert (seen["name"], seen["role_name"], seen["must_change_password"]) == ("小周", "仓库", False)
        assert ask("GET", "/staff", token=clerk["access_token"]).json["permission"] == "staff"

    def test_a_new_role_or_region_counts_from_the_next_refresh(self, owner: str) -> None:
        clerk = employ(owner)
        path = f"/staff/{clerk['user_id']}"
        edit = {"version": 1, "role": "sales", "regions": ["440000"], "name": "周经理"}
        edited = ask("PATCH", path, edit, token=owner).json
        assert (edited["role"], edited["regions"], edited["name"]) == ("sales", ["440000"], "周经理")
        renewed = refresh(clerk["refresh_token"]).json
        principal = tokens.read(renewed["access_token"], clock.now())
        assert "agents" in principal.permissions
        assert principal.regions == ("440000",)
        assert ask("PATCH", path, edit, token=owner).json["code"] == "Stale"

    def test_switching_off_ends_sessions_and_keeps_out(self, owner: str) -> None:
        clerk = employ(owner)
        path = f"/staff/{clerk['user_id']}"
        assert ask("PATCH", path, {"version": 1, "active": False}, token=owner).json["active"] is False
        assert refresh(clerk["refresh_token"]).status == 401
        assert sign_in(CLERK["email"], NEW).json["code"] == "AccountDisabled"
        ask("PATCH", path, {"version": 2, "active": True}, token=owner)
        assert sign_in(CLERK["email"], NEW).status == 201

    def test_a_password_given_by_somebody_else_opens_nothing(self, owner: str) -> None:
        clerk = employ(owner)
        path = f"/staff/{clerk['user_id']}/password"
        assert ask("PUT", path, {"password": "Given-2026!"}, token=owner).status == 204
        assert refresh(clerk["refresh_token"]).status == 401
        signed_in = sign_in(CLERK["email"], "Given-2026!").json
        assert (signed_in["must_change_password"], permissions_of(signed_in)) == (True, frozenset())
        assert ask("PUT", path, {"password": "12345678"}, token=owner).json["code"] == "PasswordWeak"

    def test_nobody_gives_themselves_a_password_without_the_one_they_have(
        self, owner: str, owner_id: str
    ) -> None:
        own = ask("PUT", f"/staff/{owner_id}/password", {"password": "Given-2026!"}, token=owner)
        assert (own.status, own.json["code"]) == (409, "OwnAccount")

    def test_colleagues_are_known_by_name_and_nothing_else(self, owner: str, owner_id: str) -> None:
        clerk = employ(owner)["access_token"]
        found = ask("GET", "/staff/names", token=clerk).json["items"]
        assert [one["name"] for one in found] == ["小周", "王总"]
        assert {"user_id": owner_id, "name": "王总", "active": True} in found
        assert ask("GET", "/staff", token=clerk).status == 403
        assert ask("GET", "/staff/names").status == 401

    def test_an_address_signs_in_one_person(self, owner: str) -> None:
        employ(owner)
        again = ask("POST", "/staff", CLERK | {"phone": "13900000008"}, token=owner)
        assert (again.status, again.json["field"]) == (409, "email")
        (warehouse,) = [
            r for r in ask("GET", "/roles", token=owner).json["items"] if r["role"] == "warehouse"
        ]
        assert warehouse["members"] == 1

    def test_nobody_changes_their_own_role_region_or_state(self, owner: str, owner_id: str) -> None:
        for change in ({"role": "sales"}, {"active": False}, {"regions": ["440000"]}):
            refused = ask("PATCH", f"/staff/{owner_id}", {"version": 1} | change, token=owner)
            assert refused.json["code"] == "OwnAccount"
        renamed = ask("PATCH", f"/staff/{owner_id}", {"version": 1, "name": "王董"}, token=owner)
        assert renamed.json["name"] == "王董"

    def test_the_last_owner_stays(self, owner: str, owner_id: str) -> None:
        second = employ(owner, role="owner")
        off = {"version": 1, "active": False}
        both = [(second["access_token"], owner_id), (owner, second["user_id"])]
        with ThreadPoolExecutor(2) as pool:
            statuses = sorted(
                pool.map(lambda pair: ask("PATCH", f"/staff/{pair[1]}", off, token=pair[0]).status, both)
            )
        assert statuses == [200, 409]
        listed = ask("GET", "/staff", token=staff("*")).json["items"]
        assert sum(one["active"] for one in listed) == 1
        (last,) = [one for one in listed if one["active"]]
        refused = ask("PATCH", f"/staff/{last['user_id']}", {"version": 1, "role": "sales"}, token=staff("*"))
        assert refused.json["code"] == "LastOwner"

    def test_nobody_appoints_above_themselves(self, owner: str) -> None:
        manager = staff("staff", "stock", "orders.read", "orders.ship", "catalog.read", "gifts")
        assert ask("POST", "/staff", CLERK, token=manager).status == 201
        for role in ("owner", "finance"):
            above = CLERK | {"email": f"{role}@example.com", "phone": "13900000008", "role": role}
            assert ask("POST", "/staff", above, token=manager).json["code"] == "BeyondOwnPermissions"
        (boss,) = [one for one in ask("GET", "/staff", token=owner).json["items"] if one["role"] == "owner"]
        path = f"/staff/{boss['user_id']}"
        assert ask("PATCH", path, {"version": 1, "active": False}, token=manager).status == 403
        assert ask("PUT", f"{path}/password", {"password": "Taken-2026!"}, token=manager).status == 403

    def test_whoever_is_limited_to_a_region_appoints_within_it(self, owner: str) -> None:
        manager = staff("*", regions=("440000",))
        assert ask("POST", "/staff", CLERK, token=manager).json["code"] == "BeyondOwnPermissions"
        inside = CLERK | {"regions": ["440100"]}
        assert ask("POST", "/staff", inside, token=manager).status == 201

    @pytest.mark.parametrize(
        "change",
        [
            {"email": "x"},
            {"phone": "1"},
            {"role": "Owner!"},
            {"name": ""},
            {"password": "short"},
            {"regions": ["44"]},
            {"permissions": ["*"]},
        ],
    )
    def test_out_of_bounds(self, owner: str, change: dict[str, Any]) -> None:
        assert ask("POST", "/staff", CLERK | change, token=owner).status == 422

    def test_what_is_not_there(self, owner: str) -> None:
        assert (
            ask("PATCH", "/staff/X", {"version": 1, "name": "无"}, token=owner).json["code"]
            == "StaffNotFound"
        )
        assert ask("PUT", "/staff/X/password", {"password": NEW}, token=owner).status == 404
        unknown = CLERK | {"role": "nobody"}
        assert ask("POST", "/staff", unknown, token=owner).json["code"] == "RoleNotFound"


ROLE = {"role": "auditor", "name": "审计", "permissions": ["audit", "reports"]}


class TestRoles:
    def test_added_changed_given_and_deleted(self, owner: str) -> None:
        assert ask("POST", "/roles", ROLE, token=owner).json["permissions"] == ["audit", "reports"]
        assert ask("POST", "/roles", ROLE, token=owner).json["code"] == "RoleTaken"
        clerk = employ(owner, role="auditor")
        assert ask("DELETE", "/roles/auditor", token=owner).json["code"] == "RoleInUse"

        edit = {"version": 1, "permissions": ["audit"], "name": "审计员"}
        assert ask("PATCH", "/roles/auditor", edit, token=owner).json["permissions"] == ["audit"]
        assert ask("PATCH", "/roles/auditor", edit, token=owner).json["code"] == "Stale"
        assert permissions_of(refresh(clerk["refresh_token"]).json) == {"audit"}

        ask("PATCH", f"/staff/{clerk['user_id']}", {"version": 1, "role": "sales"}, token=owner)
        assert ask("DELETE", "/roles/auditor", token=owner).status == 204
        assert ask("DELETE", "/roles/auditor", token=owner).json["code"] == "RoleNotFound"

    def test_there_is_a_limit_to_them(self, owner: str) -> None:
        there = len(ask("GET", "/roles", token=owner).json["items"])
        added = [
            ask("POST", "/roles", ROLE | {"role": f"role_{number}"}, token=owner)
            for number in range(rules.MOST_ROLES - there + 1)
        ]
        assert {answer.status for answer in added[:-1]} == {201}
        assert (added[-1].status, added[-1].json["code"]) == (409, "TooManyRoles")
        assert ask("DELETE", "/roles/role_0", token=owner).status == 204
        assert ask("POST", "/roles", ROLE, token=owner).status == 201

    def test_the_owners_role_is_fixed(self, owner: str) -> None:
        edit = {"version": 1, "permissions": []}
        assert ask("PATCH", "/roles/owner", edit, token=owner).json["code"] == "OwnerRoleFixed"
        assert ask("DELETE", "/roles/owner", token=owner).json["code"] == "OwnerRoleFixed"

    @pytest.mark.parametrize("permissions", [["*"], ["everything"], ["audit", "orders"]])
    def test_unknown_permissions_are_refused(self, owner: str, permissions: list[str]) -> None:
        refused = ask("POST", "/roles", ROLE | {"permissions": permissions}, token=owner)
        assert refused.json["code"] == "PermissionUnknown"

    def test_nobody_hands_out_what_they_do_not_hold(self, owner: str) -> None:
        manager = staff("staff", "audit")
        assert ask("POST", "/roles", ROLE, token=manager).json["missing"] == ["reports"]
        assert ask("POST", "/roles", ROLE | {"permissions": ["audit"]}, token=manager).status == 201
        widen = {"version": 1, "permissions": ["audit", "finance"]}
        assert ask("PATCH", "/roles/auditor", widen, token=manager).status == 403
        assert ask("PATCH", "/roles/finance", {"version": 1, "name": "x"}, token=manager).status == 403
        assert ask("DELETE", "/roles/finance", token=manager).status == 403

    def test_what_may_be_allowed_is_listed_with_names(self, owner: str) -> None:
        listed = ask("GET", "/permissions", token=staff()).json["items"]
        assert {one["code"] for one in listed} == set(rules.PERMISSIONS)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/me"),
        ("GET", "/permissions"),
        ("PUT", "/password"),
        ("DELETE", "/sessions/current"),
        ("DELETE", "/sessions/all"),
        ("GET", "/staff"),
        ("POST", "/staff"),
        ("PATCH", "/staff/X"),
        ("PUT", "/staff/X/password"),
        ("GET", "/roles"),
        ("POST", "/roles"),
        ("PATCH", "/roles/X"),
        ("DELETE", "/roles/X"),
    ],
)
def test_only_staff_come_in(method: str, path: str) -> None:
    assert ask(method, path, {}).status == 401
    assert ask(method, path, {}, token="nonsense").status == 401
    assert ask(method, path, {}, token=agent_token()).json["code"] == "WrongDoor"
    if path.startswith(("/staff", "/roles")):
        everything_else = set(rules.PERMISSIONS) - {"staff"}
        assert ask(method, path, {}, token=staff(*everything_else)).json["code"] == "Forbidden"


def test_unknown_addresses_are_not_found(owner: str) -> None:
    assert ask("GET", "/nothing", token=owner).status == 404
    assert ask("PUT", "/me", {}, token=owner).status == 405
