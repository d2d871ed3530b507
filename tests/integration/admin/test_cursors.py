"""Every list pages by a cursor of its own, and refuses any other."""

import importlib
import json
from datetime import date
from typing import Any

import pytest

from functions.admin import api as admin_api
from functions.payments.table import days
from infra import description
from infra.build import apps
from infra.description import ROOT
from kit import pages
from tests.kit.companies import company
from tests.kit.engines import Cloud, Tables
from tests.kit.http import call
from tests.kit.people import AGENT, agent_token, staff_token

DOCUMENT = json.loads((ROOT / "docs/openapi.json").read_text())
# Lists that cannot grow long come whole: what keeps each of them short.
WHOLE = {
    "/admin/agents/{agent_id}/addresses": "MOST_ADDRESSES of a company",
    "/admin/backups": "one a night, and each lapses",
    "/admin/permissions": "a constant",
    "/admin/policies": "MOST_POLICIES",
    "/admin/roles": "MOST_ROLES",
    "/admin/segments": "MOST_SEGMENTS",
    "/admin/segments/choices": "MOST_SEGMENTS",
    "/admin/tiers": "MOST_TIERS",
    "/me/addresses": "MOST_ADDRESSES of a company",
    "/me/users": "MOST_USERS of a company",
}


def _parameters(path: str) -> dict[str, Any]:
    return {one["name"]: one for one in DOCUMENT["paths"][path]["get"].get("parameters", ())}


def _is_list(path: str) -> bool:
    content = DOCUMENT["paths"][path].get("get", {}).get("responses", {}).get("200", {}).get("content", {})
    name = content.get("application/json", {}).get("schema", {}).get("$ref", "").rpartition("/")[2]
    schema = DOCUMENT["components"]["schemas"].get(name, {})
    return {"items", "next_cursor"} <= schema.get("properties", {}).keys()


LISTS = [path for path in DOCUMENT["paths"] if _is_list(path)]
PAGED = [path for path in LISTS if "cursor" in _parameters(path)]


def _app(path: str) -> Any:
    """The app that answers a path."""
    serving = (name for name in description.functions() if f"GET {path}" in _served(name))
    return importlib.import_module(apps.handler(next(serving))[0]).app


def _served(name: str) -> set[str]:
    return set(apps.served(name)) if apps.handler(name)[1] == "app" else set()


def test_what_comes_whole_is_kept_short() -> None:
    assert set(LISTS) - set(PAGED) == WHOLE.keys()
    assert len(PAGED) > 60


@pytest.fixture
def subjects(tables: Tables, cloud: Cloud) -> dict[str, str]:
    """What the paths speak of, by the parameter that names it."""
    day = date(2026, 11, 22)
    days.ComparisonRow(
        days.day_pk("wechat", day),
        state_since=day.isoformat(),
        sums={f"{what}_{side}": [0, 0] for what in ("payments", "refunds") for side in ("here", "there")},
        differences=0,
        open=0,
        version=1,
        compared_at="2026-11-23T02:30:00Z",
    ).save()
    window = {"starts_at": "2026-11-01T00:00:00Z", "ends_at": "2026-12-01T00:00:00Z"}
    form = {"name": "金牌价", "window": window, "audience": {"tiers": ["gold"]}}
    made = call(
        admin_api.app,
        "POST",
        "/admin/price-lists",
        form,
        token=staff_token("*"),
        key="cursors-0001",
    )
    assert made.status == 201, made.text
    named = dict.fromkeys(("gift_id", "policy_id", "product_id", "sku_id"), "0000000000")
    return named | {"agent_id": company(AGENT), "day": day.isoformat(), "list_id": made.json["id"]}


@pytest.mark.parametrize("path", PAGED)
def test_a_list_takes_no_cursor_but_its_own(path: str, subjects: dict[str, str]) -> None:
    foreign = pages.sign({"pk": {"S": "A"}, "sk": {"S": "B"}}, "another list")
    assert foreign
    needed = {
        name: one["schema"]["enum"][0]
        for name, one in _parameters(path).items()
        if one.get("required") and "enum" in one["schema"]
    }
    asked = path.format(**subjects)
    token = staff_token("*") if path.startswith("/admin/") else agent_token()
    for cursor in (foreign, "nonsense", "续", "A" * 200):
        answer = call(_app(path), "GET", asked, token=token, query=needed | {"cursor": cursor})
        assert (answer.status, answer.json["code"]) == (400, "CursorInvalid"), (cursor, answer.text)
    limited = call(_app(path), "GET", asked, token=token, query=needed | {"limit": "1000"})
    assert limited.status in (400, 422)
