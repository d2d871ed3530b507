"""What companies bought lately: AGENT#<agent_id> / TRADE."""

from collections.abc import Iterable, Mapping

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from functions.agents.rules.trade import Trade
from functions.agents.table.rows import Row, key
from kit import transaction
from kit.errors import Stale
from kit.transaction import Part

_TRADE = "TRADE"


class TradeRow(Row):
    """The orders of the last 90 days; a little more is kept until the next one."""

    agent_id = UnicodeAttribute()
    orders = JSONAttribute()
    last_order_at = UnicodeAttribute(null=True)
    version = NumberAttribute()


def trade(agent_id: str) -> Trade:
    """What a company bought lately, as of this moment."""
    row = TradeRow.find(key(agent_id), _TRADE, consistent=True)
    return _trade(row) if row else Trade()


def trades(agent_ids: Iterable[str]) -> Mapping[str, Trade]:
    """What companies bought lately; who never bought anything is left out."""
    wanted = [(key(agent_id), _TRADE) for agent_id in agent_ids]
    return {row.agent_id: _trade(row) for row in TradeRow.batch_get(wanted)} if wanted else {}


def trade_part(agent_id: str, changed: Trade) -> Part:
    """Write the next version; Stale when it was written meanwhile."""
    row = TradeRow(
        key(agent_id),
        _TRADE,
        agent_id=agent_id,
        orders={order_id: list(known) for order_id, known in changed.orders.items()},
        last_order_at=changed.last_order_at,
        version=changed.version + 1,
    )
    unchanged = TradeRow.version == changed.version if changed.version else TradeRow.pk.does_not_exist()
    return transaction.put(row, unchanged, Stale)


def _trade(row: TradeRow) -> Trade:
    orders = {order_id: (str(at), int(fen)) for order_id, (at, fen) in row.orders.items()}
    return Trade(orders, row.last_order_at, int(row.version))
