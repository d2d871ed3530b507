"""Price lists, promotions and coupons for staff."""

from functions.inventory.operations import OutOfStock, StockNotFound
from functions.pricing import schemas
from functions.pricing.operations import companies, issuing, quotas, supporting, terms
from functions.pricing.rules.coupons import TemplateExhausted, TemplateTerms
from functions.pricing.rules.terms import PriceListTerms, PromotionTerms, QuotaTerms, StateForbids
from kit import ids
from kit.api import Call, Door, everywhere, permission
from kit.errors import KeyReused, NotFound, Stale
from kit.pages import Page, PageQuery

door = Door("pricing")
PRICING = permission("pricing")
SETS_PRICES = everywhere(PRICING)


@door.endpoint(
    "GET", "/agents/{agent_id}/prices", access=PRICING, answer=schemas.HeldTerms, errors=(NotFound,)
)
def show_terms_of_agent(call: Call, agent_id: str) -> schemas.HeldTerms:
    """Price lists, promotions and quotas that hold for a company now."""
    return companies.terms_of(agent_id, call.principal, call.now)


@door.endpoint(
    "GET",
    "/agents/{agent_id}/coupons",
    access=PRICING,
    query=schemas.CouponsQuery,
    answer=Page[schemas.CouponView],
    errors=(NotFound,),
)
def list_coupons_of_agent(call: Call, agent_id: str) -> Page[schemas.CouponView]:
    """One tab of a company's wallet."""
    return companies.coupons_of(agent_id, call.query, call.principal, call.now)


@door.endpoint("GET", "/price-lists", access=PRICING, query=PageQuery, answer=Page[schemas.PriceListView])
def list_price_lists(call: Call) -> Page[schemas.PriceListView]:
    """All price lists, newest first."""
    return terms.list_price_lists(call.query, call.now)


@door.endpoint(
    "POST", "/price-lists", access=SETS_PRICES, body=PriceListTerms, answer=schemas.PriceListView, status=201
)
def create_price_list(call: Call) -> schemas.PriceListView:
    """Draft a price list; it counts once it is published."""
    return terms.create_price_list(call.body, call.new_id(), call.principal.user_id, call.now)


@door.endpoint("GET", "/price-lists/{list_id}", access=PRICING, answer=schemas.PriceListView)
def show_price_list(call: Call, list_id: str) -> schemas.PriceListView:
    """One price list, without its prices."""
    return terms.price_list(list_id, call.now)


@door.endpoint(
    "PUT",
    "/price-lists/{list_id}",
    access=SETS_PRICES,
    body=schemas.ReplacePriceList,
    answer=schemas.PriceListView,
    errors=(Stale, StateForbids),
)
def replace_price_list(call: Call, list_id: str) -> schemas.PriceListView:
    """Change whom a price list is for, and when."""
    return terms.replace_price_list(list_id, call.body, call.principal.user_id, call.now)


@door.endpoint(
    "PUT",
    "/price-lists/{list_id}/state",
    access=SETS_PRICES,
    body=schemas.SetTermsState,
    answer=schemas.PriceListView,
    errors=(Stale, StateForbids),
)
def set_price_list_state(call: Call, list_id: str) -> schemas.PriceListView:
    """Publish, pause or end a price list."""
    return terms.set_price_list_state(list_id, call.body, call.principal.user_id, call.now)


@door.endpoint(
    "GET",
    "/price-lists/{list_id}/entries",
    access=PRICING,
    query=PageQuery,
    answer=Page[schemas.PriceEntry],
)
def list_entries(call: Call, list_id: str) -> Page[schemas.PriceEntry]:
    """The prices of a list."""
    return terms.list_entries(list_id, call.query)


@door.endpoint(
    "PUT",
    "/price-lists/{list_id}/entries",
    access=SETS_PRICES,
    body=schemas.EditPriceEntries,
    status=204,
    errors=(StockNotFound,),
)
def edit_entries(call: Call, list_id: str) -> None:
    """Set and take out prices, all or none."""
    terms.edit_entries(list_id, call.body, call.principal.user_id, call.now)


@door.endpoint("GET", "/promotions", access=PRICING, query=PageQuery, answer=Page[schemas.PromotionView])
def list_promotions(call: Call) -> Page[schemas.PromotionView]:
    """All promotions, newest first."""
    return terms.list_promotions(call.query, call.now)


@door.endpoint(
    "POST", "/promotions", access=SETS_PRICES, body=PromotionTerms, answer=schemas.PromotionView, status=201
)
def create_promotion(call: Call) -> schemas.PromotionView:
    """Draft a promotion; it counts once it is published."""
    return terms.create_promotion(call.body, call.new_id(), call.principal.user_id, call.now)


@door.endpoint("GET", "/promotions/{promotion_id}", access=PRICING, answer=schemas.PromotionView)
def show_promotion(call: Call, promotion_id: str) -> schemas.PromotionView:
    """One promotion."""
    return terms.promotion(promotion_id, call.now)


@door.endpoint(
    "PUT",
    "/promotions/{promotion_id}",
    access=SETS_PRICES,
    body=schemas.ReplacePromotion,
    answer=schemas.PromotionView,
    errors=(Stale, StateForbids),
)
def replace_promotion(call: Call, promotion_id: str) -> schemas.PromotionView:
    """Change a promotion; orders quoted with it are quoted again."""
    return terms.replace_promotion(promotion_id, call.body, call.principal.user_id, call.now)


@door.endpoint(
    "PUT",
    "/promotions/{promotion_id}/state",
    access=SETS_PRICES,
    body=schemas.SetTermsState,
    answer=schemas.PromotionView,
    errors=(Stale, StateForbids),
)
def set_promotion_state(call: Call, promotion_id: str) -> schemas.PromotionView:
    """Publish, pause or end a promotion."""
    return terms.set_promotion_state(promotion_id, call.body, call.principal.user_id, call.now)


@door.endpoint("GET", "/quotas", access=PRICING, query=PageQuery, answer=Page[schemas.QuotaView])
def list_quotas(call: Call) -> Page[schemas.QuotaView]:
    """Goods held for some companies, newest first."""
    return quotas.list_quotas(call.query, call.now)


@door.endpoint(
    "POST",
    "/quotas",
    access=SETS_PRICES,
    body=QuotaTerms,
    answer=schemas.QuotaView,
    status=201,
    idempotent=True,
    errors=(OutOfStock, StockNotFound, KeyReused),
)
def create_quota(call: Call) -> schemas.QuotaView:
    """Hold pieces of scarce goods for some companies, from now until the window ends."""
    user_id = call.principal.user_id
    quota_id = ids.derived_id("quota", user_id, call.idempotency_key)
    return quotas.create_quota(call.body, quota_id, user_id, call.now)


@door.endpoint("GET", "/quotas/{quota_id}", access=PRICING, answer=schemas.QuotaView)
def show_quota(call: Call, quota_id: str) -> schemas.QuotaView:
    """One quota and how much of it is left."""
    return quotas.quota(quota_id, call.now)


@door.endpoint("DELETE", "/quotas/{quota_id}", access=SETS_PRICES, status=204)
def end_quota(call: Call, quota_id: str) -> None:
    """Give what is left of a quota back to everybody."""
    quotas.end_quota(quota_id, call.principal.user_id, call.now)


@door.endpoint("GET", "/coupons", access=PRICING, query=PageQuery, answer=Page[schemas.CouponTemplateView])
def list_templates(call: Call) -> Page[schemas.CouponTemplateView]:
    """All kinds of coupons, newest first."""
    return terms.list_templates(call.query)


@door.endpoint(
    "POST", "/coupons", access=SETS_PRICES, body=TemplateTerms, answer=schemas.CouponTemplateView, status=201
)
def create_template(call: Call) -> schemas.CouponTemplateView:
    """Make a kind of coupons that can be issued."""
    return terms.create_template(call.body, call.new_id(), call.principal.user_id, call.now)


@door.endpoint("GET", "/coupons/{template_id}", access=PRICING, answer=schemas.CouponTemplateView)
def show_template(call: Call, template_id: str) -> schemas.CouponTemplateView:
    """One kind of coupons."""
    return terms.template(template_id)


@door.endpoint(
    "PUT",
    "/coupons/{template_id}",
    access=SETS_PRICES,
    body=schemas.ReplaceCouponTemplate,
    answer=schemas.CouponTemplateView,
    errors=(Stale,),
)
def replace_template(call: Call, template_id: str) -> schemas.CouponTemplateView:
    """Other terms for coupons issued from now on; those in wallets stay as they are."""
    return terms.replace_template(template_id, call.body, call.principal.user_id, call.now)


@door.endpoint(
    "PUT",
    "/coupons/{template_id}/state",
    access=SETS_PRICES,
    body=schemas.SetTemplateState,
    answer=schemas.CouponTemplateView,
    errors=(Stale,),
)
def set_template_state(call: Call, template_id: str) -> schemas.CouponTemplateView:
    """Stop issuing, or go on."""
    return terms.set_template_state(template_id, call.body, call.principal.user_id, call.now)


@door.endpoint(
    "POST",
    "/coupons/{template_id}/issues",
    access=PRICING,
    body=schemas.IssueCoupons,
    answer=schemas.IssuedCoupons,
    status=201,
    idempotent=True,
    errors=(TemplateExhausted, KeyReused),
)
def issue_coupons(call: Call, template_id: str) -> schemas.IssuedCoupons:
    """Put one coupon each into the wallets of some agents."""
    command_id = ids.derived_id("coupons", call.principal.user_id, template_id, call.idempotency_key)
    return issuing.issue_by_hand(template_id, call.body, command_id, call.principal, call.now)


@door.endpoint(
    "POST",
    "/supports",
    access=SETS_PRICES,
    body=schemas.Support,
    answer=schemas.SupportView,
    status=201,
    idempotent=True,
    errors=(StockNotFound, OutOfStock, KeyReused),
)
def support_companies(call: Call) -> schemas.SupportView:
    """Give promising companies a discount and hold goods for them, in one step."""
    plan_id = ids.derived_id("support", call.principal.user_id, call.idempotency_key)
    return supporting.support(call.body, plan_id, call.principal.user_id, call.now)


@door.endpoint("GET", "/supports", access=PRICING, query=PageQuery, answer=Page[schemas.SupportView])
def list_supports(call: Call) -> Page[schemas.SupportView]:
    """What companies are supported with, and how much is left of it."""
    return supporting.list_supports(call.query, call.now)
