"""What agents and staff send about orders."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator

from functions.agents.schemas import DeliveryWindow, RegionCode, TierCode
from functions.orders.rules import MOST_LINES, Method, State, Tab
from kit.api import Body
from kit.fields import Day, Version
from kit.pages import PageQuery

SkuId = Annotated[str, StringConstraints(pattern=r"^[0-9A-HJKMNP-TV-Z]{10}$")]
Id = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{10,26}$")]
Quantity = Annotated[int, Field(ge=1, le=1_000_000)]
Reason = Annotated[str, Field(min_length=2, max_length=80)]
OrderIds = Annotated[tuple[Id, ...], Field(min_length=1, max_length=50)]
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


class OrderForm(Body):
    """An order as it was shown in a quote."""

    lines: Lines
    quote_hash: Annotated[str, Field(min_length=8, max_length=64)]
    address_id: Id
    payment_method: Method
    coupon_id: Id | None = None
    remark: Annotated[str, Field(max_length=100)] = ""
    purchase_number: Annotated[str, Field(max_length=30)] = ""
    delivery_window: DeliveryWindow | Literal[""] = ""


class PlaceOrder(OrderForm):
    """A buyer's own order; `from_cart` takes its goods out of the cart."""

    from_cart: bool = False


class PlaceOnBehalf(OrderForm):
    """An order that staff place for a company."""

    agent_id: Id


class QuoteOnBehalf(Body):
    """What staff would order for a company; with or without a coupon of its own."""

    agent_id: Id
    lines: Lines
    coupon_id: Id | None = None


class NewPrice(Body):
    """What a piece of a SKU costs from now on."""

    sku_id: SkuId
    unit_price_fen: Annotated[int, Field(ge=0, le=100_000_000)]


class Reprice(Body):
    """New prices of an unpaid order: of some of its lines, of the freight, or both; the buyer reads why."""

    version: Version
    lines: Annotated[tuple[NewPrice, ...], Field(max_length=MOST_LINES)] = ()
    freight_fen: Annotated[int, Field(ge=0, le=100_000_000)] | None = None
    reason: Reason

    @model_validator(mode="after")
    def _something_once(self) -> Self:
        if not self.lines and self.freight_fen is None:
            raise ValueError("请填写新的单价或运费")
        if len({line.sku_id for line in self.lines}) < len(self.lines):
            raise ValueError("同一商品只能填写一次新单价")
        return self


class ApproveOrders(Body):
    """Orders to let pass at once."""

    order_ids: OrderIds


class CancelOrder(Body):
    """Why the buyer cancels, in their words or none."""

    reason: Annotated[str, StringConstraints(max_length=100, strip_whitespace=True)] = ""


class OpenPayment(Body):
    """How to pay; on credit is decided when the order is placed."""

    method: Literal["wechat", "union_pay", "bank_transfer"]


class OrdersQuery(PageQuery):
    """An agent's orders: all of them, those of a tab, or the one with a number."""

    status: Tab | None = None
    number: Annotated[str, StringConstraints(pattern=r"^[0-9]{8}-[0-9A-Z]{1,8}$")] | None = None


class OrderFilter(BaseModel):
    """Which orders staff look for: placed on these business days; `phone` is the receiver's."""

    state: State | None = None
    agent_id: Id | None = None
    region: RegionCode | None = None
    tier: TierCode | None = None
    phone: Annotated[str, StringConstraints(pattern=r"^[0-9+ -]{5,20}$")] | None = None
    first: Day | None = None
    last: Day | None = None


class QueueQuery(OrderFilter, PageQuery):
    """Staff's orders: all that fit, or the one with a number, or those in a parcel.

    The oldest come first in a state's work queue, else the newest, unless `sort` says otherwise.
    """

    number: Annotated[str, StringConstraints(pattern=r"^[0-9]{8}-[0-9A-Z]{1,8}$")] | None = None
    tracking_no: TrackingNumber | None = None
    sort: Literal["oldest", "newest"] | None = None


class ExportOrders(OrderFilter, Body):
    """Which orders to write into a file."""


class PrintOrders(Body):
    """Orders to print at once."""

    order_ids: OrderIds


class ExportNext(BaseModel):
    """Command: write the next orders of an export."""

    user_id: str
    export_id: str
    number: int


class Rejection(Body):
    """Why an order is turned down; the buyer reads it."""

    reason: Reason


class Ship(Body):
    """A parcel that leaves; without lines it takes everything that is open."""

    carrier: Annotated[str, Field(min_length=2, max_length=20)]
    tracking_no: TrackingNumber
    lines: Lines | None = None


class ShipOne(Body):
    """One row of a list of tracking numbers: everything open of an order, by id or number, leaves at once."""

    order_id: Id | None = None
    order_no: Annotated[str, StringConstraints(pattern=r"^[0-9]{8}-[0-9A-Z]{8}$")] | None = None
    carrier: Annotated[str, Field(min_length=2, max_length=20)]
    tracking_no: TrackingNumber

    @model_validator(mode="after")
    def _one_order(self) -> Self:
        if (self.order_id is None) == (self.order_no is None):
            raise ValueError("请填写订单号")
        return self


class ImportShipments(Body):
    """Tracking numbers of many orders at once; a dry run only tells what would happen."""

    dry_run: bool = False
    rows: Annotated[tuple[ShipOne, ...], Field(min_length=1, max_length=100)]


class RefundOrder(Body):
    """Money back for some pieces, or without lines for everything that is left, freight included."""

    lines: Lines | None = None
    freight: bool = False
    reason: Reason


class PreviewRefund(Body):
    """Pieces that may go back, or without lines everything that is left, freight included."""

    lines: Lines | None = None
    freight: bool = False


class Note(Body):
    """What staff should know about an order; replaces the former note."""

    note: Annotated[str, Field(max_length=300)]
