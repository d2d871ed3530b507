"""Payments' stream, queue and schedule."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from functions.payments import operations, table
from functions.payments.schemas import RefundCreated
from kit import clock, facts
from kit.facts import Batch


def publish(event: Mapping[str, Any], context: object) -> Batch:
    """Announce what became of payments and refunds."""
    return facts.publish(event, operations.facts_of, "payments")


def on_refund_created(event: Mapping[str, Any], context: object) -> Batch:
    """Ask the provider to send the money back."""

    def send(fact: RefundCreated) -> None:
        operations.send_refund(fact.refund_id, clock.now())

    return facts.consume(event, {RefundCreated: send})


def query_pending(event: Mapping[str, Any], context: object) -> None:
    """Ask about payments and refunds whose outcome nobody has told us; let credits become due."""
    now = clock.from_text(event["time"])
    steps = [
        *(partial(operations.settle_payment, row, now) for row in table.due_payments(now)),
        *(partial(operations.step_credit, row, now) for row in table.due_credits(now)),
        *(partial(operations.send_refund, row.refund_id, now) for row in table.due_refunds(now)),
    ]
    facts.each(steps, lambda step: step())


def reconcile_day(event: Mapping[str, Any], context: object) -> None:
    """Compare yesterday's books with the providers'."""
    operations.reconcile_yesterday(clock.from_text(event["time"]))
