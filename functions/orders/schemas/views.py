"""What agents and staff see of orders. Amounts in fen, instants in UTC text."""

from typing import Literal

from functions.orders.rules import (
    Action,
    AfterSaleAction,
    AfterSaleKind,
    AfterSaleState,
    ClosedReason,
    Method,
    RefundStage,
    State,
    TrackState,
)
from kit.api import View


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
    """A line of an order with the goods as they were described when it was placed.

    `claimable` pieces left and may be claimed, while the order takes after-sales.
    """

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
    refund_decided: int
    refunded_fen: int
    claimable: int


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


class AfterSaleCard(View):
    """An after-sale in a list. `asked_fen` is what the claimed goods cost, `promised_fen` what was agreed."""

    after_sale_id: str
    order_id: str
    order_no: str
    kind: AfterSaleKind
    kind_text: str
    state: AfterSaleState
    applied_at: str
    title: str
    image: str
    units: int
    asked_fen: int
    promised_fen: int | None
    refund_fen: int | None
    actions: tuple[AfterSaleAction, ...]


class Step(View):
    """Something that happened to an order, in words."""

    at: str
    event: str
    text: str


class NewPriceView(View):
    """What a piece cost before and costs now."""

    sku_id: str
    before_fen: int
    after_fen: int


class PriceChangeView(View):
    """How staff changed the price of an unpaid order; totals and freight before and after."""

    changed_at: str
    reason: str
    lines: list[NewPriceView]
    freight_before_fen: int
    freight_after_fen: int
    total_before_fen: int
    total_after_fen: int


class OrderView(OrderCard):
    """An order with all its buyer may know; `on_behalf` was placed by staff."""

    lines: list[OrderLine]
    goods_fen: int
    promotion_fen: int
    coupon_fen: int
    freight_fen: int
    coupon_id: str | None
    deliver_to: DeliverTo
    remark: str
    purchase_number: str
    delivery_window: str
    on_behalf: bool
    price_changes: list[PriceChangeView]
    payment_id: str | None
    paid_at: str | None
    closed_reason: ClosedReason | None
    closed_detail: str | None
    shipments: list[ShipmentView]
    refunds: list[OrderRefundView]
    after_sales: list[AfterSaleCard]
    after_sale_until: str | None
    timeline: list[Step]


class StaffCard(OrderCard):
    """An order in staff's queue; `age_hours` is how long it has been in its state."""

    agent_id: str
    contact_name: str
    region: str
    state_since: str
    age_hours: int
    note: str | None
    next_states: list[State]


class StaffOrder(OrderView):
    """An order with all that staff may know."""

    agent_id: str
    company_name: str
    version: int
    created_by: str
    repriced_by: str | None
    approved_by: str | None
    note: str | None
    preferred_carrier: str
    next_states: list[State]
    open_quantities: dict[str, int]


class TabCounts(View):
    """Orders by tab, open after-sales, purchase requests that wait; 100 means more than 99."""

    to_pay: int
    to_ship: int
    shipped: int
    completed: int
    closed: int
    after_sales: int
    purchase_requests: int


class StateCounts(View):
    """Orders by state; 100 means more than 99."""

    counts: dict[State, int]


class ApprovedRow(View):
    """What became of one of many approvals; `code` names the problem."""

    order_id: str
    state: State | None = None
    code: str | None = None
    detail: str | None = None


class ApprovedRows(View):
    """What became of many approvals."""

    rows: list[ApprovedRow]


class ShippedRow(View):
    """What became of one row of a list of tracking numbers; `code` names the problem."""

    outcome: Literal["shipped", "unchanged", "refused"]
    order_id: str | None
    order_no: str | None
    shipment_id: str | None = None
    code: str | None = None
    detail: str | None = None


class ShippedRows(View):
    """What became of a list of tracking numbers, or would become of it."""

    dry_run: bool
    rows: list[ShippedRow]


class PushAnswer(View):
    """What 快递100 wants to hear."""

    result: bool = True
    returnCode: Literal["200"] = "200"  # noqa: N815
    message: str = "成功"


class RefundPreview(View):
    """What would go back, to the fen; `lines` are the amounts by SKU."""

    lines: dict[str, int]
    freight_fen: int
    amount_fen: int
