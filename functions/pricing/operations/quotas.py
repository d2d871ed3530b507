"""Scarce goods held for some companies, and the round that ends whatever is over."""

from datetime import datetime

from functions.inventory import operations as inventory
from functions.pricing.operations.terms import common, phase
from functions.pricing.rules.terms import NOT_ENDING, QuotaTerms
from functions.pricing.schemas import QuotaView
from functions.pricing.table import terms as table
from functions.pricing.table.terms import TermsRow
from kit import clock, facts, transaction
from kit.errors import KeyReused
from kit.pages import Page, PageQuery

SYSTEM = "system"


def list_quotas(query: PageQuery, now: datetime) -> Page[QuotaView]:
    """All quotas, newest first."""
    rows, cursor = table.all_terms("QUOTAS", query)
    return Page(items=_views(rows, now), next_cursor=cursor)


def quota(quota_id: str, now: datetime) -> QuotaView:
    """One quota. Raises TermsNotFound."""
    return _views([table.find("QUOTAS", quota_id)], now)[0]


def create_quota(terms: QuotaTerms, quota_id: str, actor: str, now: datetime) -> QuotaView:
    """Hold pieces, once per id. Raises OutOfStock; StockNotFound; KeyReused for other terms."""

    def attempt() -> None:
        made = table.known("QUOTAS", quota_id)
        if made and table.quota(made).terms != terms:
            raise KeyReused()
        if not made:
            held = inventory.hold_parts(terms.sku_id, quota_id, terms.pieces)
            new = table.new_terms_part("QUOTAS", quota_id, terms, "published", actor, clock.to_text(now))
            transaction.commit([new, *held])

    transaction.retry_stale(attempt)
    return quota(quota_id, now)


def end_quota(quota_id: str, actor: str, now: datetime) -> None:
    """Give what is left back to everybody; ending it again changes nothing. Raises TermsNotFound."""
    transaction.retry_stale(lambda: _end(table.find("QUOTAS", quota_id), actor, now))


def end_overdue(now: datetime) -> int:
    """End price lists, promotions and quotas that are over; returns how many there were.

    They make no price any more from their last second on; this takes them out of the index and frees stock.
    One that fails stops no other. Raises LeftOver.
    """
    instant = clock.to_text(now)
    overdue = table.overdue(instant)
    facts.each(overdue, lambda over: transaction.retry_stale(lambda: _end_if_over(over, instant, now)))
    return len(overdue)


def _end_if_over(listed: TermsRow, instant: str, now: datetime) -> None:
    row = table.find(table.family(listed), listed.sk)
    if (row.list_sort or NOT_ENDING) <= instant:
        _end(row, SYSTEM, now)


def _end(row: TermsRow, actor: str, now: datetime) -> None:
    if row.state == "ended":
        return
    parts = [table.change_terms_part(row, table.terms_of(row), "ended", actor, clock.to_text(now))]
    if row.pk == "QUOTAS":
        parts += inventory.free_parts(table.quota(row).terms.sku_id, row.sk)
    transaction.commit(parts)


def _views(rows: list[TermsRow], now: datetime) -> list[QuotaView]:
    quotas = [(row, table.quota(row)) for row in rows]
    left = inventory.quotas_left((one.terms.sku_id, one.id) for _, one in quotas)
    return [
        QuotaView(
            **common(row),
            state=one.state,
            phase=phase(one, now),
            left=left.get(one.id, 0),
            terms=one.terms,
        )
        for row, one in quotas
    ]
