"""What one company is offered, for staff of its region: the terms that hold for it now, and its coupons."""

from datetime import datetime

from functions.agents import operations as agents
from functions.inventory import operations as inventory
from functions.pricing.operations.coupons import list_coupons
from functions.pricing.operations.prices import in_force
from functions.pricing.schemas import (
    CouponsQuery,
    CouponView,
    HeldPriceList,
    HeldPromotion,
    HeldQuota,
    HeldTerms,
)
from kit import clock
from kit.pages import Page
from kit.tokens import Principal


def terms_of(agent_id: str, staff: Principal, now: datetime) -> HeldTerms:
    """Price lists, promotions and quotas that hold for a company now, and why. Raises NotFound."""
    company = agents.require_covered(agent_id, staff)
    held = in_force(company, clock.to_text(now), agents.segments_of(company))
    left = inventory.quotas_left((one.terms.sku_id, one.id) for one in held.quotas)
    return HeldTerms(
        price_lists=[HeldPriceList(id=one.id, **one.terms.model_dump()) for one in held.lists],
        promotions=[HeldPromotion(id=one.id, **one.terms.model_dump()) for one in held.promotions],
        quotas=[
            HeldQuota(id=one.id, left=left.get(one.id, 0), **one.terms.model_dump()) for one in held.quotas
        ],
    )


def coupons_of(agent_id: str, query: CouponsQuery, staff: Principal, now: datetime) -> Page[CouponView]:
    """A tab of a company's wallet. Raises NotFound."""
    agents.require_covered(agent_id, staff)
    return list_coupons(agent_id, query, now)
