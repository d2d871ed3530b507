"""Shelves, units sold, words without results, and the newest search snapshot."""

from collections.abc import Mapping
from datetime import date
from typing import cast

from functions.catalog.rules.products import AlreadyCounted, Shelf, ShelfPlan
from functions.catalog.table import rows
from functions.catalog.table.rows import ShelfRow, SnapshotRow, UnitsRow, WordsRow
from kit import transaction
from kit.errors import Stale
from kit.transaction import Part

# Shelves


def shelves() -> dict[Shelf, ShelfPlan]:
    """The shelves that staff arranged."""
    return {cast(Shelf, row.sk): _shelf(row) for row in ShelfRow.query(rows.SHELVES)}


def shelf_part(plan: ShelfPlan) -> Part:
    """Write how a shelf is filled; raises Stale unless the version before is the stored one."""
    row = ShelfRow(
        rows.SHELVES,
        plan.shelf,
        pinned=list(plan.pinned),
        most=plan.most,
        days=plan.days,
        version=plan.version,
    )
    if plan.version == 1:
        return transaction.create(row, Stale)
    return transaction.put(row, ShelfRow.version == plan.version - 1, Stale)


def _shelf(row: ShelfRow) -> ShelfPlan:
    return ShelfPlan(cast(Shelf, row.sk), tuple(row.pinned), int(row.most), int(row.days), int(row.version))


# Sales


def sold_parts(order_id: str, day: date, units: Mapping[str, int]) -> list[Part]:
    """Count an order (product id → units), once. Error: AlreadyCounted."""
    counted = UnitsRow(rows.day_key(day), f"ORDER#{order_id}", units=sum(units.values()))
    return [transaction.create(counted, AlreadyCounted)] + [
        transaction.update(
            UnitsRow, rows.day_key(day), rows.product_key(product_id), [UnitsRow.units.add(sold)]
        )
        for product_id, sold in units.items()
    ]


def sold_on(day: date) -> dict[str, int]:
    """Units sold on a day by product id."""
    found = UnitsRow.query(rows.day_key(day), UnitsRow.sk.startswith("PRODUCT#"))
    return {row.sk.partition("#")[2]: int(row.units) for row in found}


def forget_sold_on(day: date) -> None:
    """Remove what was counted on a day."""
    with UnitsRow.batch_write() as batch:
        for row in UnitsRow.query(rows.day_key(day)):
            batch.delete(row)


# Search


def count_words(words: str, month: str, instant: str) -> None:
    """Note that words found nothing."""
    WordsRow(rows.words_key(month), words).update([WordsRow.times.add(1), WordsRow.last_at.set(instant)])


def words_of(month: str, most: int) -> list[tuple[str, int, str]]:
    """Words that found nothing in a month: words, times, last instant."""
    found = WordsRow.query(rows.words_key(month), limit=most)
    return [(row.sk, int(row.times), row.last_at) for row in found]


def snapshot() -> tuple[int, str] | None:
    """Sequence and key of the newest search snapshot."""
    row = SnapshotRow.find(rows.SEARCH, rows.CURRENT)
    return (int(row.sequence), row.key) if row else None


def snapshot_part(sequence: int, key: str) -> Part:
    """Make a snapshot the newest; raises Stale unless it follows the present one."""
    row = SnapshotRow(rows.SEARCH, rows.CURRENT, sequence=sequence, key=key)
    if sequence == 1:
        return transaction.create(row, Stale)
    return transaction.put(row, SnapshotRow.sequence == sequence - 1, Stale)
