"""A shop with its first owner, and ways into the back office."""

from typing import Any

import pytest

from functions.admin import api as admin_api
from kit import clock, tokens
from kit.tokens import Principal
from tests.kit.accounts import PASSWORD, create_owner
from tests.kit.engines import Cloud, Tables
from tests.kit.http import Answer, call
from tests.kit.people import sign_with_test_key
from tests.kit.time import Clock

NEW = "Fresh-2027!"
CLERK = {
    "name": "小周",
    "email": "zhou@example.com",
    "phone": "13900000009",
    "role": "warehouse",
    "password": "First-2026!",
}


def ask(method: str, path: str, body: Any = None, *, token: str | None = None, **extra: Any) -> Answer:
    return call(admin_api.app, method, f"/admin{path}", body, token=token, **extra)


def sign_in(email: str = "boss@example.com", password: str = PASSWORD) -> Answer:
    return ask("POST", "/sessions", {"email": email, "password": password})


def refresh(token: str) -> Answer:
    return ask("POST", "/sessions/refresh", {"refresh_token": token})


def employ(owner: str, **changes: Any) -> dict[str, Any]:
    """Add a clerk who has set a password of their own, and return their tokens."""
    form = CLERK | changes
    added = ask("POST", "/staff", form, token=owner)
    assert added.status == 201, added.text
    token = sign_in(form["email"], form["password"]).json["access_token"]
    change = {"current_password": form["password"], "password": NEW}
    assert ask("PUT", "/password", change, token=token).status == 204
    signed_in: dict[str, Any] = sign_in(form["email"], NEW).json
    return signed_in


def staff(*permissions: str, regions: tuple[str, ...] = ()) -> str:
    """The token of somebody who holds these permissions."""
    principal = Principal("staff", "0" * 26, "S", permissions=frozenset(permissions), regions=regions)
    return tokens.issue(principal, clock.now())


@pytest.fixture(autouse=True)
def shop(tables: Tables, cloud: Cloud, at: Clock) -> None:
    """An empty shop at a standing instant."""
    sign_with_test_key()


@pytest.fixture
def owner_id(shop: None) -> str:
    return create_owner()


@pytest.fixture
def owner(owner_id: str) -> str:
    """The token of the first owner."""
    return str(sign_in().json["access_token"])
