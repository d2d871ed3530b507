"""What can be asked of the figures; the only door for other contexts."""

from functions.insights.operations.behaviour import show as show_behaviour
from functions.insights.operations.checking import check_invariants, check_reports
from functions.insights.operations.counting import (
    count,
    count_claim,
    count_paid,
    count_redemption,
    count_rejection,
    rebuild,
    rebuild_night,
    rebuild_reports,
)
from functions.insights.operations.exporting import export, export_advice
from functions.insights.operations.overview import dashboard, exceptions
from functions.insights.operations.promising import promise
from functions.insights.operations.promoting import promote, promotions
from functions.insights.operations.reading import (
    agent_ranking,
    gift_ranking,
    product_ranking,
    ranking,
    series,
)
from functions.insights.operations.recommending import learn, recommendations, standings
from functions.insights.operations.reporting import purchase_report
from functions.insights.operations.supply import (
    advise,
    forecast,
    forecasts,
    overstock,
    product,
    replenishment,
    save_assumptions,
    show_assumptions,
    slow_movers,
)

__all__ = [
    "advise",
    "agent_ranking",
    "check_invariants",
    "check_reports",
    "count",
    "count_claim",
    "count_paid",
    "count_redemption",
    "count_rejection",
    "dashboard",
    "exceptions",
    "export",
    "export_advice",
    "forecast",
    "forecasts",
    "gift_ranking",
    "learn",
    "overstock",
    "product",
    "product_ranking",
    "promise",
    "promote",
    "promotions",
    "purchase_report",
    "ranking",
    "rebuild",
    "rebuild_night",
    "rebuild_reports",
    "recommendations",
    "replenishment",
    "save_assumptions",
    "series",
    "show_assumptions",
    "show_behaviour",
    "slow_movers",
    "standings",
]
