"""Who hears of changes of a product, of which, and in which words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from functions.catalog.rules.products import Product
from kit import clock, money

# `bought`: not followed, but received before. `declined`: does not want to hear of it, bought or not.
Interest = Literal["following", "bought", "declined"]
Change = Literal["new_sku", "new_version", "price", "back_in_stock", "back_on_sale", "discontinued"]

WORDS: Mapping[Change, str] = {
    "new_version": "有新版本",
    "new_sku": "增加了新规格",
    "price": "价格有调整",
    "back_in_stock": "已到货",
    "back_on_sale": "重新上架",
    "discontinued": "已停售",
}
WHY: Mapping[Interest, str] = {"following": "您关注", "bought": "您购买过"}
# One kind of change of a product is told once in this time; stock may come and go by the minute.
RESTS_FOR = timedelta(days=1)


@dataclass(frozen=True)
class News:
    """What a company is told of a change."""

    change_id: str
    at: str
    name: str
    text: str


@dataclass(frozen=True)
class Follower:
    """A company that hears of a product. `prices` are those it was told last or saw when it began, by SKU in
    fen; `told` says when it heard of a kind of change."""

    product_id: str
    agent_id: str
    interest: Interest
    since: str
    prices: Mapping[str, int] = field(default_factory=dict)
    told: Mapping[str, str] = field(default_factory=dict)
    news: News | None = None
    version: int = 1


def changes_of(before: Product, after: Product) -> tuple[Change, ...]:
    """What of an edit those are told who know the product; nothing while it is not sold."""
    if after.state == "archived":
        return ("discontinued",) if before.state == "off_sale" else ()
    if after.state != "on_sale":
        return ()
    if before.state != "on_sale":
        return ("back_on_sale",) if before.state == "off_sale" else ()
    known = {sku.sku_id: sku for sku in before.skus if sku.on_sale}
    kept = [(known[sku.sku_id], sku) for sku in after.skus if sku.on_sale and sku.sku_id in known]
    spoken = (before.name, before.spec_names) != (after.name, after.spec_names)
    found: dict[Change, bool] = {
        "new_version": spoken or any(_make(old) != _make(new) for old, new in kept),
        "new_sku": any(sku.on_sale and sku.sku_id not in known for sku in after.skus),
        "price": any(old.base_price_fen != new.base_price_fen for old, new in kept),
    }
    return tuple(change for change, holds in found.items() if holds)


def moved(known: Mapping[str, int], present: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """The SKUs whose price is another one than the company knows: from, to."""
    return {
        sku_id: (known[sku_id], price_fen)
        for sku_id, price_fen in present.items()
        if known.get(sku_id, price_fen) != price_fen
    }


def due(changes: Collection[Change], told: Mapping[str, str], at: str) -> tuple[Change, ...]:
    """The changes of an instant that are to be told, given when one was told before."""
    rested = clock.to_text(clock.from_text(at) - RESTS_FOR)
    return tuple(change for change in changes if told.get(change, "") <= rested)


def worded(changes: Sequence[Change], prices: Sequence[tuple[str, int, int]]) -> str:
    """Changes in words; `prices` are (spec, from, to) of the SKUs that cost something else now."""
    texts = [WORDS[change] for change in changes]
    if "price" in changes and prices:
        spec, before, after = prices[0]
        more = f"等 {len(prices)} 个规格" if len(prices) > 1 else ""
        texts[changes.index("price")] += (
            f"（{spec or '单价'}{more} {money.yuan(before)} → {money.yuan(after)} 元）"
        )
    return "，".join(texts)


def _make(sku: object) -> tuple[object, ...]:
    return tuple(getattr(sku, name) for name in ("values", "unit", "units_per_carton"))
