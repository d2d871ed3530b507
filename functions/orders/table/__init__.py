"""Orders table.

pk AGENT#<agent_id>      sk ORDER#<order_id>                         the order
                         sk ORDER#<order_id>#SHIPMENT#<shipment_id>  a parcel
                         sk ORDER#<order_id>#REFUND#<refund_id>      a refund, by line
pk PARCEL#<tracking_no>  sk <order_id>#<shipment_id>                 which shipments a tracking number means
by_time (pk, placed_at): all orders of an agent · by_tab (tab_key, placed_at): those of one tab
by_state (state, placed_at): staff's queues · by_order (sk): the owner of an order
due (due_kind, due_at): `payment` closes what was not paid, `receipt` completes what nobody confirmed
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from datetime import datetime, timedelta
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.pagination import ResultIterator

from functions.orders import rules
from functions.orders.rules import (
    ClosedReason,
    LastRefund,
    Order,
    Progress,
    RefundPlan,
    State,
    Tab,
)
from functions.orders.table import after_sales as after_sales
from functions.orders.table.parcels import (
    claim_question,
    mark_subscribed,
    mark_uploaded,
    quantities_of,
    record_track,
)
from functions.orders.table.rows import OrderRefundRow, OrderRow, ParcelRow, ShipmentRow, order_of
from kit import clock, pages, transaction
from kit.errors import Stale
from kit.pages import PageQuery
from kit.transaction import OldRow, Part, PartError

__all__ = [
    "Action",
    "OrderRefundRow",
    "OrderRow",
    "ParcelRow",
    "ShipmentRow",
    "claim_question",
    "mark_subscribed",
    "mark_uploaded",
    "order_of",
    "quantities_of",
    "record_track",
]

MOST_COUNTED = 99
_FIRST_ORDER_WINDOW = 50


def agent_key(agent_id: str) -> str:
    return f"AGENT#{agent_id}"


def order_key(order_id: str) -> str:
    return f"ORDER#{order_id}"


def _tab_key(agent_id: str, tab: Tab) -> str:
    return f"{agent_id}#{tab}"


# Reads


def find(agent_id: str, order_id: str) -> Order | None:
    """An agent's order as of this moment."""
    if not rules.is_order_id(order_id):
        return None
    row = OrderRow.find(agent_key(agent_id), order_key(order_id), consistent=True)
    return row.order if row else None


def owner_of(order_id: str) -> str | None:
    """Whose order this is."""
    if not rules.is_order_id(order_id):
        return None
    for row in OrderRow.by_order.query(order_key(order_id), limit=1):
        return str(row.pk.removeprefix("AGENT#"))
    return None


def of_agent(agent_id: str, tab: Tab | None, query: PageQuery) -> tuple[list[Order], str | None]:
    """A page of an agent's orders, newest first, and the cursor of the next: one query."""
    scope = f"orders/{agent_id}/{tab}"
    position = pages.read(query.cursor, scope)
    index, key = (
        (OrderRow.by_tab, _tab_key(agent_id, tab)) if tab else (OrderRow.by_time, agent_key(agent_id))
    )
    found = index.query(key, scan_index_forward=False, limit=query.limit, last_evaluated_key=position)
    return _page(found, scope)


def numbered(agent_id: str, day: datetime, prefix: str) -> list[Order]:
    """An agent's orders of the day that starts at `day` whose ids start with a prefix."""
    within = _within_day(day)
    same = OrderRow.sk.startswith(order_key(prefix))
    return [row.order for row in OrderRow.by_time.query(agent_key(agent_id), within, same)]


def numbered_of_anybody(day: datetime, prefix: str) -> list[Order]:
    """The same among all agents' orders: one query for each state."""
    within, same = _within_day(day), OrderRow.sk.startswith(order_key(prefix))
    return [row.order for state in rules.ORDER for row in OrderRow.by_state.query(state, within, same)]


def _within_day(day: datetime) -> Condition:
    last = day + timedelta(days=1) - timedelta(seconds=1)
    return OrderRow.placed_at.between(clock.to_text(day), clock.to_text(last))


def _page(found: ResultIterator[Any], scope: str) -> tuple[list[Order], str | None]:
    orders = [row.order for row in found]
    return orders, pages.sign(found.last_evaluated_key, scope)


def count_tab(agent_id: str, tab: Tab) -> int:
    """How many orders a tab has; counting stops above MOST_COUNTED."""
    return OrderRow.count_up_to(MOST_COUNTED + 1, _tab_key(agent_id, tab), "by_tab")


def count_state(state: State) -> int:
    """How many orders are in a state; counting stops above MOST_COUNTED."""
    return OrderRow.count_up_to(MOST_COUNTED + 1, state, "by_state")


def has_paid_before(agent_id: str, order_id: str) -> bool:
    """Whether another one of the agent's newest orders was ever paid."""
    newest = OrderRow.by_time.query(agent_key(agent_id), scan_index_forward=False, limit=_FIRST_ORDER_WINDOW)
    return any(row.paid_at and row.sk != order_key(order_id) for row in newest)


def due(kind: str, now: datetime) -> Iterator[Order]:
    """Orders whose timer has run out, the longest overdue first; read page by page as they are taken."""
    until = OrderRow.due_at <= clock.to_text(now)
    return (row.order for row in OrderRow.due.query(kind, until))


def shipments_of(order: Order) -> list[ShipmentRow]:
    """The parcels of an order, the first one first."""
    of_order = ShipmentRow.sk.startswith(f"{order_key(order.order_id)}#SHIPMENT#")
    found = ShipmentRow.query(agent_key(order.agent_id), of_order, consistent_read=True)
    return sorted(found, key=lambda row: (row.shipped_at, row.sk))


def find_shipment(agent_id: str, order_id: str, shipment_id: str) -> ShipmentRow | None:
    """One parcel of an order."""
    return ShipmentRow.find(agent_key(agent_id), shipment_key(order_id, shipment_id), consistent=True)


def parcels_with(tracking_no: str) -> list[ParcelRow]:
    """Every shipment a tracking number belongs to."""
    return list(ParcelRow.query(_parcel_key(tracking_no)))


def refunds_of(order: Order) -> list[OrderRefundRow]:
    """The refunds of an order, the first one first."""
    of_order = OrderRefundRow.sk.startswith(f"{order_key(order.order_id)}#REFUND#")
    found = OrderRefundRow.query(agent_key(order.agent_id), of_order, consistent_read=True)
    return sorted(found, key=lambda row: (row.decided_at, row.sk))


def find_refund(agent_id: str, order_id: str, refund_id: str) -> OrderRefundRow | None:
    """One refund of an order."""
    return OrderRefundRow.find(agent_key(agent_id), refund_key(order_id, refund_id), consistent=True)


# Parts of transactions


def place_part(order: Order, error: PartError) -> Part:
    """Write a new order, if there is none with its id."""
    row = OrderRow(
        agent_key(order.agent_id),
        order_key(order.order_id),
        state=order.state,
        placed_at=order.placed_at,
        tab_key=_tab_key(order.agent_id, rules.TABS[order.state]),
        terms=order.terms,
        lines=order.lines,
    )
    if order.due_at:
        row.due_kind, row.due_at = "payment", order.due_at
    if order.payment_id:
        row.payment_id = order.payment_id
    return transaction.create(row, error)


def change_part(order: Order, actions: Sequence[Action], error: PartError = Stale) -> Part:
    """Change an order that is still as it was read; Stale tells that it is not."""
    counted = [*actions, OrderRow.version.add(1)]
    unchanged = OrderRow.version == order.version
    return transaction.update(
        OrderRow, agent_key(order.agent_id), order_key(order.order_id), counted, unchanged, error
    )


def to_state(order: Order, state: State) -> list[Action]:
    """The actions that move an order to a state the table of states allows; `due` stays as it is."""
    rules.check_move(order.state, state)
    return [
        OrderRow.state.set(state),
        OrderRow.tab_key.set(_tab_key(order.agent_id, rules.TABS[state])),
    ]


def with_progress(progress: Sequence[Progress]) -> Action:
    return OrderRow.progress.set(tuple(progress))


def due_on(kind: str, instant: datetime) -> list[Action]:
    """The actions that set an order's timer."""
    return [OrderRow.due_kind.set(kind), OrderRow.due_at.set(clock.to_text(instant))]


def not_due() -> list[Action]:
    """The actions that stop an order's timer."""
    return [OrderRow.due_kind.remove(), OrderRow.due_at.remove()]


def paid(payment_id: str, paid_at: str, tier: str) -> list[Action]:
    """The actions that note which payment paid an order, and the company's tier at that moment."""
    return [OrderRow.payment_id.set(payment_id), OrderRow.paid_at.set(paid_at), OrderRow.tier.set(tier)]


def approved(reviewer: str, now: datetime) -> list[Action]:
    """The actions that note who let an order pass."""
    return [OrderRow.approved_by.set(reviewer), OrderRow.approved_at.set(clock.to_text(now))]


def closed(reason: ClosedReason, now: datetime, detail: str = "") -> list[Action]:
    """The actions that note why an order came to nothing."""
    noted: list[Action] = [
        OrderRow.closed_reason.set(reason),
        OrderRow.closed_at.set(clock.to_text(now)),
    ]
    return [*noted, OrderRow.closed_detail.set(detail)] if detail else noted


def left(now: datetime) -> Action:
    """The action that notes when the last parcel left."""
    return OrderRow.shipped_at.set(clock.to_text(now))


def signed(at: str) -> Action:
    """The action that notes when the last parcel was signed for."""
    return OrderRow.signed_at.set(at)


def completed(now: datetime, after_sale_until: datetime) -> list[Action]:
    """The actions that note when an order was received, and until when its goods may be claimed."""
    return [
        OrderRow.completed_at.set(clock.to_text(now)),
        OrderRow.after_sale_until.set(clock.to_text(after_sale_until)),
    ]


def with_claims(claims: Mapping[str, Mapping[str, int]]) -> Action:
    """The action that notes which after-sales are open and what they ask for."""
    return OrderRow.claims.set(claims) if claims else OrderRow.claims.remove()


def noted(note: str) -> Action:
    """The action that replaces staff's note."""
    return OrderRow.note.set(note) if note else OrderRow.note.remove()


def decided(order: Order, plan: RefundPlan, progress: Sequence[Progress]) -> list[Action]:
    """The actions that count a refund as decided."""
    freight_fen = order.decided_freight_fen + plan.freight_fen
    return [with_progress(progress), OrderRow.decided_freight_fen.set(freight_fen)]


def settled(
    order: Order, row: OrderRefundRow, progress: Sequence[Progress], succeeded: bool, now: datetime
) -> list[Action]:
    """The actions that count a refund as gone back, or as not decided any more."""
    plan = row.plan
    if not succeeded:
        freight_fen = order.decided_freight_fen - plan.freight_fen
        return [with_progress(progress), OrderRow.decided_freight_fen.set(freight_fen)]
    last = LastRefund(row.refund_id, plan.amount_fen, clock.to_text(now))
    return [
        with_progress(progress),
        OrderRow.refunded_fen.set(order.refunded_fen + plan.amount_fen),
        OrderRow.last_refund.set(last),
    ]


def unpaid_part(order: Order) -> Part:
    """Holds while an order waits for the payment of this amount. Errors: OrderStateForbids, PriceChanged."""
    keys = agent_key(order.agent_id), order_key(order.order_id)
    return transaction.check(OrderRow, *keys, _unpaid(order), _not_unpaid)


def more_time_part(order: Order, deadline: datetime) -> Part:
    """Put off the deadline of an order that waits for the payment of this amount. Errors: as above."""
    actions = [*due_on("payment", deadline), OrderRow.version.add(1)]
    keys = agent_key(order.agent_id), order_key(order.order_id)
    return transaction.update(OrderRow, *keys, actions, _unpaid(order), _not_unpaid)


def _unpaid(order: Order) -> Condition:
    changes, waits = OrderRow.price_changes, OrderRow.state == "pending_payment"
    same_price = changes == order.price_changes if order.price_changes else changes.does_not_exist()
    unpaid: Condition = waits & same_price
    return unpaid


def _not_unpaid(old: OldRow) -> Exception:
    state = old["state"] if old else "closed"
    if state == "pending_payment":
        return rules.PriceChanged()
    return rules.OrderStateForbids(state=state)


def shipment_key(order_id: str, shipment_id: str) -> str:
    return f"{order_key(order_id)}#SHIPMENT#{shipment_id}"


def refund_key(order_id: str, refund_id: str) -> str:
    return f"{order_key(order_id)}#REFUND#{refund_id}"


def _parcel_key(tracking_no: str) -> str:
    return f"PARCEL#{tracking_no}"


def shipment_parts(row: ShipmentRow) -> list[Part]:
    """Write a new parcel, findable by its tracking number; Stale when it was written before."""
    known = ParcelRow(
        _parcel_key(row.tracking_no),
        f"{row.order_id}#{row.shipment_id}",
        agent_id=row.agent_id,
        order_id=row.order_id,
        shipment_id=row.shipment_id,
    )
    return [transaction.create(row, Stale), transaction.put(known)]


def refund_parts(
    order: Order,
    refund_id: str,
    plan: RefundPlan,
    reason: str,
    actor: str,
    fingerprint: str,
    now: datetime,
    after_sale_id: str | None = None,
) -> list[Part]:
    """Write down a refund that is decided, and settled where no money goes back; Stale when it was before."""
    row = OrderRefundRow(
        agent_key(order.agent_id),
        refund_key(order.order_id, refund_id),
        lines=[list(astuple(line)) for line in plan.lines],
        freight_fen=plan.freight_fen,
        amount_fen=plan.amount_fen,
        reason=reason,
        decided_by=actor,
        decided_at=clock.to_text(now),
        fingerprint=fingerprint,
        after_sale_id=after_sale_id,
    )
    if plan.amount_fen == 0:
        row.refund_state, row.settled_at = "succeeded", row.decided_at
    return [transaction.create(row, Stale)]


def settle_refund_part(row: OrderRefundRow, stage: rules.RefundStage, now: datetime) -> Part:
    """Note how a refund ended; Stale when that was noted before."""
    actions: list[Action] = [
        OrderRefundRow.refund_state.set(stage),
        OrderRefundRow.settled_at.set(clock.to_text(now)),
    ]
    decided = OrderRefundRow.refund_state == "decided"
    return transaction.update(OrderRefundRow, row.pk, row.sk, actions, decided, Stale)
