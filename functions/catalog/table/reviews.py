"""Reviews of order lines, and the stars of products."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from functions.catalog.rules import reviews as rules
from functions.catalog.rules.reviews import Ratings, Review, State
from functions.catalog.table import rows
from functions.catalog.table.rows import ListedReviewRow, RatingsRow, ReviewRow
from kit import pages, transaction
from kit.errors import Stale
from kit.pages import PageQuery
from kit.transaction import Part

_STARS = {rating: getattr(RatingsRow, f"stars_{rating}") for rating in rules.STARS}


def review(review_id: str) -> Review | None:
    """A review, also one that is still due."""
    row = ReviewRow.find(rows.review_key(review_id), rows.REVIEW, consistent=True)
    return _review(row.document) if row else None


def due(agent_id: str, query: PageQuery) -> tuple[list[Review], str | None]:
    """What a company may still review, received last first; and the next cursor."""
    return _listed(rows.due_key(agent_id), query)


def of_product(product_id: str, state: State, query: PageQuery) -> tuple[list[Review], str | None]:
    """The reviews of a product in a state, newest first; and the next cursor."""
    return _listed(rows.product_reviews_key(product_id, state), query)


def in_state(state: State, query: PageQuery) -> tuple[list[Review], str | None]:
    """All reviews in a state, newest first; and the next cursor."""
    scope = f"reviews/{state}"
    found = ListedReviewRow.query(
        rows.reviews_key(state),
        scan_index_forward=False,
        limit=query.limit,
        last_evaluated_key=pages.read(query.cursor, scope),
    )
    order = [row.sk.partition("#")[2] for row in found]
    cursor = pages.sign(found.last_evaluated_key, scope)
    keys = [(rows.review_key(review_id), rows.REVIEW) for review_id in order]
    stored = {one.review_id: one for one in (_review(row.document) for row in ReviewRow.batch_get(keys))}
    return [stored[review_id] for review_id in order if review_id in stored], cursor


def ratings(product_id: str) -> Ratings:
    """How many stars the visible reviews of a product gave."""
    row = RatingsRow.find(rows.ratings_key(product_id), rows.RATINGS)
    return Ratings({rating: int(getattr(row, f"stars_{rating}")) if row else 0 for rating in rules.STARS})


def invitation_parts(reviews: Iterable[Review]) -> list[Part]:
    """These order lines can be reviewed. Error: AlreadyInvited."""
    return [transaction.create(_row(review), rules.AlreadyInvited) for review in reviews]


def review_part(review: Review) -> Part:
    """Write a review; raises Stale unless the version before it is the stored one."""
    return transaction.put(_row(review), ReviewRow.version == review.version - 1, Stale)


def shown_parts(review: Review, state: State) -> list[Part]:
    """List a review among those in a state; the visible ones give their stars to the product."""
    row = ListedReviewRow(rows.reviews_key(state), _sort(review))
    return [transaction.create(row, Stale), *_stars_parts(review, 1 if state == "visible" else 0)]


def removed_parts(review: Review, state: State) -> list[Part]:
    """Take a review off the list of a state, and its stars from the product."""
    row = ListedReviewRow(rows.reviews_key(state), _sort(review))
    return [
        transaction.delete(row, ListedReviewRow.pk.exists(), Stale),
        *_stars_parts(review, -1 if state == "visible" else 0),
    ]


def _stars_parts(review: Review, change: int) -> list[Part]:
    if not change:
        return []
    stars = _STARS[review.rating]
    given = stars >= 1 if change < 0 else None
    key = rows.ratings_key(review.product_id)
    return [transaction.update(RatingsRow, key, rows.RATINGS, [stars.add(change)], given, Stale)]


def _listed(list_key: str, query: PageQuery) -> tuple[list[Review], str | None]:
    found = ReviewRow.by_list.query(
        list_key,
        scan_index_forward=False,
        limit=query.limit,
        last_evaluated_key=pages.read(query.cursor, list_key),
    )
    items = [_review(row.document) for row in found]
    return items, pages.sign(found.last_evaluated_key, list_key)


def _row(review: Review) -> ReviewRow:
    is_due = review.state == "due"
    return ReviewRow(
        rows.review_key(review.review_id),
        rows.REVIEW,
        list_key=rows.due_key(review.agent_id)
        if is_due
        else rows.product_reviews_key(review.product_id, review.state),
        list_sort=f"{review.completed_at}#{review.review_id}" if is_due else _sort(review),
        version=review.version,
        document=asdict(review),
    )


def _sort(review: Review) -> str:
    return f"{review.created_at}#{review.review_id}"


def _review(document: Mapping[str, Any]) -> Review:
    return Review(**{**document, "images": tuple(document["images"])})
