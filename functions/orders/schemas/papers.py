"""Papers of orders: files for spreadsheets, lists to pick and to pack by. Amounts in fen."""

from typing import Literal

from functions.orders.rules import State
from kit.api import View


class ExportView(View):
    """How a file of orders is coming along, and where it is for a while."""

    export_id: str
    stage: Literal["running", "complete", "lapsed"]
    orders: int
    rows: int
    written_up_to: str | None
    started_at: str
    finished_at: str | None
    url: str | None


class Packed(View):
    """Pieces of a SKU, in whole cartons and loose ones."""

    sku_id: str
    code: str
    name: str
    spec: str
    unit: str
    quantity: int
    units_per_carton: int
    cartons: int
    pieces: int


class PrintedLine(Packed):
    """A line of an order and how much of it is still to be shipped."""

    unit_price_fen: int
    net_fen: int
    open_quantity: int


class PrintedParcel(View):
    """What is in a parcel."""

    shipment_id: str
    carrier_name: str
    tracking_no: str
    shipped_at: str
    lines: list[Packed]


class PrintedOrder(View):
    """All that the papers of an order say; `picking` is what is still to be shipped."""

    order_id: str
    order_no: str
    barcode: str
    state: State
    placed_at: str
    paid_at: str | None
    company_name: str
    contact_name: str
    phone: str
    region: str
    address: str
    remark: str
    purchase_number: str
    note: str | None
    goods_fen: int
    discount_fen: int
    freight_fen: int
    total_fen: int
    lines: list[PrintedLine]
    picking: list[Packed]
    parcels: list[PrintedParcel]


class PrintedShop(View):
    """The shop as its papers show it."""

    name: str
    icon: str
    service_phone: str


class PrintedOrders(View):
    """Papers of orders and one list to pick all of them by; ids that are nobody's are named."""

    shop: PrintedShop
    printed_at: str
    orders: list[PrintedOrder]
    picking: list[Packed]
    unknown: list[str]
