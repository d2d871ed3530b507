"""What is sent and shown of purchase requests. Amounts in fen, instants in UTC text."""

from typing import Annotated

from pydantic import Field, StringConstraints

from functions.cart.schemas import QuoteView
from functions.orders.rules import Method, PurchaseRequestState
from functions.orders.schemas.requests import PlaceOrder, Reason
from functions.orders.schemas.views import DeliverTo
from kit.api import Body, View
from kit.pages import PageQuery

Note = Annotated[str, StringConstraints(max_length=100, strip_whitespace=True)]


class AskPurchase(PlaceOrder):
    """An order that an owner is asked to place; `note` tells them why."""

    note: Note = ""


class PurchaseRequestsQuery(PageQuery):
    """Requests of a state, or all."""

    state: PurchaseRequestState | None = None


class ApprovePurchase(Body):
    """The quote the owner saw: the order is placed as it stands there."""

    quote_hash: Annotated[str, Field(min_length=8, max_length=64)]


class DeclinePurchase(Body):
    """Why not; whoever asked reads it."""

    reason: Reason


class PurchaseRequestCard(View):
    """A request in a list; `asked_by_me` when the reader asked."""

    request_id: str
    state: PurchaseRequestState
    asked_at: str
    asked_by_name: str
    asked_by_me: bool
    title: str
    images: tuple[str, ...]
    kinds: int
    units: int
    total_fen: int


class PurchaseRequestLine(View):
    """Goods as they were quoted when they were asked for."""

    sku_id: str
    product_id: str
    name: str
    spec: str
    code: str
    image: str
    unit: str
    quantity: int
    unit_price_fen: int
    net_fen: int


class PurchaseRequestView(PurchaseRequestCard):
    """A request with its goods, and with what they would cost now while it waits.

    Without `quote` while it waits, `quote_problem` says what stands in the way. `order_id` is the order it
    became.
    """

    lines: list[PurchaseRequestLine]
    freight_fen: int
    deliver_to: DeliverTo
    payment_method: Method
    remark: str
    purchase_number: str
    delivery_window: str
    note: str
    decided_at: str | None
    decided_by_name: str | None
    reason: str
    order_id: str | None
    quote: QuoteView | None
    quote_problem: str | None
