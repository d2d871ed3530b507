"""A till at the local WeChat Pay, an order's bill, and the back-office door of payments."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from functions.payments import backoffice, operations
from functions.payments.operations import Bill, Payer
from functions.payments.schemas import PaymentView
from functions.settings import operations as settings
from functions.settings.schemas import BankAccount, Change, PaymentMethod, PaymentSettings
from infra.local.providers import keys
from kit import clock, ids
from kit.api import Api
from tests.kit.engines import Cloud, Tables
from tests.kit.people import AGENT, USER, sign_with_test_key
from tests.kit.till import Till, opened
from tests.kit.time import Clock

TOTAL = 123_400
OPENID = "o-buyer"


@pytest.fixture(scope="session")
def keys_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key pairs are slow to make, so one set serves every test."""
    path = tmp_path_factory.mktemp("keys") / "keys.json"
    keys.load(path)
    return path


@pytest.fixture
def till(tmp_path: Path, keys_file: Path, tables: Tables, cloud: Cloud, at: Clock) -> Iterator[Till]:
    """WeChat Pay and the way of its notices; bank transfer is offered too."""
    sign_with_test_key()
    offer_bank_transfer()
    with opened(tmp_path, keys_file) as till:
        yield till


def offer_bank_transfer() -> None:
    account = BankAccount(holder="示例品牌有限公司", bank="中国银行深圳分行", number="7413 0000 8888 1234")
    methods = (
        PaymentMethod(kind="wechat", enabled=True, title="微信支付"),
        PaymentMethod(kind="bank_transfer", enabled=True, title="对公转账", account=account),
    )
    change = Change[PaymentSettings](version=0, value=PaymentSettings(methods=methods))
    settings.change(PaymentSettings, change, "test", clock.now())


@dataclass
class Counter:
    """Where payments are opened; every opening has a key of its own unless the test names one."""

    order_id: str = "0RDER000000000000000000000"
    opened: int = 0

    def open(
        self, method: operations.Method = "wechat", key: str | None = None, openid: str | None = OPENID
    ) -> PaymentView:
        self.opened += 1
        now = clock.now()
        bill = Bill(
            self.order_id, AGENT, TOTAL, "经销订货 3 件", "20261122-0RDER000", now + timedelta(minutes=30)
        )
        return operations.open_attempt(bill, method, Payer(USER, openid), key or f"key-{self.opened}", now)

    def paid(self, till: Till) -> PaymentView:
        """A payment whose notice arrived."""
        payment = self.open()
        till.wechat.pay(payment.payment_id)
        till.deliver()
        return operations.look(payment.payment_id, AGENT, clock.now())


@pytest.fixture
def counter(till: Till) -> Counter:
    return Counter()


def other_order() -> Counter:
    """A counter for another order."""
    return Counter(ids.derived_id("another order"))


@pytest.fixture(scope="session")
def back_office() -> Api:
    """The door of payments as admin mounts it."""
    app = Api("admin")
    app.register_blueprint(backoffice.door, url_prefix="/admin")
    return app
