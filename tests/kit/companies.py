"""Dealer companies for tests that need one without walking through registration."""

from functions.agents import table
from kit import clock
from tests.kit.people import AGENT

GUANGZHOU = {
    "province_code": "440000",
    "province": "广东省",
    "city_code": "440100",
    "city": "广州市",
    "district_code": "440106",
    "district": "天河区",
}


def company(agent_id: str = AGENT, *, state: str = "active", tier: str = "standard") -> str:
    """Store a company in Guangzhou; returns its id."""
    at = clock.to_text(clock.now())
    table.CompanyRow(
        f"AGENT#{agent_id}",
        table.COMPANY,
        agent_id=agent_id,
        name="广州示例贸易有限公司",
        state=state,
        state_since=at,
        tier=tier,
        region=GUANGZHOU,
        region_code="440106",
        contact_name="李小明",
        phone="13800000000",
        email=f"{agent_id.lower()}@example.com",
        invite_code=agent_id[:8],
        consent={},
        applied_at=at,
        version=1,
    ).save()
    return agent_id
