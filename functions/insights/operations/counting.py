"""Counts orders into sums, each event once, and counts days again to see whether that is true.

A fact of an order only says which one to look at. What counts is read from the order's rows: facts may come
twice, late or in any order, and a day counted again from the rows must give the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from functions.agents import operations as agents
from functions.insights import rules, table
from functions.insights.operations import behaviour, recommending
from functions.insights.rules import Difference, Event, Kind, Measure, Party, Share, Sums
from functions.insights.schemas import (
    AfterSaleApplied,
    Differing,
    OrderFact,
    OrderPaid,
    RebuildReports,
    Rebuilt,
    RedemptionFact,
    RedemptionPlaced,
    RedemptionRejected,
)
from functions.orders import operations as orders
from functions.orders.operations import GoneBack, OrderFigures, Sold
from kit import clock, transaction

_LOOKED_AT_AGAIN = (1, 7, 30)  # days ago: orders that late facts may have been missed of


def count(fact: OrderFact) -> None:
    """Count what an order has come to since it was last looked at."""
    _count(orders.figures(fact.agent_id, fact.order_id))


def count_paid(fact: OrderPaid) -> None:
    """Count an order that was paid, and recommend what it bought no more for now."""
    order = orders.figures(fact.agent_id, fact.order_id)
    _count(order)
    recommending.forget_bought(order.agent_id, {sold.product_id for sold in order.goods})


def count_claim(fact: AfterSaleApplied) -> None:
    """Count an after-sale that was asked for."""
    sums: Sums = {"claims": 1, "claimed_fen": fact.amount_fen}
    total = Share("total", rules.TOTAL, "", sums)
    _add([_event("claimed", fact.occurred_at, fact.after_sale_id, (total,))])


def count_redemption(fact: RedemptionPlaced) -> None:
    """Count an exchange of points for a gift."""
    sums = {"redemptions": 1, "gift_pieces": fact.quantity, "points_spent": fact.points}
    _add([_event("redeemed", fact.occurred_at, fact.redemption_id, _gift(fact, sums))])


def count_rejection(fact: RedemptionRejected) -> None:
    """Count an exchange that came to nothing."""
    sums = {"redemptions_rejected": 1}
    _add([_event("rejected", fact.occurred_at, fact.redemption_id, _gift(fact, sums))])


def _gift(fact: RedemptionFact, sums: Sums) -> tuple[Share, ...]:
    return Share("total", rules.TOTAL, "", sums), Share("gift", fact.gift_id, fact.gift_name, sums)


def rebuild_night(now: datetime) -> list[Rebuilt]:
    """Count again the orders and sums of some past days, and what their companies bought."""
    today = clock.business_day(now)
    counted = {ago: _recount(today - timedelta(days=ago)) for ago in _LOOKED_AT_AGAIN}
    made = []
    for ago in _LOOKED_AT_AGAIN:
        day = today - timedelta(days=ago)
        rebuilt = _rebuilt(day, *counted[ago])
        table.save_report("REBUILD", f"{today.isoformat()}/{ago:02d}", rebuilt.model_dump(), now)
        made.append(rebuilt)
    return made


def rebuild(day: date) -> Rebuilt:
    """Count a day again from the rows of its orders, and set its sums right."""
    return _rebuilt(day, *_recount(day))


def rebuild_reports(limit: int) -> RebuildReports:
    """What the newest nightly countings found."""
    return RebuildReports(
        items=[Rebuilt.model_validate(document) for _, document in table.reports("REBUILD", limit)]
    )


def _recount(day: date) -> tuple[int, set[str]]:
    """How much had been missed of a day's orders, and whose they are."""
    missed, agent_ids = 0, set[str]()
    for order in orders.figures_of_day(day):
        missed += _count(order)
        agent_ids.add(order.agent_id)
    return missed, agent_ids


def _rebuilt(day: date, missed: int, agent_ids: set[str]) -> Rebuilt:
    found = transaction.retry_stale(lambda: _corrected(day.isoformat()))
    return Rebuilt(
        day=day.isoformat(),
        events=len(table.events_of(day.isoformat())),
        missed=missed,
        histories=behaviour.rebuild(sorted(agent_ids)),
        differences=[Differing.model_validate(one, from_attributes=True) for one in found],
    )


def _corrected(day: str) -> list[Difference]:
    stored, version = table.sums_of_day(day)
    events = table.events_of(day)
    found = rules.differences(stored, rules.summed(events))
    names = rules.names(events)
    for at, some in enumerate(rules.in_lots(found)):
        transaction.commit(table.correct_parts(day, some, names, version + at))
    return found


def _count(order: OrderFigures) -> int:
    """Count and keep what is not yet of an order; says how many pieces of news that were."""
    return _add(list(_events(order))) + behaviour.keep(order)


def _add(events: Sequence[Event]) -> int:
    return sum(_add_one(event) for event in table.uncounted(events))


def _add_one(event: Event) -> bool:
    try:
        transaction.commit(table.count_parts(event))
    except rules.AlreadyCounted:
        return False
    return True


def _events(order: OrderFigures) -> Iterator[Event]:
    party = _party(order)

    def event(kind: Kind, at: str, sums: Sums, goods: tuple[Share, ...] = (), source: str = "") -> Event:
        named = f"{order.order_id}#{source}" if source else order.order_id
        return _event(kind, at, named, rules.shares_of(sums, party, order.tier, goods))

    placed = {"placed": 1, "placed_fen": order.placed_fen}
    yield _event("placed", order.placed_at, order.order_id, rules.shares_of(placed, party, None))
    if order.paid_at:
        units = sum(sold.quantity for sold in order.goods)
        sums = {"paid": 1, "paid_fen": order.total_fen, "freight_fen": order.freight_fen, "units": units}
        yield event("paid", order.paid_at, rules.added(sums), _sold(order))
        yield _event("sold", order.paid_at, order.order_id, _skus(order.goods, "paid_fen", "units"))
    for refund in order.refunds:
        pieces = sum(sold.quantity for sold in refund.goods)
        sums = {"refunds": 1, "refunded_fen": refund.amount_fen, "refunded_units": pieces}
        yield event("refund", refund.refunded_at, rules.added(sums), _returned(refund), refund.refund_id)
        back = _skus(refund.goods, "refunded_fen", "refunded_units")
        yield _event("returned", refund.refunded_at, f"{order.order_id}#{refund.refund_id}", back)
    if order.completed_at:
        yield event("completed", order.completed_at, {"completed": 1})
    if order.closed_at:
        yield event("closed", order.closed_at, {"closed": 1})


def _event(kind: Kind, at: str, source: str, shares: tuple[Share, ...]) -> Event:
    return Event(clock.business_day(clock.from_text(at)).isoformat(), kind, source, shares)


def _sold(order: OrderFigures) -> tuple[Share, ...]:
    sold = rules.merged(
        Share("product", one.product_id, one.name, {"paid_fen": one.net_fen, "units": one.quantity})
        for one in order.goods
    )
    return tuple(replace(share, sums={"paid": 1, **share.sums}) for share in sold)


def _returned(refund: GoneBack) -> tuple[Share, ...]:
    return tuple(
        Share(
            "product",
            one.product_id,
            one.name,
            {"refunded_fen": one.net_fen, "refunded_units": one.quantity},
        )
        for one in refund.goods
    )


def _skus(goods: Iterable[Sold], fen: Measure, pieces: Measure) -> tuple[Share, ...]:
    """Apart from the others, because an order may have as many SKUs as a transaction has actions."""
    total = Share("total", rules.TOTAL, "", {})  # adds nothing, but a day that is counted again takes notice
    each = (
        Share("sku", one.sku_id, f"{one.name} {one.spec}".strip(), {fen: one.net_fen, pieces: one.quantity})
        for one in goods
    )
    return total, *rules.merged(each)


def _party(order: OrderFigures) -> Party:
    company = agents.company(order.agent_id)
    code, region = order.region_code, company.region
    is_there_still = region is not None and region.district_code == code
    return Party(
        agent_id=order.agent_id,
        name=company.name,
        region_code=code,
        province=region.province if region and is_there_still else "",
        city=region.city if region and is_there_still else "",
    )
