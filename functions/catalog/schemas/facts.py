"""What the catalogue listens to, with the fields it needs."""

from kit.api import View
from kit.facts import Fact


class OrderLine(View):
    """So many units of a product."""

    product_id: str
    quantity: int


class OrderPaid(Fact):
    """An order was paid."""

    order_id: str
    paid_at: str
    lines: tuple[OrderLine, ...]
