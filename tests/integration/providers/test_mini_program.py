"""Our mini-program client and the fake: identities, messages, shipping information, pushes."""

from datetime import timedelta
from typing import Any

import pytest

from functions.notifications.channels import Undeliverable
from functions.notifications.channels.message_push import MessagePush, PushInvalid
from functions.notifications.channels.wechat_message import WechatMessages
from functions.payments.providers.wechat_pay import WechatPay
from infra.local.providers import Providers
from infra.local.providers.mini_program import TEMPLATES
from kit import clock, http_client
from kit.http_client import ProviderUnsure
from kit.wechat import (
    ALREADY_SHIPPED,
    INVALID_CODE,
    NO_CONSENT_LEFT,
    UNKNOWN_PAYMENT,
    Account,
    MiniProgram,
    Parcel,
    WechatRefused,
)
from tests.integration.providers.conftest import Received, Shop
from tests.kit.time import Clock

SHIPPED = {"character_string1": "SO202611220001", "thing4": "顺丰速运", "character_string5": "SF1234567890"}


def refused(errcode: int) -> Any:
    return pytest.raises(WechatRefused, check=lambda refusal: refusal.errcode == errcode)


@pytest.fixture
def openid(mini_program: MiniProgram, providers: Providers) -> str:
    """A user who has signed in."""
    return mini_program.sign_in(providers.mini_program.login_code()).openid


# Who is who


def test_login_code_names_its_user_once(mini_program: MiniProgram, providers: Providers) -> None:
    code = providers.mini_program.login_code("o-known")
    signed_in = mini_program.sign_in(code)
    assert signed_in.openid == "o-known"
    assert len(signed_in.session_key) == 24
    with refused(INVALID_CODE):
        mini_program.sign_in(code)


def test_login_code_lasts_five_minutes(mini_program: MiniProgram, providers: Providers, at: Clock) -> None:
    code = providers.mini_program.login_code()
    at.advance(minutes=5)
    with refused(INVALID_CODE):
        mini_program.sign_in(code)


def test_wrong_secret_is_refused(providers: Providers, session: http_client.Session) -> None:
    account = Account.model_validate(providers.credentials()["wechat-mini-program"] | {"secret": "guess"})
    with refused(40125):
        MiniProgram(account, session).sign_in(providers.mini_program.login_code())


def test_phone_number_belongs_to_its_user(
    mini_program: MiniProgram, providers: Providers, openid: str
) -> None:
    code = providers.mini_program.phone_code("13800000000", openid)
    assert mini_program.phone_number(code, openid) == "13800000000"
    with refused(INVALID_CODE):
        mini_program.phone_number(code, openid)
    with refused(INVALID_CODE):
        mini_program.phone_number(providers.mini_program.phone_code("13800000000", openid), "o-other")


# The access token


def test_token_is_kept_renewed_and_replaced(
    mini_program: MiniProgram, providers: Providers, openid: str, at: Clock
) -> None:
    identities = providers.mini_program.identities
    mini_program.check_text(openid, 2, "好")
    first = identities.token(force=False)["access_token"]
    at.advance(minutes=116)  # in its last five minutes a new one is given, the old one stays good
    second = identities.token(force=False)["access_token"]
    assert second != first
    identities.check_token(first)
    mini_program.check_text(openid, 2, "好")
    at.advance(minutes=6)
    with pytest.raises(Exception, match="invalid credential"):
        identities.check_token(first)
    mini_program.check_text(openid, 2, "好")


def test_rejected_token_is_fetched_again_once(
    mini_program: MiniProgram, providers: Providers, openid: str
) -> None:
    mini_program.check_text(openid, 2, "好")
    providers.mini_program.identities.forget_token()
    assert mini_program.check_text(openid, 2, "好").suggest == "pass"
    providers.mini_program.fail_next("refuse", code="40001")
    providers.mini_program.fail_next("refuse", code="45009")
    with refused(45009):
        mini_program.check_text(openid, 2, "好")


def test_busy_and_broken_answers_are_unsure(
    mini_program: MiniProgram, providers: Providers, openid: str
) -> None:
    mini_program.check_text(openid, 2, "好")
    for kind, code in (("refuse", "-1"), ("error", ""), ("disconnect", "")):
        providers.mini_program.fail_next(kind, code=code)  # type: ignore[arg-type]
        with pytest.raises(ProviderUnsure):
            mini_program.check_text(openid, 2, "好")


# Messages


def test_message_goes_out_once_per_consent(
    mini_program: MiniProgram, providers: Providers, openid: str
) -> None:
    template = TEMPLATES["OrderShipped"]
    with refused(NO_CONSENT_LEFT):
        mini_program.send_message(openid, template, SHIPPED, "pages/order/tracking?id=1")
    providers.mini_program.consent(openid, template)
    mini_program.send_message(openid, template, SHIPPED, "pages/order/tracking?id=1")
    with refused(NO_CONSENT_LEFT):
        mini_program.send_message(openid, template, SHIPPED, "pages/order/tracking?id=1")
    [message] = providers.outbox("wechat", openid)
    assert message["values"] == SHIPPED


@pytest.mark.parametrize(
    "changed",
    [
        {"thing4": "这家快递公司的名字实在是太长了超过二十个字"},
        {"thing4": ""},
        {"thing4": "两\n行"},
        {"character_string1": "订单号"},
        {"thing99": "没有这一项"},
    ],
    ids=str,
)
def test_values_out_of_bounds_are_refused(
    mini_program: MiniProgram, providers: Providers, openid: str, changed: dict[str, str]
) -> None:
    providers.mini_program.consent(openid, TEMPLATES["OrderShipped"])
    with refused(47003):
        mini_program.send_message(openid, TEMPLATES["OrderShipped"], SHIPPED | changed, "pages/a/b")


def test_channel_says_when_a_message_cannot_arrive(
    mini_program: MiniProgram, providers: Providers, openid: str
) -> None:
    channel = WechatMessages(mini_program, TEMPLATES)
    providers.mini_program.consent(openid, TEMPLATES["OrderShipped"])
    channel.send(openid, "OrderShipped", SHIPPED, "pages/a/b")
    for receiver, kind, values in (
        (openid, "OrderShipped", SHIPPED),
        (openid, "PointsExpired", SHIPPED),
        (openid, "OrderShipped", {}),
        ("o-unknown", "OrderShipped", SHIPPED),
    ):
        with pytest.raises(Undeliverable):
            channel.send(receiver, kind, values, "pages/a/b")


def test_text_is_judged(mini_program: MiniProgram, openid: str) -> None:
    verdicts = [
        mini_program.check_text(openid, 2, text).suggest for text in ("很好用", "加微信聊", "代开发票")
    ]
    assert verdicts == ["pass", "review", "risky"]
    with refused(40003):
        mini_program.check_text("o-unknown", 2, "很好用")


def test_code_image_is_a_jpeg(mini_program: MiniProgram) -> None:
    assert mini_program.code_image("invite=AB12CD", "account/register").startswith(b"\xff\xd8")
    with refused(40169):
        mini_program.code_image("x" * 33, "account/register")
    with refused(41030):
        mini_program.code_image("a=1", "/account/register")


# Shipping information


@pytest.fixture
def transaction_id(wechat_pay: WechatPay, providers: Providers, shop: Shop) -> str:
    """A payment of `o-buyer`."""
    wechat_pay.prepay(
        out_trade_no="P-shipping",
        description="订货",
        total_fen=100,
        openid="o-buyer",
        notify_url=shop.url,
        expires_at=clock.now() + timedelta(minutes=30),
    )
    providers.wechat_pay.pay("P-shipping", notice="drop")
    trade = wechat_pay.query("P-shipping")
    assert trade
    assert trade.transaction_id
    return trade.transaction_id


def upload(client: MiniProgram, transaction_id: str, /, *numbers: str, **changed: Any) -> None:
    parcels = [Parcel(number, "SF", "饮料 3 箱", "189****1234") for number in numbers]
    wanted = {
        "transaction_id": transaction_id,
        "openid": "o-buyer",
        "parcels": parcels,
        "all_shipped": True,
        "in_parts": False,
        "at": clock.now(),
    }
    client.upload_shipping(**{**wanted, **changed})


def test_whole_order_is_reported_shipped(
    mini_program: MiniProgram, providers: Providers, transaction_id: str
) -> None:
    upload(mini_program, transaction_id, "SF1")
    [uploaded] = providers.mini_program.shipping.uploads(transaction_id)
    assert uploaded["shipping_list"][0]["tracking_no"] == "SF1"


def test_parts_are_reported_until_all_left(mini_program: MiniProgram, transaction_id: str, at: Clock) -> None:
    upload(mini_program, transaction_id, "SF1", in_parts=True, all_shipped=False)
    with refused(10060014):
        upload(mini_program, transaction_id, "SF2", in_parts=True)
    at.advance(hours=1)
    upload(mini_program, transaction_id, "SF2", in_parts=True)
    at.advance(hours=1)
    with refused(ALREADY_SHIPPED):
        upload(mini_program, transaction_id, "SF3")


def test_one_correction_is_allowed(mini_program: MiniProgram, transaction_id: str, at: Clock) -> None:
    upload(mini_program, transaction_id, "SF1")
    with refused(10060023):
        upload(mini_program, transaction_id, "SF1")
    at.advance(hours=1)
    upload(mini_program, transaction_id, "SF2")
    at.advance(hours=1)
    with refused(10060003):
        upload(mini_program, transaction_id, "SF3")


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"transaction_id": "42000000"}, UNKNOWN_PAYMENT),
        ({"transaction_id": ""}, 268485195),
        ({"openid": "o-other"}, 10060031),
        ({"parcels": []}, 268485228),
        ({"parcels": [Parcel("SF1", "SF", "", "189****1234")]}, 10060008),
        ({"parcels": [Parcel("SF1", "SF", "长" * 121, "189****1234")]}, 10060009),
        ({"parcels": [Parcel("", "SF", "饮料", "189****1234")]}, 268485226),
        ({"parcels": [Parcel("SF1", "", "饮料", "189****1234")]}, 268485227),
        ({"parcels": [Parcel("SF1", "SF", "饮料", "")]}, 10060014),
        ({"parcels": [Parcel("SF1", "YTO", "饮料", "18900001234")]}, 10060014),
    ],
    ids=str,
)
def test_shipping_information_is_checked(
    mini_program: MiniProgram, transaction_id: str, changed: dict[str, Any], errcode: int
) -> None:
    with refused(errcode):
        upload(mini_program, transaction_id, "SF1", **changed)


# Pushes


@pytest.fixture
def push(providers: Providers, shop: Shop) -> MessagePush:
    providers.mini_program.push_url = f"{shop.url}/callbacks/wechat/messages"
    keys = providers.keys
    return MessagePush(keys.appid, keys.push_token, keys.push_aes_key)


def query_of(received: Received) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in received.path.partition("?")[2].split("&"))


def test_push_is_read_and_repeated_until_answered(
    push: MessagePush, providers: Providers, shop: Shop, at: Clock
) -> None:
    providers.mini_program.push({"Event": "trade_manage_order_settlement", "merchant_trade_no": "P1"})
    shop.answer = lambda _: (200, b"what?")
    providers.run_due()
    shop.answer = lambda _: (200, b"success")
    at.advance(seconds=5)
    providers.run_due()
    at.advance(minutes=1)
    providers.run_due()
    first, second = (push.read(query_of(received), received.body) for received in shop.received)
    assert first == second
    assert first["merchant_trade_no"] == "P1"


def test_address_is_verified_when_it_is_set(push: MessagePush, providers: Providers, shop: Shop) -> None:
    shop.answer = lambda received: (200, push.check_address(query_of(received)).encode())
    assert providers.mini_program.pushes.verify_address(providers.mini_program.push_url)


def test_buyer_confirms_the_goods_in_wechat(
    push: MessagePush,
    mini_program: MiniProgram,
    providers: Providers,
    shop: Shop,
    transaction_id: str,
    session: http_client.Session,
) -> None:
    control = providers.urls()["mini_program"] + "/_control/receipts"
    assert session.post(control, json={"transaction_id": transaction_id}).json()["errcode"] == 10060028
    upload(mini_program, transaction_id, "SF1")
    session.post(control, json={"transaction_id": transaction_id})
    providers.run_due()
    event = push.read(query_of(shop.received[0]), shop.received[0].body)
    assert (event["merchant_trade_no"], event["confirm_receive_method"]) == ("P-shipping", 2)


@pytest.mark.parametrize("forgery", ["signature", "appid", "body"])
def test_forged_push_is_refused(push: MessagePush, providers: Providers, shop: Shop, forgery: Any) -> None:
    def answer(received: Received) -> tuple[int, bytes]:
        with pytest.raises(PushInvalid):
            push.read(query_of(received), received.body)
        return 401, b""

    shop.answer = answer
    assert providers.mini_program.forge_push({"Event": "wxa_trade_controlled"}, forgery) == 401
