"""A company's month: what it spent, on what, and what it saved."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from functions.catalog.operations import storefront
from functions.catalog.schemas.shop import CategoryNode
from functions.insights.rules.behaviour import Basket, BasketLine
from functions.insights.schemas.learning import PurchaseReport, Spent, SpentOn
from functions.insights.table import behaviour as table
from functions.points import operations as points
from kit import clock

_MOST_SKUS = 20


def purchase_report(agent_id: str, month: str, now: datetime) -> PurchaseReport:
    """A month of business days beside the one before: one query of baskets, names of categories, points."""
    begin = date.fromisoformat(f"{month}-01")
    before, after = (begin - timedelta(days=1)).replace(day=1), (begin + timedelta(days=32)).replace(day=1)
    since, until = (clock.to_text(clock.start_of_day(day)) for day in (before, after))
    found = table.baskets(agent_id, since, until)
    baskets = [basket for basket in found if basket.day >= begin.isoformat()]
    lines = [line for basket in baskets for line in basket.lines]
    account = points.account(agent_id, now)
    return PurchaseReport(
        month=month,
        total=_spent(baskets),
        previous=_spent(basket for basket in found if basket.day < begin.isoformat()),
        skus=_by({line.sku_id: line.title for line in lines}, [(line.sku_id, line) for line in lines])[
            :_MOST_SKUS
        ],
        categories=_by(_category_names(), [(line.category_id, line) for line in lines]),
        points_earned=points.earned_between(agent_id, clock.to_text(clock.start_of_day(begin)), until),
        points_available=account.available,
        points_pending=account.pending,
    )


def _spent(baskets: Iterable[Basket]) -> Spent:
    kept = [basket for basket in baskets if basket.lines]
    lines = [line for basket in kept for line in basket.lines]
    return Spent(
        orders=len(kept),
        units=sum(line.units for line in lines),
        net_fen=sum(line.net_fen for line in lines),
        saved_fen=sum(line.base_fen - line.net_fen for line in lines),
    )


def _by(names: Mapping[str, str], lines: Iterable[tuple[str, BasketLine]]) -> list[SpentOn]:
    units: dict[str, int] = defaultdict(int)
    net_fen: dict[str, int] = defaultdict(int)
    for key, line in lines:
        units[key] += line.units
        net_fen[key] += line.net_fen
    found = [
        SpentOn(id=key, title=names.get(key, "其他"), units=units[key], net_fen=net_fen[key]) for key in units
    ]
    return sorted(found, key=lambda one: (-one.net_fen, one.id))


def _category_names() -> dict[str, str]:
    def below(nodes: Iterable[CategoryNode]) -> Iterable[tuple[str, str]]:
        for node in nodes:
            yield node.id, node.name
            yield from below(node.children)

    return dict(below(storefront.categories().items))
