"""Offers, companies and terms for tests of prices."""

from dataclasses import dataclass

from functions.pricing.rules.coupons import Coupon, CouponTerms
from functions.pricing.rules.prices import PriceList, Promotion
from functions.pricing.rules.terms import Audience, Discount, PriceListTerms, PromotionTerms, Window

NOW = "2026-11-22T02:00:00Z"
OPEN = Window(starts_at="2026-11-01T00:00:00Z", ends_at="2026-12-01T00:00:00Z")


@dataclass(frozen=True)
class Sku:
    sku_id: str = "SKU0000001"
    base_price_fen: int = 10_000
    product_id: str = "PRODUCT001"
    category_path: tuple[str, ...] = ("CATEGORY01", "CATEGORY02")
    brand_id: str = "BRAND00001"
    tags: tuple[str, ...] = ("新品",)


@dataclass(frozen=True)
class Region:
    province_code: str = "440000"
    city_code: str = "440100"
    district_code: str | None = None


@dataclass(frozen=True)
class Company:
    agent_id: str = "AGENT00001"
    tier: str = "gold"
    region: Region | None = Region()


def promotion(kind="unit", id_="PROMOTION1", version=1, **terms):
    given = {"name": "开春订货会", "kind": kind, "window": OPEN} | terms
    return Promotion(id_, PromotionTerms(**given), "published", version)


def price_list(id_="LIST000001", **terms):
    given = {"name": "金牌价", "audience": Audience(), "window": OPEN} | terms
    return PriceList(id_, PriceListTerms(**given), "published", 1)


def coupon(discount=None, state="issued", **terms):
    return Coupon(
        coupon_id="COUPON0001",
        agent_id="AGENT00001",
        template_id="TEMPLATE01",
        terms=CouponTerms(name="新客券", discount=discount or Discount(off_fen=2_000), **terms),
        starts_at=OPEN.starts_at,
        ends_at=OPEN.ends_at,
        state=state,
        source="staff",
        issued_at=OPEN.starts_at,
    )
