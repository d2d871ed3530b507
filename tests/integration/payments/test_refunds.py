"""Money back: once, never more than was paid, under one number, whatever the provider says when."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from functions.payments import events, operations, rules, table
from functions.payments.operations.wechat import refund_word
from functions.payments.providers.wechat_pay import wechat_pay
from functions.payments.rules import PaymentState, RefundState
from functions.payments.schemas import PaymentView
from kit import clock, facts, transaction
from kit.api import Api
from tests.integration.payments.conftest import TOTAL, Counter, other_order
from tests.kit import faults
from tests.kit.engines import Cloud, Tables
from tests.kit.http import call
from tests.kit.people import agent_token, staff_token
from tests.kit.pump import Pump
from tests.kit.till import Till
from tests.kit.time import Clock

PART = 23_400


@pytest.fixture
def paid(till: Till, counter: Counter) -> PaymentView:
    return counter.paid(till)


def decide(payment: PaymentView, cause: str = "CAUSE", fen: int = PART) -> str:
    """A refund as orders decides it; not yet sent."""
    number = operations.refund_id(payment.order_id, cause)
    parts = operations.refund_parts(
        payment.order_id, payment.payment_id, number, fen, "少发一件", clock.now()
    )
    transaction.commit(parts)
    return number


def send(number: str) -> None:
    operations.send_refund(number, clock.now())


def stage(number: str) -> RefundState:
    row = table.find_refund(number)
    assert row
    return row.stage


def sums(payment: PaymentView) -> tuple[PaymentState, int, int]:
    row = table.find_payment(payment.payment_id)
    assert row
    return row.stage, int(row.refundable_fen), int(row.refunded_fen)


def run_pending() -> None:
    events.query_pending({"time": clock.to_text(clock.now())}, None)


def test_a_refund_from_decision_to_money(paid: PaymentView, till: Till, tables: Tables, cloud: Cloud) -> None:
    pump = Pump(tables, cloud, {"payments"})
    number = decide(paid)
    assert sums(paid) == ("succeeded", TOTAL - PART, 0)
    pump()
    assert stage(number) == "processing"
    till.wechat.settle(number)
    till.deliver()
    assert stage(number) == "succeeded"
    assert sums(paid) == ("partly_refunded", TOTAL - PART, PART)
    pump()
    (message,) = cloud.messages("OrdersOnRefundSettledQueue")
    assert "RefundSucceeded" in message


def test_the_last_refund_ends_the_payment(paid: PaymentView, till: Till) -> None:
    for cause, fen in (("A", PART), ("B", TOTAL - PART)):
        number = decide(paid, cause, fen)
        send(number)
        till.wechat.settle(number)
        till.deliver()
    assert sums(paid) == ("refunded", 0, TOTAL)


def test_never_more_than_was_paid(paid: PaymentView) -> None:
    decide(paid, "A", TOTAL - PART)
    with pytest.raises(operations.RefundTooLarge, check=lambda error: error.data == {"refundable_fen": PART}):
        decide(paid, "B", PART + 1)


def test_a_double_click_is_one_refund(paid: PaymentView) -> None:
    def click(_: int) -> bool:
        try:
            decide(paid)
        except operations.RefundKnown:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(click, range(8))) == 1
    assert sums(paid) == ("succeeded", TOTAL - PART, 0)


def test_parallel_refunds_stay_within_the_payment(paid: PaymentView) -> None:
    def refund(number: int) -> int:
        try:
            decide(paid, f"CAUSE{number}", TOTAL // 4)
        except operations.RefundTooLarge:
            return 0
        return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(refund, range(8))) == 4
    assert sums(paid)[1] == TOTAL % 4


def test_what_is_not_paid_cannot_be_refunded(till: Till, counter: Counter) -> None:
    with pytest.raises(operations.NotPaid):
        decide(counter.open())


@pytest.mark.parametrize("moment", ["before", "after"])
def test_after_a_lost_answer_the_same_number_is_asked_about_and_used_again(
    moment: str, paid: PaymentView, till: Till, at: Clock
) -> None:
    number = decide(paid)
    till.wechat.fail_next("disconnect", moment=moment)
    send(number)
    assert stage(number) == "requested"
    at.advance(minutes=2)
    run_pending()
    assert stage(number) == "processing"
    assert [refund["request"]["out_refund_no"] for refund in till.wechat.ledger.refunds()] == [number]


def test_sending_twice_at_once_asks_for_one_refund(paid: PaymentView, till: Till) -> None:
    number = decide(paid)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: send(number), range(4)))
    assert len(till.wechat.ledger.refunds()) == 1
    assert stage(number) == "processing"


def test_a_message_that_was_lost_is_made_good_by_the_schedule(
    paid: PaymentView, till: Till, at: Clock
) -> None:
    number = decide(paid)
    at.advance(minutes=2)
    run_pending()
    assert stage(number) == "processing"
    till.wechat.settle(number, notice="drop")
    at.advance(minutes=2)
    run_pending()
    assert stage(number) == "succeeded"


def test_notices_may_come_twice_and_after_our_own_question(paid: PaymentView, till: Till, at: Clock) -> None:
    number = decide(paid)
    send(number)
    notice = till.wechat.settle(number, notice="hold")
    assert notice
    at.advance(minutes=2)
    run_pending()
    done = sums(paid)
    assert done == ("partly_refunded", TOTAL - PART, PART)
    assert {till.wechat.notices.repeat(notice) for _ in range(3)} == {204}
    assert sums(paid) == done


@pytest.mark.parametrize(
    ("forgery", "status"), [("signature", 401), ("timestamp", 401), ("mchid", 401), ("serial", 401)]
)
def test_a_forged_refund_notice_changes_nothing(
    forgery: str, status: int, paid: PaymentView, till: Till, tables: Tables
) -> None:
    number = decide(paid)
    send(number)
    notice = till.wechat.settle(number, notice="hold")
    before = tables.rows("payments")
    assert notice
    assert till.wechat.notices.forge(notice, forgery) == status  # type: ignore[arg-type]
    assert tables.rows("payments") == before


def test_a_merchant_without_money_refunds_later(paid: PaymentView, till: Till, at: Clock) -> None:
    number = decide(paid)
    till.wechat.fail_next("refuse", code="NOT_ENOUGH", status=403)
    send(number)
    assert stage(number) == "requested"
    at.advance(minutes=2)
    run_pending()
    assert stage(number) == "processing"


def test_a_refused_question_tells_nothing_of_the_refund(paid: PaymentView, till: Till, at: Clock) -> None:
    number = decide(paid)
    send(number)
    till.wechat.settle(number, notice="drop")
    at.advance(minutes=2)
    till.wechat.fail_next("refuse", code="PARAM_ERROR")
    run_pending()
    assert stage(number) == "processing"
    at.advance(minutes=4)
    run_pending()
    assert stage(number) == "succeeded"


def test_a_payment_that_cannot_be_booked_keeps_no_refund_waiting(
    paid: PaymentView, till: Till, at: Clock
) -> None:
    number, odd = decide(paid), other_order().open()
    till.wechat.pay(odd.payment_id, notice="drop")
    row = table.find_payment(odd.payment_id)
    assert row
    row.update([table.PaymentRow.amount_fen.set(1)])
    at.advance(minutes=2)
    with pytest.raises(facts.LeftOver):
        run_pending()
    assert stage(number) == "processing"


def test_a_final_refusal_waits_for_people_who_may_send_it_again(
    paid: PaymentView, till: Till, back_office: Api
) -> None:
    number = decide(paid)
    till.wechat.fail_next("refuse", code="INVALID_REQUEST")
    send(number)
    assert stage(number) == "abnormal"
    token = staff_token("finance")
    listed = call(back_office, "GET", "/admin/refunds?state=abnormal", token=token).json["items"]
    assert [(refund["refund_id"], refund["reason"]) for refund in listed] == [(number, "INVALID_REQUEST")]
    answer = call(back_office, "POST", f"/admin/refunds/{number}/retry", token=token)
    assert (answer.status, answer.json["state"]) == (200, "processing")
    assert call(back_office, "POST", f"/admin/refunds/{number}/retry", token=token).status == 409


def test_an_abnormal_refund_may_be_paid_by_hand_once(paid: PaymentView, till: Till, back_office: Api) -> None:
    number = decide(paid)
    send(number)
    till.wechat.settle(number, "ABNORMAL")
    till.deliver()
    assert stage(number) == "abnormal"
    for _ in range(2):
        answer = call(
            back_office,
            "POST",
            f"/admin/refunds/{number}/confirmation",
            {"bank_reference": "BOC20261122001"},
            token=staff_token("finance"),
        )
        assert (answer.status, answer.json["state"]) == (200, "succeeded")
    assert sums(paid) == ("partly_refunded", TOTAL - PART, PART)


def test_a_refund_the_provider_closed_frees_its_amount(
    paid: PaymentView, till: Till, tables: Tables, cloud: Cloud
) -> None:
    pump = Pump(tables, cloud, {"payments"})
    number = decide(paid)
    send(number)
    till.wechat.settle(number, "CLOSED", notice="duplicate")
    till.deliver()
    assert stage(number) == "closed"
    assert sums(paid) == ("succeeded", TOTAL, 0)
    pump()
    assert any("RefundFailed" in message for message in cloud.messages("OrdersOnRefundSettledQueue"))
    decide(paid, "ANOTHER", TOTAL)


def test_a_success_after_the_end_is_not_booked(paid: PaymentView, till: Till) -> None:
    number = decide(paid)
    send(number)
    till.wechat.settle(number, "CLOSED", notice="drop")
    known = wechat_pay().query_refund(number)
    assert known
    operations.record_refund(refund_word(known), clock.now())
    with pytest.raises(rules.RefundNotOpen):
        operations.record_refund(refund_word(known.model_copy(update={"status": "SUCCESS"})), clock.now())
    assert sums(paid) == ("succeeded", TOTAL, 0)


def test_another_amount_than_ours_is_not_booked(paid: PaymentView, till: Till) -> None:
    number = decide(paid)
    send(number)
    till.wechat.settle(number, notice="drop")
    known = wechat_pay().query_refund(number)
    assert known
    wrong = known.amount.model_copy(update={"refund": PART + 1})
    with pytest.raises(rules.AmountDiffers):
        operations.record_refund(refund_word(known.model_copy(update={"amount": wrong})), clock.now())
    assert stage(number) == "processing"


@pytest.mark.parametrize("fault", [faults.conflict, faults.throttled, faults.lost_answer])
def test_booking_survives_bad_days_of_the_store(fault: faults.Fault, paid: PaymentView, till: Till) -> None:
    number = decide(paid)
    send(number)
    till.wechat.settle(number)
    with faults.injected("TransactWriteItems", fault):
        till.deliver()
    assert sums(paid) == ("partly_refunded", TOTAL - PART, PART)


@pytest.mark.parametrize(
    ("token", "status"),
    [(None, 401), ("agent", 403), ("orders", 403), ("finance", 404), ("*", 404)],
)
def test_only_finance_sees_to_refunds(token: str | None, status: int, till: Till, back_office: Api) -> None:
    held = {"agent": agent_token}.get(token or "", lambda: staff_token(token or ""))
    given = {"token": held()} if token else {}
    unknown = operations.refund_id("0" * 26, "NONE")
    body = {"bank_reference": "BOC20261122001"}
    for path, sent in (
        (f"/admin/refunds/{unknown}/confirmation", body),
        (f"/admin/refunds/{unknown}/retry", None),
    ):
        assert call(back_office, "POST", path, sent, **given).status == status


@pytest.mark.parametrize(
    "query", ["state=paid", "limit=0", "limit=101", "limit=x", "cursor=forged", "page=1"]
)
def test_lists_refuse_nonsense(query: str, till: Till, back_office: Api) -> None:
    for path in ("payments", "transfers", "refunds"):
        assert call(back_office, "GET", f"/admin/{path}?{query}", token=staff_token("finance")).status in (
            400,
            422,
        )
