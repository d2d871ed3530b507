"""A page of figures is one or two reads, however much was sold."""

import pytest

from bench.meter import metered
from functions.insights import api
from tests.integration.insights.conftest import Shop
from tests.kit.http import call
from tests.kit.orders import FIRST, SECOND
from tests.kit.people import AGENT, agent_token

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
# What waits to be done is asked of its queues at the moment of looking: each state of each once.
QUEUES = {"/dashboard": {}, "/exceptions": {}, "/statistics/orders": DAYS}


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
    assert len(bill.reads) <= 2, bill.calls


@pytest.mark.parametrize("path", QUEUES)
def test_what_waits_costs_a_query_per_queue_however_much_does(shop: Shop, path: str) -> None:
    def reads() -> int:
        with metered() as bill:
            assert shop.ask("GET", path, query=QUEUES[path]).status == 200
        assert bill.writes == []
        return len(bill.reads)

    idle = (reads(), reads())[1]
    for _ in range(4):
        shop.sell((FIRST, 4), (SECOND, 2))
    assert reads() == idle <= 16


@pytest.mark.parametrize(("path", "most"), [("/recommendations", 7), ("/purchase-report", 5)])
def test_a_company_is_told_about_itself_in_few_reads(shop: Shop, path: str, most: int) -> None:
    """One of what was made for it at night; the others say who looks and what it may see and pays."""
    for _ in range(3):
        shop.sell((FIRST, 4), (SECOND, 2))
    shop.run("insights-recommend-goods", "2026-11-22T20:00:00Z")
    query = {"month": "2026-11"} if path == "/purchase-report" else {}
    for _ in ("first", "again"):
        with metered() as bill:
            assert call(api.app, "GET", path, query=query, token=agent_token()).status == 200
    assert bill.writes == []
    assert len(bill.reads) <= most, bill.calls
