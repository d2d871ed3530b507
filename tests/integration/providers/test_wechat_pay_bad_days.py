"""WeChat Pay on bad days, refunds and bills: our client and the fake, over loopback."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from functions.payments.providers.signing import SignatureInvalid, StaleTimestamp
from functions.payments.providers.wechat_documents import Merchant
from functions.payments.providers.wechat_pay import NotOurs, WechatPay
from infra.local.providers import Providers
from kit import clock, http_client
from kit.http_client import ProviderUnsure
from tests.integration.providers.conftest import Shop, local_providers
from tests.integration.providers.payment import NUMBER, TOTAL, Till, refused
from tests.integration.providers.payment_fixtures import paid, till
from tests.kit.time import Clock

__all__ = ["paid", "till"]


# Outcomes nobody told us


class Hasty(http_client.Session):
    """Waits a second for an answer."""

    def request(self, method: str, url: str, **options: Any) -> requests.Response:  # type: ignore[override]
        return super().request(method, url, **{**options, "timeout": (1, 1)})


@pytest.fixture
def hasty(merchant: Merchant, shop: Shop) -> Iterator[Till]:
    with Hasty() as session:
        yield Till(WechatPay(merchant, session), shop)


@pytest.mark.parametrize("kind", ["hang", "disconnect", "error"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_lost_answer_is_unsure_and_the_query_knows(
    hasty: Till, till: Till, providers: Providers, kind: Any, moment: Any
) -> None:
    providers.wechat_pay.fail_next(kind, moment=moment)
    with pytest.raises(ProviderUnsure):
        hasty.prepay()
    assert (till.client.query(NUMBER) is None) == (moment == "before")


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
