"""A till at the local WeChat Pay, and a payment made there."""

import pytest

from functions.payments.providers.wechat_pay import WechatPay
from infra.local.providers import Providers
from tests.integration.providers.conftest import Shop
from tests.integration.providers.payment import NUMBER, Till


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
