"""What the catalogue announces, and what it listens to, with the fields it needs."""

from pydantic import BaseModel

from functions.catalog.rules.follows import Change
from kit.api import View
from kit.facts import Fact

# What others announce


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


class StockBack(Fact):
    """There are pieces of a SKU again."""

    sku_id: str


class SkuRepriced(Fact):
    """A SKU may cost something else for some companies."""

    sku_id: str


# What the catalogue announces


class ProductChanged(Fact):
    """A product on sale is not what it was."""

    product_id: str
    changes: tuple[Change, ...]


class ProductUpdated(Fact):
    """A company is to be told of a change of a product it follows or bought; `why` says which of both."""

    agent_id: str
    product_id: str
    product_name: str
    why: str
    what: str


class FeedbackAnswered(Fact):
    """The merchant answered, or changed the answer to, what a company said."""

    agent_id: str
    feedback_id: str
    answer: str


class TellFollowers(BaseModel):
    """Command: tell the next companies, those behind `after`, of a change."""

    change_id: str
    at: str
    product_id: str
    changes: tuple[Change, ...]
    after: str | None = None
