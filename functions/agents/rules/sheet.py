"""Companies as rows of a spreadsheet."""

from collections.abc import Mapping
from typing import Any

from functions.agents.rules import State
from functions.agents.rules.trade import Scale
from kit import clock, sheets
from kit.money import yuan

STATES: Mapping[State, str] = {
    "code_sent": "待验证邮箱",
    "pending_review": "待审核",
    "need_info": "待补充资料",
    "active": "合作中",
    "rejected": "已拒绝",
    "suspended": "已暂停",
    "blocked": "已封禁",
    "closed": "已注销",
}
HEAD = (
    "编号", "公司", "状态", "等级", "省", "市", "区县", "业务员编号", "联系人", "手机", "邮箱", "信用代码",
    "信用额度(元)", "可用额度(元)", "90天订单数", "90天采购额(元)", "最近下单", "申请时间", "通过时间",
)  # fmt: skip


def head() -> str:
    """The first row of a file."""
    return sheets.head(HEAD)


def row(company: Mapping[str, Any], scale: Scale, tier: str) -> str:
    """The row of a company by its attributes; amounts in yuan, instants in Shanghai's time."""
    region: Mapping[str, Any] = company.get("region") or {}
    return sheets.row(
        (
            company["agent_id"],
            company["name"],
            STATES[company["state"]],
            tier,
            *(region.get(part) or "" for part in ("province", "city", "district")),
            company.get("salesperson_id") or "",
            company["contact_name"],
            company["phone"],
            company["email"],
            company.get("credit_code") or "",
            yuan(int(company["credit_limit_fen"])),
            yuan(int(company["credit_left_fen"])),
            str(scale.orders),
            yuan(scale.paid_fen),
            clock.local_text(scale.last_order_at),
            clock.local_text(company["applied_at"]),
            clock.local_text(company.get("approved_at")),
        )
    )
