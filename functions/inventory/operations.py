"""Stock: what is there, what is spoken for, and every change of it with its reason."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from functions.inventory import rules
from functions.inventory.rules import Arrival, Movement
from functions.inventory.rules import NotReserved as NotReserved
from functions.inventory.rules import OfferChanged as OfferChanged
from functions.inventory.rules import OutOfStock as OutOfStock
from functions.inventory.rules import Reservation as Reservation
from functions.inventory.rules import Stock as Stock
from functions.inventory.rules import StockNotFound as StockNotFound
from functions.inventory.schemas import (
    AdjustStock,
    ArrivalView,
    ExpectArrival,
    ReceiveArrival,
    SkuRepriced,
    StockBack,
    StockDetail,
    StockFigures,
    StockLow,
    StockMovement,
    StockQuery,
)
from functions.inventory.table import arrivals, quotas
from functions.inventory.table import stocks as table
from kit import clock, ids, transaction
from kit.errors import KeyReused
from kit.facts import Row
from kit.pages import Page, PageQuery
from kit.transaction import Part


def stock(sku_ids: Iterable[str]) -> dict[str, Stock]:
    """The stock of several SKUs as of this moment; those without stock are left out."""
    return table.stocks(sku_ids)


def open_stock_parts(
    sku_id: str,
    on_hand: int,
    offer_version: int,
    threshold: int,
    actor: str,
    now: datetime,
    *,
    code: str = "",
    title: str = "",
) -> list[Part]:
    """Begin to keep stock for a new SKU; at most three parts. Staff know it by `code` and `title`."""
    empty = Stock(
        sku_id=sku_id,
        on_hand=0,
        reserved=0,
        held=0,
        available=0,
        offer_version=offer_version,
        price_revision=1,
        threshold=threshold,
        code=code,
        title=title,
        movements=0,
    )
    if on_hand == 0:
        return table.open_parts(empty)
    opening = rules.moved(empty, on_hand, "opening", "", "", actor, clock.to_text(now))
    return [*table.open_parts(rules.opened(empty, on_hand)), table.movement_part(opening)]


def offer_parts(versions: Iterable[tuple[str, int]], titles: Mapping[str, str] | None = None) -> list[Part]:
    """Only these versions of the offers can be reserved from now on; one part each. Error: StockNotFound."""
    known = titles or {}
    return [table.offer_part(sku_id, version, known.get(sku_id)) for sku_id, version in versions]


def reprice_parts(sku_ids: Iterable[str]) -> list[Part]:
    """What was quoted for these SKUs has to be quoted again; one part per SKU. Error: StockNotFound."""
    return [table.reprice_part(sku_id) for sku_id in dict.fromkeys(sku_ids)]


def reserve_parts(lines: Iterable[Reservation | tuple[str, int, int, int]]) -> list[Part]:
    """Reserve (sku_id, quantity, offer_version, price_revision) as quoted; one part per SKU, one per quota.

    Errors: OutOfStock with `available`, or OfferChanged when goods, price or quota changed since.
    """
    wanted = [Reservation(*line) for line in lines]
    rules.each_once((one.sku_id, one.quantity) for one in wanted)
    drawn = [
        quotas.draw_part(one.sku_id, quota_id, pieces) for one in wanted for quota_id, pieces in one.held
    ]
    return [table.reserve_part(one) for one in wanted] + drawn


def draws(left: Iterable[tuple[str, int]], quantity: int) -> tuple[tuple[str, int], ...]:
    """The (quota, pieces) an order of so many pieces draws, from what is left of its buyer's quotas."""
    return rules.draws(left, quantity)


def hold_parts(sku_id: str, quota_id: str, pieces: int) -> list[Part]:
    """Hold free pieces for some companies; two parts. Errors: OutOfStock, StockNotFound."""
    return [table.hold_part(sku_id, pieces), quotas.open_part(sku_id, quota_id, pieces)]


def free_parts(sku_id: str, quota_id: str) -> list[Part]:
    """Give what is left of a quota back to everybody; no parts if it ended before.

    Error: Stale when it was drawn from meanwhile, so wrap the command in `retry_stale`.
    """
    left = quotas.left([(sku_id, quota_id)]).get(quota_id)
    if left is None:
        return []
    closing = quotas.close_part(sku_id, quota_id, left)
    return [table.free_part(sku_id, left), closing] if left else [closing]


def quotas_left(held: Iterable[tuple[str, str]]) -> dict[str, int]:
    """What is left of quotas given as (sku_id, quota_id), by quota; ended ones are left out."""
    return quotas.left(held)


def release_parts(lines: rules.Quantities) -> list[Part]:
    """Give reserved pieces back; one part per SKU. Error: NotReserved."""
    return [table.release_part(sku_id, quantity) for sku_id, quantity in rules.each_once(lines).items()]


def ship_parts(lines: rules.Quantities, reference: str, actor: str, now: datetime) -> list[Part]:
    """Reserved pieces leave; two parts per SKU, one of them the movement.

    Errors: NotReserved; Stale when the stock moved meanwhile, so wrap the command in `retry_stale`.
    """
    return _moving_parts(table.ship_part, lines, -1, "shipment", reference, actor, now)


def receive_back_parts(lines: rules.Quantities, reference: str, actor: str, now: datetime) -> list[Part]:
    """Returned pieces can be sold again; two parts per SKU. Errors as of `ship_parts`."""
    return _moving_parts(table.change_part, lines, 1, "return", reference, actor, now)


def _moving_parts(
    part: Callable[[Movement], Part],
    lines: rules.Quantities,
    sign: int,
    reason: rules.Reason,
    reference: str,
    actor: str,
    now: datetime,
) -> list[Part]:
    quantities = rules.each_once(lines)
    known = table.stocks(quantities, consistent=True)
    parts: list[Part] = []
    for sku_id, quantity in quantities.items():
        if sku_id not in known:
            raise rules.StockNotFound(sku_id=sku_id)
        movement = rules.moved(
            known[sku_id], sign * quantity, reason, reference, "", actor, clock.to_text(now)
        )
        parts += [part(movement), table.movement_part(movement)]
    return parts


def adjust(sku_id: str, order: AdjustStock, adjustment_id: str, actor: str, now: datetime) -> StockMovement:
    """Change stock by hand, once per `adjustment_id`.

    Raises StockNotFound; CountOutdated; StillReserved; KeyReused when the id stood for something else.
    """
    fingerprint = ids.fingerprint(order)

    def attempt() -> Movement:
        if made := table.adjustment(sku_id, adjustment_id):
            if made[0] != fingerprint:
                raise KeyReused()
            return made[1]
        known = _stock_of(sku_id)
        change = rules.change_of(known, order.change, order.counted, order.expected)
        movement = rules.moved(known, change, order.reason, "", order.note, actor, clock.to_text(now))
        transaction.commit(
            [
                table.adjustment_part(movement, adjustment_id, fingerprint),
                table.change_part(movement),
                table.movement_part(movement),
            ]
        )
        return movement

    return _movement_view(transaction.retry_stale(attempt))


def expect(sku_id: str, order: ExpectArrival, arrival_id: str) -> ArrivalView:
    """Note that pieces are on their way, once per `arrival_id`. Raises StockNotFound, KeyReused."""
    fingerprint = ids.fingerprint(order)

    def attempt() -> Arrival:
        if known := arrivals.arrival(sku_id, arrival_id):
            if known.fingerprint != fingerprint:
                raise KeyReused()
            return known
        expected_on = order.expected_on.isoformat()
        made = Arrival(sku_id, arrival_id, order.quantity, expected_on, order.note, fingerprint)
        transaction.commit([arrivals.arrival_part(made), table.inbound_part(sku_id, made.quantity)])
        return made

    return _arrival_view(transaction.retry_stale(attempt), _stock_of(sku_id))


def receive(
    sku_id: str, arrival_id: str, order: ReceiveArrival, receipt_id: str, actor: str, now: datetime
) -> ArrivalView:
    """Take arrived pieces into stock, once per `receipt_id`.

    Raises StockNotFound, ArrivalNotFound, ArrivalClosed; KeyReused when the id stood for something else.
    """
    fingerprint = ids.fingerprint({"arrival_id": arrival_id} | order.model_dump())

    def attempt() -> tuple[Arrival, Stock]:
        known, before = _stock_of(sku_id), _arrival_of(sku_id, arrival_id)
        if made := table.adjustment(sku_id, receipt_id):
            if made[0] != fingerprint:
                raise KeyReused()
            return before, known
        _check_open(before)
        after = before.after_receipt(order.received, order.is_last)
        arrived = before.outstanding - after.outstanding
        movement = rules.moved(
            known, order.received, "purchase", arrival_id, order.note, actor, clock.to_text(now)
        )
        transaction.commit(
            [
                table.adjustment_part(movement, receipt_id, fingerprint),
                table.change_part(movement, arrived),
                table.movement_part(movement),
                arrivals.arrival_part(after),
            ]
        )
        return after, known

    return _arrival_view(*transaction.retry_stale(attempt))


def cancel_arrival(sku_id: str, arrival_id: str) -> ArrivalView:
    """What has not come will not come; again changes nothing. Raises ArrivalNotFound, ArrivalClosed."""

    def attempt() -> Arrival:
        before = _arrival_of(sku_id, arrival_id)
        if before.state == "cancelled":
            return before
        _check_open(before)
        after = before.cancelled()
        transaction.commit([arrivals.arrival_part(after), table.inbound_part(sku_id, -before.outstanding)])
        return after

    return _arrival_view(transaction.retry_stale(attempt), _stock_of(sku_id))


def list_expected(query: PageQuery) -> Page[ArrivalView]:
    """Arrivals still to come, the next ones first."""
    found, cursor = arrivals.expected(query)
    known = table.stocks(one.sku_id for one in found)
    items = [_arrival_view(one, known[one.sku_id]) for one in found if one.sku_id in known]
    return Page(items=items, next_cursor=cursor)


def set_threshold(sku_id: str, threshold: int) -> StockDetail:
    """Set at how many available pieces staff want to be told. Raises StockNotFound."""
    transaction.commit([table.threshold_part(sku_id, threshold)])
    return detail(sku_id)


def detail(sku_id: str) -> StockDetail:
    """The stock of one SKU and its newest movements. Raises StockNotFound."""
    known = _stock_of(sku_id)
    return StockDetail(
        **_view(known).model_dump(),
        movements=list_movements(sku_id, PageQuery()).items,
        arrivals=[_arrival_view(one, known) for one in arrivals.expected_of(sku_id)],
    )


def list_stock(query: StockQuery) -> Page[StockFigures]:
    """Stock of all SKUs whose code starts with `query.code`, by code."""
    sku_ids, cursor = table.listed(query.code, query)
    known = table.stocks(sku_ids)
    return Page(items=[_view(known[sku_id]) for sku_id in sku_ids if sku_id in known], next_cursor=cursor)


def list_low(query: PageQuery) -> Page[StockFigures]:
    """SKUs at or below their threshold, emptiest first."""
    found, cursor = table.low(query)
    return Page(items=[_view(one) for one in found], next_cursor=cursor)


def list_movements(sku_id: str, query: PageQuery) -> Page[StockMovement]:
    """Every change of a SKU's stock, newest first."""
    found, cursor = table.movements(sku_id, query)
    return Page(items=[_movement_view(movement) for movement in found], next_cursor=cursor)


def discrepancies(sku_id: str) -> list[str]:
    """What does not add up in the books of a SKU; empty when all is well. For checks, not for requests."""
    arriving = sum(one.outstanding for one in arrivals.expected_of(sku_id))
    return rules.discrepancies(_stock_of(sku_id), table.all_movements(sku_id), quotas.held(sku_id), arriving)


def on_change(old: Row, new: Row, now: datetime) -> list[StockLow]:
    """Keep the marks of low stock on a changed row true, and announce when staff are to be told.

    The write that lets stock fall cannot know the figure it leaves, so the mark follows through the stream.
    """
    after, before = table.stock_image(new), table.stock_image(old)
    if after is None:
        return []
    known = table.mark_of(after), table.told_by(after)
    mark = rules.alert_mark(after["available"], after["threshold"])
    told = rules.is_told(after["available"], after["threshold"], table.told_by(after))
    if (mark, told) != known:
        table.mark(after["sku_id"], after["version"], mark, told)
    if not table.told_by(after) or (before and table.told_by(before)):
        return []
    return [
        StockLow(
            event_id=ids.derived_id("StockLow", after["sku_id"], str(after["version"])),
            occurred_at=clock.to_text(now),
            **after,
        )
    ]


def facts_of(old: Row, new: Row, now: datetime) -> Iterator[StockBack | SkuRepriced]:
    """What the figures of a SKU mean to its buyers: there are pieces again, or it costs something else."""
    before, after = table.stock_image(old), table.stock_image(new)
    if before is None or after is None:
        return
    named = {"occurred_at": clock.to_text(now), "sku_id": after["sku_id"]}
    version = str(after["version"])
    if before["available"] <= 0 < after["available"]:
        event_id = ids.derived_id("StockBack", after["sku_id"], version)
        yield StockBack(event_id=event_id, available=after["available"], **named)
    if before["price_revision"] != after["price_revision"]:
        yield SkuRepriced(event_id=ids.derived_id("SkuRepriced", after["sku_id"], version), **named)


def _stock_of(sku_id: str) -> Stock:
    found = table.stock(sku_id)
    if found is None:
        raise rules.StockNotFound(sku_id=sku_id)
    return found


def _arrival_of(sku_id: str, arrival_id: str) -> Arrival:
    found = arrivals.arrival(sku_id, arrival_id)
    if found is None:
        raise rules.ArrivalNotFound(arrival_id=arrival_id)
    return found


def _check_open(arrival: Arrival) -> None:
    if arrival.state != rules.EXPECTED:
        raise rules.ArrivalClosed(state=arrival.state)


def _arrival_view(arrival: Arrival, known: Stock) -> ArrivalView:
    return ArrivalView.model_validate(
        vars(arrival) | {"outstanding": arrival.outstanding, "code": known.code, "title": known.title}
    )


def _view(known: Stock) -> StockFigures:
    return StockFigures.model_validate(known, from_attributes=True)


def _movement_view(movement: Movement) -> StockMovement:
    return StockMovement.model_validate(movement, from_attributes=True)
