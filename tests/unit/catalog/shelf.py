"""A small catalogue to search in."""

from collections.abc import Mapping, Sequence

from functions.catalog.search import build, snapshot
from functions.catalog.search.documents import Document, Sku
from functions.catalog.search.index import Index, Label, empty
from functions.catalog.search.query import Found, Query, search

BRANDS = {"xh": "西湖牌", "wy": "武夷山", "nestle": "雀巢 Nestle"}
TAGS = {"spring": "春季上新", "gift": "送礼"}
CATEGORIES = {
    "tea": ("茶叶", None),
    "green": ("绿茶", "tea"),
    "oolong": ("乌龙茶", "tea"),
    "coffee": ("咖啡", None),
}


def a_product(
    product_id: str,
    name: str,
    *,
    brand: str = "xh",
    categories: Sequence[str] = ("tea",),
    tags: Sequence[str] = (),
    prices: Mapping[str, int] | None = None,
    codes: Sequence[str] = (),
    sales: int = 0,
    published: int = 1_760_000_000,
    text: str = "",
    state: str = "on_sale",
) -> Document:
    """A product; `prices` are SKU id → fen."""
    prices = prices or {f"{product_id}-1": 1_000}
    codes = [*codes, *[""] * len(prices)]
    skus = tuple(
        Sku(sku_id, 1, code, "", "500g", "", "盒", price, 1, 1, 12, True, True)
        for (sku_id, price), code in zip(prices.items(), codes, strict=False)
    )
    return Document(
        product_id, state, name, "", text, "", brand, tuple(categories), tuple(tags), sales, published, skus
    )


def labels() -> dict[str, Label]:
    return (
        {"b" + key: build.label(name) for key, name in BRANDS.items()}
        | {"t" + key: build.label(name) for key, name in TAGS.items()}
        | {"c" + key: build.label(name, parent) for key, (name, parent) in CATEGORIES.items()}
    )


def an_index(*products: Document) -> Index:
    """An index that went through its stored form."""
    return snapshot.load(snapshot.dump(build.apply(empty(), products, labels=labels())))


def names(index: Index, found: Found) -> list[str]:
    return [index.documents[number].name for number in found.numbers]


def ask(index: Index, words: str, limit: int = 20) -> list[str]:
    """The names of the products found, best first."""
    return names(index, search(index, Query(words, limit=limit)))
