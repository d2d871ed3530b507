"""Our WeChat Pay client and the fake, over loopback: money moves only as both sides allow."""

from datetime import timedelta
from typing import Any

import pytest
from wechatpayv3 import WeChatPay as SecondClient
from wechatpayv3 import WeChatPayType

from functions.payments.providers.signing import SignatureInvalid, StaleTimestamp
from functions.payments.providers.wechat_documents import Merchant
from functions.payments.providers.wechat_pay import AlreadyPaid, NotOurs, WechatPay
from infra.local.providers import Providers
from kit import clock
from tests.integration.providers.conftest import Received, Shop
from tests.integration.providers.payment import NUMBER, TOTAL, Till, refused
from tests.integration.providers.payment_fixtures import paid, till
from tests.kit.time import Clock

__all__ = ["paid", "till"]


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
