"""How promising a company is, from what it bought."""

from functions.admin import api as admin_api
from tests.integration.insights.conftest import Shop
from tests.kit.http import call
from tests.kit.orders import FIRST
from tests.kit.people import AGENT, agent_token, staff_token


def test_the_score_follows_from_visible_figures(shop: Shop) -> None:
    order_id = shop.sell((FIRST, 4))
    shop.refund(order_id, **{FIRST: 1})
    shop.run("insights-recommend-goods", "2026-11-22T20:00:00Z")
    found = shop.ask("GET", f"/insights/agents/{AGENT}/promise").json
    assert (found["bought_fen"], found["returned_fen"], found["orders"]) == (30_800, 10_000, 1)
    assert found["region_fen"] == found["bought_fen"]
    points = {part["name"]: part["points"] for part in found["parts"]}
    assert points == {"growth": 50, "frequency": 9, "share": 100, "punctuality": 100, "keeping": 0}
    assert found["score"] == sum(part["points"] * part["weight"] for part in found["parts"]) // 100


def test_who_never_bought_promises_nothing(shop: Shop) -> None:
    assert shop.ask("GET", f"/insights/agents/{AGENT}/promise").json["score"] == 0


def test_only_staff_of_the_region_who_read_reports_see_it(shop: Shop) -> None:
    path = f"/insights/agents/{AGENT}/promise"
    assert shop.ask("GET", path, None, "orders").status == 403
    assert shop.ask("GET", "/insights/agents/NOBODY/promise").status == 404
    elsewhere = staff_token("reports", regions=("110000",))
    for token, status in ((None, 401), (agent_token(), 403), (elsewhere, 404)):
        assert call(admin_api.app, "GET", f"/admin{path}", token=token).status == status
