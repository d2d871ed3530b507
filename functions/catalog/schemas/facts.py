"""What the catalogue listens to, with the fields it needs."""

from kit.api import View
from kit.facts import Fact


class OrderLine(View):
    """So many units of a product."""

    product_id: str
    quantity: int


class ReceivedLine(View):
    """A SKU of an order that was received."""

    sku_id: str
    product_id: str


class OrderCompleted(Fact):
    """An order was received."""

    order_id: str
    order_no: str
    agent_id: str
    completed_at: str
    lines: tuple[ReceivedLine, ...]


class OrderPaid(Fact):
    """An order was paid."""

    order_id: str
    paid_at: str
    lines: tuple[OrderLine, ...]
