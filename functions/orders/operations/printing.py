"""What the papers of orders say: lists to pick and to pack by."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from functions.agents import operations as agents
from functions.catalog import operations as catalog
from functions.catalog.operations import Offer
from functions.orders import rules, table
from functions.orders.operations import reading
from functions.orders.rules import Order
from functions.orders.schemas import (
    Packed,
    PrintedLine,
    PrintedOrder,
    PrintedOrders,
    PrintedParcel,
    PrintedShop,
)
from functions.orders.table import ShipmentRow
from functions.settings import operations as settings
from kit import clock
from kit.tokens import Principal

Offers = Mapping[tuple[str, int], Offer]


def print_order(order_id: str, staff: Principal, now: datetime) -> PrintedOrders:
    """The papers of one order. Raises OrderNotFound."""
    return _printed([reading.for_staff(order_id, staff)], [], now)


def print_orders(order_ids: Sequence[str], staff: Principal, now: datetime) -> PrintedOrders:
    """The papers of many orders, in the order they were asked for."""
    found, unknown = list[Order](), list[str]()
    for order_id in dict.fromkeys(order_ids):
        try:
            found.append(reading.for_staff(order_id, staff))
        except rules.OrderNotFound:
            unknown.append(order_id)
    return _printed(found, unknown, now)


def _printed(orders: Sequence[Order], unknown: list[str], now: datetime) -> PrintedOrders:
    shop = settings.shop()
    offers = catalog.offers_at({(line.sku_id, line.offer_version) for one in orders for line in one.lines})
    return PrintedOrders(
        shop=PrintedShop(name=shop.name, icon=shop.icon, service_phone=shop.service_phone),
        printed_at=clock.to_text(now),
        orders=[_order(order, offers) for order in orders],
        picking=_picking(orders, offers),
        unknown=unknown,
    )


def _order(order: Order, offers: Offers) -> PrintedOrder:
    terms, left = order.terms, order.open_quantities
    own = {line.sku_id: offers[line.sku_id, line.offer_version] for line in order.lines}
    return PrintedOrder(
        order_id=order.order_id,
        order_no=order.order_no,
        barcode=order.order_no,
        state=order.state,
        placed_at=order.placed_at,
        paid_at=order.paid_at,
        company_name=agents.company(order.agent_id).name,
        contact_name=terms.contact_name,
        phone=terms.phone,
        region=terms.region,
        address=terms.address,
        remark=terms.remark,
        purchase_number=terms.purchase_number,
        note=order.note,
        goods_fen=terms.goods_fen,
        discount_fen=terms.promotion_fen + terms.coupon_fen,
        freight_fen=terms.freight_fen,
        total_fen=order.total_fen,
        lines=[
            PrintedLine(
                **_packed(own[line.sku_id], line.quantity).model_dump(),
                unit_price_fen=line.unit_price_fen,
                net_fen=line.net_fen,
                open_quantity=left.get(line.sku_id, 0),
            )
            for line in order.lines
        ],
        picking=[_packed(own[sku_id], quantity) for sku_id, quantity in left.items()],
        parcels=[_parcel(row, own) for row in table.shipments_of(order)] if order.shipped_at else [],
    )


def _parcel(row: ShipmentRow, offers: Mapping[str, Offer]) -> PrintedParcel:
    return PrintedParcel(
        shipment_id=row.shipment_id,
        carrier_name=rules.carrier(row.carrier).name,
        tracking_no=row.tracking_no,
        shipped_at=row.shipped_at,
        lines=[_packed(offers[sku_id], quantity) for sku_id, quantity in row.quantities.items()],
    )


def _picking(orders: Sequence[Order], offers: Offers) -> list[Packed]:
    """What to take from the shelves for all orders that may leave, by code; goods as described last."""
    wanted: Counter[str] = Counter()
    for order in orders:
        if order.state in ("to_ship", "part_shipped"):
            wanted.update(order.open_quantities)
    newest = {sku_id: offers[sku_id, version] for sku_id, version in sorted(offers)}
    packed = (_packed(newest[sku_id], quantity) for sku_id, quantity in wanted.items())
    return sorted(packed, key=lambda one: one.code)


def _packed(offer: Offer, quantity: int) -> Packed:
    cartons, pieces = divmod(quantity, offer.units_per_carton)
    return Packed(
        sku_id=offer.sku_id,
        code=offer.code,
        name=offer.name,
        spec=offer.spec,
        unit=offer.unit,
        quantity=quantity,
        units_per_carton=offer.units_per_carton,
        cartons=cartons,
        pieces=pieces,
    )
