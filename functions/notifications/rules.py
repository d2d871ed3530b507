"""What people are told, in which words and through which channels. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from string import Formatter
from typing import Any, Literal

from kit import clock, money

Channel = Literal["wechat", "email", "sms"]
Mutable = Literal["gift", "news", "order", "points", "product"]
Category = Mutable | Literal["account"]
Outlet = Channel | Literal["inbox"]

# Groups of alternatives: the first channel of a group that can reach the person is used.
# The inbox gets everything, but for what a person wants to hear nothing of at all.
CHANNELS: Mapping[Category, tuple[tuple[Channel, ...], ...]] = {
    "account": (("email",), ("sms",)),
    "order": (("wechat", "email"), ("sms",)),
    "points": (("wechat", "email"),),
    "gift": (("wechat", "email"),),
    "news": (("wechat", "email"),),
    "product": (("wechat", "email"),),
}
# What costs money for each message goes out only where the merchant switched it on.
_OFF: frozenset[tuple[Category, Channel]] = frozenset({("order", "sms")})
# What a person may switch off; news of the account itself always goes out.
MUTABLE: tuple[Mutable, ...] = ("gift", "news", "order", "points", "product")
OPTIONAL: frozenset[Mutable] = frozenset({"product"})  # even the inbox


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
    "CompanyStateChanged": Template(
        "account",
        "账号状态变更",
        "{company_name} 的账号状态已变更为“{new_state}”。{reason}",
        "pages/me/index",
        {},
    ),
    "CompanyTierChanged": Template(
        "account",
        "等级已调整",
        "{company_name} 的代理商等级已调整，价格与积分权益随之更新。",
        "pages/me/index",
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
    "OrderSigned": Template(
        "order",
        "包裹已签收",
        "订单 {order_no} 的包裹已全部签收，请核对后确认收货。",
        "pages/order/detail?id={order_id}",
        {},
    ),
    "TransferRejected": Template(
        "order",
        "转账凭证未通过",
        "您的对公转账凭证未通过审核，请重新提交。原因：{reason}",
        "pages/order/detail?id={order_id}",
        {},
    ),
    "TransferMismatched": Template(
        "order",
        "到账金额不符",
        "您的对公转账到账 {received_yuan} 元，应付 {amount_yuan} 元，请补齐差额或联系客服。",
        "pages/order/detail?id={order_id}",
        {},
    ),
    "CreditDue": Template(
        "order",
        "账期到期提醒",
        "您有一笔账期订单到期，金额 {amount_yuan} 元，请尽快付款。",
        "pages/order/detail?id={order_id}",
        {},
    ),
    "PointsGranted": Template(
        "points",
        "积分到账",
        "您获得 {points} 积分，当前可用 {available} 积分。",
        "pages/points/index",
        {"number6": "{points}", "number7": "{available}"},
    ),
    "PointsActivated": Template(
        "points",
        "积分已可用",
        "您的 {points} 积分已可使用，当前可用 {available} 积分。",
        "pages/points/index",
        {},
    ),
    "PointsSpent": Template(
        "points",
        "积分已使用",
        "您兑换礼品使用了 {points} 积分，当前可用 {available} 积分。",
        "pages/points/index",
        {},
    ),
    "PointsReturned": Template(
        "points",
        "积分已退回",
        "{points} 积分已退回您的账户，当前可用 {available} 积分。",
        "pages/points/index",
        {},
    ),
    "PointsReversed": Template(
        "points",
        "积分已扣回",
        "因订单退款，已扣回当时获得的 {points} 积分，当前可用 {available} 积分。",
        "pages/points/index",
        {},
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
    "ProductUpdated": Template(
        "product",
        "{product_name}",
        "{why}的“{product_name}”{what}。",
        "pages/product/detail?id={product_id}",
        {"thing1": "{product_name}", "thing2": "{what}"},
    ),
}

# What the merchant tells many companies at once, in the merchant's own words.
NOTICE_KIND = "Notice"
NOTICE = Template("news", "{title}", "{text}", "{page}", {})
# What the merchant's own people are told, by e-mail to the addresses in the settings.
STAFF_TEMPLATES: Mapping[str, Template] = {
    "ApplicationSubmitted": Template(
        "account", "新的代理商申请", "{company_name} 提交了代理商申请，请到后台审核。", "", {}
    ),
    "VoucherSubmitted": Template(
        "account", "新的转账凭证", "有一笔 {amount_yuan} 元的对公转账待核对，付款单号 {payment_id}。", "", {}
    ),
    "StockLow": Template(
        "account", "库存不足", "{title}（{code}）可用库存仅剩 {available}，预警线 {threshold}。", "", {}
    ),
}
KINDS = (*TEMPLATES, NOTICE_KIND)

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


def word(kind: str, fields: Mapping[str, Any], words: Template | None = None) -> Notice:
    """Put a fact into words: the merchant's, or our own."""
    template = words or template_of(kind)
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


def routes(
    category: Category, muted: Collection[str], enabled: Collection[Channel]
) -> list[tuple[Channel, ...]]:
    """The groups of alternative channels a notice takes; `muted` holds `category:channel` pairs."""

    def is_open(channel: Channel) -> bool:
        return channel in enabled and not (category in MUTABLE and f"{category}:{channel}" in muted)

    groups = (tuple(filter(is_open, group)) for group in CHANNELS[category])
    return [group for group in groups if group]


def is_wanted(category: Category, muted: Collection[str]) -> bool:
    """Whether a person wants messages of a category at all."""
    return category not in OPTIONAL or f"{category}:inbox" not in muted


def switches(category: Mutable) -> tuple[Outlet, ...]:
    """What a person can switch off for a category."""
    inbox: tuple[Outlet, ...] = ("inbox",) if category in OPTIONAL else ()
    return (*offered(category), *inbox)


def offered(category: Category) -> tuple[Channel, ...]:
    """The channels that messages of a category can take."""
    return tuple(channel for group in CHANNELS[category] for channel in group)


def enabled_channels(kind: str, switches: Mapping[tuple[str, str], bool]) -> frozenset[Channel]:
    """The channels on which messages of a kind go out, given what the merchant switched."""
    category = template_of(kind).category
    return frozenset(
        channel
        for channel in offered(category)
        if switches.get((kind, channel), (category, channel) not in _OFF)
    )


def template_of(kind: str) -> Template:
    """Our own words for a kind of message."""
    return NOTICE if kind == NOTICE_KIND else TEMPLATES.get(kind) or STAFF_TEMPLATES[kind]


def placeholders(template: Template) -> frozenset[str]:
    """The fields of a fact that its words may use."""
    texts = (template.title, template.text, template.page, *template.wechat.values())
    return frozenset(name for text in texts for _, name, _, _ in Formatter().parse(text) if name)


def check_words(kind: str, field: str, text: str) -> list[dict[str, str]]:
    """What is wrong with a title or text of a kind: braces that do not match, fields that are not known."""
    known = placeholders(template_of(kind))
    try:
        parsed = list(Formatter().parse(text))
    except ValueError:
        return [{"field": field, "message": "花括号不成对；要显示花括号请写两次"}]
    wrong = sorted(
        {
            name or ""
            for _, name, spec, conversion in parsed
            if name is not None and (name not in known or spec or conversion)
        }
    )
    allowed = "、".join(f"{{{name}}}" for name in sorted(known))
    return [{"field": field, "message": f"不能使用 {{{name}}}，可用的有：{allowed}"} for name in wrong]


def quiet_until(now: datetime, begins: str, ends: str) -> datetime | None:
    """When the quiet hours end that an instant falls into, or None; begin and end are Shanghai's `HH:MM`."""
    local = now.astimezone(clock.SHANGHAI)
    present = local.strftime("%H:%M")
    is_quiet = begins <= present < ends if begins <= ends else present >= begins or present < ends
    if not is_quiet:
        return None
    end = local.replace(hour=int(ends[:2]), minute=int(ends[3:]), second=0, microsecond=0)
    return (end if end > local else end + timedelta(days=1)).astimezone(UTC)


_STATES = {
    "active": "正常",
    "suspended": "暂停下单",
    "blocked": "停用",
    "closed": "已注销",
    "pending_review": "待审核",
    "rejected": "未通过",
    "need_info": "待补充资料",
}


def _spoken(fields: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {name: "" if value is None else value for name, value in fields.items()}
    for name, value in fields.items():
        if name.endswith("_state"):
            values[name] = _STATES.get(str(value), value)
        elif name.endswith("_fen"):
            values[name.removesuffix("_fen") + "_yuan"] = money.yuan(int(value))
        elif name.endswith("_at") and value:
            local = clock.from_text(str(value)).astimezone(clock.SHANGHAI)
            values[name.removesuffix("_at") + "_local"] = local.strftime("%Y-%m-%d %H:%M")
    return values


def _fit(name: str, value: str) -> str:
    kind = name.rstrip("0123456789")
    limit = _WECHAT_LIMITS[kind]
    return value if len(value) <= limit else value[: limit - 1] + "…"
