"""Pieces held for some companies; for whom and why, pricing knows."""

from collections.abc import Iterable

from pynamodb.attributes import NumberAttribute

from functions.inventory.rules import OfferChanged
from functions.inventory.table.rows import Row
from kit import transaction
from kit.errors import Stale
from kit.transaction import Part


class QuotaRow(Row):
    """What is left of a quota of a SKU, in pieces."""

    left = NumberAttribute()


def left(quotas: Iterable[tuple[str, str]]) -> dict[str, int]:
    """What is left of quotas given as (SKU, quota), by quota; ended ones are left out."""
    keys = [_key(sku_id, quota_id) for sku_id, quota_id in quotas]
    found = QuotaRow.batch_get(keys, consistent_read=True) if keys else []
    return {row.sk.partition("#")[2]: int(row.left) for row in found}


def held(sku_id: str) -> int:
    """What all quotas of a SKU hold together."""
    found = QuotaRow.query(f"SKU#{sku_id}", QuotaRow.sk.startswith("QUOTA#"), consistent_read=True)
    return sum(int(row.left) for row in found)


def open_part(sku_id: str, quota_id: str, pieces: int) -> Part:
    """Begin a quota."""
    return transaction.create(QuotaRow(*_key(sku_id, quota_id), left=pieces))


def draw_part(sku_id: str, quota_id: str, pieces: int) -> Part:
    """Take pieces out of a quota; when they are gone, the order has to be quoted again."""
    return transaction.update(
        QuotaRow,
        *_key(sku_id, quota_id),
        [QuotaRow.left.add(-pieces)],
        QuotaRow.left >= pieces,
        OfferChanged(sku_id=sku_id),
    )


def close_part(sku_id: str, quota_id: str, left: int) -> Part:
    """End a quota of which so much is left; Stale when it was drawn from meanwhile."""
    return transaction.delete(QuotaRow(*_key(sku_id, quota_id)), QuotaRow.left == left, Stale)


def _key(sku_id: str, quota_id: str) -> tuple[str, str]:
    return f"SKU#{sku_id}", f"QUOTA#{quota_id}"
