"""What SKUs offer: the newest version for buying, any version for looking back."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from functions.catalog.rules import groups as rules
from functions.catalog.rules.groups import Parents
from functions.catalog.rules.products import Offer
from functions.catalog.table import groups, products
from kit import clock

_MOST_HELD = 5_000
_held: dict[tuple[str, int], Offer] = {}


def current_offers(sku_ids: Iterable[str]) -> dict[str, Offer]:
    """The newest offers by SKU, as of this moment, in categories as they are now; unknown SKUs left out."""
    parents, _ = groups.tree()
    found = products.current_offers(sku_ids)
    return {sku_id: _placed(offer, parents) for sku_id, offer in found.items()}


def _placed(offer: Offer, parents: Parents) -> Offer:
    category_id = offer.category_path[-1]
    if category_id not in parents:  # removed, after the product was archived
        return offer
    return replace(offer, category_path=rules.path_to(category_id, parents))


def offers_at(versions: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Offer]:
    """Offers by (SKU, version) as they were then; unknown ones left out. Never change, so kept in memory."""
    wanted = list(versions)
    known = {version: _held[version] for version in wanted if version in _held}
    found = products.offers_at(version for version in wanted if version not in known)
    if len(_held) + len(found) > _MOST_HELD:
        _held.clear()
    _held.update(found)
    return known | found


def on_sale_since(product_ids: Iterable[str]) -> dict[str, date]:
    """The business day each product first went on sale; those that never were are left out."""
    return {
        product_id: clock.business_day(clock.from_text(product.published_at))
        for product_id, product in products.products(product_ids).items()
        if product.published_at
    }


def forget() -> None:
    """Drop what is held; only a process that moves to other tables needs to."""
    _held.clear()


def sku_ids_by_code(codes: Iterable[str]) -> dict[str, str]:
    """SKU ids by code as given, whatever its case; unknown codes left out."""
    by_stored = {code.strip().upper(): code for code in codes}
    return {by_stored[code]: sku_id for code, sku_id in products.sku_ids_by_code(by_stored).items()}
