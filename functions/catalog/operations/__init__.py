"""The catalogue's door for other contexts: what SKUs offer, now and then, and which quantities they take."""

from functions.catalog.operations.offers import current_offers, offers_at, sku_ids_by_code
from functions.catalog.operations.pictures import check as check_pictures
from functions.catalog.operations.pictures import prepare as prepare_picture
from functions.catalog.rules.pictures import PictureRefused
from functions.catalog.rules.products import Offer, QuantityInvalid, check_quantity, nearest_quantities

__all__ = [
    "Offer",
    "PictureRefused",
    "QuantityInvalid",
    "check_pictures",
    "check_quantity",
    "current_offers",
    "nearest_quantities",
    "offers_at",
    "prepare_picture",
    "sku_ids_by_code",
]
