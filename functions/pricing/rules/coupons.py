"""Coupons: their states, what they ask for, and what they take off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from functions.pricing.rules.terms import Discount, Goods, Name, Scope, Terms, Window, yuan
from kit import clock
from kit.errors import Conflict, DomainError, NotFound

CouponState = Literal["issued", "held", "used"]
Shown = Literal["issued", "held", "used", "expired"]
Code = Literal["", "CouponTaken", "CouponExpired", "CouponNotApplicable", "CouponBelowMinimum"]
TemplateState = Literal["active", "stopped"]

# Expiry is no step: an issued coupon is expired by comparison, from the first second.
TRANSITIONS: frozenset[tuple[CouponState, CouponState]] = frozenset(
    {("issued", "held"), ("held", "used"), ("held", "issued"), ("used", "issued")}
)


class CouponNotFound(NotFound):
    """No such coupon in this wallet."""

    title = "没有找到该优惠券"


class CouponTaken(Conflict):
    """The coupon is used, or held by another order."""

    title = "优惠券已被使用，或正用于其他订单"


class CouponExpired(Conflict):
    """The coupon's window is over or has not begun."""

    title = "优惠券不在有效期内"


class CouponNotHeld(Conflict):
    """This order does not hold the coupon."""

    title = "优惠券未被该订单占用"


class CouponAlreadyIssued(Conflict):
    """A coupon with this id was issued before."""

    title = "优惠券已发放"


class TemplateExhausted(Conflict):
    """All coupons of this template are out, or it was stopped or changed."""

    title = "优惠券已发完或已停止发放"


class CouponTerms(Terms):
    """What a coupon takes off and what it asks for."""

    name: Name
    discount: Discount
    min_spend_fen: Annotated[int, Field(ge=0, le=10_000_000_00)] = 0
    scope: Scope = Scope()


class TemplateTerms(CouponTerms):
    """Coupons to be issued: valid in a fixed window, or for some days from the day of issue."""

    window: Window | None = None
    valid_days: Annotated[int, Field(ge=1, le=730)] | None = None
    quota: Annotated[int, Field(ge=1, le=1_000_000)] | None = None

    @model_validator(mode="after")
    def _one_validity(self) -> Self:
        if (self.window is None) == (self.valid_days is None):
            raise ValueError("固定有效期与领取后有效天数须填且只填一项")
        if self.window is not None and self.window.ends_at is None:
            raise ValueError("优惠券须有截止时间")
        return self


_NOTHING = "订单中没有适用该优惠券的商品"


@dataclass(frozen=True)
class Template:
    """Coupons to be issued; `issued` counts those that were."""

    id: str
    terms: TemplateTerms
    state: TemplateState
    issued: int
    version: int


@dataclass(frozen=True)
class Coupon:
    """A coupon in an agent's wallet, with the terms it was issued on."""

    coupon_id: str
    agent_id: str
    template_id: str
    terms: CouponTerms
    starts_at: str
    ends_at: str
    state: CouponState
    source: str
    issued_at: str
    order_id: str | None = None
    used_at: str | None = None


@dataclass(frozen=True)
class Verdict:
    """What a coupon would take off an order, or why it cannot be used (`code`, `problem`)."""

    coupon: Coupon
    discount_fen: int = 0
    code: Code = ""
    problem: str = ""


def validity(terms: TemplateTerms, now: datetime) -> Window:
    """The window of a coupon issued now; days end at midnight in Shanghai. Raises TemplateExhausted."""
    if terms.window is not None:
        if terms.window.ends_at is not None and terms.window.ends_at <= clock.to_text(now):
            raise TemplateExhausted()
        return terms.window
    last_day = clock.business_day(now) + timedelta(days=terms.valid_days or 0)
    ends = clock.start_of_day(last_day + timedelta(days=1))
    return Window(starts_at=clock.to_text(now), ends_at=clock.to_text(ends))


def shown_state(coupon: Coupon, now: str) -> Shown:
    """The state people see."""
    return "expired" if coupon.state == "issued" and coupon.ends_at <= now else coupon.state


def judge(coupon: Coupon, goods: Sequence[Goods], amounts: Sequence[int], now: str) -> Verdict:
    """Whether a coupon can be used on lines worth these amounts, and what it takes off."""
    if coupon.state != "issued":
        return Verdict(coupon, code="CouponTaken", problem=CouponTaken.title)
    if not coupon.starts_at <= now < coupon.ends_at:
        return Verdict(coupon, code="CouponExpired", problem=CouponExpired.title)
    eligible = sum(eligible_amounts(coupon, goods, amounts))
    if eligible < coupon.terms.min_spend_fen:
        short = coupon.terms.min_spend_fen - eligible
        return Verdict(coupon, code="CouponBelowMinimum", problem=f"还差 {yuan(short)} 元可用")
    off = coupon.terms.discount.of(eligible)
    return Verdict(coupon, off) if off else Verdict(coupon, code="CouponNotApplicable", problem=_NOTHING)


def eligible_amounts(coupon: Coupon, goods: Sequence[Goods], amounts: Sequence[int]) -> list[int]:
    """The amounts of the lines a coupon is meant for; nothing for the others."""
    return [
        amount if coupon.terms.scope.covers(one) else 0 for one, amount in zip(goods, amounts, strict=True)
    ]


def refusal_to_hold(old: dict[str, Any] | None) -> DomainError:
    """Why a coupon could not be held, from the row as it was."""
    if old is None:
        return CouponNotFound()
    return CouponTaken() if old["state"] != "issued" else CouponExpired()
