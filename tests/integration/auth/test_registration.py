"""From the form to the account: codes, limits, and what nobody may learn."""

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.agents import api as agents_api
from functions.auth import api as auth_api
from functions.auth import rules
from tests.kit.accounts import EMAIL, PASSWORD, PHONE, form, register, sent, sign_in
from tests.kit.engines import Cloud, Tables
from tests.kit.http import Answer, call
from tests.kit.time import Clock


def start(source_ip: str = "127.0.0.1", **changes: Any) -> Answer:
    return call(auth_api.app, "POST", "/auth/registrations", form(**changes), source_ip=source_ip)


def verify(registration_id: str, code: str) -> Answer:
    path = f"/auth/registrations/{registration_id}/verification"
    return call(agents_api.app, "POST", path, {"code": code})


def resend(registration_id: str, source_ip: str = "127.0.0.1") -> Answer:
    path = f"/auth/registrations/{registration_id}/code"
    return call(auth_api.app, "POST", path, source_ip=source_ip)


def other_than(code: str, number: int = 1) -> str:
    return f"{(int(code) + number) % 1_000_000:06d}"


def test_the_code_turns_the_form_into_a_company_that_waits_for_review(cloud: Cloud) -> None:
    started = start()
    assert started.status == 202
    assert started.json["email"] == "l***@example.com"
    assert (started.json["valid_for"], started.json["resend_after"]) == (600, 60)

    command = sent(cloud)
    assert (command.channel, command.template, command.minutes) == ("email", "registration", 10)
    answer = verify(started.json["registration_id"], command.code)

    assert answer.status == 201
    me = call(agents_api.app, "GET", "/me", token=answer.json["access_token"]).json
    assert me["company"]["state"] == "pending_review"
    assert me["company"]["name"] == "广州甲贸易有限公司"
    assert me["user"]["role"] == "owner"
    assert me["open"] == ["browse"]
    assert sign_in().status == sign_in(PHONE).status == 201


def test_neither_the_code_nor_the_password_is_stored(cloud: Cloud, tables: Tables) -> None:
    start()
    code = sent(cloud).code
    stored = str(tables.rows("auth"))
    assert f"'{code}'" not in stored
    assert PASSWORD not in stored


def test_consent_is_kept_with_version_time_and_address(cloud: Cloud, tables: Tables) -> None:
    register(cloud, consent_version="2026-10")
    (company,) = [row for row in tables.rows("agents") if row["sk"]["S"] == "COMPANY"]
    consent = company["consent"]["S"]
    assert all(part in consent for part in ("2026-10", "2026-11-22T02:00:00Z", "127.0.0.1"))


def test_a_wrong_code_says_how_many_tries_are_left_and_the_fifth_is_the_last(cloud: Cloud) -> None:
    registration_id = start().json["registration_id"]
    code = sent(cloud).code
    for left in (4, 3, 2, 1, 0):
        answer = verify(registration_id, other_than(code))
        assert (answer.status, answer.json["code"], answer.json["tries_left"]) == (422, "CodeWrong", left)
    assert verify(registration_id, code).json["code"] == "CodeExpired"


def test_tries_are_counted_also_when_they_come_at_once(cloud: Cloud, tables: Tables) -> None:
    registration_id = start().json["registration_id"]
    code = sent(cloud).code
    wrong = [other_than(code, number) for number in range(1, 31)]
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda guess: verify(registration_id, guess).json["code"], wrong))
    assert Counter(answers) == {"CodeWrong": rules.CODE_TRIES, "CodeExpired": 25}


def test_one_code_makes_one_company_however_often_it_is_sent_at_once(cloud: Cloud, tables: Tables) -> None:
    registration_id = start().json["registration_id"]
    code = sent(cloud).code
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: verify(registration_id, code).status, range(4)))
    assert answers.count(201) == 1
    assert len([row for row in tables.rows("agents") if row["sk"]["S"] == "COMPANY"]) == 1


def test_a_code_is_good_for_ten_minutes(cloud: Cloud, at: Clock) -> None:
    registration_id = start().json["registration_id"]
    at.advance(minutes=10)
    assert verify(registration_id, sent(cloud).code).json["code"] == "CodeExpired"

    assert resend(registration_id).status == 202
    at.advance(minutes=9, seconds=59)
    assert verify(registration_id, sent(cloud).code).status == 201


def test_a_new_code_replaces_the_one_before(cloud: Cloud, at: Clock) -> None:
    registration_id = start().json["registration_id"]
    first = sent(cloud).code
    at.advance(seconds=60)
    resend(registration_id)
    second = sent(cloud).code
    if first != second:
        assert verify(registration_id, first).json["code"] == "CodeWrong"
    assert verify(registration_id, second).status == 201


def test_a_code_belongs_to_its_registration(cloud: Cloud, at: Clock) -> None:
    mine = start().json["registration_id"]
    code = sent(cloud).code
    at.advance(seconds=60)
    foreign = start(company_name="别家贸易").json["registration_id"]
    assert verify(foreign, code).json["code"] in {"CodeWrong", "CodeExpired"}
    assert verify(mine, code).status == 201


def test_a_registration_is_forgotten_after_a_day(cloud: Cloud, at: Clock) -> None:
    registration_id = start().json["registration_id"]
    at.advance(hours=24)
    assert verify(registration_id, sent(cloud).code).status == 404
    assert resend(registration_id).json["code"] == "RegistrationGone"
    assert resend("0" * 26).status == 404


def test_a_finished_registration_keeps_nothing_and_takes_nothing(cloud: Cloud, tables: Tables) -> None:
    registration_id = start().json["registration_id"]
    code = sent(cloud).code
    verify(registration_id, code)
    assert verify(registration_id, code).json["code"] == "RegistrationGone"
    assert not [row for row in tables.rows("auth") if row["sk"]["S"] == "REGISTRATION"]


def test_an_unproved_registration_blocks_nobody(cloud: Cloud, at: Clock) -> None:
    start(company_name="冒名贸易")
    at.advance(minutes=1)
    registration_id = start().json["registration_id"]
    assert verify(registration_id, sent(cloud).code).status == 201


def test_nobody_learns_whether_an_address_has_an_account(cloud: Cloud, at: Clock) -> None:
    register(cloud)
    at.advance(minutes=5)
    known, unknown = start(phone="13800000002"), start(phone="13800000003", email="new@example.com")
    assert known.status == unknown.status == 202
    assert known.json.keys() == unknown.json.keys()
    command = sent(cloud)
    assert (command.template, command.code) == ("already_registered", "")
    guess = verify(known.json["registration_id"], "000000")
    assert guess.json["code"] == "CodeWrong"
    assert guess.json["tries_left"] == 4


def test_whoever_raced_for_the_same_address_is_told_after_proving_it(cloud: Cloud, at: Clock) -> None:
    first = start().json["registration_id"]
    first_code = sent(cloud).code
    at.advance(minutes=1)
    second = start().json["registration_id"]
    second_code = sent(cloud).code
    assert verify(second, second_code).status == 201
    answer = verify(first, first_code)
    assert (answer.status, answer.json["code"]) == (409, "AlreadyRegistered")


def test_a_phone_signs_in_its_first_account_only(cloud: Cloud, at: Clock) -> None:
    first = register(cloud)
    at.advance(minutes=1)
    second = register(cloud, email="other@example.com", company_name="乙贸易", password="Another2026!")
    assert sign_in(PHONE).json["user_id"] == first["user_id"]
    assert sign_in(PHONE, "Another2026!").status == 401
    assert sign_in("other@example.com", "Another2026!").json["user_id"] == second["user_id"]


def test_codes_to_one_address_wait_a_minute_and_end_at_five_an_hour(cloud: Cloud, at: Clock) -> None:
    registration_id = start().json["registration_id"]
    for _ in range(4):
        refused = resend(registration_id)
        assert (refused.status, refused.headers["retry-after"]) == (429, "60")
        at.advance(seconds=60)
        assert resend(registration_id).status == 202
    at.advance(seconds=60)
    refused = start(phone="13800000002")
    assert (refused.status, refused.json["retry_after"]) == (429, 3300)
    at.advance(seconds=3300)
    assert resend(registration_id).status == 202


def test_of_requests_that_come_at_once_one_sends_a_code(cloud: Cloud) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = Counter(pool.map(lambda _: start().status, range(8)))
    assert answers == {202: 1, 429: 7}
    assert len(cloud.messages("NotificationsSendCodeQueue")) == 1


def test_one_network_gets_twenty_codes_an_hour(cloud: Cloud, at: Clock) -> None:
    answers = [start("2001:db8::1", email=f"a{number}@example.com") for number in range(20)]
    assert {answer.status for answer in answers} == {202}
    refused = start("2001:db8::ffff", email="a20@example.com")
    assert (refused.status, refused.json["retry_after"]) == (429, 3600)
    assert start("2001:db8:0:1::1", email="a20@example.com").status == 202
    at.advance(hours=1)
    assert start("2001:db8::1", email="a21@example.com").status == 202


def test_parallel_requests_do_not_pass_the_limit_of_a_network(cloud: Cloud) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = Counter(
            pool.map(lambda number: start("203.0.113.7", email=f"a{number}@example.com").status, range(30))
        )
    assert answers[202] == rules.CODES_PER_IP_AND_HOUR
    assert answers[429] + answers[409] == 10


def test_the_whole_system_has_a_daily_ceiling(cloud: Cloud, tables: Tables, at: Clock) -> None:
    row = {"pk": {"S": "LIMIT#codes#email"}, "sk": {"S": "DAY#2026-11-22"}}
    row["times"] = {"N": str(rules.CODES_PER_DAY["email"] - 1)}
    tables.store.call("PutItem", TableName=os.environ["AUTH_TABLE"], Item=row)
    assert start(email="a1@example.com").status == 202
    refused = start(email="a2@example.com")
    # 14 hours are left of the business day that began at 16:00 UTC.
    assert (refused.status, refused.json["retry_after"]) == (429, 14 * 3600)
    at.advance(hours=14)
    assert start(email="a2@example.com").status == 202


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"phone": "12345"}, "phone"),
        ({"password": "short1!"}, "password"),
        ({"password": "x" * 65}, "password"),
        ({"password": "12345678"}, "password"),
        ({"company_name": "甲"}, "company_name"),
        ({"company_name": "甲" * 61}, "company_name"),
        ({"contact_name": ""}, "contact_name"),
        ({"consent_version": ""}, "consent_version"),
        ({"credit_code": "91350100M000100Y44"}, "credit_code"),
        ({"is_admin": True}, "is_admin"),
        ({"region": {"province": "广东省"}}, "region.province_code"),
        ({"invite_code": "'; drop"}, "invite_code"),
    ],
)
def test_what_is_out_of_bounds_is_named(change: dict[str, Any], field: str, cloud: Cloud) -> None:
    refused = start(**change)
    assert refused.status == 422
    assert field in {error["field"] for error in refused.json["errors"]}
    assert cloud.messages("NotificationsSendCodeQueue") == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff", b"{" + b" " * 70_000 + b"}"])
def test_what_cannot_be_read_is_refused(body: bytes) -> None:
    assert call(auth_api.app, "POST", "/auth/registrations", body).status in {400, 422}


@pytest.mark.parametrize("code", ["", "12345", "1234567", "12345a", "１２３４５６", 123456])
def test_a_code_has_six_digits(code: Any, cloud: Cloud) -> None:
    registration_id = start().json["registration_id"]
    assert verify(registration_id, code).status == 422


def test_where_a_registration_came_from_is_in_the_log(cloud: Cloud, tables: Tables) -> None:
    tokens = register(cloud)
    (row,) = [row for row in tables.rows("auth") if row["pk"]["S"].startswith("SIGN_INS#")]
    assert row["user_id"]["S"] == tokens["user_id"]
    assert (row["method"]["S"], row["result"]["S"], row["ip"]["S"]) == ("registration", "ok", "127.0.0.1")
    assert EMAIL not in str(row)
