"""Which facts a changed redemption announces."""

from collections.abc import Iterator
from typing import Any

from functions.gifts.rules.redemptions import Redemption
from functions.gifts.schemas import (
    RedemptionApproved,
    RedemptionIssued,
    RedemptionPlaced,
    RedemptionRejected,
    RedemptionShipped,
)
from functions.gifts.table.redemptions import redemption_from
from kit import ids
from kit.facts import Fact, Row


def facts_of(old: Row, new: Row) -> Iterator[Fact]:
    """What a changed row announces: a redemption that entered a state people wait for."""
    if new is None or new["row"] != "redemption" or (old and old["state"] == new["state"]):
        return
    held = redemption_from(new)
    about = _about(held)
    match held.state:
        case "pending_review":
            yield RedemptionPlaced(**about)
        case "approved":
            yield RedemptionApproved(**about)
        case "rejected" | "returned":
            yield RedemptionRejected(**about, reason=held.reason)
        case "shipped":
            yield RedemptionShipped(**about, carrier_name=held.carrier_name, tracking_no=held.tracking_no)
        case "issued":
            yield RedemptionIssued(**about)


def _about(held: Redemption) -> dict[str, Any]:
    return {
        "event_id": ids.derived_id("gifts", held.redemption_id, str(held.version)),
        "occurred_at": held.changed_at,
        "redemption_id": held.redemption_id,
        "agent_id": held.agent_id,
        "gift_id": held.gift_id,
        "gift_name": held.gift_name,
        "kind": held.kind,
        "quantity": held.quantity,
        "points": held.points,
    }
