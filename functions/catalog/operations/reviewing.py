"""Reviews: written once per received order line, judged and answered by staff."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from functions.agents import operations as agents
from functions.catalog.operations import offers
from functions.catalog.rules import reviews as rules
from functions.catalog.rules.reviews import Ratings, Review
from functions.catalog.schemas.reviews import (
    DueReview,
    ProductReviews,
    ReviewsQuery,
    ReviewSummary,
    ReviewView,
    Shown,
    StaffReview,
    StarCount,
    WriteReview,
)
from functions.catalog.table import reviews as table
from kit import clock, transaction
from kit.errors import Stale
from kit.pages import Page, PageQuery


def list_due(agent_id: str, query: PageQuery) -> Page[DueReview]:
    """What the company may review, received last first. Raises CompanyNotActive."""
    agents.require_open(agent_id, "track")
    found, cursor = table.due(agent_id, query)
    known = offers.current_offers(one.sku_id for one in found)
    items = [
        DueReview(
            order_id=one.order_id,
            order_no=one.order_no,
            sku_id=one.sku_id,
            product_id=one.product_id,
            name=known[one.sku_id].name,
            spec=known[one.sku_id].spec,
            image=known[one.sku_id].image,
            completed_at=one.completed_at,
        )
        for one in found
        if one.sku_id in known
    ]
    return Page(items=items, next_cursor=cursor)


def write(agent_id: str, body: WriteReview, bucket: str, now: datetime) -> ReviewView:
    """Review a received SKU; the same words again change nothing.

    Raises CompanyNotActive; NothingToReview; AlreadyReviewed; UploadNotFound and UploadRefused for images.
    """
    author = rules.masked(agents.require_open(agent_id, "track").name)
    text, images = rules.clean_text(body.text), tuple(body.images)

    def attempt() -> Review:
        before = table.review(rules.review_id(agent_id, body.order_id, body.sku_id))
        if before is None:
            raise rules.NothingToReview(order_id=body.order_id, sku_id=body.sku_id)
        if before.state != "due":
            if before.says(body.rating, text, images):
                return before
            raise rules.AlreadyReviewed(review_id=before.review_id)
        for key in images:
            agents.keep_upload(agent_id, key, "review", bucket)
        offer = offers.current_offers([body.sku_id]).get(body.sku_id)
        after = replace(
            before,
            state="visible",
            version=before.version + 1,
            rating=body.rating,
            text=text,
            images=images,
            author=author,
            spec=offer.spec if offer else "",
            created_at=clock.to_text(now),
        )
        transaction.commit([table.review_part(after), *table.shown_parts(after, "visible")])
        return after

    return _view(transaction.retry_stale(attempt), bucket)


def list_reviews(product_id: str, query: PageQuery, bucket: str) -> ProductReviews:
    """The visible reviews of a product, newest first."""
    found, cursor = table.of_product(product_id, "visible", query)
    summary = _summary(table.ratings(product_id)) if query.cursor is None else None
    return ProductReviews(items=[_view(one, bucket) for one in found], next_cursor=cursor, summary=summary)


def list_for_staff(query: ReviewsQuery, bucket: str) -> Page[StaffReview]:
    """Reviews in a state, newest first."""
    if query.product_id:
        found, cursor = table.of_product(query.product_id, query.state, query)
    else:
        found, cursor = table.in_state(query.state, query)
    return Page(items=_staff_views(found, bucket), next_cursor=cursor)


def judge(review_id: str, version: int, state: Shown, bucket: str) -> StaffReview:
    """Show a review or hide it; the product's stars follow. Raises ReviewNotFound, Stale."""

    def changed(before: Review) -> Review:
        after = replace(before, state=state, version=before.version + 1)
        if state != before.state:
            moved = [*table.removed_parts(before, before.state), *table.shown_parts(after, state)]
            transaction.commit([table.review_part(after), *moved])
            return after
        return before

    return _changed(review_id, version, changed, bucket)


def reply(review_id: str, version: int, text: str, bucket: str, now: datetime) -> StaffReview:
    """Answer a review, or change the answer. Raises ReviewNotFound, Stale."""

    def changed(before: Review) -> Review:
        answer = rules.clean_text(text)
        replied_at = clock.to_text(now) if answer else ""
        after = replace(before, reply=answer, replied_at=replied_at, version=before.version + 1)
        transaction.commit([table.review_part(after)])
        return after

    return _changed(review_id, version, changed, bucket)


def _changed(review_id: str, version: int, change: Callable[[Review], Review], bucket: str) -> StaffReview:
    before = table.review(review_id)
    if before is None or before.state == "due":
        raise rules.ReviewNotFound(review_id=review_id)
    if before.version != version:
        raise Stale(version=before.version)
    return _staff_views([change(before)], bucket)[0]


def _summary(ratings: Ratings) -> ReviewSummary:
    stars = [StarCount(rating=rating, count=ratings.counts[rating]) for rating in rules.STARS]
    return ReviewSummary(total=ratings.total, average_tenths=ratings.average_tenths, stars=stars)


def _view(review: Review, bucket: str) -> ReviewView:
    return ReviewView.model_validate(_shown(review, bucket))


def _staff_views(found: Sequence[Review], bucket: str) -> list[StaffReview]:
    known = offers.current_offers(one.sku_id for one in found)
    names = {sku_id: offer.name for sku_id, offer in known.items()}
    return [
        StaffReview.model_validate(_shown(one, bucket) | {"product_name": names.get(one.sku_id, "")})
        for one in found
    ]


def _shown(review: Review, bucket: str) -> dict[str, Any]:
    return vars(review) | {"images": [agents.file_url(key, bucket) for key in review.images]}
