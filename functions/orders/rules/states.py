"""The states of an order: which follow which, what is shown where, what may be done."""

from collections.abc import Mapping
from typing import Literal

from functions.orders.rules.errors import OrderStateForbids

State = Literal[
    "pending_payment", "pending_review", "to_ship", "part_shipped", "shipped", "completed", "closed"
]
Tab = Literal["to_pay", "to_ship", "shipped", "completed", "closed"]
Method = Literal["wechat", "union_pay", "bank_transfer", "credit"]
ClosedReason = Literal["cancelled", "overdue", "rejected", "refunded"]
RefundStage = Literal["decided", "succeeded", "failed"]
TrackState = Literal["waiting", "picked", "in_transit", "delivering", "signed", "problem", "returned"]
Action = Literal["pay", "cancel", "receive", "track", "after_sale", "reorder"]

ORDER: Mapping[State, frozenset[State]] = {
    "pending_payment": frozenset({"pending_review", "to_ship", "closed"}),
    "pending_review": frozenset({"to_ship", "closed"}),
    "to_ship": frozenset({"part_shipped", "shipped", "closed"}),
    "part_shipped": frozenset({"part_shipped", "shipped"}),
    "shipped": frozenset({"completed"}),
    "completed": frozenset(),
    "closed": frozenset(),
}
INITIAL: frozenset[State] = frozenset({"pending_payment", "pending_review"})
TABS: Mapping[State, Tab] = {
    "pending_payment": "to_pay",
    "pending_review": "to_ship",
    "to_ship": "to_ship",
    "part_shipped": "to_ship",
    "shipped": "shipped",
    "completed": "completed",
    "closed": "closed",
}
ACTIONS: Mapping[State, tuple[Action, ...]] = {
    "pending_payment": ("pay", "cancel"),
    "pending_review": ("reorder",),
    "to_ship": ("reorder",),
    "part_shipped": ("track", "reorder"),
    "shipped": ("receive", "track", "reorder"),
    "completed": ("track", "reorder"),
    "closed": ("reorder",),
}
REFUNDABLE: frozenset[State] = frozenset({"to_ship", "part_shipped", "shipped", "completed"})


def check_move(present: State, wanted: State) -> None:
    """Raises OrderStateForbids unless the table lists the step."""
    if wanted not in ORDER[present]:
        raise OrderStateForbids(state=present)


def before(state: State) -> tuple[State, ...]:
    """The states from which `state` may be reached."""
    return tuple(earlier for earlier, later in ORDER.items() if state in later)
