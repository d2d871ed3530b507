"""Which facts a changed row announces."""

from collections.abc import Iterator, Sequence
from typing import Any

from functions.agents import operations as agents
from functions.catalog import operations as catalog
from functions.orders import rules, table
from functions.orders.operations.after_sales_announcing import after_sale_facts
from functions.orders.operations.reading import CLOSED_TEXTS
from functions.orders.rules import Order, PurchaseRequest
from functions.orders.schemas import (
    OrderApproved,
    OrderClosed,
    OrderCompleted,
    OrderPaid,
    OrderPlaced,
    OrderPlacedOnBehalf,
    OrderRefunded,
    OrderRepriced,
    OrderShipped,
    OrderSigned,
    PaidLine,
    PurchaseApproved,
    PurchaseDeclined,
    PurchaseRequested,
)
from functions.orders.table import after_sales, prices, purchase_requests
from kit import ids
from kit.facts import Fact, Row


def facts_of(old: Row, new: Row) -> Iterator[Fact]:
    """The facts behind one change of a row."""
    if new is not None and after_sales.is_after_sale(new):
        yield from after_sale_facts(old, new)
        return
    if new is not None and purchase_requests.is_purchase_request(new):
        yield from _purchase_facts(purchase_requests.of_image(new))
        return
    if new is None or not new["sk"].startswith("ORDER#"):
        return
    _, _, kind = new["sk"].removeprefix("ORDER#").partition("#")
    if not kind:
        yield from _order_facts(table.order_of(old) if old else None, table.order_of(new))
    elif kind.startswith("SHIPMENT#") and old is None:
        yield _shipped(new)
    elif kind.startswith("PRICE#") and old is None:
        yield _repriced(new)


def _purchase_facts(request: PurchaseRequest) -> Iterator[Fact]:
    """Each change of a request is told once: to the owners when it is made, to whoever asked when decided."""
    owners = agents.owner_ids(request.agent_id) if request.state == "pending" else ()
    told: dict[str, Any] = {
        "event_id": ids.derived_id("PurchaseRequest", request.request_id, request.state),
        "occurred_at": request.decided_at or request.asked_at,
        "agent_id": request.agent_id,
        "request_id": request.request_id,
        "user_ids": owners or (request.asked_by,),
        "asked_by_name": agents.user_names(request.agent_id).get(request.asked_by, ""),
        "title": request.title,
        "total_fen": request.total_fen,
    }
    match request.state:
        case "pending":
            yield PurchaseRequested(**told)
        case "approved":
            yield PurchaseApproved(**told, order_id=request.order_id)
        case "declined":
            yield PurchaseDeclined(**told, reason=request.reason)


def _order_facts(before: Order | None, order: Order) -> Iterator[Fact]:
    if before is None:
        yield OrderPlaced(
            **_common("OrderPlaced", order, order.placed_at),
            total_fen=order.total_fen,
            payment_method=order.terms.method,
            region_code=order.terms.region_code,
            lines=_lines(order, [line.net_fen for line in order.lines]),
        )
        if order.terms.on_behalf:
            placed = _common("OrderPlacedOnBehalf", order, order.placed_at)
            yield OrderPlacedOnBehalf(**placed, total_fen=order.total_fen)
        return
    if order.paid_at and not before.paid_at:
        yield OrderPaid(
            **_common("OrderPaid", order, order.paid_at),
            tier=order.tier or "",
            # Of an order on credit something may have gone back before its money came.
            paid_fen=order.total_fen - order.refunded_fen,
            paid_at=order.paid_at,
            freight_fen=order.terms.freight_fen,
            lines=_lines(order, _remaining(order)),
            needs_review=order.state == "pending_review",
        )
    if order.approved_at and not before.approved_at:
        approved_by = order.approved_by or ""
        yield OrderApproved(**_common("OrderApproved", order, order.approved_at), approved_by=approved_by)
    if order.signed_at and not before.signed_at:
        yield OrderSigned(**_common("OrderSigned", order, order.signed_at), signed_at=order.signed_at)
    if order.completed_at and not before.completed_at:
        yield _completed(order, order.completed_at)
    if order.last_refund and order.last_refund != before.last_refund:
        yield _refunded(order, order.last_refund)
    if order.closed_at and order.closed_reason and not before.closed_at:
        reason = CLOSED_TEXTS[order.closed_reason]
        yield OrderClosed(
            **_common("OrderClosed", order, order.closed_at),
            cause=order.closed_reason,
            reason=f"{reason}：{order.closed_detail}" if order.closed_detail else reason,
        )


def _completed(order: Order, at: str) -> OrderCompleted:
    lines = zip(_lines(order, _remaining(order)), order.progress, strict=True)
    received = tuple(line for line, progress in lines if progress.shipped)
    return OrderCompleted(**_common("OrderCompleted", order, at), completed_at=at, lines=received)


def _remaining(order: Order) -> list[int]:
    """The fen still paid for each line."""
    return [
        line.net_fen - progress.refunded_fen
        for line, progress in zip(order.lines, order.progress, strict=True)
    ]


def _refunded(order: Order, refund: rules.LastRefund) -> OrderRefunded:
    return OrderRefunded(
        **_common("OrderRefunded", order, refund.at, refund.refund_id),
        refund_id=refund.refund_id,
        refunded_at=refund.at,
        amount_fen=refund.amount_fen,
        remaining_lines=_lines(order, _remaining(order)),
    )


def _shipped(image: dict[str, Any]) -> OrderShipped:
    order_id, _, shipment_id = image["sk"].removeprefix("ORDER#").split("#")
    return OrderShipped(
        event_id=ids.derived_id("OrderShipped", order_id, shipment_id),
        occurred_at=image["shipped_at"],
        order_id=order_id,
        order_no=image["order_no"],
        agent_id=image["pk"].removeprefix("AGENT#"),
        shipment_id=shipment_id,
        carrier=image["carrier"],
        carrier_name=rules.carrier(image["carrier"]).name,
        tracking_no=image["tracking_no"],
        shipped_at=image["shipped_at"],
        lines=table.quantities_of(image),
    )


def _repriced(image: dict[str, Any]) -> OrderRepriced:
    order_id, _, version = image["sk"].removeprefix("ORDER#").split("#")
    changed = prices.price_change_in(image)
    return OrderRepriced(
        event_id=ids.derived_id("OrderRepriced", order_id, version),
        occurred_at=changed.pop("changed_at"),
        order_id=order_id,
        agent_id=image["pk"].removeprefix("AGENT#"),
        **changed,
    )


def _common(kind: str, order: Order, at: str, source: str = "") -> dict[str, Any]:
    return {
        "event_id": ids.derived_id(kind, order.order_id, source),
        "occurred_at": at,
        "order_id": order.order_id,
        "order_no": order.order_no,
        "agent_id": order.agent_id,
    }


def _lines(order: Order, net_fen: Sequence[int]) -> tuple[PaidLine, ...]:
    offers = catalog.offers_at((line.sku_id, line.offer_version) for line in order.lines)
    found = [(line, offers[line.sku_id, line.offer_version]) for line in order.lines]
    return tuple(
        PaidLine(
            sku_id=line.sku_id,
            product_id=offer.product_id,
            category_path=offer.category_path,
            brand_id=offer.brand_id,
            tags=offer.tags,
            quantity=line.quantity,
            net_fen=net,
            points_eligible=offer.points_eligible,
        )
        for (line, offer), net in zip(found, net_fen, strict=True)
    )
