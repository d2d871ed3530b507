"""The points that goods earn, as a product's page tells a company."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from functions.agents.schemas import Company
from functions.catalog.rules.products import Product, nearest_quantities
from functions.catalog.schemas.shop import ProductView, SkuView
from functions.points import operations as points


@dataclass(frozen=True)
class _Line:
    """An order of as few pieces of a SKU as may be."""

    product_id: str
    category_path: Sequence[str]
    brand_id: str
    tags: Sequence[str]
    net_fen: int
    points_eligible: bool


def with_points(
    page: ProductView, product: Product, path: Sequence[str], company: Company, now: datetime
) -> ProductView:
    """A product's page with the points that the smallest order of each SKU earns a company now."""
    orders = [[_smallest_order(sku, product, path)] for sku in page.skus]
    earned = points.preview_each(company, orders, now)
    skus = [sku.model_copy(update={"points": of_sku}) for sku, of_sku in zip(page.skus, earned, strict=True)]
    return page.model_copy(update={"skus": skus})


def _smallest_order(sku: SkuView, product: Product, path: Sequence[str]) -> _Line:
    (least,) = nearest_quantities(0, sku.minimum, sku.multiple)
    net_fen = (sku.price_fen or 0) * least
    return _Line(product.product_id, path, product.brand_id, product.tag_ids, net_fen, sku.points_eligible)
