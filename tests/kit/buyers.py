"""A buyer with WeChat, an address and money, and the shop around: orders through their real doors."""

from dataclasses import dataclass
from typing import Any

from functions.agents import operations as agents
from functions.agents.schemas import SaveAddress
from functions.auth import table as accounts
from functions.auth.schemas import Region
from functions.cart import api as cart_api
from functions.orders import api as orders_api
from functions.orders import table
from functions.orders.rules import Order
from functions.settings import operations as settings
from functions.settings.schemas import BankAccount, Change, OrderSettings, PaymentMethod, PaymentSettings
from kit import clock, transaction
from tests.kit.companies import GUANGZHOU, company
from tests.kit.http import Answer, call
from tests.kit.people import AGENT, USER, agent_token
from tests.kit.till import Till

ADDRESS = "0ADDRESS000000000000000000"


def offer_payment_methods() -> None:
    """Every way to pay is offered."""
    account = BankAccount(holder="示例品牌有限公司", bank="中国银行深圳分行", number="7413 0000 8888 1234")
    methods = (
        PaymentMethod(kind="wechat", enabled=True, title="微信支付"),
        PaymentMethod(kind="union_pay", enabled=True, title="银行卡支付"),
        PaymentMethod(kind="bank_transfer", enabled=True, title="对公转账", account=account),
        PaymentMethod(kind="credit", enabled=True, title="账期支付"),
    )
    change = Change[PaymentSettings](version=0, value=PaymentSettings(methods=methods))
    settings.change(PaymentSettings, change, "test", clock.now())


def set_order_rules(version: int = 0, **given: Any) -> None:
    """Change freight, deadlines and review rules."""
    change = Change[OrderSettings](version=version, value=OrderSettings(**given))
    settings.change(OrderSettings, change, "test", clock.now())


@dataclass
class Buyer:
    """A company's user who orders through the shop's doors; every request gets a key of its own."""

    agent_id: str = AGENT
    user_id: str = USER
    requests: int = 0

    def settle_in(self) -> "Buyer":
        """Store the company, its user with a WeChat identity, and an address."""
        company(self.agent_id)
        user = accounts.UserRow(
            user_id=self.user_id,
            kind="agent",
            agent_id=self.agent_id,
            role="owner",
            permissions=[],
            name="李小明",
            email=f"{self.user_id.lower()}@example.com",
            phone="13800000000",
            openid=f"o-{self.user_id[:20]}",
            password_hash="none",
            created_at=clock.to_text(clock.now()),
        )
        transaction.commit([accounts.create_user_part(user)])
        form = SaveAddress(
            contact_name="李小明", phone="13800000000", region=Region(**GUANGZHOU), text="天河路 1 号 2 栋"
        )
        agents.add_address(self.agent_id, form, ADDRESS)
        return self

    def key(self) -> str:
        self.requests += 1
        return f"key-{self.user_id[:8]}-{self.requests:04d}"

    def ask(self, method: str, path: str, body: Any = None, **options: Any) -> Answer:
        """Call the orders' door."""
        held = {"token": agent_token(self.agent_id, self.user_id)} | options
        return call(orders_api.app, method, path, body, **held)

    def quote(self, *lines: tuple[str, int], **more: Any) -> Any:
        wanted = [{"sku_id": sku_id, "quantity": quantity} for sku_id, quantity in lines]
        token = agent_token(self.agent_id, self.user_id)
        answer = call(cart_api.app, "POST", "/quotes", {"lines": wanted} | more, token=token)
        assert answer.status == 200, answer.text
        return answer.json

    def form(self, *lines: tuple[str, int], **more: Any) -> dict[str, Any]:
        """The body that orders these lines as they are quoted now."""
        coupon = {"coupon_id": more["coupon_id"]} if "coupon_id" in more else {}
        return {
            "lines": [{"sku_id": sku_id, "quantity": quantity} for sku_id, quantity in lines],
            "quote_hash": self.quote(*lines, **coupon)["hash"],
            "address_id": ADDRESS,
            "payment_method": "wechat",
        } | more

    def place(self, *lines: tuple[str, int], key: str | None = None, **more: Any) -> Any:
        """Place an order; gives it as the buyer sees it."""
        answer = self.ask("POST", "/orders", self.form(*lines, **more), key=key or self.key())
        assert answer.status == 201, answer.text
        return answer.json

    def open_payment(self, order_id: str, method: str = "wechat", key: str | None = None) -> Answer:
        body = {"method": method}
        return self.ask("POST", f"/orders/{order_id}/payments", body, key=key or self.key())

    def pay(self, till: Till, order_id: str, notice: Any = "send") -> str:
        """Open a payment and pay it; gives its id. The notice leaves with `till.deliver()`."""
        answer = self.open_payment(order_id)
        assert answer.status == 201, answer.text
        payment_id: str = answer.json["payment_id"]
        till.wechat.pay(payment_id, notice=notice)
        return payment_id

    def order(self, order_id: str) -> Order:
        """The order as it is stored."""
        found = table.find(self.agent_id, order_id)
        assert found
        return found
