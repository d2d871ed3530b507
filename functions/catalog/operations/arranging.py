"""What staff see of the catalogue as a whole: the list of products, the shelves, words without results."""

from collections.abc import Sequence
from datetime import datetime

from functions.catalog.operations import searching
from functions.catalog.rules import products as rules
from functions.catalog.rules.products import Product, Shelf, ShelfPlan
from functions.catalog.schemas.staff import (
    ArrangeShelf,
    NamedGoods,
    NamedProduct,
    NamedSku,
    ShelfPlans,
    ShelfPlanView,
    StaffCard,
    StaffQuery,
    WordsList,
    WordsView,
)
from functions.catalog.search.query import Position, Query, search
from functions.catalog.table import products, shop
from functions.inventory import operations as inventory
from kit import ids, pages, transaction
from kit.pages import Page

_SHELVES: tuple[Shelf, ...] = ("hot", "recommended", "new")
_MOST_WORDS, _SHOWN_WORDS = 2_000, 100


def list_products(query: StaffQuery, now: datetime) -> Page[StaffCard]:
    """Products of a state, changed last first; those that match best first when something is looked for."""
    if not query.is_search:
        listed, cursor = products.listed(query.state, query)
        return Page(items=_cards(listed), next_cursor=cursor)
    scope = f"products/staff/{ids.fingerprint(query.model_dump(exclude={'cursor', 'limit'}))}"
    position = pages.read(query.cursor, scope)
    index = searching.newest(now).index
    wanted = Query(
        words=query.q,
        category=query.category,
        brands=frozenset({query.brand} if query.brand else ()),
        tags=frozenset({query.tag} if query.tag else ()),
        state=query.state,
        after=Position(**position) if position else None,
        limit=query.limit,
    )
    found = search(index, wanted, facets=False)
    order = [index.documents[number].product_id for number in found.numbers]
    stored = products.products(order)
    following = {"standing": found.next.standing, "document": found.next.document} if found.next else None
    return Page(
        items=_cards([stored[product_id] for product_id in order if product_id in stored]),
        next_cursor=pages.sign(following, scope),
    )


def named(goods_ids: Sequence[str]) -> NamedGoods:
    """What these products and SKUs are called; ids of nothing are left out."""
    found = products.products(goods_ids).values()
    offers = products.current_offers(goods_ids).values()
    return NamedGoods(
        products=[
            NamedProduct(
                product_id=product.product_id,
                name=product.name,
                image=next(iter(product.images), ""),
                state=product.state,
            )
            for product in found
        ],
        skus=[NamedSku.model_validate(offer, from_attributes=True) for offer in offers],
    )


def shelves() -> ShelfPlans:
    """How the shelves are filled, also those nobody arranged yet."""
    plans = shop.shelves()
    return ShelfPlans(items=[_plan_view(plans.get(shelf, ShelfPlan(shelf))) for shelf in _SHELVES])


def arrange(shelf: str, body: ArrangeShelf) -> ShelfPlanView:
    """Pin products and set a shelf's length. Raises ShelfNotFound, ProductNotFound, Stale."""
    named: Shelf | None = next((known for known in _SHELVES if known == shelf), None)
    if named is None:
        raise rules.ShelfNotFound(shelf=shelf)
    pinned = tuple(dict.fromkeys(body.pinned))
    if missing := set(pinned) - products.products(pinned).keys():
        raise rules.ProductNotFound(product_ids=sorted(missing))
    plan = ShelfPlan(named, pinned, body.most, body.days, body.version + 1)
    transaction.commit([shop.shelf_part(plan)])
    return _plan_view(plan)


def words_without_results(month: str) -> WordsList:
    """What agents looked for in a month and did not find, the most frequent first."""
    found = sorted(shop.words_of(month, _MOST_WORDS), key=lambda one: (-one[1], one[0]))[:_SHOWN_WORDS]
    return WordsList(
        items=[WordsView(words=words, times=times, last_at=last_at) for words, times, last_at in found]
    )


def _cards(found: Sequence[Product]) -> list[StaffCard]:
    stock = inventory.stock(sku.sku_id for product in found for sku in product.skus)
    return [
        StaffCard(
            product_id=product.product_id,
            state=product.state,
            version=product.version,
            name=product.name,
            image=next(iter(product.images), ""),
            brand_id=product.brand_id,
            category_id=product.category_id,
            sku_count=len(product.skus),
            lowest_price_fen=min(sku.base_price_fen for sku in product.skus),
            highest_price_fen=max(sku.base_price_fen for sku in product.skus),
            available=sum(stock[sku.sku_id].available for sku in product.skus if sku.sku_id in stock),
            updated_at=product.updated_at,
        )
        for product in found
    ]


def _plan_view(plan: ShelfPlan) -> ShelfPlanView:
    return ShelfPlanView.model_validate(plan, from_attributes=True)
