"""The catalogue's door for other contexts: what SKUs offer, now and then, and which quantities they take."""

from functions.catalog.operations.offers import current_offers, offers_at, on_sale_since, sku_ids_by_code
from functions.catalog.rules.products import Offer, QuantityInvalid, check_quantity, nearest_quantities
from functions.catalog.rules.regions import is_sold

__all__ = [
    "Offer",
    "QuantityInvalid",
    "check_quantity",
    "current_offers",
    "is_sold",
    "nearest_quantities",
    "offers_at",
    "on_sale_since",
    "sku_ids_by_code",
]
