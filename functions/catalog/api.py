"""The catalogue for buyers. Everybody may look; prices are for approved companies."""

import os

from functions.catalog.operations import following, hearing, reviewing, storefront, viewing
from functions.catalog.rules import products as rules
from functions.catalog.rules.feedback import TooMuchFeedback
from functions.catalog.rules.reviews import AlreadyReviewed, NothingToReview
from functions.catalog.schemas import feedback, reviews, shop
from kit.api import AGENT, VISITOR, Api, Call
from kit.errors import KeyReused
from kit.pages import Page, PageQuery

app = Api("catalog")


@app.endpoint("GET", "/home", access=VISITOR, answer=shop.Home)
def show_home(call: Call) -> shop.Home:
    """The shelves of the home page: hot, recommended, new."""
    return storefront.home(viewing.viewer_of(call.caller), call.now)


@app.endpoint(
    "GET",
    "/products",
    access=VISITOR,
    query=shop.SearchQuery,
    answer=shop.ProductList,
    errors=(rules.PricesHidden,),
)
def list_products(call: Call) -> shop.ProductList:
    """Search, filter and sort products; the first page comes with the values to narrow it by."""
    return storefront.list_products(call.query, viewing.viewer_of(call.caller), call.now)


@app.endpoint(
    "GET", "/products/suggestions", access=VISITOR, query=shop.SuggestionsQuery, answer=shop.Suggestions
)
def suggest_products(call: Call) -> shop.Suggestions:
    """What the person may be typing: categories, brands and tags, then products."""
    return storefront.suggestions(call.query.q, viewing.viewer_of(call.caller), call.now)


@app.endpoint(
    "GET",
    "/products/{product_id}",
    access=VISITOR,
    answer=shop.ProductView,
    errors=(rules.ProductNotFound,),
)
def show_product(call: Call, product_id: str) -> shop.ProductView:
    """A product on sale with its SKUs."""
    viewer = viewing.viewer_of(call.caller)
    page = storefront.show_product(product_id, viewer, call.now)
    return page.model_copy(update={"followed": following.is_followed(product_id, viewer.agent_id)})


@app.endpoint(
    "PUT", "/products/{product_id}/follow", access=AGENT, status=204, errors=(rules.ProductNotFound,)
)
def follow_product(call: Call, product_id: str) -> None:
    """Hear of new versions, prices and stock of a product on sale."""
    following.follow(product_id, call.principal, call.now)


@app.endpoint("DELETE", "/products/{product_id}/follow", access=AGENT, status=204)
def unfollow_product(call: Call, product_id: str) -> None:
    """Hear no more of a product, also if the company bought it."""
    following.unfollow(product_id, call.principal, call.now)


@app.endpoint("GET", "/follows", access=AGENT, query=PageQuery, answer=Page[shop.Followed])
def list_follows(call: Call) -> Page[shop.Followed]:
    """What the company follows, the latest first."""
    return following.list_followed(call.principal, call.query, call.now)


@app.endpoint(
    "GET",
    "/products/{product_id}/reviews",
    access=VISITOR,
    query=PageQuery,
    answer=reviews.ProductReviews,
)
def list_reviews(call: Call, product_id: str) -> reviews.ProductReviews:
    """What companies that received a product say about it, newest first."""
    return reviewing.list_reviews(product_id, call.query, os.environ["UPLOADS_BUCKET"])


@app.endpoint("GET", "/reviews/due", access=AGENT, query=PageQuery, answer=Page[reviews.DueReview])
def list_due_reviews(call: Call) -> Page[reviews.DueReview]:
    """What the company received and may review."""
    return reviewing.list_due(call.principal.agent, call.query)


@app.endpoint(
    "POST",
    "/reviews",
    access=AGENT,
    body=reviews.WriteReview,
    answer=reviews.ReviewView,
    status=201,
    errors=(NothingToReview, AlreadyReviewed),
)
def write_review(call: Call) -> reviews.ReviewView:
    """Review a received SKU, once; the same request again answers the same."""
    return reviewing.write(call.principal.agent, call.body, os.environ["UPLOADS_BUCKET"], call.now)


@app.endpoint(
    "POST",
    "/feedback",
    access=AGENT,
    body=feedback.GiveFeedback,
    answer=feedback.FeedbackView,
    status=201,
    idempotent=True,
    errors=(rules.ProductNotFound, TooMuchFeedback, KeyReused),
)
def give_feedback(call: Call) -> feedback.FeedbackView:
    """Tell the merchant something about a product, an order or in general."""
    bucket = os.environ["UPLOADS_BUCKET"]
    return hearing.give(call.principal, call.body, call.idempotency_key, bucket, call.now)


@app.endpoint("GET", "/feedback", access=AGENT, query=PageQuery, answer=Page[feedback.FeedbackView])
def list_feedback(call: Call) -> Page[feedback.FeedbackView]:
    """What the company said and was answered, newest first."""
    return hearing.list_own(call.principal.agent, call.query, os.environ["UPLOADS_BUCKET"])


@app.endpoint("GET", "/categories", access=VISITOR, answer=shop.Categories)
def list_categories(call: Call) -> shop.Categories:
    """The tree of categories."""
    return storefront.categories()


@app.endpoint("GET", "/brands", access=VISITOR, answer=shop.Brands)
def list_brands(call: Call) -> shop.Brands:
    """All brands."""
    return storefront.brands()
