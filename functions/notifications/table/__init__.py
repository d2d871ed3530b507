"""Notifications table.

pk USER#<user_id>   sk SUMMARY                          how many are unread, what is muted
                    sk NOTICE#<instant>-<id>            the inbox, newest last
                    sk CONSENT#<message>                WeChat consents left (there is no API to ask)
pk DELIVERY#<id>    sk DELIVERY                         one message on its way through a channel
pk PUSH#<id>        sk PUSH                             what WeChat pushed to us
pk ANNOUNCEMENTS    sk <id>                             a notice of the merchant, and how many have it
pk TEST#<who>       sk HOUR#<instant>                   how many test messages, see table.tries
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from functions.notifications import rules
from functions.notifications.table.rows import Row
from kit import pages, transaction
from kit.errors import DomainError, NotFound, Stale
from kit.pages import PageQuery
from kit.transaction import Part


class AlreadyTold(DomainError):
    """This person was told this before."""


class AlreadyDelivered(DomainError):
    """This delivery came to its end before."""


class NoConsentLeft(DomainError):
    """The person has no WeChat consent left for this message."""


_RESTING = "resting"


class Summary(Row):
    """Unread count and preferences of one user."""

    sk = UnicodeAttribute(range_key=True, default="SUMMARY")
    unread = NumberAttribute(default=0)
    muted = UnicodeSetAttribute(null=True)


class NoticeRow(Row):
    """One message in a user's inbox."""

    kind = UnicodeAttribute()
    category = UnicodeAttribute()
    title = UnicodeAttribute()
    text = UnicodeAttribute()
    page = UnicodeAttribute()
    at = UnicodeAttribute()
    read = BooleanAttribute(default=False)

    @property
    def notice_id(self) -> str:
        return self.sk.removeprefix("NOTICE#")


class Consent(Row):
    """How many subscription messages of a kind a user has agreed to and not yet received."""

    left = NumberAttribute(default=0)


class Due(GlobalSecondaryIndex[Any]):
    """Deliveries that rest until people may be disturbed."""

    class Meta:
        index_name = "due"
        projection = AllProjection()

    due_kind = UnicodeAttribute(hash_key=True)
    due_at = UnicodeAttribute(range_key=True)


class Delivery(Row):
    """One message on its way; `channels` are alternatives, tried in order."""

    sk = UnicodeAttribute(range_key=True, default="DELIVERY")
    delivery_id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    agent_id = UnicodeAttribute()
    address = UnicodeAttribute(null=True)  # of somebody who has no account here: the merchant's own people
    kind = UnicodeAttribute()
    channels: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute)
    title = UnicodeAttribute()
    text = UnicodeAttribute()
    page = UnicodeAttribute()
    wechat = JSONAttribute()
    state = UnicodeAttribute(default="waiting")
    consent_taken = BooleanAttribute(default=False)
    via = UnicodeAttribute(null=True)
    done_at = UnicodeAttribute(null=True)
    due_kind = UnicodeAttribute(null=True)  # only while it rests, so that only then it is in the index
    due_at = UnicodeAttribute(null=True)
    due = Due()
    expires_at_epoch = NumberAttribute()


class Push(Row):
    """One event WeChat pushed."""

    sk = UnicodeAttribute(range_key=True, default="PUSH")
    push_id = UnicodeAttribute()
    event = UnicodeAttribute()
    content = JSONAttribute()
    received_at = UnicodeAttribute()
    expires_at_epoch = NumberAttribute()


def user_key(user_id: str) -> str:
    return f"USER#{user_id}"


def notice_parts(user_id: str, notice_id: str, notice: rules.Notice, at: str) -> list[Part]:
    """Put a notice into the inbox once and count it as unread."""
    row = NoticeRow(
        user_key(user_id),
        f"NOTICE#{notice_id}",
        kind=notice.kind,
        category=notice.category,
        title=notice.title,
        text=notice.text,
        page=notice.page,
        at=at,
    )
    count = transaction.update(Summary, user_key(user_id), "SUMMARY", [Summary.unread.add(1)])
    return [transaction.create(row, AlreadyTold), count]


def delivery_part(
    delivery_id: str,
    user_id: str,
    agent_id: str,
    notice: rules.Notice,
    channels: tuple[rules.Channel, ...],
    expires_at_epoch: int,
    address: str | None = None,
) -> Part:
    row = Delivery(
        f"DELIVERY#{delivery_id}",
        delivery_id=delivery_id,
        user_id=user_id,
        agent_id=agent_id,
        address=address,
        kind=notice.kind,
        channels=list(channels),
        title=notice.title,
        text=notice.text,
        page=notice.page,
        wechat=dict(notice.wechat),
        expires_at_epoch=expires_at_epoch,
    )
    return transaction.create(row, AlreadyTold)


def summary(user_id: str) -> Summary:
    """A user's summary; an empty one when nothing was ever stored."""
    return Summary.find(user_key(user_id), "SUMMARY") or Summary(user_key(user_id))


def inbox(user_id: str, page: PageQuery) -> tuple[list[NoticeRow], str | None]:
    """A page of the inbox, newest first."""
    scope = f"notifications/{user_id}"
    found = NoticeRow.query(
        user_key(user_id),
        NoticeRow.sk.startswith("NOTICE#"),
        scan_index_forward=False,
        limit=page.limit,
        last_evaluated_key=pages.read(page.cursor, scope),
    )
    rows = list(found)
    return rows, pages.sign(found.last_evaluated_key, scope)


def read_parts(user_id: str, notice_id: str) -> list[Part]:
    """Mark one notice as read and take it off the count; both only if it was unread."""
    unread = NoticeRow.pk.exists() & (NoticeRow.read == False)  # noqa: E712 - a condition, not a comparison
    mark = transaction.update(
        NoticeRow,
        user_key(user_id),
        f"NOTICE#{notice_id}",
        [NoticeRow.read.set(True)],
        unread,
        lambda old: AlreadyDelivered() if old else NotFound(),
    )
    count = transaction.update(Summary, user_key(user_id), "SUMMARY", [Summary.unread.add(-1)])
    return [mark, count]


def unread_before(user_id: str, most: int) -> list[NoticeRow]:
    """The newest unread notices."""
    return list(
        NoticeRow.query(
            user_key(user_id),
            NoticeRow.sk.startswith("NOTICE#"),
            NoticeRow.read == False,  # noqa: E712 - a condition, not a comparison
            scan_index_forward=False,
            limit=most,
        )
    )


def notices_before(user_id: str, at: str, most: int) -> list[NoticeRow]:
    """The oldest notices from before an instant."""
    older = NoticeRow.sk.between("NOTICE#", f"NOTICE#{at}")
    return list(NoticeRow.query(user_key(user_id), older, limit=most, consistent_read=True))


def remove_parts(user_id: str, rows: Sequence[NoticeRow]) -> list[Part]:
    """Take notices out of the inbox and the count of unread ones; Stale when one was read meanwhile."""
    parts = [transaction.delete(NoticeRow(row.pk, row.sk), NoticeRow.read == row.read, Stale) for row in rows]
    if unread := sum(not row.read for row in rows):
        count = [Summary.unread.add(-unread)]
        parts.append(transaction.update(Summary, user_key(user_id), "SUMMARY", count))
    return parts


def mute(user_id: str, switches: set[str]) -> None:
    if switches:
        Summary(user_key(user_id), "SUMMARY").update(actions=[Summary.muted.add(switches)])


def unmute(user_id: str, switches: set[str]) -> None:
    if switches:
        Summary(user_key(user_id), "SUMMARY").update(actions=[Summary.muted.delete(switches)])


def add_consents(user_id: str, kinds: Mapping[str, int]) -> None:
    """Count the consents a person has just given in WeChat."""
    for kind, count in kinds.items():
        Consent(user_key(user_id), f"CONSENT#{kind}").update(actions=[Consent.left.add(count)])


def forget_consents(user_id: str, kind: str) -> None:
    """WeChat says that none is left; our count was wrong."""
    Consent(user_key(user_id), f"CONSENT#{kind}").update(actions=[Consent.left.set(0)])


def consents(user_id: str) -> dict[str, int]:
    """Consents left by kind of message."""
    rows = Consent.query(user_key(user_id), Consent.sk.startswith("CONSENT#"))
    return {row.sk.removeprefix("CONSENT#"): int(row.left) for row in rows}


def delivery(delivery_id: str) -> Delivery:
    return Delivery.get(f"DELIVERY#{delivery_id}", "DELIVERY", consistent_read=True)


def take_consent_parts(row: Delivery) -> list[Part]:
    """Use up one consent for this delivery, once however often the delivery is tried."""
    left = transaction.update(
        Consent,
        user_key(row.user_id),
        f"CONSENT#{row.kind}",
        [Consent.left.add(-1)],
        Consent.left > 0,
        NoConsentLeft,
    )
    taken = transaction.update(
        Delivery,
        row.pk,
        row.sk,
        [Delivery.consent_taken.set(True)],
        Delivery.consent_taken == False,  # noqa: E712
    )
    return [left, taken]


def postpone(row: Delivery, due_at: str) -> None:
    """Let a delivery rest until an instant."""
    row.update(actions=[Delivery.due_kind.set(_RESTING), Delivery.due_at.set(due_at)])


def due(now: str) -> Iterator[Delivery]:
    """The deliveries that rested until now or earlier."""
    return iter(Delivery.due.query(_RESTING, Due.due_at <= now))


def send_off(row: Delivery) -> None:
    """A delivery rests no longer, unless it was put off again."""
    actions = [Delivery.due_kind.remove(), Delivery.due_at.remove()]
    row.change_if(Delivery.due_at == row.due_at, actions)


def finish(row: Delivery, state: str, via: str | None, at: str) -> None:
    """End a delivery; ending it twice changes nothing."""
    actions: list[Any] = [Delivery.state.set(state), Delivery.done_at.set(at)]
    if via:
        actions.append(Delivery.via.set(via))
    row.change_if(Delivery.state == "waiting", actions)


def push_part(push_id: str, content: Mapping[str, Any], at: str, expires_at_epoch: int) -> Part:
    """Keep a push, once."""
    row = Push(
        f"PUSH#{push_id}",
        push_id=push_id,
        event=str(content.get("Event", "")),
        content=dict(content),
        received_at=at,
        expires_at_epoch=expires_at_epoch,
    )
    return transaction.create(row, AlreadyTold)
