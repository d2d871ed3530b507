"""Payments and refunds move only along their tables."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import get_args

import pytest

from functions.payments import rules
from functions.payments.operations.announcing import facts_of
from functions.payments.schemas import (
    PaymentSucceeded,
    RefundFailed,
    RefundSucceeded,
    TransferMismatched,
    VoucherSubmitted,
)
from functions.payments.table import refund_state

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
ORDER = "0" * 26

PAYMENT_MOVES = {
    ("created", "prepaid"),
    ("created", "succeeded"),
    ("created", "closed"),
    ("created", "failed"),
    ("prepaid", "succeeded"),
    ("prepaid", "closed"),
    ("prepaid", "failed"),
    ("failed", "succeeded"),
    ("closed", "succeeded"),
    ("succeeded", "partly_refunded"),
    ("succeeded", "refunded"),
    ("awaiting", "voucher_submitted"),
    ("awaiting", "closed"),
    ("voucher_submitted", "confirmed"),
    ("voucher_submitted", "rejected"),
    ("voucher_submitted", "mismatched"),
    ("mismatched", "voucher_submitted"),
    ("mismatched", "confirmed"),
    ("mismatched", "rejected"),
    ("rejected", "voucher_submitted"),
    ("rejected", "closed"),
    ("confirmed", "partly_refunded"),
    ("confirmed", "refunded"),
    ("held", "committed"),
    ("held", "closed"),
    ("committed", "due"),
    ("committed", "settled"),
    ("committed", "refunded"),
    ("due", "overdue"),
    ("due", "settled"),
    ("due", "refunded"),
    ("overdue", "settled"),
    ("overdue", "refunded"),
    ("settled", "partly_refunded"),
    ("settled", "refunded"),
    ("partly_refunded", "partly_refunded"),
    ("partly_refunded", "refunded"),
}
REFUND_MOVES = {
    ("created", "requested"),
    ("requested", "processing"),
    ("requested", "succeeded"),
    ("requested", "abnormal"),
    ("requested", "closed"),
    ("processing", "succeeded"),
    ("processing", "abnormal"),
    ("processing", "closed"),
    ("abnormal", "requested"),
    ("abnormal", "processing"),
    ("abnormal", "succeeded"),
    ("abnormal", "closed"),
}


@pytest.mark.parametrize(
    ("table", "states", "moves"),
    [
        (rules.PAYMENT, get_args(rules.PaymentState), PAYMENT_MOVES),
        (rules.REFUND, get_args(rules.RefundState), REFUND_MOVES),
    ],
    ids=["payment", "refund"],
)
def test_every_pair_is_allowed_or_forbidden_as_written(table, states, moves) -> None:
    assert set(table) == set(states)
    for earlier, later in product(states, states):
        assert (later in table[earlier]) == ((earlier, later) in moves), f"{earlier} → {later}"
        assert (earlier in rules.before(table, later)) == ((earlier, later) in moves)


def test_nothing_leads_from_paid_back_to_unpaid() -> None:
    for state in rules.PAID:
        assert rules.PAYMENT[state] <= set(rules.PAID)


def test_payment_ids_name_their_order_and_are_a_provider_number() -> None:
    number = rules.payment_id(ORDER, 12)
    assert rules.place_of(number) == (ORDER, 12)
    assert len(number) <= 32


@pytest.mark.parametrize(
    "text", ["", ORDER, f"{ORDER}-0", f"{ORDER}-123", f"{ORDER}-x", "x-1", f"{ORDER}-1\n"]
)
def test_other_texts_are_no_payment(text: str) -> None:
    with pytest.raises(rules.PaymentNotFound):
        rules.place_of(text)


@pytest.mark.parametrize("text", ["", "-A", ORDER, f"{ORDER}-", f"{ORDER[1:]}-A"])
def test_other_texts_are_no_refund(text: str) -> None:
    with pytest.raises(rules.RefundNotFound):
        rules.order_of_refund(text)


def test_the_same_cause_gives_the_same_refund_number() -> None:
    assert rules.refund_id(ORDER, "A") == rules.refund_id(ORDER, "A") != rules.refund_id(ORDER, "B")
    assert rules.order_of_refund(rules.refund_id(ORDER, "A")) == ORDER


def test_questions_to_the_provider_become_rarer() -> None:
    waits = [rules.next_check(asked, NOW) - NOW for asked in range(8)]
    assert waits == sorted(waits)
    assert waits[0] == timedelta(minutes=1)
    assert waits[-1] == timedelta(hours=1)


@pytest.mark.parametrize(
    ("state", "hours", "outcome"),
    [
        ("awaiting", 0, "closed"),
        ("voucher_submitted", 99, "under_review"),
        ("mismatched", 99, "under_review"),
        ("rejected", 23, "under_review"),
        ("rejected", 24, "closed"),
    ],
)
def test_a_transfer_is_not_closed_while_finance_may_still_find_the_money(state, hours, outcome) -> None:
    assert rules.transfer_closing(state, NOW, NOW + timedelta(hours=hours)) == outcome


def payment_row(**changed: object) -> dict[str, object]:
    return {
        "pk": f"ORDER#{ORDER}",
        "sk": "PAYMENT#01",
        "agent_id": "A",
        "method": "wechat",
        "amount_fen": 5,
        "state": "prepaid",
        "state_since": "2026-11-22T02:00:00Z",
    } | changed


def refund_row(state: rules.RefundState, **changed: object) -> dict[str, object]:
    return payment_row(sk=f"REFUND#{ORDER}-R", payment_id=f"{ORDER}-1", state=refund_state(state), **changed)


def test_facts_tell_what_changed_and_nothing_else() -> None:
    unpaid, paid = payment_row(), payment_row(state="succeeded", paid_at="2026-11-22T02:00:00Z", late=True)
    (fact,) = facts_of(unpaid, paid)
    assert isinstance(fact, PaymentSucceeded)
    assert (fact.payment_id, fact.late, fact.amount_fen) == (f"{ORDER}-1", True, 5)
    assert list(facts_of(paid, paid | {"refundable_fen": 1})) == []
    assert list(facts_of(paid, payment_row(state="partly_refunded"))) == []
    assert list(facts_of(paid, None)) == []
    assert list(facts_of(unpaid, payment_row(state="closed"))) == []


def test_a_fact_has_the_same_id_at_every_delivery_and_another_for_another_change() -> None:
    paid = payment_row(state="succeeded", paid_at="2026-11-22T02:00:00Z")
    first, again = (next(iter(facts_of(payment_row(), paid))) for _ in range(2))
    (other,) = facts_of(payment_row(), payment_row(state="voucher_submitted"))
    assert isinstance(other, VoucherSubmitted)
    assert first.event_id == again.event_id != other.event_id


def test_refund_facts() -> None:
    (done,) = facts_of(refund_row("processing"), refund_row("succeeded", refunded_at="2026-11-22T02:00:00Z"))
    assert isinstance(done, RefundSucceeded)
    (failed,) = facts_of(refund_row("processing"), refund_row("abnormal", reason="ABNORMAL"))
    assert isinstance(failed, RefundFailed)
    assert failed.state == "abnormal"
    assert (
        list(facts_of({"pk": "REFERENCE#1", "sk": "TRANSFER"}, {"pk": "REFERENCE#1", "sk": "TRANSFER"})) == []
    )


def test_a_credit_becomes_due_then_overdue_and_nothing_else() -> None:
    steps = {state: rules.credit_step(state) for state in get_args(rules.PaymentState)}
    assert {state: later for state, later in steps.items() if later} == {"committed": "due", "due": "overdue"}


@pytest.mark.parametrize(
    ("days", "age"),
    [
        (-1, "not_due"),
        (0, "not_due"),
        (1, "to_30"),
        (30, "to_30"),
        (31, "to_60"),
        (61, "to_90"),
        (90, "to_90"),
        (91, "older"),
    ],
)
def test_how_late_a_credit_is(days, age) -> None:
    assert rules.age_of(NOW, NOW + timedelta(days=days)) == age


@pytest.mark.parametrize(("received_fen", "advice"), [(99, "补齐差额"), (101, "退回")])
def test_a_transfer_of_another_amount_tells_what_follows(received_fen: int, advice: str) -> None:
    waiting = payment_row(state="voucher_submitted", amount_fen=100)
    (fact,) = facts_of(waiting, waiting | {"state": "mismatched", "received_fen": received_fen})
    assert isinstance(fact, TransferMismatched)
    assert advice in fact.advice
