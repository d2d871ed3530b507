"""How much companies buy, as orders tell it."""

from collections.abc import Callable
from datetime import datetime

from functions.agents.rules.trade import Trade
from functions.agents.schemas import OrderPaid, OrderRefunded
from functions.agents.table import trade as table
from kit import transaction


def note_paid(order: OrderPaid, now: datetime) -> None:
    """Count an order that was paid; again changes nothing."""
    fen = sum(line.net_fen for line in order.lines)
    _change(order.agent_id, lambda known: known.paid(order.order_id, order.paid_at, fen), now)


def note_refunded(order: OrderRefunded, now: datetime) -> None:
    """Count what is left of an order whose money went back; again changes nothing."""
    left_fen = sum(line.net_fen for line in order.remaining_lines)
    _change(order.agent_id, lambda known: known.refunded(order.order_id, left_fen), now)


def _change(agent_id: str, change: Callable[[Trade], Trade], now: datetime) -> None:
    def attempt() -> None:
        known = table.trade(agent_id)
        changed = change(known).recent(now)
        if changed != known:
            transaction.commit([table.trade_part(agent_id, changed)])

    transaction.retry_stale(attempt)
