"""What did not sell is offered for less: once for two weeks that are over, and once until after today."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from functions.catalog import operations as catalog
from functions.insights import operations as insights
from functions.insights.schemas.learning import AdviceQuery, PromoteSlowMover, SlowMoverView
from infra.local.demo.goods import CLERK, Ids
from infra.local.demo.history import History
from kit import ids

_PROMOTIONS = ((45, 14), (12, 21))  # begun so many days ago, for so many days
_DEAREST_FEN = 1_500_00  # what a dealer orders of a bargain in passing


class Bargains:
    """Lets the merchant promote slow movers, and dealers order them; `carry` delivers facts first."""

    def __init__(self, history: History, carry: Callable[[], None]) -> None:
        self._history, self._carry = history, carry
        self._ids = Ids("bargains")

    def plan(self, until: datetime) -> None:
        """Let each promotion begin at its time."""
        for days_ago, days in _PROMOTIONS:
            self._history.at(until - timedelta(days=days_ago), partial(self._promote, days))

    def _promote(self, days: int, now: datetime) -> None:
        self._carry()
        insights.advise(ids.new_id(now), now)
        slow = next(filter(self._ordered_in_passing, insights.slow_movers(AdviceQuery(limit=100)).items))
        order = PromoteSlowMover(off_bps=slow.suggested_off_bps, days=days, name="清仓特惠")
        insights.promote(slow.sku_id, order, self._ids.long(), CLERK, now)
        bargains = self._history.bargains
        bargains[slow.sku_id] = _pieces(slow)
        self._history.at(now + timedelta(days=days), lambda then: bargains.pop(slow.sku_id))

    def _ordered_in_passing(self, slow: SlowMoverView) -> bool:
        return slow.base_price_fen * _pieces(slow) <= _DEAREST_FEN


def _pieces(slow: SlowMoverView) -> int:
    offer = catalog.current_offers([slow.sku_id])[slow.sku_id]
    return offer.minimum + 2 * offer.multiple
