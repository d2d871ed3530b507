"""Which orders staff look for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from functions.orders.rules.order import Order, in_regions
from functions.orders.rules.states import State
from kit import clock
from kit.errors import Invalid

_BEGINNING, _END = "0000", "9999"  # before and after every instant


class PeriodReversed(Invalid):
    """The last day is before the first."""

    title = "结束日期不能早于开始日期"


@dataclass(frozen=True)
class Wanted:
    """What an order must have to be found; None and nothing mean anything. `phone` is the receiver's.

    `staff_regions` are those the member of staff works for.
    """

    state: State | None = None
    agent_id: str | None = None
    phone: str | None = None
    region: str | None = None
    tier: str | None = None
    staff_regions: Sequence[str] = ()

    def fits(self, order: Order, tier_of: Callable[[Order], str]) -> bool:
        """Whether an order is looked for; the tier is asked for last, since it may have to be read."""
        terms = order.terms
        return (
            self.state in (None, order.state)
            and self.agent_id in (None, order.agent_id)
            and self.phone in (None, terms.phone)
            and in_regions(terms.region_code, [self.region] if self.region else [])
            and in_regions(terms.region_code, self.staff_regions)
            and (self.tier is None or tier_of(order) == self.tier)
        )


def period(first: date | None, last: date | None) -> tuple[str, str]:
    """The instants between which orders of business days are placed, both included. Raises PeriodReversed."""
    if first and last and last < first:
        raise PeriodReversed(errors=[{"field": "last", "message": PeriodReversed.title}])
    begins = clock.to_text(clock.start_of_day(first)) if first else _BEGINNING
    if last is None:
        return begins, _END
    return begins, clock.to_text(clock.start_of_day(last + timedelta(days=1)) - timedelta(seconds=1))
