"""What can be done with orders."""

from functions.orders.operations.after_sales import (
    cancel_claim,
    cancel_unreturned,
    claim,
    send_back,
    unreturned,
)
from functions.orders.operations.after_sales_desk import (
    CaseCommand,
    approve_claim,
    dispute_goods,
    receive_goods,
    refund_again,
    reject_claim,
    resolve_dispute,
)
from functions.orders.operations.after_sales_reading import (
    after_sales_of,
    after_sales_queue,
    after_sales_waiting,
    case_for_staff,
    check_claims,
    count_after_sales,
    list_after_sales,
    show_after_sale,
    show_after_sale_to_staff,
)
from functions.orders.operations.announcing import facts_of
from functions.orders.operations.closing import cancel, close_overdue, due_unpaid
from functions.orders.operations.exporting import export, export_next, start_export
from functions.orders.operations.figures import GoneBack, OrderFigures, Sold, figures, figures_of_day
from functions.orders.operations.on_behalf import addresses_of, place_on_behalf, quote_on_behalf
from functions.orders.operations.paying import accept_payment, open_payment
from functions.orders.operations.placing import place, reorder
from functions.orders.operations.printing import print_order, print_orders
from functions.orders.operations.purchase_requests import (
    approve_purchase,
    ask_purchase,
    decline_purchase,
    list_purchase_requests,
    show_purchase_request,
    withdraw_purchase,
)
from functions.orders.operations.reading import (
    count_states,
    count_tabs,
    for_staff,
    list_orders,
    show_order,
    show_to_staff,
)
from functions.orders.operations.refunding import preview, refund, settle_refund
from functions.orders.operations.repricing import reprice
from functions.orders.operations.reviewing import approve, approve_many, reject, write_note
from functions.orders.operations.searching import queue
from functions.orders.operations.shipping import (
    complete,
    confirm_receipt,
    due_receipts,
    import_shipments,
    receive,
    ship,
)
from functions.orders.operations.tracking import announce_shipment, take_push, track, track_order

__all__ = [
    "CaseCommand",
    "GoneBack",
    "OrderFigures",
    "Sold",
    "accept_payment",
    "addresses_of",
    "after_sales_of",
    "after_sales_queue",
    "after_sales_waiting",
    "announce_shipment",
    "approve",
    "approve_claim",
    "approve_many",
    "approve_purchase",
    "ask_purchase",
    "cancel",
    "cancel_claim",
    "cancel_unreturned",
    "case_for_staff",
    "check_claims",
    "claim",
    "close_overdue",
    "complete",
    "confirm_receipt",
    "count_after_sales",
    "count_states",
    "count_tabs",
    "decline_purchase",
    "dispute_goods",
    "due_receipts",
    "due_unpaid",
    "export",
    "export_next",
    "facts_of",
    "figures",
    "figures_of_day",
    "for_staff",
    "import_shipments",
    "list_after_sales",
    "list_orders",
    "list_purchase_requests",
    "open_payment",
    "place",
    "place_on_behalf",
    "preview",
    "print_order",
    "print_orders",
    "queue",
    "quote_on_behalf",
    "receive",
    "receive_goods",
    "refund",
    "refund_again",
    "reject",
    "reject_claim",
    "reorder",
    "reprice",
    "resolve_dispute",
    "send_back",
    "settle_refund",
    "ship",
    "show_after_sale",
    "show_after_sale_to_staff",
    "show_order",
    "show_purchase_request",
    "show_to_staff",
    "start_export",
    "take_push",
    "track",
    "track_order",
    "unreturned",
    "withdraw_purchase",
    "write_note",
]
