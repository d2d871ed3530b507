"""Every night: coupons, campaigns, codes and credit, by their own count and by what there is."""

import json
import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from kit import clock
from tests.integration.insights.conftest import Shop
from tests.kit.orders import FIRST
from tests.kit.people import AGENT

NIGHT = "2026-11-22T19:30:00Z"
COUPON = {"name": "满百减十", "discount": {"off_fen": 1_000}, "min_spend_fen": 5_000, "valid_days": 30}
SERVICE = {"name": "会员月卡", "kind": "virtual", "category": "service", "points": 10}


def made(shop: Shop, path: str, body: Any, key: str | None = None) -> Any:
    answer = shop.ask("POST", path, body, **({"key": key} if key else {}))
    assert answer.status < 300, answer.text
    return answer.json


def coupon(shop: Shop) -> tuple[str, str]:
    """A coupon in the buyer's wallet, and its template."""
    template_id = made(shop, "/coupons", COUPON)["id"]
    made(shop, f"/coupons/{template_id}/issues", {"agent_ids": [AGENT]}, key="issue-00001")
    (row,) = (row for row in shop.tables.rows("pricing") if row["sk"]["S"].startswith("COUPON#"))
    return template_id, row["sk"]["S"].removeprefix("COUPON#")


def campaign(shop: Shop) -> str:
    """Double points, for some time yet."""
    now = clock.now()
    terms = {
        "name": "双倍积分",
        "kind": "multiplier",
        "multiplier_bps": 20_000,
        "starts_at": clock.to_text(now),
        "ends_at": clock.to_text(now + timedelta(days=30)),
        "budget": 1_000,
    }
    campaign_id: str = made(shop, "/points/campaigns", terms)["campaign_id"]
    made(shop, f"/points/campaigns/{campaign_id}/publication", {"version": 1})
    return campaign_id


def service(shop: Shop) -> str:
    """A gift with three codes."""
    gift_id: str = made(shop, "/gifts", SERVICE)["gift_id"]
    made(shop, f"/gifts/{gift_id}/codes", {"codes_text": "A-1\nA-2\nA-3"})
    return gift_id


def spoil(shop: Shop, context: str, pk: str, sk: str, **changes: Mapping[str, Any]) -> None:
    """Let a row say something else."""
    row = next(
        row for row in shop.tables.rows(context) if row["pk"]["S"] == pk and row["sk"]["S"].startswith(sk)
    )
    shop.tables.store.call("PutItem", TableName=os.environ[f"{context.upper()}_TABLE"], Item=row | changes)


def night(shop: Shop) -> dict[str, tuple[int, list[str]]]:
    """How many of each kind were looked at, and what was found."""
    shop.run("insights-check-invariants", NIGHT)
    (report,) = shop.ask("GET", "/invariants").json["items"]
    return {check["name"]: (check["checked"], check["findings"]) for check in report["checks"]}


def test_books_of_coupons_campaigns_and_codes_that_add_up(shop: Shop) -> None:
    coupon(shop), campaign(shop), service(shop)
    order_id = shop.sell((FIRST, 2))
    shop.sell((FIRST, 1))
    shop.refund(order_id, **{FIRST: 1})
    found = night(shop)
    assert [found[name] for name in ("coupons", "campaigns", "codes", "credit")] == [(1, [])] * 4


def test_a_coupon_too_many_is_named(shop: Shop) -> None:
    template_id, _ = coupon(shop)
    spoil(shop, "pricing", "TEMPLATES", template_id, issued={"N": "2"})
    assert night(shop)["coupons"] == (1, [f"{template_id}: issued 2, in wallets 1"])


@pytest.mark.parametrize(
    ("state", "by", "finding"),
    [
        ("held", "nobody", "is held by an order that is not there"),
        ("held", None, "is held by no order"),
        ("used", "another", "is used by an order that has another"),
        ("issued", "another", "is free, but has an order"),
    ],
)
def test_a_coupon_that_is_nowhere_is_named(shop: Shop, state: str, by: str | None, finding: str) -> None:
    template_id, coupon_id = coupon(shop)
    order_id = shop.sell((FIRST, 1))
    order: dict[str, Any] = {"order_id": {"S": order_id if by == "another" else "0" * 26}} if by else {}
    spoil(shop, "pricing", f"AGENT#{AGENT}", "COUPON#", state={"S": state}, **order)
    assert night(shop)["coupons"] == (1, [f"{template_id}: coupon {coupon_id} {finding}"])


def test_a_campaign_that_spent_otherwise_than_agents_got_is_named(shop: Shop) -> None:
    campaign_id = campaign(shop)
    shop.sell((FIRST, 1))
    spoil(shop, "points", f"CAMPAIGN#{campaign_id}", "CAMPAIGN", spent={"N": "1001"})
    _, findings = night(shop)["campaigns"]
    assert findings[0].startswith(f"{campaign_id}: spent 1001, agents keep ")
    assert findings[1:] == [f"{campaign_id}: spent 1001 of 1000"]


def test_a_code_that_went_to_nobody_is_named(shop: Shop) -> None:
    gift_id = service(shop)
    spoil(shop, "gifts", f"CODES#{gift_id}", "CODE#", redemption_id={"S": "0NOBODY"})
    assert night(shop)["codes"] == (
        1,
        [
            f"{gift_id}: stock 3, but 2 codes are free and 0 promised",
            f"{gift_id}: redemption 0NOBODY has 1 codes that it does not list",
        ],
    )


def test_credit_that_no_order_takes_is_named(shop: Shop) -> None:
    spoil(
        shop, "agents", f"AGENT#{AGENT}", "COMPANY", credit_limit_fen={"N": "500"}, credit_left_fen={"N": "1"}
    )
    assert night(shop)["credit"] == (1, [f"{AGENT}: credit used 499, open orders 0"])


def test_pieces_held_for_an_after_sale_that_is_not_there_are_named(shop: Shop) -> None:
    order_id = shop.sell((FIRST, 1))
    claims = json.dumps({f"{order_id}-1": {FIRST: 1}})
    spoil(shop, "orders", f"AGENT#{AGENT}", f"ORDER#{order_id}", claims={"S": claims})
    finding = f"{order_id}: {order_id}-1: {{'{FIRST}': 1}} claimed, None asked for"
    assert night(shop)["claims"] == (1, [finding])
