"""A shop that sells, and the figures staff see of it."""

from typing import Any

import pytest

from functions.admin import api as admin_api
from infra.local.invoke import Functions
from tests.kit.buyers import Buyer, offer_payment_methods, set_order_rules
from tests.kit.engines import Cloud, Tables
from tests.kit.goods import sell
from tests.kit.http import Answer, call
from tests.kit.orders import FIRST, SECOND, THIRD
from tests.kit.people import staff_token
from tests.kit.pump import Pump
from tests.kit.till import Till, keys_file, till
from tests.kit.time import Clock

__all__ = ["keys_file", "till"]
TEA, SILVER = "PRODUCT001", "PRODUCT002"


class Shop:
    """Buyers order, pay and get their money back; staff look at the figures."""

    def __init__(self, buyer: Buyer, till: Till, pump: Pump, tables: Tables, cloud: Cloud) -> None:
        self.buyer, self.till, self.pump, self.tables, self.cloud = buyer, till, pump, tables, cloud

    def ask(self, method: str, path: str, body: Any = None, *rights: str, **extra: Any) -> Answer:
        """One request of somebody who holds these rights."""
        return call(
            admin_api.app, method, f"/admin{path}", body, token=staff_token(*(rights or ("*",))), **extra
        )

    def sell(self, *lines: tuple[str, int]) -> str:
        """Place an order and pay for it."""
        order_id: str = self.buyer.place(*lines)["order_id"]
        self.buyer.pay(self.till, order_id)
        self.till.deliver()
        self.pump()
        return order_id

    def refund(self, order_id: str, **lines: int) -> None:
        """Give money back, to the end."""
        form = {"lines": [{"sku_id": sku_id, "quantity": pieces} for sku_id, pieces in lines.items()]}
        asked = form | {"reason": "破损"}
        answer = self.ask("POST", f"/orders/{order_id}/refunds", asked, key=self.buyer.key())
        assert answer.status < 300, answer.text
        self.pump()
        for refund in self.till.wechat.ledger.refunds():
            if refund["status"] == "PROCESSING":
                self.till.wechat.settle(refund["request"]["out_refund_no"], "SUCCESS")
        self.till.deliver()
        self.pump()

    def figures(self, report: str, first: str = "2026-11-22", last: str = "2026-11-22", **more: Any) -> Any:
        """A report as staff see it."""
        answer = self.ask("GET", f"/statistics/{report}", query={"first": first, "last": last} | more)
        assert answer.status == 200, answer.text
        return answer.json

    def run(self, function: str, time: str) -> None:
        """Let a schedule come."""
        Functions()(function, {"time": time})


@pytest.fixture
def shop(till: Till, tables: Tables, cloud: Cloud, at: Clock) -> Shop:
    """Two kinds of tea, a spoon, and a buyer."""
    offer_payment_methods()
    set_order_rules(freight_fen=800)
    sell(FIRST, base_price_fen=10_000)
    sell(SECOND, base_price_fen=2_550, spec="100g")
    sell(THIRD, base_price_fen=99, name="茶匙", product_id=SILVER)
    buyer = Buyer().settle_in()
    return Shop(buyer, till, Pump(tables, cloud, {"orders", "payments", "insights"}), tables, cloud)
