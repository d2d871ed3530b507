"""Prices that begin or end by the clock: their SKUs are quoted again, and news of them goes out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from functions.inventory import operations as inventory
from functions.pricing.rules.terms import PriceListTerms, PromotionTerms, Scope
from functions.pricing.table import terms as table
from functions.pricing.table.terms import Family, TermsRow
from kit import clock, transaction

_FAMILIES: tuple[Family, ...] = ("PRICELISTS", "PROMOTIONS")
_AT_ONCE = 90  # actions of a transaction


@dataclass(frozen=True)
class Turned:
    """A reduction that began, ended or was changed: for which goods."""

    promotion_id: str
    scope: Scope


def turned_reductions(now: datetime, span: timedelta) -> list[Turned]:
    """The reductions of so much off each piece that turned within the time before `now`."""
    since, until = clock.to_text(now - span), clock.to_text(now)
    turned = ((row.sk, table.terms_of(row)) for row in _turned(since, until))
    return [
        Turned(promotion_id, terms.scope)
        for promotion_id, terms in turned
        if isinstance(terms, PromotionTerms) and terms.kind == "unit"
    ]


def reprice_turned(now: datetime, span: timedelta) -> int:
    """Raise the price revision of SKUs whose lists or promotions turned within the time before `now`.

    They turned when their window opened or closed, or when somebody published, paused, changed or ended them.
    The revision makes inventory announce the SKU; who follows it is told if their own price moved. Says how
    many SKUs there were. Reductions by category, brand or tag name no SKUs: the catalogue tells of them.
    """
    since, until = clock.to_text(now - span), clock.to_text(now)
    skus = iter({sku_id: None for row in _turned(since, until) for sku_id in _skus(row)})
    repriced = 0
    while some := list(islice(skus, _AT_ONCE)):
        known = inventory.stock(some)
        if known:
            transaction.commit(inventory.reprice_parts(known))
        repriced += len(known)
    return repriced


def _turned(since: str, until: str) -> Iterator[TermsRow]:
    for family in _FAMILIES:
        for row in table.every(family):
            terms = table.terms_of(row)
            if row.state != "draft" and isinstance(terms, PriceListTerms | PromotionTerms):
                turns = (terms.window.starts_at, terms.window.ends_at, row.changed_at)
                if any(since < turn <= until for turn in turns if turn):
                    yield row


def _skus(row: TermsRow) -> list[str]:
    terms = table.terms_of(row)
    return list(terms.prices if isinstance(terms, PromotionTerms) else table.prices_of(row.sk))
