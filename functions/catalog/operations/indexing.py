"""Keeping the search index: it follows changes, and is checked against the tables every night."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from functions.catalog import storage
from functions.catalog.rules import groups as group_rules
from functions.catalog.rules import products as rules
from functions.catalog.rules.groups import Kind, Parents
from functions.catalog.rules.products import SALES_DAYS, Product, State
from functions.catalog.schemas.facts import OrderPaid
from functions.catalog.search import build, snapshot
from functions.catalog.search.documents import Document, Sku
from functions.catalog.search.index import Index, Label, empty
from functions.catalog.table import groups, products, shop
from kit import clock, transaction

_FAMILIES: dict[Kind, str] = {"category": "c", "brand": "b", "tag": "t"}
_INDEXED: tuple[State, ...] = ("draft", "on_sale", "off_sale")
_CHARACTERS = 400
_GAPS_WORTH_CLOSING = 0.2


def follow(product_ids: Collection[str]) -> None:
    """Bring the index up to date with these products and with all names.

    Products are read as they are now, so hearing of changes twice or in another order does no harm. Of
    several writers one wins; the others begin again from its snapshot.
    """

    def attempt() -> None:
        sequence, index = _stored()
        if index is None:
            _store(sequence, _from_tables(empty(), {}))
            return
        known = products.products(product_ids)
        labels, parents = _labels()
        documents = {document.product_id: document for document in _moved(index, labels, parents)}
        for product_id, product in known.items():
            before = index.document(product_id)
            documents[product_id] = _document(product, parents, before.sales if before else 0)
        gone = {product_id for product_id in product_ids if not _is_indexed(known.get(product_id))}
        wanted = [document for product_id, document in documents.items() if product_id not in gone]
        changed = build.apply(index, wanted, gone, labels)
        if changed is not index:
            _store(sequence, changed)

    transaction.retry_stale(attempt)


def refresh(now: datetime) -> None:
    """Bring the whole index up to date with the tables and with the units sold in the last 30 days."""
    today = clock.business_day(now)
    sold: Counter[str] = Counter()
    for age in range(SALES_DAYS):
        sold.update(shop.sold_on(today - timedelta(days=age)))

    def attempt() -> None:
        sequence, index = _stored()
        _store(sequence, _from_tables(index or empty(), sold))

    transaction.retry_stale(attempt)
    for age in range(SALES_DAYS + 1, SALES_DAYS + 8):
        shop.forget_sold_on(today - timedelta(days=age))


def count_sold(order: OrderPaid) -> None:
    """Count what an order bought, once; it shows in the index from the next night on."""
    units: Counter[str] = Counter()
    for line in order.lines:
        units[line.product_id] += line.quantity
    day = clock.business_day(clock.from_text(order.paid_at))
    try:
        transaction.commit(shop.sold_parts(order.order_id, day, units))
    except rules.AlreadyCounted:
        return


def _stored() -> tuple[int, Index | None]:
    """The newest snapshot and its number; None if there is none that can be read."""
    known = shop.snapshot()
    if known is None:
        return 0, None
    sequence, key = known
    try:
        return sequence, snapshot.load(storage.read(key))
    except (snapshot.UnknownFormat, storage.SnapshotMissing):
        return sequence, None


def _store(sequence: int, index: Index) -> None:
    """Make an index the newest; raises Stale when another one became it meanwhile."""
    stored = snapshot.dump(index)
    key = f"snapshots/{sequence + 1:010d}-{hashlib.sha256(stored).hexdigest()[:12]}"
    storage.write(key, stored)
    transaction.commit([shop.snapshot_part(sequence + 1, key)])


def _from_tables(index: Index, sold: Mapping[str, int]) -> Index:
    found = {product.product_id: product for state in _INDEXED for product in products.all_products(state)}
    known = set(index.product_ids())
    if len(index.documents) - len(known) > _GAPS_WORTH_CLOSING * len(index.documents):
        index, known = empty(), set()
    # A product that changes its state while the lists are read can be missed in all of them.
    found |= products.products(known - found.keys())
    labels, parents = _labels()
    documents = [
        _document(product, parents, sold.get(product_id, 0))
        for product_id, product in found.items()
        if _is_indexed(product)
    ]
    return build.apply(index, documents, known - {document.product_id for document in documents}, labels)


def _is_indexed(product: Product | None) -> bool:
    return product is not None and product.state in _INDEXED


def _document(product: Product, parents: Parents, sold: int) -> Document:
    return Document(
        product_id=product.product_id,
        state=product.state,
        name=product.name,
        subtitle=product.subtitle,
        text=rules.plain_text(product.description)[:_CHARACTERS],
        image=next(iter(product.images), ""),
        brand_id=product.brand_id,
        category_ids=group_rules.path_to(product.category_id, parents),
        tag_ids=product.tag_ids,
        sales=sold,
        published=int(clock.from_text(product.published_at).timestamp()) if product.published_at else 0,
        skus=tuple(
            Sku(
                sku.sku_id,
                sku.offer_version,
                sku.code,
                sku.barcode,
                sku.spec,
                sku.image,
                sku.unit,
                sku.base_price_fen,
                sku.minimum,
                sku.multiple,
                sku.units_per_carton,
                sku.on_sale,
                sku.points_eligible,
            )
            for sku in product.skus
        ),
        sold_in=product.sold_in,
        not_sold_in=product.not_sold_in,
    )


def _moved(index: Index, labels: Mapping[str, Label], parents: Parents) -> Iterable[Document]:
    """Documents in categories that stand elsewhere in the tree now."""
    before = index.labels.all
    moved = [key for key in labels if key in before and before[key].parent != labels[key].parent]
    for number in index.bitmaps.any(moved):
        document = index.documents[number]
        yield replace(document, category_ids=group_rules.path_to(document.category_ids[-1], parents))


def _labels() -> tuple[dict[str, Label], Parents]:
    """The names of all categories, brands and tags, and the tree; read after the products that need them."""
    found = {kind: groups.groups(kind, consistent=True) for kind in _FAMILIES}
    labels = {
        _FAMILIES[kind] + group.group_id: build.label(group.name, group.parent_id)
        for kind, of_kind in found.items()
        for group in of_kind
    }
    return labels, {group.group_id: group.parent_id for group in found["category"]}
