"""Coupons: issued into a wallet, held by an order, used when it is paid, back when it is closed."""

from collections.abc import Sequence
from datetime import datetime

from functions.pricing.rules import coupons
from functions.pricing.rules.coupons import Coupon, CouponTerms, Template, Verdict
from functions.pricing.rules.order import PricedOrder
from functions.pricing.rules.terms import Goods, yuan
from functions.pricing.schemas import CouponsQuery, CouponView
from functions.pricing.table import coupons as wallets
from functions.pricing.table import terms as written
from kit import clock
from kit.pages import Page
from kit.transaction import Part


def list_coupons(agent_id: str, query: CouponsQuery, now: datetime) -> Page[CouponView]:
    """A tab of an agent's wallet."""
    instant = clock.to_text(now)
    found, cursor = wallets.tab(agent_id, query.tab, instant, query)
    return Page(items=[_view(coupon, instant) for coupon in found], next_cursor=cursor)


def coupon_verdicts(
    agent_id: str, goods: Sequence[Goods], priced: PricedOrder, now: datetime
) -> list[Verdict]:
    """What each coupon in the wallet would do for an order: the best in front, those of no use last."""
    instant = clock.to_text(now)
    reduced = [line.amount_fen - line.promotion_share_fen for line in priced.lines]
    verdicts = [
        coupons.judge(coupon, goods, reduced, instant) for coupon in wallets.open_coupons(agent_id, instant)
    ]
    return sorted(verdicts, key=lambda one: -one.discount_fen)


def hold_coupon_parts(agent_id: str, coupon_id: str, order_id: str, now: datetime) -> list[Part]:
    """An order takes a coupon. Errors: CouponNotFound, CouponTaken, CouponExpired."""
    return [wallets.hold_part(agent_id, coupon_id, order_id, clock.to_text(now))]


def use_coupon_parts(agent_id: str, coupon_id: str, order_id: str, now: datetime) -> list[Part]:
    """The order that holds the coupon was paid. Error: CouponNotHeld."""
    return [wallets.use_part(agent_id, coupon_id, order_id, clock.to_text(now))]


def release_coupon_parts(agent_id: str, coupon_id: str, order_id: str) -> list[Part]:
    """The order that holds or used the coupon was closed: it can be used again. Error: CouponNotHeld."""
    return [wallets.release_part(agent_id, coupon_id, order_id)]


def issue_coupon_parts(
    agent_id: str, template_id: str, coupon_id: str, source: str, now: datetime
) -> list[Part]:
    """Put one coupon into a wallet. Errors: CouponAlreadyIssued, TemplateExhausted; raises TermsNotFound."""
    template = written.template(written.find("TEMPLATES", template_id))
    return [
        wallets.issue_coupon_part(new_coupon(template, agent_id, coupon_id, source, now)),
        written.count_issued_part(template, 1),
    ]


def new_coupon(template: Template, agent_id: str, coupon_id: str, source: str, now: datetime) -> Coupon:
    terms, window = template.terms, coupons.validity(template.terms, now)
    return Coupon(
        coupon_id=coupon_id,
        agent_id=agent_id,
        template_id=template.id,
        terms=CouponTerms(
            name=terms.name, discount=terms.discount, min_spend_fen=terms.min_spend_fen, scope=terms.scope
        ),
        starts_at=window.starts_at,
        ends_at=window.ends_at or "",
        state="issued",
        source=source,
        issued_at=clock.to_text(now),
    )


def _view(coupon: Coupon, now: str) -> CouponView:
    terms = coupon.terms
    asks = f"，满 {yuan(terms.min_spend_fen)} 元可用" if terms.min_spend_fen else ""
    return CouponView(
        coupon_id=coupon.coupon_id,
        name=terms.name,
        text=terms.discount.text + asks,
        **terms.discount.model_dump(),
        min_spend_fen=terms.min_spend_fen,
        scope=terms.scope,
        starts_at=coupon.starts_at,
        ends_at=coupon.ends_at,
        state=coupons.shown_state(coupon, now),
        order_id=coupon.order_id,
    )
