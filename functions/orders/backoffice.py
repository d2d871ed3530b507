"""Orders for staff: queues, review, shipping, refunds, notes."""

from functions.inventory.operations import NotReserved
from functions.orders import operations, rules, schemas
from functions.payments import operations as payments
from kit.api import Call, Door, permission
from kit.errors import KeyReused
from kit.pages import Page

door = Door("orders")
READS = permission("orders.read")
REVIEWS = permission("orders.review")
SHIPS = permission("orders.ship")
REFUNDS = permission("orders.refund")


@door.endpoint("GET", "/orders", access=READS, query=schemas.QueueQuery, answer=Page[schemas.StaffCard])
def list_orders(call: Call) -> Page[schemas.StaffCard]:
    """Orders of one state, the oldest first, with their age; or the order with a number."""
    return operations.queue(call.query, call.principal, call.now)


@door.endpoint("GET", "/orders/counts", access=READS, answer=schemas.StateCounts)
def count_orders(call: Call) -> schemas.StateCounts:
    """How many orders wait in each state."""
    return operations.count_states()


@door.endpoint("GET", "/orders/{order_id}", access=READS, answer=schemas.StaffOrder)
def show_order(call: Call, order_id: str) -> schemas.StaffOrder:
    """One order with all that staff may know."""
    return operations.show_to_staff(operations.for_staff(order_id, call.principal), call.now)


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


@door.endpoint("PUT", "/orders/{order_id}/note", access=READS, body=schemas.Note, answer=schemas.StaffOrder)
def write_note(call: Call, order_id: str) -> schemas.StaffOrder:
    """Replace the note on an order; whoever sees orders may leave one."""
    return operations.write_note(order_id, call.body.note, call.principal, call.now)
