"""Every endpoint of the back office, found by itself: without its permission nobody comes in."""

import re

from functions.admin import api as admin_api
from functions.admin.rules import PERMISSIONS
from infra.build import apps
from kit.api import Endpoint
from tests.integration.admin.conftest import ask, staff
from tests.kit.people import agent_token, staff_token

DOORS = {
    route: endpoint
    for route, endpoint in apps.endpoints(admin_api.__name__).items()
    if endpoint.access.kind == "staff"
}
GUARDED = {route: endpoint for route, endpoint in DOORS.items() if endpoint.access.permissions}


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
    wanted = {route: door.access.permissions for route, door in GUARDED.items()}
    tokens = {some: staff(*(PERMISSIONS.keys() - set(some))) for some in set(wanted.values())}
    answers = {route: _knock(door, tokens[wanted[route]]) for route, door in GUARDED.items()}
    assert answers == {route: (403, " | ".join(some)) for route, some in wanted.items()}
    assert len(GUARDED) > 100


def test_what_has_its_effect_everywhere_is_not_done_by_staff_of_a_region() -> None:
    shut = {route: door for route, door in GUARDED.items() if door.access.everywhere}
    assert {door.path.removeprefix("/admin").split("/")[1] for door in shut.values()} == {
        "backups",
        "coupons",
        "insights",
        "notification-matrix",
        "payment-methods",
        "points",
        "policies",
        "price-lists",
        "promotions",
        "quotas",
        "segments",
        "settings",
        "supports",
        "templates",
        "tiers",
    }
    for route, door in shut.items():
        regional = staff_token(*door.access.permissions, regions=("440000",))
        path = re.sub(r"\{\w+\}", "0000000000", door.path).removeprefix("/admin")
        answer = ask(door.method, path, {}, token=regional, key="a-key-that-is-good")
        assert (answer.status, answer.json["code"]) == (403, "BeyondRegions"), route


def test_one_of_several_permissions_is_enough() -> None:
    several = {route: door for route, door in GUARDED.items() if len(door.access.permissions) > 1}
    refused = {
        (route, one)
        for route, door in several.items()
        for one in door.access.permissions
        if _knock(door, staff(one))[0] in (401, 403)
    }
    assert several
    assert not refused
