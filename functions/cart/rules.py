"""The cart, what is wrong with a line, and what a quote consists of."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from functions.agents.schemas import Company
from functions.auth.schemas import Region
from functions.catalog.operations import Offer, is_sold, nearest_quantities
from functions.inventory.operations import Reservation, Stock, draws
from functions.pricing.operations import PricedLine, PricedOrder
from functions.settings.schemas import OrderSettings
from kit import ids
from kit.errors import Conflict, Invalid, NotFound
from kit.money import yuan

MOST_IN_CART = 200
MOST_IN_ORDER = 90
MOST_PIECES = 1_000_000
MOST_PASTED = 200
_LONGEST_LINE = 100

Code = Literal[
    "Unavailable",
    "NotSoldHere",
    "OutOfStock",
    "BelowMinimum",
    "NotInMultiple",
    "PriceChanged",
    "OrderBelowMinimum",
    "TooManySkus",
    "CouponTaken",
    "CouponExpired",
    "CouponNotApplicable",
    "CouponBelowMinimum",
]
# Between code and quantity: a comma or colon, a times sign, or space. A code may end in X: x needs space.
_PASTED = re.compile(r"(?P<code>\S.*?)(?:\s*[,，;；:：×*]\s*|\s+[xX]\s+|\s+)(?P<quantity>\d{1,7})")


class SkuNotFound(NotFound):
    """No such SKU; `sku_id` tells which."""

    title = "没有找到该规格"


class OffSale(Conflict):
    """The SKU cannot be bought at present."""

    title = "商品已下架"


class NotSoldHere(Conflict):
    """The SKU is not sold where the company is."""

    title = "该商品不在您的地区销售"


class CartFull(Conflict):
    """The cart holds as many SKUs as it can."""

    title = f"购物车最多 {MOST_IN_CART} 种规格"


class NothingChosen(Invalid):
    """A quote needs at least one line."""

    title = "请选择要下单的商品"


class TooManySkus(Invalid):
    """An order has at most 90 SKUs."""

    title = f"一个订单最多 {MOST_IN_ORDER} 种规格，请分单提交"


@dataclass(frozen=True)
class CartLine:
    """So many pieces of a SKU, and what one cost when they were put in."""

    sku_id: str
    quantity: int
    price_fen: int
    added_at: str


@dataclass(frozen=True)
class Cart:
    """A company's cart, in the order lines were added."""

    agent_id: str
    lines: tuple[CartLine, ...] = ()
    version: int = 0

    def with_lines(self, changed: Iterable[CartLine]) -> "Cart":
        """The cart with lines set, not added to. Raises CartFull."""
        by_sku = {line.sku_id: line for line in self.lines} | {line.sku_id: line for line in changed}
        if len(by_sku) > MOST_IN_CART:
            raise CartFull()
        return replace(self, lines=tuple(by_sku.values()))

    def without(self, sku_ids: Iterable[str]) -> "Cart":
        """The cart without some SKUs, whether they were in it or not."""
        gone = set(sku_ids)
        return replace(self, lines=tuple(line for line in self.lines if line.sku_id not in gone))


@dataclass(frozen=True)
class Problem:
    """Why something cannot be ordered as it stands, or what changed; `data` helps the client to go on."""

    code: Code
    text: str
    data: Mapping[str, Any]

    @property
    def blocks(self) -> bool:
        """Whether it stands in the way of an order."""
        return self.code != "PriceChanged"


@dataclass(frozen=True)
class HeldPieces:
    """Pieces of a SKU that are held for this buyer, and why."""

    quota_id: str
    pieces: int
    reason: str


@dataclass(frozen=True)
class QuotedLine:
    """A line of a quote with the offer, the price and the stock it was made from."""

    offer: Offer
    priced: PricedLine
    stock: Stock | None
    held: tuple[HeldPieces, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def available(self) -> int:
        """What this buyer can have: what is free and what is held for them."""
        return available_to(self.stock, self.held)

    @property
    def reservation(self) -> Reservation:
        """What `inventory.operations.reserve_parts` takes; held pieces go first."""
        quantity = self.priced.quantity
        drawn = draws([(one.quota_id, one.pieces) for one in self.held], quantity)
        revision = self.stock.price_revision if self.stock else 0
        return Reservation(self.offer.sku_id, quantity, self.offer.version, revision, drawn)

    @property
    def product_id(self) -> str:
        return self.offer.product_id

    @property
    def category_path(self) -> tuple[str, ...]:
        return self.offer.category_path

    @property
    def brand_id(self) -> str:
        return self.offer.brand_id

    @property
    def tags(self) -> tuple[str, ...]:
        return self.offer.tags

    @property
    def net_fen(self) -> int:
        return self.priced.net_fen

    @property
    def points_eligible(self) -> bool:
        return self.offer.points_eligible


@dataclass(frozen=True)
class Quote:
    """What an order would be: it can be placed if there are no problems and the hash is the one shown."""

    company: Company
    settings: OrderSettings
    lines: tuple[QuotedLine, ...]
    order: PricedOrder

    @property
    def problems(self) -> list[Problem]:
        """Everything that stands in the way of the order."""
        of_lines = [problem for line in self.lines for problem in line.problems]
        rows = len(self.lines) + sum(len(one.held) for one in self.reservations)
        return of_lines + order_problems(self.order) + too_many(rows)

    @property
    def hash(self) -> str:
        """Stands for everything the buyer agrees to: goods, prices, discounts, freight."""
        return ids.fingerprint(
            {
                "lines": [
                    [line.offer.sku_id, line.offer.version, line.priced.quantity, line.priced.unit_price_fen]
                    for line in self.lines
                ],
                "coupon": self.order.coupon_id,
                "total": self.order.total_fen,
                "parts": [
                    self.order.goods_fen,
                    self.order.promotion_fen,
                    self.order.coupon_fen,
                    self.order.freight_fen,
                ],
            }
        )

    @property
    def reservations(self) -> list[Reservation]:
        """What `inventory.operations.reserve_parts` takes."""
        return [line.reservation for line in self.lines]


@dataclass(frozen=True)
class Pasted:
    """One line somebody pasted: a SKU code and a quantity, or nothing that could be read."""

    number: int
    text: str
    code: str = ""
    quantity: int = 0


def goods_problems(offer: Offer, quantity: int, place: Region | None) -> list[Problem]:
    """What stands in the way of ordering this many pieces in a place, whatever the stock."""
    if not offer.on_sale:
        return [Problem("Unavailable", OffSale.title, {"sku_id": offer.sku_id})]
    if not is_sold(offer, place):
        return [Problem("NotSoldHere", NotSoldHere.title, {"sku_id": offer.sku_id})]
    nearest = nearest_quantities(quantity, offer.minimum, offer.multiple)
    return [] if quantity in nearest else [_wrong_quantity(offer, quantity, nearest)]


def available_to(stock: Stock | None, held: Iterable[HeldPieces]) -> int:
    """What a buyer can have: what is free and what is held for them."""
    return (max(stock.available, 0) if stock else 0) + sum(one.pieces for one in held)


def line_problems(offer: Offer, quantity: int, place: Region | None, available: int) -> list[Problem]:
    """What stands in the way of ordering this many pieces in a place now."""
    problems = goods_problems(offer, quantity, place)
    if offer.on_sale and available < quantity:
        text = f"库存不足，仅剩 {available} {offer.unit}" if available else "暂时无货"
        problems.append(Problem("OutOfStock", text, {"sku_id": offer.sku_id, "available": available}))
    return problems


def too_many(rows: int) -> list[Problem]:
    """That an order would touch more stock than one transaction can: each SKU and each quota counts."""
    return [Problem("TooManySkus", TooManySkus.title, {})] if rows > MOST_IN_ORDER else []


def price_problem(line: CartLine, price_fen: int) -> Problem | None:
    """That one piece costs something else than when it was put into the cart."""
    if price_fen == line.price_fen:
        return None
    verb = "降" if price_fen < line.price_fen else "涨"
    text = f"价格已由 {yuan(line.price_fen)} 元{verb}至 {yuan(price_fen)} 元"
    return Problem("PriceChanged", text, {"sku_id": line.sku_id, "before_fen": line.price_fen})


def order_problems(order: PricedOrder) -> list[Problem]:
    """What stands in the way of the order as a whole."""
    problems = []
    if short := order.minimum_short_fen:
        text = f"未达起订金额，还差 {yuan(short)} 元"
        problems.append(Problem("OrderBelowMinimum", text, {"short_fen": short}))
    verdict = order.coupon_verdict
    if verdict and verdict.code:
        problems.append(Problem(verdict.code, verdict.problem, {"coupon_id": verdict.coupon.coupon_id}))
    return problems


def summed(lines: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Quantities by SKU, the same SKU on several lines taken together. Raises NothingChosen; TooManySkus."""
    quantities: dict[str, int] = {}
    for sku_id, quantity in lines:
        quantities[sku_id] = quantities.get(sku_id, 0) + quantity
    if not quantities:
        raise NothingChosen()
    if len(quantities) > MOST_IN_ORDER:
        raise TooManySkus(most=MOST_IN_ORDER)
    return quantities


def read_pasted(text: str) -> list[Pasted]:
    """Lines such as `A-100, 24`, `A-100 x 24` or two spreadsheet columns; empty lines are left out."""
    pasted = []
    for number, raw in enumerate(text.splitlines(), start=1):
        if line := raw.strip():
            found = _PASTED.fullmatch(line) if len(line) <= _LONGEST_LINE else None
            code, quantity = (found["code"].upper(), int(found["quantity"])) if found else ("", 0)
            pasted.append(Pasted(number, line[:_LONGEST_LINE], code, quantity))
    return pasted


def totals(lines: Iterable[Pasted], sku_ids: Mapping[str, str]) -> dict[str, int]:
    """Quantities by SKU of the lines whose code is known."""
    quantities: dict[str, int] = {}
    for line in lines:
        if sku_id := sku_ids.get(line.code):
            quantities[sku_id] = quantities.get(sku_id, 0) + line.quantity
    return quantities


def refusal(offer: Offer | None, quantity: int, place: Region | None) -> str:
    """Why this many pieces cannot be put into the cart; empty if they can."""
    if offer is None:
        return SkuNotFound.title
    if not 1 <= quantity <= MOST_PIECES:
        return f"数量须在 1 至 {MOST_PIECES} 之间"
    return next((problem.text for problem in goods_problems(offer, quantity, place)), "")


def _wrong_quantity(offer: Offer, quantity: int, nearest: list[int]) -> Problem:
    data = {"sku_id": offer.sku_id, "nearest_quantities": nearest}
    if quantity < offer.minimum:
        return Problem("BelowMinimum", f"起订量为 {offer.minimum} {offer.unit}", data)
    choices = " 或 ".join(map(str, nearest))
    return Problem("NotInMultiple", f"须按 {offer.multiple} {offer.unit}的倍数订购，可订 {choices}", data)
