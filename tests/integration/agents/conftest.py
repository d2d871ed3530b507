"""A company, before and after its review."""

from typing import Any

import pytest

from functions.admin import api as admin_api
from functions.agents import api as agents_api
from functions.auth import api as auth_api
from kit import clock, tokens
from kit.tokens import Principal
from tests.kit.accounts import REGION, register, sent
from tests.kit.engines import Cloud, Tables
from tests.kit.http import Answer, call
from tests.kit.people import CLERK, sign_with_test_key
from tests.kit.time import Clock


def staff(*permissions: str, regions: tuple[str, ...] = ()) -> str:
    """The token of a clerk who is responsible for these regions."""
    principal = Principal("staff", CLERK, "S2", permissions=frozenset(permissions), regions=regions)
    return tokens.issue(principal, clock.now())


def admin(method: str, path: str, body: Any = None, token: str | None = None, **extra: Any) -> Answer:
    """Ask the back office, as somebody who may do everything with companies unless a token is given."""
    token = token or staff("agents.review", "agents", "finance")
    return call(admin_api.app, method, f"/admin{path}", body, token=token, **extra)


def me(token: str) -> Any:
    return call(agents_api.app, "GET", "/me", token=token).json


def approve(agent_id: str, version: int = 1, **changes: Any) -> Answer:
    body = {"version": version, "tier": "silver", "region": REGION, "credit_limit_fen": 100_000} | changes
    return admin("POST", f"/applications/{agent_id}/approval", body)


def move(agent_id: str, state: str, version: int) -> Answer:
    body = {"version": version, "state": state, "reason": "测试原因"}
    return admin("POST", f"/agents/{agent_id}/state", body)


@pytest.fixture(autouse=True)
def shop(tables: Tables, cloud: Cloud, at: Clock) -> None:
    """An empty shop at a standing instant."""
    sign_with_test_key()


@pytest.fixture
def applicant(shop: None, cloud: Cloud) -> dict[str, Any]:
    """Somebody whose company waits for review."""
    return register(cloud)


@pytest.fixture
def owner(applicant: dict[str, Any]) -> dict[str, Any]:
    """Somebody whose company was approved."""
    assert approve(applicant["agent_id"]).status == 200
    return applicant


def ask(method: str, path: str, body: Any = None, *, token: str | None) -> Answer:
    """Ask the agents' own door."""
    return call(agents_api.app, method, path, body, token=token)


@pytest.fixture
def token(owner: dict[str, Any]) -> str:
    """The access token of an approved company's owner."""
    return str(owner["access_token"])


@pytest.fixture
def stranger(owner: dict[str, Any], cloud: Cloud) -> str:
    """The access token of another company's owner."""
    registered = register(cloud, email="b@example.com", phone="13700000000", company_name="乙贸易")
    return str(registered["access_token"])


def sign_in_by_sms(cloud: Cloud, phone: str) -> str:
    """The access token of whoever holds a phone."""
    call(auth_api.app, "POST", "/auth/sms-codes", {"phone": phone, "purpose": "sign_in"})
    body = {"phone": phone, "code": sent(cloud, phone).code}
    return str(call(auth_api.app, "POST", "/auth/sessions/sms", body).json["access_token"])
