"""Goods on sale for tests that need them without walking through the back office."""

from typing import Any

from functions.catalog.rules.products import Offer
from functions.catalog.table import groups, products
from functions.inventory import operations as inventory
from kit import clock, transaction

CATEGORY = "CATEGORY01"


def sell(sku_id: str = "SKU0000001", stock: int = 100, **changed: Any) -> Offer:
    """Offer a SKU and open its stock; the first one brings the category they are all in."""
    plain: dict[str, Any] = {
        "sku_id": sku_id,
        "version": 1,
        "product_id": "PRODUCT001",
        "name": "高山云雾茶",
        "code": f"A-{sku_id[-3:]}",
        "spec": "250g",
        "image": "products/tea.webp",
        "unit": "盒",
        "base_price_fen": 10_000,
        "minimum": 1,
        "multiple": 1,
        "units_per_carton": 12,
        "category_path": (CATEGORY,),
        "brand_id": "BRAND00001",
        "tags": (),
        "on_sale": True,
        "points_eligible": True,
    }
    offer = Offer(**plain | changed)
    parts = [
        *products.offer_parts(offer),
        products.code_part(offer.code, sku_id),
        *inventory.open_stock_parts(sku_id, stock, offer.version, 0, "test", clock.now(), code=offer.code),
    ]
    if groups.tree(consistent=True)[1] == 0:
        parts.append(groups.tree_part({CATEGORY: None}, 1))
    transaction.commit(parts)
    return offer


def revise(offer: Offer, **changed: Any) -> Offer:
    """Offer the SKU differently from now on, as an edit of its product does."""
    after = Offer(**{**vars(offer), **changed, "version": offer.version + 1})
    parts = products.offer_parts(after) + inventory.offer_parts([(offer.sku_id, after.version)])
    transaction.commit(parts)
    return after
