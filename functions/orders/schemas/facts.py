"""What orders announces, and what it needs of others' facts."""

from pydantic import BaseModel, ConfigDict

from functions.orders.rules import ClosedReason, Method
from kit.facts import Fact

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


class OrderPlacedOnBehalf(OrderFact):
    """Staff placed an order for a company, which has not seen it yet."""

    total_fen: int


class PurchaseFact(Fact):
    """Base of the facts about a purchase request; only `user_ids` are told."""

    agent_id: str
    request_id: str
    user_ids: tuple[str, ...]
    asked_by_name: str
    title: str
    total_fen: int


class PurchaseRequested(PurchaseFact):
    """Somebody asks the owners of their company to place an order."""


class PurchaseApproved(PurchaseFact):
    """An owner placed the order that was asked for."""

    order_id: str


class PurchaseDeclined(PurchaseFact):
    """An owner does not place the order that was asked for."""

    reason: str


class OrderRepriced(OrderFact):
    """Staff changed what an unpaid order costs."""

    total_before_fen: int
    total_after_fen: int
    reason: str


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


class AfterSaleFact(OrderFact):
    """Base of the facts about an after-sale; `kind_text` says in words what is asked for."""

    after_sale_id: str
    kind_text: str


class AfterSaleApplied(AfterSaleFact):
    """A buyer claims goods that left."""

    amount_fen: int
    reason: str


class AfterSaleApproved(AfterSaleFact):
    """A reviewer agreed; `next_text` says what happens now."""

    amount_fen: int
    next_text: str


class AfterSaleRejected(AfterSaleFact):
    """Staff turned an after-sale down."""

    reason: str


class AfterSaleCancelled(AfterSaleFact):
    """An after-sale was taken back, or its goods were not sent back in time."""

    reason: str


class AfterSaleReturnShipped(AfterSaleFact):
    """The buyer sent the goods back."""

    carrier_name: str
    tracking_no: str


class AfterSaleDisputed(AfterSaleFact):
    """The goods that came back are not what was claimed."""

    reason: str


class AfterSaleRefunded(AfterSaleFact):
    """An after-sale came to its end: the money went back."""

    amount_fen: int
