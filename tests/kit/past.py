"""The demo's nine months on paper: who bought what when, without a shop around it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from functions.insights.rules.behaviour import Basket, BasketLine
from infra.local.demo import content
from infra.local.demo.history import History
from infra.local.demo.people import Dealer
from kit import clock

TODAY = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
SKUS = {
    product.name: [f"{number:04d}SKU{index:03d}" for index in range(len(product.skus))]
    for number, product in enumerate(content.PRODUCTS)
}
PRODUCTS = {product.name: f"{number:04d}PROD00" for number, product in enumerate(content.PRODUCTS)}
_PRODUCT_OF = {sku_id: PRODUCTS[name] for name, sku_ids in SKUS.items() for sku_id in sku_ids}


@dataclass(frozen=True)
class Past:
    """The baskets of each dealer, oldest first, and the dealers' tiers."""

    baskets: Mapping[str, list[Basket]]
    tiers: Mapping[str, str]

    def sold(self) -> dict[str, dict[date, int]]:
        """Pieces by SKU and day."""
        found: dict[str, dict[date, int]] = defaultdict(lambda: defaultdict(int))
        for baskets in self.baskets.values():
            for basket in baskets:
                for line in basket.lines:
                    found[line.sku_id][date.fromisoformat(basket.day)] += line.units
        return found


class _Paper(History):
    """Writes down what would be ordered instead of ordering it."""

    def __init__(self, dealers: list[Dealer]) -> None:
        clerks = cast(Any, (None, None))
        super().__init__(dealers, SKUS, clerks, lambda: None, lambda instant: None)
        self.found: dict[str, list[Basket]] = {dealer.agent_id: [] for dealer in dealers}

    def _place(self, dealer: Dealer, lines: list[tuple[str, int]], now: datetime) -> None:
        paid = now + timedelta(hours=12)
        day = clock.business_day(paid).isoformat()
        kept = tuple(
            BasketLine(sku_id, _PRODUCT_OF[sku_id], "", sku_id, quantity, quantity * 100, quantity * 100)
            for sku_id, quantity in lines
        )
        order_id = f"{len(self.found[dealer.agent_id]):026d}"
        basket = Basket(order_id, clock.to_text(paid), day, 9, 0, kept)
        self.found[dealer.agent_id].append(basket)


def past() -> Past:
    """What the demo's dealers buy, by the same dice as in the demo."""
    dealers = [
        cast(Dealer, SimpleNamespace(demo=demo, agent_id=f"{number:026d}"))
        for number, demo in enumerate(content.DEALERS)
    ]
    paper = _Paper(dealers)
    paper.play(TODAY, lambda placed: None)
    return Past(paper.found, {dealer.agent_id: dealer.demo.tier for dealer in dealers})
