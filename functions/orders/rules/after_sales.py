"""After-sales: what a buyer may ask for once goods left, and how it comes to an end."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from functions.orders.rules.errors import (
    AfterSaleChanged,
    AfterSaleOpen,
    AfterSaleStateForbids,
    AmountTooHigh,
    ClaimTooLate,
    LowerAmountUnexplained,
    MoreThanClaimable,
    MoreThanClaimed,
    NothingAccepted,
    NothingToRefund,
    NotInOrder,
    TooManyAfterSales,
    TooManyClaimed,
)
from functions.orders.rules.limits import MOST_AFTER_SALES, MOST_LINES_A_CLAIM
from functions.orders.rules.order import Order, takes_claims
from functions.orders.rules.refunds import RefundLine, RefundPlan, exact_fen
from kit import clock, money
from kit.errors import KeyReused

AfterSaleKind = Literal["refund_only", "return"]
AfterSaleState = Literal[
    "applied",
    "approved",
    "rejected",
    "cancelled",
    "awaiting_return",
    "return_shipped",
    "received",
    "disputed",
    "refunding",
    "refunded",
]
ClaimReason = Literal[
    "quality", "damaged", "wrong_goods", "missing_pieces", "not_as_described", "unwanted", "other"
]
AfterSaleAction = Literal["cancel", "send_back"]
AfterSaleTab = Literal["open", "ended"]
AfterSaleFilter = AfterSaleTab | AfterSaleState

# A refund that fails leads back to where it was decided.
AFTER_SALE: Mapping[AfterSaleState, frozenset[AfterSaleState]] = {
    "applied": frozenset({"approved", "rejected", "cancelled"}),
    "approved": frozenset({"refunding", "awaiting_return"}),
    "awaiting_return": frozenset({"return_shipped", "cancelled"}),
    "return_shipped": frozenset({"received", "disputed"}),
    "received": frozenset({"refunding"}),
    "disputed": frozenset({"refunding", "rejected"}),
    "refunding": frozenset({"refunded", "approved", "received", "disputed"}),
    "refunded": frozenset(),
    "rejected": frozenset(),
    "cancelled": frozenset(),
}
ENDED: frozenset[AfterSaleState] = frozenset({"refunded", "rejected", "cancelled"})
# Staff's turn; approved and received rest only after a refund that failed.
STAFFS_TURN: tuple[AfterSaleState, ...] = ("applied", "return_shipped", "disputed", "approved", "received")
WITH_DUE_TIME: frozenset[AfterSaleState] = frozenset({*STAFFS_TURN, "awaiting_return"})
AFTER_SALE_ACTIONS: Mapping[AfterSaleState, tuple[AfterSaleAction, ...]] = {
    "applied": ("cancel",),
    "awaiting_return": ("send_back", "cancel"),
}
KINDS: Mapping[AfterSaleKind, str] = {"refund_only": "仅退款", "return": "退货退款"}
REASONS: Mapping[ClaimReason, str] = {
    "quality": "质量问题",
    "damaged": "运输破损",
    "wrong_goods": "发错货",
    "missing_pieces": "少件漏发",
    "not_as_described": "与描述不符",
    "unwanted": "不想要了",
    "other": "其他原因",
}


@dataclass(frozen=True)
class Claim:
    """So many pieces of a SKU; how many of them were accepted, and how many can be sold again."""

    sku_id: str
    offer_version: int
    quantity: int
    accepted: int | None = None
    restocked: int = 0


@dataclass(frozen=True)
class Happening:
    """Something that happened to an after-sale, in words; `command` is what a repetition is known by."""

    at: str
    event: str
    actor: str
    text: str
    command: str = ""


@dataclass(frozen=True)
class ReturnTo:
    """Where goods go back to."""

    contact_name: str
    phone: str
    text: str


@dataclass(frozen=True)
class AfterSale:
    """An after-sale as it stands. Amounts in fen; `promised_fen` is for the goods, without freight.

    `in_full`: their exact share was promised, whatever other refunds of the same goods round it to by then.
    `due_at` is until when the side whose turn it is should act; `decided_in` where the refund was decided.
    """

    after_sale_id: str
    agent_id: str
    order_id: str
    order_no: str
    kind: AfterSaleKind
    state: AfterSaleState
    applied_at: str
    version: int
    created_by: str
    tier: str
    region_code: str
    title: str
    image: str
    lines: tuple[Claim, ...]
    asked_fen: int
    reason: ClaimReason
    description: str
    pictures: tuple[str, ...]
    fingerprint: str
    history: tuple[Happening, ...]
    due_at: str | None = None
    promised_fen: int | None = None
    in_full: bool = False
    freight: bool = False
    answer: str = ""
    return_to: ReturnTo | None = None
    carrier: str | None = None
    tracking_no: str | None = None
    refund_id: str | None = None
    refund_fen: int | None = None
    decided_in: AfterSaleState | None = None

    @property
    def claimed(self) -> dict[str, int]:
        """Pieces it asks for, by SKU."""
        return {line.sku_id: line.quantity for line in self.lines}

    @property
    def pieces_to_refund(self) -> dict[str, int]:
        """Pieces that money goes back for: those accepted once goods were looked at, else those claimed."""
        looked_at = any(line.accepted is not None for line in self.lines)
        pieces = {line.sku_id: (line.accepted or 0) if looked_at else line.quantity for line in self.lines}
        return {sku_id: quantity for sku_id, quantity in pieces.items() if quantity}

    @property
    def is_open(self) -> bool:
        return self.state not in ENDED


def tab_of(wanted: AfterSaleFilter) -> AfterSaleTab:
    """The tab in which after-sales in a state are."""
    return "ended" if wanted == "ended" or wanted in ENDED else "open"


def check_claim(order: Order, wanted: Mapping[str, int], known: int, now: datetime) -> int:
    """The fen these pieces cost, if they may be claimed now; `known` after-sales the order had already.

    Raises ClaimTooLate, TooManyAfterSales, TooManyClaimed, NotInOrder, MoreThanClaimable, NothingToRefund.
    """
    if not takes_claims(order, now):
        raise ClaimTooLate(state=order.state)
    if known >= MOST_AFTER_SALES:
        raise TooManyAfterSales()
    if len(wanted) > MOST_LINES_A_CLAIM:
        raise TooManyClaimed()
    left = order.claimable
    for sku_id, quantity in wanted.items():
        if sku_id not in order.index:
            raise NotInOrder(sku_id=sku_id)
        if quantity > (most := left.get(sku_id, 0)):
            raise MoreThanClaimable(f"最多还可申请 {most} 件", sku_id=sku_id, left_quantity=most)
    return plan_return(order, wanted, None, freight=False).amount_fen


def exact_share(order: Order, pieces: Mapping[str, int]) -> dict[str, int]:
    """What pieces of an order cost, by SKU."""
    places = ((sku_id, order.index[sku_id], quantity) for sku_id, quantity in pieces.items())
    return {
        sku_id: exact_fen(order.lines[place], order.progress[place], quantity)
        for sku_id, place, quantity in places
    }


def plan_return(order: Order, pieces: Mapping[str, int], amount_fen: int | None, freight: bool) -> RefundPlan:
    """What goes back for pieces that had left, to the fen; a lower amount is shared as the exact one is.

    What is not given back of a piece is never given back by a later refund of its line.
    Raises AmountTooHigh, NothingToRefund.
    """
    exact = exact_share(order, pieces)
    whole = sum(exact.values())
    if amount_fen is not None and amount_fen > whole:
        raise AmountTooHigh(f"最多可退 {money.yuan(whole)} 元", most_fen=whole)
    given = money.share(whole if amount_fen is None else amount_fen, list(exact.values()))
    lines = tuple(
        RefundLine(sku_id, pieces[sku_id], fen, 0, returned=pieces[sku_id], kept_fen=exact[sku_id] - fen)
        for sku_id, fen in zip(exact, given, strict=True)
    )
    freight_fen = order.terms.freight_fen - order.decided_freight_fen if freight else 0
    plan = RefundPlan(lines, freight_fen)
    if plan.amount_fen == 0:
        raise NothingToRefund()
    return plan


def plan_promised(order: Order, case: AfterSale) -> RefundPlan:
    """What goes back for what was accepted: its exact share, and never more than a lower amount promised."""
    exact = plan_return(order, case.pieces_to_refund, None, case.freight)
    goods_fen = exact.amount_fen - exact.freight_fen
    if case.in_full or case.promised_fen is None or case.promised_fen >= goods_fen:
        return exact
    return plan_return(order, case.pieces_to_refund, case.promised_fen, case.freight)


def check_step(present: AfterSaleState, wanted: AfterSaleState) -> None:
    """Raises AfterSaleStateForbids unless the table lists the step."""
    if wanted not in AFTER_SALE[present]:
        raise AfterSaleStateForbids(state=present)


def step(case: AfterSale, state: AfterSaleState, said: Happening, due_at: datetime | None) -> AfterSale:
    """The after-sale one step further. Raises AfterSaleStateForbids."""
    check_step(case.state, state)
    return replace(
        case,
        state=state,
        version=case.version + 1,
        history=(*case.history, said),
        due_at=clock.to_text(due_at) if due_at else None,
    )


def is_repeated(case: AfterSale, command: str) -> bool:
    """Whether this command was carried out before. `command` is `<key>:<fingerprint>`; raises KeyReused."""
    key = command.partition(":")[0]
    for known in case.history:
        if known.command and known.command.partition(":")[0] == key:
            if known.command != command:
                raise KeyReused()
            return True
    return False


def check_version(case: AfterSale, version: int) -> None:
    """Whether it is still what the reviewer saw. Raises AfterSaleChanged."""
    if case.version != version:
        raise AfterSaleChanged(version=case.version, state=case.state)


def accepted(case: AfterSale, taken: Mapping[str, tuple[int, bool]]) -> tuple[Claim, ...]:
    """The claims with the pieces that were accepted and whether they can be sold again, by SKU.

    SKUs left out were not accepted. Raises NotInOrder, MoreThanClaimed, NothingAccepted.
    """
    _check_claimed(case, {sku_id: pieces for sku_id, (pieces, _) in taken.items()})
    if not any(pieces for pieces, _ in taken.values()):
        raise NothingAccepted()
    looked_at = []
    for line in case.lines:
        pieces, restock = taken.get(line.sku_id, (0, False))
        looked_at.append(replace(line, accepted=pieces, restocked=pieces if restock else 0))
    return tuple(looked_at)


def restocked(case: AfterSale, pieces: Mapping[str, int]) -> tuple[Claim, ...]:
    """The claims with the pieces that can be sold again, by SKU. Raises NotInOrder, MoreThanClaimed."""
    _check_claimed(case, pieces)
    return tuple(replace(line, restocked=pieces.get(line.sku_id, 0)) for line in case.lines)


def _check_claimed(case: AfterSale, pieces: Mapping[str, int]) -> None:
    claimed = case.claimed
    for sku_id, quantity in pieces.items():
        if sku_id not in claimed:
            raise NotInOrder(sku_id=sku_id)
        if quantity > claimed[sku_id]:
            raise MoreThanClaimed(sku_id=sku_id, left_quantity=claimed[sku_id])


def check_lower(exact_fen: int, given_fen: int, reason: str | None) -> None:
    """Raises LowerAmountUnexplained."""
    if given_fen < exact_fen and not reason:
        raise LowerAmountUnexplained(errors=[{"field": "reason", "message": LowerAmountUnexplained.title}])


def due_in(tier: str, hours: int, hours_by_tier: Mapping[str, int]) -> timedelta:
    """How long staff have for their turn; better tiers wait less (setting)."""
    return timedelta(hours=hours_by_tier.get(tier, hours))


def check_nothing_open(order: Order) -> None:
    """Raises AfterSaleOpen."""
    if order.claims:
        raise AfterSaleOpen()
