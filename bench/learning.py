"""How good recommendations and forecasts are on the demo's nine months; `make bench` prints it.

Recommendations: each of every dealer's last orders is hidden with all that came after it, and guessed from
the rest. Forecasts: the method is chosen without the last weeks and then tried on them.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from functions.insights.rules import behaviour, demand, forecasting, recommending
from functions.insights.rules.behaviour import Basket
from functions.insights.rules.forecasting import BASELINE, HORIZON, METHODS
from functions.insights.rules.recommending import Product
from kit import clock
from tests.kit import past
from tests.kit.past import Past

SHOWN = 10
HIDDEN_ORDERS = 5
HIDDEN_WEEKS = 8
GOODS = {product_id: Product(product_id, name) for name, product_id in past.PRODUCTS.items()}
Guess = Callable[[Past, str, date], list[str]]


@dataclass(frozen=True)
class Score:
    """Of hidden orders: with something guessed right, and the part of their products guessed right."""

    orders: int
    hit_rate: float
    recall: float


def recommended(known: Past, agent_id: str, today: date) -> list[str]:
    """What the product would show."""
    buyers = {
        each: recommending.buyer(known.tiers[each], behaviour.histories(baskets))
        for each, baskets in known.baskets.items()
    }
    around = recommending.market(buyers.values(), today)
    found = recommending.suggest(buyers[agent_id], around, GOODS, today)
    return [one.product_id for one in found[:SHOWN]]


def most_popular(known: Past, agent_id: str, today: date) -> list[str]:
    """What most orders of the last 30 days have, the same for everybody: the hot shelf."""
    since = (today - timedelta(days=30)).isoformat()
    sold = Counter(
        product_id
        for baskets in known.baskets.values()
        for basket in baskets
        if basket.day >= since
        for product_id in _products(basket)
    )
    return [product_id for product_id, _ in sold.most_common(SHOWN)]


def replay(known: Past, guess: Guess) -> Score:
    """Guess each of the last orders of every dealer from what was before it."""
    hits, recalls = [], []
    for agent_id, baskets in known.baskets.items():
        for hidden in baskets[-HIDDEN_ORDERS:]:
            before = Past(
                {
                    each: [one for one in several if one.paid_at < hidden.paid_at]
                    for each, several in known.baskets.items()
                },
                known.tiers,
            )
            guessed = set(guess(before, agent_id, date.fromisoformat(hidden.day)))
            right = guessed & _products(hidden)
            hits.append(bool(right))
            recalls.append(len(right) / len(_products(hidden)))
    return Score(len(hits), sum(hits) / len(hits), sum(recalls) / len(recalls))


def weeks_of(known: Past) -> dict[str, list[int]]:
    """Pieces by SKU and week, as the nightly forecast sees them."""
    today = clock.business_day(past.TODAY)
    return {sku_id: demand.by_week(units, today) for sku_id, units in known.sold().items()}


def errors(series: dict[str, list[int]]) -> dict[str, float]:
    """Errors on the hidden weeks by what was sold in them: of each method, and of the one chosen before."""
    wrong: dict[str, float] = defaultdict(float)
    sold = 0
    for weeks in series.values():
        for begin in range(len(weeks) - HIDDEN_WEEKS, len(weeks) - HORIZON + 1):
            known = weeks[:begin]
            if len(known) < forecasting.LEAST_KNOWN + HORIZON:
                continue
            real = sum(weeks[begin : begin + HORIZON])
            sold += real
            said: dict[str, float] = {name: sum(method(known)) for name, method in METHODS.items()}
            said["chosen"] = said[forecasting.forecast(known).method]
            for name, told in said.items():
                wrong[name] += abs(told - real)
    return {name: value / sold for name, value in wrong.items()}


def judged(series: dict[str, list[int]]) -> tuple[float, float]:
    """The back-test's own error of the chosen methods and of the naive one, over all SKUs."""
    tried = [forecasting.forecast(weeks) for weeks in series.values()]
    chosen = sum(one.chosen.error for one in tried if one.chosen)
    return chosen, sum(one.baseline.error for one in tried if one.baseline)


def main() -> None:
    known = past.past()
    print(f"recommendations, {SHOWN} shown{'orders':>12}{'hit rate':>10}{'recall':>8}")
    for name, guess in (("recommended", recommended), ("most popular", most_popular)):
        score = replay(known, guess)
        print(f"{name:26}{score.orders:10}{score.hit_rate:10.2f}{score.recall:8.2f}")
    series = weeks_of(known)
    print(
        f"\nforecasts of {HORIZON} weeks, {len(series)} SKUs: errors by sales on {HIDDEN_WEEKS} hidden weeks"
    )
    for name, error in sorted(errors(series).items(), key=lambda one: one[1]):
        print(f"{name:26}{error:10.3f}{'  (baseline)' if name == BASELINE else ''}")
    chosen, naive = judged(series)
    print(f"back-test: error of the chosen methods by that of the naive one {chosen / naive:.3f}")


def _products(basket: Basket) -> set[str]:
    return {line.product_id for line in basket.lines}
