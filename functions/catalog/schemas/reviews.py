"""Reviews: what agents write, what everybody reads, what staff decide."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from functions.catalog.rules.reviews import MOST_CHARACTERS, MOST_IMAGES
from functions.catalog.schemas.words import Id
from kit.api import Body, View
from kit.fields import Version
from kit.pages import Page, PageQuery

OrderId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{26}$")]
Upload = Annotated[
    str, StringConstraints(pattern=r"^agents/[0-9A-Z]{26}/review/[0-9A-Z]{26}\.(png|jpg|webp)$")
]
Text = Annotated[str, Field(max_length=MOST_CHARACTERS)]
Shown = Literal["visible", "hidden"]


def once(keys: list[str]) -> list[str]:
    if len(set(keys)) < len(keys):
        raise ValueError("图片不能重复")
    return keys


class WriteReview(Body):
    """What a company says about a SKU it received; `images` are keys of uploads made for reviews."""

    order_id: OrderId
    sku_id: Id
    rating: Annotated[int, Field(ge=1, le=5)]
    text: Text = ""
    images: Annotated[list[Upload], Field(default_factory=list, max_length=MOST_IMAGES), AfterValidator(once)]


class ReviewView(View):
    """A review; `images` are links good for five minutes, `author` is a masked company name."""

    review_id: str
    rating: int
    text: str
    images: list[str]
    author: str
    spec: str
    created_at: str
    reply: str
    replied_at: str


class StarCount(View):
    """How many reviews gave so many stars."""

    rating: int
    count: int


class ReviewSummary(View):
    """All visible reviews of a product; the average in tenths of a star, null without reviews."""

    total: int
    average_tenths: int | None
    stars: list[StarCount]


class ProductReviews(Page[ReviewView]):
    """Visible reviews, newest first; the summary comes with the first page only."""

    summary: ReviewSummary | None


class DueReview(View):
    """A received SKU that the company may review once."""

    order_id: str
    order_no: str
    sku_id: str
    product_id: str
    name: str
    spec: str
    image: str
    completed_at: str


class StaffReview(ReviewView):
    """A review as staff see it."""

    state: Shown
    version: int
    agent_id: str
    order_id: str
    order_no: str
    product_id: str
    sku_id: str
    product_name: str


class ReviewsQuery(PageQuery):
    """Reviews in a state, of one product or all."""

    state: Shown = "visible"
    product_id: Id | None = None


class JudgeReview(Body):
    """Show a review to everybody, or to nobody."""

    version: Version
    state: Shown


class ReplyToReview(Body):
    """The merchant's word under a review; it replaces the one before, and an empty one takes it away."""

    version: Version
    text: Text
