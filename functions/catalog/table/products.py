"""Products, the offers of their SKUs, and whose code is whose."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from functions.catalog.rules import products as rules
from functions.catalog.rules.products import Offer, Product, Sku, State
from functions.catalog.table import rows
from functions.catalog.table.rows import CodeRow, OfferRow, ProductRow
from kit import pages, transaction
from kit.errors import Stale
from kit.pages import PageQuery
from kit.transaction import Part

# Products


def product(product_id: str, consistent: bool = True) -> Product | None:
    """A product."""
    row = ProductRow.find(rows.product_key(product_id), rows.PRODUCT, consistent=consistent)
    return _product(row.document) if row else None


def products(product_ids: Iterable[str]) -> dict[str, Product]:
    """Several products; those that do not exist are left out."""
    keys = [(rows.product_key(product_id), rows.PRODUCT) for product_id in dict.fromkeys(product_ids)]
    found = [_product(row.document) for row in ProductRow.batch_get(keys, consistent_read=True)]
    return {one.product_id: one for one in found}


def listed(state: State, query: PageQuery) -> tuple[list[Product], str | None]:
    """Products of a state, changed last first; and the next cursor."""
    scope = f"products/{state}"
    found = ProductRow.by_list.query(
        rows.list_key(state),
        scan_index_forward=False,
        limit=query.limit,
        last_evaluated_key=pages.read(query.cursor, scope),
    )
    items = [_product(row.document) for row in found]
    return items, pages.sign(found.last_evaluated_key, scope)


def all_products(state: State) -> Iterator[Product]:
    """Every product of a state, page after page."""
    return (_product(row.document) for row in ProductRow.by_list.query(rows.list_key(state)))


def product_part(product: Product) -> Part:
    """Write a product; raises Stale unless the version before it is the stored one."""
    row = ProductRow(
        rows.product_key(product.product_id),
        rows.PRODUCT,
        list_key=rows.list_key(product.state),
        list_sort=f"{product.updated_at}#{product.product_id}",
        version=product.version,
        document=asdict(product),
    )
    if product.version == 1:
        return transaction.create(row, Stale)
    return transaction.put(row, ProductRow.version == product.version - 1, Stale)


def product_image(image: Mapping[str, Any] | None) -> Product | None:
    """A stream image, if it is one of a product."""
    return _product(json.loads(image["document"])) if image and image["sk"] == rows.PRODUCT else None


def _product(document: Mapping[str, Any]) -> Product:
    lists = _tuples(document, "images", "tag_ids", "spec_names", "sold_in", "not_sold_in")
    skus = tuple(Sku(**sku | {"values": tuple(sku["values"])}) for sku in document["skus"])
    return Product(**{**document, **lists, "skus": skus})


# Offers


def current_offers(sku_ids: Iterable[str]) -> dict[str, Offer]:
    """The newest offers of SKUs, as of this moment."""
    return {offer.sku_id: offer for offer in _offers((sku_id, rows.CURRENT) for sku_id in sku_ids)}


def offers_at(versions: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Offer]:
    """Offers as they were in these versions."""
    found = _offers((sku_id, rows.version_key(version)) for sku_id, version in versions)
    return {(offer.sku_id, offer.version): offer for offer in found}


def sku_ids_by_code(codes: Iterable[str]) -> dict[str, str]:
    """SKU ids by code; codes nobody has are left out."""
    keys = [(rows.code_key(code), "SKU") for code in dict.fromkeys(codes)]
    found = CodeRow.batch_get(keys, consistent_read=True)
    return {row.pk.partition("#")[2]: row.sku_id for row in found}


def offer_parts(offer: Offer) -> list[Part]:
    """Write a version of an offer for ever, and as the newest."""
    pk, document = rows.offer_key(offer.sku_id), asdict(offer)
    return [
        transaction.create(OfferRow(pk, rows.version_key(offer.version), document=document), Stale),
        transaction.put(OfferRow(pk, rows.CURRENT, document=document)),
    ]


def code_part(code: str, sku_id: str) -> Part:
    """Give a code to a SKU. Error: CodeTaken."""
    return transaction.create(
        CodeRow(rows.code_key(code), "SKU", sku_id=sku_id), rules.CodeTaken(sku_code=code)
    )


def _offers(keys: Iterable[tuple[str, str]]) -> list[Offer]:
    wanted = [(rows.offer_key(sku_id), sk) for sku_id, sk in dict.fromkeys(keys)]
    return [_offer(row.document) for row in OfferRow.batch_get(wanted, consistent_read=True)]


def _offer(document: Mapping[str, Any]) -> Offer:
    lists = _tuples(document, "category_path", "tags", "sold_in", "not_sold_in")
    return Offer(**{**document, **lists})


def _tuples(document: Mapping[str, Any], *names: str) -> dict[str, tuple[str, ...]]:
    return {name: tuple(document.get(name, ())) for name in names}
