"""What people are told, in which words and through which channels. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from kit import clock, money

Channel = Literal["wechat", "email", "sms"]
Mutable = Literal["gift", "news", "order", "points"]
Category = Mutable | Literal["account"]

# Groups of alternatives: the first channel of a group that can reach the person is used.
# The inbox always gets everything.
CHANNELS: Mapping[Category, tuple[tuple[Channel, ...], ...]] = {
    "account": (("email",), ("sms",)),
    "order": (("wechat", "email"),),
    "points": (("wechat", "email"),),
    "gift": (("wechat", "email"),),
    "news": (("wechat",),),
}
# What a person may switch off; news of the account itself always goes out.
MUTABLE: tuple[Mutable, ...] = ("gift", "news", "order", "points")


@dataclass(frozen=True)
class Template:
    """The words for one kind of fact; `{…}` are the fact's fields (fen as `…_yuan`, instants as `…_local`).

    `wechat` are the fields of the subscription message; values are cut to what WeChat allows.
    """

    category: Category
    title: str
    text: str
    page: str
    wechat: Mapping[str, str]


TEMPLATES: Mapping[str, Template] = {
    "ApplicationApproved": Template(
        "account",
        "代理商申请已通过",
        "恭喜，{company_name} 的代理商申请已通过审核，现在可以查看价格并下单了。",
        "pages/home/index",
        {},
    ),
    "ApplicationRejected": Template(
        "account",
        "代理商申请未通过",
        "很遗憾，{company_name} 的代理商申请未通过审核。原因：{reason}",
        "pages/register/state",
        {},
    ),
    "InformationRequested": Template(
        "account",
        "请补充申请资料",
        "{company_name} 的代理商申请还需要补充资料：{reason}",
        "pages/register/state",
        {},
    ),
    "OrderPaid": Template(
        "order",
        "付款成功",
        "订单 {order_no} 已收到付款 {paid_yuan} 元，我们会尽快为您处理。",
        "pages/order/detail?id={order_id}",
        {"character_string1": "{order_no}", "amount2": "{paid_yuan}元", "phrase3": "已付款"},
    ),
    "OrderApproved": Template(
        "order",
        "订单已通过审核",
        "订单 {order_no} 已通过审核，正在备货。",
        "pages/order/detail?id={order_id}",
        {"character_string1": "{order_no}", "phrase3": "备货中"},
    ),
    "OrderShipped": Template(
        "order",
        "订单已发货",
        "订单 {order_no} 已由{carrier_name}发出，运单号 {tracking_no}。",
        "pages/order/tracking?id={order_id}",
        {"character_string1": "{order_no}", "thing4": "{carrier_name}", "character_string5": "{tracking_no}"},
    ),
    "OrderClosed": Template(
        "order",
        "订单已关闭",
        "订单 {order_no} 已关闭。{reason}",
        "pages/order/detail?id={order_id}",
        {"character_string1": "{order_no}", "phrase3": "已关闭"},
    ),
    "OrderRefunded": Template(
        "order",
        "退款成功",
        "订单 {order_no} 的退款 {amount_yuan} 元已原路退回。",
        "pages/order/detail?id={order_id}",
        {"character_string1": "{order_no}", "amount2": "{amount_yuan}元", "phrase3": "已退款"},
    ),
    "PointsGranted": Template(
        "points",
        "积分到账",
        "您获得 {points} 积分，当前可用 {available} 积分。",
        "pages/points/index",
        {"number6": "{points}", "number7": "{available}"},
    ),
    "PointsExpiring": Template(
        "points",
        "积分即将到期",
        "您有 {points} 积分将在 {expires_on} 到期（还剩 {days} 天），快去积分商城看看吧。",
        "pages/gifts/index",
        {"number6": "{points}", "time8": "{expires_on}"},
    ),
    "PointsExpired": Template(
        "points",
        "积分已过期",
        "您有 {points} 积分已于 {expired_on} 过期。",
        "pages/points/index",
        {},
    ),
    "RedemptionRejected": Template(
        "gift",
        "兑换未通过",
        "您兑换的“{gift_name}”未通过审核，{points} 积分已退回。原因：{reason}",
        "pages/gifts/redemption?id={redemption_id}",
        {"thing9": "{gift_name}", "phrase3": "已退回"},
    ),
    "RedemptionShipped": Template(
        "gift",
        "礼品已发货",
        "您兑换的“{gift_name}”已由{carrier_name}发出，运单号 {tracking_no}。",
        "pages/gifts/redemption?id={redemption_id}",
        {"thing9": "{gift_name}", "character_string5": "{tracking_no}"},
    ),
    "RedemptionIssued": Template(
        "gift",
        "兑换已发放",
        "您兑换的“{gift_name}”已发放，请在兑换记录中查看。",
        "pages/gifts/redemption?id={redemption_id}",
        {"thing9": "{gift_name}", "phrase3": "已发放"},
    ),
}

# WeChat refuses a message whose value is too long or empty.
_WECHAT_LIMITS = {"thing": 20, "character_string": 32, "phrase": 5, "number": 32, "amount": 12, "time": 32}


@dataclass(frozen=True)
class Notice:
    """One message, worded."""

    kind: str
    category: Category
    title: str
    text: str
    page: str
    wechat: Mapping[str, str]


def word(kind: str, fields: Mapping[str, Any]) -> Notice:
    """Put a fact into words."""
    template = TEMPLATES[kind]
    values = _spoken(fields)
    wechat = {name: _fit(name, text.format_map(values)) for name, text in template.wechat.items()}
    return Notice(
        kind=kind,
        category=template.category,
        title=template.title.format_map(values),
        text=template.text.format_map(values).strip(),
        page=template.page.format_map(values),
        wechat={name: value for name, value in wechat.items() if value},
    )


def routes(category: Category, muted: Collection[str]) -> list[tuple[Channel, ...]]:
    """The groups of alternative channels a notice takes; `muted` holds `category:channel` pairs."""
    groups = (
        tuple(channel for channel in group if category not in MUTABLE or f"{category}:{channel}" not in muted)
        for group in CHANNELS[category]
    )
    return [group for group in groups if group]


def _spoken(fields: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {name: "" if value is None else value for name, value in fields.items()}
    for name, value in fields.items():
        if name.endswith("_fen"):
            values[name.removesuffix("_fen") + "_yuan"] = money.yuan(int(value))
        elif name.endswith("_at") and value:
            local = clock.from_text(str(value)).astimezone(clock.SHANGHAI)
            values[name.removesuffix("_at") + "_local"] = local.strftime("%Y-%m-%d %H:%M")
    return values


def _fit(name: str, value: str) -> str:
    kind = name.rstrip("0123456789")
    limit = _WECHAT_LIMITS[kind]
    return value if len(value) <= limit else value[: limit - 1] + "…"
