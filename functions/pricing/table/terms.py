"""Price lists with their prices, promotions, quotas and coupon templates."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple, cast

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from functions.pricing.rules import coupons as rules
from functions.pricing.rules.coupons import Template, TemplateTerms
from functions.pricing.rules.prices import PriceList, Promotion, Quota
from functions.pricing.rules.terms import (
    NOT_ENDING,
    PriceListTerms,
    PromotionTerms,
    QuotaTerms,
    TermsChanged,
    TermsNotFound,
)
from functions.pricing.table.rows import Row
from kit import pages, transaction
from kit.errors import Stale
from kit.pages import PageQuery
from kit.transaction import Part

Family = Literal["PRICELISTS", "PROMOTIONS", "QUOTAS", "TEMPLATES"]
AnyTerms = PriceListTerms | PromotionTerms | QuotaTerms | TemplateTerms
_PUBLISHED = "PUBLISHED"
_MODELS: dict[Family, type[AnyTerms]] = {
    "PRICELISTS": PriceListTerms,
    "PROMOTIONS": PromotionTerms,
    "QUOTAS": QuotaTerms,
    "TEMPLATES": TemplateTerms,
}


class InForce(NamedTuple):
    """What is published and not over, those that end first in front."""

    lists: list[PriceList]
    promotions: list[Promotion]
    quotas: list[Quota]


class Published(GlobalSecondaryIndex["TermsRow"]):
    """Terms that may make a price, those that end first in front."""

    class Meta:
        index_name = "by_list"
        projection = AllProjection()

    list_key = UnicodeAttribute(hash_key=True)
    list_sort = UnicodeAttribute(range_key=True)


class TermsRow(Row):
    """A price list, promotion or coupon template."""

    terms = JSONAttribute()
    state = UnicodeAttribute()
    version = NumberAttribute()
    issued = NumberAttribute(default=0)
    changed_at = UnicodeAttribute()
    changed_by = UnicodeAttribute()
    list_key = UnicodeAttribute(null=True)
    list_sort = UnicodeAttribute(null=True)
    published = Published()


class EntryRow(Row):
    """The price of a SKU in a list."""

    price_fen = NumberAttribute()
    changed_at = UnicodeAttribute()
    changed_by = UnicodeAttribute()


def known(family: Family, id_: str) -> TermsRow | None:
    """Terms of this family, if there are any with this id."""
    return TermsRow.find(family, id_, consistent=True)


def find(family: Family, id_: str) -> TermsRow:
    """Terms of this family. Raises TermsNotFound."""
    row = known(family, id_)
    if row is None:
        raise TermsNotFound()
    return row


def all_terms(family: Family, query: PageQuery) -> tuple[list[TermsRow], str | None]:
    """All terms of a family, newest first; and the next cursor."""
    position = pages.read(query.cursor, family)
    found = TermsRow.query(family, scan_index_forward=False, limit=query.limit, last_evaluated_key=position)
    return list(found), pages.sign(found.last_evaluated_key, family)


def every(family: Family) -> Iterator[TermsRow]:
    """All terms of a family."""
    return iter(TermsRow.query(family))


def published(agent_id: str, now: str) -> InForce:
    """What is published and not over: everybody's and the agent's own."""
    rows = [
        row
        for key in (_PUBLISHED, f"{_PUBLISHED}#AGENT#{agent_id}")
        for row in TermsRow.published.query(key, Published.list_sort > now)
    ]
    return InForce(
        [price_list(row) for row in rows if row.pk == "PRICELISTS"],
        [promotion(row) for row in rows if row.pk == "PROMOTIONS"],
        [quota(row) for row in rows if row.pk == "QUOTAS"],
    )


def overdue(now: str) -> list[TermsRow]:
    """What is published for several agents and over."""
    return list(TermsRow.published.query(_PUBLISHED, Published.list_sort <= now))


def price_list(row: TermsRow) -> PriceList:
    """A row as a price list."""
    terms = PriceListTerms.model_validate(row.terms, strict=False)
    return PriceList(row.sk, terms, row.state, int(row.version))  # type: ignore[arg-type]


def promotion(row: TermsRow) -> Promotion:
    """A row as a promotion."""
    terms = PromotionTerms.model_validate(row.terms, strict=False)
    return Promotion(row.sk, terms, row.state, int(row.version))  # type: ignore[arg-type]


def quota(row: TermsRow) -> Quota:
    """A row as a quota."""
    terms = QuotaTerms.model_validate(row.terms, strict=False)
    return Quota(row.sk, terms, row.state, int(row.version))  # type: ignore[arg-type]


def template(row: TermsRow) -> Template:
    """A row as a coupon template."""
    terms = TemplateTerms.model_validate(row.terms, strict=False)
    return Template(row.sk, terms, row.state, int(row.issued), int(row.version))  # type: ignore[arg-type]


def family(row: TermsRow) -> Family:
    """What kind of terms a row holds."""
    return cast(Family, row.pk)


def terms_of(row: TermsRow) -> AnyTerms:
    """The terms in a row."""
    return _MODELS[family(row)].model_validate(row.terms, strict=False)


def new_terms_part(family: Family, id_: str, new: AnyTerms, state: str, actor: str, changed_at: str) -> Part:
    """Write version 1 of new terms; Stale when there are some with this id."""
    row = TermsRow(
        family,
        id_,
        terms=new.model_dump(mode="json"),
        state=state,
        version=1,
        changed_at=changed_at,
        changed_by=actor,
    )
    row.list_key, row.list_sort = _index_keys(new, state)
    return transaction.create(row, Stale)


def change_terms_part(known: TermsRow, new: AnyTerms, state: str, actor: str, changed_at: str) -> Part:
    """Write the next version; Stale when it was written meanwhile. Published terms are found by pricing."""
    actions: list[Action] = [
        TermsRow.terms.set(new.model_dump(mode="json")),
        TermsRow.state.set(state),
        TermsRow.version.add(1),
        TermsRow.changed_at.set(changed_at),
        TermsRow.changed_by.set(actor),
    ]
    list_key, list_sort = _index_keys(new, state)
    if list_key and list_sort:
        actions += [TermsRow.list_key.set(list_key), TermsRow.list_sort.set(list_sort)]
    else:
        actions += [TermsRow.list_key.remove(), TermsRow.list_sort.remove()]
    return transaction.update(TermsRow, known.pk, known.sk, actions, TermsRow.version == known.version, Stale)


def unchanged_part(family: Family, id_: str, version: int) -> Part:
    """Terms used for a price still stand."""
    stands = (TermsRow.version == version) & (TermsRow.state == "published")
    return transaction.check(TermsRow, family, id_, stands, TermsChanged)


def not_ended_part(family: Family, id_: str) -> Part:
    """The terms exist and have not ended."""
    exists = TermsRow.pk.exists() & (TermsRow.state != "ended")
    return transaction.check(TermsRow, family, id_, exists, TermsNotFound)


def count_issued_part(counted: Template, quantity: int) -> Part:
    """Count coupons issued on the terms as they were read, within the quota."""
    unchanged = (TermsRow.version == counted.version) & (TermsRow.state == "active")
    if counted.terms.quota is not None:
        unchanged &= TermsRow.issued <= counted.terms.quota - quantity
    return transaction.update(
        TermsRow,
        "TEMPLATES",
        counted.id,
        [TermsRow.issued.add(quantity)],
        unchanged,
        rules.TemplateExhausted,
    )


def entries(list_ids: Iterable[str], sku_ids: Iterable[str]) -> Mapping[tuple[str, str], int]:
    """The prices these lists have for these SKUs as of this moment, by (list, SKU).

    Whoever reserves at these prices read the stock's price revision before; a stale price would go unnoticed.
    """
    wanted = list(dict.fromkeys(sku_ids))
    keys = [(_list_pk(list_id), f"SKU#{sku_id}") for list_id in list_ids for sku_id in wanted]
    found = EntryRow.batch_get(keys, consistent_read=True) if keys else []
    return {(row.pk.partition("#")[2], _sku(row)): int(row.price_fen) for row in found}


def prices_of(list_id: str) -> dict[str, int]:
    """All prices of a list by SKU."""
    return {_sku(row): int(row.price_fen) for row in EntryRow.query(_list_pk(list_id))}


def entries_of(list_id: str, query: PageQuery) -> tuple[list[tuple[str, int]], str | None]:
    """A page of (SKU, price) of a list; and the next cursor."""
    scope = f"price-list/{list_id}"
    found = EntryRow.query(
        _list_pk(list_id), limit=query.limit, last_evaluated_key=pages.read(query.cursor, scope)
    )
    rows = [(_sku(row), int(row.price_fen)) for row in found]
    return rows, pages.sign(found.last_evaluated_key, scope)


def set_entry_part(list_id: str, sku_id: str, price_fen: int, actor: str, now: str) -> Part:
    """Set the price of a SKU in a list."""
    row = EntryRow(_list_pk(list_id), f"SKU#{sku_id}", price_fen=price_fen, changed_at=now, changed_by=actor)
    return transaction.put(row)


def remove_entry_part(list_id: str, sku_id: str) -> Part:
    """Take the price of a SKU out of a list."""
    return transaction.delete(EntryRow(_list_pk(list_id), f"SKU#{sku_id}"))


def _index_keys(terms: AnyTerms, state: str) -> tuple[str | None, str | None]:
    """Where terms are found when a price is made, if they are published."""
    if state != "published" or isinstance(terms, TemplateTerms):
        return None, None
    own = None if isinstance(terms, QuotaTerms) else terms.audience.only_agent
    return f"{_PUBLISHED}#AGENT#{own}" if own else _PUBLISHED, terms.window.ends_at or NOT_ENDING


def _list_pk(list_id: str) -> str:
    return f"PRICELIST#{list_id}"


def _sku(row: EntryRow) -> str:
    return row.sk.partition("#")[2]
