"""Which days of a promotion are compared with which before it. Pure."""

from datetime import date, timedelta

from kit.errors import Conflict


class NotForSale(Conflict):
    """Only what is on sale can be promoted."""

    title = "商品未上架，不能促销"


class AlreadyPromoted(Conflict):
    """One promotion of a slow mover at a time; `promotion_id` is the one that is there."""

    title = "该规格正在促销中"


def compared(first: date, last: date, today: date) -> tuple[list[date], list[date]]:
    """Whole days of a promotion that are over, and as many before it.

    The day it began is left out: it belongs to both.
    """
    days = max((min(last, today) - first).days - 1, 0)
    during = [first + timedelta(days=number + 1) for number in range(days)]
    return during, [first - timedelta(days=number + 1) for number in range(days)]
