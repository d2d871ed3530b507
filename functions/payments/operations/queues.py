"""What waits for finance, and what a company paid and got back; of the regions of who asks."""

from functions.agents import operations as agents
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
from kit.tokens import Principal


def payments_in(query: PaymentsQuery, staff: Principal) -> Page[PaymentRecord]:
    """Payments of one company, newest first, or of one state, longest waiting first. Raises NotFound."""
    if query.agent_id:
        agents.require_covered(query.agent_id, staff)
        rows, cursor = table.payments_of_agent(query.agent_id, query)
    else:
        rows, cursor = table.payments_in(query.state, agents.covered_by(staff), query)
    return Page(items=[record_of(row) for row in rows], next_cursor=cursor)


def payments_of(order_id: str, staff: Principal) -> OrderPayments:
    """All that was paid for an order and given back."""
    covered = agents.covered_by(staff)
    return OrderPayments(
        payments=[record_of(row) for row in table.payments_of(order_id) if covered(row.agent_id)],
        refunds=[record_of_refund(row) for row in table.refunds_of(order_id) if covered(row.agent_id)],
    )


def transfers_in(query: TransfersQuery, staff: Principal) -> Page[PaymentRecord]:
    """Bank transfers of one state, the longest waiting first."""
    rows, cursor = table.payments_in(query.state, agents.covered_by(staff), query)
    return Page(items=[record_of(row) for row in rows], next_cursor=cursor)


def refunds_in(query: RefundsQuery, staff: Principal) -> Page[RefundRecord]:
    """Refunds of one company, newest first, or of one state, longest waiting first. Raises NotFound."""
    if query.agent_id:
        agents.require_covered(query.agent_id, staff)
        rows, cursor = table.refunds_of_agent(query.agent_id, query)
    else:
        rows, cursor = table.refunds_in(query.state, agents.covered_by(staff), query)
    return Page(items=[record_of_refund(row) for row in rows], next_cursor=cursor)
