"""Which goods to offer a company, and why. Pure.

Every reason gives a product a score that stands for how likely it is in the company's next order; the best
reason counts. Some places are kept for goods the company does not know yet.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations, pairwise
from statistics import median
from typing import Literal

from functions.insights.rules.behaviour import ALL, History

Kind = Literal["due", "together", "tier", "new"]
MOST = 24
_LOOKED_BACK = timedelta(days=180)  # for what is bought together
_BEST_OF = timedelta(days=90)  # for what sells best
_NEW_FOR = timedelta(days=60)
_LEAST_PAIRS = 3
_LEAST_LIFT = 1.1
_JUST = timedelta(days=7)
_SOON = 0.5  # of the rhythm: from then on a product is due soon
_GIVEN_UP = 4  # rhythms: who has not come back by then may have stopped
_DISCOVERY = 10  # every so many places one is for goods the company does not know
_NEW_SCORE = 0.15


@dataclass(frozen=True)
class Product:
    """A product on sale. `category_ids` lead from the top down; `published` is None where unknown."""

    product_id: str
    name: str
    category_ids: tuple[str, ...] = ()
    published: date | None = None


@dataclass(frozen=True)
class Buyer:
    """What a company bought: the days of each product, and in how many orders altogether."""

    tier: str
    products: Mapping[str, tuple[date, ...]]
    orders: int

    def since(self, day: date) -> dict[date, set[str]]:
        """The products bought on each day from one on."""
        found: dict[date, set[str]] = defaultdict(set)
        for product_id, days in self.products.items():
            for bought in days:
                if bought >= day:
                    found[bought].add(product_id)
        return found


@dataclass
class Market:
    """What all companies together tell: what is bought on one day, and what sells best in a tier."""

    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    baskets: Counter[str] = field(default_factory=Counter)
    total: int = 0
    best: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    everywhere: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Suggestion:
    """A product for a company, and the reason people read."""

    product_id: str
    kind: Kind
    reason: str
    score: float


def buyer(tier: str, known: Mapping[str, History]) -> Buyer:
    """A company as its histories show it."""
    days: dict[str, set[date]] = defaultdict(set)
    for key, history in known.items():
        if key != ALL:
            days[history.product_id] |= {date.fromisoformat(day) for day in history.days}
    whole = known.get(ALL)
    orders = sum(bought.orders for bought in whole.days.values()) if whole else 0
    return Buyer(tier, {product: tuple(sorted(found)) for product, found in days.items() if found}, orders)


def market(buyers: Iterable[Buyer], today: date) -> Market:
    """What companies bought together lately."""
    found = Market()
    for one in buyers:
        for day, basket in one.since(today - _LOOKED_BACK).items():
            found.total += 1
            found.baskets.update(basket)
            found.pairs.update(combinations(sorted(basket), 2))
            if day >= today - _BEST_OF:
                found.best[one.tier].update(basket)
                found.everywhere.update(basket)
    return found


def suggest(
    one: Buyer,
    around: Market,
    goods: Mapping[str, Product],
    today: date,
    barred: Collection[str] = (),
) -> list[Suggestion]:
    """Goods for a company, the most likely first; only products on sale, but none that are `barred` to it.

    What it buys regularly is offered when it is due, for no other reason.
    """
    regular = {product_id for product_id, days in one.products.items() if len(days) > 1}
    found = [*_together(one, around, goods), *_new(one, goods, today), *_best_sellers(one, around)]
    recent = _just_bought(one, today)
    found = [each for each in found if each.product_id not in regular | recent]
    best: dict[str, Suggestion] = {}
    for suggestion in sorted([*_due(one, today), *found], key=lambda each: (-each.score, each.product_id)):
        if suggestion.product_id in goods and suggestion.product_id not in barred:
            best.setdefault(suggestion.product_id, suggestion)
    familiar = [each for each in best.values() if each.product_id in one.products]
    return _mixed(familiar, [each for each in best.values() if each.product_id not in one.products])


def _due(one: Buyer, today: date) -> Iterable[Suggestion]:
    for product_id, days in one.products.items():
        if len(days) < 2:
            continue
        rhythm = _rhythm(days)
        elapsed = (today - days[-1]).days
        ripe = elapsed / rhythm
        if ripe < _SOON:
            continue
        often = len(days) / max(one.orders, 1)
        score = often * min(ripe, 1.0) * min(_GIVEN_UP / ripe, 1.0)
        text = (
            f"通常约 {rhythm} 天补货一次，已 {elapsed} 天未订"
            if ripe >= 1
            else f"常购商品，约 {rhythm} 天补货一次"
        )
        yield Suggestion(product_id, "due", text, score)


def _together(one: Buyer, around: Market, goods: Mapping[str, Product]) -> Iterable[Suggestion]:
    """Goods that others put into the same orders as what the company buys."""
    for (first, second), count in around.pairs.items():
        if count < _LEAST_PAIRS or around.total == 0:
            continue
        for known, other in ((first, second), (second, first)):
            if known not in one.products or known not in goods:
                continue
            likely = count / around.baskets[known]
            lift = likely * around.total / around.baskets[other]
            if lift >= _LEAST_LIFT:
                weight = min(len(one.products[known]) / max(one.orders, 1) * 2, 1.0)
                yield Suggestion(other, "together", f"常与「{goods[known].name}」一起订购", likely * weight)


def _best_sellers(one: Buyer, around: Market) -> Iterable[Suggestion]:
    of_tier = around.best.get(one.tier)
    sold, text = (of_tier, "同等级代理商热销") if of_tier else (around.everywhere, "全国代理商热销")
    most = sum(sold.values())
    for product_id, count in sold.most_common(MOST):
        yield Suggestion(product_id, "tier", text, count / most)


def _new(one: Buyer, goods: Mapping[str, Product], today: date) -> Iterable[Suggestion]:
    bought = {
        category_id
        for product_id in one.products
        if product_id in goods
        for category_id in goods[product_id].category_ids
    }
    for product in goods.values():
        is_new = product.published and product.published >= today - _NEW_FOR
        if is_new and product.product_id not in one.products and bought & {*product.category_ids}:
            yield Suggestion(product.product_id, "new", "您常购品类的新品", _NEW_SCORE)


def _just_bought(one: Buyer, today: date) -> set[str]:
    """Bought so lately that nobody needs it again."""
    lately = today - _JUST
    return {product_id for product_id, days in one.products.items() if days[-1] > lately}


def _rhythm(days: Sequence[date]) -> int:
    gaps = [(after - before).days for before, after in pairwise(days)]
    return max(round(median(gaps)), 1)


def _mixed(familiar: list[Suggestion], discoveries: list[Suggestion]) -> list[Suggestion]:
    """The likeliest first, with a place for something unknown now and then."""
    mixed: list[Suggestion] = []
    while (familiar or discoveries) and len(mixed) < MOST:
        is_discovery = len(mixed) % _DISCOVERY == _DISCOVERY - 1
        turn = discoveries if (is_discovery and discoveries) or not familiar else familiar
        mixed.append(turn.pop(0))
    return mixed
