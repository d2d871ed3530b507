"""What is owed for how long, and what follows when it is late."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from functions.agents import operations as agents
from functions.agents import table as companies
from functions.agents.rules import CreditOverdue
from functions.payments import events, operations, table
from functions.payments.operations import Bill
from functions.payments.rules import NotOwed
from functions.payments.schemas import Confirmation
from kit import clock, ids, transaction
from kit.api import Api
from tests.kit.companies import company
from tests.kit.engines import Tables
from tests.kit.http import Answer, call
from tests.kit.people import AGENT, OTHER_AGENT, USER, agent_token, clerk, sign_with_test_key, staff_token
from tests.kit.time import Clock

LIMIT, AMOUNT = 100_000, 20_000
Lend = Callable[..., str]


@pytest.fixture
def lend(tables: Tables, cloud: Any, at: Clock) -> Lend:
    """Sells an order on credit that is approved at once; gives the payment's id."""
    sign_with_test_key()
    for agent_id in (AGENT, OTHER_AGENT):
        company(agent_id)
        row = companies.CompanyRow(f"AGENT#{agent_id}", companies.COMPANY)
        row.update([limit.set(LIMIT) for limit in (type(row).credit_limit_fen, type(row).credit_left_fen)])

    def lend(name: str, agent_id: str = AGENT, days: int = 30) -> str:
        order_id, now = ids.derived_id(name), clock.now()
        bill = Bill(
            order_id, agent_id, AMOUNT, "经销订货 3 件", "20261122-0RDER000", now + timedelta(days=days)
        )
        transaction.commit(operations.hold_credit_parts(bill, USER, now))
        transaction.commit(operations.commit_credit_parts(f"{order_id}-1", days, now))
        return f"{order_id}-1"

    return lend


@pytest.fixture
def finance(back_office: Api) -> Callable[..., Answer]:
    def finance(method: str, path: str, body: Any = None, **given: Any) -> Answer:
        held = {"token": staff_token("finance")} | given
        return call(back_office, method, f"/admin/credits{path}", body, **held)

    return finance


def test_a_refund_under_way_is_owed_until_it_is_done(lend: Lend) -> None:
    """Else what it gives back would neither leave the debt nor come back to the limit."""
    payment_id, part = lend("one"), 5_000
    order_id, now = payment_id[:-2], clock.now()
    refund_id = operations.refund_id(order_id, "CAUSE")
    transaction.commit(operations.refund_parts(order_id, payment_id, refund_id, part, "少发一件", now))
    with pytest.raises(NotOwed):
        settle(payment_id, AMOUNT - part)
    assert operations.credit_taken() == {AGENT: AMOUNT}
    operations.send_refund(refund_id, now)
    assert operations.credit_taken() == {AGENT: AMOUNT - part}
    settle(payment_id, AMOUNT - part)
    assert (operations.credit_taken(), agents.company(AGENT).credit_used_fen) == ({}, 0)


def pass_days(at: Clock, days: int) -> None:
    """Time goes by; the schedule runs each day."""
    for _ in range(days):
        at.advance(days=1)
        events.query_pending({"time": clock.to_text(clock.now())}, None)


def state_of(payment_id: str) -> str:
    row = table.find_payment(payment_id)
    assert row
    return row.state


def settle(payment_id: str, fen: int = AMOUNT) -> None:
    found = Confirmation(received_fen=fen, bank_reference=f"BOC{payment_id[:8]}")
    operations.settle_credit(payment_id, found, clerk("finance"), clock.now())


def give_back(payment_id: str, fen: int = AMOUNT) -> None:
    order_id = operations.order_of(payment_id)
    number, now = operations.refund_id(order_id, "CAUSE"), clock.now()
    transaction.commit(operations.refund_parts(order_id, payment_id, number, fen, "全部取消", now))
    operations.send_refund(number, now)


def test_who_is_late_gets_no_more_credit_until_it_is_paid(lend: Lend, at: Clock) -> None:
    late = lend("late", days=1)
    pass_days(at, 1)
    lend("due today is not late")
    pass_days(at, 1)
    assert state_of(late) == "overdue"
    with pytest.raises(CreditOverdue):
        lend("refused")
    assert agents.company(AGENT).credit_used_fen == 2 * AMOUNT
    lend("others are not concerned", OTHER_AGENT)
    settle(late)
    lend("trusted again")


def test_the_write_itself_refuses_who_became_late_meanwhile(lend: Lend, at: Clock) -> None:
    late, order_id = lend("late", days=1), ids.derived_id("decided before it was late")
    pass_days(at, 1)
    bill = Bill(order_id, AGENT, AMOUNT, "经销订货 3 件", "20261122-0RDER001", clock.now())
    decided = operations.hold_credit_parts(bill, USER, clock.now())
    pass_days(at, 1)
    with pytest.raises(CreditOverdue):
        transaction.commit(decided)
    settle(late)
    transaction.commit(decided)
    assert agents.company(AGENT).credit_used_fen == AMOUNT


def test_being_late_is_counted_once(lend: Lend, at: Clock) -> None:
    row = table.find_payment(lend("late", days=1))
    assert row
    pass_days(at, 2)
    row.state = "due"  # as another run of the schedule still sees it
    operations.step_credit(row, clock.now())
    settle(row.payment_id)
    lend("trusted again")


def test_a_late_credit_that_went_back_blocks_nobody(lend: Lend, at: Clock) -> None:
    late = lend("late", days=1)
    pass_days(at, 2)
    give_back(late, AMOUNT - 1)
    with pytest.raises(CreditOverdue):
        lend("a fen is still owed")
    order_id = operations.order_of(late)
    number, now = operations.refund_id(order_id, "REST"), clock.now()
    transaction.commit(operations.refund_parts(order_id, late, number, 1, "尾款", now))
    operations.send_refund(number, now)
    assert state_of(late) == "refunded"
    lend("trusted again")


@pytest.mark.parametrize("days", [0, 30])
def test_what_went_back_never_becomes_due(days: int, lend: Lend, at: Clock) -> None:
    payment_id = lend("returned")
    pass_days(at, days)
    give_back(payment_id)
    pass_days(at, 33 - days)
    assert state_of(payment_id) == "refunded"
    lend("trusted")


def test_what_is_owed_by_age(lend: Lend, at: Clock, finance: Callable[..., Answer]) -> None:
    lend("old", OTHER_AGENT, days=1)
    at.advance(days=45)
    part, paid = lend("part", days=20), lend("paid", days=20)
    give_back(part, 5_000)
    settle(paid)
    lend("new", days=30)
    pass_days(at, 25)
    ageing = finance("GET", "/ageing").json
    nothing = dict.fromkeys(("not_due_fen", "to_30_fen", "to_60_fen", "to_90_fen", "older_fen"), 0)
    assert ageing["day"] == "2027-01-31"
    assert ageing["companies"] == [
        {"agent_id": OTHER_AGENT, **nothing, "to_90_fen": 20_000, "owed_fen": 20_000},
        {"agent_id": AGENT, **nothing, "not_due_fen": 20_000, "to_30_fen": 15_000, "owed_fen": 35_000},
    ]


def test_nobody_owes_anything(lend: Lend, finance: Callable[..., Answer]) -> None:
    assert finance("GET", "/ageing").json == {"day": "2026-11-22", "companies": []}


def test_only_finance_sees_who_owes(lend: Lend, finance: Callable[..., Answer]) -> None:
    for token, status in ((None, 401), ("nonsense", 401), (agent_token(), 403), (staff_token("orders"), 403)):
        assert finance("GET", "/ageing", token=token).status == status
