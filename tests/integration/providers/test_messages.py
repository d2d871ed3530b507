"""SMS and e-mail through the fakes: what people would read, and what is refused."""

import ssl
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from functions.auth.schemas import SendCode
from functions.notifications import channels
from functions.notifications.channels import Undeliverable, email_smtp, sms_tencent
from functions.notifications.channels.email_smtp import Mailbox
from functions.notifications.channels.sms_tencent import TencentSms
from infra.local.providers import Providers
from kit import http_client
from kit.http_client import ProviderRefused, ProviderUnsure
from tests.kit.time import Clock

PHONE = "13800000000"


@pytest.fixture
def sms_account(providers: Providers) -> sms_tencent.Account:
    return sms_tencent.Account.model_validate(providers.credentials()["sms"])


@pytest.fixture
def sms(sms_account: sms_tencent.Account, session: http_client.Session) -> TencentSms:
    return TencentSms(sms_account, session)


@pytest.fixture
def smtp_account(providers: Providers) -> email_smtp.Account:
    return email_smtp.Account.model_validate(providers.credentials()["smtp"])


# SMS


def test_code_arrives_by_sms(sms: TencentSms, providers: Providers) -> None:
    sms.send(PHONE, "sign_in", ["123456", "5"])
    [message] = providers.outbox("sms", PHONE)
    assert (
        message["text"] == "【订货平台】123456为您的登录验证码，请于5分钟内填写。如非本人操作，请忽略本短信。"
    )


def test_notice_template_serves_other_kinds(sms: TencentSms, providers: Providers) -> None:
    sms.send(PHONE, "ApplicationApproved", ["代理商申请已通过"])
    assert "代理商申请已通过" in providers.outbox("sms")[0]["text"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"secret_key": "guess"}, "AuthFailure.SignatureFailure"),
        ({"secret_id": "AKIDguess"}, "AuthFailure.SecretIdNotFound"),
        ({"app_id": "1400000000"}, "UnauthorizedOperation.SmsSdkAppIdVerifyFail"),
        ({"sign_name": "别家"}, "FailedOperation.SignatureIncorrectOrUnapproved"),
        ({"templates": {"notice": "1"}}, "FailedOperation.TemplateIncorrectOrUnapproved"),
    ],
    ids=str,
)
def test_wrong_account_is_refused(
    sms_account: sms_tencent.Account, session: http_client.Session, changed: dict[str, Any], code: str
) -> None:
    wrong = TencentSms(sms_account.model_copy(update=changed), session)
    with pytest.raises(ProviderRefused, check=lambda refusal: refusal.provider_code == code):
        wrong.send(PHONE, "notice", ["通知"])


def test_wrong_clock_is_refused(
    sms_account: sms_tencent.Account, session: http_client.Session, at: Clock
) -> None:
    late = TencentSms(sms_account, session, now=lambda: at.now - timedelta(minutes=6))
    with pytest.raises(ProviderRefused, check=lambda r: r.provider_code == "AuthFailure.SignatureExpire"):
        late.send(PHONE, "notice", ["通知"])


def test_number_that_cannot_be_reached_is_final(sms: TencentSms, providers: Providers) -> None:
    providers.sms.blacklist(PHONE)
    for phone in (PHONE, "12"):
        with pytest.raises(Undeliverable):
            sms.send(phone, "notice", ["通知"])


def test_kind_without_template_is_final(sms_account: sms_tencent.Account) -> None:
    with pytest.raises(Undeliverable):
        TencentSms(sms_account.model_copy(update={"templates": {}})).send(PHONE, "notice", ["通知"])


def test_broken_answers_are_unsure(sms: TencentSms, providers: Providers) -> None:
    providers.sms.fail_next("error")
    providers.sms.fail_next("refuse", code="InternalError.Timeout")
    for _ in range(2):
        with pytest.raises(ProviderUnsure):
            sms.send(PHONE, "notice", ["通知"])


# E-mail


def test_mail_arrives_with_text_and_html(smtp_account: email_smtp.Account, providers: Providers) -> None:
    Mailbox(smtp_account).send("buyer@example.com", "订单已发货", "第一行 <b>\n第二行 & 更多")
    [mail] = providers.outbox("email", "buyer@example.com")
    assert mail["title"] == "订单已发货"
    assert mail["text"].split() == ["第一行", "<b>", "第二行", "&", "更多"]
    assert "<p>第一行 &lt;b&gt;</p>" in mail["html"]
    assert mail["sender"] == f"订货平台 <{smtp_account.sender}>"


def test_title_cannot_add_headers(smtp_account: email_smtp.Account, providers: Providers) -> None:
    Mailbox(smtp_account).send("buyer@example.com", "标题\r\nBcc: other@example.com", "正文")
    [mail] = providers.outbox("email")
    assert mail["title"] == "标题 Bcc: other@example.com"


def test_code_arrives_by_mail(smtp_account: email_smtp.Account, providers: Providers) -> None:
    class Ways:
        def email(self, address: str, title: str, text: str) -> None:
            Mailbox(smtp_account).send(address, title, text)

        def sms(self, phone: str, kind: str, *values: str) -> None:
            raise AssertionError(kind)

        def wechat(self, *_: object) -> None:
            raise AssertionError

    for template in ("registration", "already_registered", "discard"):
        command = SendCode(channel="email", address="a@example.com", template=template, code="246810")  # type: ignore[arg-type]
        channels.send_code(Ways(), command)
    titles = [mail["title"] for mail in providers.outbox("email", "a@example.com")]
    assert titles == ["注册验证码 246810", "您已注册过账号"]


def test_unknown_mailbox_is_final(smtp_account: email_smtp.Account) -> None:
    with pytest.raises(Undeliverable):
        Mailbox(smtp_account).send("nobody@bounce.invalid", "标题", "正文")


def test_wrong_password_is_refused(smtp_account: email_smtp.Account) -> None:
    wrong = smtp_account.model_copy(update={"password": "guess"})
    with pytest.raises(ProviderRefused):
        Mailbox(wrong).send("buyer@example.com", "标题", "正文")


def test_unknown_authority_is_not_trusted(smtp_account: email_smtp.Account, providers: Providers) -> None:
    with pytest.raises(ProviderUnsure):
        Mailbox(smtp_account.model_copy(update={"ca_pem": None})).send("buyer@example.com", "标题", "正文")
    assert providers.outbox("email") == []


def test_server_that_is_away_is_unsure(smtp_account: email_smtp.Account) -> None:
    with pytest.raises(ProviderUnsure):
        Mailbox(smtp_account.model_copy(update={"port": 9})).send("buyer@example.com", "标题", "正文")


class _Kept:
    def __init__(self) -> None:
        self.contents: list[bytes] = []

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802
        self.contents.append(envelope.original_content)
        return "250 OK"


@pytest.fixture
def kept() -> _Kept:
    return _Kept()


@pytest.fixture
def tls_server(providers: Providers, kept: _Kept, tmp_path: Any) -> Iterator[int]:
    """A server that speaks TLS from the first byte, as on port 465."""
    from infra.local.providers.smtp import PortChosen

    pem = tmp_path / "server.pem"
    pem.write_text(providers.keys.smtp_certificate_pem + providers.keys.smtp_key_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server: Controller = PortChosen(kept, hostname="127.0.0.1", port=0, ssl_context=context)
    server.start()
    yield server.port
    server.stop()


def test_mail_goes_out_over_tls(smtp_account: email_smtp.Account, tls_server: int, kept: _Kept) -> None:
    account = smtp_account.model_copy(update={"port": tls_server, "security": "tls", "user": ""})
    Mailbox(account).send("buyer@example.com", "标题", "正文")
    assert len(kept.contents) == 1
