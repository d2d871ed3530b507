"""Passwords, phones and WeChat identities of people who have an account."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from functions.auth import api as auth_api
from functions.auth import operations
from infra.local.providers import Providers, keys
from kit import secrets, transaction
from tests.kit.accounts import EMAIL, PASSWORD, PHONE, register, sent, sign_in
from tests.kit.engines import Cloud
from tests.kit.http import Answer, call
from tests.kit.time import Clock

NEW = "Fresh-2027!"


@pytest.fixture(autouse=True)
def owner(cloud: Cloud, at: Clock, shop: None) -> dict[str, Any]:
    """Somebody with an account, signed in."""
    register(cloud)
    at.advance(hours=2)
    signed_in: dict[str, Any] = sign_in().json
    return signed_in


@pytest.fixture(scope="module")
def keys_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key pairs are slow to make, so one set serves every test."""
    path = tmp_path_factory.mktemp("keys") / "keys.json"
    keys.load(path)
    return path


@pytest.fixture
def providers(tmp_path: Path, keys_file: Path, at: Clock, shop: None) -> Iterator[Providers]:
    """WeChat, listening."""
    shutil.copy(keys_file, tmp_path / "keys.json")
    started = Providers(tmp_path, in_background=False, settle_refunds_after=None)
    started.start()
    secrets.store("wechat-mini-program", started.credentials()["wechat-mini-program"])
    yield started
    started.stop()


def refresh(token: str) -> int:
    return call(auth_api.app, "POST", "/auth/sessions/refresh", {"refresh_token": token}).status


def change(token: str, current: str = PASSWORD, password: str = NEW) -> Answer:
    body = {"current_password": current, "password": password}
    return call(auth_api.app, "PUT", "/auth/password", body, token=token)


def reset(identifier: str, code: str, password: str = NEW) -> Answer:
    body = {"identifier": identifier, "code": code, "password": password}
    return call(auth_api.app, "POST", "/auth/password-resets", body)


def ask_sms(purpose: str, phone: str = PHONE, token: str | None = None) -> Answer:
    return call(auth_api.app, "POST", "/auth/sms-codes", {"phone": phone, "purpose": purpose}, token=token)


def ask_email(email: str = EMAIL) -> Answer:
    body = {"email": email, "purpose": "password_reset"}
    return call(auth_api.app, "POST", "/auth/email-codes", body)


def by_wechat(code: str, phone_code: str | None = None) -> Answer:
    body = {"code": code} | ({"phone_code": phone_code} if phone_code else {})
    return call(auth_api.app, "POST", "/auth/sessions/wechat", body)


def bind(token: str, code: str) -> Answer:
    return call(auth_api.app, "PUT", "/auth/wechat-binding", {"code": code}, token=token)


class TestPasswordChange:
    def test_ends_all_other_sessions(self, owner: dict[str, Any]) -> None:
        other = sign_in().json
        assert change(owner["access_token"]).status == 204
        assert refresh(other["refresh_token"]) == 401
        assert refresh(owner["refresh_token"]) == 200
        assert sign_in(EMAIL, PASSWORD).status == 401
        assert sign_in(EMAIL, NEW).status == 201

    def test_needs_the_present_password_and_counts_guesses(self, owner: dict[str, Any]) -> None:
        for _ in range(5):
            assert change(owner["access_token"], "Wrong2026!").json["code"] == "SignInFailed"
        assert change(owner["access_token"]).json["code"] == "SignInBlocked"

    def test_refuses_weak_passwords(self, owner: dict[str, Any]) -> None:
        assert change(owner["access_token"], password="12345678").json["code"] == "PasswordWeak"
        assert change(owner["access_token"], password=f"x{PHONE}").json["code"] == "PasswordWeak"

    def test_of_two_at_once_one_wins(self, owner: dict[str, Any]) -> None:
        with ThreadPoolExecutor(2) as pool:
            both = list(
                pool.map(
                    lambda one: change(owner["access_token"], password=one).status, [NEW, "Second-2027!"]
                )
            )
        assert both.count(204) == 1


class TestPasswordReset:
    def test_by_sms_ends_all_sessions_and_lifts_the_block(self, owner: dict[str, Any], cloud: Cloud) -> None:
        for _ in range(6):
            sign_in(EMAIL, "Wrong2026!")
        ask_sms("password_reset")
        command = sent(cloud, PHONE)
        assert command.template == "password_reset"
        assert reset(PHONE, command.code).status == 204
        assert refresh(owner["refresh_token"]) == 401
        assert sign_in(EMAIL, NEW).status == 201
        assert reset(PHONE, command.code).json["code"] == "CodeExpired"

    def test_by_email(self, cloud: Cloud) -> None:
        assert ask_email().status == 202
        assert reset(EMAIL, sent(cloud).code).status == 204
        assert sign_in(EMAIL, NEW).status == 201

    def test_shows_nobody_which_addresses_have_accounts(self, cloud: Cloud) -> None:
        assert ask_email("nobody@example.com").json == ask_email().json
        assert sent(cloud, "nobody@example.com").template == "no_account"
        answer = reset("nobody@example.com", "000000")
        assert (answer.status, answer.json["code"], answer.json["tries_left"]) == (422, "CodeWrong", 4)

    def test_a_weak_password_costs_no_try(self, cloud: Cloud) -> None:
        ask_email()
        code = sent(cloud).code
        for _ in range(6):
            assert reset(EMAIL, code, "12345678").json["code"] == "PasswordWeak"
        assert reset(EMAIL, code).status == 204

    def test_a_code_for_signing_in_resets_nothing(self, cloud: Cloud) -> None:
        ask_sms("sign_in")
        assert reset(PHONE, sent(cloud, PHONE).code).json["code"] == "CodeExpired"

    def test_one_code_resets_once(self, cloud: Cloud) -> None:
        ask_email()
        code = sent(cloud).code
        with ThreadPoolExecutor(3) as pool:
            answers = list(
                pool.map(lambda number: reset(EMAIL, code, f"Fresh-202{number}!").status, range(3))
            )
        assert answers.count(204) == 1


class TestPhone:
    def test_another_phone_signs_in_once_it_is_proved(self, owner: dict[str, Any], cloud: Cloud) -> None:
        phone = "13700000000"
        ask_sms("phone_binding", phone, owner["access_token"])
        body = {"phone": phone, "code": sent(cloud, phone).code}
        assert call(auth_api.app, "PUT", "/auth/phone", body, token=owner["access_token"]).status == 204
        assert sign_in(phone).status == 201
        assert sign_in(PHONE).status == 401
        assert operations.contact_of(owner["user_id"]).phone == phone

    def test_whoever_proves_to_hold_a_phone_takes_it_over(self, owner: dict[str, Any], cloud: Cloud) -> None:
        other = register(cloud, email="b@example.com", company_name="乙贸易", phone="13700000000")
        ask_sms("phone_binding", PHONE, other["access_token"])
        body = {"phone": PHONE, "code": sent(cloud, PHONE).code}
        assert call(auth_api.app, "PUT", "/auth/phone", body, token=other["access_token"]).status == 204
        assert sign_in(PHONE).json["user_id"] == other["user_id"]
        assert sign_in(EMAIL).json["user_id"] == owner["user_id"]

    def test_a_wrong_code_changes_nothing(self, owner: dict[str, Any], cloud: Cloud) -> None:
        ask_sms("phone_binding", "13700000000", owner["access_token"])
        wrong = f"{(int(sent(cloud, '13700000000').code) + 1) % 1_000_000:06d}"
        body = {"phone": "13700000000", "code": wrong}
        answer = call(auth_api.app, "PUT", "/auth/phone", body, token=owner["access_token"])
        assert answer.json["code"] == "CodeWrong"
        assert sign_in(PHONE).status == 201


class TestWechat:
    def test_signs_in_once_bound_and_not_after_it_was_unbound(
        self, owner: dict[str, Any], providers: Providers
    ) -> None:
        wechat = providers.mini_program
        assert by_wechat(wechat.login_code("o-1")).json["code"] == "WechatNotBound"
        assert bind(owner["access_token"], wechat.login_code("o-1")).status == 204
        assert operations.openid(owner["user_id"]) == "o-1"
        assert by_wechat(wechat.login_code("o-1")).json["user_id"] == owner["user_id"]
        unbound = call(auth_api.app, "DELETE", "/auth/wechat-binding", token=owner["access_token"])
        assert unbound.status == 204
        assert by_wechat(wechat.login_code("o-1")).json["code"] == "WechatNotBound"
        assert operations.openid(owner["user_id"]) is None
        again = call(auth_api.app, "DELETE", "/auth/wechat-binding", token=owner["access_token"])
        assert again.status == 204

    def test_another_identity_replaces_the_one_before(
        self, owner: dict[str, Any], providers: Providers
    ) -> None:
        wechat = providers.mini_program
        for openid in ("o-1", "o-2", "o-2"):
            assert bind(owner["access_token"], wechat.login_code(openid)).status == 204
        assert by_wechat(wechat.login_code("o-1")).json["code"] == "WechatNotBound"
        assert by_wechat(wechat.login_code("o-2")).status == 201

    def test_one_identity_belongs_to_one_account(
        self, owner: dict[str, Any], providers: Providers, cloud: Cloud
    ) -> None:
        wechat = providers.mini_program
        other = register(cloud, email="b@example.com", phone="13700000000", company_name="乙贸易")
        bind(owner["access_token"], wechat.login_code("o-1"))
        assert bind(other["access_token"], wechat.login_code("o-1")).json["code"] == "WechatTaken"
        assert by_wechat(wechat.login_code("o-1")).json["user_id"] == owner["user_id"]

    def test_two_accounts_that_bind_one_identity_at_once_do_not_both_get_it(
        self, owner: dict[str, Any], providers: Providers, cloud: Cloud
    ) -> None:
        other = register(cloud, email="b@example.com", phone="13700000000", company_name="乙贸易")
        codes = [providers.mini_program.login_code("o-1") for _ in range(2)]
        pairs = list(zip([owner["access_token"], other["access_token"]], codes, strict=True))
        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(lambda pair: bind(*pair).status, pairs)) == [204, 409]

    def test_two_identities_bound_at_once_leave_one(
        self, owner: dict[str, Any], providers: Providers
    ) -> None:
        wechat = providers.mini_program
        codes = [wechat.login_code(openid) for openid in ("o-1", "o-2")]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda code: bind(owner["access_token"], code), codes))
        signed_in = [by_wechat(wechat.login_code(openid)).status for openid in ("o-1", "o-2")]
        assert sorted(signed_in) == [201, 409]

    def test_the_phone_wechat_vouches_for_binds_its_account(
        self, owner: dict[str, Any], providers: Providers
    ) -> None:
        wechat = providers.mini_program
        phone_code = wechat.phone_code(PHONE, "o-1")
        answer = by_wechat(wechat.login_code("o-1"), phone_code)
        assert (answer.status, answer.json["user_id"]) == (201, owner["user_id"])
        assert by_wechat(wechat.login_code("o-1")).status == 201

    def test_an_unknown_phone_binds_nothing(self, providers: Providers) -> None:
        wechat = providers.mini_program
        answer = by_wechat(wechat.login_code("o-1"), wechat.phone_code("13999999999", "o-1"))
        assert answer.json["code"] == "WechatNotBound"

    def test_codes_wechat_refuses_are_named(self, owner: dict[str, Any], providers: Providers) -> None:
        assert by_wechat("made-up").json["code"] == "WechatCodeInvalid"
        assert bind(owner["access_token"], "made-up").json["code"] == "WechatCodeInvalid"
        answer = by_wechat(providers.mini_program.login_code("o-1"), "made-up")
        assert (answer.status, answer.json["code"]) == (422, "WechatCodeInvalid")


def test_a_disabled_account_is_told_so_only_with_the_right_secret(
    owner: dict[str, Any], cloud: Cloud
) -> None:
    transaction.commit(operations.switch_parts([owner["user_id"]], active=False))
    assert sign_in(EMAIL, "Wrong2026!").json["code"] == "SignInFailed"
    assert (sign_in().status, sign_in().json["code"]) == (403, "AccountDisabled")
    assert refresh(owner["refresh_token"]) == 401
    ask_sms("sign_in")
    body = {"phone": PHONE, "code": sent(cloud, PHONE).code}
    assert call(auth_api.app, "POST", "/auth/sessions/sms", body).json["code"] == "AccountDisabled"
    transaction.commit(operations.switch_parts([owner["user_id"]], active=True))
    assert sign_in().status == 201
    assert refresh(owner["refresh_token"]) == 401
