"""What a company's own people see and change: company, addresses, users, files, leaving."""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from functions.agents import api as agents_api
from functions.agents import operations, rules
from functions.auth import api as auth_api
from kit import aws, transaction
from tests.integration.agents.conftest import admin, me
from tests.kit.accounts import EMAIL, PHONE, REGION, register, sent, sign_in
from tests.kit.engines import Cloud, Tables
from tests.kit.http import Answer, call
from tests.kit.people import staff_token
from tests.kit.time import Clock

ADDRESS = {"contact_name": "王伟", "phone": "13900000001", "region": REGION, "text": "天河路 1 号"}
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
BUYER = {"name": "张三", "email": "buyer@example.com", "phone": "13700000009", "role": "buyer"}


def ask(method: str, path: str, body: Any = None, *, token: str | None) -> Answer:
    return call(agents_api.app, method, path, body, token=token)


@pytest.fixture
def token(owner: dict[str, Any]) -> str:
    return str(owner["access_token"])


@pytest.fixture
def stranger(owner: dict[str, Any], cloud: Cloud) -> str:
    """Somebody of another company."""
    registered = register(cloud, email="b@example.com", phone="13700000000", company_name="乙贸易")
    return str(registered["access_token"])


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


class TestAddresses:
    def add(self, token: str, **changes: Any) -> Answer:
        return ask("POST", "/me/addresses", ADDRESS | changes, token=token)

    def test_the_first_is_the_default_until_another_is(self, token: str) -> None:
        first, second = self.add(token).json, self.add(token, text="天河路 2 号").json
        assert (first["is_default"], second["is_default"]) == (True, False)
        third = self.add(token, is_default=True).json
        listed = ask("GET", "/me/addresses", token=token).json["items"]
        assert [one["address_id"] for one in listed if one["is_default"]] == [third["address_id"]]
        assert listed[0]["address_id"] == third["address_id"]
        path = f"/me/addresses/{second['address_id']}"
        edited = ask("PATCH", path, {"version": 1, "is_default": True, "text": "天河路 3 号"}, token=token)
        assert (edited.json["is_default"], edited.json["text"]) == (True, "天河路 3 号")
        assert ask("DELETE", path, token=token).status == 204
        assert ask("GET", path, token=token).json["code"] == "AddressNotFound"
        assert [one["is_default"] for one in ask("GET", "/me/addresses", token=token).json["items"]] == [
            False
        ] * 2
        assert self.add(token).json["is_default"]

    def test_there_are_at_most_fifty_however_they_come(self, token: str) -> None:
        for number in range(rules.MOST_ADDRESSES - 2):
            assert self.add(token, text=f"天河路 {number} 号").status == 201
        with ThreadPoolExecutor(4) as pool:
            statuses = sorted(pool.map(lambda _: self.add(token).status, range(4)))
        assert statuses == [201, 201, 409, 409]
        listed = ask("GET", "/me/addresses", token=token).json["items"]
        assert len(listed) == rules.MOST_ADDRESSES
        ask("DELETE", f"/me/addresses/{listed[-1]['address_id']}", token=token)
        assert self.add(token).status == 201

    def test_somebody_elses_is_not_found(self, token: str, stranger: str, owner: dict[str, Any]) -> None:
        path = f"/me/addresses/{self.add(token).json['address_id']}"
        assert ask("GET", path, token=stranger).status == 404
        assert ask("PATCH", path, {"version": 1, "text": "改到别处"}, token=stranger).status == 404
        assert ask("DELETE", path, token=stranger).status == 404
        self.add(stranger)
        assert ask("DELETE", path, token=stranger).status == 404
        found = operations.address(owner["agent_id"], path.rpartition("/")[2])
        assert found.text == "天河路 1 号"

    def test_a_stale_edit_is_refused(self, token: str) -> None:
        path = f"/me/addresses/{self.add(token).json['address_id']}"
        assert ask("PATCH", path, {"version": 1, "text": "天河路 9 号"}, token=token).json["version"] == 2
        assert ask("PATCH", path, {"version": 1, "text": "天河路 8 号"}, token=token).json["code"] == "Stale"

    def test_of_parallel_deletions_one_finds_it(self, token: str) -> None:
        path = f"/me/addresses/{self.add(token).json['address_id']}"
        with ThreadPoolExecutor(3) as pool:
            statuses = sorted(pool.map(lambda _: ask("DELETE", path, token=token).status, range(3)))
        assert statuses == [204, 404, 404]

    @pytest.mark.parametrize(
        "change",
        [
            {"phone": "12345"},
            {"contact_name": ""},
            {"text": "短"},
            {"text": "长" * 121},
            {"region": REGION | {"district_code": None}},
            {"region": REGION | {"city_code": "430100"}},
            {"region": REGION | {"province": "中国"}},
            {"latitude": 1},
        ],
    )
    def test_out_of_bounds(self, token: str, change: dict[str, Any]) -> None:
        assert self.add(token, **change).status == 422


class TestUsers:
    def add(self, token: str, **changes: Any) -> Answer:
        return ask("POST", "/me/users", BUYER | changes, token=token)

    def sign_in_buyer(self, cloud: Cloud) -> str:
        phone = BUYER["phone"]
        call(auth_api.app, "POST", "/auth/sms-codes", {"phone": phone, "purpose": "sign_in"})
        body = {"phone": phone, "code": sent(cloud, phone).code}
        return str(call(auth_api.app, "POST", "/auth/sessions/sms", body).json["access_token"])

    def test_a_buyer_signs_in_by_sms_and_does_what_buyers_may(self, token: str, cloud: Cloud) -> None:
        assert self.add(token).status == 201
        buyer = self.sign_in_buyer(cloud)
        seen = me(buyer)
        assert (seen["user"]["role"], seen["permissions"]) == ("buyer", ["order", "pay"])
        assert ask("GET", "/me/addresses", token=buyer).status == 200
        for method, path in (("GET", "/me/users"), ("POST", "/me/users"), ("PATCH", "/me/company")):
            assert ask(method, path, {}, token=buyer).json["code"] == "Forbidden"

    def test_owners_change_roles_and_switch_people_off(self, token: str, cloud: Cloud) -> None:
        user_id = self.add(token).json["user_id"]
        path = f"/me/users/{user_id}"
        edit = {"version": 1, "role": "finance", "name": "张会计", "spending_limit_fen": 5_000_00}
        edited = ask("PATCH", path, edit, token=token).json
        assert (edited["role"], edited["name"], edited["spending_limit_fen"]) == (
            "finance",
            "张会计",
            500_000,
        )
        assert me(self.sign_in_buyer(cloud))["permissions"] == ["pay"]
        lifted = ask("PATCH", path, {"version": 2, "spending_limit_fen": None}, token=token).json
        assert lifted["spending_limit_fen"] is None
        assert ask("PATCH", path, {"version": 3, "active": False}, token=token).json["active"] is False
        assert ask("PATCH", path, {"version": 3, "active": True}, token=token).json["code"] == "Stale"
        listed = ask("GET", "/me/users", token=token).json["items"]
        assert {one["name"]: one["active"] for one in listed} == {"李娜": True, "张会计": False}

    def test_an_address_signs_in_one_person(self, token: str) -> None:
        assert self.add(token, email=EMAIL).json["field"] == "email"
        assert self.add(token, phone=PHONE).json["field"] == "phone"
        assert len(ask("GET", "/me/users", token=token).json["items"]) == 1

    def test_a_company_has_at_most_fifteen(self, token: str) -> None:
        people = [{"email": f"u{n}@example.com", "phone": f"137000001{n:02d}"} for n in range(15)]
        with ThreadPoolExecutor(4) as pool:
            statuses = list(pool.map(lambda person: self.add(token, **person).status, people))
        assert statuses.count(201) == rules.MOST_USERS - 1
        assert len(ask("GET", "/me/users", token=token).json["items"]) == rules.MOST_USERS

    def test_owners_do_not_lock_themselves_out(self, token: str, owner: dict[str, Any]) -> None:
        path = f"/me/users/{owner['user_id']}"
        for change in ({"role": "buyer"}, {"active": False}):
            assert ask("PATCH", path, {"version": 1} | change, token=token).json["code"] == "OwnRoleKept"
        assert ask("PATCH", path, {"version": 1, "name": "李总"}, token=token).json["name"] == "李总"

    def test_two_owners_who_demote_each_other_leave_one(
        self, token: str, owner: dict[str, Any], cloud: Cloud
    ) -> None:
        other_id = self.add(token, role="owner").json["user_id"]
        other = self.sign_in_buyer(cloud)
        orders = [(token, other_id), (other, owner["user_id"])]
        with ThreadPoolExecutor(2) as pool:
            statuses = sorted(
                pool.map(
                    lambda order: (
                        ask(
                            "PATCH", f"/me/users/{order[1]}", {"version": 1, "role": "buyer"}, token=order[0]
                        ).status
                    ),
                    orders,
                )
            )
        assert statuses[0] == 200
        assert statuses[1] in {403, 409}
        owners = [one for one in operations.users(owner["agent_id"]) if one.role == "owner"]
        assert len(owners) == 1

    def test_somebody_elses_people_are_not_found(self, token: str, stranger: str) -> None:
        user_id = self.add(token).json["user_id"]
        assert (
            ask("PATCH", f"/me/users/{user_id}", {"version": 1, "name": "他人"}, token=stranger).status == 404
        )

    @pytest.mark.parametrize(
        "change",
        [
            {"role": "admin"},
            {"email": "x"},
            {"phone": "1"},
            {"name": ""},
            {"spending_limit_fen": -1},
            {"agent_id": "0" * 26},
        ],
    )
    def test_out_of_bounds(self, token: str, change: dict[str, Any]) -> None:
        assert self.add(token, **change).status == 422

    def test_recipients_are_those_who_are_switched_on(self, token: str, owner: dict[str, Any]) -> None:
        user_id = self.add(token).json["user_id"]
        assert {one.email for one in operations.recipients(owner["agent_id"])} == {EMAIL, BUYER["email"]}
        ask("PATCH", f"/me/users/{user_id}", {"version": 1, "active": False}, token=token)
        (recipient,) = operations.recipients(owner["agent_id"])
        assert (recipient.user_id, recipient.phone, recipient.openid) == (owner["user_id"], PHONE, None)


class TestLimits:
    def spend(self, owner: dict[str, Any], user_id: str, amount: int, at: Clock) -> None:
        def once() -> None:
            if parts := operations.spend_parts(owner["agent_id"], user_id, amount, at.now):
                transaction.commit(parts)

        transaction.retry_stale(once)

    def test_a_limit_is_per_month_and_holds_under_concurrency(
        self, token: str, owner: dict[str, Any], at: Clock
    ) -> None:
        user_id = ask("POST", "/me/users", BUYER | {"spending_limit_fen": 1000}, token=token).json["user_id"]

        def try_to(amount: int) -> bool:
            try:
                self.spend(owner, user_id, amount, at)
            except rules.SpendingLimitReached:
                return False
            return True

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(try_to, [300] * 8)) == 3
        assert operations.user(owner["agent_id"], user_id).spent_fen == 900
        assert not try_to(101)
        placed_at = at.now
        transaction.commit(operations.return_spending_parts(owner["agent_id"], user_id, 300, placed_at))
        assert operations.user(owner["agent_id"], user_id).spent_fen == 600
        at.advance(days=9)
        assert try_to(1000)
        assert not try_to(1)
        assert operations.return_spending_parts(owner["agent_id"], user_id, 300, placed_at) == []

    def test_without_a_limit_nothing_is_written(self, owner: dict[str, Any], at: Clock) -> None:
        assert operations.spend_parts(owner["agent_id"], owner["user_id"], 10**9, at.now) == []

    def test_credit_is_never_overdrawn(self, owner: dict[str, Any]) -> None:
        def use(amount: int) -> bool:
            try:
                transaction.commit(operations.use_credit_parts(owner["agent_id"], amount))
            except rules.CreditNotEnough:
                return False
            return True

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(use, [30_000] * 8)) == 3
        assert operations.company(owner["agent_id"]).credit_used_fen == 90_000
        with pytest.raises(rules.CreditNotEnough) as refused:
            transaction.commit(operations.use_credit_parts(owner["agent_id"], 10_001))
        assert refused.value.data == {"left_fen": 10_000}
        transaction.commit(operations.return_credit_parts(owner["agent_id"], 90_000))
        assert operations.company(owner["agent_id"]).credit_used_fen == 0

    def test_an_applicant_has_no_credit(self, applicant: dict[str, Any]) -> None:
        with pytest.raises(rules.CompanyNotActive):
            transaction.commit(operations.use_credit_parts(applicant["agent_id"], 1))


class TestUploads:
    def prepare(self, token: str, **changes: Any) -> Answer:
        body = {"purpose": "licence", "content_type": "image/png", "size": len(PNG)} | changes
        return ask("POST", "/uploads", body, token=token)

    def upload(self, form: dict[str, Any], content: bytes, **changes: str) -> int:
        fields = form["fields"] | changes
        return requests.post(form["url"], data=fields, files={"file": content}, timeout=5).status_code

    def put(self, key: str, content: bytes) -> None:
        aws.client("s3").put_object(Bucket=os.environ["UPLOADS_BUCKET"], Key=key, Body=content)

    def test_a_licence_is_uploaded_named_and_seen_by_staff(
        self, applicant: dict[str, Any], cloud: Cloud
    ) -> None:
        token = applicant["access_token"]
        form = self.prepare(token).json
        assert form["key"].startswith(f"agents/{applicant['agent_id']}/licence/")
        assert form["fields"]["Content-Type"] == "image/png"
        assert self.upload(form, PNG) in {200, 204}
        edited = ask("PATCH", "/me/company", {"version": 1, "licence_key": form["key"]}, token=token)
        assert edited.json["licence_key"] == form["key"]
        file = admin("GET", f"/applications/{applicant['agent_id']}").json
        assert requests.get(file["licence_url"], timeout=5).content == PNG

    def test_what_was_never_uploaded_is_not_taken(self, applicant: dict[str, Any]) -> None:
        key = self.prepare(applicant["access_token"]).json["key"]
        edit = {"version": 1, "licence_key": key}
        refused = ask("PATCH", "/me/company", edit, token=applicant["access_token"])
        assert refused.json["code"] == "UploadNotFound"

    def test_a_file_of_another_kind_than_its_name_is_refused(self, applicant: dict[str, Any]) -> None:
        key = self.prepare(applicant["access_token"]).json["key"]
        self.put(key, b"<html><script>alert(1)</script></html>")
        edit = {"version": 1, "licence_key": key}
        refused = ask("PATCH", "/me/company", edit, token=applicant["access_token"])
        assert (refused.status, refused.json["code"]) == (422, "UploadRefused")

    def test_a_file_belongs_to_its_company_and_its_purpose(self, applicant: dict[str, Any]) -> None:
        bucket = os.environ["UPLOADS_BUCKET"]
        key = self.prepare(applicant["access_token"], purpose="voucher").json["key"]
        self.put(key, PNG)
        operations.verify_upload(applicant["agent_id"], key, "voucher", bucket)
        for agent_id, purpose in ((applicant["agent_id"], "licence"), ("0" * 26, "voucher")):
            with pytest.raises(rules.UploadNotFound):
                operations.verify_upload(agent_id, key, purpose, bucket)  # type: ignore[arg-type]

    def test_a_file_that_is_too_large_is_refused(self, applicant: dict[str, Any]) -> None:
        key = self.prepare(applicant["access_token"], purpose="review").json["key"]
        self.put(key, PNG + b"\0" * 5 * 1024 * 1024)
        with pytest.raises(rules.UploadRefused):
            operations.verify_upload(applicant["agent_id"], key, "review", os.environ["UPLOADS_BUCKET"])

    @pytest.mark.parametrize(
        "change",
        [
            {"content_type": "text/html"},
            {"content_type": "image/svg+xml"},
            {"content_type": "image/webp"},
            {"size": 0},
            {"size": 11 * 1024 * 1024},
            {"purpose": "avatar"},
            {"purpose": "review", "content_type": "application/pdf"},
            {"purpose": "review", "size": 6 * 1024 * 1024},
            {"key": "agents/x"},
        ],
    )
    def test_out_of_bounds(self, applicant: dict[str, Any], change: dict[str, Any]) -> None:
        assert self.prepare(applicant["access_token"], **change).status == 422


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

    def test_a_buyer_leaves_alone(self, token: str, owner: dict[str, Any], cloud: Cloud, at: Clock) -> None:
        ask("POST", "/me/users", BUYER, token=token)
        phone = BUYER["phone"]
        call(auth_api.app, "POST", "/auth/sms-codes", {"phone": phone, "purpose": "sign_in"})
        body = {"phone": phone, "code": sent(cloud, phone).code}
        buyer = call(auth_api.app, "POST", "/auth/sessions/sms", body).json["access_token"]
        assert ask("DELETE", "/me", token=buyer).status == 204
        assert operations.company(owner["agent_id"]).state == "active"
        assert ask("POST", "/me/users", BUYER, token=token).status == 201
