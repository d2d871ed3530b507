"""Support for promising companies and new markets: a discount and goods held for them, in one step."""

from datetime import datetime

from functions.pricing.operations import quotas, terms
from functions.pricing.rules.terms import Discount, PromotionTerms, QuotaTerms
from functions.pricing.schemas import (
    PromotionView,
    QuotaView,
    SetTermsState,
    Support,
    SupportedGoods,
    SupportView,
)
from functions.pricing.table import supports
from functions.pricing.table import terms as table
from kit import clock, ids
from kit.pages import Page, PageQuery


def support(plan: Support, plan_id: str, actor: str, now: datetime) -> SupportView:
    """Hold goods for companies and give them a discount, once per id; what was begun is taken up again.

    Goods come first: raises OutOfStock or StockNotFound before anything is cheaper; KeyReused.
    """
    supports.keep(plan_id, plan.model_dump(mode="json"), ids.fingerprint(plan), actor, clock.to_text(now))
    for goods in plan.goods:
        _hold(plan, goods, plan_id, actor, now)
    if plan.off_bps:
        _discount(plan, plan_id, actor, now)
    return _view(plan_id, plan, clock.to_text(now), actor, now)


def list_supports(query: PageQuery, now: datetime) -> Page[SupportView]:
    """Plans of support with what became of them."""
    rows, cursor = supports.supports(query)
    plans = [(row, Support.model_validate(row.plan, strict=False)) for row in rows]
    return Page(
        items=[_view(row.sk, plan, row.made_at, row.made_by, now) for row, plan in plans], next_cursor=cursor
    )


def _hold(plan: Support, goods: SupportedGoods, plan_id: str, actor: str, now: datetime) -> None:
    wanted = QuotaTerms(
        sku_id=goods.sku_id,
        pieces=goods.pieces,
        reason=plan.name,
        audience=plan.audience,
        window=plan.window,
    )
    quotas.create_quota(wanted, _quota_id(plan_id, goods), actor, now)


def _discount(plan: Support, plan_id: str, actor: str, now: datetime) -> None:
    promotion_id = _promotion_id(plan_id)
    if table.known("PROMOTIONS", promotion_id) is None:
        wanted = PromotionTerms(
            name=plan.name,
            kind="unit",
            audience=plan.audience,
            scope=plan.scope,
            window=plan.window,
            discount=Discount(off_bps=plan.off_bps),
        )
        terms.create_promotion(wanted, promotion_id, actor, now)
    made = terms.promotion(promotion_id, now)
    if made.state == "draft":
        publish = SetTermsState(version=made.version, state="published")
        terms.set_promotion_state(promotion_id, publish, actor, now)


def _view(plan_id: str, plan: Support, made_at: str, made_by: str, now: datetime) -> SupportView:
    return SupportView(
        support_id=plan_id,
        plan=plan,
        made_at=made_at,
        made_by=made_by,
        promotion=_promotion(plan_id, now),
        quotas=[one for goods in plan.goods if (one := _quota(_quota_id(plan_id, goods), now))],
    )


def _promotion(plan_id: str, now: datetime) -> PromotionView | None:
    made = table.known("PROMOTIONS", _promotion_id(plan_id))
    return terms.promotion(made.sk, now) if made else None


def _quota(quota_id: str, now: datetime) -> QuotaView | None:
    made = table.known("QUOTAS", quota_id)
    return quotas.quota(made.sk, now) if made else None


def _promotion_id(plan_id: str) -> str:
    return ids.derived_id("support", plan_id)


def _quota_id(plan_id: str, goods: SupportedGoods) -> str:
    return ids.derived_id("support", plan_id, goods.sku_id)
