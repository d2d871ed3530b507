"""The shop: search, lists, a product's page, the home page, suggestions."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from pyroaring import BitMap

from functions.catalog.operations import earning, searching, viewing
from functions.catalog.operations.suggesting import BEST_SELLER, PINNED, TITLE
from functions.catalog.operations.viewing import Viewer
from functions.catalog.rules import groups as group_rules
from functions.catalog.rules import products as rules
from functions.catalog.rules.products import Shelf, ShelfPlan
from functions.catalog.schemas.shop import (
    Brands,
    BrandView,
    Card,
    Categories,
    CategoryNode,
    Counted,
    FacetsView,
    Home,
    PriceBand,
    ProductList,
    ProductView,
    SearchQuery,
    ShelfView,
    Suggestions,
    SuggestionView,
)
from functions.catalog.search.documents import Document
from functions.catalog.search.index import ON_SALE, Index
from functions.catalog.search.query import Facets, Position, Query, Sort, search, suggest
from functions.catalog.table import groups, products, shop
from functions.settings import operations as settings
from kit import clock, ids, pages

_SHELVES: dict[Shelf, str] = {"hot": "热门商品", "recommended": TITLE, "new": "新品上架"}
_LONGEST_WORDS = 20


def list_products(query: SearchQuery, viewer: Viewer, now: datetime) -> ProductList:
    """Products on sale that match, and with the first page what they can be narrowed to.

    Raises PricesHidden when a viewer without prices filters or sorts by them; CursorInvalid.
    """
    if query.by_price and viewer.company is None:
        raise rules.PricesHidden()
    held = searching.newest(now)
    index = held.index
    filters = ids.fingerprint(query.model_dump(exclude={"cursor", "limit"}))
    scope = f"products/{viewer.agent_id}/{filters}"
    position = pages.read(query.cursor, scope)
    found = search(
        index,
        Query(
            words=query.q,
            category=query.category,
            brands=frozenset(query.brand),
            tags=frozenset(query.tag),
            least_fen=query.min_price_fen,
            most_fen=query.max_price_fen,
            sort=query.sort,
            after=Position(**position) if position else None,
            limit=query.limit,
        ),
        held.prices_of(viewer.company, now) if viewer.company else None,
        facets=position is None,
        barred=searching.not_sold_to(viewer.company, index),
    )
    if not (found.exact or position) and viewer.agent_id:
        _note_missing(query.q, now)
    documents = [index.documents[number] for number in found.numbers]
    following = {"standing": found.next.standing, "document": found.next.document} if found.next else None
    return ProductList(
        items=viewing.cards(documents, index.labels, viewer, now),
        next_cursor=pages.sign(following, scope),
        total=found.total,
        exact=found.exact,
        facets=_facets(found.facets, index, viewer) if found.facets else None,
    )


def show_product(product_id: str, viewer: Viewer, now: datetime) -> ProductView:
    """The page of a product on sale. Raises ProductNotFound."""
    product = products.product(product_id, consistent=False)
    if product is None or product.state != ON_SALE:
        raise rules.ProductNotFound(product_id=product_id)
    path = group_rules.path_to(product.category_id, groups.tree()[0])
    page = viewing.page(product, path, searching.newest(now).index.labels, viewer, now)
    return earning.with_points(page, product, path, viewer.company, now) if viewer.company else page


def suggestions(typed: str, viewer: Viewer, now: datetime) -> Suggestions:
    """What the person may be typing."""
    index = searching.newest(now).index
    found = suggest(index, typed, barred=searching.not_sold_to(viewer.company, index))
    return Suggestions(items=[SuggestionView(kind=one.kind, id=one.id, name=one.name) for one in found])


def home(viewer: Viewer, now: datetime) -> Home:
    """The first screen: shop, application and banners; shelves with what staff pinned, then what sells, what
    is new, and what comes next in sales."""
    index, plans = searching.newest(now).index, shop.shelves()
    barred = searching.not_sold_to(viewer.company, index)
    shelves: dict[Shelf, list[Document]] = {}
    for shelf in ("hot", "new", "recommended"):
        plan = plans.get(shelf, ShelfPlan(shelf))
        shelves[shelf] = _fill(index, plan, shelves.get("hot", []), barred, now)
    pinned = {product_id: PINNED for plan in plans.values() for product_id in plan.pinned}
    reasons = {it.product_id: pinned.get(it.product_id, BEST_SELLER) for it in shelves["recommended"]}
    everything = {it.product_id: it for documents in shelves.values() for it in documents}
    drawn = viewing.cards(list(everything.values()), index.labels, viewer, now)
    cards = {card.product_id: card for card in drawn}
    return Home(
        shop=settings.shop(),
        company_state=viewer.state,
        banners=settings.banners(now),
        shelves=[
            ShelfView(shelf=shelf, title=title, items=_placed(shelves[shelf], cards, reasons, shelf))
            for shelf, title in _SHELVES.items()
        ],
    )


def categories() -> Categories:
    """The tree of categories, by position."""
    found = groups.groups("category")

    def below(parent_id: str | None) -> list[CategoryNode]:
        return [
            CategoryNode(id=one.group_id, name=one.name, image=one.image, children=below(one.group_id))
            for one in found
            if one.parent_id == parent_id
        ]

    return Categories(items=below(None))


def brands() -> Brands:
    """All brands, by position."""
    return Brands(
        items=[
            BrandView(id=one.group_id, name=one.name, image=one.image, intro=one.intro)
            for one in groups.groups("brand")
        ]
    )


def _fill(
    index: Index, plan: ShelfPlan, hot: Sequence[Document], barred: BitMap, now: datetime
) -> list[Document]:
    """The pinned products on sale, then by the shelf's rule up to its length."""
    numbers = [index.directory.number("p" + product_id) for product_id in plan.pinned]
    pinned = [index.documents[number] for number in numbers if number is not None and number not in barred]
    chosen = {it.product_id: it for it in pinned if it.state == ON_SALE}
    sort: Sort = "newest" if plan.shelf == "new" else "sales"
    since = int((now - timedelta(days=plan.days)).timestamp()) if plan.shelf == "new" else 0
    elsewhere = {it.product_id for it in hot} if plan.shelf == "recommended" else set()
    most = plan.most + len(chosen) + len(elsewhere)
    for number in search(index, Query(sort=sort, limit=most), facets=False, barred=barred).numbers:
        document = index.documents[number]
        if document.published >= since and document.product_id not in elsewhere:
            chosen.setdefault(document.product_id, document)
    return list(chosen.values())[: plan.most]


def _placed(
    documents: Sequence[Document], cards: Mapping[str, Card], reasons: Mapping[str, str], shelf: Shelf
) -> list[Card]:
    found = [cards[it.product_id] for it in documents if it.product_id in cards]
    if shelf != "recommended":
        return found
    return [card.model_copy(update={"reason": reasons[card.product_id]}) for card in found]


def _facets(facets: Facets, index: Index, viewer: Viewer) -> FacetsView:
    def named(family: str, counts: Mapping[str, int]) -> list[Counted]:
        return [
            Counted(id=group_id, name=label.name, count=count, parent_id=label.parent)
            for group_id, count in counts.items()
            if (label := index.labels.all.get(family + group_id))
        ]

    bands = facets.prices if viewer.company else []
    return FacetsView(
        categories=named("c", facets.categories),
        brands=named("b", facets.brands),
        tags=named("t", facets.tags),
        prices=[PriceBand(from_fen=low, below_fen=below, count=count) for low, below, count in bands],
    )


def _note_missing(typed: str, now: datetime) -> None:
    words = " ".join(typed.split()).casefold()[:_LONGEST_WORDS]
    shop.count_words(words, clock.business_day(now).strftime("%Y-%m"), clock.to_text(now))
