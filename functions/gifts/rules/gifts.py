"""Gifts: what they are, who may redeem them when, and how often."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from kit import clock
from kit.errors import Conflict, Forbidden, Invalid, NotFound

Kind = Literal["physical", "coupon", "virtual"]
Category = Literal["sample", "marketing", "electronics", "home", "coupon", "service"]
GiftState = Literal["draft", "on_sale", "off_sale", "archived"]

CATEGORIES: Mapping[Category, str] = {
    "sample": "样品",
    "marketing": "营销物料",
    "electronics": "电子",
    "home": "家居",
    "coupon": "优惠券",
    "service": "虚拟服务",
}
GIFT_STATES: Mapping[GiftState, frozenset[GiftState]] = {
    "draft": frozenset({"on_sale", "archived"}),
    "on_sale": frozenset({"off_sale"}),
    "off_sale": frozenset({"on_sale", "archived"}),
    "archived": frozenset(),
}
# A coupon template and a code pool are written once per coupon or code, and a transaction has a limit.
MOST_PIECES: Mapping[Kind, int] = {"physical": 100, "coupon": 1, "virtual": 10}


class GiftNotFound(NotFound):
    """No such gift, or it is not on offer."""

    title = "礼品不存在或已下架"


class GiftOutOfStock(Conflict):
    """Fewer pieces are left than asked for; `available` says how many."""

    title = "礼品库存不足"


class GiftNotOpen(Conflict):
    """The gift cannot be redeemed before or after its window."""

    title = "不在兑换时间内"


class LimitReached(Conflict):
    """The agent has redeemed as many as one agent may; `left` says how many more are possible."""

    title = "已达到每家代理商的兑换上限"


class TierTooLow(Forbidden):
    """The gift is for agents of other tiers; `tiers` lists them."""

    title = "当前等级不能兑换此礼品"


class GiftChanged(Conflict):
    """The points asked for are not those that were shown; `points` says how many it takes now."""

    title = "礼品所需积分有变化，请确认后再兑换"


class GiftStepNotAllowed(Conflict):
    """The gift's state does not allow this; `state` names it."""

    title = "当前状态的礼品不能执行此操作"


class StockFromCodes(Conflict):
    """The stock of a virtual gift is the number of its unused codes."""

    title = "虚拟礼品的库存由兑换码决定，请导入兑换码"


@dataclass(frozen=True)
class Gift:
    """A gift as it stands. `redeemed`, `points_spent` and `agents` tell how popular it is."""

    gift_id: str
    name: str
    kind: Kind
    category: Category
    points: int
    images: tuple[str, ...] = ()
    per_agent_limit: int | None = None
    tiers: tuple[str, ...] = ()
    starts_at: str | None = None
    ends_at: str | None = None
    template_id: str | None = None  # of the coupons it stands for
    cost_fen: int = 0
    state: GiftState = "draft"
    version: int = 1
    stock: int = 0
    redeemed: int = 0
    points_spent: int = 0
    agents: int = 0


def check_terms(gift: Gift) -> None:
    """Raises Invalid when a gift's terms do not fit together."""
    if gift.kind == "coupon" and not gift.template_id:
        raise Invalid(errors=[{"field": "template_id", "message": "请选择优惠券模板"}])
    if gift.kind != "coupon" and gift.template_id:
        raise Invalid(errors=[{"field": "template_id", "message": "只有优惠券类礼品才有模板"}])
    if gift.starts_at and gift.ends_at and gift.ends_at <= gift.starts_at:
        raise Invalid(errors=[{"field": "ends_at", "message": "结束时间须晚于开始时间"}])


def move(gift: Gift, state: GiftState) -> Gift:
    """Put a gift on or off sale, or away for good. Raises GiftStepNotAllowed."""
    if state not in GIFT_STATES[gift.state]:
        raise GiftStepNotAllowed(state=gift.state)
    return replace(gift, state=state, version=gift.version + 1)


def edit(gift: Gift, wanted: Gift) -> Gift:
    """Replace a gift's terms, but not its kind. Raises GiftStepNotAllowed or Invalid."""
    if gift.state == "archived":
        raise GiftStepNotAllowed(state=gift.state)
    if wanted.kind != gift.kind:
        raise Invalid(errors=[{"field": "kind", "message": "礼品类型不能更改"}])
    edited = replace(
        wanted,
        gift_id=gift.gift_id,
        state=gift.state,
        version=gift.version + 1,
        stock=gift.stock,
        redeemed=gift.redeemed,
        points_spent=gift.points_spent,
        agents=gift.agents,
    )
    check_terms(edited)
    return edited


def is_over(gift: Gift, now: datetime) -> bool:
    """Whether the gift's window has passed."""
    return gift.ends_at is not None and clock.to_text(now) >= gift.ends_at


def check_redeemable(gift: Gift, tier: str, taken: int, quantity: int, now: datetime) -> None:
    """Whether an agent of a tier who has `taken` so many may redeem `quantity` now.

    Raises GiftNotFound, GiftNotOpen, TierTooLow, LimitReached, GiftOutOfStock or Invalid.
    """
    if gift.state != "on_sale":
        raise GiftNotFound()
    if is_over(gift, now):
        raise GiftNotOpen("兑换已结束")
    if gift.starts_at and clock.to_text(now) < gift.starts_at:
        raise GiftNotOpen("兑换尚未开始", starts_at=gift.starts_at)
    if gift.tiers and tier not in gift.tiers:
        raise TierTooLow(tiers=list(gift.tiers))
    if quantity > MOST_PIECES[gift.kind]:
        most = MOST_PIECES[gift.kind]
        raise Invalid(errors=[{"field": "quantity", "message": f"每次最多兑换 {most} 件"}])
    if gift.per_agent_limit is not None and taken + quantity > gift.per_agent_limit:
        left = max(0, gift.per_agent_limit - taken)
        raise LimitReached(f"每家限兑 {gift.per_agent_limit} 件，还可兑换 {left} 件", left=left)
    if quantity > gift.stock:
        raise GiftOutOfStock(f"仅剩 {gift.stock} 件", available=gift.stock)
