"""What agents and staff send about orders."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from functions.agents.schemas import DeliveryWindow
from functions.orders.rules import MOST_LINES, Method, State, Tab
from kit.api import Body
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

    version: Annotated[int, Field(ge=1)]
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
