"""Prices for a company and the total of its order, from whatever terms hold now."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from functions.pricing.rules import coupons, order
from functions.pricing.rules.order import PricedOrder, PricingLine
from functions.pricing.rules.prices import OwnPrices, Quota, SkuPrice, TermsUsed, best_prices
from functions.pricing.rules.terms import Buyer, Goods, PriceListTerms, PromotionTerms, QuotaTerms
from functions.pricing.table import coupons as wallets
from functions.pricing.table import terms as written
from functions.settings.schemas import OrderSettings
from kit import clock
from kit.transaction import Part

_FAMILIES: dict[str, written.Family] = {"price_list": "PRICELISTS", "promotion": "PROMOTIONS"}


@dataclass(frozen=True)
class Offered:
    """What a company is offered: its best price by SKU, and the quotas of these SKUs it may draw from."""

    prices: Mapping[str, SkuPrice]
    quotas: Sequence[Quota]


def offered(
    company: Buyer, offers: Iterable[Goods], now: datetime, segments: Collection[str] = ()
) -> Offered:
    """What a company is offered of some goods."""
    goods = list(offers)
    holding, sku_ids = in_force(company, clock.to_text(now), segments), {one.sku_id for one in goods}
    quotas = [quota for quota in holding.quotas if quota.terms.sku_id in sku_ids]
    return Offered(_prices(goods, holding), quotas)


def prices_for(
    company: Buyer | None, offers: Iterable[Goods], now: datetime, segments: Collection[str] = ()
) -> Mapping[str, SkuPrice]:
    """The best price of each SKU for a company, by SKU; base prices for nobody in particular."""
    if company is None:
        return _prices(list(offers), written.InForce([], [], []))
    return offered(company, offers, now, segments).prices


def own_prices(company: Buyer, now: datetime, segments: Collection[str] = ()) -> OwnPrices:
    """Everything that makes a company's prices other than base prices, for a search by the buyer's prices."""
    holding = in_force(company, clock.to_text(now), segments)
    promotions = [one.terms for one in holding.promotions if one.terms.kind != "order"]
    found: dict[str, int] = {}
    listed = [written.prices_of(one.id) for one in holding.lists]
    for prices in listed + [terms.prices for terms in promotions]:
        for sku_id, price_fen in prices.items():
            found[sku_id] = min(price_fen, found.get(sku_id, price_fen))
    return OwnPrices(found, tuple((terms.scope, terms.discount) for terms in promotions if terms.discount))


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
    holding = in_force(company, instant, segments)
    prices = _prices([line.offer for line in lines], holding)
    coupon = wallets.find(company.agent_id, coupon_id) if coupon_id else None
    if coupon_id and coupon is None:
        raise coupons.CouponNotFound(coupon_id=coupon_id)
    priced = order.price_order(lines, prices, holding.promotions, coupon, order_settings, instant)
    wanted = {line.offer.sku_id for line in lines}
    return replace(priced, quotas=tuple(one for one in holding.quotas if one.terms.sku_id in wanted))


def promotion_check_parts(terms: Iterable[TermsUsed]) -> list[Part]:
    """The price lists and promotions behind a price still stand, one part each. Error: TermsChanged."""
    return [written.unchanged_part(_FAMILIES[one.source], one.id, one.version) for one in terms]


def in_force(company: Buyer, now: str, segments: Collection[str]) -> written.InForce:
    """What holds for a company at an instant."""

    def holds(terms: PriceListTerms | PromotionTerms | QuotaTerms) -> bool:
        return terms.window.is_open(now) and terms.audience.includes(company, segments)

    found = written.published(company.agent_id, now)
    return written.InForce(
        [one for one in found.lists if holds(one.terms)],
        [one for one in found.promotions if holds(one.terms)],
        [one for one in found.quotas if holds(one.terms)],
    )


def _prices(goods: Sequence[Goods], holding: written.InForce) -> dict[str, SkuPrice]:
    entries = written.entries([one.id for one in holding.lists], [one.sku_id for one in goods])
    return best_prices(goods, holding.lists, entries, holding.promotions)
