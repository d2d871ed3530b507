"""Keeps what companies buy: each order's basket once, and the histories that baskets add up to."""

from collections.abc import Iterable

from functions.agents import operations as agents
from functions.insights import rules
from functions.insights.rules import behaviour
from functions.insights.rules.behaviour import ALL, Basket, BasketLine, Bought, History
from functions.insights.schemas.learning import BehaviourView, BoughtView, HourView, RhythmView
from functions.insights.table import behaviour as table
from functions.orders.operations import OrderFigures, Sold
from kit import clock, transaction
from kit.errors import NotFound
from kit.tokens import Principal


def keep(order: OrderFigures) -> bool:
    """Keep the basket of an order as it is now; says whether that was news. What is older changes nothing."""
    if order.paid_at is None:
        return False
    basket = basket_of(order, order.paid_at)
    return transaction.retry_stale(lambda: _keep(order.agent_id, basket))


def rebuild(agent_ids: Iterable[str]) -> list[str]:
    """Make companies' histories again from their baskets; says which of them had been wrong."""
    wrong = []
    for agent_id in agent_ids:
        found = transaction.retry_stale(lambda whose=agent_id: _rebuild(whose))  # type: ignore[misc]
        wrong += [f"{agent_id}/{key}" for key in found]
    return wrong


def show(agent_id: str, staff: Principal) -> BehaviourView:
    """What a company buys, how often, when. Raises NotFound, also outside the caller's regions."""
    company = agents.company(agent_id)
    if not agents.covers(staff.regions, company):
        raise NotFound()
    known = {key: history for key, history in table.histories(agent_id).items() if history.days}
    whole = known.pop(ALL, None) or History(ALL)
    altogether = behaviour.total(whole.days.values())
    bought = [_bought(history, altogether) for history in known.values()]
    return BehaviourView(
        agent_id=agent_id,
        name=company.name,
        tier=company.tier,
        orders=altogether.orders,
        units=altogether.units,
        net_fen=altogether.net_fen,
        rhythm=_rhythm(whole),
        hours=[_hour(key, orders) for key, orders in sorted(whole.hours.items())],
        skus=sorted(bought, key=lambda one: (-one.net_fen, one.sku_id)),
    )


def basket_of(order: OrderFigures, paid_at: str) -> Basket:
    """What is left of a paid order after its refunds."""
    kept: dict[str, BasketLine] = {}
    for sold in order.goods:
        kept[sold.sku_id] = _more(kept.get(sold.sku_id), sold, 1)
    for refund in order.refunds:
        for sold in refund.goods:
            kept[sold.sku_id] = _more(kept.get(sold.sku_id), sold, -1)
    at = clock.from_text(paid_at)
    return Basket(
        order_id=order.order_id,
        paid_at=paid_at,
        day=clock.business_day(at).isoformat(),
        hour=at.astimezone(clock.SHANGHAI).hour,
        refunds=len(order.refunds),
        lines=tuple(line for line in kept.values() if line.units or line.net_fen),
    )


def _more(line: BasketLine | None, sold: Sold, sign: int) -> BasketLine:
    units, net_fen, base_fen = (line.units, line.net_fen, line.base_fen) if line else (0, 0, 0)
    return BasketLine(
        sku_id=sold.sku_id,
        product_id=sold.product_id,
        category_id=sold.category_path[0],
        title=f"{sold.name} {sold.spec}".strip(),
        units=units + sign * sold.quantity,
        net_fen=net_fen + sign * sold.net_fen,
        base_fen=base_fen + sign * sold.base_fen,
    )


def _keep(agent_id: str, new: Basket) -> bool:
    old = table.basket(agent_id, new.paid_at, new.order_id)
    if old and (old == new or old.refunds > new.refunds):
        return False
    touched = {line.sku_id for basket in (old, new) if basket for line in basket.lines}
    known, version = table.histories_of(agent_id, touched)
    after = {ALL: known.get(ALL, History(ALL))} | behaviour.changed(known, old, new)
    transaction.commit([table.basket_part(agent_id, new), *table.history_parts(agent_id, after, version)])
    return True


def _rebuild(agent_id: str) -> list[str]:
    _, version = table.histories_of(agent_id, ())
    expected = behaviour.histories(table.baskets(agent_id))
    stored = table.histories(agent_id, consistent=True)
    wrong = behaviour.differing(stored, expected)
    for some in rules.in_lots(wrong):
        right = {key: expected.get(key, History(key)) for key in {*some, ALL}}
        transaction.commit(table.history_parts(agent_id, right, version))
        version += 1
    return wrong


def _bought(history: History, altogether: Bought) -> BoughtView:
    found = behaviour.total(history.days.values())
    return BoughtView(
        sku_id=history.key,
        product_id=history.product_id,
        title=history.title,
        orders=found.orders,
        units=found.units,
        net_fen=found.net_fen,
        share_bps=found.net_fen * 10_000 // altogether.net_fen if altogether.net_fen else 0,
        rhythm=_rhythm(history),
    )


def _rhythm(history: History) -> RhythmView | None:
    if not history.days:
        return None
    intervals = history.intervals
    return RhythmView(
        first=history.first,
        last=history.last,
        mean_days=round(sum(intervals) / len(intervals)) if intervals else None,
        median_days=history.rhythm,
    )


def _hour(key: str, orders: int) -> HourView:
    weekday, _, hour = key.partition("-")
    return HourView(weekday=int(weekday) + 1, hour=int(hour), orders=orders)
