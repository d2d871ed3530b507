"""Inviting other companies."""

import base64
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from functions.agents import operations
from infra.local.providers import Providers
from kit import secrets
from kit.wechat import MiniProgram
from tests.integration.agents.conftest import approve, ask
from tests.kit.accounts import register
from tests.kit.engines import Cloud
from tests.kit.time import Clock


@pytest.fixture
def providers(tmp_path: Path, at: Clock, shop: None) -> Iterator[Providers]:
    """WeChat, listening."""
    started = Providers(tmp_path, in_background=False, settle_refunds_after=None)
    started.start()
    secrets.store("wechat-mini-program", started.credentials()["wechat-mini-program"])
    yield started
    started.stop()


def test_who_came_by_the_code_is_seen_but_not_fully_named(
    token: str, owner: dict[str, Any], cloud: Cloud, at: Clock
) -> None:
    own = ask("GET", "/referral", token=token).json
    assert own["invited"] == []
    assert own["page"].endswith(f"?invite={own['invite_code']}")
    for number in range(2):
        at.advance(minutes=1)
        invited = register(
            cloud,
            email=f"i{number}@example.com",
            phone=f"1370000001{number}",
            company_name=f"深圳乙贸易{number}号",
            invite_code=own["invite_code"],
        )
        assert operations.company(invited["agent_id"]).invited_by == owner["agent_id"]
    approve(invited["agent_id"])
    seen = ask("GET", "/referral", token=token).json["invited"]
    assert [(one["name"], one["state"]) for one in seen] == [
        ("深圳乙贸…", "active"),
        ("深圳乙贸…", "pending_review"),
    ]


def test_an_unknown_code_is_no_obstacle(cloud: Cloud) -> None:
    registered = register(cloud, invite_code="0000ABCD")
    assert operations.company(registered["agent_id"]).invited_by is None


def test_the_code_can_be_scanned(token: str, providers: Providers) -> None:
    answer = ask("GET", "/referral/code-image", token=token)
    kind, _, image = answer.json["image"].partition(",")
    assert kind == "data:image/jpeg;base64"
    assert base64.b64decode(image).startswith(b"\xff\xd8\xff")


def test_the_picture_is_made_once(owner: dict[str, Any], token: str, providers: Providers) -> None:
    shown = ask("GET", "/referral/code-image", token=token).json["image"]

    def unreachable() -> MiniProgram:
        raise AssertionError("asked again")

    bucket = os.environ["UPLOADS_BUCKET"]
    assert operations.referral_image(owner["agent_id"], unreachable, bucket).image == shown


@pytest.mark.parametrize("path", ["/referral", "/referral/code-image"])
def test_only_agents_invite(path: str) -> None:
    assert ask("GET", path, token=None).status == 401
