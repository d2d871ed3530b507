"""A company with people to tell."""

import pytest

from functions.agents import table as agents
from functions.auth import operations as auth
from functions.auth import table as accounts
from kit import clock, transaction
from tests.kit.engines import Cloud, Tables
from tests.kit.people import AGENT, USER, sign_with_test_key
from tests.kit.time import Clock
from tests.kit.told import BUYER


@pytest.fixture
def people(tables: Tables, cloud: Cloud, at: Clock) -> None:
    """A company with an owner who uses WeChat and a buyer who does not."""
    sign_with_test_key()
    for user_id, phone in ((USER, "13800000001"), (BUYER, "13800000002")):
        account = auth.create_user_parts(
            "agent",
            user_id,
            name="张三",
            email=f"{phone}@example.com",
            phone=phone,
            role="owner" if user_id == USER else "buyer",
            password="a long enough 1",
            agent_id=AGENT,
            now=clock.now(),
        )
        member = agents.create_user_part(
            AGENT, user_id, "张三", "owner" if user_id == USER else "buyer", None
        )
        transaction.commit([*account, member])
    accounts.require_user(USER).update(actions=[accounts.UserRow.openid.set("openid-owner")])
