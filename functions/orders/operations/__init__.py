"""What can be done with orders."""

from functions.orders.operations.closing import cancel, close_overdue, due_unpaid
from functions.orders.operations.facts import facts_of
from functions.orders.operations.figures import GoneBack, OrderFigures, Sold, figures, figures_of_day
from functions.orders.operations.on_behalf import addresses_of, place_on_behalf, quote_on_behalf
from functions.orders.operations.paying import accept_payment, open_payment
from functions.orders.operations.placing import place, reorder
from functions.orders.operations.reading import (
    count_states,
    count_tabs,
    for_staff,
    list_orders,
    queue,
    show_order,
    show_to_staff,
)
from functions.orders.operations.refunding import refund, settle_refund
from functions.orders.operations.repricing import reprice
from functions.orders.operations.reviewing import approve, approve_many, reject, write_note
from functions.orders.operations.shipping import (
    complete,
    confirm_receipt,
    due_receipts,
    import_shipments,
    receive,
    ship,
)
from functions.orders.operations.tracking import announce_shipment, take_push, track_order

__all__ = [
    "GoneBack",
    "OrderFigures",
    "Sold",
    "accept_payment",
    "addresses_of",
    "announce_shipment",
    "approve",
    "approve_many",
    "cancel",
    "close_overdue",
    "complete",
    "confirm_receipt",
    "count_states",
    "count_tabs",
    "due_receipts",
    "due_unpaid",
    "facts_of",
    "figures",
    "figures_of_day",
    "for_staff",
    "import_shipments",
    "list_orders",
    "open_payment",
    "place",
    "place_on_behalf",
    "queue",
    "quote_on_behalf",
    "receive",
    "refund",
    "reject",
    "reorder",
    "reprice",
    "settle_refund",
    "ship",
    "show_order",
    "show_to_staff",
    "take_push",
    "track_order",
    "write_note",
]
