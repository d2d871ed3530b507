"""What must add up in stock, orders and payments, whatever happened."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from functions.orders.rules import Order
from functions.orders.table import after_sales, order_of
from kit.rows import plain
from tests.kit.engines import Tables

_OWED = ("committed", "due", "overdue")
_PAID_STATES = ("to_ship", "part_shipped", "shipped", "completed")


def discrepancies(tables: Tables) -> list[str]:
    """Each rule that the stored rows break, in words."""
    rows = [plain(item) for item in tables.rows("orders")]
    orders = [order_of(row) for row in rows if "terms" in row]
    return [
        *_stock(tables, orders),
        *_parcels(rows, orders),
        *_claims(rows, orders),
        *_money([plain(item) for item in tables.rows("payments")], orders),
    ]


def _stock(tables: Tables, orders: list[Order]) -> list[str]:
    wanted: Counter[str] = Counter()
    for order in orders:
        if order.state != "closed":
            wanted.update(order.open_quantities)
    found = []
    for row in map(plain, tables.rows("inventory")):
        if row["sk"] != "STOCK":
            continue
        sku_id = row["pk"].removeprefix("SKU#")
        if row["reserved"] != wanted[sku_id]:
            found.append(f"{sku_id}: {row['reserved']} reserved, {wanted[sku_id]} open in orders")
        if row["available"] != row["on_hand"] - row["reserved"] - row["held"]:
            found.append(f"{sku_id}: available does not follow from the other figures")
    return found


def _parcels(rows: list[dict[str, Any]], orders: list[Order]) -> list[str]:
    sent: Counter[tuple[str, str]] = Counter()
    for row in rows:
        if "#SHIPMENT#" in row["sk"] and row["pk"].startswith("AGENT#"):
            order_id = row["sk"].split("#")[1]
            for sku_id, pieces in json.loads(row["quantities"]).items():
                sent[order_id, sku_id] += pieces
    return [
        f"{order.order_no}: {sent[order.order_id, line.sku_id]} of {line.sku_id} in parcels"
        for order in orders
        for line, progress in zip(order.lines, order.progress, strict=True)
        if progress.shipped != sent[order.order_id, line.sku_id]
    ]


def _claims(rows: list[dict[str, Any]], orders: list[Order]) -> Iterator[str]:
    cases = [after_sales.of_image(row) for row in rows if after_sales.is_after_sale(row)]
    for order in orders:
        pieces = {
            case.after_sale_id: {} if case.state == "refunding" else case.pieces_to_refund
            for case in cases
            if case.order_id == order.order_id and case.is_open
        }
        if order.claims != pieces:
            yield f"{order.order_no}: claims {order.claims}, its open after-sales {pieces}"
        for line, progress in zip(order.lines, order.progress, strict=True):
            if progress.returned + order.claimed.get(line.sku_id, 0) > progress.shipped:
                yield f"{order.order_no}: more of {line.sku_id} returned and claimed than left"


def _money(rows: list[dict[str, Any]], orders: list[Order]) -> list[str]:
    refunds = [row for row in rows if row["sk"].startswith("REFUND#")]
    attempts = [row for row in rows if row["sk"].startswith("PAYMENT#")]
    paid: Counter[str] = Counter()
    for row in attempts:
        paid[row["pk"]] += row["amount_fen"] if "paid_at" in row else 0
    found = [finding for row in attempts for finding in _attempt(row, refunds)]
    return found + [finding for order in orders for finding in _order(order, paid[f"ORDER#{order.order_id}"])]


def _attempt(row: dict[str, Any], refunds: list[dict[str, Any]]) -> Iterator[str]:
    payment_id = f"{row['pk'].removeprefix('ORDER#')}-{int(row['sk'].removeprefix('PAYMENT#'))}"
    own = [refund for refund in refunds if refund["payment_id"] == payment_id]
    held = sum(refund["amount_fen"] for refund in own if refund["state"] != "refund.closed")
    gone = sum(refund["amount_fen"] for refund in own if refund["state"] == "refund.succeeded")
    counts = "paid_at" in row or row["state"] in _OWED or gone
    if row["refundable_fen"] != (row["amount_fen"] if counts else 0) - held:
        yield f"{payment_id}: refundable is not what is left of the payment"
    if row["refunded_fen"] != gone:
        yield f"{payment_id}: refunded is not what went back"


def _order(order: Order, paid_fen: int) -> Iterator[str]:
    if order.paid_at and paid_fen < order.total_fen:
        yield f"{order.order_no}: paid without money"
    if order.state in _PAID_STATES and order.total_fen and order.payment_id is None:
        yield f"{order.order_no}: {order.state} without a payment"
    decided = sum(one.decided_fen for one in order.progress) + order.decided_freight_fen
    if not order.refunded_fen <= decided <= order.total_fen:
        yield f"{order.order_no}: refunds exceed the order"
