"""Carts nobody touched for long."""

from collections.abc import Iterable
from datetime import datetime

from functions.cart import table
from kit import clock, transaction
from kit.errors import Stale


def empty_untouched(agent_ids: Iterable[str], before: datetime) -> int:
    """Empty the carts whose every line was set before an instant; says how many there were."""
    limit = clock.to_text(before)
    return sum(_empty(agent_id, limit) for agent_id in agent_ids)


def _empty(agent_id: str, limit: str) -> bool:
    known = table.cart(agent_id)
    if not known.lines or max(line.added_at for line in known.lines) >= limit:
        return False
    try:
        transaction.commit([table.save_part(known.without([line.sku_id for line in known.lines]))])
    except Stale:
        return False  # somebody is shopping at this moment
    return True
