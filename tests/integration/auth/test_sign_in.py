"""Signing in by password and SMS: same answers for everybody, back-off, and a log of every try."""

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from argon2 import PasswordHasher

from functions.admin import api as admin_api
from functions.auth import api as auth_api
from functions.auth import rules
from functions.auth.operations import passwords
from kit import clock, tokens
from tests.kit.accounts import EMAIL, PASSWORD, PHONE, register, sent, sign_in
from tests.kit.engines import Cloud, Tables
from tests.kit.http import Answer, call
from tests.kit.people import staff_token
from tests.kit.time import Clock

WRONG = "Wrong2026!"


@pytest.fixture(autouse=True)
def owner(cloud: Cloud, at: Clock, shop: None) -> dict[str, Any]:
    """Somebody with an account, whose codes were sent a while ago."""
    registered = register(cloud)
    at.advance(hours=2)
    return registered


def ask_code(phone: str = PHONE, purpose: str = "sign_in", **extra: Any) -> Answer:
    body = {"phone": phone, "purpose": purpose}
    return call(auth_api.app, "POST", "/auth/sms-codes", body, **extra)


def sign_in_by_sms(code: str, phone: str = PHONE) -> Answer:
    return call(auth_api.app, "POST", "/auth/sessions/sms", {"phone": phone, "code": code})


def log_of(tables: Tables) -> list[tuple[str, str, str]]:
    rows = [row for row in tables.rows("auth") if row["pk"]["S"].startswith("SIGN_INS#")]
    rows.sort(key=lambda row: row["sk"]["S"])
    return [(row["method"]["S"], row["account"]["S"], row["result"]["S"]) for row in rows]


@pytest.mark.parametrize("identifier", [EMAIL, "LiNa@Example.com", PHONE, "+86 138 0000 0001"])
def test_email_or_phone_and_password_sign_in(identifier: str, owner: dict[str, Any]) -> None:
    answer = sign_in(identifier)
    assert answer.status == 201
    principal = tokens.read(answer.json["access_token"], clock.now())
    assert (principal.kind, principal.user_id, principal.agent_id, principal.role) == (
        "agent",
        owner["user_id"],
        owner["agent_id"],
        "owner",
    )
    assert answer.json["access_expires_at"] == "2026-11-22T04:15:00Z"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("identifier", "password"),
    [(EMAIL, WRONG), (PHONE, WRONG), ("nobody@example.com", PASSWORD), ("13999999999", PASSWORD)],
)
def test_unknown_and_wrong_are_answered_alike(identifier: str, password: str) -> None:
    answer = sign_in(identifier, password)
    assert (answer.status, answer.json["code"], answer.json["title"]) == (
        401,
        "SignInFailed",
        "账号或密码不正确",
    )


@pytest.mark.parametrize("identifier", [EMAIL, "nobody@example.com"])
def test_back_off_is_the_same_whether_the_account_exists(identifier: str, at: Clock) -> None:
    for _ in range(5):
        assert sign_in(identifier, WRONG).status == 401
    blocked = sign_in(identifier, PASSWORD)
    assert (blocked.status, blocked.json["code"], blocked.headers["retry-after"]) == (
        429,
        "SignInBlocked",
        "60",
    )
    at.advance(seconds=60)
    assert sign_in(identifier, WRONG).status == 401
    assert sign_in(identifier, PASSWORD).json["retry_after"] == 120


def test_the_right_password_after_the_wait_forgets_the_failures(at: Clock) -> None:
    for _ in range(5):
        sign_in(EMAIL, WRONG)
    at.advance(seconds=60)
    assert sign_in(EMAIL).status == 201
    assert [sign_in(EMAIL, WRONG).status for _ in range(5)] == [401] * 5


def test_failures_are_forgotten_after_a_day(at: Clock) -> None:
    for _ in range(4):
        sign_in(EMAIL, WRONG)
    at.advance(hours=24)
    assert [sign_in(EMAIL, WRONG).status for _ in range(5)] == [401] * 5


def test_guesses_that_come_at_once_do_not_pass_the_limit() -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = Counter(pool.map(lambda _: sign_in(EMAIL, WRONG).status, range(24)))
    assert answers[401] == rules.FREE_FAILURES + 1
    assert answers[401] + answers[429] + answers[409] == 24


def test_one_network_cannot_try_one_password_on_everybody(tables: Tables) -> None:
    row = {"pk": {"S": "LIMIT#passwords#203.0.113.9"}, "sk": {"S": "HOUR#2026-11-22T04"}}
    row["times"] = {"N": str(rules.PASSWORD_TRIES_PER_IP_AND_HOUR - 1)}
    tables.store.call("PutItem", TableName=os.environ["AUTH_TABLE"], Item=row)
    assert sign_in("a@example.com", source_ip="203.0.113.9").status == 401
    refused = sign_in("b@example.com", source_ip="203.0.113.9")
    assert (refused.status, refused.json["retry_after"]) == (429, 3600)
    assert sign_in("b@example.com", source_ip="203.0.113.10").status == 401


def test_a_hash_with_old_parameters_is_renewed(tables: Tables, owner: dict[str, Any]) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    key = {"pk": {"S": f"USER#{owner['user_id']}"}, "sk": {"S": "USER"}}
    tables.store.call(
        "UpdateItem",
        TableName=os.environ["AUTH_TABLE"],
        Key=key,
        UpdateExpression="SET password_hash = :h",
        ExpressionAttributeValues={":h": {"S": old}},
    )
    assert sign_in().status == 201
    (user,) = [row for row in tables.rows("auth") if row["pk"] == key["pk"] and row["sk"] == key["sk"]]
    assert not passwords.is_outdated(user["password_hash"]["S"])
    assert sign_in().status == 201


def test_an_sms_code_signs_in_once(cloud: Cloud, owner: dict[str, Any]) -> None:
    assert ask_code().status == 202
    command = sent(cloud, PHONE)
    assert (command.channel, command.template) == ("sms", "sign_in")
    answer = sign_in_by_sms(command.code)
    assert (answer.status, answer.json["user_id"]) == (201, owner["user_id"])
    assert sign_in_by_sms(command.code).json["code"] == "CodeExpired"


def test_an_sms_code_used_at_once_opens_one_session(cloud: Cloud) -> None:
    ask_code()
    code = sent(cloud, PHONE).code
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: sign_in_by_sms(code).status, range(4)))
    assert answers.count(201) == 1


def test_a_phone_without_account_gets_no_sms_and_nobody_sees_it(cloud: Cloud) -> None:
    unknown = "13999999999"
    assert ask_code(unknown).json == ask_code().json
    command = sent(cloud, unknown)
    assert (command.template, command.code) == ("discard", "")
    answer = sign_in_by_sms("000000", unknown)
    assert (answer.status, answer.json["code"], answer.json["tries_left"]) == (422, "CodeWrong", 4)


def test_a_code_serves_its_purpose_and_its_phone_only(cloud: Cloud, at: Clock) -> None:
    ask_code(purpose="password_reset")
    code = sent(cloud, PHONE).code
    assert sign_in_by_sms(code).json["code"] == "CodeExpired"
    at.advance(minutes=1)
    ask_code()
    assert sign_in_by_sms(sent(cloud, PHONE).code, "13800000002").json["code"] == "CodeExpired"


def test_a_code_for_binding_a_phone_is_for_signed_in_people(owner: dict[str, Any]) -> None:
    assert ask_code("13700000000", "phone_binding").status == 401
    assert (
        ask_code("13700000000", "phone_binding", token=owner["access_token"]).status == 401
    )  # over its time
    token = sign_in().json["access_token"]
    assert ask_code("13700000000", "phone_binding", token=token).status == 202


@pytest.mark.parametrize(
    "body",
    [
        {"identifier": EMAIL},
        {"identifier": "", "password": PASSWORD},
        {"identifier": "nobody", "password": PASSWORD},
        {"identifier": EMAIL, "password": ""},
        {"identifier": EMAIL, "password": "x" * 65},
        {"identifier": EMAIL, "password": 12345678},
        {"identifier": EMAIL, "password": PASSWORD, "kind": "staff"},
        {"identifier": {"S": EMAIL}, "password": PASSWORD},
    ],
)
def test_what_is_out_of_bounds_is_refused(body: dict[str, Any]) -> None:
    assert call(auth_api.app, "POST", "/auth/sessions/password", body).status == 422


def test_every_try_is_logged_with_its_result_and_a_masked_account(
    cloud: Cloud, tables: Tables, at: Clock
) -> None:
    sign_in(EMAIL, WRONG)
    at.advance(seconds=1)
    sign_in("nobody@example.com", WRONG)
    at.advance(seconds=1)
    sign_in()
    at.advance(seconds=1)
    ask_code()
    sign_in_by_sms(sent(cloud, PHONE).code)
    assert log_of(tables)[1:] == [
        ("password", "l***@example.com", "SignInFailed"),
        ("password", "n***@example.com", "SignInFailed"),
        ("password", "l***@example.com", "ok"),
        ("sms", "l***@example.com", "ok"),
    ]


def test_staff_read_the_log_by_day_and_by_person(owner: dict[str, Any], at: Clock) -> None:
    for _ in range(3):
        at.advance(seconds=1)
        sign_in(EMAIL, WRONG)
    sign_in("nobody@example.com", WRONG)
    auditor = staff_token("audit")

    def read(**query: Any) -> Answer:
        return call(admin_api.app, "GET", "/admin/sign-ins", token=auditor, query=query)

    first = read(limit=2)
    assert len(first.json["items"]) == 2
    second = read(limit=2, cursor=first.json["next_cursor"])
    third = read(limit=2, cursor=second.json["next_cursor"])
    seen = first.json["items"] + second.json["items"] + third.json["items"]
    assert len(seen) == 5
    assert [entry["at"] for entry in seen] == sorted((entry["at"] for entry in seen), reverse=True)

    own = read(user_id=owner["user_id"]).json["items"]
    assert {entry["user_id"] for entry in own} == {owner["user_id"]}
    assert len(own) == 4
    assert read(day="2026-11-21").json["items"] == []
    assert read(cursor=first.json["next_cursor"], day="2026-11-20").status == 400

    assert call(admin_api.app, "GET", "/admin/sign-ins").status == 401
    assert call(admin_api.app, "GET", "/admin/sign-ins", token=staff_token("agents")).status == 403
    assert call(admin_api.app, "GET", "/admin/sign-ins", token=sign_in().json["access_token"]).status == 403
    for query in ({"day": "yesterday"}, {"limit": 0}, {"limit": 101}, {"user_id": "'"}, {"sort": "x"}):
        assert read(**query).status == 422
