"""A WeChat payment, whatever the network, the provider and other people do meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.payments import api, events, operations, rules, table
from infra.local.providers.wechat_pay.notices import Forgery
from kit import clock, transaction
from kit.errors import KeyReused
from kit.http_client import ProviderUnsure
from tests.integration.payments.conftest import OPENID, TOTAL, Counter, other_order
from tests.kit import faults
from tests.kit.engines import Cloud, Tables
from tests.kit.http import call
from tests.kit.people import AGENT, OTHER_AGENT, agent_token, staff_token
from tests.kit.pump import Pump
from tests.kit.till import Till
from tests.kit.time import Clock


def state_of(payment_id: str) -> str:
    row = table.find_payment(payment_id)
    assert row
    return row.state


def run_pending() -> None:
    events.query_pending({"time": clock.to_text(clock.now())}, None)


# Opening


def test_the_buyer_gets_parameters_that_open_the_payment_sheet(till: Till, counter: Counter) -> None:
    payment = counter.open()
    assert payment.state == "prepaid"
    assert payment.wechat
    sheet = till.wechat.sheet(payment.wechat.model_dump())
    assert sheet["request"]["out_trade_no"] == payment.payment_id
    assert sheet["request"]["amount"] == {"total": TOTAL, "currency": "CNY"}
    assert sheet["request"]["payer"] == {"openid": OPENID}


def test_one_order_has_one_open_attempt(till: Till, counter: Counter) -> None:
    with ThreadPoolExecutor(8) as pool:
        payments = list(pool.map(lambda number: counter.open(key=f"tap-{number}"), range(16)))
    assert {payment.payment_id for payment in payments} == {f"{counter.order_id}-1"}
    assert len(till.wechat.ledger.payments()) == 1


def test_the_same_key_gives_the_same_payment_and_no_other_method(counter: Counter) -> None:
    assert counter.open(key="key-of-mine").payment_id == counter.open(key="key-of-mine").payment_id
    with pytest.raises(KeyReused):
        counter.open("bank_transfer", key="key-of-mine")


def test_without_openid_wechat_cannot_be_used(counter: Counter) -> None:
    with pytest.raises(operations.OpenidMissing):
        counter.open(openid=None)


def test_another_payer_gets_another_attempt_and_the_first_is_closed_at_the_provider(
    till: Till, counter: Counter
) -> None:
    first, second = counter.open(), counter.open(openid="o-colleague")
    assert (first.payment_id, second.payment_id) == (f"{counter.order_id}-1", f"{counter.order_id}-2")
    assert state_of(first.payment_id) == "closed"
    assert till.wechat.ledger.payment(first.payment_id)["state"] == "CLOSED"


def test_prepay_is_repeated_under_the_same_number_after_an_unknown_outcome(
    till: Till, counter: Counter
) -> None:
    till.wechat.fail_next("disconnect", moment="after")
    with pytest.raises(ProviderUnsure):
        counter.open(key="first-tap")
    payment = counter.open(key="second-tap")
    assert payment.payment_id == f"{counter.order_id}-1"
    assert len(till.wechat.ledger.payments()) == 1


def test_a_refused_prepay_fails_the_attempt_and_the_next_tap_opens_another(
    till: Till, counter: Counter
) -> None:
    till.wechat.fail_next("refuse", code="PARAM_ERROR")
    with pytest.raises(operations.PaymentRefused):
        counter.open()
    assert state_of(f"{counter.order_id}-1") == "failed"
    assert counter.open().payment_id == f"{counter.order_id}-2"


def test_a_passing_refusal_leaves_the_attempt_open(till: Till, counter: Counter) -> None:
    till.wechat.fail_next("refuse", code="FREQUENCY_LIMITED", status=429)
    with pytest.raises(operations.PaymentRefused):
        counter.open()
    assert counter.open().payment_id == f"{counter.order_id}-1"


@pytest.mark.parametrize("fault", [faults.conflict, faults.throttled, faults.lost_answer])
def test_opening_survives_bad_days_of_the_store(fault: faults.Fault, counter: Counter) -> None:
    with faults.injected("TransactWriteItems", fault):
        assert counter.open().state == "prepaid"
    assert len(table.payments_of(counter.order_id)) == 1


def test_a_paid_order_cannot_be_paid_again(till: Till, counter: Counter) -> None:
    counter.paid(till)
    with pytest.raises(operations.PaymentMade):
        counter.open()


# Notices


def test_a_notice_sets_paid_once_and_is_announced_once(
    till: Till, counter: Counter, tables: Tables, cloud: Cloud
) -> None:
    pump = Pump(tables, cloud, {"payments"})
    payment = counter.open()
    notice = till.wechat.pay(payment.payment_id, notice="duplicate")
    till.deliver()
    stored = tables.rows("payments")
    assert notice
    assert till.wechat.notices.repeat(notice) == 204
    assert tables.rows("payments") == stored
    assert state_of(payment.payment_id) == "succeeded"
    pump()
    (message,) = cloud.messages("OrdersOnPaymentSucceededQueue")
    assert f'"amount_fen": {TOTAL}' in message or f'"amount_fen":{TOTAL}' in message


@pytest.mark.parametrize(
    ("forgery", "status"),
    [
        ("signature", 401),
        ("probe", 401),
        ("serial", 401),
        ("timestamp", 401),
        ("body", 401),
        ("missing_headers", 401),
        ("mchid", 401),
        ("apiv3_key", 401),
        ("amount", 409),
    ],
)
def test_a_forged_or_foreign_notice_changes_nothing(
    forgery: Forgery, status: int, till: Till, counter: Counter, tables: Tables
) -> None:
    payment = counter.open()
    notice = till.wechat.pay(payment.payment_id, notice="hold")
    before = tables.rows("payments")
    assert notice
    assert till.wechat.notices.forge(notice, forgery) == status
    assert tables.rows("payments") == before


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff\xfe", b'{"id": 1}'])
def test_an_unsigned_body_is_refused(body: bytes, till: Till) -> None:
    for subject in ("payments", "refunds"):
        assert call(api.app, "POST", f"/callbacks/wechat-pay/{subject}", body).status == 401


def test_a_refund_notice_is_no_payment_notice(till: Till, counter: Counter) -> None:
    payment = counter.open()
    notice = till.wechat.pay(payment.payment_id, notice="hold")
    assert notice
    body = till.wechat.notices._body(notice, till.wechat.notices.deliveries.get(notice)["document"])
    headers = till.wechat._seals.headers(body)
    assert call(api.app, "POST", "/callbacks/wechat-pay/refunds", body, headers=headers).status == 400


def test_a_genuine_notice_for_a_payment_we_never_made_is_not_acknowledged(
    till: Till, counter: Counter, tables: Tables
) -> None:
    payment = counter.open()
    for row in table.payments_of(counter.order_id):
        row.delete()
    notice = till.wechat.pay(payment.payment_id, notice="hold")
    assert notice
    assert till.wechat.notices.repeat(notice) == 404
    assert tables.rows("payments") == []


def test_a_lost_notice_is_made_good_by_the_page_that_asks(till: Till, counter: Counter) -> None:
    payment = counter.open()
    till.wechat.pay(payment.payment_id, notice="drop")
    answer = call(api.app, "GET", f"/payments/{payment.payment_id}", token=agent_token())
    assert (answer.status, answer.json["state"]) == (200, "succeeded")


def test_a_lost_notice_is_made_good_by_the_schedule(till: Till, counter: Counter, at: Clock) -> None:
    payment = counter.open()
    till.wechat.pay(payment.payment_id, notice="drop")
    run_pending()
    assert state_of(payment.payment_id) == "prepaid"
    at.advance(minutes=1)
    run_pending()
    assert state_of(payment.payment_id) == "succeeded"


@pytest.mark.parametrize(
    "fault", [{"kind": "disconnect"}, {"kind": "refuse", "code": "FREQUENCY_LIMITED", "status": 429}]
)
def test_the_page_shows_what_is_known_while_the_provider_tells_nothing(
    fault: Any, till: Till, counter: Counter
) -> None:
    payment = counter.open()
    till.wechat.fail_next(**fault)
    answer = call(api.app, "GET", f"/payments/{payment.payment_id}", token=agent_token())
    assert (answer.status, answer.json["state"]) == (200, "prepaid")


def test_a_silent_provider_keeps_no_other_payment_waiting(till: Till, counter: Counter, at: Clock) -> None:
    first, second = counter.open(), other_order().open()
    till.wechat.pay(second.payment_id, notice="drop")
    at.advance(minutes=1)
    till.wechat.fail_next("disconnect")
    run_pending()
    at.advance(minutes=2)
    run_pending()
    assert [state_of(payment.payment_id) for payment in (first, second)] == ["prepaid", "succeeded"]


def test_money_for_a_closed_attempt_is_recorded_as_late(till: Till, counter: Counter) -> None:
    payment = counter.open()
    notice = till.wechat.pay(payment.payment_id, notice="hold")
    row = table.find_payment(payment.payment_id)
    assert row
    assert notice
    row.update(table.to_payment_state("closed", clock.now()))
    assert till.wechat.notices.repeat(notice) == till.wechat.notices.repeat(notice) == 204
    late = table.find_payment(payment.payment_id)
    assert late
    assert (late.state, late.late, late.refundable_fen) == ("succeeded", True, TOTAL)


# Closing


def test_nothing_open_is_closed(till: Till, counter: Counter) -> None:
    assert operations.close_attempt(counter.order_id, clock.now()) == "closed"


def test_closing_closes_the_order_at_the_provider_first(till: Till, counter: Counter) -> None:
    payment = counter.open()
    assert operations.close_attempt(counter.order_id, clock.now()) == "closed"
    assert till.wechat.ledger.payment(payment.payment_id)["state"] == "CLOSED"
    assert state_of(payment.payment_id) == "closed"


def test_a_payment_made_meanwhile_wins_over_closing(till: Till, counter: Counter) -> None:
    payment = counter.open()
    till.wechat.pay(payment.payment_id, notice="drop")
    assert operations.close_attempt(counter.order_id, clock.now()) == "paid"
    assert operations.close_attempt(counter.order_id, clock.now()) == "paid"
    assert state_of(payment.payment_id) == "succeeded"


@pytest.mark.parametrize(("moment", "outcome"), [("before", "unsure"), ("after", "closed")])
def test_after_a_lost_answer_the_provider_is_asked(
    moment: str, outcome: str, till: Till, counter: Counter
) -> None:
    payment = counter.open()
    till.wechat.fail_next("disconnect", moment=moment)
    assert operations.close_attempt(counter.order_id, clock.now()) == outcome
    assert state_of(payment.payment_id) == ("closed" if outcome == "closed" else "prepaid")


def test_an_attempt_the_provider_never_heard_of_can_be_closed(till: Till, counter: Counter) -> None:
    till.wechat.fail_next("disconnect")
    with pytest.raises(ProviderUnsure):
        counter.open()
    assert operations.close_attempt(counter.order_id, clock.now()) == "closed"


def test_closed_check_parts_hold_only_while_nothing_can_be_paid(till: Till, counter: Counter) -> None:
    unopened = operations.closed_check_parts(counter.order_id)
    transaction.commit(unopened)
    counter.open()
    for parts in (unopened, operations.closed_check_parts(counter.order_id)):
        with pytest.raises(operations.PaymentUnsure):
            transaction.commit(parts)
    operations.close_attempt(counter.order_id, clock.now())
    transaction.commit(operations.closed_check_parts(counter.order_id))


def test_a_second_attempt_is_given_up_when_the_first_turns_out_paid(
    till: Till, counter: Counter, at: Clock
) -> None:
    first = counter.open()
    second = counter.open(openid="o-colleague")
    row = table.find_payment(first.payment_id)
    assert row
    paid = [*table.to_payment_state("succeeded", clock.now()), table.PaymentRow.refundable_fen.set(TOTAL)]
    row.update(paid)
    at.advance(minutes=1)
    run_pending()
    assert state_of(second.payment_id) == "closed"


# Who may look


def test_payments_are_shown_to_their_company_only(till: Till, counter: Counter) -> None:
    payment = counter.open()
    asked: list[tuple[dict[str, Any], int]] = [
        ({"token": agent_token()}, 200),
        ({"token": agent_token(OTHER_AGENT)}, 404),
        ({"token": staff_token("*")}, 403),
        ({}, 401),
        ({"token": "nonsense"}, 401),
    ]
    for given, status in asked:
        assert call(api.app, "GET", f"/payments/{payment.payment_id}", **given).status == status


@pytest.mark.parametrize(
    "payment_id", ["x", "..%2F", "0RDER000000000000000000000", "0RDER000000000000000000000-2"]
)
def test_what_is_no_payment_is_not_found(payment_id: str, till: Till, counter: Counter) -> None:
    assert call(api.app, "GET", f"/payments/{payment_id}", token=agent_token()).status == 404


def test_amounts_that_differ_are_never_recorded_by_asking_either(till: Till, counter: Counter) -> None:
    payment = counter.open()
    row = table.find_payment(payment.payment_id)
    assert row
    row.update([table.PaymentRow.amount_fen.set(TOTAL - 1)])
    till.wechat.pay(payment.payment_id, notice="drop")
    with pytest.raises(rules.AmountDiffers):
        operations.look(payment.payment_id, AGENT, clock.now())
    assert state_of(payment.payment_id) == "prepaid"
