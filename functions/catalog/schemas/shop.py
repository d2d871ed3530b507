"""What buyers see of the catalogue."""

from typing import Annotated, Literal

from pydantic import Field

from functions.agents.schemas import CompanyState
from functions.catalog.rules.products import Shelf
from functions.catalog.schemas.words import Band, Id
from functions.settings.schemas import Banner, ShopInfo
from kit.api import Body, View
from kit.pages import Page, PageQuery


class Named(View):
    """A category, brand or tag to show and to filter by."""

    id: str
    name: str


class StockView(View):
    """How much there is; `available` is null in shops that only tell the band."""

    available: int | None
    band: Band


class Card(View):
    """A product in a list. Prices are the viewer's, null while `price_hidden`; `price_fen` is the lowest.

    `sku_id` stands for the product where one tap puts it into the cart; null when there is a choice.
    """

    product_id: str
    name: str
    subtitle: str
    image: str
    brand: Named | None
    tags: list[Named]
    sku_id: str | None
    sku_count: int
    spec: str
    unit: str
    minimum: int
    multiple: int
    units_per_carton: int
    price_hidden: bool
    price_fen: int | None
    highest_price_fen: int | None
    base_price_fen: int | None
    price_label: str
    stock: StockView
    sold: int
    reason: str = ""


class SkuView(View):
    """A SKU on a product's page. `points` is what the smallest order of it earns; null without prices."""

    sku_id: str
    offer_version: int
    code: str
    values: list[str]
    spec: str
    image: str
    unit: str
    minimum: int
    multiple: int
    units_per_carton: int
    price_fen: int | None
    base_price_fen: int | None
    price_label: str
    points_eligible: bool
    points: int | None = None
    stock: StockView


class ProductView(View):
    """A product's page. `category` leads from the top down. What is not `sold_here`, where the company is,
    cannot be bought: lists leave it out, but old orders and links still lead to it.
    """

    product_id: str
    name: str
    subtitle: str
    description: str
    images: list[str]
    brand: Named | None
    category: list[Named]
    tags: list[Named]
    spec_names: list[str]
    skus: list[SkuView]
    price_hidden: bool
    sold_here: bool
    published_at: str | None
    followed: bool = False


class Followed(View):
    """A product the company follows; there is no card while it is not sold."""

    product_id: str
    name: str
    image: str
    followed_at: str
    card: Card | None


class Counted(Named):
    """A value to filter by, and how many products there would be."""

    count: int
    parent_id: str | None = None


class PriceBand(View):
    """Products from a price on and below another, in fen."""

    from_fen: int
    below_fen: int | None
    count: int


class FacetsView(View):
    """What a list can be narrowed to. Without prices for those who see none."""

    categories: list[Counted]
    brands: list[Counted]
    tags: list[Counted]
    prices: list[PriceBand]


class ProductList(Page[Card]):
    """A page of products; `facets` come with the first page only.

    `exact` is false when only a part of the words was found and the nearest products are shown.
    """

    total: int
    exact: bool
    facets: FacetsView | None


class SearchQuery(PageQuery):
    """Search and filters. Several brands or tags mean any of them; prices in fen, as the viewer pays them."""

    limit: int = Field(default=20, ge=1, le=50)
    q: Annotated[str, Field(max_length=64)] = ""
    category: Id | None = None
    brand: Annotated[list[Id], Field(default_factory=list, max_length=20)]
    tag: Annotated[list[Id], Field(default_factory=list, max_length=20)]
    min_price_fen: Annotated[int, Field(ge=0, le=10_000_000_00)] | None = None
    max_price_fen: Annotated[int, Field(ge=0, le=10_000_000_00)] | None = None
    sort: Literal["relevance", "price", "-price", "sales", "newest"] = "relevance"

    @property
    def by_price(self) -> bool:
        """Whether the answer depends on prices."""
        return self.min_price_fen is not None or self.max_price_fen is not None or "price" in self.sort


class SuggestionsQuery(Body):
    """What has been typed so far."""

    q: Annotated[str, Field(min_length=1, max_length=64)]


class SuggestionView(View):
    """Something to search for."""

    kind: Literal["category", "brand", "tag", "product"]
    id: str
    name: str


class Suggestions(View):
    """Categories, brands and tags first, then products."""

    items: list[SuggestionView]


class ShelfView(View):
    """A shelf of the home page."""

    shelf: Shelf
    title: str
    items: list[Card]


class Home(View):
    """The home page. `company_state` says how the application of whoever looks stands; null for a visitor."""

    shop: ShopInfo
    company_state: CompanyState | None
    banners: list[Banner]
    shelves: list[ShelfView]


class CategoryNode(View):
    """A category with those below it."""

    id: str
    name: str
    image: str
    children: list["CategoryNode"]


class Categories(View):
    """The tree of categories."""

    items: list[CategoryNode]


class BrandView(View):
    """A brand."""

    id: str
    name: str
    image: str
    intro: str


class Brands(View):
    """All brands."""

    items: list[BrandView]
