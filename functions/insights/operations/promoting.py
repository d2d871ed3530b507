"""A slow mover for less, in one step; and what it sold before and meanwhile."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from functions.catalog import operations as catalog
from functions.catalog.operations import Offer
from functions.insights.rules import promotions as rules
from functions.insights.rules.demand import Sales
from functions.insights.schemas.learning import AdviceQuery, PromoteSlowMover, UpliftView
from functions.insights.table import advice as table
from functions.pricing.operations import TermsNotFound
from functions.pricing.operations import terms as pricing
from functions.pricing.schemas import PromotionTerms, PromotionView, SetTermsState, Window
from kit import clock, money, transaction
from kit.errors import KeyReused
from kit.pages import Page

_BEGINNING = timedelta(minutes=1)  # longer than a promotion takes to be made
_MEASURED = timedelta(days=70)  # after its beginning a promotion of 60 days is over


def promote(sku_id: str, order: PromoteSlowMover, promotion_id: str, actor: str, now: datetime) -> UpliftView:
    """Offer a SKU to everybody for less from now on, once per id, and one promotion of a SKU at a time.

    Raises NotForSale or AlreadyPromoted; KeyReused when the id stood for something else. What was begun is
    taken up again.
    """
    offer = catalog.current_offers([sku_id]).get(sku_id)
    if offer is None or not offer.on_sale:
        raise rules.NotForSale(sku_id=sku_id)
    transaction.retry_stale(lambda: _claim(sku_id, promotion_id, now))
    made = _promotion(offer, order, promotion_id, actor, now)
    if made.state == "draft":
        publish = SetTermsState(version=made.version, state="published")
        made = pricing.set_promotion_state(promotion_id, publish, actor, now)
    window = made.terms.window
    view = UpliftView(
        promotion_id=promotion_id,
        sku_id=sku_id,
        title=f"{offer.name} {offer.spec}".strip(),
        price_fen=made.terms.prices[sku_id],
        base_price_fen=offer.base_price_fen,
        starts_at=window.starts_at,
        ends_at=window.ends_at or "",
        days=0,
        units_before=0,
        units_during=0,
        net_before_fen=0,
        net_during_fen=0,
    )
    table.begin_promotion(view.starts_at, promotion_id, view.model_dump())
    return view


def promotions(query: AdviceQuery) -> Page[UpliftView]:
    """Promotions of slow movers with what they brought, the newest first."""
    found, cursor = table.promotions(query)
    return Page(items=[UpliftView.model_validate(one) for one in found], next_cursor=cursor)


def measure(sales: Mapping[str, Sales], now: datetime) -> None:
    """Compare what promotions sold with the equally long time before them."""
    today = clock.business_day(now)
    since = clock.to_text(clock.start_of_day(today - _MEASURED))
    for document in table.promotions_since(since):
        known = UpliftView.model_validate(document)
        ends_at = _ended_at(known, now)
        first, last = (clock.business_day(clock.from_text(at)) for at in (known.starts_at, ends_at))
        during, before = rules.compared(first, last, today)
        sold = sales.get(known.sku_id, Sales())
        measured = known.model_copy(
            update={
                "ends_at": ends_at,
                "days": len(during),
                "units_before": sum(sold.units.get(day, 0) for day in before),
                "units_during": sum(sold.units.get(day, 0) for day in during),
                "net_before_fen": sum(sold.net_fen.get(day, 0) for day in before),
                "net_during_fen": sum(sold.net_fen.get(day, 0) for day in during),
            }
        )
        table.save_promotion(known.starts_at, known.promotion_id, measured.model_dump())


def _ended_at(known: UpliftView, now: datetime) -> str:
    """When a promotion ends; staff may have ended it earlier."""
    made = pricing.promotion(known.promotion_id, now)
    return min(known.ends_at, made.changed_at) if made.state == "ended" else known.ends_at


def _claim(sku_id: str, promotion_id: str, now: datetime) -> None:
    known = table.promoting(sku_id)
    before, since = known or (None, "")
    if before == promotion_id:
        return
    if before and _holds(before, since, now):
        raise rules.AlreadyPromoted(sku_id=sku_id, promotion_id=before)
    table.claim_promotion(sku_id, promotion_id, clock.to_text(now), before)


def _holds(promotion_id: str, since: str, now: datetime) -> bool:
    """Whether a promotion still stands in the way of another; one that was only meant does so for a while."""
    try:
        return pricing.promotion(promotion_id, now).phase != "ended"
    except TermsNotFound:
        return now < clock.from_text(since) + _BEGINNING


def _promotion(
    offer: Offer, order: PromoteSlowMover, promotion_id: str, actor: str, now: datetime
) -> PromotionView:
    price_fen = max(offer.base_price_fen - money.part_of(offer.base_price_fen, order.off_bps), 1)
    window = _lasting(clock.to_text(now), order.days)
    terms = PromotionTerms(name=order.name, kind="price", prices={offer.sku_id: price_fen}, window=window)
    try:
        made = pricing.promotion(promotion_id, now)
    except TermsNotFound:
        return pricing.create_promotion(terms, promotion_id, actor, now)
    if made.terms != terms.model_copy(update={"window": _lasting(made.terms.window.starts_at, order.days)}):
        raise KeyReused()
    return made


def _lasting(starts_at: str, days: int) -> Window:
    ends_at = clock.from_text(starts_at) + timedelta(days=days)
    return Window(starts_at=starts_at, ends_at=clock.to_text(ends_at))
