"""Shipping and receiving."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from functions.inventory import operations as inventory
from functions.orders import rules, table
from functions.orders.operations import reading
from functions.orders.rules import Order
from functions.orders.schemas import (
    ImportShipments,
    OrderView,
    Ship,
    ShipOne,
    ShippedRow,
    ShippedRows,
    StaffOrder,
    quantities,
)
from functions.orders.table import ShipmentRow
from functions.settings import operations as settings
from kit import clock, ids, transaction
from kit.errors import DomainError, KeyReused
from kit.tokens import Principal


def ship(order_id: str, body: Ship, key: str, staff: Principal, now: datetime) -> StaffOrder:
    """Register a parcel that leaves, once per idempotency key: stock goes down in the same write.

    Raises OrderNotFound, OrderStateForbids, CarrierUnknown, NotInOrder, MoreThanOpen, TooManyInParcel,
    TooManyParcels, KeyReused.
    """
    rules.carrier(body.carrier)
    shipment_id = _shipment_id(order_id, key)
    order = transaction.retry_stale(lambda: _ship(order_id, body, shipment_id, staff, now))
    return reading.show_to_staff(order, now)


def import_shipments(body: ImportShipments, staff: Principal, now: datetime) -> ShippedRows:
    """Ship many orders by a list of tracking numbers, or only tell what would happen.

    Each row stands alone; what a repeated list has shipped before is left as it is.
    """
    rows = [_import_row(row, body.dry_run, staff, now) for row in body.rows]
    return ShippedRows(dry_run=body.dry_run, rows=rows)


def _import_row(row: ShipOne, dry_run: bool, staff: Principal, now: datetime) -> ShippedRow:
    key = f"{row.carrier} {row.tracking_no}"
    named = {"order_id": row.order_id, "order_no": row.order_no}
    try:
        order = _named(row, staff)
        named = {"order_id": order.order_id, "order_no": order.order_no}
        shipment_id = _shipment_id(order.order_id, key)
        if table.find_shipment(order.agent_id, order.order_id, shipment_id):
            return ShippedRow(outcome="unchanged", shipment_id=shipment_id, **named)
        if dry_run:
            rules.carrier(row.carrier)
            rules.check_shipment(order, order.open_quantities, len(table.shipments_of(order)))
        else:
            body = Ship(carrier=row.carrier, tracking_no=row.tracking_no)
            ship(order.order_id, body, key, staff, now)
    except DomainError as refusal:
        return ShippedRow(outcome="refused", code=refusal.code, detail=refusal.detail, **named)
    return ShippedRow(outcome="shipped", shipment_id=shipment_id, **named)


def _named(row: ShipOne, staff: Principal) -> Order:
    """The order a row is about. Raises OrderNotFound."""
    if row.order_id:
        return reading.for_staff(row.order_id, staff)
    found = table.numbered_of_anybody(*rules.number_parts(row.order_no or ""))
    if len(found) != 1:
        raise rules.OrderNotFound()
    return reading.for_staff(found[0].order_id, staff)


def _shipment_id(order_id: str, key: str) -> str:
    return ids.derived_id("shipments", order_id, key)[:10]


def _ship(order_id: str, body: Ship, shipment_id: str, staff: Principal, now: datetime) -> Order:
    order, fingerprint = reading.for_staff(order_id, staff), ids.fingerprint(body)
    known = table.find_shipment(order.agent_id, order_id, shipment_id)
    if known:
        if known.fingerprint != fingerprint:
            raise KeyReused()
        return order
    leaving = quantities(body.lines) if body.lines else order.open_quantities
    rules.check_shipment(order, leaving, len(table.shipments_of(order)))
    state, shipped = rules.after_shipment(order, leaving)
    progress = [replace(one, shipped=pieces) for one, pieces in zip(order.progress, shipped, strict=True)]
    row = ShipmentRow(
        table.agent_key(order.agent_id),
        table.shipment_key(order_id, shipment_id),
        order_no=order.order_no,
        carrier=body.carrier,
        tracking_no=body.tracking_no,
        quantities=leaving,
        shipped_at=clock.to_text(now),
        shipped_by=staff.user_id,
        fingerprint=fingerprint,
    )
    changed = [*table.to_state(order, state), table.with_progress(progress), table.left(now)]
    if state == "shipped":
        changed += receipt_timer(now, None)
    transaction.commit(
        [
            table.change_part(order, changed),
            *table.shipment_parts(row),
            *inventory.ship_parts(leaving.items(), order.order_no, staff.user_id, now),
        ]
    )
    return reading.of_agent(order.agent_id, order_id)


def receipt_timer(shipped_at: datetime, signed_at: datetime | None) -> list[table.Action]:
    """The actions that set when an order counts as received."""
    limits = settings.order_settings()
    due = rules.receipt_due(
        shipped_at, signed_at, limits.receipt_days_after_shipped, limits.receipt_days_after_signed
    )
    return table.due_on("receipt", due)


def signed_whole(order: Order) -> str | None:
    """When the last parcel of an order was signed for; None while one is still on its way."""
    signed = [row.signed_at for row in table.shipments_of(order)]
    return max(filter(None, signed)) if signed and all(signed) else None


def left_whole(order: Order) -> list[table.Action]:
    """The actions for an order of which nothing is left to ship: all that left may be signed for by then."""
    assert order.shipped_at
    shipped_at, signed_at = clock.from_text(order.shipped_at), signed_whole(order)
    if signed_at is None:
        return receipt_timer(shipped_at, None)
    return [*receipt_timer(shipped_at, clock.from_text(signed_at)), table.signed(signed_at)]


def receive(agent_id: str, order_id: str, now: datetime) -> OrderView:
    """The buyer has the goods; saying so again changes nothing.

    Raises OrderNotFound, OrderStateForbids, AfterSaleOpen.
    """
    return reading.view(transaction.retry_stale(lambda: _complete(agent_id, order_id, now)), now)


def due_receipts(now: datetime) -> Iterator[Order]:
    """Orders that count as received by now."""
    return table.due("receipt", now)


def complete(found: Order, now: datetime) -> None:
    """Complete an order whose buyer said nothing for long enough, unless its timer was set anew.

    While an after-sale is open the timer rests; the end of the last one starts it again.
    """

    def decide() -> None:
        order = reading.of_agent(found.agent_id, found.order_id)
        if order.state != "shipped" or not order.due_at or clock.from_text(order.due_at) > now:
            return
        if order.claims:
            transaction.commit([table.change_part(order, table.not_due())])
        else:
            _complete(order.agent_id, order.order_id, now)

    transaction.retry_stale(decide)


def confirm_receipt(order_id: str, now: datetime) -> None:
    """WeChat says that the buyer confirmed the goods.

    An order that did not leave whole, or has an open after-sale, stays as it is; its timer will complete it.
    """

    def decide() -> None:
        order = reading.of_anybody(order_id)
        if order.state == "shipped" and not order.claims:
            _complete(order.agent_id, order_id, now)

    transaction.retry_stale(decide)


def _complete(agent_id: str, order_id: str, now: datetime) -> Order:
    order = reading.of_agent(agent_id, order_id)
    if order.state != "completed":
        rules.check_nothing_open(order)
        until = now + timedelta(days=settings.after_sale_settings().window_days)
        completed = [*table.to_state(order, "completed"), *table.not_due(), *table.completed(now, until)]
        transaction.commit([table.change_part(order, completed)])
    return reading.of_agent(agent_id, order_id)
