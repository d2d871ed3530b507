"""A till at the local WeChat Pay, an order's bill, and the back-office door of payments."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from functions.payments import backoffice, operations
from functions.payments.operations import Bill, Payer
from functions.payments.schemas import PaymentView
from kit import clock, ids
from kit.api import Api
from tests.kit.buyers import offer_payment_methods
from tests.kit.people import AGENT, USER
from tests.kit.till import Till, keys_file, till

TOTAL = 123_400
OPENID = "o-buyer"


__all__ = ["keys_file", "till"]


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
    """Bank transfer is offered too."""
    offer_payment_methods()
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
