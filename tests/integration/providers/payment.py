"""One WeChat payment as our code would make it, for tests of client and fake together."""

from datetime import timedelta
from typing import Any

import pytest

from functions.payments.providers.wechat_documents import Refund
from functions.payments.providers.wechat_pay import WechatPay
from kit import clock
from kit.http_client import ProviderRefused
from tests.integration.providers.conftest import Shop

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


def refused(code: str) -> Any:
    return pytest.raises(ProviderRefused, check=lambda refusal: refusal.provider_code == code)
