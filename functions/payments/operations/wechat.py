"""The way to WeChat Pay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from kit import secrets

if TYPE_CHECKING:
    from functions.payments.providers.wechat_pay import WechatPay


def wechat_pay() -> WechatPay:
    """The merchant at WeChat Pay."""
    # Imported when first needed: most functions that reach payments never talk to the provider, and
    # cryptography is only in the layer of those that do.
    from functions.payments.providers.wechat_pay import wechat_pay

    return wechat_pay()


def notify_url(subject: Literal["payments", "refunds"]) -> str:
    """Where WeChat Pay sends its notices: below the parameter `public-url`, the shop's own https address."""
    return f"{secrets.text('public-url')}/callbacks/wechat-pay/{subject}"
