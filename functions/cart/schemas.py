"""What agents see of their cart and of what an order would cost, and what they send."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from functions.cart.rules import MOST_IN_CART, MOST_PASTED, MOST_PIECES, Code
from functions.catalog.schemas.shop import StockView
from kit.api import Body, View

Pieces = Annotated[int, Field(ge=1, le=MOST_PIECES)]
SkuId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{10,26}$")]


class SetQuantity(Body):
    """How many pieces are wanted; not how many more."""

    quantity: Pieces


class WantedLine(Body):
    """So many pieces of a SKU."""

    sku_id: SkuId
    quantity: Pieces


class WantedCode(Body):
    """So many pieces of the SKU with this code."""

    code: Annotated[str, Field(min_length=1, max_length=40)]
    quantity: Pieces


class FillCart(Body):
    """Many lines at once: pasted text with a code and a quantity per line, or a list."""

    text: Annotated[str, Field(max_length=20_000)] = ""
    lines: Annotated[tuple[WantedCode, ...], Field(max_length=MOST_PASTED)] = ()

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.text) == bool(self.lines):
            raise ValueError("请粘贴文本或提交列表，二选一")
        if len(self.text.splitlines()) > MOST_PASTED:
            raise ValueError(f"一次最多 {MOST_PASTED} 行")
        return self


class AskQuote(Body):
    """What to price: these lines, or what is in the cart; with or without a coupon."""

    lines: Annotated[tuple[WantedLine, ...], Field(max_length=MOST_IN_CART)] = ()
    from_cart: bool = False
    coupon_id: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{10,26}$")] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.lines) == self.from_cart:
            raise ValueError("请提交商品列表，或选择从购物车下单")
        return self


class LineProblem(View):
    """Why something cannot be ordered as it stands, or what changed. Fields that do not apply are null."""

    code: Code
    text: str
    blocks: bool
    sku_id: str | None = None
    coupon_id: str | None = None
    available: int | None = None
    nearest_quantities: list[int] | None = None
    before_fen: int | None = None
    short_fen: int | None = None


class HeldForYou(View):
    """Pieces that are kept for this company, and why."""

    pieces: int
    reason: str


class _Goods(View):
    sku_id: str
    offer_version: int
    product_id: str
    name: str
    spec: str
    image: str
    unit: str
    units_per_carton: int
    minimum: int
    multiple: int
    quantity: int
    unit_price_fen: int
    base_price_fen: int
    price_label: str
    amount_fen: int
    stock: StockView
    held_for_you: list[HeldForYou]
    problems: list[LineProblem]


class CartLineView(_Goods):
    """A line of the cart at today's price."""

    added_at: str


class CartView(View):
    """The cart, priced and checked anew. Amounts are those of the lines that can be ordered as they stand."""

    lines: list[CartLineView]
    pieces: int
    goods_fen: int
    promotion_fen: int
    minimum_short_fen: int
    free_freight_short_fen: int | None
    problems: list[LineProblem]


class FilledLine(View):
    """What became of one line: set in the cart, or refused with the reason."""

    number: int
    text: str
    sku_id: str | None
    quantity: int
    result: Literal["set", "refused"]
    reason: str


class FillReport(View):
    """What became of each line; the cart holds exactly the lines that were set."""

    lines: list[FilledLine]
    set: int
    refused: int


class QuoteLineView(_Goods):
    """A line of an order that would be placed; `net_fen` is what it costs after its share of discounts."""

    net_fen: int


class CouponChoice(View):
    """A coupon in the wallet: what it would take off this order, or why it cannot be used."""

    coupon_id: str
    name: str
    ends_at: str
    discount_fen: int
    usable: bool
    problem: str


class StepView(View):
    """One step from the goods to the total, in words."""

    name: str
    text: str
    amount_fen: int


class QuoteView(View):
    """Everything the checkout shows. An order is placed with `hash`, and only while it stays the same."""

    lines: list[QuoteLineView]
    goods_fen: int
    promotion_fen: int
    coupon_fen: int
    freight_fen: int
    total_fen: int
    steps: list[StepView]
    coupon_id: str | None
    coupons: list[CouponChoice]
    minimum_short_fen: int
    free_freight_short_fen: int | None
    points: int
    problems: list[LineProblem]
    can_order: bool
    hash: str
