"""What the provider must be asked about: payments without a notice, refunds without an end."""

from datetime import datetime

from functions.payments import rules, table
from functions.payments.operations.refunds import send_refund
from functions.payments.operations.settling import ask, give_up
from functions.payments.table import PaymentRow, RefundRow
from kit.http_client import ProviderRefused, ProviderUnsure


def due_payments(now: datetime) -> list[PaymentRow]:
    """Payments to ask the provider about by now, the longest overdue first."""
    return table.due_payments(now)


def due_refunds(now: datetime) -> list[RefundRow]:
    """Refunds to send or to ask about by now, the longest overdue first."""
    return table.due_refunds(now)


def settle_payment(row: PaymentRow, now: datetime) -> None:
    """Ask the provider about an attempt and record the answer; nothing known yet is asked again later.

    An attempt whose order was paid by another one is given up.
    """
    asked = table.due_again(PaymentRow, int(row.asked or 0), now)
    if not table.change(row, asked, table.payment_state_in(rules.AT_PROVIDER)):
        return
    others = table.payments_of(row.order_id)
    if any(other.stage in ("succeeded", "confirmed") for other in others):
        give_up(row, now)
        return
    try:
        ask(row, now)
    except (ProviderUnsure, ProviderRefused):
        return


def settle_refund(row: RefundRow, now: datetime) -> None:
    """Send a refund, or ask the provider how it stands."""
    send_refund(row.refund_id, now)
