"""What goes back, to the fen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from functions.orders.rules.errors import MoreThanBought, NothingToRefund, NotInOrder, OrderStateForbids
from functions.orders.rules.order import Line, Order, Progress
from functions.orders.rules.states import REFUNDABLE, State


@dataclass(frozen=True)
class RefundLine:
    """Pieces and fen of one line that go back.

    Of the pieces, `cancelled` had not been shipped and `returned` had; `kept_fen` of their price is kept.
    """

    sku_id: str
    quantity: int
    amount_fen: int
    cancelled: int
    returned: int = 0
    kept_fen: int = 0


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

    Pieces not yet shipped go first; those that open after-sales claim are left to them. The last refund of a
    line is the remainder, so that all refunds of a line are exactly what it cost. Pieces that cost nothing
    are taken off the list without money, while they have not left.
    Raises OrderStateForbids, NotInOrder, MoreThanBought, NothingToRefund.
    """
    if order.state not in REFUNDABLE and not _money_stayed(order):
        raise OrderStateForbids(state=order.state)
    return _plan(order, quantities, freight or quantities is None)


def _money_stayed(order: Order) -> bool:
    """Whether a paid order was closed and not all of its money goes back: its refund may have failed."""
    decided_fen = sum(progress.decided_fen for progress in order.progress) + order.decided_freight_fen
    return order.state == "closed" and order.paid_at is not None and decided_fen < order.total_fen


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
        claimed = order.claimed.get(sku_id, 0)
        lines.append(_refund_line(order.lines[place], order.progress[place], quantity, claimed))
    freight_fen = order.terms.freight_fen - order.decided_freight_fen if freight else 0
    plan = RefundPlan(tuple(lines), freight_fen)
    if plan.amount_fen == 0 and not cancelled_pieces(plan):
        raise NothingToRefund()
    return plan


def _left(order: Order) -> dict[str, int]:
    claimed = order.claimed
    return {
        line.sku_id: left
        for line, progress in zip(order.lines, order.progress, strict=True)
        if (left := line.quantity - progress.decided - claimed.get(line.sku_id, 0)) > 0
    }


def _refund_line(line: Line, progress: Progress, quantity: int, claimed: int) -> RefundLine:
    left = line.quantity - progress.decided - claimed
    if quantity > left:
        raise MoreThanBought(f"最多还可退 {left} 件", sku_id=line.sku_id, left_quantity=left)
    unshipped = line.quantity - progress.shipped - progress.cancelled
    # Pieces of a refund that failed stay cancelled; they are the first to be refunded again.
    waiting = max(progress.cancelled - (progress.decided - progress.returned), 0)
    cancelled = min(max(quantity - waiting, 0), unshipped)
    returned = max(quantity - waiting - cancelled, 0)
    return RefundLine(line.sku_id, quantity, exact_fen(line, progress, quantity), cancelled, returned)


def exact_fen(line: Line, progress: Progress, quantity: int) -> int:
    """What the next pieces of a line cost; for the last ones it is the remainder."""
    rest_fen = line.net_fen - progress.decided_fen - progress.kept_fen
    if quantity == line.quantity - progress.decided:
        return rest_fen
    return min(rest_fen, _worth(line, progress.decided, quantity))


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
            returned=known.returned + line.returned,
            kept_fen=known.kept_fen + line.kept_fen,
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
                known,
                decided=known.decided - line.quantity,
                decided_fen=known.decided_fen - line.amount_fen,
                returned=known.returned - line.returned,
                kept_fen=known.kept_fen - line.kept_fen,
            )
    return progress
