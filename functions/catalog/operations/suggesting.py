"""Goods suggested to a company: what there is to choose from, and the shelf that shows what was chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from functions.agents.schemas import Company
from functions.catalog.operations import searching, viewing
from functions.catalog.operations.viewing import Viewer
from functions.catalog.rules.products import ShelfPlan
from functions.catalog.schemas.shop import ShelfView
from functions.catalog.search.index import ON_SALE
from functions.catalog.search.query import Query, search
from functions.catalog.table import shop
from kit import clock

TITLE = "为你推荐"
PINNED = "商家推荐"
BEST_SELLER = "同行都在买"


@dataclass(frozen=True)
class Suggestible:
    """A product on sale. `published` is the business day it first went on sale."""

    product_id: str
    name: str
    category_ids: tuple[str, ...]
    published: date


def not_sold_to(company: Company, now: datetime) -> set[str]:
    """The products on sale that a company cannot buy, because of where it is."""
    index = searching.newest(now).index
    barred = searching.not_sold_to(company, index) & index.bitmaps["s" + ON_SALE]
    return {index.documents[number].product_id for number in barred}


def on_sale(now: datetime) -> list[Suggestible]:
    """Every product on sale, the newest first."""
    index = searching.newest(now).index
    found = search(index, Query(sort="newest", limit=len(index.documents)), facets=False)
    return [
        Suggestible(
            product_id=document.product_id,
            name=document.name,
            category_ids=document.category_ids,
            published=clock.business_day(datetime.fromtimestamp(document.published, UTC)),
        )
        for document in (index.documents[number] for number in found.numbers)
    ]


def shelf(viewer: Viewer, suggested: Mapping[str, str], now: datetime) -> ShelfView:
    """What staff pinned, then what is suggested (product → reason), then what sells best.

    Only what can be bought this moment: on sale, in stock, and sold where the company is. What was edited or
    taken down since the index was written is left out until the index has caught up.
    """
    index = searching.newest(now).index
    barred = searching.not_sold_to(viewer.company, index)
    plan = shop.shelves().get("recommended", ShelfPlan("recommended"))
    reasons = dict.fromkeys(plan.pinned, PINNED)
    for product_id, reason in suggested.items():
        reasons.setdefault(product_id, reason)
    best = Query(sort="sales", limit=plan.most + len(reasons))
    for number in search(index, best, facets=False, barred=barred).numbers:
        reasons.setdefault(index.documents[number].product_id, BEST_SELLER)
    # Twice as many as are shown leave room for those that are sold out.
    documents = [index.document(product_id) for product_id in list(reasons)[: 2 * plan.most]]
    drawn = viewing.cards(
        [document for document in documents if document and document.state == ON_SALE],
        index.labels,
        viewer,
        now,
        only_available=True,
    )
    cards = [card.model_copy(update={"reason": reasons[card.product_id]}) for card in drawn[: plan.most]]
    return ShelfView(shelf="recommended", title=TITLE, items=cards)
