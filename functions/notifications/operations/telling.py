"""Tell people what happened: inbox first, then the channels."""

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from functions.agents import operations as agents
from functions.agents.schemas import Recipient
from functions.notifications import rules, table
from functions.notifications.channels import Channels, Undeliverable
from functions.notifications.operations import wording
from functions.notifications.rules import Channel
from functions.notifications.schemas import Deliver, Preference, Told, ToldStaff, WechatReceiptConfirmed
from functions.settings import operations as settings
from kit import clock, ids, transaction
from kit.log import logger

_DELIVERY_KEPT = timedelta(days=180)
_MOST_AT_ONCE = 49


def tell(fact: Told, now: datetime) -> None:
    """Put a fact into the inbox of each person it is for and send it on its way, once."""
    kind = type(fact).__name__
    notice = rules.word(kind, fact.model_dump(), wording.template(kind))
    enabled = wording.enabled_channels(kind)
    for recipient in agents.recipients(fact.agent_id):
        if fact.user_ids and recipient.user_id not in fact.user_ids:
            continue
        tell_one(fact, notice, enabled, recipient, now)


def tell_one(
    fact: Told, notice: rules.Notice, enabled: Collection[Channel], recipient: Recipient, now: datetime
) -> None:
    """Put a notice into one person's inbox and send it on its way, once."""
    # The fact's own instant and id, so that a redelivered fact meets the same row.
    told_id = ids.derived_id("notice", fact.event_id, recipient.user_id)
    notice_id = f"{fact.occurred_at.replace('-', '').replace(':', '')}-{told_id}"
    muted = table.summary(recipient.user_id).muted or set()
    if not rules.is_wanted(notice.category, muted):
        return
    expires = int((now + _DELIVERY_KEPT).timestamp())
    parts = table.notice_parts(recipient.user_id, notice_id, notice, fact.occurred_at)
    for number, group in enumerate(rules.routes(notice.category, muted, enabled)):
        delivery_id = f"{told_id}-{number}"
        parts.append(
            table.delivery_part(delivery_id, recipient.user_id, fact.agent_id, notice, group, expires)
        )
    try:
        transaction.commit(parts)
    except table.AlreadyTold:
        logger.info("already_told", extra={"event_id": fact.event_id})


def alert(fact: ToldStaff, now: datetime) -> None:
    """Write to the merchant's people, once to each address in the settings."""
    notice = rules.word(type(fact).__name__, fact.model_dump())
    expires = int((now + _DELIVERY_KEPT).timestamp())
    for address in settings.notification_settings().staff_emails:
        delivery_id = ids.derived_id("alert", fact.event_id, address)
        part = table.delivery_part(delivery_id, "staff", "", notice, ("email",), expires, address)
        try:
            transaction.commit([part])
        except table.AlreadyTold:
            logger.info("already_told", extra={"event_id": fact.event_id})


def deliver(delivery_id: str, channels: Channels, now: datetime) -> None:
    """Bring a delivery to its person through the first of its channels that works.

    A channel that cannot say whether it worked raises, and the queue tries again later.
    """
    row = table.delivery(delivery_id)
    if row.state != "waiting":
        return
    if later := _resting_until(row, now):
        table.postpone(row, clock.to_text(later))
        return
    recipient = _recipient(row)
    for channel in row.channels if recipient else ():
        try:
            _through(channel, row, recipient, channels)
        except (Undeliverable, table.NoConsentLeft):
            continue
        table.finish(row, "sent", channel, clock.to_text(now))
        return
    table.finish(row, "unreachable", None, clock.to_text(now))


def _recipient(row: table.Delivery) -> Recipient | None:
    """The person as reachable now; None when they have left."""
    if row.address:
        return Recipient(user_id=row.user_id, email=row.address, phone="", openid=None)
    return next((one for one in agents.recipients(row.agent_id) if one.user_id == row.user_id), None)


def _resting_until(row: table.Delivery, now: datetime) -> datetime | None:
    """When people may be disturbed again; news of the account itself does not wait."""
    if rules.template_of(row.kind).category == "account":
        return None
    quiet = settings.notification_settings()
    return rules.quiet_until(now, quiet.quiet_from, quiet.quiet_until)


def due(now: datetime) -> Iterator[Deliver]:
    """The deliveries whose rest is over; each is forgotten here when it is on its way again."""
    for row in table.due(clock.to_text(now)):
        yield Deliver(delivery_id=row.delivery_id)
        table.send_off(row)


def _through(channel: str, row: table.Delivery, recipient: Recipient | None, channels: Channels) -> None:
    assert recipient
    if channel == "email":
        channels.email(recipient.email, row.title, row.text)
    elif channel == "sms":
        channels.sms(recipient.phone, row.kind, row.title)
    else:
        _by_wechat(row, recipient, channels)


def _by_wechat(row: table.Delivery, recipient: Recipient, channels: Channels) -> None:
    if not recipient.openid:
        raise Undeliverable("no openid")
    if not row.consent_taken:
        transaction.commit(table.take_consent_parts(row))
    try:
        channels.wechat(recipient.openid, row.kind, row.wechat, row.page)
    except Undeliverable:
        table.forget_consents(row.user_id, row.kind)
        raise


def mark_read(user_id: str, notice_id: str) -> None:
    """Mark one message as read; a message already read stays read. Raises NotFound."""
    try:
        transaction.commit(table.read_parts(user_id, notice_id))
    except table.AlreadyDelivered:
        return


def mark_all_read(user_id: str) -> None:
    """Mark the newest unread messages as read until none is left."""
    while rows := table.unread_before(user_id, _MOST_AT_ONCE):
        for row in rows:
            mark_read(user_id, row.notice_id)


def accept_consents(user_id: str, accepted: list[str]) -> None:
    """Count consents given in WeChat; kinds we do not know are refused by the schema's caller."""
    counts = {kind: accepted.count(kind) for kind in accepted if kind in rules.TEMPLATES}
    table.add_consents(user_id, counts)


def change_preferences(user_id: str, changes: list[Preference]) -> None:
    """Switch categories on and off per channel; the last word on a switch counts."""
    last = {f"{change.category}:{change.channel}": change.enabled for change in changes}
    table.mute(user_id, {name for name, enabled in last.items() if not enabled})
    table.unmute(user_id, {name for name, enabled in last.items() if enabled})


def preferences(user_id: str) -> list[Preference]:
    """Every switch a person has, and how it stands."""
    muted = table.summary(user_id).muted or set()
    return [
        Preference(category=category, channel=channel, enabled=f"{category}:{channel}" not in muted)
        for category in rules.MUTABLE
        for channel in rules.switches(category)
    ]


def receive_push(content: Mapping[str, Any], now: datetime) -> None:
    """Keep what WeChat pushed, once; WeChat repeats what is not acknowledged in time."""
    push_id = str(content.get("MsgId") or ids.fingerprint(dict(content)))
    expires = int((now + _DELIVERY_KEPT).timestamp())
    try:
        transaction.commit([table.push_part(push_id, content, clock.to_text(now), expires)])
    except table.AlreadyTold:
        logger.info("push_repeated", extra={"push_id": push_id})


def delivery_of(row: Mapping[str, Any] | None) -> Deliver | None:
    """The command to bring a new delivery to its person."""
    return Deliver(delivery_id=row["delivery_id"]) if row and row["sk"] == "DELIVERY" else None


def facts_of(row: Mapping[str, Any] | None) -> list[WechatReceiptConfirmed]:
    """What a new push means to other contexts: only that buyers confirmed their goods."""
    if not row or row["sk"] != "PUSH" or row["event"] != "trade_manage_order_settlement":
        return []
    content = json.loads(row["content"])
    if "confirm_receive_method" not in content:
        return []
    return [
        WechatReceiptConfirmed(
            event_id=row["push_id"], occurred_at=row["received_at"], payment_id=content["merchant_trade_no"]
        )
    ]
