"""Rows and keys of the catalog table."""

import os
from collections.abc import Mapping
from datetime import date
from typing import Any

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from functions.catalog.rules import feedback, reviews
from functions.catalog.rules.groups import Kind
from functions.catalog.rules.products import State
from kit import rows

PRODUCT, CURRENT = "PRODUCT", "CURRENT"
TREE, SHELVES, SEARCH = "TREE", "SHELVES", "SEARCH"
REVIEW, RATINGS = "REVIEW", "RATINGS"
FEEDBACK, COUNT, LIMIT = "FEEDBACK", "COUNT", "LIMIT"
GROUPS: dict[Kind, str] = {"category": "CATEGORIES", "brand": "BRANDS", "tag": "TAGS"}


class Row(rows.Row):
    """Base of the rows of this table."""

    class Meta:
        table_name = os.environ["CATALOG_TABLE"]


class ByList(GlobalSecondaryIndex["ProductRow"]):
    """Products of a state, by their last change."""

    class Meta:
        index_name = "by_list"
        projection = AllProjection()

    list_key = UnicodeAttribute(hash_key=True)
    list_sort = UnicodeAttribute(range_key=True)


class ProductRow(Row):
    """A product with its SKUs."""

    by_list = ByList()

    list_key = UnicodeAttribute()
    list_sort = UnicodeAttribute()
    version = NumberAttribute()
    document = JSONAttribute()


class OfferRow(Row):
    """One version of what a SKU offers, or the newest once more."""

    document = JSONAttribute()


class CodeRow(Row):
    """Whose code it is."""

    sku_id = UnicodeAttribute()


class GroupRow(Row):
    """A category, brand or tag."""

    name = UnicodeAttribute()
    position = NumberAttribute()
    picture = UnicodeAttribute()
    intro = UnicodeAttribute()
    products = NumberAttribute(default=0)
    version = NumberAttribute()


class TreeRow(Row):
    """Category id → id of the one above it, null at the top."""

    parents = JSONAttribute()
    version = NumberAttribute()


class ShelfRow(Row):
    """How a shelf is filled."""

    pinned = JSONAttribute()
    most = NumberAttribute()
    days = NumberAttribute()
    version = NumberAttribute()


class UnitsRow(Row):
    """Units sold."""

    units = NumberAttribute()


class WordsRow(Row):
    """Words that found nothing."""

    times = NumberAttribute()
    last_at = UnicodeAttribute()


class SnapshotRow(Row):
    """Which snapshot is the newest."""

    sequence = NumberAttribute()
    key = UnicodeAttribute()


class ReviewsByList(GlobalSecondaryIndex["ReviewRow"]):
    """What a company may review, and the reviews of a product in a state; newest first."""

    class Meta:
        index_name = "by_list"
        projection = AllProjection()

    list_key = UnicodeAttribute(hash_key=True)
    list_sort = UnicodeAttribute(range_key=True)


class ReviewRow(Row):
    """What may be, or was, said about a received order line."""

    by_list = ReviewsByList()

    list_key = UnicodeAttribute()
    list_sort = UnicodeAttribute()
    version = NumberAttribute()
    document = JSONAttribute()


class ListedReviewRow(Row):
    """That a review is in a state, for the staff's lists."""


class FollowsByList(GlobalSecondaryIndex["FollowRow"]):
    """What a company follows, the latest first."""

    class Meta:
        index_name = "by_list"
        projection = AllProjection()

    list_key = UnicodeAttribute(hash_key=True)
    list_sort = UnicodeAttribute(range_key=True)


class FollowRow(Row):
    """What a company has to do with a product; in the index only while it follows it."""

    by_list = FollowsByList()

    list_key = UnicodeAttribute(null=True)
    list_sort = UnicodeAttribute(null=True)
    interest = UnicodeAttribute()
    since = UnicodeAttribute()
    prices = JSONAttribute()
    told = JSONAttribute()
    news = JSONAttribute(null=True)
    version = NumberAttribute()


class FeedbackByList(GlobalSecondaryIndex["FeedbackRow"]):
    """Feedback in a state, by the instant it was given."""

    class Meta:
        index_name = "by_list"
        projection = AllProjection()

    list_key = UnicodeAttribute(hash_key=True)
    list_sort = UnicodeAttribute(range_key=True)


class FeedbackRow(Row):
    """What a company said."""

    by_list = FeedbackByList()

    list_key = UnicodeAttribute()
    list_sort = UnicodeAttribute()
    version = NumberAttribute()
    document = JSONAttribute()


class ListedFeedbackRow(Row):
    """That a company said something, in its own list or a product's."""

    agent_id = UnicodeAttribute()


class FeedbackCountRow(Row):
    """How often companies said something about a product."""

    total = NumberAttribute(default=0)


class FeedbackLimitRow(Row):
    """How often a company said something on the last day it did."""

    day = UnicodeAttribute()
    times = NumberAttribute()


class RatingsRow(Row):
    """How many visible reviews gave a product how many stars."""

    stars_1 = NumberAttribute(default=0)
    stars_2 = NumberAttribute(default=0)
    stars_3 = NumberAttribute(default=0)
    stars_4 = NumberAttribute(default=0)
    stars_5 = NumberAttribute(default=0)


def names_of(keys: Mapping[str, Any]) -> bool:
    """Whether the keys of a stream record are those of a category, brand, tag or the tree."""
    return keys["pk"]["S"] in {*GROUPS.values(), TREE}


def product_of(keys: Mapping[str, Any]) -> str | None:
    """The product whose row the keys of a stream record are those of."""
    family, _, product_id = keys["pk"]["S"].partition("#")
    return product_id if family == "PRODUCT" else None


def product_key(product_id: str) -> str:
    return f"PRODUCT#{product_id}"


def offer_key(sku_id: str) -> str:
    return f"OFFER#{sku_id}"


def version_key(version: int) -> str:
    return f"V#{version:06d}"


def code_key(code: str) -> str:
    return f"CODE#{code}"


def list_key(state: State) -> str:
    return f"PRODUCTS#{state}"


def day_key(day: date) -> str:
    return f"SOLD#{day.isoformat()}"


def words_key(month: str) -> str:
    return f"WORDS#{month}"


def review_key(review_id: str) -> str:
    return f"REVIEW#{review_id}"


def reviews_key(state: reviews.State) -> str:
    return f"REVIEWS#{state}"


def ratings_key(product_id: str) -> str:
    return f"RATINGS#{product_id}"


def due_key(agent_id: str) -> str:
    return f"DUE#{agent_id}"


def product_reviews_key(product_id: str, state: reviews.State) -> str:
    return f"REVIEWS#{product_id}#{state}"


def feedback_key(feedback_id: str) -> str:
    return f"FEEDBACK#{feedback_id}"


def feedback_in_key(state: feedback.State) -> str:
    return f"FEEDBACKS#{state}"


def feedback_of_key(agent_id: str) -> str:
    return f"FEEDBACK_OF#{agent_id}"


def feedback_on_key(product_id: str) -> str:
    return f"FEEDBACK_ON#{product_id}"


def followers_key(product_id: str) -> str:
    return f"FOLLOWERS#{product_id}"


def follower_key(agent_id: str) -> str:
    return f"AGENT#{agent_id}"


def follows_key(agent_id: str) -> str:
    return f"FOLLOWS#{agent_id}"
