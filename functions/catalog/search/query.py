"""Answering: which products match, how well, in which order, and how many there are of each kind."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Literal

from pyroaring import BitMap

from functions.catalog.search import slices, words
from functions.catalog.search.index import ON_SALE, Index, Prices

Sort = Literal["relevance", "price", "-price", "sales", "newest"]


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page ended: the last product's standing in the order, and its document number."""

    standing: int
    document: int


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for. Several brands or tags mean any of them; a category means its subtree."""

    words: str = ""
    category: str | None = None
    brands: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    least_fen: int | None = None
    most_fen: int | None = None
    state: str = ON_SALE
    sort: Sort = "relevance"
    after: Position | None = None
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Facets:
    """Products per value, each kind counted without its own filter.

    Categories are the top ones and those below the chosen one and its ancestors; prices are in fen, as
    (from, below, count).
    """

    categories: dict[str, int]
    brands: dict[str, int]
    tags: dict[str, int]
    prices: list[tuple[int, int | None, int]]


@dataclass(frozen=True, slots=True)
class Found:
    """One page of document numbers. `exact` is false when only a part of the words was found anywhere."""

    numbers: list[int]
    total: int
    exact: bool
    next: Position | None
    facets: Facets | None


def search(
    index: Index,
    query: Query,
    prices: Prices | None = None,
    facets: bool = True,
    barred: BitMap = slices.NOTHING,
) -> Found:
    """Find products; `prices` are the viewer's, base prices by default; `barred` ones are not found."""
    prices = prices or index.base_prices
    among = index.bitmaps["s" + query.state] - barred
    matched, relevance, exact = words.match(words.pieces(index, query.words), among)
    narrowed = _Narrowed(index, query, prices, matched)
    result = narrowed.by_all()
    order = _order(index, query.sort, prices, relevance)
    left = slices.after(result, order, query.after.standing, query.after.document) if query.after else result
    page = slices.first(left, order, query.limit)
    standing = {number: slices.rank(number, order) for number in page}
    numbers = sorted(page, key=lambda number: (-standing[number], number))
    more = len(left) > len(page)
    return Found(
        numbers,
        len(result),
        exact,
        Position(standing[numbers[-1]], numbers[-1]) if more else None,
        narrowed.facets() if facets else None,
    )


def _order(index: Index, sort: Sort, prices: Prices, relevance: slices.Numbers) -> slices.Order:
    match sort:
        case "price":
            return slices.ascending(prices.column)
        case "-price":
            return slices.descending(prices.column)
        case "sales":
            return slices.descending(index.sales)
        case "newest":
            return slices.descending(index.published)
        case "relevance":
            return slices.descending(relevance) + slices.descending(index.sales)


class _Narrowed:
    """The matched products under the filters of a query, and under all filters but one."""

    def __init__(self, index: Index, query: Query, prices: Prices, matched: BitMap) -> None:
        self.index, self.prices, self.matched = index, prices, matched
        self.category = query.category
        bitmaps = index.bitmaps
        self.filters: dict[str, BitMap] = {}
        if query.category:
            self.filters["category"] = bitmaps["c" + query.category]
        if query.brands:
            self.filters["brand"] = bitmaps.any(["b" + brand for brand in query.brands])
        if query.tags:
            self.filters["tag"] = bitmaps.any(["t" + tag for tag in query.tags])
        if query.least_fen or query.most_fen is not None:
            self.filters["price"] = prices.between(matched, query.least_fen, query.most_fen)
        self._all = self._under(self.filters)

    def _under(self, names: Iterable[str]) -> BitMap:
        return reduce(lambda left, name: left & self.filters[name], names, self.matched)

    def by_all(self) -> BitMap:
        return self._all

    def _but(self, name: str) -> BitMap:
        if name not in self.filters:
            return self._all
        return self._under([other for other in self.filters if other != name])

    def facets(self) -> Facets:
        bitmaps, labels = self.index.bitmaps, self.index.labels
        categories = [
            (category, bitmaps["c" + category]) for category in labels.open_categories(self.category)
        ]
        return Facets(
            _counts(categories, self._but("category")),
            _counts(self.index.family("b"), self._but("brand")),
            _counts(self.index.family("t"), self._but("tag")),
            self._price_counts(self._but("price")),
        )

    def _price_counts(self, candidates: BitMap) -> list[tuple[int, int | None, int]]:
        bands = [(low, below, len(band & candidates)) for low, below, band in self.prices.bands]
        return [band for band in bands if band[2]]


def _counts(groups: Iterable[tuple[str, BitMap]], candidates: BitMap) -> dict[str, int]:
    counted = ((name, products.intersection_cardinality(candidates)) for name, products in groups)
    return {name: count for name, count in counted if count}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to search for: a category, brand or tag with products on sale, or a product."""

    kind: Literal["category", "brand", "tag", "product"]
    id: str
    name: str


_KINDS: dict[str, Literal["category", "brand", "tag"]] = {"c": "category", "b": "brand", "t": "tag"}


def suggest(index: Index, typed: str, limit: int = 10, barred: BitMap = slices.NOTHING) -> list[Suggestion]:
    """What the person may be typing: first categories, brands and tags, half of the list at most."""
    found = words.pieces(index, typed)
    if not found:
        return []
    named = frozenset.intersection(*(piece.labels for piece in found))
    on_sale = index.bitmaps["s" + ON_SALE] - barred
    sizes = {key: index.bitmaps[key].intersection_cardinality(on_sale) for key in named}
    keys = sorted((key for key in named if sizes[key]), key=lambda key: (-sizes[key], key))[: limit // 2]
    labels = [Suggestion(_KINDS[key[0]], key[1:], index.labels.all[key].name) for key in keys]
    wanted = Query(typed, limit=limit - len(labels))
    numbers = search(index, wanted, facets=False, barred=barred).numbers
    products = [index.documents[number] for number in numbers]
    return labels + [Suggestion("product", product.product_id, product.name) for product in products]
