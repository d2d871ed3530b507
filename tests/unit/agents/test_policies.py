"""Which policy decides what for a company."""

from typing import Any

import pytest

from functions.agents.rules.policies import FIELDS, Given, Policy, effective

DEFAULTS = dict.fromkeys(FIELDS)
NOW = "2026-11-23T02:00:00Z"


def policy(policy_id: str, values: dict[str, Any], **changes: Any) -> Policy:
    return Policy(policy_id=policy_id, name=policy_id, version=1, values=values, **changes)


def decide(*policies: Policy, own: dict[str, Any] | None = None) -> dict[str, Given]:
    return effective(own or {}, policies, DEFAULTS, "A", "gold", {"S1"}, NOW)


def test_nobody_decided() -> None:
    assert {given.why for given in decide().values()} == {"default"}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, "everybody"),
        ({"agent_ids": ("A", "B")}, "agent"),
        ({"segments": ("S1",)}, "segment"),
        ({"tiers": ("gold",)}, "tier"),
        ({"agent_ids": ("B",)}, "default"),
        ({"segments": ("S2",), "tiers": ("silver",)}, "default"),
        ({"is_active": False}, "default"),
        ({"starts_at": "2026-11-23T02:00:01Z"}, "default"),
        ({"starts_at": NOW, "ends_at": "2026-11-23T02:00:01Z"}, "everybody"),
        ({"ends_at": NOW}, "default"),
    ],
)
def test_whom_a_policy_reaches_and_when(changes: dict[str, Any], why: str) -> None:
    assert decide(policy("P", {"carrier": "顺丰"}, **changes))["carrier"].why == why


def test_the_more_exact_decides_each_value_by_itself() -> None:
    found = decide(
        policy("ALL", {"carrier": "中通", "delivery_window": "每天 09:00-18:00"}, priority=99),
        policy("TIER", {"carrier": "圆通", "after_sale_hours": 24}, tiers=("gold",)),
        policy("SEGMENT", {"carrier": "顺丰"}, segments=("S1",)),
        own={"purchase_order_required": True},
    )
    assert {name: (given.value, given.why) for name, given in found.items()} == {
        "auto_approve_up_to_fen": (None, "default"),
        "purchase_order_required": (True, "company"),
        "delivery_window": ("每天 09:00-18:00", "everybody"),
        "carrier": ("顺丰", "segment"),
        "after_sale_hours": (24, "tier"),
    }


def test_among_equals_the_higher_priority_decides_then_the_older() -> None:
    equals = [policy(name, {"carrier": name}, tiers=("gold",)) for name in ("P2", "P1")]
    assert decide(*equals)["carrier"].value == "P1"
    higher = policy("P3", {"carrier": "P3"}, tiers=("gold",), priority=1)
    assert decide(*equals, higher)["carrier"].value == "P3"


def test_the_company_itself_has_the_last_word() -> None:
    named = policy("P", {"carrier": "顺丰"}, agent_ids=("A",), priority=99)
    assert decide(named, own={"carrier": "德邦"})["carrier"].value == "德邦"
