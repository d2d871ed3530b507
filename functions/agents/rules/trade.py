"""How much a company buys: its paid orders of 90 days net of refunds, and when it paid last. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from kit import clock

WINDOW = timedelta(days=90)
_UNKNOWN = ""  # a refund came before the payment it belongs to; such an order does not count yet


@dataclass(frozen=True)
class Scale:
    """How many orders a company paid within the window, what is left of them in fen, when it paid last."""

    orders: int = 0
    paid_fen: int = 0
    last_order_at: str | None = None


@dataclass(frozen=True)
class Trade:
    """The orders of a company by id: when each was paid, and the fen of its goods that are still paid for."""

    orders: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    last_order_at: str | None = None
    version: int = 0

    def paid(self, order_id: str, at: str, fen: int) -> "Trade":
        """With an order that was paid; what a refund has left of it already stays."""
        known = self.orders.get(order_id, (_UNKNOWN, fen))
        last = max(self.last_order_at or at, at)
        return replace(self, orders={**self.orders, order_id: (at, known[1])}, last_order_at=last)

    def refunded(self, order_id: str, left_fen: int) -> "Trade":
        """With what is left of an order; refunds that overtake each other leave the least."""
        at, fen = self.orders.get(order_id, (_UNKNOWN, left_fen))
        return replace(self, orders={**self.orders, order_id: (at, min(fen, left_fen))})

    def recent(self, now: datetime) -> "Trade":
        """Without what no window will count again."""
        first = clock.to_text(now - WINDOW)
        kept = {key: known for key, known in self.orders.items() if known[0] == _UNKNOWN or known[0] >= first}
        return replace(self, orders=kept)

    def scale(self, now: datetime) -> Scale:
        """What it comes to at an instant."""
        first = clock.to_text(now - WINDOW)
        counted = [fen for at, fen in self.orders.values() if at >= first]
        return Scale(len(counted), sum(counted), self.last_order_at)


@dataclass(frozen=True)
class Wanted:
    """Bounds on a company's trade, each inclusive; days are Shanghai's. None given: every company."""

    orders_from: int | None = None
    orders_to: int | None = None
    paid_from_fen: int | None = None
    paid_to_fen: int | None = None
    ordered_since: date | None = None
    not_ordered_since: date | None = None

    def holds(self, scale: Scale) -> bool:
        """Whether a company's trade is within the bounds; who never ordered has not ordered since any day."""
        last = scale.last_order_at
        if self.ordered_since and (last is None or last < _start(self.ordered_since)):
            return False
        if self.not_ordered_since and last is not None and last >= _start(self.not_ordered_since):
            return False
        return _within(scale.orders, self.orders_from, self.orders_to) and _within(
            scale.paid_fen, self.paid_from_fen, self.paid_to_fen
        )


def _within(value: int, least: int | None, most: int | None) -> bool:
    return (least is None or value >= least) and (most is None or value <= most)


def _start(day: date) -> str:
    return clock.to_text(clock.start_of_day(day))
