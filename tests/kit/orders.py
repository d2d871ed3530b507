"""Orders as tests need them, before they are stored."""

from dataclasses import replace
from typing import Any

from functions.orders.rules import Line, Order, Progress, Terms
from tests.kit.people import AGENT, USER

ORDER = "0RDER000000000000000000000"
FIRST, SECOND, THIRD = "SKX0000001", "SKX0000002", "SKX0000003"


def terms(**changed: Any) -> Terms:
    """Plain terms without discounts."""
    plain = Terms(
        created_by=USER,
        method="wechat",
        title="高山云雾茶 250g",
        images=("products/tea.webp",),
        goods_fen=0,
        promotion_fen=0,
        coupon_fen=0,
        freight_fen=0,
        coupon_id="",
        contact_name="王小明",
        phone="13800000000",
        region="广东省 深圳市 南山区",
        region_code="440305",
        address="科技园路 1 号",
        remark="",
        purchase_number="",
        fingerprint="FINGERPRINT00000",
    )
    return replace(plain, **changed)


def order(*lines: Line, **changed: Any) -> Order:
    """An order whose goods are worth its lines."""
    agreed = terms(
        goods_fen=sum(line.amount_fen for line in lines),
        coupon_fen=sum(line.discount_fen for line in lines),
        freight_fen=changed.pop("freight_fen", 0),
    )
    plain = Order(
        order_id=ORDER,
        agent_id=AGENT,
        state="to_ship",
        placed_at="2026-11-22T02:00:00Z",
        version=1,
        terms=agreed,
        lines=lines,
        progress=tuple(Progress() for _ in lines),
    )
    return replace(plain, **changed)
