"""Everybody's orders in the order of time, from the indexes of states and of companies."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import groupby
from operator import attrgetter

from pynamodb.indexes import GlobalSecondaryIndex

from functions.orders.rules import Order, State
from functions.orders.table.rows import OrderRow

_PAGE = 100
Position = tuple[str, str]  # when an order was placed, and its id


@dataclass(frozen=True)
class Span:
    """Orders of one company, or of some states, placed between two instants, both included."""

    agent_id: str | None
    states: Sequence[State]
    first: str
    last: str


def walk(span: Span, after: Position | None, newest_first: bool) -> Iterator[Order]:
    """The orders of a span from a position on, each once; reads on only as far as somebody asks.

    An order that moves on while it is read may be met in two states, never in none: earlier states are read
    first.
    """
    first, last = span.first, span.last
    if after and newest_first:
        last = min(last, after[0])
    elif after:
        first = max(first, after[0])
    within = OrderRow.placed_at.between(first, last)
    held: list[tuple[GlobalSecondaryIndex[OrderRow], str]] = (
        [(OrderRow.by_time, f"AGENT#{span.agent_id}")]
        if span.agent_id
        else [(OrderRow.by_state, state) for state in span.states]
    )
    found = [
        index.query(key, within, scan_index_forward=not newest_first, page_size=_PAGE) for index, key in held
    ]
    ordered = [_ordered(rows, newest_first) for rows in found]
    previous = after
    for order in merge(*ordered, key=position, reverse=newest_first):
        here = position(order)
        if previous is None or (here < previous if newest_first else here > previous):
            previous = here
            yield order


def position(order: Order) -> Position:
    """Where an order is in time."""
    return order.placed_at, order.order_id


def _ordered(rows: Iterable[OrderRow], newest_first: bool) -> Iterator[Order]:
    """An index leaves orders of the same second in any order."""
    for _, same in groupby(rows, key=attrgetter("placed_at")):
        yield from sorted((row.order for row in same), key=position, reverse=newest_first)
