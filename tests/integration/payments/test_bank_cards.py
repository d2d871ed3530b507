"""Bank cards at UnionPay's cashier: the same rules as for WeChat, without a way to close an order there."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from functions.payments import api, events, operations, table
from functions.payments.schemas import PaymentView
from functions.settings import backoffice as settings_desk
from infra.local.providers.deliveries import UNREACHABLE
from infra.local.providers.union_pay import UNDECIDED
from kit import clock, secrets, transaction
from kit.api import Api
from tests.integration.payments.conftest import TOTAL, Counter
from tests.kit.engines import Tables
from tests.kit.http import call
from tests.kit.people import AGENT, agent_token, staff_token
from tests.kit.till import Till
from tests.kit.time import Clock


@pytest.fixture
def opened(counter: Counter) -> PaymentView:
    """A payment whose buyer is at the cashier."""
    payment = counter.open("union_pay", openid=None)
    assert payment.union_pay
    page = requests.post(payment.union_pay.action, data=payment.union_pay.fields, timeout=5)
    assert page.status_code == 200
    return payment


def number(payment: PaymentView) -> str:
    return payment.payment_id.replace("-", "P")


def state_of(payment: PaymentView) -> str:
    row = table.find_payment(payment.payment_id)
    assert row
    return row.state


def run_pending() -> None:
    events.query_pending({"time": clock.to_text(clock.now())}, None)


def test_from_cashier_to_notice(opened: PaymentView, till: Till, tables: Tables) -> None:
    notice = till.providers.union_pay.pay(number(opened))
    till.deliver()
    assert state_of(opened) == "succeeded"
    stored = tables.rows("payments")
    till.providers.union_pay._send("again", till.providers.union_pay.deliveries.get(notice or "")["document"])
    assert tables.rows("payments") == stored


def test_a_notice_alone_proves_nothing(opened: PaymentView, till: Till, tables: Tables) -> None:
    """UnionPay is asked about what it announced; while it does not answer, the notice is not acknowledged."""
    notice = till.providers.union_pay.pay(number(opened))
    announced = till.providers.union_pay.deliveries.get(notice or "")["document"]
    before = tables.rows("payments")
    till.providers.union_pay.fail_next("disconnect")
    assert till.providers.union_pay._send("first", announced) == UNREACHABLE
    assert tables.rows("payments") == before
    assert till.providers.union_pay._send("again", announced) == 200
    assert state_of(opened) == "succeeded"


def test_a_notice_that_unionpay_does_not_confirm_is_not_acknowledged(
    opened: PaymentView, till: Till, tables: Tables
) -> None:
    cashier = till.providers.union_pay
    notice = cashier.pay(number(opened))
    announced = cashier.deliveries.get(notice or "")["document"]
    trade = cashier._trade(number(opened))
    cashier._store.put("bank-trade", number(opened), {**trade, "code": UNDECIDED})
    before = tables.rows("payments")
    assert cashier._send("first", announced) == UNREACHABLE
    assert tables.rows("payments") == before


def test_a_notice_of_another_amount_than_ours_changes_nothing(
    opened: PaymentView, till: Till, tables: Tables
) -> None:
    row = table.find_payment(opened.payment_id)
    assert row
    row.update([table.PaymentRow.amount_fen.set(TOTAL - 1)])
    before = tables.rows("payments")
    notice = till.providers.union_pay.pay(number(opened))
    announced = till.providers.union_pay.deliveries.get(notice or "")["document"]
    assert till.providers.union_pay._send("first", announced) == 409
    assert tables.rows("payments") == before


def test_a_notice_for_what_we_never_opened_is_not_acknowledged(opened: PaymentView, till: Till) -> None:
    row = table.find_payment(opened.payment_id)
    assert row
    row.delete()
    notice = till.providers.union_pay.pay(number(opened))
    announced = till.providers.union_pay.deliveries.get(notice or "")["document"]
    assert till.providers.union_pay._send("first", announced) == 404


def test_several_notices_at_once_are_one_payment(opened: PaymentView, till: Till, tables: Tables) -> None:
    notice = till.providers.union_pay.pay(number(opened))
    announced = till.providers.union_pay.deliveries.get(notice or "")["document"]
    with ThreadPoolExecutor(4) as pool:
        told = pool.map(lambda name: till.providers.union_pay._send(str(name), announced), range(4))
        assert set(told) == {200}
    assert state_of(opened) == "succeeded"
    row = table.find_payment(opened.payment_id)
    assert row
    assert (row.refundable_fen, row.moved_on) == (TOTAL, "2026-11-22")


def test_money_for_a_cashier_we_gave_up_is_recorded_as_late(opened: PaymentView, till: Till) -> None:
    row = table.find_payment(opened.payment_id)
    assert row
    row.update(table.to_payment_state("closed", clock.now()))
    till.providers.union_pay.pay(number(opened))
    till.deliver()
    late = table.find_payment(opened.payment_id)
    assert late
    assert (late.state, late.late) == ("succeeded", True)


def test_staff_store_the_merchant_and_nobody_reads_it_back(till: Till, counter: Counter) -> None:
    desk = Api("admin")
    desk.register_blueprint(settings_desk.door, url_prefix="/admin")
    path, merchant = "/admin/payment-methods/union-pay/credentials", till.providers.credentials()["union-pay"]
    secrets.store("union-pay", {**merchant, "merchant_id": "0" * 15})
    allowed = staff_token("settings")
    answer = call(desk, "PUT", path, merchant, token=allowed)
    assert (answer.status, answer.body) == (204, b"")
    opened = counter.open("union_pay", openid=None)
    assert opened.union_pay
    assert opened.union_pay.fields["merId"] == merchant["merchant_id"]
    assert call(desk, "GET", path, token=allowed).status == 405
    for wrong in ({"merchant_id": "1"}, {"cert_id": "x"}, {"authorities": []}, {"base_url": "file:///x"}):
        refused = call(desk, "PUT", path, merchant | wrong, token=allowed)
        assert refused.status == 422
        assert "PRIVATE KEY" not in refused.text
    for token, status in ((None, 401), (agent_token(), 403), (staff_token("finance"), 403)):
        assert call(desk, "PUT", path, merchant, token=token).status == status


def test_bank_cards_can_be_switched_off(till: Till, at: Clock) -> None:
    with pytest.raises(operations.MethodNotOffered):  # nobody switched them on
        Counter().open("union_pay", openid=None)


def test_the_same_form_is_offered_again(opened: PaymentView, counter: Counter) -> None:
    again = counter.open("union_pay", openid=None)
    assert again.payment_id == opened.payment_id
    assert again.union_pay == opened.union_pay


def test_forged_notices_change_nothing(opened: PaymentView, till: Till, tables: Tables) -> None:
    notice = till.providers.union_pay.pay(number(opened))
    before = tables.rows("payments")
    assert till.providers.union_pay.forge(notice or "") == 401
    for body in (b"", b"respCode=00", b"\xff", f"orderId={number(opened)}&respCode=00".encode()):
        assert call(api.app, "POST", "/callbacks/unionpay", body).status == 401
    assert tables.rows("payments") == before


def test_a_lost_notice_is_made_good_by_asking(opened: PaymentView, till: Till, at: Clock) -> None:
    till.providers.union_pay.pay(number(opened), announce=False)
    answer = call(api.app, "GET", f"/payments/{opened.payment_id}", token=agent_token())
    assert (answer.status, answer.json["state"]) == (200, "succeeded")


def test_a_cashier_nobody_opened_can_be_closed(counter: Counter) -> None:
    counter.open("union_pay", openid=None)
    assert operations.close_attempt(counter.order_id, clock.now()) == "closed"


def test_an_open_cashier_may_be_paid_until_its_time_is_over(
    opened: PaymentView, counter: Counter, till: Till, at: Clock
) -> None:
    assert operations.close_attempt(counter.order_id, clock.now()) == "unsure"
    at.advance(minutes=30)
    assert operations.close_attempt(counter.order_id, clock.now()) == "unsure"
    at.advance(minutes=2)
    assert operations.close_attempt(counter.order_id, clock.now()) == "closed"


def test_a_payment_made_meanwhile_wins_over_closing(
    opened: PaymentView, counter: Counter, till: Till
) -> None:
    till.providers.union_pay.pay(number(opened), announce=False)
    assert operations.close_attempt(counter.order_id, clock.now()) == "paid"


@pytest.mark.parametrize("moment", [None, "before", "after"])
def test_a_refund_goes_out_once_under_one_number(
    moment: str | None, opened: PaymentView, till: Till, at: Clock
) -> None:
    till.providers.union_pay.pay(number(opened))
    till.deliver()
    refund_id = operations.refund_id(opened.order_id, "CAUSE")
    now = clock.now()
    parts = operations.refund_parts(opened.order_id, opened.payment_id, refund_id, 400, "少发一件", now)
    transaction.commit(parts)
    if moment:
        till.providers.union_pay.fail_next("disconnect", moment=moment)
    operations.send_refund(refund_id, now)
    for _ in range(2):
        at.advance(minutes=2)
        run_pending()
    till.deliver()
    row, payment = table.find_refund(refund_id), table.find_payment(opened.payment_id)
    assert row
    assert payment
    assert (row.stage, payment.state, payment.refunded_fen) == ("succeeded", "partly_refunded", 400)
    assert till.providers.union_pay._trade(number(opened))["refunded"] == 400


def test_a_silent_unionpay_leaves_everything_as_it_is(
    opened: PaymentView, till: Till, counter: Counter
) -> None:
    for _ in range(2):
        till.providers.union_pay.fail_next("disconnect")
    assert operations.close_attempt(counter.order_id, clock.now()) == "unsure"
    till.providers.union_pay.fail_next("error")
    assert operations.look(opened.payment_id, AGENT, clock.now()).amount_fen == TOTAL
