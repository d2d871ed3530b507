"""Products in and out as files: checked line by line, written product by product."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from functions.catalog import storage
from functions.catalog.operations import editing
from functions.catalog.rules import products as product_rules
from functions.catalog.rules import sheets as rules
from functions.catalog.rules.groups import Kind
from functions.catalog.rules.products import Product, Sku, State
from functions.catalog.rules.sheets import Entry, Names
from functions.catalog.schemas.sheets import (
    ExportedFile,
    ImportedProduct,
    ImportProducts,
    ImportReport,
    LineProblem,
    Outcome,
)
from functions.catalog.schemas.staff import EditProduct, NewProduct, SkuBody
from functions.catalog.table import groups, products
from kit import pictures
from kit.errors import DomainError, Stale
from kit.validation import field_errors

NewId = Callable[[], str]
_AT_ONCE = 4  # writers; more would mostly wait for each other at the groups' counters
_KINDS: tuple[Kind, ...] = ("category", "brand", "tag")
_EXPORTED: tuple[State, ...] = ("on_sale", "off_sale", "draft")
_FOR_NEW = {column.name for column in rules.FOR_NEW_SKUS}


@dataclass(frozen=True)
class Plan:
    """What is to become of one product in the file; without a body nothing will be written."""

    entry: Entry
    before: Product | None = None
    body: NewProduct | EditProduct | None = None
    changes: tuple[str, ...] = ()


def import_products(body: ImportProducts, new_id: NewId, actor: str, now: datetime) -> ImportReport:
    """Make and change products as a file says, or only tell what would happen. One product's failure stops
    no other. Raises SheetUnreadable, SheetTooLong.
    """
    entries = rules.read(body.content)
    names, known = _names(), _known(entries)
    plans = [_plan(entry, names, known, new_id, now) for entry in entries]
    if body.dry_run:
        items = [_told(plan, plan.before.product_id if plan.before else None) for plan in plans]
    else:
        with ThreadPoolExecutor(_AT_ONCE) as writers:
            # Each writer acts for the member of staff who sent the file.
            started = [
                writers.submit(copy_context().run, _carry_out, plan, new_id, actor, now) for plan in plans
            ]
            items = [one.result() for one in started]
    counts: Counter[Outcome] = Counter(item.outcome for item in items)
    return ImportReport(dry_run=body.dry_run, counts=dict(counts), items=items)


def export_products(state: State | None, file_id: str) -> ExportedFile:
    """A file of the products of a state, or of all that are not archived."""
    found = [product for one in ([state] if state else _EXPORTED) for product in products.all_products(one)]
    content = "".join(rules.write(found, _names())).encode()
    return ExportedFile(url=storage.export(f"catalog/products-{file_id}.csv", content), products=len(found))


@dataclass(frozen=True)
class _Known:
    """The products a file speaks of, as they are now."""

    products: Mapping[str, Product]
    by_code: Mapping[str, str]

    def product_of(self, entry: Entry) -> Product | None:
        """The product an entry is about, or None for a new one. Raises ValueError."""
        owners = {self.by_code[code] for code in entry.codes if code in self.by_code}
        product_id = entry.product.get("product_id") or next(iter(owners), None)
        if owners - {product_id}:
            raise ValueError("货号属于其他商品")
        if product_id is not None and product_id not in self.products:
            raise ValueError("商品编号不存在")
        return self.products[product_id] if product_id else None


def _known(entries: Sequence[Entry]) -> _Known:
    sku_ids = products.sku_ids_by_code(code for entry in entries for code in entry.codes)
    owners = {sku_id: offer.product_id for sku_id, offer in products.current_offers(sku_ids.values()).items()}
    by_code = {code: owners[sku_id] for code, sku_id in sku_ids.items()}
    named = {entry.product["product_id"] for entry in entries if "product_id" in entry.product}
    return _Known(products.products({*by_code.values(), *named}), by_code)


def _names() -> Names:
    categories, brands, tags = (groups.groups(kind, consistent=True) for kind in _KINDS)
    return Names(categories, brands, tags)


def _plan(entry: Entry, names: Names, known: _Known, new_id: NewId, now: datetime) -> Plan:
    try:
        before = known.product_of(entry)
    except ValueError as wrong:
        entry.object_to(entry.first, "", str(wrong))
        return Plan(entry)
    said: dict[str, Any] = {}
    for name, value in entry.product.items():
        try:
            said[name] = names.resolve(name, value)
        except ValueError as wrong:
            entry.object_to(entry.first, name, str(wrong))
    said.pop("product_id", None)
    version = said.pop("version", None)
    if entry.problems:
        return Plan(entry, before)
    try:
        if before is None:
            return _new(entry, said, new_id, now)
        if version not in (None, before.version):
            raise Stale(version=before.version)
        return _edit(entry, before, said, new_id, now)
    except ValidationError as failure:
        _object_to_fields(entry, before, failure)
    except DomainError as failure:
        entry.object_to(entry.first, "", failure.detail)
    return Plan(entry, before)


def _new(entry: Entry, said: dict[str, Any], new_id: NewId, now: datetime) -> Plan:
    body = NewProduct.model_validate(said | {"skus": [sku for _, sku in entry.skus()]})
    product, _ = editing.drafted(body, new_id, now)
    pictures.check(product.pictures)
    return Plan(entry, None, body)


def _edit(entry: Entry, before: Product, said: dict[str, Any], new_id: NewId, now: datetime) -> Plan:
    kept = {sku.code: _entered(sku) for sku in before.skus}
    for line, told in entry.skus():
        code = told["code"]
        if code in kept and (idle := _FOR_NEW & told.keys()):
            entry.object_to(line.number, min(idle), "仅用于新增规格，已有规格请在库存中调整")
        kept[code] = kept.get(code, {}) | told
    spec_names = said.pop("spec_names", list(before.spec_names))
    body = EditProduct.model_validate(
        said | {"version": before.version, "spec_names": spec_names, "skus": list(kept.values())}
    )
    after, _ = editing.changed(before, body, new_id, now)
    product_rules.check_edit(before, after)
    pictures.check(after.pictures - before.pictures)
    if entry.problems:
        return Plan(entry, before)
    changes = _changes(before, after)
    return Plan(entry, before, body if changes else None, changes)


def _entered(sku: Sku) -> dict[str, Any]:
    """A SKU as it would be entered."""
    return {name: value for name, value in vars(sku).items() if name in SkuBody.model_fields} | {
        "values": list(sku.values)
    }


def _changes(before: Product, after: Product) -> tuple[str, ...]:
    """The titles of the columns in which a product changes, and the codes of its new SKUs."""
    of_product = [
        column.title
        for column in rules.OF_PRODUCT
        if column != rules.VERSION and getattr(before, column.name) != getattr(after, column.name)
    ]
    known = {sku.sku_id: sku for sku in before.skus}
    revised = [(known[sku.sku_id], sku) for sku in after.skus if sku.sku_id in known]
    of_skus = [
        column.title
        for column in rules.OF_SKU
        if column.name not in _FOR_NEW
        and any(getattr(old, column.name) != getattr(new, column.name) for old, new in revised)
    ]
    added = [f"新增 {sku.code}" for sku in after.skus if sku.sku_id not in known]
    return (*of_product, *of_skus, *added)


def _object_to_fields(entry: Entry, before: Product | None, failure: ValidationError) -> None:
    """Put what pydantic found beside the lines it is about."""
    lines = {sku["code"]: line.number for line, sku in entry.skus()}
    codes = [sku.code for sku in before.skus] if before else []
    order = list(dict.fromkeys([*codes, *lines]))
    for found in field_errors(failure):
        family, *rest = found["field"].split(".")
        if family == "skus" and len(rest) > 1:
            position, name, *_ = rest
            entry.object_to(lines.get(order[int(position)], entry.first), name, found["message"])
        else:
            entry.object_to(entry.first, family, found["message"])


def _carry_out(plan: Plan, new_id: NewId, actor: str, now: datetime) -> ImportedProduct:
    product_id = plan.before.product_id if plan.before else None
    try:
        if isinstance(plan.body, NewProduct):
            product_id = editing.create(plan.body, new_id, actor, now).product_id
        elif plan.body and product_id:
            editing.edit(product_id, plan.body, new_id, actor, now)
    except DomainError as failure:
        plan.entry.object_to(plan.entry.first, "", failure.detail)
        return _told(replace(plan, body=None), product_id)
    return _told(plan, product_id)


def _told(plan: Plan, product_id: str | None) -> ImportedProduct:
    entry = plan.entry
    outcome: Outcome = "unchanged"
    if entry.problems:
        outcome = "refused"
    elif plan.body:
        outcome = "updated" if plan.before else "created"
    return ImportedProduct(
        lines=[line.number for line in entry.lines],
        name=entry.product.get("name") or (plan.before.name if plan.before else ""),
        product_id=product_id,
        outcome=outcome,
        changes=[] if entry.problems else list(plan.changes),
        problems=[LineProblem(**vars(problem)) for problem in entry.problems],
    )
