"""What people are told, in which words and through which channels. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from string import Formatter
from typing import Any, Literal

from functions.notifications.rules.templates import (
    KINDS,
    NOTICE,
    NOTICE_KIND,
    STAFF_TEMPLATES,
    TEMPLATES,
    Category,
    Channel,
    Mutable,
    Outlet,
    Template,
)
from kit import clock, money
from kit.errors import Conflict, Invalid, TooMany

__all__ = [
    "CHANNELS",
    "FURTHEST_AHEAD",
    "KINDS",
    "MUTABLE",
    "NOTICE",
    "NOTICE_KIND",
    "OPTIONAL",
    "STAFF_TEMPLATES",
    "TEMPLATES",
    "TESTS_BY_ONE",
    "TESTS_TO_ONE",
    "TEST_TITLE",
    "TRIED",
    "Category",
    "Channel",
    "Mutable",
    "Notice",
    "NoticeSent",
    "Outlet",
    "Template",
    "TestedTooOften",
    "Tried",
    "check_send_at",
    "check_words",
    "enabled_channels",
    "is_wanted",
    "offered",
    "placeholders",
    "quiet_until",
    "routes",
    "switches",
    "template_of",
    "test_text",
    "word",
]

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


FURTHEST_AHEAD = timedelta(days=90)


class NoticeSent(Conflict):
    """Everybody has been told."""

    title = "通知已全部发出，不能取消"


Tried = Literal["sent", "undeliverable", "refused", "no_answer", "no_credentials", "unreadable", "nobody"]
TRIED: Mapping[Tried, str] = {
    "sent": "测试消息已交给该渠道，请到对方设备上确认是否收到。",
    "undeliverable": "该渠道不能把消息送到这个号码或邮箱。请核对地址，短信还须配置并通过审核通知模板。",
    "refused": "服务商拒绝了请求。请核对账号、密钥、签名与模板。",
    "no_answer": "服务商没有应答，可能是网络或对方服务暂时中断，请稍后再试。",
    "no_credentials": "尚未配置该渠道的账号。",
    "unreadable": "已保存的渠道账号无法读取，请重新配置。",
    "nobody": "没有代理商用户使用这个手机号或邮箱。",
}
TEST_TITLE = "测试消息"
TESTS_BY_ONE, TESTS_TO_ONE = 10, 5  # within an hour


class TestedTooOften(TooMany):
    """So many test messages were sent by this person, or to this address, within the hour."""

    __test__ = False
    title = "测试消息发送过于频繁，请稍后再试"


def test_text(now: datetime) -> str:
    """What a test message says."""
    local = clock.local_text(clock.to_text(now))
    return f"这是一条测试消息，由管理后台于 {local} 发出。收到即表示通知渠道可用，无需处理。"


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


def check_send_at(send_at: str | None, now: datetime) -> None:
    """Raises Invalid for a time that is over or too far ahead."""
    if send_at and not now < clock.from_text(send_at) <= now + FURTHEST_AHEAD:
        message = f"发送时间须晚于现在，最多提前 {FURTHEST_AHEAD.days} 天"
        raise Invalid(errors=[{"field": "send_at", "message": message}])


def quiet_until(now: datetime, begins: str, ends: str) -> datetime | None:
    """When the quiet hours end that an instant falls into, or None; begin and end are Shanghai's `HH:MM`."""
    local = now.astimezone(clock.SHANGHAI)
    present = local.strftime("%H:%M")
    is_quiet = begins <= present < ends if begins <= ends else present >= begins or present < ends
    if not is_quiet:
        return None
    end = local.replace(hour=int(ends[:2]), minute=int(ends[3:]), second=0, microsecond=0)
    return (end if end > local else end + timedelta(days=1)).astimezone(UTC)


_STATES = {"active": "合作中", "suspended": "已暂停", "blocked": "已封禁", "closed": "已注销"}


def _spoken(fields: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {name: "" if value is None else value for name, value in fields.items()}
    for name, value in fields.items():
        if name.endswith("_state"):
            values[name] = _STATES.get(str(value), value)
        elif name.endswith("_fen"):
            values[name.removesuffix("_fen") + "_yuan"] = money.yuan(int(value))
        elif name.endswith("_at") and value:
            values[name.removesuffix("_at") + "_local"] = clock.local_text(str(value))
    return values


def _fit(name: str, value: str) -> str:
    kind = name.rstrip("0123456789")
    limit = _WECHAT_LIMITS[kind]
    return value if len(value) <= limit else value[: limit - 1] + "…"
