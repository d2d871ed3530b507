"""What companies' steps announce, as it arrives on the bus."""

import json
from typing import Any

from functions.agents import api as agents_api
from functions.agents.schemas import ApplicationApproved, ApplicationRejected
from tests.integration.agents.conftest import admin, approve
from tests.kit.accounts import register
from tests.kit.engines import Cloud, Tables
from tests.kit.http import call
from tests.kit.pump import Pump
from tests.kit.time import Clock


def announced(cloud: Cloud) -> list[dict[str, Any]]:
    return [json.loads(body) for body in cloud.messages("NotificationsOnFactQueue")]


def test_decisions_reach_the_bus_once(tables: Tables, cloud: Cloud, at: Clock) -> None:
    pump = Pump(tables, cloud, ["agents"])
    agent_id = register(cloud)["agent_id"]
    approve(agent_id)
    pump()
    other = register(cloud, email="b@example.com", phone="13700000000", company_name="乙贸易")
    decline = {"version": 1, "reason": "营业执照不清晰"}
    admin("POST", f"/applications/{other['agent_id']}/rejection", decline)
    call(
        agents_api.app,
        "PATCH",
        "/me/company",
        {"version": 2, "phone": "13700000001"},
        token=other["access_token"],
    )
    pump()

    decided = [fact for fact in announced(cloud) if fact["detail-type"] != "ApplicationSubmitted"]
    assert {fact["source"] for fact in decided} == {"shop.agents"}
    approval, rejection = [fact["detail"] for fact in decided]
    approved = ApplicationApproved.model_validate(approval)
    assert (approved.agent_id, approved.tier, approved.company_name) == (
        agent_id,
        "silver",
        "广州甲贸易有限公司",
    )
    assert ApplicationRejected.model_validate(rejection).reason == "营业执照不清晰"
