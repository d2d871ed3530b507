"""What staff see and enter, and what inventory announces."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from kit.api import Body, View
from kit.facts import Fact
from kit.fields import Day
from kit.pages import PageQuery

Pieces = Annotated[int, Field(ge=0, le=10_000_000)]


class StockLow(Fact):
    """The available pieces of a SKU fell to its threshold; comes again only after they rose clearly above."""

    sku_id: str
    code: str
    title: str
    available: int
    threshold: int


class StockBack(Fact):
    """There are available pieces of a SKU again after there were none."""

    sku_id: str
    available: int


class SkuRepriced(Fact):
    """A price list gave a SKU another price for some companies."""

    sku_id: str


class StockFigures(View):
    """The stock of one SKU, in pieces."""

    sku_id: str
    code: str
    title: str
    on_hand: int
    reserved: int
    held: int
    available: int
    inbound: int
    threshold: int
    is_low: bool


class StockMovement(View):
    """One change of the stock on hand."""

    sequence: int
    change: int
    before: int
    after: int
    reason: str
    reference: str
    note: str
    actor: str
    occurred_at: str


class ArrivalView(View):
    """Pieces on their way; `outstanding` ones are still to come."""

    arrival_id: str
    sku_id: str
    code: str
    title: str
    quantity: int
    received: int
    outstanding: int
    expected_on: str
    note: str
    state: Literal["expected", "arrived", "cancelled"]


class StockDetail(StockFigures):
    """The stock of one SKU, its newest movements and what is still to come."""

    movements: list[StockMovement]
    arrivals: list[ArrivalView]


class StockQuery(PageQuery):
    """The list of stock, by SKU code."""

    code: Annotated[str, Field(max_length=40)] = ""


class AdjustStock(Body):
    """A change by hand: either `change`, or what was `counted` where `expected` was on the books."""

    reason: Literal["stocktake", "purchase", "damage", "correction"]
    note: Annotated[str, Field(max_length=200)] = ""
    change: Annotated[int, Field(ge=-10_000_000, le=10_000_000)] | None = None
    counted: Pieces | None = None
    expected: Pieces | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        counting = self.counted is not None and self.expected is not None
        if counting == (self.change is not None) or (self.counted is None) != (self.expected is None):
            raise ValueError("请填写增减数量，或同时填写实盘数量和账面数量")
        if self.change == 0:
            raise ValueError("增减数量不能为 0")
        return self


class ExpectArrival(Body):
    """Pieces bought that are to arrive on a day."""

    quantity: Annotated[int, Field(ge=1, le=10_000_000)]
    expected_on: Day
    note: Annotated[str, Field(max_length=200)] = ""


class ReceiveArrival(Body):
    """Pieces that arrived; after the last ones nothing more will come."""

    received: Annotated[int, Field(ge=1, le=10_000_000)]
    is_last: bool = False
    note: Annotated[str, Field(max_length=200)] = ""


class SetThreshold(Body):
    """At how many available pieces staff want to be told."""

    threshold: Pieces
