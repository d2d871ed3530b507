"""Writing products: one transaction for the product, its offers, its stock rows and its groups' counts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from functions.catalog.rules import groups as group_rules
from functions.catalog.rules import products as rules
from functions.catalog.rules.products import Offer, Product, Sku, State
from functions.catalog.schemas.staff import EditProduct, NewProduct, SkuBody, StaffProduct
from functions.catalog.table import groups, products
from functions.inventory import operations as inventory
from kit import clock, pictures, transaction
from kit.errors import Stale
from kit.transaction import Part

NewId = Callable[[], str]
_KEPT = (
    "name",
    "subtitle",
    "description",
    "images",
    "brand_id",
    "category_id",
    "tag_ids",
    "sold_in",
    "not_sold_in",
    "spec_names",
)


def create(body: NewProduct, new_id: NewId, actor: str, now: datetime) -> StaffProduct:
    """Make a draft and begin to keep stock for its SKUs.

    Raises PictureRefused, CodeTaken, GroupNotFound, TooManyChanges.
    """
    product, entered = drafted(body, new_id, now)
    pictures.keep(product.pictures)
    return view(_save(None, product, entered, actor, now))


def edit(product_id: str, body: EditProduct, new_id: NewId, actor: str, now: datetime) -> StaffProduct:
    """Change a product; buyers with an older offer in hand are asked to confirm again.

    Raises ProductNotFound, SkuNotFound, Stale, and what `create` and `rules.check_edit` raise.
    """
    before = _present(product_id, body.version)
    after, entered = changed(before, body, new_id, now)
    rules.check_edit(before, after)
    pictures.keep(after.pictures - before.pictures)
    return view(_save(before, after, entered, actor, now))


def drafted(body: NewProduct, new_id: NewId, now: datetime) -> tuple[Product, dict[str, SkuBody]]:
    """A new product as entered, and its SKUs as entered."""
    instant = clock.to_text(now)
    entered = {new_id(): sku for sku in body.skus}
    product = Product(
        product_id=new_id(),
        state="draft",
        version=1,
        name=body.name,
        subtitle=body.subtitle,
        description=rules.clean_html(body.description),
        images=tuple(body.images),
        brand_id=body.brand_id or "",
        category_id=body.category_id,
        tag_ids=tuple(dict.fromkeys(body.tag_ids)),
        sold_in=tuple(dict.fromkeys(body.sold_in)),
        not_sold_in=tuple(dict.fromkeys(body.not_sold_in)),
        spec_names=tuple(body.spec_names),
        skus=tuple(_sku(sku, sku_id) for sku_id, sku in entered.items()),
        created_at=instant,
        updated_at=instant,
        published_at=None,
    )
    return product, entered


def changed(
    before: Product, body: EditProduct, new_id: NewId, now: datetime
) -> tuple[Product, dict[str, SkuBody]]:
    """A product with an edit done, and its SKUs as entered. Raises SkuNotFound."""
    given: dict[str, Any] = {name: value for name in _KEPT if (value := getattr(body, name)) is not None}
    given |= {name: tuple(dict.fromkeys(value)) for name, value in given.items() if isinstance(value, list)}
    if body.description is not None:
        given["description"] = rules.clean_html(body.description)
    entered: dict[str, SkuBody] = {}
    if body.skus is not None:
        if unknown := {sku.sku_id for sku in body.skus if sku.sku_id} - {sku.sku_id for sku in before.skus}:
            raise rules.SkuNotFound(sku_ids=sorted(unknown))
        entered = {sku.sku_id or new_id(): sku for sku in body.skus}
        given["skus"] = tuple(_sku(sku, sku_id) for sku_id, sku in entered.items())
    after = replace(before, **given, version=before.version + 1, updated_at=clock.to_text(now))
    return after, entered


def change_state(product_id: str, version: int, wanted: State, actor: str, now: datetime) -> StaffProduct:
    """Publish, take down or archive. Raises ProductNotFound, Stale, StateForbids, NothingToSell."""
    before = _present(product_id, version)
    rules.check_transition(before, wanted)
    instant = clock.to_text(now)
    published_at = before.published_at or (instant if wanted == "on_sale" else None)
    after = replace(
        before, state=wanted, version=before.version + 1, updated_at=instant, published_at=published_at
    )
    return view(_save(before, after, {}, actor, now))


def show(product_id: str) -> StaffProduct:
    """A product as staff see it. Raises ProductNotFound."""
    return view(_present(product_id))


def view(product: Product) -> StaffProduct:
    """A product with its stock."""
    stock = inventory.stock(sku.sku_id for sku in product.skus)
    kept = {sku_id: {"on_hand": one.on_hand, "available": one.available} for sku_id, one in stock.items()}
    skus = [asdict(sku) | kept.get(sku.sku_id, {}) for sku in product.skus]
    return StaffProduct.model_validate(
        asdict(product) | {"skus": skus, "next_states": sorted(rules.TRANSITIONS[product.state])}
    )


def _present(product_id: str, version: int | None = None) -> Product:
    found = products.product(product_id)
    if found is None:
        raise rules.ProductNotFound(product_id=product_id)
    if version is not None and version != found.version:
        raise Stale(version=found.version)
    return found


def _sku(entered: SkuBody, sku_id: str) -> Sku:
    kept = entered.model_dump(exclude={"sku_id", "values", "opening_stock", "low_stock_at"})
    return Sku(sku_id=sku_id, values=tuple(entered.values), **kept)


def _save(
    before: Product | None, after: Product, entered: Mapping[str, SkuBody], actor: str, now: datetime
) -> Product:
    known = products.current_offers(sku.sku_id for sku in before.skus) if before else {}
    path = group_rules.path_to(after.category_id, groups.tree(consistent=True)[0])
    after, changed = rules.revised(after, path, known)
    opened = [offer for offer in changed if offer.sku_id not in known]
    parts = [
        products.product_part(after),
        *(products.code_part(offer.code, offer.sku_id) for offer in opened),
        *(part for offer in changed for part in products.offer_parts(offer)),
        *_stock_parts(opened, entered, [offer for offer in changed if offer.sku_id in known], actor, now),
        *_membership_parts(before, after),
    ]
    if len(parts) > transaction.MOST_ACTIONS:
        raise rules.TooManyChanges()
    transaction.commit(parts)
    return after


def _stock_parts(
    opened: Sequence[Offer],
    entered: Mapping[str, SkuBody],
    revised: Sequence[Offer],
    actor: str,
    now: datetime,
) -> list[Part]:
    titles = {offer.sku_id: f"{offer.name} {offer.spec}".strip() for offer in [*opened, *revised]}
    parts = inventory.offer_parts([(offer.sku_id, offer.version) for offer in revised], titles)
    for offer in opened:
        first = entered[offer.sku_id]
        parts += inventory.open_stock_parts(
            offer.sku_id,
            first.opening_stock,
            offer.version,
            first.low_stock_at,
            actor,
            now,
            code=offer.code,
            title=titles[offer.sku_id],
        )
    return parts


def _membership_parts(before: Product | None, after: Product) -> list[Part]:
    left = before.groups if before else frozenset()
    joined = after.groups if after.state != "archived" else frozenset()
    return [groups.membership_part(kind, group_id, 1) for kind, group_id in sorted(joined - left)] + [
        groups.membership_part(kind, group_id, -1) for kind, group_id in sorted(left - joined)
    ]
