"""What waits for finance, for those who look at the whole business."""

from functions.payments import table
from functions.payments.operations.views import record_of, record_of_refund
from functions.payments.schemas import (
    OrderPayments,
    PaymentRecord,
    PaymentsQuery,
    RefundRecord,
    RefundsQuery,
    TransfersQuery,
)
from kit.pages import Page


def payments_in(query: PaymentsQuery) -> Page[PaymentRecord]:
    """Payments of one state, the longest waiting first."""
    rows, cursor = table.payments_in(query.state, query)
    return Page(items=[record_of(row) for row in rows], next_cursor=cursor)


def payments_of(order_id: str) -> OrderPayments:
    """All that was paid for an order and given back."""
    return OrderPayments(
        payments=[record_of(row) for row in table.payments_of(order_id)],
        refunds=[record_of_refund(row) for row in table.refunds_of(order_id)],
    )


def transfers_in(query: TransfersQuery) -> Page[PaymentRecord]:
    """Bank transfers of one state, the longest waiting first."""
    rows, cursor = table.payments_in(query.state, query)
    return Page(items=[record_of(row) for row in rows], next_cursor=cursor)


def refunds_in(query: RefundsQuery) -> Page[RefundRecord]:
    """Refunds of one state, the longest waiting first."""
    rows, cursor = table.refunds_in(query.state, query)
    return Page(items=[record_of_refund(row) for row in rows], next_cursor=cursor)
