"""What an order would cost: priced and checked anew each time somebody asks."""

from collections.abc import Iterable
from datetime import datetime

from functions.agents import operations as agents
from functions.agents.schemas import Company
from functions.cart import rules, table
from functions.cart.operations import views
from functions.cart.rules import HeldPieces, Quote, QuotedLine
from functions.cart.schemas import AskQuote, CouponChoice, QuoteLineView, QuoteView, StepView
from functions.catalog import operations as catalog
from functions.catalog.operations import Offer
from functions.inventory import operations as inventory
from functions.points import operations as points
from functions.pricing import operations as pricing
from functions.pricing.operations import PricedOrder
from functions.settings import operations as settings
from functions.settings.schemas import OrderSettings


def quote(agent_id: str, lines: Iterable[tuple[str, int]], coupon_id: str | None, now: datetime) -> Quote:
    """Price an order of (sku_id, quantity) for a company that may order.

    Raises CompanyNotActive; SkuNotFound; NothingChosen; TooManySkus; CouponNotFound. Everything else that
    stands in the way is among the quote's problems.
    """
    company = agents.require_active(agent_id)
    quantities = rules.summed(lines)
    offers = catalog.current_offers(quantities)
    for sku_id in quantities:
        if sku_id not in offers:
            raise rules.SkuNotFound(sku_id=sku_id)
    return priced(
        company, [(offers[sku_id], quantity) for sku_id, quantity in quantities.items()], coupon_id, now
    )


def priced(company: Company, wanted: list[tuple[Offer, int]], coupon_id: str | None, now: datetime) -> Quote:
    """Price and check offers, each once."""
    # Before the prices: a price changed from now on raises the revision that the reservation asks for.
    stocks = inventory.stock(offer.sku_id for offer, _ in wanted)
    order_settings = settings.order_settings()
    lines = [pricing.PricingLine(offer, quantity) for offer, quantity in wanted]
    segments = agents.segments_of(company)
    order = pricing.price_order(company, lines, coupon_id, order_settings, now, segments)
    held = _held(order)
    quoted = []
    for (offer, quantity), line in zip(wanted, order.lines, strict=True):
        stock, kept = stocks.get(offer.sku_id), held.get(offer.sku_id, ())
        problems = rules.line_problems(offer, quantity, company.region, rules.available_to(stock, kept))
        quoted.append(QuotedLine(offer, line, stock, kept, tuple(problems)))
    return Quote(company, order_settings, tuple(quoted), order)


def _held(order: PricedOrder) -> dict[str, tuple[HeldPieces, ...]]:
    """What is held for the buyer, by SKU."""
    left = inventory.quotas_left((quota.terms.sku_id, quota.id) for quota in order.quotas)
    held: dict[str, tuple[HeldPieces, ...]] = {}
    for quota in order.quotas:
        if pieces := left.get(quota.id):
            sku_id = quota.terms.sku_id
            held[sku_id] = (*held.get(sku_id, ()), HeldPieces(quota.id, pieces, quota.terms.reason))
    return held


def ask(agent_id: str, wanted: AskQuote, now: datetime) -> QuoteView:
    """Quote lines, or the cart. Raises what `quote` raises."""
    if wanted.from_cart:
        lines = [(line.sku_id, line.quantity) for line in table.cart(agent_id).lines]
    else:
        lines = [(line.sku_id, line.quantity) for line in wanted.lines]
    return show(quote(agent_id, lines, wanted.coupon_id, now), now)


def show(found: Quote, now: datetime) -> QuoteView:
    """A quote as the checkout shows it, with the points it would earn and the coupons it could use."""
    order, blocking = found.order, found.problems
    return QuoteView(
        lines=[_line(line, found.settings) for line in found.lines],
        goods_fen=order.goods_fen,
        promotion_fen=order.promotion_fen,
        coupon_fen=order.coupon_fen,
        freight_fen=order.freight_fen,
        total_fen=order.total_fen,
        steps=[StepView(name=step.name, text=step.text, amount_fen=step.amount_fen) for step in order.steps],
        coupon_id=order.coupon_id,
        coupons=_coupons(found, now),
        minimum_short_fen=order.minimum_short_fen,
        free_freight_short_fen=order.free_freight_short_fen,
        points=points.preview(found.company, found.lines, now),
        problems=views.problems(blocking),
        can_order=not blocking,
        hash=found.hash,
    )


def _line(line: QuotedLine, order_settings: OrderSettings) -> QuoteLineView:
    return QuoteLineView(**views.goods(line, order_settings), net_fen=line.net_fen)


def _coupons(found: Quote, now: datetime) -> list[CouponChoice]:
    offers = [line.offer for line in found.lines]
    return [
        CouponChoice(
            coupon_id=verdict.coupon.coupon_id,
            name=verdict.coupon.terms.name,
            ends_at=verdict.coupon.ends_at,
            discount_fen=verdict.discount_fen,
            usable=not verdict.code,
            problem=verdict.problem,
        )
        for verdict in pricing.coupon_verdicts(found.company.agent_id, offers, found.order, now)
    ]
