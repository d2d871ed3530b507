"""What can be asked of the figures; the only door for other contexts."""

from functions.insights.operations.checking import check_invariants, check_reports
from functions.insights.operations.counting import (
    count,
    count_redemption,
    count_rejection,
    rebuild,
    rebuild_night,
    rebuild_reports,
)
from functions.insights.operations.exporting import export
from functions.insights.operations.overview import dashboard, exceptions
from functions.insights.operations.reading import gift_ranking, ranking, series

__all__ = [
    "check_invariants",
    "check_reports",
    "count",
    "count_redemption",
    "count_rejection",
    "dashboard",
    "exceptions",
    "export",
    "gift_ranking",
    "ranking",
    "rebuild",
    "rebuild_night",
    "rebuild_reports",
    "series",
]
