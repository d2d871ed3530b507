"""What agents and staff see and enter about prices, promotions and coupons."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from functions.pricing.rules.coupons import Shown, TemplateState, TemplateTerms
from functions.pricing.rules.terms import (
    Audience,
    Discount,
    Fen,
    Id,
    Kind,
    Phase,
    PriceListTerms,
    QuotaTerms,
    Scope,
    State,
)
from functions.pricing.rules.terms import PromotionTerms as PromotionTerms
from functions.pricing.rules.terms import Window as Window
from kit.api import Body, View
from kit.fields import Version
from kit.pages import PageQuery

MOST_ENTRIES = 40


class CouponsQuery(PageQuery):
    """A tab of the wallet."""

    tab: Literal["usable", "used", "expired"] = "usable"


class CouponView(View):
    """A coupon in the wallet; `text` says what it is worth, `scope` for which goods."""

    coupon_id: str
    name: str
    text: str
    off_fen: int | None
    off_bps: int | None
    cap_fen: int | None
    min_spend_fen: int
    scope: Scope
    starts_at: str
    ends_at: str
    state: Shown
    order_id: str | None


class _TermsView(View):
    id: str
    version: int
    changed_at: str
    changed_by: str


class PriceListView(_TermsView):
    """A price list without its prices. `phase` is what it means at present."""

    state: State
    phase: Phase
    terms: PriceListTerms


class PromotionView(_TermsView):
    """A promotion. `phase` is what it means at present."""

    state: State
    phase: Phase
    terms: PromotionTerms


class QuotaView(_TermsView):
    """Pieces held for some companies; `left` were not ordered yet. `phase` is what it means at present."""

    state: State
    phase: Phase
    left: int
    terms: QuotaTerms


class _Held(View):
    id: str
    audience: Audience
    window: Window


class HeldPriceList(_Held):
    """A price list that holds for a company."""

    name: str


class HeldPromotion(_Held):
    """A promotion that holds for a company."""

    name: str
    kind: Kind
    scope: Scope
    prices: dict[str, int]
    discount: Discount | None
    threshold_fen: int | None


class HeldQuota(_Held):
    """Pieces that are held for a company, and others like it; `left` were not ordered yet."""

    sku_id: str
    pieces: int
    left: int
    reason: str


class HeldTerms(View):
    """All that makes a company's prices other than base prices, and goods held for it, at present."""

    price_lists: list[HeldPriceList]
    promotions: list[HeldPromotion]
    quotas: list[HeldQuota]


class CouponTemplateView(_TermsView):
    """Coupons that can be issued; `issued` were."""

    state: TemplateState
    issued: int
    terms: TemplateTerms


class ReplacePriceList(Body):
    """New terms; `version` is the one they were edited from."""

    version: Version
    terms: PriceListTerms


class ReplacePromotion(Body):
    """New terms; `version` is the one they were edited from."""

    version: Version
    terms: PromotionTerms


class ReplaceCouponTemplate(Body):
    """New terms for coupons issued from now on; `version` is the one they were edited from."""

    version: Version
    terms: TemplateTerms


class SetTermsState(Body):
    """Publish, pause or end."""

    version: Version
    state: Literal["published", "paused", "ended"]


class SetTemplateState(Body):
    """Stop issuing, or go on."""

    version: Version
    state: TemplateState


class PriceEntry(Body):
    """The price of a SKU in a list."""

    sku_id: Id
    price_fen: Fen


class EditPriceEntries(Body):
    """Prices to set and to take out; at most 40 SKUs, each once."""

    set: Annotated[tuple[PriceEntry, ...], Field(max_length=MOST_ENTRIES)] = ()
    remove: Annotated[tuple[Id, ...], Field(max_length=MOST_ENTRIES)] = ()

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        sku_ids = [*(entry.sku_id for entry in self.set), *self.remove]
        if not 1 <= len(sku_ids) <= MOST_ENTRIES or len(set(sku_ids)) < len(sku_ids):
            raise ValueError(f"每次修改 1 至 {MOST_ENTRIES} 个规格，且不能重复")
        return self


class IssueCoupons(Body):
    """One coupon for each of these agents."""

    agent_ids: Annotated[list[Id], Field(min_length=1, max_length=50)]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len(set(self.agent_ids)) < len(self.agent_ids):
            raise ValueError("代理商不能重复")
        return self


class IssuedCoupons(View):
    """The coupons that were issued."""

    coupon_ids: list[str]


class SupportedGoods(Body):
    """Pieces of a SKU that are held."""

    sku_id: Id
    pieces: Annotated[int, Field(ge=1, le=1_000_000)]


class Support(Body):
    """What promising companies, or a new market, get for some time; `name` is the reason they see."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    audience: Audience
    window: Window
    off_bps: Annotated[int, Field(ge=1, le=5_000)] | None = None
    scope: Scope = Scope()
    goods: Annotated[tuple[SupportedGoods, ...], Field(max_length=20)] = ()

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.off_bps is None and not self.goods:
            raise ValueError("请填写折扣或保留的商品")
        if self.audience == Audience():
            raise ValueError("请选择支持哪些代理商、等级、分群或地区")
        if self.window.ends_at is None:
            raise ValueError("支持计划须有结束时间")
        if len({one.sku_id for one in self.goods}) < len(self.goods):
            raise ValueError("每个规格只能填写一次")
        return self


class SupportView(View):
    """A plan of support and what became of it: a promotion and quotas, changed and ended like any others."""

    support_id: str
    plan: Support
    made_at: str
    made_by: str
    promotion: PromotionView | None
    quotas: list[QuotaView]
