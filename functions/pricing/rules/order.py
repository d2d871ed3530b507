"""What an order costs: goods − promotion − coupon + freight, each step floored at 0, all in whole fen.

Discounts are shared over the lines so that the shares sum to the discount exactly; refunds use the shares.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from functions.pricing.rules.coupons import Coupon, Verdict, eligible_amounts, judge
from functions.pricing.rules.prices import Promotion, Quota, SkuPrice, TermsUsed
from functions.pricing.rules.terms import Goods, yuan
from functions.settings.schemas import OrderSettings
from kit import money


@dataclass(frozen=True)
class PricingLine:
    """So many pieces of an offer."""

    offer: Goods
    quantity: int


@dataclass(frozen=True)
class PricedLine:
    """A line with its part of every discount; `net_fen` is what it really costs."""

    sku_id: str
    quantity: int
    unit_price_fen: int
    base_price_fen: int
    label: str
    amount_fen: int
    promotion_share_fen: int
    coupon_share_fen: int

    @property
    def net_fen(self) -> int:
        return self.amount_fen - self.promotion_share_fen - self.coupon_share_fen


@dataclass(frozen=True)
class Step:
    """One step from the goods to the total, in words."""

    name: str
    text: str
    amount_fen: int


@dataclass(frozen=True)
class PricedOrder:
    """An order's total with everything that led to it.

    `minimum_short_fen` and `free_freight_short_fen` are what is missing; None where freight is never free.
    `terms` are the price lists and promotions used: the order is placed only if they still stand.
    `quotas` hold some of the goods for the buyer, those that end first in front.
    """

    lines: tuple[PricedLine, ...]
    goods_fen: int
    promotion_fen: int
    coupon_fen: int
    freight_fen: int
    total_fen: int
    coupon_id: str | None
    coupon_verdict: Verdict | None
    minimum_short_fen: int
    free_freight_short_fen: int | None
    steps: tuple[Step, ...]
    terms: tuple[TermsUsed, ...]
    quotas: tuple[Quota, ...] = ()


@dataclass(frozen=True)
class _Promoted:
    promotion: Promotion
    off_fen: int
    amounts: list[int]


def price_order(
    lines: Sequence[PricingLine],
    prices: Mapping[str, SkuPrice],
    promotions: Iterable[Promotion],
    coupon: Coupon | None,
    settings: OrderSettings,
    now: str,
) -> PricedOrder:
    """Price an order from prices and promotions that hold for its company.

    A coupon that cannot be used takes nothing off; its verdict says why.
    """
    goods = [line.offer for line in lines]
    amounts = [prices[line.offer.sku_id].price_fen * line.quantity for line in lines]
    promoted = _best_promotion(goods, amounts, promotions)
    promotion_fen = promoted.off_fen if promoted else 0
    promotion_shares = money.share(promotion_fen, promoted.amounts if promoted else amounts)
    reduced = [amount - part for amount, part in zip(amounts, promotion_shares, strict=True)]
    verdict = judge(coupon, goods, reduced, now) if coupon else None
    coupon_fen = verdict.discount_fen if verdict else 0
    coupon_shares = money.share(coupon_fen, eligible_amounts(coupon, goods, reduced) if coupon else reduced)
    freight_fen = freight(sum(reduced), settings)
    return PricedOrder(
        lines=tuple(
            _priced(line, prices[line.offer.sku_id], *shares)
            for line, *shares in zip(lines, promotion_shares, coupon_shares, strict=True)
        ),
        goods_fen=sum(amounts),
        promotion_fen=promotion_fen,
        coupon_fen=coupon_fen,
        freight_fen=freight_fen,
        total_fen=sum(reduced) - coupon_fen + freight_fen,
        coupon_id=coupon.coupon_id if coupon and coupon_fen else None,
        coupon_verdict=verdict,
        minimum_short_fen=max(0, settings.minimum_order_fen - sum(reduced)),
        free_freight_short_fen=_free_freight_short(sum(reduced), settings),
        steps=_steps(sum(amounts), promoted, verdict, freight_fen, settings),
        terms=_terms([prices[one.sku_id] for one in goods], promoted),
    )


def freight(goods_fen: int, settings: OrderSettings) -> int:
    """Freight for goods worth so much after promotions; a coupon never costs an order its free freight."""
    return 0 if _free_freight_short(goods_fen, settings) == 0 else settings.freight_fen


def _best_promotion(
    goods: Sequence[Goods], amounts: Sequence[int], promotions: Iterable[Promotion]
) -> _Promoted | None:
    """The one promotion on the whole order that takes off most."""
    reached = []
    for promotion in promotions:
        terms = promotion.terms
        meant = [amount if terms.scope.covers(one) else 0 for one, amount in zip(goods, amounts, strict=True)]
        if terms.discount and terms.threshold_fen is not None and sum(meant) >= terms.threshold_fen:
            reached.append(_Promoted(promotion, terms.discount.of(sum(meant)), meant))
    return min(reached, key=lambda one: (-one.off_fen, one.promotion.id), default=None)


def _priced(line: PricingLine, price: SkuPrice, promotion_share: int, coupon_share: int) -> PricedLine:
    return PricedLine(
        sku_id=line.offer.sku_id,
        quantity=line.quantity,
        unit_price_fen=price.price_fen,
        base_price_fen=price.base_price_fen,
        label=price.label,
        amount_fen=price.price_fen * line.quantity,
        promotion_share_fen=promotion_share,
        coupon_share_fen=coupon_share,
    )


def _free_freight_short(goods_fen: int, settings: OrderSettings) -> int | None:
    if settings.free_freight_from_fen is None:
        return None
    return max(0, settings.free_freight_from_fen - goods_fen)


def _steps(
    goods_fen: int,
    promoted: _Promoted | None,
    verdict: Verdict | None,
    freight_fen: int,
    settings: OrderSettings,
) -> tuple[Step, ...]:
    steps = [Step("goods", "商品金额", goods_fen)]
    if promoted:
        steps.append(Step("promotion", _promotion_text(promoted.promotion), -promoted.off_fen))
    if verdict and verdict.discount_fen:
        steps.append(Step("coupon", f"优惠券「{verdict.coupon.terms.name}」", -verdict.discount_fen))
    steps.append(Step("freight", _freight_text(freight_fen, settings), freight_fen))
    return tuple(steps)


def _promotion_text(promotion: Promotion) -> str:
    terms = promotion.terms
    off = terms.discount.text if terms.discount else ""
    return f"「{terms.name}」满 {yuan(terms.threshold_fen or 0)} 元{off}"


def _freight_text(freight_fen: int, settings: OrderSettings) -> str:
    if settings.free_freight_from_fen is None:
        return "运费"
    free_from = yuan(settings.free_freight_from_fen)
    return f"运费（满 {free_from} 元包邮）" if freight_fen else f"运费（已满 {free_from} 元，包邮）"


def _terms(prices: Iterable[SkuPrice], promoted: _Promoted | None) -> tuple[TermsUsed, ...]:
    used = [price.terms for price in prices if price.terms]
    if promoted:
        used.append(TermsUsed("promotion", promoted.promotion.id, promoted.promotion.version))
    return tuple(dict.fromkeys(used))
