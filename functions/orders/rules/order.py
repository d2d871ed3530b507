"""An order, what was agreed, and who may do what with it when."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from functions.orders.rules.errors import DeadlinePassed, OrderNotFound, OrderStateForbids, OwnOrder
from functions.orders.rules.limits import MOST_IMAGES
from functions.orders.rules.states import ACTIONS, Action, ClosedReason, Method, State
from functions.settings.schemas import OrderSettings
from kit import clock

_ORDER_ID = re.compile(r"[0-9A-Z]{26}")


@dataclass(frozen=True)
class Line:
    """So many pieces of an offer. `discount_fen` is the line's whole share of promotion and coupon."""

    sku_id: str
    offer_version: int
    quantity: int
    unit_price_fen: int
    discount_fen: int = 0

    @property
    def amount_fen(self) -> int:
        return self.unit_price_fen * self.quantity

    @property
    def net_fen(self) -> int:
        """What the line really costs."""
        return self.amount_fen - self.discount_fen


@dataclass(frozen=True)
class Terms:
    """What was agreed when the order was placed; only a new price changes it. Amounts in fen.

    `created_by` is the buyer, or the member of staff who ordered `on_behalf` of the company. `region_code` is
    where the company is, not where the goods go. Stored by position: new fields go to the end, with a
    default.
    """

    created_by: str
    method: Method
    title: str
    images: tuple[str, ...]
    goods_fen: int
    promotion_fen: int
    coupon_fen: int
    freight_fen: int
    coupon_id: str
    contact_name: str
    phone: str
    region: str
    region_code: str
    address: str
    remark: str
    purchase_number: str
    fingerprint: str
    on_behalf: bool = False
    delivery_window: str = ""

    @property
    def total_fen(self) -> int:
        return self.goods_fen - self.promotion_fen - self.coupon_fen + self.freight_fen


@dataclass(frozen=True)
class Progress:
    """Pieces and fen of one line: what left, what never will, what is decided to go back, what went back.

    Of the pieces decided, `returned` had left; `kept_fen` of their price the merchant does not give back.
    Stored by position: new fields go to the end, with a default.
    """

    shipped: int = 0
    cancelled: int = 0
    decided: int = 0
    decided_fen: int = 0
    refunded_fen: int = 0
    returned: int = 0
    kept_fen: int = 0


@dataclass(frozen=True)
class LastRefund:
    """The refund that went back last."""

    refund_id: str
    amount_fen: int
    at: str


@dataclass(frozen=True)
class Order:
    """An order as it stands. `claims` are the open after-sales with the pieces each asks for, by SKU."""

    order_id: str
    agent_id: str
    state: State
    placed_at: str
    version: int
    terms: Terms
    lines: tuple[Line, ...]
    progress: tuple[Progress, ...]
    due_at: str | None = None
    payment_id: str | None = None
    paid_at: str | None = None
    tier: str | None = None
    approved_at: str | None = None
    approved_by: str | None = None
    shipped_at: str | None = None
    signed_at: str | None = None
    completed_at: str | None = None
    closed_at: str | None = None
    closed_reason: ClosedReason | None = None
    closed_detail: str | None = None
    decided_freight_fen: int = 0
    refunded_fen: int = 0
    last_refund: LastRefund | None = None
    note: str | None = None
    price_changes: int = 0
    repriced_by: str | None = None
    claims: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    after_sale_until: str | None = None

    @property
    def order_no(self) -> str:
        """The number people use: the day and the first letters of the id."""
        return f"{clock.business_day(clock.from_text(self.placed_at)):%Y%m%d}-{self.order_id[:8]}"

    @property
    def state_since(self) -> str:
        """When it came into its state; one that is sent in parts, when its last parcel left."""
        match self.state:
            case "pending_payment":
                since = None
            case "pending_review":
                since = self.paid_at
            case "to_ship":
                since = self.approved_at or self.paid_at
            case "part_shipped" | "shipped":
                since = self.shipped_at
            case "completed":
                since = self.completed_at
            case "closed":
                since = self.closed_at
        return since or self.placed_at

    @property
    def total_fen(self) -> int:
        return self.terms.total_fen

    @property
    def units(self) -> int:
        """Pieces of all lines."""
        return sum(line.quantity for line in self.lines)

    @property
    def open_quantities(self) -> dict[str, int]:
        """Pieces still to be shipped, by SKU; SKUs without any are left out."""
        return {
            line.sku_id: left
            for line, progress in zip(self.lines, self.progress, strict=True)
            if (left := line.quantity - progress.shipped - progress.cancelled)
        }

    @property
    def claimed(self) -> dict[str, int]:
        """Pieces that open after-sales ask for, by SKU."""
        pieces: dict[str, int] = {}
        for claim in self.claims.values():
            for sku_id, quantity in claim.items():
                pieces[sku_id] = pieces.get(sku_id, 0) + quantity
        return pieces

    @property
    def claimable(self) -> dict[str, int]:
        """Pieces that left and that nobody refunds or claims yet, by SKU; SKUs without any are left out."""
        claimed = self.claimed
        return {
            line.sku_id: left
            for line, progress in zip(self.lines, self.progress, strict=True)
            if (left := progress.shipped - progress.returned - claimed.get(line.sku_id, 0)) > 0
        }

    @property
    def index(self) -> dict[str, int]:
        """Where the line of a SKU is."""
        return {line.sku_id: place for place, line in enumerate(self.lines)}


def is_order_id(text: str) -> bool:
    """Whether this can be an order's id; parcels and refunds have longer keys."""
    return _ORDER_ID.fullmatch(text) is not None


def number_parts(order_no: str) -> tuple[datetime, str]:
    """The start of the day in an order's number, and the first letters of the order's id.

    Raises OrderNotFound for a day that does not exist.
    """
    day, _, prefix = order_no.partition("-")
    try:
        return clock.start_of_day(datetime.strptime(day, "%Y%m%d").date()), prefix  # noqa: DTZ007 - a day
    except (ValueError, OverflowError):
        raise OrderNotFound() from None


def in_regions(region_code: str, regions: Sequence[str]) -> bool:
    """Whether a place lies in one of the regions; no regions mean everywhere. 440000 covers 4403xx."""
    prefixes = [region.removesuffix("00").removesuffix("00") for region in regions]
    return not prefixes or any(region_code.startswith(prefix) for prefix in prefixes)


def card_images(images: Iterable[str]) -> tuple[str, ...]:
    """The first few different pictures."""
    return tuple(list(dict.fromkeys(filter(None, images)))[:MOST_IMAGES])


def deadline(method: Method, limits: OrderSettings, on_behalf: bool, placed_at: datetime) -> datetime:
    """Until when the order is to be paid; who did not order in person gets time to hear of it."""
    online = timedelta(minutes=limits.online_deadline_minutes)
    if on_behalf:
        online = max(online, timedelta(hours=limits.on_behalf_deadline_hours))
    transfer = timedelta(days=limits.transfer_deadline_days)
    return placed_at + (max(online, transfer) if method == "bank_transfer" else online)


def needs_review(
    order: Order, limits: OrderSettings, tier: str, auto_approve_up_to_fen: int | None, is_first: bool
) -> bool:
    """Whether a paid order waits for a reviewer.

    First orders and new prices do where the merchant says so, whatever they cost. For the amount, what was
    agreed with the company outweighs what holds for its tier, and that outweighs what holds for all.
    """
    if (limits.review_first_order and is_first) or (limits.review_repriced and order.price_changes):
        return True
    if auto_approve_up_to_fen is not None:
        return order.total_fen > auto_approve_up_to_fen
    of_tiers = {one.tier: one.from_fen for one in limits.review_tiers}
    from_fen = of_tiers.get(tier, limits.review_from_fen)
    return from_fen is not None and order.total_fen >= from_fen


def check_payable(order: Order, now: datetime) -> None:
    """Raises OrderStateForbids, DeadlinePassed."""
    if order.state != "pending_payment":
        raise OrderStateForbids(state=order.state)
    if order.due_at is not None and now >= clock.from_text(order.due_at):
        raise DeadlinePassed()


def check_reviewer(order: Order, reviewer: str) -> None:
    """Nobody reviews what they ordered, or priced, themselves. Raises OwnOrder."""
    if reviewer in (order.terms.created_by, order.repriced_by):
        raise OwnOrder()


def actions(order: Order, now: datetime) -> tuple[Action, ...]:
    """What its company may do with an order now."""
    allowed = ACTIONS[order.state]
    if order.state == "pending_payment" and order.due_at and now >= clock.from_text(order.due_at):
        return tuple(action for action in allowed if action != "pay")
    if order.claims:
        allowed = tuple(action for action in allowed if action != "receive")
    return (*allowed, "after_sale") if takes_claims(order, now) and order.claimable else allowed


def takes_claims(order: Order, now: datetime) -> bool:
    """Whether goods of an order may be claimed now: from their leaving until so long after completion."""
    if order.state == "completed":
        return order.after_sale_until is not None and now < clock.from_text(order.after_sale_until)
    return order.state in ("part_shipped", "shipped")
