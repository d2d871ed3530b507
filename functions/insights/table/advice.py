"""What was worked out at night, to be read as it is.

pk NEWEST              sk <list>                    which making of a list is the one to read
pk <LIST>#<making>     sk <place>                   the rows of a list in their order; lapse after some days
pk RECOMMENDED         sk <agent_id>                goods for a company
pk PROMISING           sk <agent_id>                what a company and its province bought, for its score
pk ASSUMPTIONS         sk CURRENT                   what advice is worked out with
pk PROMOTED            sk <starts_at>#<promotion_id> promotions of slow movers, and what they brought
pk PROMOTING           sk <sku_id>                  the latest promotion of a SKU
"""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from functions.insights.rules.demand import Assumptions
from functions.insights.table import Row
from kit import pages, transaction
from kit.errors import Conflict, Stale
from kit.pages import PageQuery

_KEPT = timedelta(days=3)  # longer than anybody turns pages
Document = dict[str, Any]


class AlreadyKept(Conflict):
    """This promotion was begun before."""


class AdviceRow(Row):
    """A row of a list, a company's recommendations, or a promotion with its effect."""

    document = JSONAttribute()
    expires_at_epoch = NumberAttribute(null=True)


class NewestRow(Row):
    """The newest making of a list."""

    pk = UnicodeAttribute(hash_key=True, default="NEWEST")
    making = UnicodeAttribute()


class PromotingRow(Row):
    """The latest promotion of a SKU, and since when it has been meant."""

    pk = UnicodeAttribute(hash_key=True, default="PROMOTING")
    promotion_id = UnicodeAttribute()
    since = UnicodeAttribute()


class AssumptionsRow(Row):
    """What advice is worked out with."""

    pk = UnicodeAttribute(hash_key=True, default="ASSUMPTIONS")
    sk = UnicodeAttribute(range_key=True, default="CURRENT")
    document = JSONAttribute()
    version = NumberAttribute()


# Lists


def publish(name: str, rows: Mapping[str, Document], making: str, now: datetime) -> None:
    """Make a list anew, by place; who is reading the last one may read on.

    `making` is new at every try of a night: what an earlier one began has rows that this one may not have.
    """
    lapses = int((now + _KEPT).timestamp())
    with AdviceRow.batch_write() as batch:
        for place, document in rows.items():
            batch.save(AdviceRow(_list_key(name, making), place, document=document, expires_at_epoch=lapses))
    NewestRow(sk=name, making=making).save()


def page(name: str, query: PageQuery) -> tuple[list[Document], str | None]:
    """A page of the newest making of a list, or of that which was begun; and the next cursor."""
    position = pages.read(query.cursor, name)
    key = position["pk"]["S"] if position else _newest_key(name)
    if key is None:
        return [], None
    found = AdviceRow.query(key, limit=query.limit, last_evaluated_key=position)
    documents = [row.document for row in found]
    return documents, pages.sign(found.last_evaluated_key, name)


def everything(name: str) -> list[Document]:
    """The newest making of a list, for a file."""
    key = _newest_key(name)
    return [row.document for row in AdviceRow.query(key)] if key else []


def one(name: str, place: str) -> Document | None:
    """One row of the newest making of a list."""
    key = _newest_key(name)
    row = AdviceRow.find(key, place) if key else None
    return row.document if row else None


def some(name: str, places: Iterable[str]) -> dict[str, Document]:
    """Some rows of the newest making of a list, by place: two reads."""
    key = _newest_key(name)
    keys = [(key, place) for place in places] if key else []
    return {row.sk: row.document for row in AdviceRow.batch_get(keys)} if keys else {}


# Recommendations


def recommend(goods: Mapping[str, Document]) -> None:
    """Keep what is recommended, by company."""
    with AdviceRow.batch_write() as batch:
        for agent_id, document in goods.items():
            batch.save(AdviceRow("RECOMMENDED", agent_id, document=document))


def recommended(agent_id: str) -> Document | None:
    """What is recommended to a company: one read."""
    row = AdviceRow.find("RECOMMENDED", agent_id)
    return row.document if row else None


def recommend_no_more(agent_id: str, product_ids: Collection[str]) -> None:
    """Take goods out of what is recommended to a company. Raises Stale when that changed meanwhile."""
    row = AdviceRow.find("RECOMMENDED", agent_id, consistent=True)
    if row is None or row.document.keys().isdisjoint(product_ids):
        return
    left = {
        product_id: reason for product_id, reason in row.document.items() if product_id not in product_ids
    }
    unchanged = AdviceRow.document == row.document
    transaction.commit([transaction.put(AdviceRow("RECOMMENDED", agent_id, document=left), unchanged, Stale)])


# Promising companies


def keep_promising(figures: Mapping[str, Document]) -> None:
    """Keep what companies are scored by, by company."""
    with AdviceRow.batch_write() as batch:
        for agent_id, document in figures.items():
            batch.save(AdviceRow("PROMISING", agent_id, document=document))


def promising(agent_id: str) -> Document | None:
    """What a company is scored by, as of last night: one read."""
    row = AdviceRow.find("PROMISING", agent_id)
    return row.document if row else None


# Promotions


def promoting(sku_id: str) -> tuple[str, str] | None:
    """The latest promotion of a SKU, and since when it has been meant."""
    row = PromotingRow.find("PROMOTING", sku_id, consistent=True)
    return (row.promotion_id, row.since) if row else None


def claim_promotion(sku_id: str, promotion_id: str, since: str, before: str | None) -> None:
    """Let a promotion be the latest of a SKU. Raises Stale unless the one before is the stored one."""
    row = PromotingRow(sk=sku_id, promotion_id=promotion_id, since=since)
    unchanged = PromotingRow.promotion_id == before if before else PromotingRow.pk.does_not_exist()
    transaction.commit([transaction.put(row, unchanged, Stale)])


def begin_promotion(starts_at: str, promotion_id: str, document: Document) -> None:
    """Keep a promotion, unless it is kept already."""
    row = AdviceRow("PROMOTED", f"{starts_at}#{promotion_id}", document=document)
    with suppress(AlreadyKept):
        transaction.commit([transaction.create(row, AlreadyKept)])


def save_promotion(starts_at: str, promotion_id: str, document: Document) -> None:
    """Keep what a promotion brought so far."""
    AdviceRow("PROMOTED", f"{starts_at}#{promotion_id}", document=document).save()


def promotions(query: PageQuery) -> tuple[list[Document], str | None]:
    """Promotions of slow movers, the newest first; and the next cursor."""
    position = pages.read(query.cursor, "promoted")
    found = AdviceRow.query(
        "PROMOTED", scan_index_forward=False, limit=query.limit, last_evaluated_key=position
    )
    documents = [row.document for row in found]
    return documents, pages.sign(found.last_evaluated_key, "promoted")


def promotions_since(instant: str) -> list[Document]:
    """Promotions of slow movers that began at an instant or after it."""
    return [row.document for row in AdviceRow.query("PROMOTED", AdviceRow.sk >= instant)]


# Assumptions


def assumptions() -> tuple[Assumptions, int]:
    """What advice is worked out with, and its version; 0 while nobody changed it."""
    row = AssumptionsRow.find("ASSUMPTIONS", "CURRENT", consistent=True)
    return (Assumptions(**row.document), int(row.version)) if row else (Assumptions(), 0)


def save_assumptions(after: Assumptions, version: int) -> None:
    """Replace the version that was read. Raises Stale."""
    row = AssumptionsRow(document=vars(after), version=version + 1)
    unchanged = AssumptionsRow.version == version if version else AssumptionsRow.pk.does_not_exist()
    transaction.commit([transaction.put(row, unchanged, Stale)])


def _newest_key(name: str) -> str | None:
    row = NewestRow.find("NEWEST", name)
    return _list_key(name, row.making) if row else None


def _list_key(name: str, making: str) -> str:
    return f"{name.upper()}#{making}"
