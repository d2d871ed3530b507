"""The search index as this process holds it, and the viewers' prices in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.agents.schemas import Company
from functions.catalog import storage
from functions.catalog.search import snapshot
from functions.catalog.search.index import Index, Prices, empty
from functions.catalog.table import shop
from functions.pricing import operations as pricing

_LOOK_EVERY = timedelta(seconds=1)
_PRICES_LAST = timedelta(seconds=60)
_MOST_VIEWERS = 200


@dataclass
class _Held:
    """The newest snapshot known, and prices by company made from it."""

    key: str | None
    index: Index
    looked_at: datetime
    prices: dict[str, tuple[datetime, Prices]]


_held: _Held | None = None


def newest(now: datetime) -> Index:
    """The index, at most a second behind the newest snapshot."""
    return _newest(now).index


def prices_of(company: Company, now: datetime) -> Prices:
    """The prices of a company in the index, at most a minute old; for finding, never for buying."""
    held = _newest(now)
    made_at, prices = held.prices.get(company.agent_id, (None, None))
    if prices is None or made_at is None or not made_at <= now < made_at + _PRICES_LAST:
        if len(held.prices) >= _MOST_VIEWERS:
            held.prices.clear()
        prices = held.index.prices_with(pricing.list_prices(company, now))
        held.prices[company.agent_id] = now, prices
    return prices


def forget() -> None:
    """Look at once when next asked."""
    global _held
    _held = None


def _newest(now: datetime) -> _Held:
    global _held
    held = _held
    if held and held.looked_at <= now < held.looked_at + _LOOK_EVERY:
        return held
    known = shop.snapshot()
    key = known[1] if known else None
    if held is None or held.key != key:
        index = snapshot.load(storage.read(key)) if key else empty()
        held = _held = _Held(key, index, now, {})
    held.looked_at = now
    return held
