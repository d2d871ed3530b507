"""Figures, and lists made at night, as a table for a spreadsheet."""

from collections.abc import Iterable, Mapping
from typing import Any

from functions.agents import operations as agents
from functions.insights.operations.reading import agent_ranking, ranking, series
from functions.insights.operations.recommending import seen_by
from functions.insights.rules import Dimension
from functions.insights.rules.demand import NEVER
from functions.insights.schemas import Exported, Figures, Ranked
from functions.insights.schemas.learning import Advised
from functions.insights.table import advice as table
from kit import sheets
from kit.money import yuan
from kit.tokens import Principal

_DIMENSIONS: dict[str, Dimension] = {
    "products": "product",
    "agents": "agent",
    "regions": "province",
    "cities": "city",
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
# Of products and tiers it is known only what was paid and what came back.
_OF_PRODUCT = ("paid", "paid_fen", "units", "refunded_fen", "net_fen")
_OF_TIER = (*_OF_PRODUCT, "refunds", "completed", "closed")
_GOODS = {"code": "货号", "title": "商品"}
_SUPPLY = {
    **_GOODS,
    "units_7": "7天销量",
    "units_30": "30天销量",
    "units_90": "90天销量",
    "stock": "可用库存",
    "inbound": "在途",
    "cover_days": "可售天数",
    "reorder_point": "再订货点",
    "suggested": "建议补货",
    "cartons": "箱数",
}
_ADVICE: Mapping[Advised, Mapping[str, str]] = {
    "replenishment": _SUPPLY,
    "overstock": _SUPPLY,
    "slow-movers": {
        **_SUPPLY,
        "idle_days": "未售天数",
        "base_price_fen": "原价",
        "stuck_fen": "占用金额",
    },
    "forecasts": {
        "title": "商品",
        "method": "方法",
        "first_week": "起始周",
        "weeks": "未来各周",
        "low": "合计下限",
        "high": "合计上限",
        "mase_bps": "误差为沿用上期的",
    },
    "agents": {
        "name": "代理商",
        "tier": "等级",
        "segment": "分层",
        "recency": "近度",
        "frequency": "频度",
        "money": "金额分",
        "last": "最近付款",
        "orders": "一年订单",
        "units": "一年件数",
        "net_fen": "一年净额",
    },
}


_WORDS: Mapping[str, Mapping[Any, str]] = {
    "method": {
        "naive": "沿用上期",
        "seasonal": "去年同期",
        "mean": "平均",
        "smoothing": "指数平滑",
        "croston": "间断需求",
        "tsb": "间断需求（TSB）",
    },
    "segment": {
        "champion": "重要价值客户",
        "potential": "重要发展客户",
        "loyal_lapsing": "重要保持客户",
        "win_back": "重要挽留客户",
        "regular": "一般价值客户",
        "newcomer": "一般发展客户",
        "regular_lapsing": "一般保持客户",
        "lost": "一般挽留客户",
    },
    "cover_days": {NEVER: "没有销量"},
}


def export(wanted: Exported, staff: Principal) -> str:
    """The days of a time, or the first hundred by net sales; amounts in yuan. Raises Invalid.

    Staff with regions get companies of those regions.
    """
    dimension = _DIMENSIONS.get(wanted.report)
    if dimension is None:
        days = ([one.day, *_cells(one, _COLUMNS)] for one in series(wanted).days)
        return sheets.table([["日期", *_COLUMNS.values()], *days])
    known = {"product": _OF_PRODUCT, "tier": _OF_TIER}.get(dimension, tuple(_COLUMNS))
    first_hundred = Ranked(first=wanted.first, last=wanted.last, limit=100)
    if dimension == "agent":
        found = agent_ranking(first_hundred, staff).items
    else:
        found = ranking(dimension, first_hundred).items
    rows = ([one.key, one.name, *_cells(one, known), yuan(one.previous.net_fen)] for one in found)
    return sheets.table([["编号", "名称", *(_COLUMNS[name] for name in known), "上期净额"], *rows])


def export_advice(wanted: Advised, staff: Principal) -> str:
    """A list made last night, whole; amounts in yuan. Staff with regions get companies of those regions."""
    columns = _ADVICE[wanted]
    found = table.everything(wanted)
    seen = seen_by(staff, found) if wanted == "agents" else found
    words = {**_WORDS, "tier": {tier.code: tier.name for tier in agents.tiers()}}

    def cell(name: str, value: Any) -> str:
        return _cell(name, words[name].get(value, value) if name in words else value)

    rows = ([cell(name, row[name]) for name in columns] for row in seen)
    return sheets.table([list(columns.values()), *rows])


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(map(str, value))
    if name.endswith("_bps"):
        return f"{value / 100:.1f}%"
    return yuan(value) if name.endswith("_fen") else str(value)


def _cells(figures: Figures, names: Iterable[str]) -> list[str]:
    values = {name: getattr(figures, name) for name in names}
    return [yuan(value) if name.endswith("_fen") else str(value) for name, value in values.items()]
