"""What orders hear, answer and announce. Amounts in fen, instants in UTC text."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from functions.orders.rules import (
    MOST_LINES,
    Action,
    ClosedReason,
    Method,
    RefundStage,
    State,
    Tab,
    TrackState,
)
from kit.api import Body, View
from kit.facts import Fact
from kit.pages import PageQuery

SkuId = Annotated[str, StringConstraints(pattern=r"^[0-9A-HJKMNP-TV-Z]{10}$")]
Id = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{10,26}$")]
Quantity = Annotated[int, Field(ge=1, le=1_000_000)]
Reason = Annotated[str, Field(min_length=2, max_length=80)]
TrackingNumber = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{6,32}$")]


class LineBody(Body):
    """So many pieces of a SKU."""

    sku_id: SkuId
    quantity: Quantity


Lines = Annotated[tuple[LineBody, ...], Field(min_length=1, max_length=MOST_LINES * 2)]


def quantities(lines: tuple[LineBody, ...]) -> dict[str, int]:
    """Pieces by SKU; the same SKU on several lines is summed."""
    summed: dict[str, int] = {}
    for line in lines:
        summed[line.sku_id] = summed.get(line.sku_id, 0) + line.quantity
    return summed


class PlaceOrder(Body):
    """An order as the buyer saw it in a quote; `from_cart` takes its goods out of the cart."""

    lines: Lines
    quote_hash: Annotated[str, Field(min_length=8, max_length=64)]
    address_id: Id
    payment_method: Method
    coupon_id: Id | None = None
    remark: Annotated[str, Field(max_length=100)] = ""
    purchase_number: Annotated[str, Field(max_length=30)] = ""
    from_cart: bool = False


class OpenPayment(Body):
    """How to pay; on credit is decided when the order is placed."""

    method: Literal["wechat", "union_pay", "bank_transfer"]


class OrdersQuery(PageQuery):
    """An agent's orders: all of them, those of a tab, or the one with a number."""

    status: Tab | None = None
    number: Annotated[str, StringConstraints(pattern=r"^\d{8}-[0-9A-Z]{1,8}$")] | None = None


class QueueQuery(PageQuery):
    """Staff's orders: those of a state, the oldest first, or the one with a number."""

    state: State = "to_ship"
    number: Annotated[str, StringConstraints(pattern=r"^\d{8}-[0-9A-Z]{1,8}$")] | None = None


class Rejection(Body):
    """Why an order is turned down; the buyer reads it."""

    reason: Reason


class Ship(Body):
    """A parcel that leaves; without lines it takes everything that is open."""

    carrier: Annotated[str, Field(min_length=2, max_length=20)]
    tracking_no: TrackingNumber
    lines: Lines | None = None


class ShipOne(Body):
    """One row of a list of tracking numbers: everything open of an order leaves in one parcel."""

    order_id: Id
    carrier: Annotated[str, Field(min_length=2, max_length=20)]
    tracking_no: TrackingNumber


class ImportShipments(Body):
    """Tracking numbers of many orders at once."""

    rows: Annotated[tuple[ShipOne, ...], Field(min_length=1, max_length=100)]


class RefundOrder(Body):
    """Money back for some pieces, or without lines for everything that is left, freight included."""

    lines: Lines | None = None
    freight: bool = False
    reason: Reason


class Note(Body):
    """What staff should know about an order; replaces the former note."""

    note: Annotated[str, Field(max_length=300)]


class OrderCard(View):
    """An order in a list."""

    order_id: str
    order_no: str
    state: State
    placed_at: str
    title: str
    images: tuple[str, ...]
    kinds: int
    units: int
    total_fen: int
    refunded_fen: int
    payment_method: Method
    pay_before: str | None
    actions: tuple[Action, ...]


class OrderLine(View):
    """A line of an order with the goods as they were described when it was placed."""

    sku_id: str
    product_id: str
    name: str
    spec: str
    code: str
    image: str
    unit: str
    quantity: int
    unit_price_fen: int
    amount_fen: int
    discount_fen: int
    net_fen: int
    shipped: int
    cancelled: int
    refunding: int
    refunded_fen: int


class DeliverTo(View):
    """Where the order goes: its own copy."""

    contact_name: str
    phone: str
    region: str
    text: str


class Node(View):
    """A place a parcel was seen at."""

    at: str
    text: str


class ShipmentView(View):
    """A parcel."""

    shipment_id: str
    carrier: str
    carrier_name: str
    tracking_no: str
    shipped_at: str
    signed_at: str | None
    state: TrackState
    lines: dict[str, int]


class TrackedParcel(ShipmentView):
    """A parcel with the places it was seen at, the newest first."""

    nodes: list[Node]
    asked_at: str | None


class Tracking(View):
    """Where the parcels of an order are."""

    order_id: str
    parcels: list[TrackedParcel]


class OrderRefundView(View):
    """A refund of an order."""

    refund_id: str
    state: RefundStage
    amount_fen: int
    freight_fen: int
    lines: dict[str, int]
    reason: str
    decided_at: str
    settled_at: str | None


class Step(View):
    """Something that happened to an order, in words."""

    at: str
    event: str
    text: str


class OrderView(OrderCard):
    """An order with all its buyer may know."""

    lines: list[OrderLine]
    goods_fen: int
    promotion_fen: int
    coupon_fen: int
    freight_fen: int
    coupon_id: str | None
    deliver_to: DeliverTo
    remark: str
    purchase_number: str
    payment_id: str | None
    paid_at: str | None
    closed_reason: ClosedReason | None
    closed_detail: str | None
    shipments: list[ShipmentView]
    refunds: list[OrderRefundView]
    timeline: list[Step]


class StaffCard(OrderCard):
    """An order in staff's queue."""

    agent_id: str
    contact_name: str
    region: str
    age_hours: int
    note: str | None
    next_states: list[State]


class StaffOrder(OrderView):
    """An order with all that staff may know."""

    agent_id: str
    company_name: str
    created_by: str
    approved_by: str | None
    note: str | None
    next_states: list[State]
    open_quantities: dict[str, int]


class TabCounts(View):
    """Orders by tab; 100 means more than 99."""

    to_pay: int
    to_ship: int
    shipped: int
    completed: int
    closed: int


class StateCounts(View):
    """Orders by state; 100 means more than 99."""

    counts: dict[State, int]


class ShippedRow(View):
    """What became of one row of a list of tracking numbers; `code` names the problem."""

    order_id: str
    shipment_id: str | None = None
    code: str | None = None
    detail: str | None = None


class ShippedRows(View):
    """What became of a list of tracking numbers."""

    rows: list[ShippedRow]


class PushAnswer(View):
    """What 快递100 wants to hear."""

    result: bool = True
    returnCode: Literal["200"] = "200"  # noqa: N815
    message: str = "成功"


# What others announce


class WechatReceiptConfirmed(Fact):
    """WeChat settled a payment because its buyer, or time, confirmed the receipt of the goods."""

    payment_id: str


# What happened


class PaidLine(BaseModel):
    """A line as it is paid for; `net_fen` is after every discount and refund."""

    model_config = ConfigDict(frozen=True)

    sku_id: str
    product_id: str
    category_path: tuple[str, ...]
    brand_id: str
    tags: tuple[str, ...]
    quantity: int
    net_fen: int
    points_eligible: bool


class OrderFact(Fact):
    """Base of the facts about an order."""

    order_id: str
    order_no: str
    agent_id: str


class OrderPlaced(OrderFact):
    """An order was placed and its goods are reserved."""

    total_fen: int
    payment_method: Method
    region_code: str
    lines: tuple[PaidLine, ...]


class OrderPaid(OrderFact):
    """An order was paid. The tier is the company's at that moment."""

    tier: str
    paid_fen: int
    paid_at: str
    freight_fen: int
    lines: tuple[PaidLine, ...]
    needs_review: bool


class OrderApproved(OrderFact):
    """A reviewer let an order pass."""

    approved_by: str


class OrderClosed(OrderFact):
    """An order came to nothing; `reason` says why in words."""

    cause: ClosedReason
    reason: str


class OrderShipped(OrderFact):
    """A parcel left."""

    shipment_id: str
    carrier: str
    carrier_name: str
    tracking_no: str
    shipped_at: str
    lines: dict[str, int]


class OrderSigned(OrderFact):
    """All parcels of an order were signed for."""

    signed_at: str


class OrderCompleted(OrderFact):
    """An order was received, by the buyer's word or by time; `lines` are those of which something was."""

    completed_at: str
    lines: tuple[PaidLine, ...]


class OrderRefunded(OrderFact):
    """Money of an order went back; `remaining_lines` are what is still paid for."""

    refund_id: str
    refunded_at: str
    amount_fen: int
    remaining_lines: tuple[PaidLine, ...]
