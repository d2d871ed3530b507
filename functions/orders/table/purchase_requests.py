"""Purchase requests in the orders table.

pk REQUESTS#<agent_id>  sk REQUEST#<request_id>   a purchase request
by_time: all of a company · by_tab (<agent_id>#requests.<state>): those of a state
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pynamodb.attributes import Attribute, NumberAttribute, UnicodeAttribute
from pynamodb.constants import STRING

from functions.orders.rules import PurchaseRequest, PurchaseRequestState, WantedLine
from functions.orders.rules.errors import PurchaseRequestDecided
from functions.orders.table.rows import ByTab, ByTime, Row
from kit import pages, transaction
from kit.errors import Stale
from kit.pages import PageQuery
from kit.transaction import OldRow, Part

MOST_COUNTED = 99


def pack(request: PurchaseRequest) -> str:
    """A request as text."""
    return json.dumps(asdict(request), ensure_ascii=False, separators=(",", ":"))


def unpack(packed: str) -> PurchaseRequest:
    """The request behind the text."""
    values = json.loads(packed)
    values["lines"] = tuple(WantedLine(**line) for line in values["lines"])
    values["images"] = tuple(values["images"])
    return PurchaseRequest(**values)


class _RequestAttribute(Attribute[PurchaseRequest]):
    """All of a request."""

    attr_type = STRING

    def serialize(self, value: PurchaseRequest) -> str:
        return pack(value)

    def deserialize(self, value: str) -> PurchaseRequest:
        return unpack(value)


class PurchaseRequestRow(Row):
    """A request; beside it only what its indexes and its guard need."""

    by_time = ByTime()
    by_tab = ByTab()
    placed_at = UnicodeAttribute()
    tab_key = UnicodeAttribute()
    version = NumberAttribute()
    request = _RequestAttribute()


def is_purchase_request(image: Mapping[str, Any]) -> bool:
    """Whether a row in a stream is a purchase request."""
    return str(image["sk"]).startswith("REQUEST#")


def of_image(image: Mapping[str, Any]) -> PurchaseRequest:
    """The request behind the image of its row in a stream."""
    return unpack(image["request"])


def find(agent_id: str, request_id: str) -> PurchaseRequest | None:
    """A company's request as of this moment."""
    row = PurchaseRequestRow.find(_pk(agent_id), _sk(request_id), consistent=True)
    return row.request if row else None


def of_agent(
    agent_id: str, state: PurchaseRequestState | None, query: PageQuery
) -> tuple[list[PurchaseRequest], str | None]:
    """A page of a company's requests, the newest first, and the cursor of the next: one query."""
    scope = f"purchase-requests/{agent_id}/{state}"
    index, key = (
        (PurchaseRequestRow.by_tab, _tab_key(agent_id, state))
        if state
        else (PurchaseRequestRow.by_time, _pk(agent_id))
    )
    position = pages.read(query.cursor, scope)
    found = index.query(key, scan_index_forward=False, limit=query.limit, last_evaluated_key=position)
    requests = [row.request for row in found]
    return requests, pages.sign(found.last_evaluated_key, scope)


def count_pending(agent_id: str) -> int:
    """How many requests wait for an owner; counting stops above MOST_COUNTED."""
    return PurchaseRequestRow.count_up_to(MOST_COUNTED + 1, _tab_key(agent_id, "pending"), "by_tab")


def open_part(request: PurchaseRequest) -> Part:
    """Write a new request; Stale when it was written before."""
    return transaction.create(_row(request), Stale)


def decide_part(before: PurchaseRequest, after: PurchaseRequest) -> Part:
    """Replace a request that still waits. Errors: PurchaseRequestDecided."""

    def error(old: OldRow) -> Exception:
        state = unpack(old["request"]).state if old else "withdrawn"
        return PurchaseRequestDecided(state=state)

    return transaction.put(_row(after), PurchaseRequestRow.version == before.version, error)


def _row(request: PurchaseRequest) -> PurchaseRequestRow:
    return PurchaseRequestRow(
        _pk(request.agent_id),
        _sk(request.request_id),
        placed_at=request.asked_at,
        tab_key=_tab_key(request.agent_id, request.state),
        version=request.version,
        request=request,
    )


def _pk(agent_id: str) -> str:
    return f"REQUESTS#{agent_id}"


def _sk(request_id: str) -> str:
    return f"REQUEST#{request_id}"


def _tab_key(agent_id: str, state: PurchaseRequestState) -> str:
    return f"{agent_id}#requests.{state}"
