"""What payments needs of a provider, whichever it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from functions.payments.rules import Method, RefundWord, Word
from functions.payments.table import PaymentRow, RefundRow
from kit import secrets


class Channel(Protocol):
    """A payment provider. Every method may be repeated, and raises ProviderRefused and ProviderUnsure."""

    def announce(self, row: PaymentRow) -> str | None:
        """Tell the provider about an attempt, where it wants that; gives its name for it."""

    def offer(self, row: PaymentRow) -> dict[str, Any]:
        """What the buyer's client needs to pay an announced attempt, as fields of PaymentView."""

    def ask(self, row: PaymentRow) -> Word | None:
        """How an attempt stands; None when the provider never heard of it."""

    def close(self, row: PaymentRow, now: datetime) -> Word:
        """Make an attempt impossible, or find out that it is paid or may still be."""

    def refund(self, row: RefundRow, payment: PaymentRow) -> RefundWord:
        """Send the money of a refund back."""

    def ask_refund(self, row: RefundRow) -> RefundWord | None:
        """How a refund stands; None when the provider never heard of it."""

    def prove(self, now: datetime) -> None:
        """Ask something harmless, signed both ways. Raises SignatureInvalid too, ValueError for bad keys."""


def channel_of(method: Method) -> Channel:
    """The provider of a way to pay; bank transfers have none."""
    # Imported when first needed: most functions that reach payments never talk to a provider, and
    # cryptography is only in the layer of those that do.
    if method == "wechat":
        from functions.payments.operations.wechat import WechatChannel

        return WechatChannel()
    if method == "union_pay":
        from functions.payments.operations.union_pay import UnionPayChannel

        return UnionPayChannel()
    raise ValueError(f"{method} has no provider")


def public_url(path: str) -> str:
    """An address below the parameter `public-url`, where the shop is reached from outside."""
    return f"{secrets.text('public-url')}{path}"
