"""What staff see of one company: the terms that hold for it, and its coupons."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.pricing.conftest import WINDOW, Sku, new_key
from tests.kit.companies import BEIJING, company
from tests.kit.http import Answer
from tests.kit.people import AGENT, OTHER_AGENT, staff_token

Desk = Callable[..., Answer]


@pytest.fixture
def companies(desk: Desk) -> None:
    """A silver company in Guangzhou, another in Beijing."""
    company(AGENT, tier="silver")
    company(OTHER_AGENT, region=BEIJING)


def terms_of(desk: Desk, agent_id: str = AGENT) -> dict[str, list[str]]:
    answer = desk("GET", f"/agents/{agent_id}/prices")
    assert answer.status == 200, answer.text
    return {family: [one["id"] for one in held] for family, held in answer.json.items()}


def test_terms_that_hold_for_a_company(
    companies: None, desk: Desk, published: Callable[..., str], sku: Sku
) -> None:
    own = published("/price-lists", {"audience": {"agent_ids": [AGENT]}})
    tier = published("/price-lists", {"audience": {"tiers": ["silver"]}})
    published("/price-lists", {"audience": {"tiers": ["gold"]}})
    reduced = {"kind": "unit", "discount": {"off_bps": 500}}
    everybody = published("/promotions", reduced)
    published("/promotions", reduced | {"window": {**WINDOW, "starts_at": "2026-11-30T00:00:00Z"}})
    quota = {
        "sku_id": sku.sku_id,
        "pieces": 7,
        "reason": "新市场",
        "audience": {"regions": ["440000"]},
        "window": WINDOW,
    }
    held = desk("POST", "/quotas", quota, key=new_key()).json["id"]
    found = terms_of(desk)
    assert (set(found["price_lists"]), found["promotions"], found["quotas"]) == (
        {own, tier},
        [everybody],
        [held],
    )
    assert terms_of(desk, OTHER_AGENT) == {"price_lists": [], "promotions": [everybody], "quotas": []}
    (shown,) = desk("GET", f"/agents/{AGENT}/prices").json["quotas"]
    assert (shown["left"], shown["reason"]) == (7, "新市场")


def test_a_companys_wallet(companies: None, desk: Desk, template: Callable[..., str]) -> None:
    template_id = template()
    issued = desk("POST", f"/coupons/{template_id}/issues", {"agent_ids": [AGENT]}, key=new_key())
    shown = desk("GET", f"/agents/{AGENT}/coupons").json["items"]
    assert [one["coupon_id"] for one in shown] == issued.json["coupon_ids"]
    assert desk("GET", f"/agents/{AGENT}/coupons", query={"tab": "used"}).json["items"] == []
    assert desk("GET", f"/agents/{OTHER_AGENT}/coupons").json["items"] == []


@pytest.mark.parametrize("page", ["prices", "coupons"])
def test_staff_of_a_region_see_companies_of_that_region(page: str, companies: None, desk: Desk) -> None:
    token = staff_token("pricing", regions=("440000",))
    assert desk("GET", f"/agents/{AGENT}/{page}", token=token).status == 200
    assert desk("GET", f"/agents/{OTHER_AGENT}/{page}", token=token).status == 404
    assert desk("GET", f"/agents/{'0' * 26}/{page}").status == 404


def test_staff_of_a_region_give_coupons_there(
    companies: None, desk: Desk, template: Callable[..., str]
) -> None:
    path, token = f"/coupons/{template()}/issues", staff_token("pricing", regions=("440000",))

    def issue(*agent_ids: str) -> Any:
        return desk("POST", path, {"agent_ids": agent_ids}, key=new_key(), token=token)

    assert issue(AGENT, OTHER_AGENT).status == 404
    assert desk("GET", f"/agents/{AGENT}/coupons").json["items"] == []
    assert issue(AGENT).status == 201
