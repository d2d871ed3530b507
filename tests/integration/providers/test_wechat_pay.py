"""Our WeChat Pay client and the fake, over loopback: money moves only as both sides allow."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from wechatpayv3 import WeChatPay as SecondClient
from wechatpayv3 import WeChatPayType

from functions.payments.providers.signing import SignatureInvalid, StaleTimestamp
from functions.payments.providers.wechat_documents import Merchant, Refund
from functions.payments.providers.wechat_pay import AlreadyPaid, NotOurs, WechatPay
from infra.local.providers import Providers
from kit import clock, http_client
from kit.http_client import ProviderRefused, ProviderUnsure
from tests.integration.providers.conftest import Received, Shop, local_providers
from tests.kit.time import Clock

NUMBER = "P01|attempt*1"
TOTAL = 123_400


class Till:
    """One payment as our code would make it."""

    def __init__(self, client: WechatPay, shop: Shop) -> None:
        self.client = client
        self.shop = shop

    def prepay(self, **changed: Any) -> str:
        wanted = {
            "out_trade_no": NUMBER,
            "description": "经销订货 3 件",
            "total_fen": TOTAL,
            "openid": "o-buyer",
            "notify_url": f"{self.shop.url}/callbacks/wechat-pay/payments",
            "expires_at": clock.now() + timedelta(minutes=30),
        }
        return self.client.prepay(**{**wanted, **changed})

    def refund(self, number: str, fen: int, **changed: Any) -> Refund:
        wanted = {
            "out_trade_no": NUMBER,
            "out_refund_no": number,
            "refund_fen": fen,
            "total_fen": TOTAL,
            "reason": "少发一件",
            "notify_url": f"{self.shop.url}/callbacks/wechat-pay/refunds",
        }
        return self.client.refund(**{**wanted, **changed})


@pytest.fixture
def till(wechat_pay: WechatPay, shop: Shop) -> Till:
    return Till(wechat_pay, shop)


@pytest.fixture
def paid(till: Till, providers: Providers) -> str:
    """A paid payment whose notice waits; gives the notice's id."""
    till.prepay()
    notice = providers.wechat_pay.pay(NUMBER)
    assert notice
    return notice


def refused(code: str) -> Any:
    return pytest.raises(ProviderRefused, check=lambda refusal: refusal.provider_code == code)


# Payments


def test_payment_from_prepay_to_notice(till: Till, providers: Providers, shop: Shop) -> None:
    sheet = till.client.payment_parameters(till.prepay())
    assert providers.wechat_pay.sheet(sheet)["state"] == "NOTPAY"
    unpaid = till.client.query(NUMBER)
    assert unpaid
    assert not unpaid.paid
    assert unpaid.transaction_id is None

    providers.wechat_pay.pay(NUMBER)
    providers.run_due()
    [received] = shop.received
    assert received.path == "/callbacks/wechat-pay/payments"
    notice = till.client.read_payment_notice(received.headers, received.body)
    assert notice.trade == till.client.query(NUMBER)
    assert notice.trade.amount
    assert notice.trade.amount.total == TOTAL
    assert notice.trade.paid
    assert notice.trade.out_trade_no == NUMBER


def test_a_second_client_reads_the_same_notice(
    paid: str, providers: Providers, merchant: Merchant, shop: Shop
) -> None:
    providers.run_due()
    [received] = shop.received
    second = SecondClient(
        WeChatPayType.MINIPROG,
        mchid=merchant.mchid,
        private_key=merchant.private_key_pem,
        cert_serial_no=merchant.merchant_serial,
        apiv3_key=merchant.apiv3_keys[0],
        appid=merchant.appid,
        public_key=merchant.verifiers[merchant.public_key_id],
        public_key_id=merchant.public_key_id,
    )
    read = second.callback(received.headers, received.body)
    assert read["event_type"] == "TRANSACTION.SUCCESS"
    assert read["resource"]["out_trade_no"] == NUMBER


def test_unknown_payment_is_none(wechat_pay: WechatPay) -> None:
    assert wechat_pay.query("P-nobody-knows") is None


def test_failed_attempt_can_be_paid_again(till: Till, providers: Providers) -> None:
    till.prepay()
    assert providers.wechat_pay.pay(NUMBER, "fail") is None
    assert providers.wechat_pay.pay(NUMBER)


def test_prepay_again_with_the_same_parameters_only(till: Till, at: Clock) -> None:
    deadline = clock.now() + timedelta(minutes=30)
    first = till.prepay(expires_at=deadline)
    assert till.prepay(expires_at=deadline) != first
    with refused("INVALID_REQUEST"):
        till.prepay(expires_at=deadline, total_fen=TOTAL + 1)


@pytest.mark.parametrize(
    "changed",
    [
        {"out_trade_no": "short"},
        {"out_trade_no": "has space in it"},
        {"description": ""},
        {"description": "长" * 128},
        {"total_fen": 0},
        {"openid": ""},
        {"notify_url": "https://shop.example/notice?secret=1"},
        {"notify_url": "http://shop.example/notice"},
    ],
    ids=str,
)
def test_fields_out_of_bounds_are_refused(till: Till, changed: dict[str, Any]) -> None:
    with refused("PARAM_ERROR"):
        till.prepay(**changed)


def test_sheet_needs_our_signature_and_a_fresh_prepay(till: Till, providers: Providers, at: Clock) -> None:
    prepay_id = till.prepay(expires_at=clock.now() + timedelta(days=1))
    sheet = till.client.payment_parameters(prepay_id)
    with pytest.raises(Exception, match="支付验证签名失败"):
        providers.wechat_pay.sheet({**sheet, "package": "prepay_id=wx0"})
    at.advance(hours=2)
    with pytest.raises(Exception, match="支付会话已过期"):
        providers.wechat_pay.sheet(sheet)


def test_closed_payment_cannot_be_paid(till: Till, providers: Providers) -> None:
    till.prepay()
    till.client.close(NUMBER)
    till.client.close(NUMBER)
    with pytest.raises(Exception, match="订单已关闭"):
        providers.wechat_pay.pay(NUMBER)
    with refused("ORDER_CLOSED"):
        till.prepay()


def test_paid_payment_cannot_be_closed_or_prepaid(paid: str, till: Till) -> None:
    with pytest.raises(AlreadyPaid):
        till.client.close(NUMBER)
    with pytest.raises(AlreadyPaid):
        till.prepay()


def test_payment_closes_by_itself_at_its_deadline(till: Till, providers: Providers, at: Clock) -> None:
    till.prepay()
    at.advance(minutes=30)
    trade = till.client.query(NUMBER)
    assert trade
    assert trade.trade_state == "CLOSED"


# Notices that lie, repeat or get lost


@pytest.mark.parametrize(
    ("forgery", "failure"),
    [
        ("signature", SignatureInvalid),
        ("probe", SignatureInvalid),
        ("serial", SignatureInvalid),
        ("body", SignatureInvalid),
        ("missing_headers", SignatureInvalid),
        ("apiv3_key", SignatureInvalid),
        ("timestamp", StaleTimestamp),
        ("mchid", NotOurs),
    ],
)
def test_forged_notice_is_refused(
    paid: str, till: Till, providers: Providers, shop: Shop, forgery: Any, failure: type[Exception]
) -> None:
    def answer(received: Received) -> tuple[int, bytes]:
        with pytest.raises(failure):
            till.client.read_payment_notice(received.headers, received.body)
        return 401, b""

    shop.answer = answer
    assert providers.wechat_pay.notices.forge(paid, forgery) == 401


def test_notice_with_another_amount_shows_that_amount(
    paid: str, till: Till, providers: Providers, shop: Shop
) -> None:
    providers.wechat_pay.notices.forge(paid, "amount")
    notice = till.client.read_payment_notice(shop.received[0].headers, shop.received[0].body)
    assert notice.trade.amount
    assert notice.trade.amount.total == TOTAL + 1


def test_refund_notice_is_no_payment_notice(paid: str, till: Till, providers: Providers, shop: Shop) -> None:
    till.refund("R1", 1)
    providers.wechat_pay.settle("R1")
    providers.run_due()
    refund_notice = shop.received[1]
    with pytest.raises(Exception, match=r"不是预期的通知类型"):
        till.client.read_payment_notice(refund_notice.headers, refund_notice.body)


def test_duplicate_notices_carry_the_same_id(till: Till, providers: Providers, shop: Shop) -> None:
    till.prepay()
    providers.wechat_pay.pay(NUMBER, notice="duplicate")
    providers.run_due()
    ids = [till.client.read_payment_notice(r.headers, r.body).notice_id for r in shop.received]
    assert len(ids) == 2
    assert len(set(ids)) == 1


def test_notice_is_repeated_on_schedule_until_acknowledged(
    paid: str, providers: Providers, shop: Shop, at: Clock
) -> None:
    shop.answer = lambda _: (500, b"")
    providers.run_due()
    providers.run_due()
    assert len(shop.received) == 1
    at.advance(seconds=0.25)  # the first repetition after 15 s, sixty times faster
    providers.run_due()
    assert len(shop.received) == 2
    shop.answer = lambda _: (204, b"")
    at.advance(seconds=0.25)
    providers.run_due()
    at.advance(days=2)
    providers.run_due()
    assert len(shop.received) == 3


def test_notices_end_after_fifteen_repetitions(
    paid: str, providers: Providers, shop: Shop, at: Clock
) -> None:
    shop.answer = lambda _: (404, b"")
    for _ in range(20):
        providers.run_due()
        at.advance(minutes=6)
    assert len(shop.received) == 16


def test_lost_notice_leaves_the_query(till: Till, providers: Providers, shop: Shop) -> None:
    till.prepay()
    providers.wechat_pay.pay(NUMBER, notice="drop")
    providers.run_due()
    trade = till.client.query(NUMBER)
    assert shop.received == []
    assert trade
    assert trade.paid


def test_held_notices_can_arrive_in_the_wrong_order(till: Till, providers: Providers, shop: Shop) -> None:
    for number in ("P-first", "P-second"):
        till.prepay(out_trade_no=number)
        providers.wechat_pay.pay(number, notice="hold")
    providers.run_due()
    assert shop.received == []
    providers.wechat_pay.notices.deliveries.release(newest_first=True)
    providers.run_due()
    trades = [till.client.read_payment_notice(r.headers, r.body).trade for r in shop.received]
    assert [trade.out_trade_no for trade in trades] == ["P-second", "P-first"]


def test_delayed_notice_waits(till: Till, providers: Providers, shop: Shop, at: Clock) -> None:
    till.prepay()
    providers.wechat_pay.pay(NUMBER, delay=timedelta(minutes=10))
    providers.run_due()
    assert shop.received == []
    at.advance(minutes=10)
    providers.run_due()
    assert len(shop.received) == 1


# Outcomes nobody told us


class Hasty(http_client.Session):
    """Waits a tenth of a second for an answer."""

    def request(self, method: str, url: str, **options: Any) -> requests.Response:  # type: ignore[override]
        return super().request(method, url, **{**options, "timeout": (1, 0.1)})


@pytest.fixture
def hasty(merchant: Merchant, shop: Shop) -> Iterator[Till]:
    with Hasty() as session:
        yield Till(WechatPay(merchant, session), shop)


@pytest.mark.parametrize("kind", ["hang", "disconnect", "error"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_lost_answer_is_unsure_and_the_query_knows(
    hasty: Till, providers: Providers, kind: Any, moment: Any
) -> None:
    providers.wechat_pay.fail_next(kind, moment=moment)
    with pytest.raises(ProviderUnsure):
        hasty.prepay()
    assert (hasty.client.query(NUMBER) is None) == (moment == "before")


def test_lost_refund_answer_may_be_repeated_with_the_same_number(
    paid: str, till: Till, providers: Providers
) -> None:
    providers.wechat_pay.fail_next("disconnect", moment="after")
    with pytest.raises(ProviderUnsure):
        till.refund("R1", 100)
    assert till.refund("R1", 100) == till.client.query_refund("R1")
    assert till.refund("R2", TOTAL - 100).status == "PROCESSING"


def test_spare_address_is_used_when_the_first_cannot_be_reached(
    merchant: Merchant, session: http_client.Session, shop: Shop
) -> None:
    addresses = ["http://127.0.0.1:9", *merchant.base_urls]
    client = WechatPay(merchant.model_copy(update={"base_urls": addresses}), session)
    assert client.query(NUMBER) is None


def test_answer_signed_by_somebody_else_is_not_believed(
    merchant: Merchant, session: http_client.Session, providers: Providers
) -> None:
    other = {merchant.public_key_id: providers.keys.union_pay_certificate_pem}
    client = WechatPay(merchant.model_copy(update={"verifiers": other}), session)
    with pytest.raises(SignatureInvalid):
        client.query(NUMBER)


@pytest.mark.parametrize(
    "changed",
    [{"mchid": "1900000001"}, {"merchant_serial": "0" * 40}, {"public_key_id": "PUB_KEY_ID_0"}],
    ids=str,
)
def test_requests_of_strangers_are_refused(
    merchant: Merchant, session: http_client.Session, changed: dict[str, str]
) -> None:
    client = WechatPay(merchant.model_copy(update=changed), session)
    with refused("SIGN_ERROR"):
        client.query(NUMBER)


def test_request_signed_with_another_key_is_refused(
    merchant: Merchant, session: http_client.Session, providers: Providers
) -> None:
    stolen = merchant.model_copy(update={"private_key_pem": providers.keys.union_pay_key_pem})
    with refused("SIGN_ERROR"):
        WechatPay(stolen, session).query(NUMBER)


def test_request_with_a_wrong_clock_is_refused(
    merchant: Merchant, session: http_client.Session, at: Clock
) -> None:
    late = WechatPay(merchant, session, now=lambda: at.now - timedelta(minutes=6))
    with pytest.raises(StaleTimestamp):  # the fake's refusal is signed with the right time, stale to us
        late.query(NUMBER)


def test_nonce_serves_once(merchant: Merchant, session: http_client.Session) -> None:
    client = WechatPay(merchant, session, nonce=lambda: "always-the-same")
    client.query(NUMBER)
    with refused("SIGN_ERROR"):
        client.query(NUMBER)


# Refunds


def test_refund_is_accepted_then_settled_by_notice(
    paid: str, till: Till, providers: Providers, shop: Shop
) -> None:
    accepted = till.refund("R1", 2_500)
    assert accepted.status == "PROCESSING"
    assert accepted.amount.refund == 2_500
    providers.wechat_pay.settle("R1")
    providers.run_due()
    received = shop.received[-1]
    notice = till.client.read_refund_notice(received.headers, received.body)
    assert notice.refund.refund_status == "SUCCESS"
    assert (notice.refund.out_refund_no, notice.refund.amount.refund) == ("R1", 2_500)
    trade = till.client.query(NUMBER)
    assert trade
    assert trade.trade_state == "REFUND"
    assert trade.paid


def test_refund_notice_for_another_merchant_is_refused(
    paid: str, till: Till, providers: Providers, shop: Shop
) -> None:
    till.refund("R1", 2_500)
    notice = providers.wechat_pay.settle("R1", "ABNORMAL")
    assert notice
    providers.wechat_pay.notices.forge(notice, "mchid")
    with pytest.raises(NotOurs):
        till.client.read_refund_notice(shop.received[-1].headers, shop.received[-1].body)


def test_same_refund_number_is_the_same_refund(paid: str, till: Till) -> None:
    first = till.refund("R1", 2_500)
    assert till.refund("R1", 2_500) == first
    with refused("INVALID_REQUEST"):
        till.refund("R1", 2_501)


def test_more_than_was_paid_is_never_refunded(paid: str, till: Till) -> None:
    till.refund("R1", TOTAL - 1)
    with refused("INVALID_REQUEST"):
        till.refund("R2", 2)
    till.refund("R3", 1)
    with refused("INVALID_REQUEST"):
        till.refund("R4", 1)


def test_closed_refund_frees_its_amount(paid: str, till: Till, providers: Providers) -> None:
    till.refund("R1", TOTAL)
    providers.wechat_pay.settle("R1", "CLOSED")
    assert till.refund("R2", TOTAL).status == "PROCESSING"


def test_refund_rules(till: Till, providers: Providers, at: Clock) -> None:
    till.prepay()
    with refused("RESOURCE_NOT_EXISTS"):
        till.refund("R0", 1)
    providers.wechat_pay.pay(NUMBER)
    with refused("INVALID_REQUEST"):
        till.refund("R0", 1, total_fen=TOTAL + 1)
    for number in range(50):
        till.refund(f"R{number}", 1)
    with refused("INVALID_REQUEST"):
        till.refund("R51", 1)
    assert till.client.query_refund("R51") is None


def test_refund_ends_after_a_year(paid: str, till: Till, at: Clock) -> None:
    at.advance(days=366)
    with refused("INVALID_REQUEST"):
        till.refund("R1", 1)


def test_merchant_without_money_is_told_so(paid: str, till: Till, providers: Providers) -> None:
    providers.wechat_pay.fail_next("refuse", code="NOT_ENOUGH", status=403)
    with refused("NOT_ENOUGH"):
        till.refund("R1", 1)
    assert till.client.query_refund("R1") is None


# Bills


def test_bill_lists_the_day_and_agrees_with_its_totals(
    paid: str, till: Till, providers: Providers, at: Clock
) -> None:
    till.refund("R1", 2_500)
    providers.wechat_pay.settle("R1")
    day = clock.business_day(clock.now())
    assert till.client.trade_bill(day) == []  # ready from ten o'clock the day after
    at("2026-11-23T02:00:00Z")
    payment, refund = till.client.trade_bill(day)
    assert (payment.out_trade_no, payment.order_fen, payment.out_refund_no) == (NUMBER, TOTAL, "")
    assert (refund.out_refund_no, refund.refund_fen, refund.order_fen) == ("R1", 2_500, 0)
    assert clock.business_day(payment.traded_at) == day
    assert till.client.trade_bill(day - timedelta(days=1)) == []


# A restart, the payment sheet and the controls


def test_payments_and_promised_notices_survive_a_restart(
    state: Path, at: Clock, shop: Shop, session: http_client.Session
) -> None:
    before = local_providers(state)
    before.start()
    client = WechatPay(Merchant.model_validate(before.credentials()["wechat-pay"]), session)
    Till(client, shop).prepay()
    before.wechat_pay.pay(NUMBER)
    before.stop()

    after = local_providers(state)
    after.start()
    client = WechatPay(Merchant.model_validate(after.credentials()["wechat-pay"]), session)
    trade = client.query(NUMBER)
    assert trade
    assert trade.paid
    after.run_due()
    after.stop()
    assert client.read_payment_notice(shop.received[0].headers, shop.received[0].body).trade == trade


def test_notices_leave_and_refunds_settle_by_themselves(
    state: Path, at: Clock, shop: Shop, session: http_client.Session
) -> None:
    running = Providers(state, settle_refunds_after=timedelta(seconds=3))
    running.start()
    try:
        till = Till(WechatPay(Merchant.model_validate(running.credentials()["wechat-pay"]), session), shop)
        till.prepay()
        running.wechat_pay.pay(NUMBER)
        assert shop.wait_for(1)
        till.refund("R1", 1)
        at.advance(seconds=3)
        assert shop.wait_for(2)
        refund = till.client.query_refund("R1")
    finally:
        running.stop()
    assert refund
    assert refund.status == "SUCCESS"


def test_buyer_pays_at_the_cashier_page(
    till: Till, providers: Providers, session: http_client.Session
) -> None:
    sheet = till.client.payment_parameters(till.prepay()) | {"return_url": "http://127.0.0.1:1/#/orders/1"}
    url = providers.urls()["wechat_pay"] + "/cashier"
    page = session.get(url, params=sheet)
    assert "确认支付" in page.text
    assert "1234.00" in page.text
    answer = session.post(url, data={**sheet, "result": "ok"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "http://127.0.0.1:1/#/orders/1?payment=ok"
    trade = till.client.query(NUMBER)
    assert trade
    assert trade.paid
    assert "支付成功" in session.get(url, params=sheet).text
    assert "支付验证签名失败" in session.get(url, params={**sheet, "nonceStr": "<b>"}).text


def test_controls_over_http(
    till: Till, providers: Providers, shop: Shop, session: http_client.Session
) -> None:
    control = providers.urls()["wechat_pay"] + "/_control"
    till.prepay()
    paid = session.post(f"{control}/payments/{NUMBER.replace('|', '%7C')}/payment", json={"notice": "hold"})
    notice = paid.json()["notice_id"]
    assert session.post(f"{control}/notices/{notice}/repetition").json() == {"status": 204}
    forged = session.post(f"{control}/notices/{notice}/forgery", json={"forgery": "signature"})
    assert forged.json() == {"status": 204}
    till.refund("R1", 1)
    session.post(f"{control}/refunds/R1/settlement", json={"status": "ABNORMAL"})
    refund = till.client.query_refund("R1")
    assert refund
    assert refund.status == "ABNORMAL"
    session.post(f"{control}/faults", json={"kind": "error"})
    with pytest.raises(ProviderUnsure):
        till.client.query(NUMBER)
    [payment] = session.get(f"{control}/payments").json()["items"]
    assert payment["state"] == "REFUND"
    assert json.loads(session.get(f"{control}/notices").text)["items"][0]["held"]
