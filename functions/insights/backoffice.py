"""Figures for staff."""

from functions.insights import operations, schemas
from functions.orders import operations as orders
from functions.points import operations as points
from functions.points.schemas import DayRange, Statistics
from kit.api import Answer, Call, Door, permission

door = Door("insights")
REPORTS = permission("reports")


@door.endpoint("GET", "/dashboard", access=REPORTS, answer=schemas.Dashboard)
def show_dashboard(call: Call) -> schemas.Dashboard:
    """What is to be done, and today beside yesterday and last week."""
    return operations.dashboard(call.principal, call.now)


@door.endpoint("GET", "/exceptions", access=REPORTS, answer=schemas.Exceptions)
def list_exceptions(call: Call) -> schemas.Exceptions:
    """What has been left lying."""
    return operations.exceptions(call.principal, call.now)


@door.endpoint(
    "GET", "/statistics/orders", access=REPORTS, query=schemas.Days, answer=schemas.OrderStatistics
)
def show_order_statistics(call: Call) -> schemas.OrderStatistics:
    """Orders by day, and how many are in each state now."""
    found = operations.series(call.query)
    return schemas.OrderStatistics(**found.model_dump(), states=orders.count_states().counts)


@door.endpoint("GET", "/statistics/sales", access=REPORTS, query=schemas.Days, answer=schemas.Series)
def show_sales(call: Call) -> schemas.Series:
    """Sales by day: paid, refunded, net."""
    return operations.series(call.query)


@door.endpoint("GET", "/statistics/products", access=REPORTS, query=schemas.Ranked, answer=schemas.Ranking)
def rank_products(call: Call) -> schemas.Ranking:
    """Products by sales."""
    return operations.ranking("product", call.query)


@door.endpoint("GET", "/statistics/agents", access=REPORTS, query=schemas.Ranked, answer=schemas.Ranking)
def rank_agents(call: Call) -> schemas.Ranking:
    """Agents by sales."""
    return operations.ranking("agent", call.query)


@door.endpoint(
    "GET", "/statistics/regions", access=REPORTS, query=schemas.RankedRegions, answer=schemas.Ranking
)
def rank_regions(call: Call) -> schemas.Ranking:
    """Provinces or cities by sales."""
    return operations.ranking(call.query.level, call.query)


@door.endpoint("GET", "/statistics/tiers", access=REPORTS, query=schemas.Ranked, answer=schemas.Ranking)
def rank_tiers(call: Call) -> schemas.Ranking:
    """Tiers of agents by sales."""
    return operations.ranking("tier", call.query)


@door.endpoint("GET", "/statistics/points", access=REPORTS, query=schemas.Days, answer=Statistics)
def report_points(call: Call) -> Statistics:
    """Points issued, used, expired and taken back, by day, from the closed books."""
    return points.statistics(DayRange(first=call.query.first, last=call.query.last), call.now)


@door.endpoint(
    "GET", "/statistics/gifts", access=REPORTS, query=schemas.RankedGifts, answer=schemas.GiftRanking
)
def rank_gifts(call: Call) -> schemas.GiftRanking:
    """Gifts by how much they are wanted."""
    return operations.gift_ranking(call.query)


@door.endpoint("GET", "/statistics/export", access=REPORTS, query=schemas.Exported, answer=str)
def export_statistics(call: Call) -> Answer:
    """Figures as a CSV file."""
    name = f"{call.query.report}-{call.query.first}-{call.query.last}.csv"
    return Answer(
        operations.export(call.query),
        headers={
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{name}"',
        },
    )


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
