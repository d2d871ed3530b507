"""A page of figures is one or two reads, however much was sold."""

import pytest

from bench.meter import metered
from tests.integration.insights.conftest import Shop
from tests.kit.orders import FIRST, SECOND
from tests.kit.people import AGENT

DAYS = {"first": "2026-11-01", "last": "2026-11-22"}
PAGES = {
    "/statistics/sales": DAYS,
    "/statistics/products": DAYS,
    "/statistics/agents": DAYS,
    "/statistics/regions": DAYS,
    "/statistics/tiers": DAYS,
    "/statistics/gifts": DAYS,
    "/statistics/rebuilds": {},
    "/invariants": {},
    "/insights/agents": {},
    f"/insights/agents/{AGENT}": {},
    f"/insights/agents/{AGENT}/promise": {},
    "/insights/products/PRODUCT001": {},
    "/insights/overstock": {},
    "/insights/slow-movers": {},
    "/insights/promotions": {},
    "/replenishment": {},
    "/replenishment/assumptions": {},
    "/forecasts": {},
    f"/forecasts/{FIRST}": {},
}
# Beside both queries: how much feedback there is of the products shown, and what tiers are called.
ONE_MORE = {"/statistics/products", "/statistics/tiers"}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_figures_is_one_or_two_reads(shop: Shop, path: str) -> None:
    shop.sell((FIRST, 4), (SECOND, 2))
    for function in ("insights-advise-supply", "insights-recommend-goods"):
        shop.run(function, "2026-11-22T20:00:00Z")
    shop.ask("GET", path, query=PAGES[path])
    with metered() as bill:
        answer = shop.ask("GET", path, query=PAGES[path])
    assert answer.status in (200, 404), answer.text
    assert bill.writes == []
    assert len(bill.reads) <= 2 + (path in ONE_MORE), bill.calls
