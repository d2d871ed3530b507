"""Reductions by product, category, brand or tag that begin or end: who knows the goods hears of it."""

from datetime import datetime, timedelta

from functions.catalog.operations import searching
from functions.catalog.schemas.facts import TellFollowers
from functions.catalog.search.index import ON_SALE
from functions.pricing import operations as pricing
from kit import clock, ids
from kit.log import logger

# A wider reduction is a campaign: product by product it would flood whoever buys much. Staff send a notice.
MOST_PRODUCTS = 40


def news_of(now: datetime, span: timedelta, most: int = MOST_PRODUCTS) -> list[TellFollowers]:
    """What to tell of reductions that turned within the time before `now`; the same however often asked.

    Whether a company's own price moved is seen when it is told.
    """
    index, at, news = searching.newest(now).index, clock.to_text(now), {}
    for turned in pricing.turned_reductions(now, span):
        numbers = searching.meant(index, turned.scope) & index.bitmaps["s" + ON_SALE]
        if len(numbers) > most:
            logger.info("reduction_is_wide", extra={"promotion": turned.promotion_id, "goods": len(numbers)})
            continue
        for number in numbers:
            product_id = index.documents[number].product_id
            change_id = ids.derived_id("reduction", turned.promotion_id, product_id, at)
            news[product_id] = TellFollowers(
                change_id=change_id, at=at, product_id=product_id, changes=("price",)
            )
    return list(news.values())
