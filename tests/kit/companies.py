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
BEIJING = {
    "province_code": "110000",
    "province": "北京市",
    "city_code": "110100",
    "city": "北京市",
    "district_code": "110101",
    "district": "东城区",
}


def company(
    agent_id: str = AGENT,
    *,
    state: str = "active",
    tier: str = "standard",
    region: dict[str, str] = GUANGZHOU,
) -> str:
    """Store a company, in Guangzhou unless said otherwise; returns its id."""
    at = clock.to_text(clock.now())
    table.CompanyRow(
        f"AGENT#{agent_id}",
        table.COMPANY,
        agent_id=agent_id,
        name="广州示例贸易有限公司",
        state=state,
        state_since=at,
        tier=tier,
        region=region,
        region_code=region["district_code"],
        contact_name="李小明",
        phone="13800000000",
        email=f"{agent_id.lower()}@example.com",
        invite_code=agent_id[:8],
        consent={},
        applied_at=at,
        version=1,
    ).save()
    return agent_id
