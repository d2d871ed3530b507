"""Orders' stream, queues and schedules."""

import os
from collections.abc import Mapping
from typing import Any

from functions.orders import operations
from functions.orders.schemas import ExportNext, OrderShipped, WechatReceiptConfirmed
from functions.payments import operations as payments
from functions.payments.schemas import PaymentSucceeded, RefundFailed, RefundSucceeded
from kit import clock, facts
from kit.facts import Batch


def publish(event: Mapping[str, Any], context: object) -> Batch:
    """Announce what became of orders."""
    return facts.publish(event, operations.facts_of, "orders")


def on_payment_succeeded(event: Mapping[str, Any], context: object) -> Batch:
    """Let a paid order move on, or send the money back."""

    def accept(fact: PaymentSucceeded) -> None:
        operations.accept_payment(
            fact.agent_id, fact.order_id, fact.payment_id, fact.amount_fen, fact.paid_at, clock.now()
        )

    return facts.consume(event, {PaymentSucceeded: accept})


def on_refund_settled(event: Mapping[str, Any], context: object) -> Batch:
    """Note how a refund ended."""

    def succeed(fact: RefundSucceeded) -> None:
        operations.settle_refund(fact.agent_id, fact.order_id, fact.refund_id, True, clock.now())

    def fail(fact: RefundFailed) -> None:
        if fact.state == "closed":
            operations.settle_refund(fact.agent_id, fact.order_id, fact.refund_id, False, clock.now())

    return facts.consume(event, {RefundSucceeded: succeed, RefundFailed: fail})


def on_order_shipped(event: Mapping[str, Any], context: object) -> Batch:
    """Tell WeChat that goods left and have the parcel followed."""

    def announce(fact: OrderShipped) -> None:
        operations.announce_shipment(fact.agent_id, fact.order_id, fact.shipment_id, clock.now())

    return facts.consume(event, {OrderShipped: announce})


def on_wechat_receipt_confirmed(event: Mapping[str, Any], context: object) -> Batch:
    """Complete an order whose buyer confirmed the goods in WeChat."""

    def confirm(fact: WechatReceiptConfirmed) -> None:
        operations.confirm_receipt(payments.order_of(fact.payment_id), clock.now())

    return facts.consume(event, {WechatReceiptConfirmed: confirm})


def close_overdue(event: Mapping[str, Any], context: object) -> None:
    """Close orders that were not paid in time."""
    now = clock.from_text(event["time"])
    facts.each(operations.due_unpaid(now), lambda order: operations.close_overdue(order, now))


def complete_shipped(event: Mapping[str, Any], context: object) -> None:
    """Complete orders whose buyers said nothing for long enough."""
    now = clock.from_text(event["time"])
    facts.each(operations.due_receipts(now), lambda order: operations.complete(order, now))


def cancel_unreturned(event: Mapping[str, Any], context: object) -> None:
    """Cancel after-sales whose goods were not sent back in time."""
    now = clock.from_text(event["time"])
    facts.each(operations.unreturned(now), lambda case: operations.cancel_unreturned(case, now))


def export_orders(event: Mapping[str, Any], context: object) -> Batch:
    """Write the next orders into a file and ask for those after them."""

    def export(command: ExportNext) -> None:
        if following := operations.export_next(command, os.environ["EXPORTS_BUCKET"], clock.now()):
            facts.send(os.environ["EXPORT_ORDERS_QUEUE"], following)

    return facts.receive(event, ExportNext, export)
