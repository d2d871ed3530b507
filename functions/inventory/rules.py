"""What stock is, how it may change, and what stands in the way."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from kit.errors import Conflict, NotFound, Stale

Reason = Literal["opening", "shipment", "return", "stocktake", "purchase", "damage", "correction"]
Band = Literal["plenty", "few", "none"]
OldRow = dict[str, Any] | None
Quantities = Iterable[tuple[str, int]]

ArrivalState = Literal["expected", "arrived", "cancelled"]
LOW = "low"
EXPECTED: ArrivalState = "expected"
_REARMED_ABOVE = 5  # a fifth above the threshold, so that stock going up and down around it tells nothing new


class StockNotFound(NotFound):
    """No stock is kept for this SKU."""

    title = "没有该规格的库存记录"


class OutOfStock(Conflict):
    """Fewer pieces are available than wanted; `available` tells how many."""

    title = "库存不足"


class OfferChanged(Conflict):
    """The goods or their price were edited since they were quoted."""

    title = "商品信息或价格已更新，请重新确认"


class NotReserved(Conflict):
    """More pieces were to leave or be released than are reserved."""

    title = "占用数量不足，无法完成库存操作"


class StillReserved(Conflict):
    """Open orders hold pieces that the change would take away; `available` tells how many are free."""

    title = "库存已被订单占用，不能减到占用数量以下"


class CountOutdated(Conflict):
    """The stock moved while it was being counted; `on_hand` is the figure to count against."""

    title = "盘点期间库存有变动，请重新核对"


class ArrivalNotFound(NotFound):
    """No such arrival of this SKU."""

    title = "没有找到该到货计划"


class ArrivalClosed(Conflict):
    """The arrival came or was cancelled; `state` names it."""

    title = "到货计划已完成或已取消"


@dataclass(frozen=True)
class Stock:
    """The stock of one SKU, in pieces. `available` = `on_hand` − `reserved` − `held`, always.

    What is `inbound` cannot be sold yet.
    """

    sku_id: str
    on_hand: int
    reserved: int
    held: int
    available: int
    offer_version: int
    price_revision: int
    threshold: int
    code: str
    title: str
    movements: int
    inbound: int = 0

    @property
    def band(self) -> Band:
        """For shops that do not show exact figures."""
        if self.available <= 0:
            return "none"
        return "few" if self.is_low else "plenty"

    @property
    def is_low(self) -> bool:
        """At or below the threshold that staff set."""
        return self.available <= self.threshold


class Reservation(NamedTuple):
    """What an order takes of a SKU as it was quoted; `held` are (quota, pieces) kept for this buyer."""

    sku_id: str
    quantity: int
    offer_version: int
    price_revision: int
    held: tuple[tuple[str, int], ...] = ()

    @property
    def from_held(self) -> int:
        return sum(pieces for _, pieces in self.held)


@dataclass(frozen=True)
class Movement:
    """A change of `on_hand`. The sequence numbers of a SKU have no gaps."""

    sku_id: str
    sequence: int
    change: int
    before: int
    after: int
    reason: Reason
    reference: str
    note: str
    actor: str
    occurred_at: str


@dataclass(frozen=True)
class Arrival:
    """Pieces of a SKU on their way, which may come in parts; `expected_on` is a business day."""

    sku_id: str
    arrival_id: str
    quantity: int
    expected_on: str
    note: str
    fingerprint: str
    received: int = 0
    state: ArrivalState = "expected"
    version: int = 1

    @property
    def outstanding(self) -> int:
        """How many are still to come."""
        return max(self.quantity - self.received, 0) if self.state == EXPECTED else 0

    def after_receipt(self, pieces: int, is_last: bool) -> "Arrival":
        """With more pieces received; nothing more will come once all did, or after the last ones."""
        received = self.received + pieces
        is_over = is_last or received >= self.quantity
        state: ArrivalState = "arrived" if is_over else "expected"
        return replace(self, received=received, state=state, version=self.version + 1)

    def cancelled(self) -> "Arrival":
        """Nothing more will come."""
        return replace(self, state="cancelled", version=self.version + 1)


def moved(
    stock: Stock,
    change: int,
    reason: Reason,
    reference: str,
    note: str,
    actor: str,
    occurred_at: str,
) -> Movement:
    """The next movement of a stock."""
    return Movement(
        sku_id=stock.sku_id,
        sequence=stock.movements + 1,
        change=change,
        before=stock.on_hand,
        after=stock.on_hand + change,
        reason=reason,
        reference=reference,
        note=note,
        actor=actor,
        occurred_at=occurred_at,
    )


def opened(empty: Stock, on_hand: int) -> Stock:
    """A new stock after its opening movement."""
    return replace(empty, on_hand=on_hand, available=on_hand, movements=1)


def change_of(stock: Stock, change: int | None, counted: int | None, expected: int | None) -> int:
    """By how much an adjustment changes the stock: as told, or to what was counted. Raises CountOutdated."""
    if change is not None:
        return change
    if counted is None or expected != stock.on_hand:
        raise CountOutdated(sku_id=stock.sku_id, on_hand=stock.on_hand)
    return counted - stock.on_hand


def each_once(lines: Quantities) -> dict[str, int]:
    """Quantities by SKU, for a write that must touch each row once.

    A line that takes nothing or less would add stock, so it is refused here, whoever asks.
    """
    quantities: dict[str, int] = {}
    for sku_id, quantity in lines:
        if quantity < 1 or sku_id in quantities:
            raise ValueError(f"not one positive quantity per SKU: {sku_id} × {quantity}")
        quantities[sku_id] = quantity
    return quantities


def draws(left: Iterable[tuple[str, int]], quantity: int) -> tuple[tuple[str, int], ...]:
    """Which quotas an order draws from, in the order given, until it has what it needs."""
    drawn: list[tuple[str, int]] = []
    for quota_id, pieces in left:
        taken = min(pieces, quantity - sum(part for _, part in drawn))
        if taken > 0:
            drawn.append((quota_id, taken))
    return tuple(drawn)


def refusal_to_reserve(wanted: Reservation, old: OldRow) -> Conflict:
    """Why a reservation failed, from the row as it was."""
    quoted = (wanted.offer_version, wanted.price_revision)
    if old and (old["offer_version"], old["price_revision"]) != quoted:
        return OfferChanged(sku_id=wanted.sku_id)
    return _out_of_stock(wanted.sku_id, wanted.quantity, wanted.from_held, old)


def refusal_to_hold(sku_id: str, pieces: int, old: OldRow) -> Exception:
    """Why pieces could not be held, from the row as it was."""
    return _out_of_stock(sku_id, pieces, 0, old) if old else StockNotFound(sku_id=sku_id)


def _out_of_stock(sku_id: str, wanted: int, held: int, old: OldRow) -> OutOfStock:
    available = max(old["available"], 0) + held if old else 0
    return OutOfStock(f"库存不足，仅剩 {available} 件", sku_id=sku_id, available=available, wanted=wanted)


def refusal_to_change(sku_id: str, movements: int, old: OldRow) -> Exception:
    """Why a change of `on_hand` failed, from the row as it was."""
    if old is None:
        return StockNotFound(sku_id=sku_id)
    if old["movements"] != movements:
        return Stale(sku_id=sku_id)
    return StillReserved(sku_id=sku_id, available=old["available"], reserved=old["reserved"])


def refusal_to_ship(sku_id: str, movements: int, old: OldRow) -> Exception:
    """Why pieces could not leave, from the row as it was."""
    refusal = refusal_to_change(sku_id, movements, old)
    return NotReserved(sku_id=sku_id) if isinstance(refusal, StillReserved) else refusal


def alert_mark(available: int, threshold: int) -> tuple[str, str] | None:
    """The index key of low stock (emptiest first), or None for enough."""
    return (LOW, f"{max(available, 0):010d}") if available <= threshold else None


def is_told(available: int, threshold: int, told: bool) -> bool:
    """Whether staff count as told of low stock: from the threshold down until clearly more is there again."""
    rearmed_above = threshold + max(threshold // _REARMED_ABOVE, 1)
    return available <= threshold or (told and available <= rearmed_above)


def discrepancies(stock: Stock, movements: Iterable[Movement], quotas: int, arriving: int) -> list[str]:
    """What does not add up: each rule that the figures break, in words. `quotas` is what all quotas hold,
    `arriving` what all arrivals are expected to bring.
    """
    told = list(movements)
    chained = all(later.before == earlier.after for earlier, later in pairwise(told))
    broken = {
        "Σ movements = on_hand": sum(one.change for one in told) == stock.on_hand,
        "movements are numbered without gaps": [one.sequence for one in told]
        == list(range(1, stock.movements + 1)),
        "each movement begins where the last one ended": chained,
        "available = on_hand − reserved − held": stock.available
        == stock.on_hand - stock.reserved - stock.held,
        "Σ quotas = held": quotas == stock.held,
        "Σ arrivals = inbound": arriving == stock.inbound,
        "nothing is negative": min(stock.on_hand, stock.reserved, stock.held, stock.available) >= 0,
    }
    return [rule for rule, holds in broken.items() if not holds]
