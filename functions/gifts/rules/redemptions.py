"""Redemptions: their states, who moves them on, and what a reviewer should look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from functions.gifts.rules.gifts import Kind
from kit import clock
from kit.errors import Conflict, Invalid, NotFound

State = Literal[
    "pending_review",
    "approved",
    "rejected",
    "cancelled",
    "shipped",
    "received",
    "issuing",
    "issued",
    "issue_failed",
    "returned",
    "completed",
]

_REVIEW: Mapping[State, frozenset[State]] = {
    "pending_review": frozenset({"approved", "rejected", "cancelled"}),
    "rejected": frozenset(),
    "cancelled": frozenset(),
    "completed": frozenset(),
}
_PHYSICAL: Mapping[State, frozenset[State]] = {
    **_REVIEW,
    "approved": frozenset({"shipped"}),
    "shipped": frozenset({"received"}),
    "received": frozenset({"completed"}),
}
_ISSUED: Mapping[State, frozenset[State]] = {
    **_REVIEW,
    "approved": frozenset({"issuing"}),
    "issuing": frozenset({"issued", "issue_failed"}),
    "issue_failed": frozenset({"issuing", "returned"}),
    "issued": frozenset({"completed"}),
    "returned": frozenset(),
}
REDEMPTION: Mapping[Kind, Mapping[State, frozenset[State]]] = {
    "physical": _PHYSICAL,
    "coupon": _ISSUED,
    "virtual": _ISSUED,
}
# What gives points and stock back, and whether the merchant is the cause.
GIVES_BACK: Mapping[State, bool] = {"rejected": True, "cancelled": False, "returned": True}
# What time does to a redemption nobody touches any more.
SETTLES: Mapping[State, tuple[State, timedelta]] = {
    "shipped": ("received", timedelta(days=15)),
    "received": ("completed", timedelta(days=7)),
    "issued": ("completed", timedelta(days=7)),
}
_RECENTLY = timedelta(days=30)
_OFTEN = 3


class RedemptionNotFound(NotFound):
    """No such redemption, or another company's."""

    title = "没有找到该兑换记录"


class RedemptionStepNotAllowed(Conflict):
    """The redemption's state does not allow this; `state` names it."""

    title = "当前状态的兑换不能执行此操作"


@dataclass(frozen=True)
class Redemption:
    """One exchange of points for a gift, with the terms as they were."""

    redemption_id: str
    agent_id: str
    user_id: str
    gift_id: str
    gift_version: int
    gift_name: str
    kind: Kind
    image: str
    quantity: int
    points: int
    allocation: Mapping[str, int]  # expiry date → points it took
    state: State
    created_at: str
    changed_at: str
    fingerprint: str
    template_id: str | None = None
    address: Mapping[str, Any] | None = None
    place: str = ""  # the same for the same address
    reviewer: str | None = None
    reason: str = ""  # why it was rejected, cancelled or could not be issued
    carrier_name: str = ""
    tracking_no: str = ""
    coupon_ids: tuple[str, ...] = ()
    code_ids: tuple[str, ...] = ()
    history: tuple[tuple[str, str], ...] = field(default_factory=tuple)  # (state, instant)
    version: int = 1


def move(redemption: Redemption, state: State, now: datetime, **changes: Any) -> Redemption:
    """Take a redemption one step further. Raises RedemptionStepNotAllowed."""
    if state not in REDEMPTION[redemption.kind].get(redemption.state, frozenset()):
        raise RedemptionStepNotAllowed(state=redemption.state)
    instant = clock.to_text(now)
    return replace(
        redemption,
        state=state,
        changed_at=instant,
        history=(*redemption.history, (state, instant)),
        version=redemption.version + 1,
        **changes,
    )


def is_settled(redemption: Redemption, now: datetime) -> bool:
    """Whether nothing has happened for so long that the next step follows by itself."""
    _, after = SETTLES[redemption.state]
    return clock.from_text(redemption.changed_at) + after <= now


def check_address(kind: Kind, address_id: str | None) -> None:
    """Raises Invalid unless exactly physical gifts have an address."""
    if kind == "physical" and address_id is None:
        raise Invalid(errors=[{"field": "address_id", "message": "请选择收货地址"}])
    if kind != "physical" and address_id is not None:
        raise Invalid(errors=[{"field": "address_id", "message": "此礼品无需收货地址"}])


def hints(
    approved_at: str | None,
    reversed_points: int,
    redemptions_this_week: int,
    agents_at_place: int,
    now: datetime,
) -> list[tuple[str, str]]:
    """What a reviewer should look at: code and text."""
    found = []
    if approved_at is None or clock.from_text(approved_at) > now - _RECENTLY:
        found.append(("new_company", "加入不足 30 天的代理商"))
    if reversed_points:
        found.append(("recent_refunds", f"近 30 天因退款扣回 {reversed_points} 积分"))
    if redemptions_this_week >= _OFTEN:
        found.append(("frequent", f"近 7 天兑换 {redemptions_this_week} 次"))
    if agents_at_place > 1:
        found.append(("shared_address", f"{agents_at_place} 家代理商使用相同收货地址"))
    return found
