"""Orders and after-sales for agents, and the pushes of the parcel tracker."""

import os

from functions.cart.schemas import FillReport
from functions.inventory.operations import OfferChanged, OutOfStock
from functions.orders import operations, rules, schemas
from functions.orders.providers.kuaidi100 import PushForged, kuaidi100
from functions.payments import operations as payments
from functions.payments.schemas import PaymentView
from functions.pricing import operations as pricing
from kit.api import AGENT, PROVIDER, Access, Api, Call
from kit.errors import KeyReused
from kit.pages import Page

app = Api("orders")
BUYS = Access("agent", ("order",))
PAYS = Access("agent", ("pay",))
APPROVES = Access("agent", ("users",))  # owners


@app.endpoint(
    "POST",
    "/orders",
    access=BUYS,
    body=schemas.PlaceOrder,
    answer=schemas.OrderView,
    status=201,
    idempotent=True,
    errors=(
        rules.QuoteChanged,
        rules.NotOrderable,
        rules.OrderTooLarge,
        OutOfStock,
        OfferChanged,
        pricing.TermsChanged,
        pricing.CouponTaken,
        payments.MethodNotOffered,
        KeyReused,
    ),
)
def place_order(call: Call) -> schemas.OrderView:
    """Place an order as it was quoted; one idempotency key is one order."""
    buyer = call.principal
    return operations.place(call.body, buyer.agent, buyer.user_id, call.idempotency_key, call.now)


@app.endpoint(
    "POST",
    "/purchase-requests",
    access=BUYS,
    body=schemas.AskPurchase,
    answer=schemas.PurchaseRequestView,
    status=201,
    idempotent=True,
    errors=(rules.QuoteChanged, rules.NotOrderable, payments.MethodNotOffered, KeyReused),
)
def ask_purchase(call: Call) -> schemas.PurchaseRequestView:
    """Ask the owners of the company to place an order; one idempotency key is one request."""
    return operations.ask_purchase(call.body, call.principal, call.idempotency_key, call.now)


@app.endpoint(
    "GET",
    "/purchase-requests",
    access=AGENT,
    query=schemas.PurchaseRequestsQuery,
    answer=Page[schemas.PurchaseRequestCard],
)
def list_purchase_requests(call: Call) -> Page[schemas.PurchaseRequestCard]:
    """The company's purchase requests, newest first, all or of a state."""
    return operations.list_purchase_requests(call.query, call.principal)


@app.endpoint("GET", "/purchase-requests/{request_id}", access=AGENT, answer=schemas.PurchaseRequestView)
def show_purchase_request(call: Call, request_id: str) -> schemas.PurchaseRequestView:
    """One purchase request with its goods, and with what they would cost now while it waits."""
    return operations.show_purchase_request(request_id, call.principal, call.now)


@app.endpoint(
    "POST",
    "/purchase-requests/{request_id}/approval",
    access=APPROVES,
    body=schemas.ApprovePurchase,
    answer=schemas.PurchaseRequestView,
    errors=(
        rules.PurchaseRequestDecided,
        rules.QuoteChanged,
        rules.NotOrderable,
        rules.OrderTooLarge,
        OutOfStock,
        OfferChanged,
        pricing.TermsChanged,
        pricing.CouponTaken,
        payments.MethodNotOffered,
    ),
)
def approve_purchase(call: Call, request_id: str) -> schemas.PurchaseRequestView:
    """Place the order that was asked for, as it is quoted now."""
    return operations.approve_purchase(request_id, call.body.quote_hash, call.principal, call.now)


@app.endpoint(
    "POST",
    "/purchase-requests/{request_id}/rejection",
    access=APPROVES,
    body=schemas.DeclinePurchase,
    answer=schemas.PurchaseRequestView,
    errors=(rules.PurchaseRequestDecided,),
)
def decline_purchase(call: Call, request_id: str) -> schemas.PurchaseRequestView:
    """Do not place the order that was asked for, and say why."""
    return operations.decline_purchase(request_id, call.body.reason, call.principal, call.now)


@app.endpoint(
    "POST",
    "/purchase-requests/{request_id}/withdrawal",
    access=BUYS,
    answer=schemas.PurchaseRequestView,
    errors=(rules.PurchaseRequestDecided, rules.NotYourRequest),
)
def withdraw_purchase(call: Call, request_id: str) -> schemas.PurchaseRequestView:
    """Take one's own request back before it is decided."""
    return operations.withdraw_purchase(request_id, call.principal, call.now)


@app.endpoint("GET", "/orders", access=AGENT, query=schemas.OrdersQuery, answer=Page[schemas.OrderCard])
def list_orders(call: Call) -> Page[schemas.OrderCard]:
    """The company's orders, newest first, by tab or number."""
    return operations.list_orders(call.principal.agent, call.query, call.now)


@app.endpoint("GET", "/orders/counts", access=AGENT, answer=schemas.TabCounts)
def count_orders(call: Call) -> schemas.TabCounts:
    """How many orders each tab has."""
    return operations.count_tabs(call.principal.agent)


@app.endpoint("GET", "/orders/{order_id}", access=AGENT, answer=schemas.OrderView)
def show_order(call: Call, order_id: str) -> schemas.OrderView:
    """One order with goods, parcels, refunds and history."""
    return operations.show_order(call.principal.agent, order_id, call.now)


@app.endpoint(
    "POST",
    "/orders/{order_id}/cancellation",
    access=BUYS,
    body=schemas.CancelOrder,
    answer=schemas.OrderView,
    errors=(
        rules.OrderStateForbids,
        payments.PaymentMade,
        payments.PaymentUnsure,
        payments.VoucherUnderReview,
    ),
)
def cancel_order(call: Call, order_id: str) -> schemas.OrderView:
    """Close an order that is not paid."""
    return operations.cancel(call.principal.agent, order_id, call.body.reason, call.now)


@app.endpoint(
    "POST",
    "/orders/{order_id}/payments",
    access=PAYS,
    body=schemas.OpenPayment,
    answer=PaymentView,
    status=201,
    idempotent=True,
    errors=(
        rules.OrderStateForbids,
        rules.DeadlinePassed,
        rules.PriceChanged,
        payments.PaymentMade,
        payments.PaymentUnsure,
        payments.PaymentClosed,
        payments.PaymentRefused,
        payments.VoucherUnderReview,
        payments.MethodNotOffered,
        payments.OpenidMissing,
        payments.TooManyAttempts,
        KeyReused,
    ),
)
def open_payment(call: Call, order_id: str) -> PaymentView:
    """Open a payment, or get the open one again; an order has one open payment."""
    payer, method = call.principal, call.body.method
    return operations.open_payment(
        payer.agent, payer.user_id, order_id, method, call.idempotency_key, call.now
    )


@app.endpoint(
    "POST",
    "/orders/{order_id}/receipt",
    access=BUYS,
    answer=schemas.OrderView,
    errors=(rules.OrderStateForbids, rules.AfterSaleOpen),
)
def receive_order(call: Call, order_id: str) -> schemas.OrderView:
    """Confirm that everything arrived."""
    return operations.receive(call.principal.agent, order_id, call.now)


@app.endpoint("POST", "/orders/{order_id}/reorder", access=BUYS, answer=FillReport)
def reorder(call: Call, order_id: str) -> FillReport:
    """Put the goods of an order into the cart again."""
    return operations.reorder(call.principal.agent, order_id, call.now)


@app.endpoint("GET", "/orders/{order_id}/tracking", access=AGENT, answer=schemas.Tracking)
def track_order(call: Call, order_id: str) -> schemas.Tracking:
    """Where the parcels of an order are."""
    return operations.track_order(call.principal.agent, order_id, call.now)


@app.endpoint(
    "POST", "/callbacks/kuaidi100", access=PROVIDER, answer=schemas.PushAnswer, errors=(PushForged,)
)
def take_push(call: Call) -> schemas.PushAnswer:
    """快递100 says where a parcel is; repeats get the same answer."""
    operations.take_push(kuaidi100(), call.raw_body, call.now)
    return schemas.PushAnswer()


def _bucket() -> str:
    return os.environ["UPLOADS_BUCKET"]


@app.endpoint(
    "POST",
    "/orders/{order_id}/after-sales",
    access=BUYS,
    body=schemas.ClaimGoods,
    answer=schemas.AfterSaleView,
    status=201,
    idempotent=True,
    errors=(
        rules.ClaimTooLate,
        rules.MoreThanClaimable,
        rules.TooManyClaimed,
        rules.TooManyAfterSales,
        rules.NothingToRefund,
        rules.NotInOrder,
        KeyReused,
    ),
)
def claim_goods(call: Call, order_id: str) -> schemas.AfterSaleView:
    """Ask for money back for goods that left, with or without sending them back."""
    return operations.claim(order_id, call.body, call.principal, call.idempotency_key, _bucket(), call.now)


@app.endpoint(
    "GET", "/after-sales", access=AGENT, query=schemas.AfterSalesQuery, answer=Page[schemas.AfterSaleCard]
)
def list_after_sales(call: Call) -> Page[schemas.AfterSaleCard]:
    """The company's after-sales, newest first, all or of a state."""
    return operations.list_after_sales(call.principal.agent, call.query)


@app.endpoint("GET", "/after-sales/{after_sale_id}", access=AGENT, answer=schemas.AfterSaleView)
def show_after_sale(call: Call, after_sale_id: str) -> schemas.AfterSaleView:
    """One after-sale with goods, pictures and history."""
    return operations.show_after_sale(call.principal.agent, after_sale_id, _bucket())


@app.endpoint(
    "POST",
    "/after-sales/{after_sale_id}/cancellation",
    access=BUYS,
    answer=schemas.AfterSaleView,
    errors=(rules.AfterSaleStateForbids,),
)
def cancel_after_sale(call: Call, after_sale_id: str) -> schemas.AfterSaleView:
    """Take an after-sale back before anything was sent or refunded."""
    return operations.cancel_claim(after_sale_id, call.principal, _bucket(), call.now)


@app.endpoint(
    "POST",
    "/after-sales/{after_sale_id}/return-shipment",
    access=BUYS,
    body=schemas.SendBack,
    answer=schemas.AfterSaleView,
    errors=(rules.AfterSaleStateForbids, rules.CarrierUnknown),
)
def send_goods_back(call: Call, after_sale_id: str) -> schemas.AfterSaleView:
    """Tell with which parcel the goods come back."""
    return operations.send_back(after_sale_id, call.body, call.principal, _bucket(), call.now)
