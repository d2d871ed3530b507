"""Every list of the back office pages by a cursor of its own, and refuses any other."""

import json

import pytest

from functions.admin import api as admin_api
from infra.description import ROOT
from kit import pages
from tests.kit.engines import Cloud, Tables
from tests.kit.http import call
from tests.kit.people import staff_token

DOCUMENT = json.loads((ROOT / "docs/openapi.json").read_text())


def _lists() -> list[str]:
    """The paths without a parameter that answer a page and take a cursor."""
    return [
        path
        for path, item in DOCUMENT["paths"].items()
        if path.startswith("/admin/") and "{" not in path and "get" in item
        if "cursor" in {one["name"] for one in item["get"].get("parameters", ())}
    ]


@pytest.mark.parametrize("path", _lists())
def test_a_list_takes_no_cursor_but_its_own(path: str, tables: Tables, cloud: Cloud) -> None:
    foreign = pages.sign({"pk": {"S": "A"}, "sk": {"S": "B"}}, "another list")
    assert foreign
    needed = {
        one["name"]: one["schema"]["enum"][0]
        for one in DOCUMENT["paths"][path]["get"]["parameters"]
        if one.get("required") and "enum" in one["schema"]
    }
    for cursor in (foreign, "nonsense", "续", "A" * 200):
        answer = call(admin_api.app, "GET", path, token=staff_token("*"), query=needed | {"cursor": cursor})
        assert (answer.status, answer.json["code"]) == (400, "CursorInvalid"), (cursor, answer.text)
    limited = call(admin_api.app, "GET", path, token=staff_token("*"), query=needed | {"limit": "1000"})
    assert limited.status in (400, 422)
