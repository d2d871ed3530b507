"""Orders as a file for a spreadsheet, written in the background.

A message stands for one step: so many orders are read and written, how far it came is noted, then the next
message is sent. So a file of any size fits into Lambda's time, goes on where it stopped, and is not disturbed
by repeated messages. Orders placed after the start are not in it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from functions.agents import operations as agents
from functions.catalog import operations as catalog
from functions.orders import rules, storage
from functions.orders.operations.searching import fitting, span_of, wanted_of
from functions.orders.rules import Order, sheet
from functions.orders.schemas import ExportNext, ExportOrders, ExportView
from functions.orders.table import exports, timeline
from functions.orders.table.exports import ExportRow
from kit import clock, files, ids
from kit.errors import KeyReused
from kit.log import logger
from kit.tokens import Principal

ORDERS_A_STEP = 1_000
_KEPT = timedelta(days=3)  # as the bucket keeps the files


def start_export(body: ExportOrders, key: str, staff: Principal, bucket: str, now: datetime) -> ExportNext:
    """Begin a file, once per idempotency key; says what is to be done for it.

    Raises PeriodReversed, KeyReused.
    """
    span_of(body)
    export_id = ids.derived_id("orders-export", staff.user_id, key)
    wanted, regions = body.model_dump(mode="json"), list(staff.regions)
    fingerprint = ids.fingerprint(wanted | {"regions": regions})
    row = exports.find_export(staff.user_id, export_id)
    if row is None:
        row = exports.export_row(
            staff.user_id,
            export_id,
            wanted=wanted,
            regions=regions,
            fingerprint=fingerprint,
            upload_id=storage.begin(bucket, _file(export_id)),
            started_at=clock.to_text(now),
        )
        if not exports.create_export(row):
            row = _found(staff.user_id, export_id)
    if row.fingerprint != fingerprint:
        raise KeyReused()
    return ExportNext(user_id=staff.user_id, export_id=export_id, number=int(row.number))


def export(export_id: str, staff: Principal, bucket: str, now: datetime) -> ExportView:
    """How one's own file is coming along. Raises ExportNotFound."""
    row = _found(staff.user_id, export_id)
    is_kept = row.finished_at and now <= clock.from_text(row.finished_at) + _KEPT
    return ExportView(
        export_id=export_id,
        stage="running" if row.finished_at is None else "complete" if is_kept else "lapsed",
        orders=int(row.orders),
        rows=int(row.rows),
        written_up_to=row.position[0] if row.position else None,
        started_at=row.started_at,
        finished_at=row.finished_at,
        url=files.link(bucket, _file(export_id)) if is_kept else None,
    )


def export_next(
    command: ExportNext,
    bucket: str,
    now: datetime,
    most_orders: int = ORDERS_A_STEP,
    least_part: int = storage.LEAST_PART,
) -> ExportNext | None:
    """Write the next orders of a file; returns the command for those after them. Raises ExportNotFound."""
    row = _found(command.user_id, command.export_id)
    if row.finished_at is None and row.number == command.number:
        _write_next(row, bucket, now, most_orders, least_part)
        row = _found(command.user_id, command.export_id)
    return None if row.finished_at else command.model_copy(update={"number": int(row.number)})


def _write_next(row: ExportRow, bucket: str, now: datetime, most_orders: int, least_part: int) -> None:
    wanted = ExportOrders.model_validate(row.wanted, strict=False)
    span = span_of(wanted)
    span = replace(span, last=min(span.last, row.started_at))
    after = (row.position[0], row.position[1]) if row.position else None
    walked = list(islice(timeline.walk(span, after, newest_first=False), most_orders))
    orders = list(filter(fitting(wanted_of(wanted, row.regions)), walked))
    texts = _texts(orders)
    content = storage.kept(bucket, row.rest) if row.rest else sheet.head().encode()
    content += "".join(texts).encode()
    key, parts = _file(row.export_id), int(row.parts)
    if len(walked) < most_orders:
        storage.finish(bucket, key, row.upload_id, parts + 1, content)
        noted = exports.finish(row, len(orders), len(texts), now)
    else:
        if len(content) >= least_part:
            parts += 1
            storage.write_part(bucket, key, row.upload_id, parts, content)
            content = b""
        rest = f"orders/rest/{row.export_id}-{int(row.number)}"
        storage.keep(bucket, rest, content)
        noted = exports.note_step(row, timeline.position(walked[-1]), parts, rest, len(orders), len(texts))
    if not noted:
        logger.info("orders_already_exported", extra={"export_id": row.export_id})


def _texts(orders: Sequence[Order]) -> list[str]:
    """The rows of orders; what they need is read once."""
    offers = catalog.offers_at({(line.sku_id, line.offer_version) for one in orders for line in one.lines})
    companies = {agent_id: agents.company(agent_id) for agent_id in {order.agent_id for order in orders}}
    return [
        text
        for order in orders
        for text in sheet.rows(
            order,
            companies[order.agent_id].name,
            order.tier or companies[order.agent_id].tier,
            {line.sku_id: offers[line.sku_id, line.offer_version] for line in order.lines},
        )
    ]


def _found(user_id: str, export_id: str) -> ExportRow:
    row = exports.find_export(user_id, export_id)
    if row is None:
        raise rules.ExportNotFound()
    return row


def _file(export_id: str) -> str:
    return f"orders/orders-{export_id}.csv"
