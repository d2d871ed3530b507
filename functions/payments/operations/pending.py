"""Payments whose outcome nobody has told us: the provider is asked."""

from datetime import datetime

from functions.payments import rules, table
from functions.payments.operations.settling import ask, give_up
from functions.payments.table import PaymentRow
from kit.http_client import ProviderRefused, ProviderUnsure


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
