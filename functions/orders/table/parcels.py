"""What is noted on parcels one by one, outside transactions."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pynamodb.expressions.update import Action

from functions.orders import rules
from functions.orders.rules import TrackState
from functions.orders.table.rows import ShipmentRow
from kit import clock


def quantities_of(image: Mapping[str, Any]) -> dict[str, int]:
    """The pieces in a parcel, from its image in a stream."""
    pieces: dict[str, int] = json.loads(image["quantities"])
    return pieces


def claim_question(row: ShipmentRow, now: datetime) -> bool:
    """Whether it is our turn to ask about a parcel: nobody did and nothing came for half an hour."""
    limit = clock.to_text(now - rules.QUERY_AGAIN)
    if row.shipped_at > limit:
        return False
    never = ShipmentRow.asked_at.does_not_exist()
    asked = [ShipmentRow.asked_at.set(clock.to_text(now))]
    return row.change_if(never | (ShipmentRow.asked_at <= limit), asked)


def record_track(
    row: ShipmentRow, state: TrackState, nodes: Sequence[tuple[str, str]], now: datetime
) -> bool:
    """Note where a parcel was seen, unless something newer is known."""
    newest = nodes[0][0]
    actions: list[Action] = [
        ShipmentRow.track_state.set(state),
        ShipmentRow.nodes.set([list(node) for node in nodes]),
        ShipmentRow.seen_at.set(newest),
        ShipmentRow.asked_at.set(clock.to_text(now)),
    ]
    if state == "signed":
        actions.append(ShipmentRow.signed_at.set(newest))
    never = ShipmentRow.seen_at.does_not_exist()
    return row.change_if(never | (ShipmentRow.seen_at <= newest), actions)


def mark_subscribed(row: ShipmentRow, now: datetime) -> None:
    """Note that a parcel is followed."""
    row.change_if(ShipmentRow.pk.exists(), [ShipmentRow.subscribed_at.set(clock.to_text(now))])


def mark_uploaded(row: ShipmentRow, now: datetime) -> None:
    """Note that WeChat knows a parcel."""
    row.change_if(ShipmentRow.pk.exists(), [ShipmentRow.uploaded_at.set(clock.to_text(now))])
