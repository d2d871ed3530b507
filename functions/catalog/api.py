"""The catalogue for buyers. Everybody may look; prices are for approved companies."""

from functions.catalog.operations import storefront, viewing
from functions.catalog.rules import products as rules
from functions.catalog.schemas import shop
from kit.api import VISITOR, Api, Call

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
    return storefront.suggestions(call.query.q, call.now)


@app.endpoint(
    "GET",
    "/products/{product_id}",
    access=VISITOR,
    answer=shop.ProductView,
    errors=(rules.ProductUnknown,),
)
def show_product(call: Call, product_id: str) -> shop.ProductView:
    """A product on sale with its SKUs."""
    return storefront.show_product(product_id, viewing.viewer_of(call.caller), call.now)


@app.endpoint("GET", "/categories", access=VISITOR, answer=shop.Categories)
def list_categories(call: Call) -> shop.Categories:
    """The tree of categories."""
    return storefront.categories()


@app.endpoint("GET", "/brands", access=VISITOR, answer=shop.Brands)
def list_brands(call: Call) -> shop.Brands:
    """All brands."""
    return storefront.brands()
