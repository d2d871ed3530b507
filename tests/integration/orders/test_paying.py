"""From payment to warehouse, and money nobody waits for, which goes back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from functions.admin import api as admin_api
from functions.agents import operations as agents
from functions.agents import table as companies
from functions.agents.schemas import PolicyAudience, PolicyValues, SavePolicy
from functions.orders import operations
from functions.orders.operations import closing
from functions.payments import operations as payments
from functions.payments import table as books
from functions.payments.operations import Bill, Payer
from kit import clock
from tests.integration.orders.work import (
    close_overdue,
    coupon_state,
    issue_coupon,
    refunds_at_wechat,
    reserved,
)
from tests.kit import faults
from tests.kit.buyers import Buyer, set_order_rules
from tests.kit.engines import Cloud, Tables
from tests.kit.http import Answer, call
from tests.kit.orders import FIRST
from tests.kit.people import AGENT, OTHER_AGENT, agent_token, staff_token
from tests.kit.pump import Pump
from tests.kit.till import Till
from tests.kit.time import Clock

SECOND_USER = "0USERB00000000000000000000"


def facts(cloud: Cloud, kind: str) -> list[str]:
    """What a fact's consumers were sent."""
    return [message for message in cloud.messages("PointsOnOrderPaidQueue") if f'"{kind}"' in message]


# The ordinary case


def test_a_paid_order_goes_to_the_warehouse(
    buyer: Buyer, till: Till, pump: Pump, cloud: Cloud, at: Clock
) -> None:
    coupon = issue_coupon(at)
    order_id = buyer.place((FIRST, 2), coupon_id=coupon)["order_id"]
    assert coupon_state(coupon) == "held"
    payment_id = buyer.pay(till, order_id)
    till.deliver()
    pump()
    paid = buyer.ask("GET", f"/orders/{order_id}").json
    assert (paid["state"], paid["payment_id"], paid["actions"]) == ("to_ship", payment_id, ["reorder"])
    assert (paid["paid_at"], paid["pay_before"]) == ("2026-11-22T02:00:00Z", None)
    assert coupon_state(coupon) == "used"
    assert reserved(FIRST) == 2
    (fact,) = facts(cloud, "OrderPaid")
    assert f'"order_id": "{order_id}"' in fact or f'"order_id":"{order_id}"' in fact


def test_duplicated_notices_and_facts_change_nothing_twice(
    buyer: Buyer, till: Till, pump: Pump, tables: Tables, cloud: Cloud
) -> None:
    order_id = buyer.place((FIRST, 2))["order_id"]
    payment_id = buyer.pay(till, order_id, notice="duplicate")
    till.deliver()
    pump()
    stored = tables.rows("orders")
    for _ in range(3):
        operations.accept_payment(AGENT, order_id, payment_id, 20_000, "2026-11-22T02:00:00Z", clock.now())
    till.deliver()
    pump()
    assert tables.rows("orders") == stored
    assert len(facts(cloud, "OrderPaid")) == 1
    assert refunds_at_wechat(till) == []


def test_opening_a_payment_twice_is_one_payment(buyer: Buyer) -> None:
    order_id = buyer.place((FIRST, 2))["order_id"]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: buyer.open_payment(order_id, key="pay-once"), range(8)))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.json["payment_id"] for answer in answers}) == 1
    other = buyer.open_payment(order_id, "bank_transfer", key="pay-once")
    assert (other.status, other.json["code"]) == (409, "KeyReused")


def test_the_key_of_a_payment_answers_after_it_was_paid(buyer: Buyer, till: Till, pump: Pump) -> None:
    order_id = buyer.place((FIRST, 2))["order_id"]
    payment_id = buyer.open_payment(order_id, key="pay-once").json["payment_id"]
    till.wechat.pay(payment_id)
    till.deliver()
    pump()
    again = buyer.open_payment(order_id, key="pay-once")
    assert (again.status, again.json["payment_id"], again.json["state"]) == (201, payment_id, "succeeded")
    assert buyer.open_payment(order_id).json["code"] == "OrderStateForbids"


def test_a_transfer_puts_the_deadline_off(buyer: Buyer, at: Clock) -> None:
    order_id = buyer.place((FIRST, 2))["order_id"]
    answer = buyer.open_payment(order_id, "bank_transfer")
    assert answer.json["transfer"]["remittance_code"] == buyer.order(order_id).order_no
    assert buyer.ask("GET", f"/orders/{order_id}").json["pay_before"] == "2026-11-25T02:00:00Z"
    at.advance(minutes=31)
    close_overdue()
    assert buyer.order(order_id).state == "pending_payment"
    assert buyer.open_payment(order_id).status == 201


# Review


@pytest.mark.parametrize(
    ("limits", "agreed", "state"),
    [
        ({}, None, "to_ship"),
        ({"review_from_fen": 20_000}, None, "pending_review"),
        ({"review_from_fen": 20_001}, None, "to_ship"),
        ({"review_from_fen": 1}, 20_000, "to_ship"),
        ({}, 19_999, "pending_review"),
        ({"review_first_order": True}, 99_999, "pending_review"),
    ],
)
def test_who_needs_a_review(
    limits: dict[str, Any], agreed: int | None, state: str, buyer: Buyer, till: Till, pump: Pump
) -> None:
    set_order_rules(**limits)
    if agreed is not None:
        policy = companies.CompanyRow.policy.set({"auto_approve_up_to_fen": agreed})
        companies.CompanyRow(f"AGENT#{AGENT}", companies.COMPANY).update([policy])
    order_id = buyer.place((FIRST, 2))["order_id"]
    buyer.pay(till, order_id)
    till.deliver()
    pump()
    assert buyer.order(order_id).state == state


def test_a_policy_lets_orders_of_a_tier_pass(buyer: Buyer, till: Till, pump: Pump) -> None:
    set_order_rules(review_from_fen=1)
    values = PolicyValues(auto_approve_up_to_fen=20_000)
    policy = SavePolicy(name="普通客户", audience=PolicyAudience(tiers=("standard",)), values=values)
    agents.add_policy("01POLICY000000000000000000", policy, "clerk", clock.now())
    order_id = buyer.place((FIRST, 2))["order_id"]
    buyer.pay(till, order_id)
    till.deliver()
    pump()
    assert buyer.order(order_id).state == "to_ship"


def test_only_the_first_order_is_reviewed_for_being_the_first(
    buyer: Buyer, till: Till, pump: Pump, at: Clock
) -> None:
    set_order_rules(review_first_order=True)
    states = []
    for _ in range(2):
        order_id = buyer.place((FIRST, 2))["order_id"]
        buyer.pay(till, order_id)
        till.deliver()
        pump()
        states.append(buyer.order(order_id).state)
        at.advance(minutes=1)
    assert states == ["pending_review", "to_ship"]


# Money nobody waits for


def test_money_for_a_closed_order_goes_back_once_and_the_order_stays_closed(
    buyer: Buyer, till: Till, pump: Pump, capsys: pytest.CaptureFixture[str]
) -> None:
    order_id = buyer.place((FIRST, 2))["order_id"]
    payment_id = buyer.open_payment(order_id).json["payment_id"]
    till.wechat.pay(payment_id, notice="hold")
    force_closed(buyer, order_id)
    till.wechat.notices.deliveries.release()
    till.deliver()
    pump()
    for _ in range(2):
        operations.accept_payment(AGENT, order_id, payment_id, 20_000, "2026-11-22T02:00:00Z", clock.now())
    pump()
    assert (buyer.order(order_id).state, reserved(FIRST)) == ("closed", 0)
    assert refunds_at_wechat(till) == [(payment_id, 20_000)]
    assert capsys.readouterr().out.count('"LatePayments":[1.0]') == 1
    for refund in till.wechat.ledger.refunds():
        till.wechat.settle(refund["request"]["out_refund_no"])
    till.deliver()
    pump()
    assert payments.attempts_of(order_id)[0].state == "refunded"


@pytest.fixture
def given_up(buyer: Buyer, till: Till, pump: Pump) -> tuple[str, str]:
    """A closed order whose late money the provider will not send back, and that payment."""
    order_id = buyer.place((FIRST, 2))["order_id"]
    payment_id = buyer.open_payment(order_id).json["payment_id"]
    till.wechat.pay(payment_id, notice="hold")
    force_closed(buyer, order_id)
    till.wechat.notices.deliveries.release()
    till.deliver()
    pump()
    (refund,) = till.wechat.ledger.refunds()
    till.wechat.settle(refund["request"]["out_refund_no"], "CLOSED", notice="duplicate")
    till.deliver()
    pump()
    return order_id, payment_id


def at_desk(method: str, path: str, body: Any = None) -> Answer:
    return call(admin_api.app, method, f"/admin/refunds{path}", body, token=staff_token("finance"))


def test_what_the_provider_gave_up_to_send_back_is_sent_again_under_a_new_number(
    given_up: tuple[str, str], buyer: Buyer, till: Till, pump: Pump
) -> None:
    order_id, payment_id = given_up
    (waiting,) = at_desk("GET", "?state=abnormal").json["items"]
    assert (waiting["reason"], payments.attempts_of(order_id)[0].refundable_fen) == ("CLOSED", 0)
    tries = [at_desk("POST", f"/{waiting['refund_id']}/retry") for _ in range(2)]
    assert [answer.status for answer in tries] == [200, 409]
    again = tries[0].json["refund_id"]
    assert again != waiting["refund_id"]
    by_hand = at_desk("POST", f"/{waiting['refund_id']}/confirmation", {"bank_reference": "BANK-1"})
    assert (by_hand.status, by_hand.json["code"]) == (409, "RefundNotOpen")
    pump()
    till.wechat.settle(again)
    till.deliver()
    pump()
    assert refunds_at_wechat(till) == [(payment_id, 20_000)] * 2
    (paid_back,) = payments.attempts_of(order_id)
    assert (paid_back.state, buyer.order(order_id).state) == ("refunded", "closed")


def test_what_the_provider_gave_up_to_send_back_may_be_sent_by_hand(
    given_up: tuple[str, str], buyer: Buyer, till: Till, pump: Pump
) -> None:
    order_id, payment_id = given_up
    (waiting,) = at_desk("GET", "?state=abnormal").json["items"]
    path, found = f"/{waiting['refund_id']}", {"bank_reference": "BANK-1"}
    assert [at_desk("POST", f"{path}/confirmation", found).status for _ in range(2)] == [200, 200]
    for step, body in (("confirmation", {"bank_reference": "BANK-2"}), ("retry", None)):
        refused = at_desk("POST", f"{path}/{step}", body)
        assert (refused.status, refused.json["code"]) == (409, "RefundNotOpen")
    pump()
    assert refunds_at_wechat(till) == [(payment_id, 20_000)]
    (paid_back,) = payments.attempts_of(order_id)
    assert (paid_back.state, buyer.order(order_id).state) == ("refunded", "closed")


def force_closed(buyer: Buyer, order_id: str) -> None:
    """Close order and attempt as if the provider had said that nothing was paid."""
    for row in books.payments_of(order_id):
        row.update(books.to_payment_state("closed", clock.now()))
    closing._close(buyer.order(order_id), "overdue", clock.now())


def test_of_two_payments_the_second_goes_back(buyer: Buyer, till: Till, pump: Pump) -> None:
    order_id = buyer.place((FIRST, 2))["order_id"]
    first = buyer.open_payment(order_id).json["payment_id"]
    bill = Bill(order_id, AGENT, 20_000, "茶", "code", clock.now() + timedelta(minutes=30))
    row = books.find_payment(first)
    assert row
    row.update(books.to_payment_state("closed", clock.now()))
    second = payments.open_attempt(bill, "wechat", Payer(SECOND_USER, "o-colleague"), "key-two", clock.now())
    for payment_id in (second.payment_id, first):
        till.wechat.pay(payment_id)
        till.deliver()
        pump()
    assert buyer.order(order_id).payment_id == second.payment_id
    assert refunds_at_wechat(till) == [(first, 20_000)]


def test_another_amount_than_due_goes_back(buyer: Buyer, till: Till, pump: Pump) -> None:
    order_id = buyer.place((FIRST, 2))["order_id"]
    payment_id = buyer.pay(till, order_id, notice="drop")
    payments.look(payment_id, AGENT, clock.now())
    operations.accept_payment(AGENT, order_id, payment_id, 19_999, "2026-11-22T02:00:00Z", clock.now())
    assert buyer.order(order_id).state == "pending_payment"
    pump()
    assert refunds_at_wechat(till) == [(payment_id, 19_999)]
    # Were the order to cost that much again by now, money that went back would still not pay for it.
    operations.accept_payment(AGENT, order_id, payment_id, 20_000, "2026-11-22T02:00:00Z", clock.now())
    assert buyer.order(order_id).state == "pending_payment"


@pytest.mark.parametrize("fault", [faults.conflict, faults.throttled, faults.lost_answer])
def test_accepting_survives_bad_days_of_the_store(
    fault: faults.Fault, buyer: Buyer, till: Till, pump: Pump
) -> None:
    order_id = buyer.place((FIRST, 2))["order_id"]
    buyer.pay(till, order_id)
    till.deliver()
    with faults.injected("TransactWriteItems", fault):
        pump()
    assert buyer.order(order_id).state == "to_ship"


@pytest.mark.parametrize("fault", [faults.conflict, faults.throttled, faults.lost_answer])
def test_closing_survives_bad_days_of_the_store(fault: faults.Fault, buyer: Buyer) -> None:
    order_id = buyer.place((FIRST, 2))["order_id"]
    with faults.injected("TransactWriteItems", fault):
        assert buyer.ask("POST", f"/orders/{order_id}/cancellation").status == 200
    assert reserved(FIRST) == 0


# Who may


def ways(order_id: str) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"/orders/{order_id}/payments", {"body": {"method": "wechat"}, "key": "some-key-1"}),
        (f"/orders/{order_id}/cancellation", {}),
    ]


def test_who_may_pay_and_cancel(buyer: Buyer) -> None:
    order_id = buyer.place((FIRST, 1))["order_id"]
    for path, given in ways(order_id):
        for token, status in (
            (None, 401),
            (staff_token("*"), 403),
            (agent_token(OTHER_AGENT), 404),
        ):
            assert buyer.ask("POST", path, **given | {"token": token}).status == status
    assert (
        buyer.ask("POST", f"/orders/{order_id}/cancellation", token=agent_token(role="finance")).status == 403
    )
    assert buyer.ask("POST", f"/orders/{order_id}/payments", {"method": "wechat"}).status == 400
    assert buyer.order(order_id).state == "pending_payment"


@pytest.mark.parametrize(
    "body", [{}, {"method": "cash"}, {"method": "wechat", "amount_fen": 1}, {"method": 1}]
)
def test_malformed_payments_are_refused(body: Any, buyer: Buyer) -> None:
    order_id = buyer.place((FIRST, 1))["order_id"]
    assert buyer.ask("POST", f"/orders/{order_id}/payments", body, key=buyer.key()).status == 422


@pytest.mark.parametrize("order_id", ["x", "0" * 26, "..%2F.."])
def test_orders_that_do_not_exist(order_id: str, buyer: Buyer) -> None:
    for path, given in ways(order_id):
        assert buyer.ask("POST", path, **given).status == 404


def test_a_suspended_company_may_still_pay(buyer: Buyer) -> None:
    order_id = buyer.place((FIRST, 1))["order_id"]
    row = companies.CompanyRow(f"AGENT#{AGENT}", companies.COMPANY)
    row.update([companies.CompanyRow.state.set("suspended")])
    assert buyer.open_payment(order_id).status == 201
    row.update([companies.CompanyRow.state.set("blocked")])
    assert buyer.open_payment(order_id).json["code"] == "CompanyNotActive"
