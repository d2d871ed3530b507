"""A back office whose every command is written down."""

from typing import Any

import pytest

from functions.admin import api as admin_api
from tests.kit.engines import Cloud, Tables
from tests.kit.http import Answer, call
from tests.kit.people import sign_with_test_key, staff_token
from tests.kit.pump import Pump
from tests.kit.time import Clock


class Office:
    """Staff at work, and the log of what they did."""

    def __init__(self, tables: Tables, cloud: Cloud) -> None:
        self.tables, self.cloud = tables, cloud
        self.settle = Pump(tables, cloud, {"audit"})

    def ask(self, method: str, path: str, body: Any = None, *rights: str, **extra: Any) -> Answer:
        """One request of somebody who holds these rights."""
        token = staff_token(*(rights or ("*",)))
        return call(admin_api.app, method, f"/admin{path}", body, token=token, **extra)

    def add_role(self, role_id: str = "packers", name: str = "打包") -> Answer:
        return self.ask("POST", "/roles", {"role": role_id, "name": name, "permissions": ["stock"]})

    def log(self, **query: Any) -> list[dict[str, Any]]:
        """What the log shows."""
        answer = self.ask("GET", "/operations", query=query)
        assert answer.status == 200, answer.text
        items: list[dict[str, Any]] = answer.json["items"]
        return items

    def check(self, day: str = "2026-11-22") -> dict[str, Any]:
        """The result of checking a day."""
        checked: dict[str, Any] = self.ask("GET", f"/operations/check?day={day}").json
        return checked


@pytest.fixture
def office(tables: Tables, cloud: Cloud, at: Clock) -> Office:
    """An empty back office."""
    sign_with_test_key()
    return Office(tables, cloud)
