"""The figures of SKUs, and every change of them."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from functions.inventory import rules
from functions.inventory.rules import Movement, Reservation, Stock
from functions.inventory.table.rows import Row
from kit import pages, transaction
from kit.errors import Stale
from kit.pages import PageQuery
from kit.transaction import Part

_DIRECTORY = "STOCKS"


class ByAlert(GlobalSecondaryIndex["StockRow"]):
    """Low stock, emptiest first."""

    class Meta:
        index_name = "by_alert"
        projection = AllProjection()

    alert = UnicodeAttribute(hash_key=True)
    available_sort = UnicodeAttribute(range_key=True)


class StockRow(Row):
    """The figures of one SKU."""

    sk = UnicodeAttribute(range_key=True, default="STOCK")
    on_hand = NumberAttribute()
    reserved = NumberAttribute(default=0)
    held = NumberAttribute(default=0)
    available = NumberAttribute()
    offer_version = NumberAttribute()
    price_revision = NumberAttribute(default=1)
    threshold = NumberAttribute(default=0)
    code = UnicodeAttribute(default="")
    title = UnicodeAttribute(default="")
    movements = NumberAttribute(default=0)
    version = NumberAttribute(default=1)
    inbound = NumberAttribute(default=0)
    told = BooleanAttribute(null=True)
    alert = UnicodeAttribute(null=True)
    available_sort = UnicodeAttribute(null=True)
    by_alert = ByAlert()


class MovementRow(Row):
    """One change of on_hand."""

    change = NumberAttribute()
    before = NumberAttribute()
    after = NumberAttribute()
    reason = UnicodeAttribute()
    reference = UnicodeAttribute(default="")
    note = UnicodeAttribute(default="")
    actor = UnicodeAttribute()
    occurred_at = UnicodeAttribute()


class AdjustmentRow(Row):
    """The command that led to a movement."""

    fingerprint = UnicodeAttribute()
    sequence = NumberAttribute()


class DirectoryRow(Row):
    """That stock is kept for a SKU."""

    pk = UnicodeAttribute(hash_key=True, default=_DIRECTORY)


# Reads


def stock(sku_id: str) -> Stock | None:
    """The stock of one SKU, as of this moment."""
    row = StockRow.find(_pk(sku_id), "STOCK", consistent=True)
    return _stock(row) if row else None


def stocks(sku_ids: Iterable[str], consistent: bool = False) -> dict[str, Stock]:
    """The stock of several SKUs; those without stock are left out."""
    keys = [(_pk(sku_id), "STOCK") for sku_id in dict.fromkeys(sku_ids)]
    found = [_stock(row) for row in StockRow.batch_get(keys, consistent_read=consistent)] if keys else []
    return {one.sku_id: one for one in found}


def listed(code: str, query: PageQuery) -> tuple[list[str], str | None]:
    """SKU ids by code, from those whose code starts with `code`; and the next cursor."""
    scope = f"stock/{code}"
    condition = DirectoryRow.sk.startswith(code) if code else None
    found = DirectoryRow.query(
        _DIRECTORY, condition, limit=query.limit, last_evaluated_key=pages.read(query.cursor, scope)
    )
    sku_ids = [row.sk.rpartition("#")[2] for row in found]
    return sku_ids, pages.sign(found.last_evaluated_key, scope)


def low(query: PageQuery) -> tuple[list[Stock], str | None]:
    """SKUs at or below their threshold, emptiest first; and the next cursor."""
    position = pages.read(query.cursor, "stock-low")
    found = StockRow.by_alert.query(rules.LOW, limit=query.limit, last_evaluated_key=position)
    rows = [_stock(row) for row in found]
    return rows, pages.sign(found.last_evaluated_key, "stock-low")


def movements(sku_id: str, query: PageQuery) -> tuple[list[Movement], str | None]:
    """Movements of a SKU, newest first; and the next cursor."""
    scope = f"movements/{sku_id}"
    found = MovementRow.query(
        _pk(sku_id),
        MovementRow.sk.startswith("MOVEMENT#"),
        scan_index_forward=False,
        limit=query.limit,
        last_evaluated_key=pages.read(query.cursor, scope),
    )
    rows = [_movement(row) for row in found]
    return rows, pages.sign(found.last_evaluated_key, scope)


def all_movements(sku_id: str) -> Iterable[Movement]:
    """Every movement of a SKU, oldest first."""
    found = MovementRow.query(_pk(sku_id), MovementRow.sk.startswith("MOVEMENT#"), consistent_read=True)
    return (_movement(row) for row in found)


def adjustment(sku_id: str, adjustment_id: str) -> tuple[str, Movement] | None:
    """The fingerprint and the movement of an adjustment that was made before."""
    row = AdjustmentRow.find(_pk(sku_id), f"ADJUSTMENT#{adjustment_id}", consistent=True)
    if row is None:
        return None
    return row.fingerprint, _movement(
        MovementRow.get(_pk(sku_id), _movement_key(int(row.sequence)), consistent_read=True)
    )


# Parts of transactions


def open_parts(new: Stock) -> list[Part]:
    """Begin to keep stock for a SKU, once."""
    row = StockRow(
        _pk(new.sku_id),
        on_hand=new.on_hand,
        available=new.available,
        offer_version=new.offer_version,
        threshold=new.threshold,
        code=new.code,
        title=new.title,
        movements=new.movements,
    )
    return [transaction.create(row), transaction.put(DirectoryRow(sk=f"{new.code}#{new.sku_id}"))]


def movement_part(movement: Movement) -> Part:
    """Write down a movement."""
    row = MovementRow(
        _pk(movement.sku_id),
        _movement_key(movement.sequence),
        change=movement.change,
        before=movement.before,
        after=movement.after,
        reason=movement.reason,
        reference=movement.reference,
        note=movement.note,
        actor=movement.actor,
        occurred_at=movement.occurred_at,
    )
    return transaction.create(row, Stale)


def adjustment_part(movement: Movement, adjustment_id: str, fingerprint: str) -> Part:
    """Remember the command behind a movement; Stale when it was done before."""
    row = AdjustmentRow(
        _pk(movement.sku_id),
        f"ADJUSTMENT#{adjustment_id}",
        fingerprint=fingerprint,
        sequence=movement.sequence,
    )
    return transaction.create(row, Stale)


def reserve_part(wanted: Reservation) -> Part:
    """Reserve pieces of an offer as it was quoted: those held for the buyer, the others from what is free."""
    free = wanted.quantity - wanted.from_held
    actions: list[Action] = [StockRow.reserved.add(wanted.quantity), StockRow.available.add(-free)]
    condition = (
        (StockRow.available >= free)
        & (StockRow.offer_version == wanted.offer_version)
        & (StockRow.price_revision == wanted.price_revision)
    )
    if wanted.from_held:
        actions.append(StockRow.held.add(-wanted.from_held))
        condition &= StockRow.held >= wanted.from_held
    return _update(wanted.sku_id, actions, condition, partial(rules.refusal_to_reserve, wanted))


def release_part(sku_id: str, quantity: int) -> Part:
    """Give reserved pieces back to everybody."""
    return _update(
        sku_id,
        [StockRow.reserved.add(-quantity), StockRow.available.add(quantity)],
        StockRow.reserved >= quantity,
        rules.NotReserved(sku_id=sku_id),
    )


def ship_part(movement: Movement) -> Part:
    """Reserved pieces leave the house."""
    return _update(
        movement.sku_id,
        [StockRow.on_hand.add(movement.change), StockRow.reserved.add(movement.change), _counted(movement)],
        _unmoved(movement) & (StockRow.reserved >= -movement.change),
        partial(rules.refusal_to_ship, movement.sku_id, movement.sequence - 1),
    )


def change_part(movement: Movement, arrived: int = 0) -> Part:
    """Free pieces come or go; those that open orders reserved stay. `arrived` ones are no longer inbound."""
    actions = [
        StockRow.on_hand.add(movement.change),
        StockRow.available.add(movement.change),
        _counted(movement),
    ]
    return _update(
        movement.sku_id,
        [*actions, StockRow.inbound.add(-arrived)] if arrived else actions,
        _unmoved(movement) & (StockRow.available >= -movement.change),
        partial(rules.refusal_to_change, movement.sku_id, movement.sequence - 1),
    )


def inbound_part(sku_id: str, change: int) -> Part:
    """More or fewer pieces are on their way."""
    actions: list[Action] = [StockRow.inbound.add(change)]
    return _update(sku_id, actions, StockRow.pk.exists(), rules.StockNotFound(sku_id=sku_id))


def hold_part(sku_id: str, pieces: int) -> Part:
    """Take free pieces aside for some companies."""
    return _update(
        sku_id,
        [StockRow.held.add(pieces), StockRow.available.add(-pieces)],
        StockRow.available >= pieces,
        partial(rules.refusal_to_hold, sku_id, pieces),
    )


def free_part(sku_id: str, pieces: int) -> Part:
    """Give held pieces back to everybody."""
    return _update(
        sku_id,
        [StockRow.held.add(-pieces), StockRow.available.add(pieces)],
        StockRow.held >= pieces,
        Stale,
    )


def offer_part(sku_id: str, offer_version: int, title: str | None) -> Part:
    """From now on only this version of the offer can be reserved."""
    actions: list[Action] = [StockRow.offer_version.set(offer_version)]
    if title is not None:
        actions.append(StockRow.title.set(title))
    return _update(sku_id, actions, StockRow.pk.exists(), rules.StockNotFound(sku_id=sku_id))


def reprice_part(sku_id: str) -> Part:
    """Whatever was quoted for this SKU has to be quoted again."""
    actions: list[Action] = [StockRow.price_revision.add(1)]
    return _update(sku_id, actions, StockRow.pk.exists(), rules.StockNotFound(sku_id=sku_id))


def threshold_part(sku_id: str, threshold: int) -> Part:
    """Set at how many available pieces staff want to be told."""
    actions: list[Action] = [StockRow.threshold.set(threshold)]
    return _update(sku_id, actions, StockRow.pk.exists(), rules.StockNotFound(sku_id=sku_id))


# Outside transactions


def mark(sku_id: str, version: int, mark: tuple[str, str] | None, told: bool) -> None:
    """Put a row into the index of low stock or take it out, unless it has changed again."""
    actions: list[Action] = [StockRow.alert.remove(), StockRow.available_sort.remove()]
    if mark:
        actions = [StockRow.alert.set(mark[0]), StockRow.available_sort.set(mark[1])]
    actions.append(StockRow.told.set(True) if told else StockRow.told.remove())
    StockRow(_pk(sku_id), "STOCK").change_if(StockRow.version == version, actions)


def mark_of(image: dict[str, Any]) -> tuple[str, str] | None:
    """The mark a row image carries."""
    return (image["alert"], image["available_sort"]) if "alert" in image else None


def told_by(image: dict[str, Any]) -> bool:
    """Whether staff were told of the low stock in a row image."""
    return bool(image.get("told"))


def stock_image(image: dict[str, Any] | None) -> dict[str, Any] | None:
    """A stream image, if it is one of a stock row; with its SKU."""
    if image is None or image["sk"] != "STOCK":
        return None
    return image | {"sku_id": image["pk"].partition("#")[2]}


def _update(sku_id: str, actions: list[Action], condition: Condition, error: transaction.PartError) -> Part:
    return transaction.update(
        StockRow, _pk(sku_id), "STOCK", [*actions, StockRow.version.add(1)], condition, error
    )


def _counted(movement: Movement) -> Action:
    return StockRow.movements.set(movement.sequence)


def _unmoved(movement: Movement) -> Condition:
    return StockRow.movements == movement.sequence - 1


def _pk(sku_id: str) -> str:
    return f"SKU#{sku_id}"


def _movement_key(sequence: int) -> str:
    return f"MOVEMENT#{sequence:010d}"


def _stock(row: StockRow) -> Stock:
    return Stock(
        sku_id=row.pk.partition("#")[2],
        on_hand=int(row.on_hand),
        reserved=int(row.reserved),
        held=int(row.held),
        available=int(row.available),
        offer_version=int(row.offer_version),
        price_revision=int(row.price_revision),
        threshold=int(row.threshold),
        code=row.code,
        title=row.title,
        movements=int(row.movements),
        inbound=int(row.inbound),
    )


def _movement(row: MovementRow) -> Movement:
    return Movement(
        sku_id=row.pk.partition("#")[2],
        sequence=int(row.sk.partition("#")[2]),
        change=int(row.change),
        before=int(row.before),
        after=int(row.after),
        reason=row.reason,  # type: ignore[arg-type]
        reference=row.reference,
        note=row.note,
        actor=row.actor,
        occurred_at=row.occurred_at,
    )
