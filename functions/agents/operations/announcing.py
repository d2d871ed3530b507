"""Which facts a changed company or referral announces."""

from collections.abc import Iterator
from typing import Any

from functions.agents import table
from functions.agents.rules.referrals import Referral
from functions.agents.schemas import (
    ApplicationApproved,
    ApplicationRejected,
    ApplicationSubmitted,
    CompanyStateChanged,
    CompanyTierChanged,
    InformationRequested,
    ReferralHeld,
    ReferralRevoked,
    ReferralRewarded,
)
from functions.agents.table import referrals
from kit import ids
from kit.facts import Fact, Row


def facts_of(old: Row, new: Row) -> Iterator[Fact]:
    """The facts behind one change; none for rows other than companies and referrals."""
    yield from _decided(referrals.referral_image(old), referrals.referral_image(new))
    if new is None or new["sk"] != table.COMPANY:
        return
    before = old or {"state": "code_sent", "tier": new["tier"]}
    if before["state"] != new["state"]:
        yield _moved(before["state"], new)
    elif before["tier"] != new["tier"]:
        yield CompanyTierChanged(**_named("tier", new), old_tier=before["tier"], new_tier=new["tier"])


def _moved(old_state: str, new: dict[str, Any]) -> Fact:
    named, reason = _named("state", new), new.get("reason") or ""
    match (old_state, new["state"]):
        case (_, "pending_review"):
            return ApplicationSubmitted(**named, resubmitted=old_state != "code_sent")
        case ("pending_review", "active"):
            return ApplicationApproved(**named, tier=new["tier"])
        case (_, "rejected"):
            return ApplicationRejected(**named, reason=reason)
        case (_, "need_info"):
            return InformationRequested(**named, reason=reason)
        case (_, new_state):
            return CompanyStateChanged(**named, old_state=old_state, new_state=new_state, reason=reason)


def _decided(before: Referral | None, after: Referral | None) -> Iterator[Fact]:
    """What became of the reward for an invited company."""
    if after is None or before is None or before.state == after.state:
        return
    told: dict[str, Any] = {
        "event_id": ids.derived_id("agents", after.invited_id, "referral", after.state),
        "occurred_at": after.state_since,
        **{
            name: getattr(after, name)
            for name in ("inviter_id", "invited_id", "inviter_points", "invited_points", "rewarded_at")
        },
    }
    match after.state:
        case "held":
            yield ReferralHeld(**told, reasons=after.reasons)
        case "rewarded":
            yield ReferralRewarded(**told)
        case "revoked":
            yield ReferralRevoked(**told, revoked_at=after.state_since)


def _named(what: str, new: dict[str, Any]) -> dict[str, str]:
    return {
        "event_id": ids.derived_id("agents", new["agent_id"], what, str(new["version"])),
        "occurred_at": new["state_since"],
        "agent_id": new["agent_id"],
        "company_name": new["name"],
    }
