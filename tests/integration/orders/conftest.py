"""A shop with three kinds of goods, a buyer, the providers, and the back-office door of orders."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from functions.orders import backoffice
from functions.settings import operations as settings
from functions.settings.schemas import AfterSaleSettings, Change, ReturnAddress
from kit import clock
from kit.api import Api
from tests.integration.orders.work import Staff, pay_for, ship
from tests.kit.books import discrepancies
from tests.kit.buyers import Buyer, offer_payment_methods, set_order_rules
from tests.kit.engines import Cloud, Tables
from tests.kit.goods import sell
from tests.kit.http import Answer, call
from tests.kit.orders import FIRST, SECOND, THIRD
from tests.kit.people import staff_token
from tests.kit.pump import Pump
from tests.kit.till import Till, keys_file, till

__all__ = ["keys_file", "till"]
EVERYTHING_WITH_ORDERS = (
    "orders.read",
    "orders.on_behalf",
    "orders.reprice",
    "orders.review",
    "orders.ship",
    "orders.refund",
)


@pytest.fixture
def buyer(till: Till, tables: Tables) -> Iterator[Buyer]:
    """Somebody who may order 100 pieces of each of three kinds of goods; in the end all books must agree."""
    offer_payment_methods()
    sell(FIRST, base_price_fen=10_000)
    sell(SECOND, base_price_fen=2_550, name="景德镇茶杯", image="products/cup.webp")
    sell(THIRD, base_price_fen=99, name="茶匙", image="products/spoon.webp")
    yield Buyer().settle_in()
    assert discrepancies(tables) == []


@pytest.fixture
def pump(buyer: Buyer, tables: Tables, cloud: Cloud) -> Pump:
    """Carries facts between orders and payments."""
    return Pump(tables, cloud, {"orders", "payments"})


@pytest.fixture(scope="session")
def door() -> Api:
    """The door of orders as admin mounts it."""
    app = Api("admin")
    app.register_blueprint(backoffice.door, url_prefix="/admin")
    return app


@pytest.fixture
def staff(door: Api, till: Till) -> Callable[..., Answer]:
    """Calls the back office as somebody who may do everything with orders, unless a token is given."""

    def staff(method: str, path: str, body: Any = None, **options: Any) -> Answer:
        held = {"token": staff_token(*EVERYTHING_WITH_ORDERS)}
        return call(door, method, f"/admin{path}", body, **held | options)

    return staff


@pytest.fixture
def paid(buyer: Buyer, till: Till, pump: Pump) -> str:
    """Two teas, three cups and ten spoons, with freight, paid."""
    set_order_rules(freight_fen=800)
    return pay_for(buyer, till, pump, (FIRST, 2), (SECOND, 3), (THIRD, 10))


@pytest.fixture
def waiting(buyer: Buyer, till: Till, pump: Pump) -> str:
    """Two teas, paid, waiting for a reviewer."""
    set_order_rules(review_from_fen=1)
    return pay_for(buyer, till, pump, (FIRST, 2))


@pytest.fixture
def sent(paid: str, staff: Staff) -> str:
    """Two teas, three cups and ten spoons, paid and shipped; goods go back to the warehouse."""
    ship(staff, paid, "parcel-01")
    address = ReturnAddress(contact_name="仓库", phone="0755-88886666", text="深圳市宝安区仓储路 8 号")
    change = Change[AfterSaleSettings](version=0, value=AfterSaleSettings(return_address=address))
    settings.change(AfterSaleSettings, change, "test", clock.now())
    return paid
