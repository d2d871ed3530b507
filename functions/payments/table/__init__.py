"""Payments table.

pk ORDER#<order_id>    sk PAYMENT#<number>       one attempt to pay the order; its id is <order_id>-<number>
                       sk REFUND#<refund_id>     one refund
pk REFERENCE#<number>  sk TRANSFER               the transfer a bank reference confirmed
by_state (state, state_since): work lists of finance; the states of refunds are stored as `refund.<state>`
due (due_kind, due_at): payments and refunds the provider must be asked about, credits that become due
by_day (moved_on, sk): payments and refunds by the business day on which a provider moved the money
by_agent (agent_id, created_at): the keys of a company's payments and refunds
The daily comparisons with a provider's bill are in `table.days`.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar, cast

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection

from functions.payments import rules
from functions.payments.rules import Method, Payment, PaymentState, RefundState
from kit import clock, pages, rows, transaction
from kit.errors import Stale
from kit.pages import PageQuery
from kit.transaction import Part, PartError

__all__ = ["Action", "PaymentRow", "RefundRow"]
Actions = Sequence[Action]
_REFUND = "refund."
_MOST_DUE = 200


class Row(rows.Row):
    """Base of the rows of this table."""

    class Meta:
        table_name = os.environ["PAYMENTS_TABLE"]


class ByState(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "by_state"
        projection = AllProjection()

    state = UnicodeAttribute(hash_key=True)
    state_since = UnicodeAttribute(range_key=True)


class _Due(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "due"
        projection = AllProjection()

    due_kind = UnicodeAttribute(hash_key=True)
    due_at = UnicodeAttribute(range_key=True)


class _ByDay(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "by_day"
        projection = AllProjection()

    moved_on = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


class _ByAgent(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "by_agent"
        projection = KeysOnlyProjection()

    agent_id = UnicodeAttribute(hash_key=True)
    created_at = UnicodeAttribute(range_key=True)


class _OrdersRow(Row):
    """What payments and refunds of an order have in common. Amounts in fen."""

    agent_id = UnicodeAttribute()
    method = UnicodeAttribute()
    state = UnicodeAttribute()
    state_since = UnicodeAttribute()
    amount_fen = NumberAttribute()
    created_at = UnicodeAttribute()
    due_kind = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True)
    asked = NumberAttribute(null=True)
    moved_on = UnicodeAttribute(null=True)
    bank_reference = UnicodeAttribute(null=True)
    decided_by = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)

    @property
    def order_id(self) -> str:
        return str(self.pk.removeprefix("ORDER#"))

    @property
    def way(self) -> Method:
        return cast(Method, self.method)


class PaymentRow(_OrdersRow):
    """One attempt to pay an order."""

    by_state = ByState()
    due = _Due()
    by_day = _ByDay()
    by_agent = _ByAgent()
    title = UnicodeAttribute()
    expires_at = UnicodeAttribute()
    key = UnicodeAttribute()
    created_by = UnicodeAttribute()
    openid = UnicodeAttribute(null=True)
    prepay_id = UnicodeAttribute(null=True)
    prepaid_at = UnicodeAttribute(null=True)
    transaction_id = UnicodeAttribute(null=True)
    paid_at = UnicodeAttribute(null=True)
    late = BooleanAttribute(null=True)
    refundable_fen = NumberAttribute(default=0)
    refunded_fen = NumberAttribute(default=0)
    remittance_code = UnicodeAttribute(null=True)
    voucher = UnicodeAttribute(null=True)
    payer_name = UnicodeAttribute(null=True)
    received_fen = NumberAttribute(null=True)

    @property
    def number(self) -> int:
        return int(self.sk.removeprefix("PAYMENT#"))

    @property
    def payment_id(self) -> str:
        return rules.payment_id(self.order_id, self.number)

    @property
    def stage(self) -> PaymentState:
        return cast(PaymentState, self.state)

    @property
    def since(self) -> datetime:
        return clock.from_text(self.state_since)

    @property
    def payment(self) -> Payment:
        """What other contexts may know."""
        return Payment(
            payment_id=self.payment_id,
            order_id=self.order_id,
            agent_id=self.agent_id,
            method=self.way,
            state=self.stage,
            amount_fen=int(self.amount_fen),
            refundable_fen=int(self.refundable_fen),
            transaction_id=self.transaction_id,
            openid=self.openid,
            paid_at=self.paid_at,
        )


class RefundRow(_OrdersRow):
    """One refund of a payment; its number never changes, however often it is sent."""

    by_state = ByState()
    due = _Due()
    by_day = _ByDay()
    by_agent = _ByAgent()
    payment_id = UnicodeAttribute()
    paid_fen = NumberAttribute()
    note = UnicodeAttribute()
    provider_refund_id = UnicodeAttribute(null=True)
    must_arrive = BooleanAttribute(null=True)
    refunded_at = UnicodeAttribute(null=True)

    @property
    def refund_id(self) -> str:
        return str(self.sk.removeprefix("REFUND#"))

    @property
    def stage(self) -> RefundState:
        return stored_stage(self.state)


class ReferenceRow(Row):
    """A bank reference and the transfer it confirmed."""

    sk = UnicodeAttribute(range_key=True, default="TRANSFER")
    payment_id = UnicodeAttribute()


AnyRow = TypeVar("AnyRow", PaymentRow, RefundRow)
Covered = Callable[[str], bool]  # whether a company is among those a reader may see


def refund_state(state: RefundState) -> str:
    """A refund's state as it is stored, so that its work lists stay apart from those of payments."""
    return _REFUND + state


def stored_stage(state: str) -> RefundState:
    """The refund's state behind what is stored."""
    return cast(RefundState, state.removeprefix(_REFUND))


def order_key(order_id: str) -> str:
    return f"ORDER#{order_id}"


def payment_key(number: int) -> str:
    return f"PAYMENT#{number:02d}"


def refund_key(refund_id: str) -> str:
    return f"REFUND#{refund_id}"


def payments_of(order_id: str) -> list[PaymentRow]:
    """All attempts to pay an order, oldest first."""
    attempts = PaymentRow.sk.startswith("PAYMENT#")
    return list(PaymentRow.query(order_key(order_id), attempts, consistent_read=True))


def refunds_of(order_id: str) -> list[RefundRow]:
    """All refunds of an order, oldest first."""
    found = RefundRow.query(order_key(order_id), RefundRow.sk.startswith("REFUND#"), consistent_read=True)
    return sorted(found, key=lambda row: row.created_at)


def find_payment(payment_id: str) -> PaymentRow | None:
    """One attempt, or None. Raises PaymentNotFound for what cannot be a payment's id."""
    order_id, number = rules.place_of(payment_id)
    return PaymentRow.find(order_key(order_id), payment_key(number), consistent=True)


def find_refund(refund_id: str) -> RefundRow | None:
    """One refund, or None. Raises RefundNotFound for what cannot be a refund's id."""
    return RefundRow.find(order_key(rules.order_of_refund(refund_id)), refund_key(refund_id), consistent=True)


def due_payments(now: datetime) -> list[PaymentRow]:
    """Payments to ask the provider about, the longest overdue first."""
    until = PaymentRow.due_at <= clock.to_text(now)
    return list(PaymentRow.due.query("payment", until, limit=_MOST_DUE))


def due_credits(now: datetime) -> list[PaymentRow]:
    """Credits whose day has come, the longest overdue first."""
    until = PaymentRow.due_at <= clock.to_text(now)
    return list(PaymentRow.due.query("credit", until, limit=_MOST_DUE))


def all_in(state: PaymentState) -> Iterator[PaymentRow]:
    """Every payment in a state, the longest waiting first."""
    return iter(PaymentRow.by_state.query(state))


def due_refunds(now: datetime) -> list[RefundRow]:
    """Refunds to send or to ask about, the longest overdue first."""
    until = RefundRow.due_at <= clock.to_text(now)
    return list(RefundRow.due.query("refund", until, limit=_MOST_DUE))


def moved(model: type[AnyRow], at: datetime) -> list[Action]:
    """The actions that note on which day a provider moved the money."""
    return [model.moved_on.set(clock.business_day(at).isoformat())]


def payments_in(
    state: PaymentState, covered: Covered, query: PageQuery
) -> tuple[list[PaymentRow], str | None]:
    """A page of the payments in a state, the longest waiting first, and the cursor of the next."""
    return _page(PaymentRow, state, covered, query)


def refunds_in(state: RefundState, covered: Covered, query: PageQuery) -> tuple[list[RefundRow], str | None]:
    """A page of the refunds in a state, the longest waiting first, and the cursor of the next."""
    return _page(RefundRow, refund_state(state), covered, query)


def payments_of_agent(agent_id: str, query: PageQuery) -> tuple[list[PaymentRow], str | None]:
    """A page of a company's payments, the newest first, and the cursor of the next."""
    return _page_of_agent(PaymentRow, "PAYMENT#", agent_id, query)


def refunds_of_agent(agent_id: str, query: PageQuery) -> tuple[list[RefundRow], str | None]:
    """A page of a company's refunds, the newest first, and the cursor of the next."""
    return _page_of_agent(RefundRow, "REFUND#", agent_id, query)


def _page(
    model: type[AnyRow], state: str, covered: Covered, query: PageQuery
) -> tuple[list[AnyRow], str | None]:
    scope = f"payments/{state}"
    after = pages.read(query.cursor, scope)
    found = model.by_state.query(state, page_size=query.limit, last_evaluated_key=after)
    rows, last = pages.pick(found, lambda row: row if covered(row.agent_id) else None, query.limit)
    return rows, pages.sign(last, scope)


def _page_of_agent(
    model: type[AnyRow], kind: str, agent_id: str, query: PageQuery
) -> tuple[list[AnyRow], str | None]:
    scope = f"payments/agent/{agent_id}/{kind}"
    found = model.by_agent.query(
        agent_id,
        filter_condition=model.sk.startswith(kind),
        scan_index_forward=False,
        limit=query.limit,
        last_evaluated_key=pages.read(query.cursor, scope),
    )
    keys = [(row.pk, row.sk) for row in found]
    rows = {(row.pk, row.sk): row for row in model.batch_get(keys, consistent_read=True)}
    return [rows[key] for key in keys], pages.sign(found.last_evaluated_key, scope)


def payment_state_in(states: Sequence[PaymentState]) -> Condition:
    return PaymentRow.state.is_in(*states)


def refund_state_in(states: Sequence[RefundState]) -> Condition:
    return RefundRow.state.is_in(*map(refund_state, states))


def to_payment_state(state: PaymentState, now: datetime) -> list[Action]:
    """The actions that move a payment to a state; `due` stays as it is."""
    return [PaymentRow.state.set(state), PaymentRow.state_since.set(clock.to_text(now))]


def to_refund_state(state: RefundState, now: datetime) -> list[Action]:
    """The actions that move a refund to a state; `due` stays as it is."""
    return [RefundRow.state.set(refund_state(state)), RefundRow.state_since.set(clock.to_text(now))]


def not_due(model: type[AnyRow]) -> list[Action]:
    """The actions that take a row off the list of things to ask about."""
    return [model.due_kind.remove(), model.due_at.remove()]


def due_again(model: type[AnyRow], asked: int, now: datetime) -> list[Action]:
    """The actions that put off the next question to the provider."""
    kind = "payment" if model is PaymentRow else "refund"
    return [
        model.due_kind.set(kind),
        model.due_at.set(clock.to_text(rules.next_check(asked, now))),
        model.asked.set(asked + 1),
    ]


def credit_due(instant: datetime) -> list[Action]:
    """The actions that set when a credit takes its next step."""
    return [PaymentRow.due_kind.set("credit"), PaymentRow.due_at.set(clock.to_text(instant))]


def change(row: AnyRow, actions: Sequence[Action], condition: Condition) -> bool:
    """One conditional write; false when the condition did not hold. The row then shows what is stored."""
    return row.change_if(condition, actions)


def change_part(
    row: AnyRow, actions: Sequence[Action], condition: Condition, error: PartError = Stale
) -> Part:
    """The same as a part of a transaction."""
    return transaction.update(type(row), row.pk, row.sk, actions, condition, error)


def no_such_payment_part(order_id: str, number: int, error: PartError) -> Part:
    """Holds while the order has no attempt with this number."""
    return transaction.check(
        PaymentRow, order_key(order_id), payment_key(number), PaymentRow.pk.does_not_exist(), error
    )


def blank_payment(payment_id: str) -> PaymentRow:
    """A row to change without having read it."""
    order_id, number = rules.place_of(payment_id)
    return PaymentRow(order_key(order_id), payment_key(number))


def use_reference_part(reference: str, payment_id: str, error: PartError) -> Part:
    """Note which transfer a bank reference confirmed; each confirms one."""
    return transaction.create(ReferenceRow(f"REFERENCE#{reference}", payment_id=payment_id), error)
