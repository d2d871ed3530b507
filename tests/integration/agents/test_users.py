"""The people of a company: what each may do and spend."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.agents import operations, rules
from kit import transaction
from tests.integration.agents.conftest import ask, me, sign_in_by_sms
from tests.kit.accounts import EMAIL, PHONE
from tests.kit.engines import Cloud
from tests.kit.http import Answer
from tests.kit.time import Clock

BUYER = {"name": "张三", "email": "buyer@example.com", "phone": "13700000009", "role": "buyer"}


class TestUsers:
    def add(self, token: str, **changes: Any) -> Answer:
        return ask("POST", "/me/users", BUYER | changes, token=token)

    def test_a_buyer_signs_in_by_sms_and_does_what_buyers_may(self, token: str, cloud: Cloud) -> None:
        assert self.add(token).status == 201
        buyer = sign_in_by_sms(cloud, BUYER["phone"])
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
        assert me(sign_in_by_sms(cloud, BUYER["phone"]))["permissions"] == ["pay"]
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
        assert ask("DELETE", "/me", token=token).status == 204

    def test_an_applicant_learns_nothing_about_addresses(self, applicant: dict[str, Any]) -> None:
        for email in (EMAIL, "nobody@example.com"):
            refused = self.add(applicant["access_token"], email=email)
            assert (refused.status, refused.json["code"]) == (403, "CompanyNotActive")

    def test_owners_do_not_lock_themselves_out(self, token: str, owner: dict[str, Any]) -> None:
        path = f"/me/users/{owner['user_id']}"
        for change in ({"role": "buyer"}, {"active": False}):
            assert ask("PATCH", path, {"version": 1} | change, token=token).json["code"] == "OwnRoleKept"
        assert ask("PATCH", path, {"version": 1, "name": "李总"}, token=token).json["name"] == "李总"

    def test_two_owners_who_demote_each_other_leave_one(
        self, token: str, owner: dict[str, Any], cloud: Cloud
    ) -> None:
        other_id = self.add(token, role="owner").json["user_id"]
        other = sign_in_by_sms(cloud, BUYER["phone"])
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

    def test_the_first_order_of_a_month_stays_within_the_limit_too(
        self, token: str, owner: dict[str, Any], at: Clock
    ) -> None:
        user_id = ask("POST", "/me/users", BUYER | {"spending_limit_fen": 1000}, token=token).json["user_id"]
        for _ in range(2):
            with pytest.raises(rules.SpendingLimitReached) as refused:
                self.spend(owner, user_id, 1001, at)
            assert refused.value.data == {"left_fen": 1000}
            self.spend(owner, user_id, 1000, at)
            at.advance(days=31)

    def test_what_is_given_back_is_never_more_than_was_spent(
        self, token: str, owner: dict[str, Any], at: Clock
    ) -> None:
        user_id = ask("POST", "/me/users", BUYER | {"spending_limit_fen": 1000}, token=token).json["user_id"]
        self.spend(owner, user_id, 300, at)
        transaction.commit(operations.return_spending_parts(owner["agent_id"], user_id, 500, at.now))
        assert operations.user(owner["agent_id"], user_id).spent_fen == 0
        with pytest.raises(rules.SpendingLimitReached):
            self.spend(owner, user_id, 1001, at)

    def test_what_was_ordered_before_there_was_a_limit_is_not_given_back(
        self, token: str, owner: dict[str, Any], at: Clock
    ) -> None:
        user_id = ask("POST", "/me/users", BUYER, token=token).json["user_id"]
        ordered_before = at.now
        self.spend(owner, user_id, 700, at)
        at.advance(minutes=1)
        ask("PATCH", f"/me/users/{user_id}", {"version": 1, "spending_limit_fen": 1000}, token=token)
        self.spend(owner, user_id, 900, at)
        assert operations.return_spending_parts(owner["agent_id"], user_id, 700, ordered_before) == []
        transaction.commit(operations.return_spending_parts(owner["agent_id"], user_id, 200, at.now))
        assert operations.user(owner["agent_id"], user_id).spent_fen == 700

    def test_a_limit_that_was_lifted_begins_anew(self, token: str, owner: dict[str, Any], at: Clock) -> None:
        user_id = ask("POST", "/me/users", BUYER | {"spending_limit_fen": 1000}, token=token).json["user_id"]
        ordered_before = at.now
        self.spend(owner, user_id, 900, at)
        at.advance(minutes=1)
        path = f"/me/users/{user_id}"
        ask("PATCH", path, {"version": 1, "spending_limit_fen": None}, token=token)
        ask("PATCH", path, {"version": 2, "spending_limit_fen": 500}, token=token)
        self.spend(owner, user_id, 500, at)
        assert operations.return_spending_parts(owner["agent_id"], user_id, 900, ordered_before) == []
        with pytest.raises(rules.SpendingLimitReached):
            self.spend(owner, user_id, 1, at)

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
