"""What steps of a redemption have in common."""

from datetime import datetime

from functions.gifts.rules.redemptions import GIVES_BACK, Redemption
from functions.gifts.table import gifts, redemptions
from functions.gifts.table.gifts import Movement
from functions.points import operations as points
from kit import clock
from kit.transaction import Part


def give_back_parts(before: Redemption, after: Redemption, actor: str, now: datetime) -> list[Part]:
    """Store a redemption that came to nothing and give points, stock and the agent's share back.

    Raises Stale when the agent took or gave back pieces meanwhile.
    """
    movement = Movement(
        gift_id=before.gift_id,
        change=before.quantity,
        reason="returned",
        reference=f"return#{before.redemption_id}",
        actor=actor,
        at=clock.to_text(now),
    )
    taken = gifts.taken(before.agent_id, [before.gift_id])[before.gift_id]
    left = taken - before.quantity
    return [
        redemptions.save_part(before, after),
        gifts.give_back_part(before.gift_id, before.quantity, before.points, last=not left),
        gifts.taken_part(before.agent_id, before.gift_id, taken, left),
        gifts.movement_part(movement),
        *points.return_parts(
            before.agent_id,
            before.redemption_id,
            before.allocation,
            GIVES_BACK[after.state],
            now,
            note=before.gift_name,
        ),
    ]
