"""Prices for a company and the total of its order, from whatever terms hold now."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from functions.pricing.rules import coupons, order
from functions.pricing.rules.order import PricedOrder, PricingLine
from functions.pricing.rules.prices import PriceList, Promotion, SkuPrice, TermsUsed, best_prices
from functions.pricing.rules.terms import Buyer, Goods
from functions.pricing.table import coupons as wallets
from functions.pricing.table import terms as written
from functions.settings.schemas import OrderSettings
from kit import clock
from kit.transaction import Part

_FAMILIES: dict[str, written.Family] = {"price_list": "PRICELISTS", "promotion": "PROMOTIONS"}


def prices_for(
    company: Buyer | None, offers: Iterable[Goods], now: datetime, segments: Collection[str] = ()
) -> dict[str, SkuPrice]:
    """The best price of each SKU for a company, by SKU; base prices for nobody in particular."""
    goods = list(offers)
    lists, promotions = _holding(company, clock.to_text(now), segments) if company else ([], [])
    return _prices(goods, lists, promotions)


def list_prices(company: Buyer, now: datetime, segments: Collection[str] = ()) -> dict[str, int]:
    """All prices a company has of its own, by SKU in fen: of its lists and of time-limited promotions.

    For a search by the buyer's prices; promotions by rate are not among them.
    """
    lists, promotions = _holding(company, clock.to_text(now), segments)
    found: dict[str, int] = {}
    for prices in [written.prices_of(one.id) for one in lists] + [one.terms.prices for one in promotions]:
        for sku_id, price_fen in prices.items():
            found[sku_id] = min(price_fen, found.get(sku_id, price_fen))
    return found


def price_order(
    company: Buyer,
    lines: Sequence[PricingLine],
    coupon_id: str | None,
    order_settings: OrderSettings,
    now: datetime,
    segments: Collection[str] = (),
) -> PricedOrder:
    """Price an order: lines with each SKU once. A coupon that cannot be used takes nothing off and says why.

    Raises CouponNotFound for a coupon that is not in the company's wallet.
    """
    instant = clock.to_text(now)
    lists, promotions = _holding(company, instant, segments)
    prices = _prices([line.offer for line in lines], lists, promotions)
    coupon = wallets.find(company.agent_id, coupon_id) if coupon_id else None
    if coupon_id and coupon is None:
        raise coupons.CouponNotFound(coupon_id=coupon_id)
    return order.price_order(lines, prices, promotions, coupon, order_settings, instant)


def promotion_check_parts(terms: Iterable[TermsUsed]) -> list[Part]:
    """The price lists and promotions behind a price still stand, one part each. Error: TermsChanged."""
    return [written.unchanged_part(_FAMILIES[one.source], one.id, one.version) for one in terms]


def _holding(company: Buyer, now: str, segments: Collection[str]) -> tuple[list[PriceList], list[Promotion]]:
    """What holds for a company now."""
    lists, promotions = written.published(company.agent_id, now)
    return (
        [one for one in lists if _holds(one, company, now, segments)],
        [one for one in promotions if _holds(one, company, now, segments)],
    )


def _holds(one: PriceList | Promotion, company: Buyer, now: str, segments: Collection[str]) -> bool:
    return one.terms.window.is_open(now) and one.terms.audience.includes(company, segments)


def _prices(
    goods: Sequence[Goods], lists: list[PriceList], promotions: list[Promotion]
) -> dict[str, SkuPrice]:
    entries = written.entries([one.id for one in lists], [one.sku_id for one in goods])
    return best_prices(goods, lists, entries, promotions)
