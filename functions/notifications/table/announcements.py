"""Notices of the merchant to many companies, and how many have them."""

from typing import Any

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from functions.notifications import rules
from functions.notifications.table import AlreadyTold
from functions.notifications.table.rows import Row
from kit import transaction
from kit.errors import NotFound
from kit.transaction import OldRow

NOTICES_DUE = "notice"
_ANNOUNCEMENTS = "ANNOUNCEMENTS"


class DueNotices(GlobalSecondaryIndex[Any]):
    """Notices that are to be sent later."""

    class Meta:
        index_name = "due"
        projection = AllProjection()

    due_kind = UnicodeAttribute(hash_key=True)
    due_at = UnicodeAttribute(range_key=True)


class NoticesByTime(GlobalSecondaryIndex[Any]):
    """Notices of the merchant in the order they were written."""

    class Meta:
        index_name = "by_time"
        projection = AllProjection()

    pk = UnicodeAttribute(hash_key=True)
    written_at = UnicodeAttribute(range_key=True)


class Announcement(Row):
    """A notice of the merchant to many companies; `start` is where the next page of them begins."""

    pk = UnicodeAttribute(hash_key=True, default=_ANNOUNCEMENTS)
    title = UnicodeAttribute()
    text = UnicodeAttribute()
    page = UnicodeAttribute()
    segment_id = UnicodeAttribute(null=True)
    regions: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute)
    asked = UnicodeAttribute()
    written_at = UnicodeAttribute()
    written_by = UnicodeAttribute()
    next_page = NumberAttribute(default=0)
    start = JSONAttribute(null=True)
    meant = NumberAttribute(default=0)
    told = NumberAttribute(default=0)
    done = BooleanAttribute(default=False)
    send_at = UnicodeAttribute(null=True)
    cancelled_at = UnicodeAttribute(null=True)
    cancelled_by = UnicodeAttribute(null=True)
    due_kind = UnicodeAttribute(null=True)  # only while its time has not come
    due_at = UnicodeAttribute(null=True)
    due = DueNotices()
    by_time = NoticesByTime()
    expires_at_epoch = NumberAttribute()


def announce(row: Announcement) -> None:
    """Keep a notice of the merchant; raises AlreadyTold."""
    transaction.commit([transaction.create(row, AlreadyTold)])


def announcement(notice_id: str) -> Announcement | None:
    return Announcement.find(_ANNOUNCEMENTS, notice_id, consistent=True)


def announcements(
    start: dict[str, Any] | None, limit: int
) -> tuple[list[Announcement], dict[str, Any] | None]:
    """The newest notices first, and the position after them."""
    found = Announcement.by_time.query(
        _ANNOUNCEMENTS, scan_index_forward=False, last_evaluated_key=start, limit=limit
    )
    items = list(found)
    return items, found.last_evaluated_key


def note_told(row: Announcement, told: int, start: dict[str, Any] | None) -> None:
    """One more page of companies was told; raises AlreadyTold."""
    actions = [
        Announcement.next_page.add(1),
        Announcement.told.add(told),
        Announcement.done.set(start is None),
        Announcement.start.set(start) if start else Announcement.start.remove(),
    ]
    here = Announcement.next_page == row.next_page
    transaction.commit([transaction.update(Announcement, row.pk, row.sk, actions, here, AlreadyTold)])


def due_notices(now: str) -> list[Announcement]:
    """The notices whose time has come."""
    return list(Announcement.due.query(NOTICES_DUE, DueNotices.due_at <= now))


def begin_notice(row: Announcement) -> None:
    """A notice is on its way and no longer waits for its time."""
    actions = [Announcement.due_kind.remove(), Announcement.due_at.remove()]
    transaction.commit([transaction.update(Announcement, row.pk, row.sk, actions, Announcement.pk.exists())])


def cancel_notice(notice_id: str, at: str, actor: str) -> None:
    """Send a notice to nobody else. Raises NotFound, or NoticeSent when everybody has been told."""
    actions = [
        Announcement.cancelled_at.set(at),
        Announcement.cancelled_by.set(actor),
        Announcement.due_kind.remove(),
        Announcement.due_at.remove(),
    ]
    unsent = Announcement.done == False  # noqa: E712 - a condition, not a comparison

    def error(old: OldRow) -> Exception:
        return rules.NoticeSent() if old else NotFound()

    transaction.commit([transaction.update(Announcement, _ANNOUNCEMENTS, notice_id, actions, unsent, error)])
