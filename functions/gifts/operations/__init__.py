"""What can be done with gifts and redemptions; the only door for other contexts."""

from functions.gifts.operations.announcing import facts_of
from functions.gifts.operations.catalogue import (
    change_stock,
    create_gift,
    edit_gift,
    import_codes,
    move_gift,
    movements,
    offer,
    offered,
    staff_gift,
    staff_gifts,
    statistics,
)
from functions.gifts.operations.checking import check_codes, check_stock
from functions.gifts.operations.issuing import issue
from functions.gifts.operations.redeeming import cancel, of_agent, receive, redeem, show
from functions.gifts.operations.reviewing import (
    approve,
    detail,
    give_up,
    issue_again,
    queue,
    reject,
    settle,
    ship,
)

__all__ = [
    "approve",
    "cancel",
    "change_stock",
    "check_codes",
    "check_stock",
    "create_gift",
    "detail",
    "edit_gift",
    "facts_of",
    "give_up",
    "import_codes",
    "issue",
    "issue_again",
    "move_gift",
    "movements",
    "of_agent",
    "offer",
    "offered",
    "queue",
    "receive",
    "redeem",
    "reject",
    "settle",
    "ship",
    "show",
    "staff_gift",
    "staff_gifts",
    "statistics",
]
