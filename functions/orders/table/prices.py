"""New prices of orders, kept one by one: AGENT#<agent_id> / ORDER#<order_id>#PRICE#<version>."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from functions.orders.rules import Order
from functions.orders.table.rows import OrderRow, Row
from kit import clock, transaction
from kit.errors import Stale
from kit.transaction import Part


class PriceRow(Row):
    """One change of an order's price. `lines` are [sku_id, fen before, fen after] of a piece."""

    order_no = UnicodeAttribute()
    lines = JSONAttribute()
    freight_before_fen = NumberAttribute()
    freight_after_fen = NumberAttribute()
    total_before_fen = NumberAttribute()
    total_after_fen = NumberAttribute()
    reason = UnicodeAttribute()
    changed_by = UnicodeAttribute()
    changed_at = UnicodeAttribute()
    fingerprint = UnicodeAttribute()


def price_changes_of(order: Order) -> list[PriceRow]:
    """How an order's price was changed, the first change first."""
    if not order.price_changes:
        return []
    of_order = PriceRow.sk.startswith(f"ORDER#{order.order_id}#PRICE#")
    return list(PriceRow.query(f"AGENT#{order.agent_id}", of_order, consistent_read=True))


def find_price_change(order: Order, version: int) -> PriceRow | None:
    """The change that was decided on this version of an order."""
    return PriceRow.find(f"AGENT#{order.agent_id}", _key(order.order_id, version), consistent=True)


def price_part(before: Order, after: Order, reason: str, actor: str, fingerprint: str, now: datetime) -> Part:
    """Write down a change of price; Stale when this version was changed before."""
    both = zip(before.lines, after.lines, strict=True)
    row = PriceRow(
        f"AGENT#{before.agent_id}",
        _key(before.order_id, before.version),
        order_no=before.order_no,
        lines=[
            [old.sku_id, old.unit_price_fen, new.unit_price_fen]
            for old, new in both
            if old.unit_price_fen != new.unit_price_fen
        ],
        freight_before_fen=before.terms.freight_fen,
        freight_after_fen=after.terms.freight_fen,
        total_before_fen=before.total_fen,
        total_after_fen=after.total_fen,
        reason=reason,
        changed_by=actor,
        changed_at=clock.to_text(now),
        fingerprint=fingerprint,
    )
    return transaction.create(row, Stale)


def price_change_in(image: Mapping[str, Any]) -> dict[str, Any]:
    """What a change of price says, from its image in a stream."""
    names = ("order_no", "total_before_fen", "total_after_fen", "reason", "changed_at")
    return {name: image[name] for name in names}


def repriced(after: Order, actor: str) -> list[Any]:
    """The actions that give an order its new price."""
    return [
        OrderRow.lines.set(after.lines),
        OrderRow.terms.set(after.terms),
        OrderRow.price_changes.set(after.price_changes),
        OrderRow.repriced_by.set(actor),
    ]


def _key(order_id: str, version: int) -> str:
    return f"ORDER#{order_id}#PRICE#{version:06d}"
