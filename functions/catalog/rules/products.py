"""Products, SKUs and their offers; what may be done when."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import unescape
from typing import Literal

import nh3

from functions.catalog.rules.groups import Kind
from kit.errors import Conflict, Forbidden, Invalid, NotFound

State = Literal["draft", "on_sale", "off_sale", "archived"]
Shelf = Literal["hot", "recommended", "new"]

# What is not listed is refused. Archived products stay, because orders refer to them.
TRANSITIONS: dict[State, frozenset[State]] = {
    "draft": frozenset({"on_sale", "archived"}),
    "on_sale": frozenset({"off_sale"}),
    "off_sale": frozenset({"on_sale", "archived"}),
    "archived": frozenset(),
}
MOST_SKUS = 24
SALES_DAYS = 30

_TAGS = {
    "a", "b", "blockquote", "br", "em", "h2", "h3", "h4", "hr", "i", "img", "li", "ol", "p", "span", "strong",
    "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "width", "height"}, "td": {"colspan", "rowspan"}}


class ProductNotFound(NotFound):
    """No such product, or none that agents may see."""

    title = "商品不存在或已下架"


class PricesHidden(Forbidden):
    """Prices are for companies that were approved; so is finding things by price."""

    title = "审核通过后可按价格筛选和排序"


class ShelfNotFound(NotFound):
    """No such shelf."""

    title = "没有找到该货架"


class StateForbids(Conflict):
    """The product cannot go there from its present state; `state` names it."""

    title = "商品当前状态不允许此操作"


class NothingToSell(Conflict):
    """A product needs at least one SKU on sale before agents may see it."""

    title = "请至少启用一个规格后再上架"


class QuantityInvalid(Invalid):
    """Below the minimum or not a multiple; `nearest_quantities` are the valid ones next to it."""

    title = "数量不符合起订量或订货倍数"


class CodeFixed(Conflict):
    """A SKU keeps its code; stock and orders are known by it."""

    title = "货号创建后不能修改"


class SkuMissing(Conflict):
    """An edit left out a SKU that exists; `sku_ids` tells which."""

    title = "已有规格不能删除，可以停用"


class SkuNotFound(NotFound):
    """An edit names a SKU that the product does not have; `sku_ids` tells which."""

    title = "商品没有该规格"


class CodeTaken(Conflict):
    """Another SKU has this code; `sku_code` tells which."""

    title = "货号已被其他规格使用"


class TooManyChanges(Conflict):
    """More rows would change than one transaction holds."""

    title = "一次保存的规格过多，请分几次新增"


class AlreadyCounted(Conflict):
    """The units of this order are among those sold."""

    title = "订单销量已统计"


@dataclass(frozen=True)
class Sku:
    """One variant of a product, as the merchant edits it. Price in fen is the base price per unit."""

    sku_id: str
    code: str
    values: tuple[str, ...]
    unit: str
    base_price_fen: int
    minimum: int = 1
    multiple: int = 1
    units_per_carton: int = 1
    barcode: str = ""
    image: str = ""
    on_sale: bool = True
    points_eligible: bool = True
    offer_version: int = 0

    @property
    def spec(self) -> str:
        """The variant in words, such as 250g / 礼盒."""
        return " / ".join(self.values)


@dataclass(frozen=True)
class Product:
    """A product with its SKUs. Images are keys of uploads, the first one stands for the product; `brand_id`
    is empty for goods without a brand. It is sold in some regions (none: in all) and not in others, by code.
    """

    product_id: str
    state: State
    version: int
    name: str
    subtitle: str
    description: str
    images: tuple[str, ...]
    brand_id: str
    category_id: str
    tag_ids: tuple[str, ...]
    spec_names: tuple[str, ...]
    skus: tuple[Sku, ...]
    created_at: str
    updated_at: str
    published_at: str | None
    sold_in: tuple[str, ...] = ()
    not_sold_in: tuple[str, ...] = ()

    @property
    def pictures(self) -> frozenset[str]:
        """The keys of all its pictures."""
        return frozenset({*self.images, *(sku.image for sku in self.skus)} - {""})

    @property
    def groups(self) -> frozenset[tuple[Kind, str]]:
        """The category, brand and tags it belongs to."""
        named: set[tuple[Kind, str]] = {("category", self.category_id)}
        named |= {("brand", self.brand_id)} if self.brand_id else set()
        return frozenset(named | {("tag", tag_id) for tag_id in self.tag_ids})


@dataclass(frozen=True)
class Offer:
    """What buyers of a SKU see and pay by; a version of it never changes. Price in fen is the base price."""

    sku_id: str
    version: int
    product_id: str
    name: str
    code: str
    spec: str
    image: str
    unit: str
    base_price_fen: int
    minimum: int
    multiple: int
    units_per_carton: int
    category_path: tuple[str, ...]
    brand_id: str
    tags: tuple[str, ...]
    on_sale: bool
    points_eligible: bool
    sold_in: tuple[str, ...] = ()
    not_sold_in: tuple[str, ...] = ()


@dataclass(frozen=True)
class ShelfPlan:
    """How a shelf of the home page is filled: pinned products, then by its rule. New means `days` old."""

    shelf: Shelf
    pinned: tuple[str, ...] = ()
    most: int = 10
    days: int = 30
    version: int = 0


# Products


def check_transition(product: Product, wanted: State) -> None:
    """Raises StateForbids unless the table lists the step; NothingToSell."""
    if wanted not in TRANSITIONS[product.state]:
        raise StateForbids(state=product.state)
    if wanted == "on_sale":
        check_sellable(product)


def check_edit(before: Product, after: Product) -> None:
    """Raises StateForbids for what is archived; SkuMissing; CodeFixed; NothingToSell."""
    if before.state == "archived":
        raise StateForbids(state=before.state)
    skus = {sku.sku_id: sku for sku in after.skus}
    if missing := [sku.sku_id for sku in before.skus if sku.sku_id not in skus]:
        raise SkuMissing(sku_ids=missing)
    if recoded := [sku.code for sku in before.skus if skus[sku.sku_id].code != sku.code]:
        raise CodeFixed(codes=recoded)
    if after.state == "on_sale":
        check_sellable(after)


def check_sellable(product: Product) -> None:
    """Raises NothingToSell when no SKU could be bought."""
    if not any(sku.on_sale for sku in product.skus):
        raise NothingToSell()


def offers_of(product: Product, path: Sequence[str]) -> list[Offer]:
    """What the SKUs of a product offer; `path` leads from the top category to the product's own."""
    return [
        Offer(
            sku_id=sku.sku_id,
            version=sku.offer_version,
            product_id=product.product_id,
            name=product.name,
            code=sku.code,
            spec=sku.spec,
            image=sku.image or next(iter(product.images), ""),
            unit=sku.unit,
            base_price_fen=sku.base_price_fen,
            minimum=sku.minimum,
            multiple=sku.multiple,
            units_per_carton=sku.units_per_carton,
            category_path=tuple(path),
            brand_id=product.brand_id,
            tags=product.tag_ids,
            on_sale=sku.on_sale and product.state == "on_sale",
            points_eligible=sku.points_eligible,
            sold_in=product.sold_in,
            not_sold_in=product.not_sold_in,
        )
        for sku in product.skus
    ]


def revised(
    product: Product, path: Sequence[str], present: Mapping[str, Offer]
) -> tuple[Product, list[Offer]]:
    """The product with new offer versions where buyers would notice a change, and those new offers."""
    skus, changed = [], []
    for sku, offer in zip(product.skus, offers_of(product, path), strict=True):
        known = present.get(sku.sku_id)
        version = known.version if known else 0
        if known is None or replace(offer, version=version) != known:
            version += 1
            changed.append(replace(offer, version=version))
        skus.append(replace(sku, offer_version=version))
    return replace(product, skus=tuple(skus)), changed


# Quantities


def check_quantity(offer: Offer, quantity: int) -> None:
    """Raises QuantityInvalid, naming the nearest valid quantities; nothing is rounded silently."""
    nearest = nearest_quantities(quantity, offer.minimum, offer.multiple)
    if quantity not in nearest:
        raise QuantityInvalid(
            f"「{offer.name}」起订量 {offer.minimum}{offer.unit}，按 {offer.multiple}{offer.unit}的倍数订购，"
            f"可订 {' 或 '.join(map(str, nearest))}{offer.unit}",
            sku_id=offer.sku_id,
            nearest_quantities=nearest,
        )


def nearest_quantities(quantity: int, minimum: int, multiple: int) -> list[int]:
    """The valid quantities next to a quantity: itself, or the one below (if any) and the one above."""
    least = -(-max(minimum, 1) // multiple) * multiple
    if quantity <= least:
        return [least]
    below = quantity // multiple * multiple
    return [below] if below == quantity else [below, below + multiple]


# Texts


def clean_html(html: str) -> str:
    """A description without anything that could run, or load from an unencrypted address."""
    return nh3.clean(
        html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"https"}, link_rel="nofollow noopener"
    )


def plain_text(html: str) -> str:
    """The words of a description."""
    return " ".join(
        unescape(nh3.clean(re.sub(r"<(br|/p|/li|/td|/h\d)\b", r" \g<0>", html), tags=set())).split()
    )
