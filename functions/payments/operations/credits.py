"""Orders on credit: a part of the company's limit is held, then owed, then paid back."""

from collections import Counter
from datetime import datetime, timedelta

from functions.agents import operations as agents
from functions.payments import rules, table
from functions.payments.operations.attempts import Bill
from functions.payments.operations.views import record_of
from functions.payments.schemas import Confirmation, CreditAgeing, CreditsQuery, OwedByAge, PaymentRecord
from functions.payments.table import PaymentRow
from kit import clock, log, transaction
from kit.errors import Stale
from kit.pages import Page
from kit.tokens import Principal
from kit.transaction import Part

_FIRST = 1
_OLDEST_FIRST: tuple[rules.Age, ...] = ("older", "to_90", "to_60", "to_30", "not_due")


def hold_credit_parts(bill: Bill, user_id: str, now: datetime) -> list[Part]:
    """Hold an order's amount from the company's limit, as its first payment.

    Errors: CompanyNotActive, CreditOverdue, CreditNotEnough.
    """
    at = clock.to_text(now)
    row = PaymentRow(
        table.order_key(bill.order_id),
        table.payment_key(_FIRST),
        agent_id=bill.agent_id,
        method="credit",
        state="held",
        state_since=at,
        amount_fen=bill.amount_fen,
        title=bill.title,
        expires_at=clock.to_text(bill.deadline),
        key="",
        created_by=user_id,
        created_at=at,
        remittance_code=bill.remittance_code,
    )
    return [*agents.use_credit_parts(bill.agent_id, bill.amount_fen), transaction.create(row)]


def commit_credit_parts(payment_id: str, days: int, now: datetime) -> list[Part]:
    """The order was approved: its amount is owed, in so many days. Raises PaymentNotFound; error Stale."""
    row = _found(payment_id)
    due = now + timedelta(days=days)
    committed = [
        *table.to_payment_state("committed", now),
        *table.credit_due(due),
        PaymentRow.expires_at.set(clock.to_text(due)),
        PaymentRow.refundable_fen.set(row.amount_fen),
    ]
    return [table.change_part(row, committed, table.payment_state_in(["held"]))]


def release_credit_parts(payment_id: str, now: datetime) -> list[Part]:
    """The order was turned down: its amount is free again. Raises PaymentNotFound; error Stale."""
    row = _found(payment_id)
    gone = table.to_payment_state("closed", now)
    return [
        table.change_part(row, gone, table.payment_state_in(["held"])),
        *agents.return_credit_parts(row.agent_id, int(row.amount_fen)),
    ]


def step_credit(row: PaymentRow, now: datetime) -> None:
    """A credit becomes due on its day and overdue on the next, unless it was paid meanwhile."""
    before, state = row.stage, rules.credit_step(row.stage)
    if state is None:
        return
    unchanged = table.payment_state_in([before])
    if state == "due":
        tomorrow = table.credit_due(now + timedelta(days=1))
        table.change(row, [*table.to_payment_state(state, now), *tomorrow], unchanged)
        return
    late = [*table.to_payment_state(state, now), *table.not_due(PaymentRow)]
    try:
        transaction.commit([table.change_part(row, late, unchanged), *agents.overdue_parts(row.agent_id)])
    except Stale:
        log.logger.info("credit_moved_on", extra={"payment_id": row.payment_id})


def settle_credit(payment_id: str, found: Confirmation, staff: Principal, now: datetime) -> PaymentRecord:
    """Finance found the money for a credit: exactly what is owed settles it and frees the limit.

    Repeating it changes nothing. Raises PaymentNotFound, NotOwed, ReferenceUsed.
    """
    covered = agents.covered_by(staff)

    def settle() -> None:
        row = _found(payment_id)
        if not covered(row.agent_id):
            raise rules.PaymentNotFound()
        if row.stage in rules.PAID and row.bank_reference == found.bank_reference:
            return
        owed_fen = _owed_fen(row) if row.stage in rules.OWED else 0
        if owed_fen != found.received_fen:
            raise rules.NotOwed(owed_fen=owed_fen)
        settled = [
            *table.to_payment_state("settled", now),
            *table.not_due(PaymentRow),
            PaymentRow.paid_at.set(clock.to_text(now)),
            PaymentRow.received_fen.set(found.received_fen),
            PaymentRow.bank_reference.set(found.bank_reference),
            PaymentRow.decided_by.set(staff.user_id),
        ]
        unchanged = table.payment_state_in([row.stage]) & (PaymentRow.refunded_fen == row.refunded_fen)
        transaction.commit(
            [
                table.change_part(row, settled, unchanged),
                table.use_reference_part(found.bank_reference, payment_id, rules.ReferenceUsed),
                *agents.return_credit_parts(row.agent_id, owed_fen, row.stage == "overdue"),
            ]
        )

    transaction.retry_stale(settle)
    return record_of(_found(payment_id))


def credit_ageing(staff: Principal, now: datetime) -> CreditAgeing:
    """What every company owes, by how late it is; those who are latest come first."""
    covered = agents.covered_by(staff)
    owed: dict[str, Counter[rules.Age]] = {}
    for state in rules.OWED:
        for row in table.all_in(state):
            if not covered(row.agent_id):
                continue
            age = rules.age_of(clock.from_text(row.expires_at), now)
            owed.setdefault(row.agent_id, Counter())[age] += _owed_fen(row)
    latest_first = sorted(owed, key=lambda agent_id: [owed[agent_id][age] for age in _OLDEST_FIRST])
    return CreditAgeing(
        day=clock.business_day(now).isoformat(),
        companies=[_aged(agent_id, owed[agent_id]) for agent_id in reversed(latest_first)],
    )


def credit_taken() -> Counter[str]:
    """How much of each company's limit its open credits take, in fen."""
    taken: Counter[str] = Counter()
    for state in ("held", *rules.OWED):
        for row in table.all_in(state):
            taken[row.agent_id] += _owed_fen(row)
    return taken


def _owed_fen(row: PaymentRow) -> int:
    """A refund that is under way does not count yet: only one that is done gives the limit back."""
    return int(row.amount_fen - row.refunded_fen)


def _aged(agent_id: str, owed: Counter[rules.Age]) -> OwedByAge:
    by_age = {f"{age}_fen": owed[age] for age in _OLDEST_FIRST}
    return OwedByAge(agent_id=agent_id, owed_fen=owed.total(), **by_age)


def credits_in(query: CreditsQuery, staff: Principal) -> Page[PaymentRecord]:
    """Credits of one state, the longest waiting first."""
    rows, cursor = table.payments_in(query.state, agents.covered_by(staff), query)
    return Page(items=[record_of(row) for row in rows], next_cursor=cursor)


def _found(payment_id: str) -> PaymentRow:
    row = table.find_payment(payment_id)
    if row is None or row.method != "credit":
        raise rules.PaymentNotFound()
    return row
