"""Refresh tokens rotate, are used once, and end when they should."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.admin import api as admin_api
from functions.agents import api as agents_api
from functions.auth import api as auth_api
from tests.kit.accounts import EMAIL, register, sign_in
from tests.kit.engines import Cloud, Tables
from tests.kit.http import Answer, call
from tests.kit.people import staff_token
from tests.kit.time import Clock


@pytest.fixture(autouse=True)
def owner(cloud: Cloud, shop: None) -> dict[str, Any]:
    return register(cloud)


def refresh(token: str, attempt: str | None = None) -> Answer:
    body = {"refresh_token": token} | ({"attempt": attempt} if attempt else {})
    return call(auth_api.app, "POST", "/auth/sessions/refresh", body)


def test_a_refresh_token_is_exchanged_for_the_next(owner: dict[str, Any], at: Clock) -> None:
    at.advance(minutes=15)
    assert call(agents_api.app, "GET", "/me", token=owner["access_token"]).json["code"] == "TokenExpired"
    renewed = refresh(owner["refresh_token"])
    assert renewed.status == 200
    assert renewed.json["refresh_token"] != owner["refresh_token"]
    assert call(agents_api.app, "GET", "/me", token=renewed.json["access_token"]).status == 200
    assert refresh(renewed.json["refresh_token"]).status == 200


def test_a_token_used_twice_ends_the_whole_family(owner: dict[str, Any], tables: Tables) -> None:
    stolen = owner["refresh_token"]
    renewed = refresh(stolen).json["refresh_token"]
    assert refresh(stolen).json["code"] == "SessionEnded"
    assert refresh(renewed).json["code"] == "SessionEnded"
    results = [row["result"]["S"] for row in tables.rows("auth") if row["pk"]["S"].startswith("SIGN_INS#")]
    assert "RefreshTokenReused" in results


def test_other_sessions_outlive_a_stolen_token(owner: dict[str, Any]) -> None:
    other = sign_in().json["refresh_token"]
    refresh(owner["refresh_token"])
    refresh(owner["refresh_token"])
    assert refresh(other).status == 200


def test_repeating_one_attempt_gets_the_same_answer(owner: dict[str, Any]) -> None:
    first = refresh(owner["refresh_token"], "attempt-0001")
    again = refresh(owner["refresh_token"], "attempt-0001")
    assert first.json["refresh_token"] == again.json["refresh_token"]
    assert refresh(again.json["refresh_token"], "attempt-0002").status == 200
    assert refresh(owner["refresh_token"], "attempt-0001").json["code"] == "SessionEnded"


def test_of_parallel_refreshes_at_most_one_succeeds_and_the_family_ends(owner: dict[str, Any]) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: refresh(owner["refresh_token"]), range(6)))
    statuses = Counter(answer.status for answer in answers)
    assert statuses == {200: 1, 401: 5}
    (won,) = [answer.json["refresh_token"] for answer in answers if answer.status == 200]
    assert refresh(won).status == 401


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: token.replace(".1.", ".2."),
        lambda token: "0" * 26 + token[26:],
        lambda token: token.rpartition(".")[0],
        lambda token: "a.b.c.d",
        lambda token: "汉字",
        lambda token: ".",
    ],
)
def test_what_we_did_not_seal_is_refused(spoil: Any, owner: dict[str, Any]) -> None:
    assert refresh(spoil(owner["refresh_token"])).json["code"] == "SessionEnded"
    assert refresh(owner["refresh_token"]).status == 200


def test_a_session_ends_after_thirty_idle_days(owner: dict[str, Any], at: Clock) -> None:
    at.advance(days=29)
    renewed = refresh(owner["refresh_token"])
    assert renewed.json["refresh_expires_at"] == "2027-01-20T02:00:00Z"
    at.advance(days=30)
    assert refresh(renewed.json["refresh_token"]).status == 401


def test_no_session_lives_longer_than_half_a_year(owner: dict[str, Any], at: Clock) -> None:
    token = owner["refresh_token"]
    for _ in range(7):
        at.advance(days=25)
        token = refresh(token).json["refresh_token"]
    at.advance(days=5)
    assert refresh(token).status == 401


def test_signing_out_ends_this_session_only(owner: dict[str, Any]) -> None:
    other = sign_in().json
    signed_out = call(auth_api.app, "DELETE", "/auth/sessions/current", token=owner["access_token"])
    assert (signed_out.status, signed_out.body) == (204, b"")
    assert refresh(owner["refresh_token"]).status == 401
    assert refresh(other["refresh_token"]).status == 200
    again = call(auth_api.app, "DELETE", "/auth/sessions/current", token=owner["access_token"])
    assert again.status == 204


def test_signing_out_everywhere_ends_them_all(owner: dict[str, Any]) -> None:
    other = sign_in().json
    assert call(auth_api.app, "DELETE", "/auth/sessions/all", token=other["access_token"]).status == 204
    assert refresh(owner["refresh_token"]).status == refresh(other["refresh_token"]).status == 401
    assert refresh(sign_in(EMAIL).json["refresh_token"]).status == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/auth/sessions/current"),
        ("DELETE", "/auth/sessions/all"),
        ("PUT", "/auth/wechat-binding"),
        ("DELETE", "/auth/wechat-binding"),
        ("PUT", "/auth/password"),
        ("PUT", "/auth/phone"),
    ],
)
def test_only_agents_who_are_signed_in_come_in(method: str, path: str) -> None:
    assert call(auth_api.app, method, path, {}).status == 401
    assert call(auth_api.app, method, path, {}, token="nonsense").status == 401
    assert call(auth_api.app, method, path, {}, token=staff_token("*")).json["code"] == "WrongDoor"


def test_a_refresh_token_of_the_shop_opens_no_back_office(owner: dict[str, Any]) -> None:
    body = {"refresh_token": owner["refresh_token"]}
    assert call(admin_api.app, "POST", "/admin/sessions/refresh", body).status == 401
