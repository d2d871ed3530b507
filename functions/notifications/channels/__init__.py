"""The ways out to people: e-mail, SMS and WeChat.

Undeliverable means another way must be found; ProviderUnsure and ProviderRefused mean the same way may work
later, or once the account with the provider is put right.
"""

from collections.abc import Mapping
from typing import Protocol

from functions.auth.schemas import SendCode
from functions.notifications.channels import email_smtp, sms_tencent, wechat_message
from functions.notifications.channels.failures import Undeliverable
from functions.notifications.channels.wording import code_email

__all__ = ["Channels", "Undeliverable", "open_channels", "send_code", "wechat_templates"]


class Channels(Protocol):
    """One way out per kind of address."""

    def email(self, address: str, title: str, text: str) -> None:
        """Send an e-mail."""

    def sms(self, phone: str, kind: str, *values: str) -> None:
        """Send the approved SMS template for a kind of message, filled with values."""

    def wechat(self, openid: str, kind: str, values: Mapping[str, str], page: str) -> None:
        """Send the subscription message for a kind of message."""


class _Open:
    """The real channels; each reads its secret when it is first used."""

    def email(self, address: str, title: str, text: str) -> None:
        email_smtp.mailbox().send(address, title, text)

    def sms(self, phone: str, kind: str, *values: str) -> None:
        sms_tencent.sms().send(phone, kind, values)

    def wechat(self, openid: str, kind: str, values: Mapping[str, str], page: str) -> None:
        wechat_message.messages().send(openid, kind, values, page)


def open_channels() -> Channels:
    """The channels of this deployment."""
    return _Open()


def wechat_templates() -> dict[str, str]:
    """The subscription template id of each kind of message that WeChat can bring."""
    return wechat_message.templates()


def send_code(channels: Channels, command: SendCode) -> None:
    """Tell an address its code, or why none came; `discard` is dropped."""
    if command.template == "discard":
        return
    if command.channel == "sms":
        channels.sms(command.address, command.template, command.code, str(command.minutes))
    else:
        channels.email(command.address, *code_email(command))
