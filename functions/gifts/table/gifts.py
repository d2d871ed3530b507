"""Gifts, their stock and their codes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from functions.gifts.rules.gifts import Category, Gift, GiftOutOfStock, GiftState
from functions.gifts.table.rows import CodeRow, CommandRow, GiftRow, GiftsRow, MovementRow, TakenRow, TextRow
from kit import pages, transaction
from kit.documents import read, write
from kit.errors import Stale
from kit.transaction import OldRow, Part

_COUNTED = ("stock", "redeemed", "points_spent", "agents")


@dataclass(frozen=True)
class Movement:
    """One change of a gift's stock."""

    gift_id: str
    change: int
    reason: str
    reference: str
    actor: str
    at: str
    note: str = ""


def gift(gift_id: str) -> Gift | None:
    """A gift as it stands."""
    row = GiftRow.find(_key(gift_id), "GIFT", consistent=True)
    return _gift(row) if row else None


def gift_with_text(gift_id: str) -> tuple[Gift | None, str]:
    """A gift and its long description, in one read."""
    found = {row.sk: row for row in GiftsRow.query(_key(gift_id), GiftsRow.sk.between("GIFT", "GIFT#TEXT"))}
    row, text = found.get("GIFT"), found.get("GIFT#TEXT")
    return (
        _gift(row) if isinstance(row, GiftRow) else None,
        text.text if isinstance(text, TextRow) else "",
    )


def gifts_page(
    state: GiftState,
    category: Category | None,
    after: dict[str, Any] | None,
    limit: int,
    wanted: Callable[[Gift], bool] = lambda _: True,
) -> tuple[list[Gift], dict[str, Any] | None]:
    """The gifts of a state that are wanted, those that take the fewest points first."""

    def picked(row: GiftsRow) -> Gift | None:
        found = _gift(row) if isinstance(row, GiftRow) else None
        return found if found and wanted(found) else None

    found = GiftRow.by_list.query(
        f"GIFTS#{state}",
        filter_condition=GiftRow.category == category if category else None,
        page_size=limit,
        last_evaluated_key=after,
    )
    return pages.pick(found, picked, limit)


def all_gifts(state: GiftState) -> list[Gift]:
    """Every gift of a state."""
    return [_gift(row) for row in GiftRow.by_list.query(f"GIFTS#{state}") if isinstance(row, GiftRow)]


def create_part(new: Gift) -> Part:
    """Store a new gift."""
    row = GiftRow(
        _key(new.gift_id),
        "GIFT",
        document=write(new, _COUNTED),
        version=new.version,
        state=new.state,
        category=new.category,
        list_key=f"GIFTS#{new.state}",
        list_sort=_sort(new),
        **{name: getattr(new, name) for name in _COUNTED},
    )
    return transaction.create(row)


def edit_part(before: Gift, after: Gift) -> Part:
    """Store a gift's terms and state; what is counted is left alone. Raises Stale."""
    actions = [
        GiftRow.document.set(write(after, _COUNTED)),
        GiftRow.version.set(after.version),
        GiftRow.state.set(after.state),
        GiftRow.category.set(after.category),
        GiftRow.list_key.set(f"GIFTS#{after.state}"),
        GiftRow.list_sort.set(_sort(after)),
    ]
    unchanged = GiftRow.version == before.version
    return transaction.update(GiftRow, _key(after.gift_id), "GIFT", actions, unchanged, Stale)


def text_part(gift_id: str, text: str) -> Part:
    """Store a gift's long description."""
    return transaction.put(TextRow(_key(gift_id), "GIFT#TEXT", text=text))


def take_part(of: Gift, quantity: int, points: int, first: bool) -> Part:
    """Take pieces for a redemption; `first`: the agent has none yet.

    Raises GiftOutOfStock, or Stale when the gift was edited meanwhile.
    """

    def refusal(old: OldRow) -> Exception:
        if old and old["version"] == of.version:
            return GiftOutOfStock(f"仅剩 {old['stock']} 件", available=old["stock"])
        return Stale()

    actions = [
        GiftRow.stock.add(-quantity),
        GiftRow.redeemed.add(quantity),
        GiftRow.points_spent.add(points),
        GiftRow.agents.add(int(first)),
    ]
    possible = (GiftRow.version == of.version) & (GiftRow.stock >= quantity)
    return transaction.update(GiftRow, _key(of.gift_id), "GIFT", actions, possible, refusal)


def give_back_part(gift_id: str, quantity: int, points: int, last: bool) -> Part:
    """Put pieces of a redemption that came to nothing back; `last`: the agent has no others."""
    actions = [
        GiftRow.stock.add(quantity),
        GiftRow.redeemed.add(-quantity),
        GiftRow.points_spent.add(-points),
        GiftRow.agents.add(-int(last)),
    ]
    return transaction.update(GiftRow, _key(gift_id), "GIFT", actions, GiftRow.pk.exists())


def change_stock_part(gift_id: str, change: int) -> Part:
    """Add pieces to a gift's stock, or take them away. Raises GiftOutOfStock."""

    def refusal(old: OldRow) -> Exception:
        left = old["stock"] if old else 0
        return GiftOutOfStock(f"仅剩 {left} 件", available=left)

    actions, enough = [GiftRow.stock.add(change)], GiftRow.stock >= max(0, -change)
    return transaction.update(GiftRow, _key(gift_id), "GIFT", actions, enough, refusal)


def movement_part(movement: Movement) -> Part:
    """Write a change of stock down, once. Raises Stale when it was written before."""
    row = MovementRow(
        _key(movement.gift_id),
        _movement_key(movement),
        change=movement.change,
        reason=movement.reason,
        note=movement.note or None,
        actor=movement.actor,
    )
    return transaction.create(row, Stale)


def command(gift_id: str, command_id: str) -> tuple[str, Movement] | None:
    """The fingerprint of a change of stock that was commanded before, and the movement it led to."""
    row = CommandRow.find(_key(gift_id), f"COMMAND#{command_id}", consistent=True)
    if row is None:
        return None
    return row.fingerprint, _movement(MovementRow.get(_key(gift_id), row.movement, consistent_read=True))


def command_part(movement: Movement, command_id: str, fingerprint: str) -> Part:
    """Remember a commanded change of stock. Raises Stale when it was done before."""
    row = CommandRow(
        _key(movement.gift_id),
        f"COMMAND#{command_id}",
        fingerprint=fingerprint,
        movement=_movement_key(movement),
    )
    return transaction.create(row, Stale)


def movements(
    gift_id: str, after: dict[str, Any] | None, limit: int
) -> tuple[list[Movement], dict[str, Any] | None]:
    """Changes of a gift's stock, newest first."""
    found = MovementRow.query(
        _key(gift_id),
        MovementRow.sk.startswith("MOVEMENT#"),
        scan_index_forward=False,
        limit=limit,
        last_evaluated_key=after,
    )
    return [_movement(row) for row in found], found.last_evaluated_key


def all_movements(gift_id: str) -> Iterable[Movement]:
    """Every change of a gift's stock."""
    found = MovementRow.query(_key(gift_id), MovementRow.sk.startswith("MOVEMENT#"), consistent_read=True)
    return (_movement(row) for row in found)


# What an agent has taken


def taken(agent_id: str, gift_ids: Iterable[str]) -> dict[str, int]:
    """How many of these gifts an agent has; gifts never redeemed are left out."""
    keys = [(f"AGENT#{agent_id}", f"TAKEN#{gift_id}") for gift_id in gift_ids]
    found = TakenRow.batch_get(keys, consistent_read=True) if keys else ()
    return {row.sk.removeprefix("TAKEN#"): int(row.quantity) for row in found}


def taken_part(agent_id: str, gift_id: str, before: int, after: int) -> Part:
    """Count pieces an agent takes or gives back. Raises Stale when they took or gave back some meanwhile."""
    row = TakenRow(f"AGENT#{agent_id}", f"TAKEN#{gift_id}", quantity=after)
    unchanged = TakenRow.quantity == before
    return transaction.put(row, unchanged if before else unchanged | TakenRow.pk.does_not_exist(), Stale)


# Codes


def known_codes(gift_id: str, code_ids: Iterable[str]) -> set[str]:
    """Which of these codes were imported before."""
    keys = [(f"CODES#{gift_id}", f"CODE#{code_id}") for code_id in code_ids]
    return {row.sk.removeprefix("CODE#") for row in CodeRow.batch_get(keys, consistent_read=True)}


def import_code_part(gift_id: str, code_id: str, code: str) -> Part:
    """Store a free code. Raises Stale when it was imported meanwhile."""
    row = CodeRow(
        f"CODES#{gift_id}",
        f"CODE#{code_id}",
        plain_code=code,
        list_key=f"CODES#{gift_id}",
        list_sort=code_id,
    )
    return transaction.create(row, Stale)


def all_codes(gift_id: str) -> dict[str, str | None]:
    """Every code of a gift, by id, with the redemption that has it."""
    found = CodeRow.query(f"CODES#{gift_id}", CodeRow.sk.startswith("CODE#"), consistent_read=True)
    return {row.sk.removeprefix("CODE#"): row.redemption_id for row in found}


def free_codes(gift_id: str, most: int) -> list[str]:
    """Some codes nobody has yet."""
    found = CodeRow.by_list.query(f"CODES#{gift_id}", limit=most)
    return [row.list_sort for row in found if row.list_sort]


def claim_code_part(gift_id: str, code_id: str, redemption_id: str) -> Part:
    """Give a code to a redemption. Raises Stale when somebody else has it."""
    actions = [
        CodeRow.redemption_id.set(redemption_id),
        CodeRow.list_key.remove(),
        CodeRow.list_sort.remove(),
    ]
    return transaction.update(
        CodeRow, f"CODES#{gift_id}", f"CODE#{code_id}", actions, CodeRow.list_key.exists(), Stale
    )


def codes(gift_id: str, code_ids: Iterable[str]) -> list[str]:
    """The codes themselves, for the agent who redeemed them."""
    keys = [(f"CODES#{gift_id}", f"CODE#{code_id}") for code_id in code_ids]
    return sorted(row.plain_code for row in CodeRow.batch_get(keys)) if keys else []


def _key(gift_id: str) -> str:
    return f"GIFT#{gift_id}"


def _sort(of: Gift) -> str:
    return f"{of.points:010d}#{of.gift_id}"


def _gift(row: GiftRow) -> Gift:
    return read(Gift, row.document, **{name: int(getattr(row, name)) for name in _COUNTED})


def _movement_key(movement: Movement) -> str:
    return f"MOVEMENT#{movement.at}#{movement.reference}"


def _movement(row: MovementRow) -> Movement:
    _, at, reference = row.sk.split("#", 2)
    return Movement(
        gift_id=row.pk.removeprefix("GIFT#"),
        change=int(row.change),
        reason=row.reason,
        reference=reference,
        actor=row.actor,
        at=at,
        note=row.note or "",
    )
