"""After-sales in the orders table.

pk AFTERSALES#<agent_id>  sk AFTERSALE#<after_sale_id>   an after-sale; its id begins with the order's
by_time: all of an agent · by_tab (<agent_id>#after_sales.open|ended): those that are open
by_state (after_sale.<state>): staff's queues by age · due (after_sale.<state>, due_at): by urgency
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeVar

from pynamodb.attributes import Attribute, NumberAttribute, UnicodeAttribute
from pynamodb.constants import STRING

from functions.orders.rules import (
    AfterSale,
    AfterSaleFilter,
    AfterSaleState,
    AfterSaleTab,
    Claim,
    Happening,
    Order,
    ReturnTo,
    tab_of,
)
from functions.orders.table.rows import ByState, ByTab, ByTime, Due, Row
from kit import clock, pages, transaction
from kit.errors import Stale
from kit.pages import PageQuery
from kit.transaction import Part

MOST_COUNTED = 99
Item = TypeVar("Item")


def pack(case: AfterSale) -> str:
    """An after-sale as text; nothing that is empty is kept."""
    kept = {name: value for name, value in asdict(case).items() if value is not None}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def unpack(packed: str) -> AfterSale:
    """The after-sale behind the text."""
    values = json.loads(packed)
    values["lines"] = tuple(Claim(**line) for line in values["lines"])
    values["history"] = tuple(Happening(**said) for said in values["history"])
    values["pictures"] = tuple(values["pictures"])
    if "return_to" in values:
        values["return_to"] = ReturnTo(**values["return_to"])
    return AfterSale(**values)


class _CaseAttribute(Attribute[AfterSale]):
    """All of an after-sale."""

    attr_type = STRING

    def serialize(self, value: AfterSale) -> str:
        return pack(value)

    def deserialize(self, value: str) -> AfterSale:
        return unpack(value)


class AfterSaleRow(Row):
    """An after-sale; beside it only what its indexes and its guard need."""

    by_time = ByTime()
    by_tab = ByTab()
    by_state = ByState()
    due = Due()
    state = UnicodeAttribute()
    placed_at = UnicodeAttribute()
    tab_key = UnicodeAttribute()
    due_kind = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True)
    version = NumberAttribute()
    case = _CaseAttribute()


def is_after_sale(image: Mapping[str, Any]) -> bool:
    """Whether a row in a stream is an after-sale."""
    return str(image["sk"]).startswith("AFTERSALE#")


def of_image(image: Mapping[str, Any]) -> AfterSale:
    """The after-sale behind the image of its row in a stream."""
    return unpack(image["case"])


def find(agent_id: str, after_sale_id: str) -> AfterSale | None:
    """An agent's after-sale as of this moment."""
    row = AfterSaleRow.find(_pk(agent_id), _sk(after_sale_id), consistent=True)
    return row.case if row else None


def of_order(order: Order) -> list[AfterSale]:
    """The after-sales of an order, the newest first."""
    same = AfterSaleRow.sk.startswith(_sk(f"{order.order_id}-"))
    found = AfterSaleRow.query(_pk(order.agent_id), same, consistent_read=True)
    return sorted((row.case for row in found), key=lambda case: case.applied_at, reverse=True)


def of_agent(
    agent_id: str, wanted: AfterSaleFilter | None, query: PageQuery
) -> tuple[list[AfterSale], str | None]:
    """A page of an agent's after-sales, the newest first, and the cursor of the next."""
    scope = f"after-sales/{agent_id}/{wanted}"
    index, key = (
        (AfterSaleRow.by_tab, _tab_key(agent_id, tab_of(wanted)))
        if wanted
        else (AfterSaleRow.by_time, _pk(agent_id))
    )
    found = index.query(
        key,
        scan_index_forward=False,
        page_size=query.limit,
        last_evaluated_key=pages.read(query.cursor, scope),
    )
    everything = wanted in (None, "open", "ended")
    cases, position = pages.pick(
        found, lambda row: row.case if everything or row.case.state == wanted else None, query.limit
    )
    return cases, pages.sign(position, scope)


def queue(
    state: AfterSaleState,
    by_urgency: bool,
    newest_first: bool,
    query: PageQuery,
    wanted: Callable[[AfterSale], Item | None],
) -> tuple[list[Item], str | None]:
    """A page of everybody's after-sales in a state, by urgency or by age, and the cursor of the next.

    Only those that `wanted` makes something of.
    """
    scope = f"after-sales/{state}/{by_urgency}/{newest_first}"
    index = AfterSaleRow.due if by_urgency else AfterSaleRow.by_state
    found = index.query(
        _state_key(state),
        scan_index_forward=not newest_first,
        page_size=query.limit,
        last_evaluated_key=pages.read(query.cursor, scope),
    )
    items, position = pages.pick(found, lambda row: wanted(row.case), query.limit)
    return items, pages.sign(position, scope)


def count(state: AfterSaleState) -> int:
    """How many after-sales are in a state; counting stops above MOST_COUNTED."""
    return AfterSaleRow.count_up_to(MOST_COUNTED + 1, _state_key(state), "by_state")


def count_open(agent_id: str) -> int:
    """How many of an agent's after-sales have not ended; counting stops above MOST_COUNTED."""
    return AfterSaleRow.count_up_to(MOST_COUNTED + 1, _tab_key(agent_id, "open"), "by_tab")


def overdue(state: AfterSaleState, now: datetime) -> Iterator[AfterSale]:
    """After-sales in a state whose time is over, the longest overdue first; read as they are taken."""
    until = AfterSaleRow.due_at <= clock.to_text(now)
    return (row.case for row in AfterSaleRow.due.query(_state_key(state), until))


def open_part(case: AfterSale) -> Part:
    """Write a new after-sale; Stale when it was written before."""
    return transaction.create(_row(case), Stale)


def change_part(before: AfterSale, after: AfterSale) -> Part:
    """Replace an after-sale that is still as it was read; Stale tells that it is not."""
    return transaction.put(_row(after), AfterSaleRow.version == before.version, Stale)


def _row(case: AfterSale) -> AfterSaleRow:
    return AfterSaleRow(
        _pk(case.agent_id),
        _sk(case.after_sale_id),
        state=_state_key(case.state),
        placed_at=case.applied_at,
        tab_key=_tab_key(case.agent_id, tab_of(case.state)),
        due_kind=_state_key(case.state) if case.due_at else None,
        due_at=case.due_at,
        version=case.version,
        case=case,
    )


def _pk(agent_id: str) -> str:
    return f"AFTERSALES#{agent_id}"


def _sk(after_sale_id: str) -> str:
    return f"AFTERSALE#{after_sale_id}"


def _state_key(state: AfterSaleState) -> str:
    return f"after_sale.{state}"


def _tab_key(agent_id: str, tab: AfterSaleTab) -> str:
    return f"{agent_id}#after_sales.{tab}"
