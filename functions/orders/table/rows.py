"""The rows of the orders table."""

import json
import os
from collections.abc import Mapping
from typing import Any, cast

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection

from functions.orders.rules import (
    ClosedReason,
    Order,
    Progress,
    RefundLine,
    RefundPlan,
    RefundStage,
    State,
    TrackState,
)
from functions.orders.table import packing
from functions.orders.table.packing import (
    LastRefundAttribute,
    LinesAttribute,
    ProgressAttribute,
    TermsAttribute,
)
from kit import rows


class Row(rows.Row):
    """Base of the rows of this table."""

    class Meta:
        table_name = os.environ["ORDERS_TABLE"]


class ByTime(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "by_time"
        projection = AllProjection()

    pk = UnicodeAttribute(hash_key=True)
    placed_at = UnicodeAttribute(range_key=True)


class ByTab(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "by_tab"
        projection = AllProjection()

    tab_key = UnicodeAttribute(hash_key=True)
    placed_at = UnicodeAttribute(range_key=True)


class ByState(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "by_state"
        projection = AllProjection()

    state = UnicodeAttribute(hash_key=True)
    placed_at = UnicodeAttribute(range_key=True)


class ByOrder(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "by_order"
        projection = KeysOnlyProjection()

    sk = UnicodeAttribute(hash_key=True)


class Due(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "due"
        projection = AllProjection()

    due_kind = UnicodeAttribute(hash_key=True)
    due_at = UnicodeAttribute(range_key=True)


class OrderRow(Row):
    """An order. What is set after placing is absent before, which keeps a new order within a kilobyte."""

    by_time = ByTime()
    by_tab = ByTab()
    by_state = ByState()
    by_order = ByOrder()
    due = Due()
    state = UnicodeAttribute()
    placed_at = UnicodeAttribute()
    tab_key = UnicodeAttribute()
    terms = TermsAttribute()
    lines = LinesAttribute()
    version = NumberAttribute(default=1)
    due_kind = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True)
    progress = ProgressAttribute(null=True)
    payment_id = UnicodeAttribute(null=True)
    paid_at = UnicodeAttribute(null=True)
    tier = UnicodeAttribute(null=True)
    approved_at = UnicodeAttribute(null=True)
    approved_by = UnicodeAttribute(null=True)
    shipped_at = UnicodeAttribute(null=True)
    signed_at = UnicodeAttribute(null=True)
    completed_at = UnicodeAttribute(null=True)
    closed_at = UnicodeAttribute(null=True)
    closed_reason = UnicodeAttribute(null=True)
    closed_detail = UnicodeAttribute(null=True)
    decided_freight_fen = NumberAttribute(null=True)
    refunded_fen = NumberAttribute(null=True)
    last_refund = LastRefundAttribute(null=True)
    note = UnicodeAttribute(null=True)
    price_changes = NumberAttribute(null=True)
    repriced_by = UnicodeAttribute(null=True)
    claims = JSONAttribute(null=True)
    after_sale_until = UnicodeAttribute(null=True)

    @property
    def order(self) -> Order:
        """The order as rules see it."""
        return order_of(self.attribute_values)


def order_of(values: Mapping[str, Any]) -> Order:
    """The order behind the attributes of a row, or behind the image of one in a stream."""
    lines, terms = values["lines"], values["terms"]
    if isinstance(lines, bytes | str):
        lines = packing.unpack_lines(packing.from_image(lines))
        terms = packing.unpack_terms(packing.from_image(terms))
    progress, last_refund = values.get("progress"), values.get("last_refund")
    claims = values.get("claims")
    if isinstance(progress, str):
        progress = packing.unpack_progress(progress)
    if isinstance(last_refund, str):
        last_refund = packing.unpack_last_refund(last_refund)
    if isinstance(claims, str):
        claims = json.loads(claims)
    return Order(
        order_id=values["sk"].removeprefix("ORDER#"),
        agent_id=values["pk"].removeprefix("AGENT#"),
        state=cast(State, values["state"]),
        placed_at=values["placed_at"],
        version=int(values["version"]),
        terms=terms,
        lines=lines,
        progress=progress or tuple(Progress() for _ in lines),
        due_at=values.get("due_at"),
        payment_id=values.get("payment_id"),
        paid_at=values.get("paid_at"),
        tier=values.get("tier"),
        approved_at=values.get("approved_at"),
        approved_by=values.get("approved_by"),
        shipped_at=values.get("shipped_at"),
        signed_at=values.get("signed_at"),
        completed_at=values.get("completed_at"),
        closed_at=values.get("closed_at"),
        closed_reason=cast(ClosedReason | None, values.get("closed_reason")),
        closed_detail=values.get("closed_detail"),
        decided_freight_fen=int(values.get("decided_freight_fen") or 0),
        refunded_fen=int(values.get("refunded_fen") or 0),
        last_refund=last_refund,
        note=values.get("note"),
        price_changes=int(values.get("price_changes") or 0),
        repriced_by=values.get("repriced_by"),
        claims=claims or {},
        after_sale_until=values.get("after_sale_until"),
    )


class ShipmentRow(Row):
    """A parcel of an order: what is in it, who carries it, where it was seen."""

    order_no = UnicodeAttribute()
    carrier = UnicodeAttribute()
    tracking_no = UnicodeAttribute()
    quantities = JSONAttribute()
    shipped_at = UnicodeAttribute()
    shipped_by = UnicodeAttribute()
    fingerprint = UnicodeAttribute()
    track_state = UnicodeAttribute(default="waiting")
    nodes = JSONAttribute(null=True)
    seen_at = UnicodeAttribute(null=True)
    asked_at = UnicodeAttribute(null=True)
    subscribed_at = UnicodeAttribute(null=True)
    uploaded_at = UnicodeAttribute(null=True)
    signed_at = UnicodeAttribute(null=True)

    @property
    def agent_id(self) -> str:
        return str(self.pk.removeprefix("AGENT#"))

    @property
    def order_id(self) -> str:
        return str(self.sk.split("#")[1])

    @property
    def shipment_id(self) -> str:
        return str(self.sk.rpartition("#")[2])

    @property
    def where(self) -> TrackState:
        return cast(TrackState, self.track_state)


class ParcelRow(Row):
    """Which shipment a tracking number belongs to; one parcel may carry several orders."""

    agent_id = UnicodeAttribute()
    order_id = UnicodeAttribute()
    shipment_id = UnicodeAttribute()


class OrderRefundRow(Row):
    """A refund of an order, by line. `lines` are [sku_id, pieces, fen, cancelled, returned, fen kept]."""

    refund_state = UnicodeAttribute(default="decided")
    lines = JSONAttribute()
    freight_fen = NumberAttribute()
    amount_fen = NumberAttribute()
    reason = UnicodeAttribute()
    decided_by = UnicodeAttribute()
    decided_at = UnicodeAttribute()
    fingerprint = UnicodeAttribute()
    settled_at = UnicodeAttribute(null=True)
    after_sale_id = UnicodeAttribute(null=True)

    @property
    def refund_id(self) -> str:
        return str(self.sk.rpartition("#")[2])

    @property
    def stage(self) -> RefundStage:
        return cast(RefundStage, self.refund_state)

    @property
    def plan(self) -> RefundPlan:
        """The refund as it was worked out."""
        return RefundPlan(tuple(RefundLine(*line) for line in self.lines), int(self.freight_fen))
