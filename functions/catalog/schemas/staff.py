"""What staff see and enter in the catalogue."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from functions.auth.schemas import RegionCode
from functions.catalog.rules.groups import Kind
from functions.catalog.rules.pictures import Subject
from functions.catalog.rules.products import MOST_SKUS, Shelf, State
from functions.catalog.rules.regions import MOST_REGIONS
from functions.catalog.schemas.words import Code, Fen, Id, Name, Pieces, Position, Stock, Word
from kit.api import Body, View
from kit.fields import SeenVersion, Version
from kit.pages import PageQuery
from kit.pictures import MOST_BYTES, PictureKey, PictureType

Regions = Annotated[list[RegionCode], Field(max_length=MOST_REGIONS)]


class NewPicture(Body):
    """A picture about to be uploaded; `size` in bytes."""

    subject: Subject
    content_type: PictureType
    size: Annotated[int, Field(ge=1, le=MOST_BYTES)]


class SkuBody(Body):
    """A SKU as staff enter it: a new one without `sku_id`, with its first stock. Price per unit in fen."""

    sku_id: Id | None = None
    code: Code
    barcode: Annotated[str, StringConstraints(pattern=r"^[0-9]{0,14}$")] = ""
    values: Annotated[list[Word], Field(default_factory=list, max_length=3)]
    unit: Annotated[str, Field(min_length=1, max_length=6)] = "件"
    base_price_fen: Fen
    minimum: Pieces = 1
    multiple: Pieces = 1
    units_per_carton: Pieces = 1
    image: PictureKey | Literal[""] = ""
    on_sale: bool = True
    points_eligible: bool = True
    opening_stock: Stock = 0
    low_stock_at: Stock = 0


class _ProductBody(Body):
    @model_validator(mode="after")
    def _consistent(self) -> Any:
        names, skus = getattr(self, "spec_names", None), getattr(self, "skus", None)
        if skus is not None:
            if len({sku.code for sku in skus}) < len(skus):
                raise ValueError("货号不能重复")
            if len({tuple(sku.values) for sku in skus}) < len(skus):
                raise ValueError("规格组合不能重复")
            if names is not None and any(len(sku.values) != len(names) for sku in skus):
                raise ValueError("每个规格须填写所有规格项")
        return self


class NewProduct(_ProductBody):
    """A product, made as a draft. `images` are keys of uploads, the first one stands for the product.

    It is sold to companies in the regions `sold_in`, or in all if there are none, but not in `not_sold_in`.
    """

    name: Name
    subtitle: Annotated[str, Field(max_length=120)] = ""
    description: Annotated[str, Field(max_length=30_000)] = ""
    images: Annotated[list[PictureKey], Field(default_factory=list, max_length=10)]
    brand_id: Id | None = None
    category_id: Id
    tag_ids: Annotated[list[Id], Field(default_factory=list, max_length=8)]
    sold_in: Annotated[Regions, Field(default_factory=list)]
    not_sold_in: Annotated[Regions, Field(default_factory=list)]
    spec_names: Annotated[list[Word], Field(default_factory=list, max_length=3)]
    skus: Annotated[list[SkuBody], Field(min_length=1, max_length=MOST_SKUS)]


class EditProduct(_ProductBody):
    """Fields left out stay as they are; `skus` and `spec_names` are given together.

    A SKU cannot be removed, because orders may refer to it: take it off sale instead.
    """

    version: Version
    name: Name | None = None
    subtitle: Annotated[str, Field(max_length=120)] | None = None
    description: Annotated[str, Field(max_length=30_000)] | None = None
    images: Annotated[list[PictureKey], Field(max_length=10)] | None = None
    brand_id: Id | Literal[""] | None = None
    category_id: Id | None = None
    tag_ids: Annotated[list[Id], Field(max_length=8)] | None = None
    sold_in: Regions | None = None
    not_sold_in: Regions | None = None
    spec_names: Annotated[list[Word], Field(max_length=3)] | None = None
    skus: Annotated[list[SkuBody], Field(min_length=1, max_length=MOST_SKUS)] | None = None

    @model_validator(mode="after")
    def _together(self) -> Any:
        if (self.skus is None) != (self.spec_names is None):
            raise ValueError("规格项与规格须一起提交")
        return self


class ChangeState(Body):
    """The version the decision is about."""

    version: Version


class StaffSku(View):
    """A SKU as staff see it; the stock is null while none is kept."""

    sku_id: str
    offer_version: int
    code: str
    barcode: str
    values: list[str]
    unit: str
    base_price_fen: int
    minimum: int
    multiple: int
    units_per_carton: int
    image: str
    on_sale: bool
    points_eligible: bool
    on_hand: int | None = None
    available: int | None = None


class StaffProduct(View):
    """A product as staff see it; `next_states` are the steps open to it."""

    product_id: str
    state: State
    version: int
    name: str
    subtitle: str
    description: str
    images: list[str]
    brand_id: str
    category_id: str
    tag_ids: list[str]
    sold_in: list[str]
    not_sold_in: list[str]
    spec_names: list[str]
    skus: list[StaffSku]
    next_states: list[State]
    created_at: str
    updated_at: str
    published_at: str | None


class StaffCard(View):
    """A product in the staff's list."""

    product_id: str
    state: State
    version: int
    name: str
    image: str
    brand_id: str
    category_id: str
    sku_count: int
    lowest_price_fen: int
    highest_price_fen: int
    available: int
    updated_at: str


class StaffQuery(PageQuery):
    """Products of a state; with words or filters from the search index, seconds behind."""

    state: State = "on_sale"
    q: Annotated[str, Field(max_length=64)] = ""
    category: Id | None = None
    brand: Id | None = None
    tag: Id | None = None

    @property
    def is_search(self) -> bool:
        """Whether the search index answers it."""
        return bool(self.q.strip() or self.category or self.brand or self.tag)


class GoodsQuery(Body):
    """Ids of products and SKUs, with commas between them."""

    ids: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{10}(,[0-9A-Z]{10}){0,99}$")]


class NamedProduct(View):
    """What a product is called."""

    product_id: str
    name: str
    image: str
    state: State


class NamedSku(View):
    """What a SKU is called, and its price before any other terms."""

    sku_id: str
    product_id: str
    name: str
    spec: str
    code: str
    unit: str
    image: str
    base_price_fen: int


class NamedGoods(View):
    """Products and SKUs in words; those that do not exist are left out."""

    products: list[NamedProduct]
    skus: list[NamedSku]


class NewGroup(Body):
    """A brand or tag."""

    name: Word
    position: Position = 0
    image: PictureKey | Literal[""] = ""
    intro: Annotated[str, Field(max_length=500)] = ""


class NewCategory(NewGroup):
    """A category; without a parent it stands at the top."""

    parent_id: Id | None = None


class EditGroup(Body):
    """Fields left out stay as they are."""

    version: Version
    name: Word | None = None
    position: Position | None = None
    image: PictureKey | Literal[""] | None = None
    intro: Annotated[str, Field(max_length=500)] | None = None


class EditCategory(EditGroup):
    """Fields left out stay as they are; an empty parent moves the category to the top."""

    parent_id: Id | Literal[""] | None = None


class GroupView(View):
    """A category, brand or tag. `products` counts those that are not archived."""

    kind: Kind
    group_id: str
    name: str
    position: int
    image: str
    intro: str
    parent_id: str | None
    products: int
    version: int


class Groups(View):
    """All categories, brands or tags, by position."""

    items: list[GroupView]


class ArrangeShelf(Body):
    """How a shelf is filled: pinned products first, then by its rule. Version 0: never arranged before."""

    version: SeenVersion
    pinned: Annotated[list[Id], Field(default_factory=list, max_length=20)]
    most: Annotated[int, Field(ge=1, le=30)] = 10
    days: Annotated[int, Field(ge=1, le=365)] = 30


class ShelfPlanView(View):
    """How a shelf is filled."""

    shelf: Shelf
    pinned: list[str]
    most: int
    days: int
    version: int


class ShelfPlans(View):
    """All shelves."""

    items: list[ShelfPlanView]


class WordsQuery(Body):
    """A month, such as 2026-11."""

    month: Annotated[str, StringConstraints(pattern=r"^20[0-9][0-9]-(0[1-9]|1[0-2])$")]


class WordsView(View):
    """Words that found nothing, and how often."""

    words: str
    times: int
    last_at: str


class WordsList(View):
    """Words that found nothing in a month, the most frequent first."""

    items: list[WordsView]
