"""What companies pay: prices, promotions, coupons and the total of an order."""

from functions.pricing.operations.counting import coupons_issued, wallet
from functions.pricing.operations.coupons import (
    coupon_verdicts,
    hold_coupon_parts,
    issue_coupon_parts,
    list_coupons,
    release_coupon_parts,
    use_coupon_parts,
)
from functions.pricing.operations.prices import (
    offered,
    own_prices,
    price_order,
    prices_for,
    promotion_check_parts,
)
from functions.pricing.operations.turning import Turned, turned_reductions
from functions.pricing.rules.coupons import (
    Coupon,
    CouponExpired,
    CouponNotFound,
    CouponNotHeld,
    CouponTaken,
    TemplateExhausted,
    Verdict,
)
from functions.pricing.rules.order import (
    PricedLine,
    PricedOrder,
    PricingLine,
    Step,
)
from functions.pricing.rules.prices import Quota, SkuPrice, TermsUsed
from functions.pricing.rules.terms import Discount, Scope, TermsChanged, TermsNotFound

__all__ = [
    "Coupon",
    "CouponExpired",
    "CouponNotFound",
    "CouponNotHeld",
    "CouponTaken",
    "Discount",
    "PricedLine",
    "PricedOrder",
    "PricingLine",
    "Quota",
    "Scope",
    "SkuPrice",
    "Step",
    "TemplateExhausted",
    "TermsChanged",
    "TermsNotFound",
    "TermsUsed",
    "Turned",
    "Verdict",
    "coupon_verdicts",
    "coupons_issued",
    "hold_coupon_parts",
    "issue_coupon_parts",
    "list_coupons",
    "offered",
    "own_prices",
    "price_order",
    "prices_for",
    "promotion_check_parts",
    "release_coupon_parts",
    "turned_reductions",
    "use_coupon_parts",
    "wallet",
]
