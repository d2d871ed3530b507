"""Stock for staff."""

from functions.inventory import operations, rules, schemas
from kit import ids
from kit.api import Call, Door, permission
from kit.errors import KeyReused
from kit.pages import Page, PageQuery

door = Door("inventory")
STOCK = permission("stock")


@door.endpoint("GET", "/stock", access=STOCK, query=schemas.StockQuery, answer=Page[schemas.StockFigures])
def list_stock(call: Call) -> Page[schemas.StockFigures]:
    """Stock of all SKUs, by code; `code` narrows to those that start with it."""
    return operations.list_stock(call.query)


@door.endpoint("GET", "/stock/alerts", access=STOCK, query=PageQuery, answer=Page[schemas.StockFigures])
def list_low_stock(call: Call) -> Page[schemas.StockFigures]:
    """SKUs at or below their threshold, emptiest first."""
    return operations.list_low(call.query)


@door.endpoint("GET", "/stock/arrivals", access=STOCK, query=PageQuery, answer=Page[schemas.ArrivalView])
def list_arrivals(call: Call) -> Page[schemas.ArrivalView]:
    """What is still to arrive, the next ones first."""
    return operations.list_expected(call.query)


@door.endpoint("GET", "/stock/{sku_id}", access=STOCK, answer=schemas.StockDetail)
def show_stock(call: Call, sku_id: str) -> schemas.StockDetail:
    """The stock of one SKU with its newest movements."""
    return operations.detail(sku_id)


@door.endpoint(
    "GET", "/stock/{sku_id}/movements", access=STOCK, query=PageQuery, answer=Page[schemas.StockMovement]
)
def list_movements(call: Call, sku_id: str) -> Page[schemas.StockMovement]:
    """Every change of a SKU's stock, newest first."""
    return operations.list_movements(sku_id, call.query)


@door.endpoint(
    "POST",
    "/stock/{sku_id}/adjustments",
    access=STOCK,
    body=schemas.AdjustStock,
    answer=schemas.StockMovement,
    status=201,
    idempotent=True,
    errors=(rules.CountOutdated, rules.StillReserved, KeyReused),
)
def adjust_stock(call: Call, sku_id: str) -> schemas.StockMovement:
    """Change the stock by hand: goods bought in, damaged or counted."""
    user_id = call.principal.user_id
    adjustment_id = ids.derived_id("adjustment", user_id, sku_id, call.idempotency_key)
    return operations.adjust(sku_id, call.body, adjustment_id, user_id, call.now)


@door.endpoint(
    "PUT", "/stock/{sku_id}/threshold", access=STOCK, body=schemas.SetThreshold, answer=schemas.StockDetail
)
def set_threshold(call: Call, sku_id: str) -> schemas.StockDetail:
    """Set at how many available pieces staff want to be told."""
    return operations.set_threshold(sku_id, call.body.threshold)


@door.endpoint(
    "POST",
    "/stock/{sku_id}/arrivals",
    access=STOCK,
    body=schemas.ExpectArrival,
    answer=schemas.ArrivalView,
    status=201,
    idempotent=True,
    errors=(rules.StockNotFound, KeyReused),
)
def expect_arrival(call: Call, sku_id: str) -> schemas.ArrivalView:
    """Note that pieces are on their way."""
    arrival_id = ids.derived_id("arrival", call.principal.user_id, sku_id, call.idempotency_key)
    return operations.expect(sku_id, call.body, arrival_id)


@door.endpoint(
    "POST",
    "/stock/{sku_id}/arrivals/{arrival_id}/receipts",
    access=STOCK,
    body=schemas.ReceiveArrival,
    answer=schemas.ArrivalView,
    status=201,
    idempotent=True,
    errors=(rules.StockNotFound, rules.ArrivalNotFound, rules.ArrivalClosed, KeyReused),
)
def receive_arrival(call: Call, sku_id: str, arrival_id: str) -> schemas.ArrivalView:
    """Take pieces that arrived into stock."""
    user_id = call.principal.user_id
    receipt_id = ids.derived_id("receipt", user_id, sku_id, call.idempotency_key)
    return operations.receive(sku_id, arrival_id, call.body, receipt_id, user_id, call.now)


@door.endpoint(
    "POST",
    "/stock/{sku_id}/arrivals/{arrival_id}/cancellation",
    access=STOCK,
    answer=schemas.ArrivalView,
    errors=(rules.StockNotFound, rules.ArrivalNotFound, rules.ArrivalClosed),
)
def cancel_arrival(call: Call, sku_id: str, arrival_id: str) -> schemas.ArrivalView:
    """What has not arrived yet will not come."""
    return operations.cancel_arrival(sku_id, arrival_id)
