"""What companies bought: their baskets, and the histories made from them.

pk BOUGHT#<agent_id>  sk BASKET#<paid_at>#<order_id>  a paid order net of refunds
                      sk HISTORY#<sku_id>             what was bought of a SKU, by day
                      sk HISTORY#ALL                  what was bought altogether, by day and hour of the week
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from functions.insights.rules.behaviour import ALL, Basket, BasketLine, Bought, History
from functions.insights.table import Row
from kit import transaction
from kit.errors import Stale
from kit.transaction import Part

_BASKET, _HISTORY = "BASKET#", "HISTORY#"
_LAST = "~"  # after every key


class BasketRow(Row):
    """A basket. `lines` are [sku_id, product_id, category_id, title, units, net_fen, base_fen]."""

    day = UnicodeAttribute()
    hour = NumberAttribute()
    refunds = NumberAttribute()
    lines = JSONAttribute()


class HistoryRow(Row):
    """A history. `days` are {day: [orders, units, net_fen]}; `version` counts only what ALL has seen."""

    product_id = UnicodeAttribute()
    category_id = UnicodeAttribute()
    title = UnicodeAttribute()
    days = JSONAttribute()
    hours = JSONAttribute(null=True)
    version = NumberAttribute(null=True)


def basket(agent_id: str, paid_at: str, order_id: str) -> Basket | None:
    """A basket as it was last kept."""
    row = BasketRow.find(_agent_key(agent_id), _basket_key(paid_at, order_id), consistent=True)
    return _basket(row) if row else None


def baskets(agent_id: str, since: str = "", until: str = _LAST) -> list[Basket]:
    """The baskets of a company paid since an instant and before another, oldest first: one query."""
    between = BasketRow.sk.between(f"{_BASKET}{since}", f"{_BASKET}{until}")
    return [_basket(row) for row in BasketRow.query(_agent_key(agent_id), between, consistent_read=True)]


def histories(agent_id: str, consistent: bool = False) -> dict[str, History]:
    """All histories of a company, by SKU and altogether: one query."""
    found = HistoryRow.query(
        _agent_key(agent_id), HistoryRow.sk.startswith(_HISTORY), consistent_read=consistent
    )
    return {history.key: history for history in map(_history, found)}


def histories_of(agent_id: str, sku_ids: Iterable[str]) -> tuple[dict[str, History], int]:
    """Some SKUs' histories of a company and that of everything, and the version they have together."""
    keys = [(_agent_key(agent_id), _history_key(key)) for key in {*sku_ids, ALL}]
    rows = list(HistoryRow.batch_get(keys, consistent_read=True))
    version = next((int(row.version) for row in rows if row.version), 0)
    return {history.key: history for history in map(_history, rows)}, version


def basket_part(agent_id: str, basket: Basket) -> Part:
    """Keep a basket as it is now."""
    row = BasketRow(
        _agent_key(agent_id),
        _basket_key(basket.paid_at, basket.order_id),
        day=basket.day,
        hour=basket.hour,
        refunds=basket.refunds,
        lines=[list(vars(line).values()) for line in basket.lines],
    )
    return transaction.put(row)


def history_parts(agent_id: str, after: Mapping[str, History], version: int) -> list[Part]:
    """Write histories; Stale when any of the company's was written since they were read."""
    rows = {key: _row(agent_id, history) for key, history in after.items()}
    whole = rows.pop(ALL)
    whole.version = version + 1
    unchanged = HistoryRow.version == version if version else HistoryRow.pk.does_not_exist()
    return [transaction.put(whole, unchanged, Stale), *(transaction.put(row) for row in rows.values())]


def _row(agent_id: str, history: History) -> HistoryRow:
    return HistoryRow(
        _agent_key(agent_id),
        _history_key(history.key),
        product_id=history.product_id,
        category_id=history.category_id,
        title=history.title,
        days={day: [one.orders, one.units, one.net_fen] for day, one in sorted(history.days.items())},
        hours=dict(sorted(history.hours.items())) or None,
    )


def _history(row: HistoryRow) -> History:
    days: dict[str, Any] = row.days
    return History(
        key=row.sk.removeprefix(_HISTORY),
        product_id=row.product_id,
        category_id=row.category_id,
        title=row.title,
        days={day: Bought(*numbers) for day, numbers in days.items()},
        hours=row.hours or {},
    )


def _basket(row: BasketRow) -> Basket:
    _, paid_at, order_id = row.sk.split("#")
    lines = tuple(BasketLine(*line) for line in row.lines)
    return Basket(order_id, paid_at, row.day, int(row.hour), int(row.refunds), lines)


def _agent_key(agent_id: str) -> str:
    return f"BOUGHT#{agent_id}"


def _basket_key(paid_at: str, order_id: str) -> str:
    return f"{_BASKET}{paid_at}#{order_id}"


def _history_key(key: str) -> str:
    return f"{_HISTORY}{key}"
