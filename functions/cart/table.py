"""Cart table: pk AGENT#<agent_id>, sk CART; one row holds the whole cart of a company."""

import os

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from functions.cart.rules import Cart, CartLine
from kit import transaction
from kit.errors import Stale
from kit.rows import Row
from kit.transaction import Part


class CartRow(Row):
    """A company's cart. Lines are [sku_id, quantity, price_fen, added_at]."""

    class Meta:
        table_name = os.environ["CART_TABLE"]

    sk = UnicodeAttribute(range_key=True, default="CART")
    lines = JSONAttribute()
    version = NumberAttribute()


def cart(agent_id: str) -> Cart:
    """The cart as of this moment; empty if there never was one."""
    row = CartRow.find(_pk(agent_id), "CART", consistent=True)
    if row is None:
        return Cart(agent_id)
    return Cart(agent_id, tuple(CartLine(*line) for line in row.lines), int(row.version))


def save_part(changed: Cart) -> Part:
    """Store the next version of a cart; Stale when it was changed meanwhile."""
    row = CartRow(
        _pk(changed.agent_id),
        lines=[[line.sku_id, line.quantity, line.price_fen, line.added_at] for line in changed.lines],
        version=changed.version + 1,
    )
    unchanged = CartRow.version == changed.version if changed.version else CartRow.pk.does_not_exist()
    return transaction.put(row, unchanged, Stale)


def _pk(agent_id: str) -> str:
    return f"AGENT#{agent_id}"
