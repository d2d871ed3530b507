"""What may happen to an order, and what its lines and refunds are worth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from kit import clock
from kit.errors import Conflict, Invalid, NotFound

State = Literal[
    "pending_payment", "pending_review", "to_ship", "part_shipped", "shipped", "completed", "closed"
]
Tab = Literal["to_pay", "to_ship", "shipped", "completed", "closed"]
Method = Literal["wechat", "bank_transfer"]
ClosedReason = Literal["cancelled", "overdue", "rejected", "refunded"]
RefundStage = Literal["decided", "succeeded", "failed"]
TrackState = Literal["waiting", "picked", "in_transit", "delivering", "signed", "problem", "returned"]
Action = Literal["pay", "cancel", "receive", "track", "reorder"]

ORDER: Mapping[State, frozenset[State]] = {
    "pending_payment": frozenset({"pending_review", "to_ship", "closed"}),
    "pending_review": frozenset({"to_ship", "closed"}),
    "to_ship": frozenset({"part_shipped", "shipped", "closed"}),
    "part_shipped": frozenset({"part_shipped", "shipped"}),
    "shipped": frozenset({"completed"}),
    "completed": frozenset(),
    "closed": frozenset(),
}
INITIAL: frozenset[State] = frozenset({"pending_payment", "pending_review"})
TABS: Mapping[State, Tab] = {
    "pending_payment": "to_pay",
    "pending_review": "to_ship",
    "to_ship": "to_ship",
    "part_shipped": "to_ship",
    "shipped": "shipped",
    "completed": "completed",
    "closed": "closed",
}
ACTIONS: Mapping[State, tuple[Action, ...]] = {
    "pending_payment": ("pay", "cancel"),
    "pending_review": ("reorder",),
    "to_ship": ("reorder",),
    "part_shipped": ("track", "reorder"),
    "shipped": ("receive", "track", "reorder"),
    "completed": ("track", "reorder"),
    "closed": ("reorder",),
}
REFUNDABLE: frozenset[State] = frozenset({"to_ship", "part_shipped", "shipped", "completed"})
TITLE_LENGTH = 20
MOST_IMAGES = 3
MOST_LINES = 90
# A shipment writes two rows for each SKU, and a transaction has a hundred.
MOST_LINES_A_PARCEL = 45
MOST_PARCELS = 15
QUERY_AGAIN = timedelta(minutes=30)
MOST_NODES = 60


class OrderUnknown(NotFound):
    """There is no such order, or it is another company's."""

    title = "没有找到该订单"


class QuoteChanged(Conflict):
    """What was shown no longer holds; `new_quote` does."""

    title = "价格或库存已变化，请确认后重新提交"


class OrderStateForbids(Conflict):
    """The order cannot go there from its present state; `state` names it."""

    title = "订单当前状态不允许此操作"


class DeadlinePassed(Conflict):
    """The time to pay is over."""

    title = "订单已超过付款时限"


class OwnOrder(Conflict):
    """Who placed an order may not review it."""

    title = "不能审核自己提交的订单"


class PurchaseNumberMissing(Invalid):
    """This company's orders carry a purchase order number."""

    title = "请填写采购单号"


class NotInOrder(Invalid):
    """A line names goods that the order does not contain."""

    title = "订单中没有该商品"


class MoreThanOpen(Conflict):
    """More was to be shipped than is open; `open_quantity` says how much is."""

    title = "发货数量超过待发数量"


class TooManyInParcel(Conflict):
    """Too many different goods for one shipment."""

    title = f"一个包裹最多登记 {MOST_LINES_A_PARCEL} 种商品，请分包裹发货"


class TooManyParcels(Conflict):
    """An order leaves in so many parcels at most."""

    title = f"一个订单最多 {MOST_PARCELS} 个包裹"


class MoreThanBought(Conflict):
    """More was to be refunded than is left of a line; `left_quantity` says how much is."""

    title = "退款数量超过可退数量"


class NothingToRefund(Conflict):
    """Everything that was paid is refunded or on its way back."""

    title = "没有可退的金额"


class CarrierUnknown(Invalid):
    """We know no such carrier."""

    title = "不支持的快递公司"


@dataclass(frozen=True)
class Line:
    """So many pieces of an offer. `discount_fen` is the line's whole share of promotion and coupon."""

    sku_id: str
    offer_version: int
    quantity: int
    unit_price_fen: int
    discount_fen: int = 0

    @property
    def amount_fen(self) -> int:
        return self.unit_price_fen * self.quantity

    @property
    def net_fen(self) -> int:
        """What the line really costs."""
        return self.amount_fen - self.discount_fen


@dataclass(frozen=True)
class Terms:
    """What was agreed when the order was placed; never changes. Amounts in fen.

    Stored by position: new fields go to the end, with a default.
    """

    created_by: str
    method: Method
    title: str
    images: tuple[str, ...]
    goods_fen: int
    promotion_fen: int
    coupon_fen: int
    freight_fen: int
    coupon_id: str
    contact_name: str
    phone: str
    region: str
    region_code: str
    address: str
    remark: str
    purchase_number: str
    fingerprint: str

    @property
    def total_fen(self) -> int:
        return self.goods_fen - self.promotion_fen - self.coupon_fen + self.freight_fen


@dataclass(frozen=True)
class Progress:
    """Pieces and fen of one line: what left, what never will, what is decided to go back, what went back."""

    shipped: int = 0
    cancelled: int = 0
    decided: int = 0
    decided_fen: int = 0
    refunded_fen: int = 0


@dataclass(frozen=True)
class Order:
    """An order as it stands."""

    order_id: str
    agent_id: str
    state: State
    placed_at: str
    version: int
    terms: Terms
    lines: tuple[Line, ...]
    progress: tuple[Progress, ...]
    due_at: str | None = None
    payment_id: str | None = None
    paid_at: str | None = None
    tier: str | None = None
    approved_at: str | None = None
    approved_by: str | None = None
    shipped_at: str | None = None
    signed_at: str | None = None
    completed_at: str | None = None
    closed_at: str | None = None
    closed_reason: ClosedReason | None = None
    closed_detail: str | None = None
    decided_freight_fen: int = 0
    refunded_fen: int = 0
    last_refund: str | None = None
    note: str | None = None

    @property
    def order_no(self) -> str:
        """The number people use: the day and the first letters of the id."""
        return f"{clock.business_day(clock.from_text(self.placed_at)):%Y%m%d}-{self.order_id[:8]}"

    @property
    def total_fen(self) -> int:
        return self.terms.total_fen

    @property
    def units(self) -> int:
        """Pieces of all lines."""
        return sum(line.quantity for line in self.lines)

    @property
    def open_quantities(self) -> dict[str, int]:
        """Pieces still to be shipped, by SKU; SKUs without any are left out."""
        return {
            line.sku_id: left
            for line, progress in zip(self.lines, self.progress, strict=True)
            if (left := line.quantity - progress.shipped - progress.cancelled)
        }

    @property
    def index(self) -> dict[str, int]:
        """Where the line of a SKU is."""
        return {line.sku_id: place for place, line in enumerate(self.lines)}


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


@dataclass(frozen=True)
class Carrier:
    """A carrier: its name for people and its code at 快递100 and at WeChat."""

    name: str
    kuaidi100: str
    wechat: str
    needs_phone: bool = False


CARRIERS: Mapping[str, Carrier] = {
    "sf": Carrier("顺丰速运", "shunfeng", "SF", needs_phone=True),
    "zto": Carrier("中通快递", "zhongtong", "ZTO", needs_phone=True),
    "yto": Carrier("圆通速递", "yuantong", "YTO"),
    "yunda": Carrier("韵达快递", "yunda", "YUNDA"),
    "sto": Carrier("申通快递", "shentong", "STO"),
    "jd": Carrier("京东物流", "jd", "JD"),
    "ems": Carrier("邮政 EMS", "ems", "EMS"),
    "jt": Carrier("极兔速递", "jtexpress", "JTSD"),
    "deppon": Carrier("德邦快递", "debangkuaidi", "DB"),
    "ane": Carrier("安能物流", "annengwuliu", "ANE"),
}


def check_move(present: State, wanted: State) -> None:
    """Raises OrderStateForbids unless the table lists the step."""
    if wanted not in ORDER[present]:
        raise OrderStateForbids(state=present)


def before(state: State) -> tuple[State, ...]:
    """The states from which `state` may be reached."""
    return tuple(earlier for earlier, later in ORDER.items() if state in later)


def deadline(method: Method, online_minutes: int, transfer_days: int, placed_at: datetime) -> datetime:
    """Until when the order is to be paid."""
    if method == "bank_transfer":
        return placed_at + timedelta(days=transfer_days)
    return placed_at + timedelta(minutes=online_minutes)


def needs_review(
    total_fen: int,
    review_from_fen: int | None,
    auto_approve_up_to_fen: int | None,
    first_order_of_reviewed: bool,
) -> bool:
    """Whether a paid order waits for a reviewer; what was agreed with the company outweighs the setting."""
    if first_order_of_reviewed:
        return True
    if auto_approve_up_to_fen is not None:
        return total_fen > auto_approve_up_to_fen
    return review_from_fen is not None and total_fen >= review_from_fen


def check_payable(order: Order, now: datetime) -> None:
    """Raises OrderStateForbids, DeadlinePassed."""
    if order.state != "pending_payment":
        raise OrderStateForbids(state=order.state)
    if order.due_at is not None and now >= clock.from_text(order.due_at):
        raise DeadlinePassed()


def check_reviewer(order: Order, reviewer: str) -> None:
    """Raises OwnOrder."""
    if order.terms.created_by == reviewer:
        raise OwnOrder()


def actions(order: Order, now: datetime) -> tuple[Action, ...]:
    """What its company may do with an order now."""
    allowed = ACTIONS[order.state]
    if order.state == "pending_payment" and order.due_at and now >= clock.from_text(order.due_at):
        return tuple(action for action in allowed if action != "pay")
    return allowed


# Shipping


def check_shipment(order: Order, quantities: Mapping[str, int], parcels: int) -> None:
    """Whether these pieces may leave in one more parcel.

    Raises OrderStateForbids, TooManyParcels, TooManyInParcel, NotInOrder, MoreThanOpen.
    """
    check_move(order.state, "shipped")
    if parcels >= MOST_PARCELS:
        raise TooManyParcels()
    if len(quantities) > MOST_LINES_A_PARCEL:
        raise TooManyInParcel()
    left = order.open_quantities
    for sku_id, quantity in quantities.items():
        if sku_id not in order.index:
            raise NotInOrder(sku_id=sku_id)
        if quantity > left.get(sku_id, 0):
            raise MoreThanOpen(sku_id=sku_id, open_quantity=left.get(sku_id, 0))


def after_shipment(order: Order, quantities: Mapping[str, int]) -> tuple[State, list[int]]:
    """The order's state and the pieces shipped of each line once these pieces left."""
    left = sum(order.open_quantities.values()) - sum(quantities.values())
    shipped = [
        progress.shipped + quantities.get(line.sku_id, 0)
        for line, progress in zip(order.lines, order.progress, strict=True)
    ]
    return ("part_shipped" if left else "shipped"), shipped


def receipt_due(
    shipped_at: datetime, signed_at: datetime | None, after_shipped: int, after_signed: int
) -> datetime:
    """When goods count as received without a word from the buyer; settings in days."""
    latest = shipped_at + timedelta(days=after_shipped)
    return min(latest, signed_at + timedelta(days=after_signed)) if signed_at else latest


# Refunds


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


# Tracking

# 快递100's numbers for where a parcel is.
TRACK_STATES: Mapping[str, TrackState] = {
    "0": "in_transit",
    "1": "picked",
    "2": "problem",
    "3": "signed",
    "4": "returned",
    "5": "delivering",
    "6": "returned",
    "7": "in_transit",
    "8": "in_transit",
    "10": "in_transit",
    "11": "in_transit",
    "12": "in_transit",
    "13": "problem",
    "14": "problem",
}
FINISHED: frozenset[TrackState] = frozenset({"signed", "returned"})


def carrier(code: str) -> Carrier:
    """A carrier by our code. Raises CarrierUnknown."""
    if code not in CARRIERS:
        raise CarrierUnknown(errors=[{"field": "carrier", "message": CarrierUnknown.title}])
    return CARRIERS[code]


def track_state(number: str) -> TrackState:
    """Where a parcel is, from 快递100's number; sub-states such as 301 begin with it."""
    return TRACK_STATES.get(number, TRACK_STATES.get(number[:1], "in_transit"))
