"""The price of a SKU for a company: the best of everything that holds now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from functions.pricing.rules.terms import (
    Discount,
    Goods,
    PriceListTerms,
    PromotionTerms,
    QuotaTerms,
    Scope,
    State,
)

Source = Literal["base", "price_list", "promotion"]


@dataclass(frozen=True)
class TermsUsed:
    """The terms behind a price, in the version that made it."""

    source: Source
    id: str
    version: int


@dataclass(frozen=True)
class PriceList:
    """A price list; its prices are kept apart, one by one."""

    id: str
    terms: PriceListTerms
    state: State
    version: int


@dataclass(frozen=True)
class Promotion:
    """A promotion."""

    id: str
    terms: PromotionTerms
    state: State
    version: int


@dataclass(frozen=True)
class Quota:
    """Pieces held for some companies; how many are left, inventory knows."""

    id: str
    terms: QuotaTerms
    state: State
    version: int


@dataclass(frozen=True)
class SkuPrice:
    """What one piece costs a company. `label` says why, when it is not the base price."""

    sku_id: str
    price_fen: int
    base_price_fen: int
    label: str = ""
    source: Source = "base"
    terms: TermsUsed | None = None


@dataclass(frozen=True)
class OwnPrices:
    """What a company is offered beside base prices, in fen by SKU; and what comes off base prices by scope.

    A reduction never makes the dearer of two goods the cheaper one.
    """

    by_sku: Mapping[str, int]
    reductions: tuple[tuple[Scope, Discount], ...]


Entries = Mapping[tuple[str, str], int]  # (price list, SKU) → fen


def best_prices(
    offers: Iterable[Goods], lists: Iterable[PriceList], entries: Entries, promotions: Iterable[Promotion]
) -> dict[str, SkuPrice]:
    """The lowest price of each SKU among terms that hold; of equal ones the base price or the list counts."""
    price_lists, running = list(lists), [one for one in promotions if one.terms.kind != "order"]
    best: dict[str, SkuPrice] = {}
    for goods in offers:
        candidates = [
            SkuPrice(goods.sku_id, goods.base_price_fen, goods.base_price_fen),
            *(_listed(goods, one, entries) for one in price_lists),
            *(_promoted(goods, one) for one in running),
        ]
        best[goods.sku_id] = min(filter(None, candidates), key=lambda price: price.price_fen)
    return best


def _listed(goods: Goods, price_list: PriceList, entries: Entries) -> SkuPrice | None:
    price_fen = entries.get((price_list.id, goods.sku_id))
    if price_fen is None:
        return None
    used = TermsUsed("price_list", price_list.id, price_list.version)
    return SkuPrice(goods.sku_id, price_fen, goods.base_price_fen, price_list.terms.name, "price_list", used)


def _promoted(goods: Goods, promotion: Promotion) -> SkuPrice | None:
    terms = promotion.terms
    price_fen = terms.prices.get(goods.sku_id)
    if terms.discount and terms.scope.covers(goods):
        price_fen = goods.base_price_fen - terms.discount.of(goods.base_price_fen)
    if price_fen is None:
        return None
    used = TermsUsed("promotion", promotion.id, promotion.version)
    return SkuPrice(goods.sku_id, price_fen, goods.base_price_fen, terms.name, "promotion", used)
