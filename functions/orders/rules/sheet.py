"""Orders as rows of a spreadsheet: one for each line; what belongs to the whole order is in its first."""

from collections.abc import Iterator, Mapping

from functions.catalog.operations import Offer
from functions.orders.rules.order import Order
from functions.orders.rules.states import Method, State
from kit import clock, sheets
from kit.money import yuan

STATES: Mapping[State, str] = {
    "pending_payment": "待付款",
    "pending_review": "待审核",
    "to_ship": "待发货",
    "part_shipped": "部分发货",
    "shipped": "已发货",
    "completed": "已完成",
    "closed": "已关闭",
}
METHODS: Mapping[Method, str] = {
    "wechat": "微信支付",
    "union_pay": "银行卡",
    "bank_transfer": "对公转账",
    "credit": "账期",
}
HEAD = (
    "订单号", "状态", "下单时间", "付款时间", "代理商", "等级", "采购单号", "支付方式",
    "收货人", "电话", "地区", "地址", "买家备注", "商家备注", "代客下单",
    "货号", "商品", "规格", "单位", "数量", "单价(元)", "金额(元)", "优惠(元)", "应付(元)",
    "已发数量", "取消数量", "已退款(元)", "运费(元)", "订单总额(元)",
)  # fmt: skip


def head() -> str:
    """The first row of a file."""
    return sheets.head(HEAD)


def rows(order: Order, company_name: str, tier: str, offers: Mapping[str, Offer]) -> Iterator[str]:
    """An order's rows; amounts in yuan, instants in Shanghai's time."""
    terms = order.terms
    common = (
        order.order_no,
        STATES[order.state],
        clock.local_text(order.placed_at),
        clock.local_text(order.paid_at),
        company_name,
        tier,
        terms.purchase_number,
        METHODS[terms.method],
        terms.contact_name,
        terms.phone,
        terms.region,
        terms.address,
        terms.remark,
        order.note or "",
        "是" if terms.on_behalf else "",
    )
    whole = (yuan(terms.freight_fen), yuan(order.total_fen))
    for line, progress in zip(order.lines, order.progress, strict=True):
        offer = offers[line.sku_id]
        goods = (offer.code, offer.name, offer.spec, offer.unit, str(line.quantity))
        amounts = (line.unit_price_fen, line.amount_fen, line.discount_fen, line.net_fen)
        done = (str(progress.shipped), str(progress.cancelled), yuan(progress.refunded_fen))
        yield sheets.row((*common, *goods, *map(yuan, amounts), *done, *whole))
        whole = ("", "")
