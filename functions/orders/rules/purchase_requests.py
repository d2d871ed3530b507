"""Purchase requests: what somebody would order, once an owner of the company agrees."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from functions.orders.rules.errors import PurchaseRequestDecided
from kit import clock, ids

PurchaseRequestState = Literal["pending", "approved", "declined", "withdrawn"]


@dataclass(frozen=True)
class WantedLine:
    """Goods as they were quoted when they were asked for. Amounts in fen."""

    sku_id: str
    offer_version: int
    quantity: int
    unit_price_fen: int
    net_fen: int


@dataclass(frozen=True)
class PurchaseRequest:
    """An order that waits for an owner: `form` (JSON) places it, the rest is how it looked.

    Nothing is reserved for it.
    """

    request_id: str
    agent_id: str
    state: PurchaseRequestState
    asked_at: str
    asked_by: str
    note: str
    form: str
    lines: tuple[WantedLine, ...]
    title: str
    images: tuple[str, ...]
    freight_fen: int
    total_fen: int
    contact_name: str
    phone: str
    region: str
    address: str
    fingerprint: str
    version: int = 1
    decided_at: str | None = None
    decided_by: str | None = None
    reason: str = ""

    @property
    def units(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def order_id(self) -> str:
        """The order it becomes; derived, so that however often it is approved there is one."""
        return ids.derived_id("orders", self.agent_id, "purchase-request", self.request_id)


def decide_purchase(
    request: PurchaseRequest, state: PurchaseRequestState, user_id: str, reason: str, now: datetime
) -> PurchaseRequest:
    """The request as somebody decided it. Raises PurchaseRequestDecided when somebody had."""
    if request.state != "pending":
        raise PurchaseRequestDecided(state=request.state)
    return replace(
        request,
        state=state,
        version=request.version + 1,
        decided_at=clock.to_text(now),
        decided_by=user_id,
        reason=reason,
    )
