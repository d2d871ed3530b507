"""The second factor of staff: begun, confirmed, asked for, used up, lost, demanded by a role."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyotp
import pytest

from kit import clock, tokens
from tests.integration.admin.conftest import CLERK, NEW, ask, employ, refresh, sign_in
from tests.kit.accounts import PASSWORD
from tests.kit.engines import Tables
from tests.kit.http import Answer
from tests.kit.time import Clock


class Phone:
    """Somebody's authenticator app."""

    def __init__(self, token: str, password: str = PASSWORD) -> None:
        begun = ask("POST", "/second-factor", {"password": password}, token=token)
        assert begun.status == 201, begun.text
        self.uri = begun.json["secret_uri"]
        self._app = pyotp.parse_uri(self.uri)
        assert isinstance(self._app, pyotp.TOTP)
        assert self._app.secret == begun.json["secret"]

    def code(self, steps: int = 0) -> str:
        app = self._app
        assert isinstance(app, pyotp.TOTP)
        return app.at(clock.now(), counter_offset=steps)


def guard(token: str, at: Clock, password: str = PASSWORD) -> tuple[Phone, list[str]]:
    """Give somebody a second factor; half a minute later their next code is a fresh one."""
    phone = Phone(token, password)
    confirmed = ask("POST", "/second-factor/confirmation", {"one_time_code": phone.code()}, token=token)
    assert confirmed.status == 200, confirmed.text
    at.advance(seconds=30)
    codes: list[str] = confirmed.json["recovery_codes"]
    return phone, codes


def finish(challenge: str, code: str) -> Answer:
    return ask("POST", "/sessions/second-factor", {"challenge": challenge, "one_time_code": code})


def challenge_of(answer: Answer) -> str:
    assert (answer.status, answer.json["code"]) == (403, "SecondFactorNeeded"), answer.text
    return str(answer.json["challenge"])


class TestSigningIn:
    def test_takes_the_password_and_then_a_code(self, owner: str, at: Clock) -> None:
        phone, codes = guard(owner, at)
        assert len(set(codes)) == 10
        opened = finish(challenge_of(sign_in()), phone.code())
        assert opened.status == 201
        me = ask("GET", "/me", token=opened.json["access_token"]).json
        assert (me["second_factor"], me["recovery_codes_left"], me["permissions"]) == (True, 10, ["*"])
        assert ask("GET", "/staff", token=opened.json["access_token"]).json["items"][0]["second_factor"]

    def test_a_code_is_good_once_however_many_try_at_once(self, owner: str, at: Clock) -> None:
        phone, codes = guard(owner, at)
        challenge = challenge_of(sign_in())
        for code in (phone.code(), codes[0]):
            with ThreadPoolExecutor(4) as pool:
                answers = [answer.status for answer in pool.map(finish, [challenge] * 4, [code] * 4)]
            assert answers.count(201) == 1
            assert set(answers) <= {201, 422, 409}
            at.advance(hours=25)
            challenge = challenge_of(sign_in())
        assert finish(challenge, codes[0]).json["code"] == "SecondFactorWrong"
        assert finish(challenge, codes[1].lower()).status == 201

    def test_the_code_that_confirmed_does_not_sign_in(self, owner: str, at: Clock) -> None:
        phone = Phone(owner)
        code = phone.code()
        ask("POST", "/second-factor/confirmation", {"one_time_code": code}, token=owner)
        assert finish(challenge_of(sign_in()), code).status == 422

    def test_codes_a_half_minute_off_are_taken_but_none_before_a_used_one(
        self, owner: str, at: Clock
    ) -> None:
        phone, _ = guard(owner, at)
        at.advance(minutes=5)
        challenge = challenge_of(sign_in())
        assert finish(challenge, phone.code(2)).status == 422
        assert finish(challenge, phone.code(1)).status == 201
        assert finish(challenge, phone.code(0)).status == 422

    def test_wrong_codes_lock_out_and_a_right_password_forgets_none(self, owner: str, at: Clock) -> None:
        phone, _ = guard(owner, at)
        challenge = challenge_of(sign_in())
        assert [finish(challenge, "000000").status for _ in range(3)] == [422] * 3
        challenge_of(sign_in())
        blocked = finish(challenge, phone.code())
        assert (blocked.status, blocked.headers["retry-after"]) == (429, "60")
        assert sign_in().status == 429
        at.advance(minutes=1)
        assert finish(challenge, phone.code()).status == 201

    def test_a_challenge_is_ours_recent_and_of_the_same_password(self, owner: str, at: Clock) -> None:
        phone, _ = guard(owner, at)
        challenge = challenge_of(sign_in())
        assert finish(challenge[:-1] + ("A" if challenge[-1] != "A" else "B"), phone.code()).status == 401
        assert finish("x", phone.code()).status == 401
        at.advance(minutes=5)
        assert finish(challenge, phone.code()).status == 401
        challenge = challenge_of(sign_in())
        opened = finish(challenge, phone.code()).json["access_token"]
        ask("DELETE", "/sessions/all", token=opened)
        at.advance(seconds=30)
        assert finish(challenge, phone.code()).status == 401


class TestOneself:
    def test_a_secret_counts_only_when_confirmed(self, owner: str, at: Clock) -> None:
        first, second = Phone(owner), Phone(owner)
        assert sign_in().status == 201
        wrong = ask("POST", "/second-factor/confirmation", {"one_time_code": first.code()}, token=owner)
        assert wrong.json["code"] == "SecondFactorWrong"
        other = sign_in().json["refresh_token"]
        right = ask("POST", "/second-factor/confirmation", {"one_time_code": second.code()}, token=owner)
        assert right.status == 200
        assert refresh(other).status == 401
        assert (
            ask("POST", "/second-factor", {"password": PASSWORD}, token=owner).json["code"]
            == "SecondFactorOn"
        )

    def test_the_password_is_asked_for(self, owner: str) -> None:
        assert ask("POST", "/second-factor", {"password": "Wrong-2026!"}, token=owner).status == 401
        assert (
            ask("POST", "/second-factor/confirmation", {"one_time_code": "123456"}, token=owner).status == 409
        )

    def test_no_table_holds_the_secret_or_a_recovery_code(
        self, owner: str, at: Clock, tables: Tables, owner_id: str
    ) -> None:
        from functions.auth.table import SecondFactorRow

        begun = ask("POST", "/second-factor", {"password": PASSWORD}, token=owner).json
        phone = pyotp.TOTP(begun["secret"])
        body = {"one_time_code": phone.at(clock.now())}
        codes = ask("POST", "/second-factor/confirmation", body, token=owner).json["recovery_codes"]
        stored = str(SecondFactorRow(f"USER#{owner_id}", "SECOND_FACTOR").image())
        assert not [secret for secret in (begun["secret"], *codes) if secret in stored]

    def test_new_recovery_codes_take_the_place_of_the_old(self, owner: str, at: Clock) -> None:
        phone, old = guard(owner, at)
        body = {"one_time_code": phone.code()}
        new = ask("POST", "/second-factor/recovery-codes", body, token=owner).json["recovery_codes"]
        assert ask("POST", "/second-factor/recovery-codes", body, token=owner).status == 422
        challenge = challenge_of(sign_in())
        assert finish(challenge, old[0]).status == 422
        assert finish(challenge, new[0]).status == 201

    @pytest.mark.parametrize("with_recovery_code", [False, True])
    def test_removed_by_password_and_code_together(
        self, owner: str, at: Clock, with_recovery_code: bool
    ) -> None:
        phone, codes = guard(owner, at)
        code = codes[0] if with_recovery_code else phone.code()

        def remove(**changes: Any) -> Answer:
            body = {"password": PASSWORD, "one_time_code": code} | changes
            return ask("POST", "/second-factor/removal", body, token=owner)

        assert remove(password="Wrong-2026!").status == 401
        assert remove(one_time_code="000000").status == 422
        assert remove().status == 204
        assert remove().json["code"] == "SecondFactorOff"
        assert sign_in().status == 201


class TestOthers:
    def test_a_lost_one_is_reset_by_who_may_appoint(self, owner: str, owner_id: str, at: Clock) -> None:
        clerk = employ(owner)
        guard(clerk["access_token"], at, NEW)
        challenge_of(sign_in(CLERK["email"], NEW))
        path = f"/staff/{clerk['user_id']}/second-factor"
        assert ask("DELETE", path, token=clerk["access_token"]).status == 403
        assert ask("DELETE", f"/staff/{owner_id}/second-factor", token=owner).json["code"] == "OwnAccount"
        assert ask("DELETE", path, token=owner).status == 204
        assert refresh(clerk["refresh_token"]).status == 401
        assert sign_in(CLERK["email"], NEW).status == 201

    def test_a_role_may_demand_it(self, owner: str, at: Clock) -> None:
        clerk = employ(owner)
        edit = {"version": 1, "second_factor_required": True}
        edited = ask("PATCH", "/roles/warehouse", edit, token=owner)
        assert edited.json["second_factor_required"], edited.text
        renewed = refresh(clerk["refresh_token"]).json
        assert renewed["must_add_second_factor"]
        assert not tokens.read(renewed["access_token"], clock.now()).permissions
        phone, _ = guard(renewed["access_token"], at, NEW)
        renewed = refresh(renewed["refresh_token"]).json
        assert not renewed["must_add_second_factor"]
        assert "stock" in tokens.read(renewed["access_token"], clock.now()).permissions
        assert finish(challenge_of(sign_in(CLERK["email"], NEW)), phone.code()).status == 201

    def test_of_the_owners_role_only_this_can_be_changed(self, owner: str) -> None:
        version = next(
            role["version"]
            for role in ask("GET", "/roles", token=owner).json["items"]
            if role["role"] == "owner"
        )
        demand = {"version": version, "second_factor_required": True}
        assert ask("PATCH", "/roles/owner", demand | {"name": "x"}, token=owner).status == 409
        assert ask("PATCH", "/roles/owner", demand, token=owner).status == 200
