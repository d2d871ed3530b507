"""Orders for staff: queues, orders on behalf, prices, review, shipping, refunds, notes, after-sales."""

import os

from functions.agents.schemas import Address
from functions.cart import operations as cart
from functions.cart.schemas import QuoteView
from functions.inventory.operations import NotReserved, OfferChanged, OutOfStock
from functions.orders import operations, rules, schemas
from functions.orders.rules.searching import PeriodReversed
from functions.payments import operations as payments
from functions.pricing import operations as pricing
from kit import facts
from kit.api import Call, Door, permission
from kit.errors import KeyReused, Stale
from kit.pages import Page

door = Door("orders")
READS = permission("orders.read")
REVIEWS = permission("orders.review")
SHIPS = permission("orders.ship")
REFUNDS = permission("orders.refund")
ORDERS = permission("orders.on_behalf")
REPRICES = permission("orders.reprice")


@door.endpoint("GET", "/orders", access=READS, query=schemas.QueueQuery, answer=Page[schemas.StaffCard])
def list_orders(call: Call) -> Page[schemas.StaffCard]:
    """Orders that fit, with their age: a state's work queue, or all that somebody looks for."""
    return operations.queue(call.query, call.principal, call.now)


@door.endpoint("GET", "/orders/counts", access=READS, answer=schemas.StateCounts)
def count_orders(call: Call) -> schemas.StateCounts:
    """How many orders wait in each state."""
    return operations.count_states()


@door.endpoint("GET", "/agents/{agent_id}/addresses", access=ORDERS, answer=Page[Address])
def list_addresses(call: Call, agent_id: str) -> Page[Address]:
    """Where a company has goods sent, for an order on its behalf."""
    return operations.addresses_of(agent_id, call.principal)


@door.endpoint(
    "POST",
    "/quotes",
    access=ORDERS,
    body=schemas.QuoteOnBehalf,
    answer=QuoteView,
    errors=(cart.TooManySkus, pricing.CouponNotFound),
)
def quote_on_behalf(call: Call) -> QuoteView:
    """What an order would cost a company now, at its own prices."""
    return operations.quote_on_behalf(call.body, call.principal, call.now)


@door.endpoint(
    "POST",
    "/orders",
    access=ORDERS,
    body=schemas.PlaceOnBehalf,
    answer=schemas.StaffOrder,
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
def place_on_behalf(call: Call) -> schemas.StaffOrder:
    """Place an order for a company, which is told and pays it; one idempotency key is one order."""
    return operations.place_on_behalf(call.body, call.idempotency_key, call.principal, call.now)


@door.endpoint(
    "POST",
    "/orders/export",
    access=READS,
    body=schemas.ExportOrders,
    answer=schemas.ExportView,
    status=202,
    idempotent=True,
    errors=(PeriodReversed, KeyReused),
)
def start_export(call: Call) -> schemas.ExportView:
    """Begin to write orders into a file; one idempotency key is one file."""
    bucket = os.environ["EXPORTS_BUCKET"]
    command = operations.start_export(call.body, call.idempotency_key, call.principal, bucket, call.now)
    facts.send(os.environ["EXPORT_ORDERS_QUEUE"], command)
    return operations.export(command.export_id, call.principal, bucket, call.now)


@door.endpoint("GET", "/orders/exports/{export_id}", access=READS, answer=schemas.ExportView)
def show_export(call: Call, export_id: str) -> schemas.ExportView:
    """How one's own file is coming along; once it is complete, a link to it."""
    return operations.export(export_id, call.principal, os.environ["EXPORTS_BUCKET"], call.now)


@door.endpoint("POST", "/orders/prints", access=READS, body=schemas.PrintOrders, answer=schemas.PrintedOrders)
def print_orders(call: Call) -> schemas.PrintedOrders:
    """What the papers of many orders say, and one list to pick them all by."""
    return operations.print_orders(call.body.order_ids, call.principal, call.now)


@door.endpoint("GET", "/orders/{order_id}/print", access=READS, answer=schemas.PrintedOrders)
def print_order(call: Call, order_id: str) -> schemas.PrintedOrders:
    """What the papers of an order say: to pick by, and for each parcel to pack by."""
    return operations.print_order(order_id, call.principal, call.now)


@door.endpoint(
    "POST", "/orders/approvals", access=REVIEWS, body=schemas.ApproveOrders, answer=schemas.ApprovedRows
)
def approve_orders(call: Call) -> schemas.ApprovedRows:
    """Let many paid orders pass to the warehouse; each succeeds or fails by itself."""
    return operations.approve_many(call.body.order_ids, call.principal, call.now)


@door.endpoint("GET", "/orders/{order_id}", access=READS, answer=schemas.StaffOrder)
def show_order(call: Call, order_id: str) -> schemas.StaffOrder:
    """One order with all that staff may know."""
    return operations.show_to_staff(operations.for_staff(order_id, call.principal), call.now)


@door.endpoint(
    "PUT",
    "/orders/{order_id}/price",
    access=REPRICES,
    body=schemas.Reprice,
    answer=schemas.StaffOrder,
    errors=(
        rules.OrderStateForbids,
        rules.DeadlinePassed,
        rules.NotInOrder,
        rules.NothingRepriced,
        payments.PaymentMade,
        payments.PaymentUnsure,
        payments.VoucherUnderReview,
        Stale,
    ),
)
def reprice_order(call: Call, order_id: str) -> schemas.StaffOrder:
    """Change the unit prices or the freight of an order nobody paid yet; an open payment is closed first."""
    return operations.reprice(order_id, call.body, call.principal, call.now)


@door.endpoint(
    "POST",
    "/orders/{order_id}/approval",
    access=REVIEWS,
    answer=schemas.StaffOrder,
    errors=(rules.OrderStateForbids, rules.OwnOrder),
)
def approve_order(call: Call, order_id: str) -> schemas.StaffOrder:
    """Let a paid order pass to the warehouse."""
    return operations.approve(order_id, call.principal, call.now)


@door.endpoint(
    "POST",
    "/orders/{order_id}/rejection",
    access=REVIEWS,
    body=schemas.Rejection,
    answer=schemas.StaffOrder,
    errors=(rules.OrderStateForbids, rules.OwnOrder),
)
def reject_order(call: Call, order_id: str) -> schemas.StaffOrder:
    """Turn a paid order down; everything is released and all money goes back."""
    return operations.reject(order_id, call.body.reason, call.principal, call.now)


@door.endpoint(
    "POST",
    "/orders/{order_id}/shipments",
    access=SHIPS,
    body=schemas.Ship,
    answer=schemas.StaffOrder,
    status=201,
    idempotent=True,
    errors=(
        rules.OrderStateForbids,
        rules.NotInOrder,
        rules.MoreThanOpen,
        rules.TooManyInParcel,
        rules.TooManyParcels,
        NotReserved,
        KeyReused,
    ),
)
def ship_order(call: Call, order_id: str) -> schemas.StaffOrder:
    """Register a parcel that leaves; one idempotency key is one parcel."""
    return operations.ship(order_id, call.body, call.idempotency_key, call.principal, call.now)


@door.endpoint(
    "POST", "/shipments/import", access=SHIPS, body=schemas.ImportShipments, answer=schemas.ShippedRows
)
def import_shipments(call: Call) -> schemas.ShippedRows:
    """Ship many orders by a list of tracking numbers; each row succeeds or fails by itself."""
    return operations.import_shipments(call.body, call.principal, call.now)


@door.endpoint(
    "POST",
    "/orders/{order_id}/refunds",
    access=REFUNDS,
    body=schemas.RefundOrder,
    answer=schemas.StaffOrder,
    status=201,
    idempotent=True,
    errors=(
        rules.OrderStateForbids,
        rules.NotInOrder,
        rules.MoreThanBought,
        rules.NothingToRefund,
        payments.RefundTooLarge,
        KeyReused,
    ),
)
def refund_order(call: Call, order_id: str) -> schemas.StaffOrder:
    """Give money back for some pieces or for everything that is left; one idempotency key is one refund."""
    return operations.refund(order_id, call.body, call.idempotency_key, call.principal, call.now)


@door.endpoint(
    "POST",
    "/orders/{order_id}/refunds/preview",
    access=REFUNDS,
    body=schemas.PreviewRefund,
    answer=schemas.RefundPreview,
    errors=(rules.OrderStateForbids, rules.NotInOrder, rules.MoreThanBought, rules.NothingToRefund),
)
def preview_refund(call: Call, order_id: str) -> schemas.RefundPreview:
    """What a refund would give back now; nothing is decided."""
    return operations.preview(order_id, call.body, call.principal)


@door.endpoint("GET", "/orders/{order_id}/tracking", access=READS, answer=schemas.Tracking)
def track_order(call: Call, order_id: str) -> schemas.Tracking:
    """Where the parcels of an order are."""
    return operations.track(operations.for_staff(order_id, call.principal), call.now)


@door.endpoint("PUT", "/orders/{order_id}/note", access=READS, body=schemas.Note, answer=schemas.StaffOrder)
def write_note(call: Call, order_id: str) -> schemas.StaffOrder:
    """Replace the note on an order; whoever sees orders may leave one."""
    return operations.write_note(order_id, call.body.note, call.principal, call.now)


DECIDED = (rules.AfterSaleStateForbids, rules.AfterSaleChanged, KeyReused)


def _command(call: Call, after_sale_id: str) -> operations.CaseCommand:
    return operations.CaseCommand(
        after_sale_id, call.idempotency_key, call.principal, os.environ["UPLOADS_BUCKET"], call.now
    )


@door.endpoint(
    "GET",
    "/after-sales",
    access=READS,
    query=schemas.AfterSalesQueueQuery,
    answer=Page[schemas.StaffAfterSaleCard],
)
def list_after_sales(call: Call) -> Page[schemas.StaffAfterSaleCard]:
    """After-sales of one state, the most urgent or the oldest first; better tiers are due earlier."""
    return operations.after_sales_queue(call.query, call.principal, call.now)


@door.endpoint(
    "GET",
    "/agents/{agent_id}/after-sales",
    access=READS,
    query=schemas.AfterSalesQuery,
    answer=Page[schemas.AfterSaleCard],
)
def list_after_sales_of_agent(call: Call, agent_id: str) -> Page[schemas.AfterSaleCard]:
    """After-sales of one company, newest first."""
    return operations.after_sales_of(agent_id, call.query, call.principal)


@door.endpoint("GET", "/after-sales/counts", access=READS, answer=schemas.AfterSaleCounts)
def count_after_sales(call: Call) -> schemas.AfterSaleCounts:
    """How many after-sales are open in each state."""
    return operations.count_after_sales()


@door.endpoint("GET", "/after-sales/{after_sale_id}", access=READS, answer=schemas.StaffAfterSale)
def show_after_sale(call: Call, after_sale_id: str) -> schemas.StaffAfterSale:
    """One after-sale with its order, history and pictures."""
    case, order = operations.case_for_staff(after_sale_id, call.principal)
    return operations.show_after_sale_to_staff(case, order, os.environ["UPLOADS_BUCKET"], call.now)


@door.endpoint(
    "POST",
    "/after-sales/{after_sale_id}/approval",
    access=REFUNDS,
    body=schemas.ApproveAfterSale,
    answer=schemas.StaffAfterSale,
    idempotent=True,
    errors=(
        *DECIDED,
        rules.AmountTooHigh,
        rules.LowerAmountUnexplained,
        rules.ReturnAddressMissing,
        payments.RefundTooLarge,
    ),
)
def approve_after_sale(call: Call, after_sale_id: str) -> schemas.StaffAfterSale:
    """Agree: the money goes back at once, or the buyer is asked to send the goods."""
    return operations.approve_claim(_command(call, after_sale_id), call.body)


@door.endpoint(
    "POST",
    "/after-sales/{after_sale_id}/rejection",
    access=REFUNDS,
    body=schemas.DeclineAfterSale,
    answer=schemas.StaffAfterSale,
    idempotent=True,
    errors=DECIDED,
)
def reject_after_sale(call: Call, after_sale_id: str) -> schemas.StaffAfterSale:
    """Turn an after-sale down, or what came back after a dispute."""
    return operations.reject_claim(_command(call, after_sale_id), call.body)


@door.endpoint(
    "POST",
    "/after-sales/{after_sale_id}/receipt",
    access=SHIPS,
    body=schemas.ReceiveGoods,
    answer=schemas.StaffAfterSale,
    idempotent=True,
    errors=(*DECIDED, rules.MoreThanClaimed, rules.NothingAccepted, rules.NotInOrder),
)
def receive_returned_goods(call: Call, after_sale_id: str) -> schemas.StaffAfterSale:
    """Take goods back; what was promised for them goes back to the buyer."""
    return operations.receive_goods(_command(call, after_sale_id), call.body)


@door.endpoint(
    "POST",
    "/after-sales/{after_sale_id}/dispute",
    access=SHIPS,
    body=schemas.DeclineAfterSale,
    answer=schemas.StaffAfterSale,
    idempotent=True,
    errors=DECIDED,
)
def dispute_returned_goods(call: Call, after_sale_id: str) -> schemas.StaffAfterSale:
    """What came back is not what was claimed."""
    return operations.dispute_goods(_command(call, after_sale_id), call.body)


@door.endpoint(
    "POST",
    "/after-sales/{after_sale_id}/resolution",
    access=REFUNDS,
    body=schemas.ResolveDispute,
    answer=schemas.StaffAfterSale,
    idempotent=True,
    errors=(*DECIDED, rules.AmountTooHigh, rules.MoreThanClaimed, rules.NotInOrder, payments.RefundTooLarge),
)
def resolve_after_sale(call: Call, after_sale_id: str) -> schemas.StaffAfterSale:
    """Settle a dispute with an amount that both sides agreed on."""
    return operations.resolve_dispute(_command(call, after_sale_id), call.body)


@door.endpoint(
    "POST",
    "/after-sales/{after_sale_id}/refund",
    access=REFUNDS,
    body=schemas.RefundAgain,
    answer=schemas.StaffAfterSale,
    idempotent=True,
    errors=(*DECIDED, payments.RefundTooLarge),
)
def refund_after_sale_again(call: Call, after_sale_id: str) -> schemas.StaffAfterSale:
    """Decide the refund anew after the provider turned it down."""
    return operations.refund_again(_command(call, after_sale_id), call.body)
