"""Every endpoint of the back office, found by itself: without its permission nobody comes in."""

import re

from functions.admin import api as admin_api
from functions.admin.rules import PERMISSIONS
from infra.build import apps
from kit.api import Endpoint
from tests.integration.admin.conftest import ask, staff
from tests.kit.people import agent_token

DOORS = {
    route: endpoint
    for route, endpoint in apps.endpoints(admin_api.__name__).items()
    if endpoint.access.kind == "staff"
}
GUARDED = {route: endpoint for route, endpoint in DOORS.items() if endpoint.access.permission}


def _knock(endpoint: Endpoint, token: str | None) -> tuple[int, str | None]:
    path = re.sub(r"\{\w+\}", "0000000000", endpoint.path).removeprefix("/admin")
    answer = ask(endpoint.method, path, {}, token=token, key="a-key-that-is-good")
    return answer.status, answer.json.get("permission")


def test_visitors_are_asked_to_sign_in() -> None:
    assert not {route for route, door in DOORS.items() if _knock(door, None) != (401, None)}


def test_agents_are_at_the_wrong_door() -> None:
    token = agent_token()
    assert not {route for route, door in DOORS.items() if _knock(door, token) != (403, None)}


def test_staff_who_may_do_everything_else_may_not_do_this() -> None:
    tokens = {wanted: staff(*(PERMISSIONS.keys() - {wanted})) for wanted in PERMISSIONS}
    wanted = {route: str(door.access.permission) for route, door in GUARDED.items()}
    answers = {route: _knock(door, tokens[wanted[route]]) for route, door in GUARDED.items()}
    assert answers == {route: (403, permission) for route, permission in wanted.items()}
    assert len(GUARDED) > 100
