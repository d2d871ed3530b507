"""The search index as this process holds it, and the viewers' prices in it."""

from datetime import datetime, timedelta
from functools import partial

from pyroaring import BitMap

from functions.agents import operations as agents
from functions.agents.schemas import Company
from functions.catalog import storage
from functions.catalog.rules import regions
from functions.catalog.search import slices, snapshot
from functions.catalog.search.index import ON_SALE, Index, Prices, Reduction, empty
from functions.catalog.table import shop
from functions.pricing import operations as pricing

_LOOK_EVERY = timedelta(seconds=1)
_PRICES_LAST = timedelta(seconds=60)
_MOST_VIEWERS = 200


class Held:
    """A snapshot as this process holds it, and prices of companies made from it."""

    def __init__(self, key: str | None, index: Index, looked_at: datetime) -> None:
        self.key = key
        self.index = index
        self.looked_at = looked_at
        self._prices: dict[str, tuple[datetime, Prices]] = {}

    def prices_of(self, company: Company, now: datetime) -> Prices:
        """The prices of a company, at most a minute old; for finding, never for buying."""
        made = self._prices.get(company.agent_id)
        if made is None or not made[0] <= now < made[0] + _PRICES_LAST:
            if len(self._prices) >= _MOST_VIEWERS:
                self._prices.clear()
            own = pricing.own_prices(company, now, agents.segments_of(company))
            reductions = [
                Reduction(meant(self.index, scope), partial(_left, discount))
                for scope, discount in own.reductions
            ]
            made = now, self.index.prices_with(own.by_sku, reductions)
            self._prices[company.agent_id] = made
        return made[1]


def not_sold_to(company: Company | None, index: Index) -> BitMap:
    """The products that are not sold where a company is; visitors see all."""
    return index.not_sold_in(regions.codes_of(company.region)) if company else slices.NOTHING


def meant(index: Index, scope: pricing.Scope) -> BitMap:
    """The products that terms are meant for."""
    keys = [
        *(f"c{category_id}" for category_id in scope.category_ids),
        *(f"b{brand_id}" for brand_id in scope.brand_ids),
        *(f"t{tag_id}" for tag_id in scope.tags),
    ]
    if keys or scope.product_ids:
        return index.named(keys, scope.product_ids)
    return index.bitmaps["s" + ON_SALE]


def _left(discount: pricing.Discount, price_fen: int) -> int:
    return price_fen - discount.of(price_fen)


_held: Held | None = None


def newest(now: datetime) -> Held:
    """The index, at most a second behind the newest snapshot."""
    global _held
    held = _held
    if held and held.looked_at <= now < held.looked_at + _LOOK_EVERY:
        return held
    known = shop.snapshot()
    key = known[1] if known else None
    if held is None or held.key != key:
        held = _held = Held(key, snapshot.load(storage.read(key)) if key else empty(), now)
    held.looked_at = now
    return held


def forget() -> None:
    """Look at once when next asked."""
    global _held
    _held = None
