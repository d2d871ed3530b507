"""Figures for staff."""

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from functions.insights import operations, schemas
from functions.insights.rules.promotions import AlreadyPromoted, NotForSale
from functions.insights.schemas import learning
from functions.orders import operations as orders
from functions.points import operations as points
from functions.points.schemas import DayRange, Statistics
from kit import ids
from kit.api import Answer, Call, Door, everywhere, permission
from kit.errors import KeyReused, Stale
from kit.pages import Page

door = Door("insights")
REPORTS = permission("reports")
_View = Callable[..., Any]


def _report(path: str, query: type[BaseModel], answer: Any) -> Callable[[_View], _View]:
    """Figures of some days."""
    return door.endpoint("GET", f"/statistics/{path}", access=REPORTS, query=query, answer=answer)


def _list(path: str, answer: Any) -> Callable[[_View], _View]:
    """A list made at night, page by page."""
    return door.endpoint("GET", path, access=REPORTS, query=learning.AdviceQuery, answer=answer)


@door.endpoint("GET", "/dashboard", access=REPORTS, answer=schemas.Dashboard)
def show_dashboard(call: Call) -> schemas.Dashboard:
    """What is to be done, and today beside yesterday and last week."""
    return operations.dashboard(call.principal, call.now)


@door.endpoint("GET", "/exceptions", access=REPORTS, answer=schemas.Exceptions)
def list_exceptions(call: Call) -> schemas.Exceptions:
    """What has been left lying."""
    return operations.exceptions(call.principal, call.now)


@_report("orders", schemas.Days, schemas.OrderStatistics)
def show_order_statistics(call: Call) -> schemas.OrderStatistics:
    """Orders by day, and how many are in each state now."""
    found = operations.series(call.query)
    return schemas.OrderStatistics(**found.model_dump(), states=orders.count_states().counts)


@_report("sales", schemas.Days, schemas.Series)
def show_sales(call: Call) -> schemas.Series:
    """Sales by day: paid, refunded, net."""
    return operations.series(call.query)


@_report("products", schemas.Ranked, schemas.ProductRanking)
def rank_products(call: Call) -> schemas.ProductRanking:
    """Products by sales, with how much feedback there is of each."""
    return operations.product_ranking(call.query)


@_report("agents", schemas.Ranked, schemas.Ranking)
def rank_agents(call: Call) -> schemas.Ranking:
    """Agents by sales."""
    return operations.agent_ranking(call.query, call.principal)


@_report("regions", schemas.RankedRegions, schemas.Ranking)
def rank_regions(call: Call) -> schemas.Ranking:
    """Provinces or cities by sales."""
    return operations.ranking(call.query.level, call.query)


@_report("tiers", schemas.Ranked, schemas.Ranking)
def rank_tiers(call: Call) -> schemas.Ranking:
    """Tiers of agents by sales."""
    return operations.ranking("tier", call.query)


@_report("points", schemas.Days, Statistics)
def report_points(call: Call) -> Statistics:
    """Points issued, used, expired and taken back, by day, from the closed books."""
    return points.statistics(DayRange(first=call.query.first, last=call.query.last), call.now)


@_report("gifts", schemas.RankedGifts, schemas.GiftRanking)
def rank_gifts(call: Call) -> schemas.GiftRanking:
    """Gifts by how much they are wanted."""
    return operations.gift_ranking(call.query)


@_report("export", schemas.Exported, str)
def export_statistics(call: Call) -> Answer:
    """Figures as a CSV file."""
    name = f"{call.query.report}-{call.query.first}-{call.query.last}.csv"
    return _file(name, operations.export(call.query, call.principal))


@_list("/insights/agents", Page[learning.StandingView])
def list_standings(call: Call) -> Page[learning.StandingView]:
    """How companies stand beside each other: recency, frequency, money; the best first."""
    return operations.standings(call.query, call.principal)


@door.endpoint("GET", "/insights/agents/{agent_id}", access=REPORTS, answer=learning.BehaviourView)
def show_behaviour(call: Call, agent_id: str) -> learning.BehaviourView:
    """What a company buys, how often, and at which hours of the week."""
    return operations.show_behaviour(agent_id, call.principal)


@door.endpoint("GET", "/insights/agents/{agent_id}/promise", access=REPORTS, answer=learning.PromiseView)
def show_promise(call: Call, agent_id: str) -> learning.PromiseView:
    """How promising a company is, part by part."""
    return operations.promise(agent_id, call.principal)


@door.endpoint("GET", "/insights/products/{product_id}", access=REPORTS, answer=learning.ProductInsight)
def show_product_insight(call: Call, product_id: str) -> learning.ProductInsight:
    """What a product's SKUs sold by week and will sell, and how much feedback there is."""
    return operations.product(product_id)


@_list("/replenishment", Page[learning.SupplyView])
def list_replenishment(call: Call) -> Page[learning.SupplyView]:
    """What to buy, the most urgent first."""
    return operations.replenishment(call.query)


@door.endpoint("GET", "/replenishment/assumptions", access=REPORTS, answer=learning.AssumptionsView)
def show_assumptions(call: Call) -> learning.AssumptionsView:
    """Lead time, service level and the other figures advice is worked out with."""
    return operations.show_assumptions()


@door.endpoint(
    "PUT",
    "/replenishment/assumptions",
    access=permission("stock"),
    body=learning.SaveAssumptions,
    answer=learning.AssumptionsView,
    errors=(Stale,),
)
def save_assumptions(call: Call) -> learning.AssumptionsView:
    """Work with other figures from the next night on."""
    return operations.save_assumptions(call.body)


@_list("/insights/overstock", Page[learning.SupplyView])
def list_overstock(call: Call) -> Page[learning.SupplyView]:
    """What there is too much of, the most money first."""
    return operations.overstock(call.query)


@_list("/insights/slow-movers", Page[learning.SlowMoverView])
def list_slow_movers(call: Call) -> Page[learning.SlowMoverView]:
    """What does not sell, the most money first."""
    return operations.slow_movers(call.query)


@door.endpoint(
    "POST",
    "/insights/slow-movers/{sku_id}/promotions",
    access=everywhere(permission("pricing")),
    body=learning.PromoteSlowMover,
    answer=learning.UpliftView,
    status=201,
    idempotent=True,
    errors=(AlreadyPromoted, KeyReused, NotForSale),
)
def promote_slow_mover(call: Call, sku_id: str) -> learning.UpliftView:
    """Offer a SKU to everybody for less, from now on for some days."""
    user_id = call.principal.user_id
    promotion_id = ids.derived_id("promotion", user_id, sku_id, call.idempotency_key)
    return operations.promote(sku_id, call.body, promotion_id, user_id, call.now)


@_list("/insights/promotions", Page[learning.UpliftView])
def list_promotions_of_slow_movers(call: Call) -> Page[learning.UpliftView]:
    """Promotions of slow movers beside the equally long time before, the newest first."""
    return operations.promotions(call.query)


@_list("/forecasts", Page[learning.ForecastView])
def list_forecasts(call: Call) -> Page[learning.ForecastView]:
    """What every SKU will sell in the next weeks, with the error of the method beside the naive one."""
    return operations.forecasts(call.query)


@door.endpoint("GET", "/forecasts/{sku_id}", access=REPORTS, answer=learning.ForecastView)
def show_forecast(call: Call, sku_id: str) -> learning.ForecastView:
    """What a SKU will sell in the next weeks."""
    return operations.forecast(sku_id)


@door.endpoint("GET", "/insights/export", access=REPORTS, query=learning.AdviceExport, answer=str)
def export_advice(call: Call) -> Answer:
    """A list made last night as a CSV file."""
    advised = call.query.advised
    return _file(f"{advised}.csv", operations.export_advice(advised, call.principal))


@door.endpoint(
    "POST", "/statistics/rebuilds", access=REPORTS, body=schemas.Rebuild, answer=schemas.Rebuilt, status=201
)
def rebuild_statistics(call: Call) -> schemas.Rebuilt:
    """Count a day again from the rows of its orders; says what had been wrong."""
    return operations.rebuild(call.body.day)


@door.endpoint(
    "GET", "/statistics/rebuilds", access=REPORTS, query=schemas.ReportsQuery, answer=schemas.RebuildReports
)
def list_rebuilds(call: Call) -> schemas.RebuildReports:
    """What the newest nightly countings found."""
    return operations.rebuild_reports(call.query.limit)


@door.endpoint("GET", "/invariants", access=REPORTS, query=schemas.ReportsQuery, answer=schemas.CheckReports)
def list_invariant_checks(call: Call) -> schemas.CheckReports:
    """What the newest nightly checks of all books found."""
    return operations.check_reports(call.query.limit)


def _file(name: str, content: str) -> Answer:
    return Answer(
        content,
        headers={
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{name}"',
        },
    )
