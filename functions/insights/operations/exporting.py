"""Figures as a table for a spreadsheet."""

import csv
import io

from functions.insights.operations.reading import ranking, series
from functions.insights.rules import Dimension
from functions.insights.schemas import Exported, Figures, Ranked
from kit.money import yuan

_DIMENSIONS: dict[str, Dimension] = {
    "products": "product",
    "agents": "agent",
    "regions": "province",
    "tiers": "tier",
}
_COLUMNS = {
    "placed": "下单数",
    "placed_fen": "下单金额",
    "paid": "付款数",
    "paid_fen": "付款金额",
    "units": "件数",
    "refunds": "退款数",
    "refunded_fen": "退款金额",
    "net_fen": "净额",
    "completed": "完成数",
    "closed": "关闭数",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run a cell that begins so


def export(wanted: Exported) -> str:
    """The days of a time, or the first hundred by net sales; amounts in yuan. Raises Invalid."""
    text = io.StringIO()
    writer = csv.writer(text)
    if dimension := _DIMENSIONS.get(wanted.report):
        writer.writerow(["编号", "名称", *_COLUMNS.values()])
        found = ranking(dimension, Ranked(first=wanted.first, last=wanted.last, limit=100))
        writer.writerows([_harmless(one.key), _harmless(one.name), *_cells(one)] for one in found.items)
    else:
        writer.writerow(["日期", *_COLUMNS.values()])
        writer.writerows([one.day, *_cells(one)] for one in series(wanted).days)
    return f"\ufeff{text.getvalue()}"


def _cells(figures: Figures) -> list[str]:
    values = {name: getattr(figures, name) for name in _COLUMNS}
    return [yuan(value) if name.endswith("_fen") else str(value) for name, value in values.items()]


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
