"""What goes back, to the fen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from functions.orders.rules.errors import MoreThanBought, NothingToRefund, NotInOrder, OrderStateForbids
from functions.orders.rules.order import Line, Order, Progress
from functions.orders.rules.states import REFUNDABLE, State


@dataclass(frozen=True)
class RefundLine:
    """Pieces and fen of one line that go back; `cancelled` of the pieces had not been shipped."""

    sku_id: str
    quantity: int
    amount_fen: int
    cancelled: int


@dataclass(frozen=True)
class RefundPlan:
    """A refund worked out to the fen."""

    lines: tuple[RefundLine, ...]
    freight_fen: int

    @property
    def amount_fen(self) -> int:
        return sum(line.amount_fen for line in self.lines) + self.freight_fen


def plan_refund(order: Order, quantities: Mapping[str, int] | None, freight: bool) -> RefundPlan:
    """What goes back for these pieces, or for everything that is left (`None`, with freight).

    Pieces not yet shipped go first. The last refund of a line is the remainder, so that all refunds of a
    line are exactly what it cost. Raises OrderStateForbids, NotInOrder, MoreThanBought, NothingToRefund.
    """
    if order.state not in REFUNDABLE:
        raise OrderStateForbids(state=order.state)
    return _plan(order, quantities, freight or quantities is None)


def plan_rejection(order: Order) -> RefundPlan:
    """All that was paid for an order that is turned down before anything left."""
    return _plan(order, None, freight=True)


def _plan(order: Order, quantities: Mapping[str, int] | None, freight: bool) -> RefundPlan:
    wanted = _left(order) if quantities is None else dict(quantities)
    lines = []
    for sku_id, quantity in wanted.items():
        if sku_id not in order.index:
            raise NotInOrder(sku_id=sku_id)
        place = order.index[sku_id]
        lines.append(_refund_line(order.lines[place], order.progress[place], quantity))
    freight_fen = order.terms.freight_fen - order.decided_freight_fen if freight else 0
    plan = RefundPlan(tuple(lines), freight_fen)
    if plan.amount_fen == 0:
        raise NothingToRefund()
    return plan


def _left(order: Order) -> dict[str, int]:
    return {
        line.sku_id: line.quantity - progress.decided
        for line, progress in zip(order.lines, order.progress, strict=True)
        if line.quantity > progress.decided
    }


def _refund_line(line: Line, progress: Progress, quantity: int) -> RefundLine:
    left = line.quantity - progress.decided
    if quantity > left:
        raise MoreThanBought(sku_id=line.sku_id, left_quantity=left)
    rest_fen = line.net_fen - progress.decided_fen
    amount_fen = rest_fen if quantity == left else min(rest_fen, _worth(line, progress.decided, quantity))
    unshipped = line.quantity - progress.shipped - progress.cancelled
    # Pieces of a refund that failed stay cancelled; they are the first to be refunded again.
    waiting = max(progress.cancelled - progress.decided, 0)
    cancelled = min(max(quantity - waiting, 0), unshipped)
    return RefundLine(line.sku_id, quantity, amount_fen, cancelled)


def _worth(line: Line, decided: int, quantity: int) -> int:
    return line.net_fen * (decided + quantity) // line.quantity - line.net_fen * decided // line.quantity


def after_refund_decided(order: Order, plan: RefundPlan) -> tuple[State, list[Progress]]:
    """The order's state and progress once a refund is decided: what will never leave is off the list."""
    progress = list(order.progress)
    for line in plan.lines:
        place = order.index[line.sku_id]
        known = progress[place]
        progress[place] = replace(
            known,
            cancelled=known.cancelled + line.cancelled,
            decided=known.decided + line.quantity,
            decided_fen=known.decided_fen + line.amount_fen,
        )
    return _state_after_refund(order, progress), progress


def _state_after_refund(order: Order, progress: Sequence[Progress]) -> State:
    still_open = any(
        line.quantity > known.shipped + known.cancelled
        for line, known in zip(order.lines, progress, strict=True)
    )
    if still_open or order.state not in ("to_ship", "part_shipped"):
        return order.state
    return "shipped" if any(known.shipped for known in progress) else "closed"


def cancelled_pieces(plan: RefundPlan) -> dict[str, int]:
    """Pieces that will never leave, by SKU."""
    return {line.sku_id: line.cancelled for line in plan.lines if line.cancelled}


def after_refund_settled(order: Order, plan: RefundPlan, succeeded: bool) -> list[Progress]:
    """The order's progress once the money went back, or will not: then the pieces may be refunded anew."""
    progress = list(order.progress)
    for line in plan.lines:
        place = order.index[line.sku_id]
        known = progress[place]
        if succeeded:
            progress[place] = replace(known, refunded_fen=known.refunded_fen + line.amount_fen)
        else:
            progress[place] = replace(
                known, decided=known.decided - line.quantity, decided_fen=known.decided_fen - line.amount_fen
            )
    return progress
