"""Notices of the merchant to many companies: a message stands for a page of them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

from functions.agents import operations as agents
from functions.notifications import rules
from functions.notifications.operations import wording
from functions.notifications.operations.telling import tell_one
from functions.notifications.schemas import Reach, SendNotice, SentNotice, Told, WriteNotice
from functions.notifications.table import AlreadyTold
from functions.notifications.table import announcements as table
from kit import clock, ids, pages
from kit.errors import BeyondRegions, KeyReused, NotFound
from kit.log import logger
from kit.pages import Page, PageQuery
from kit.tokens import Principal

_PAGE = 25
_COUNTED_AT_ONCE = 100
_MOST_COUNTED = 5_000
_KEPT = timedelta(days=400)


def reach(segment_id: str | None, caller: Principal) -> Reach:
    """How many companies of the caller's regions a notice would be sent to. Raises SegmentNotFound."""
    companies, seen, position = 0, 0, None
    while seen < _MOST_COUNTED:
        found, position = agents.active_agents(segment_id, caller.regions, position, _COUNTED_AT_ONCE)
        companies, seen = companies + len(found), seen + _COUNTED_AT_ONCE
        if position is None:
            break
    return Reach(companies=companies, is_complete=position is None)


def write_notice(form: WriteNotice, notice_id: str, caller: Principal, now: datetime) -> SendNotice | None:
    """Keep a notice, once, and say what is to be done for it now; nothing if it is to be sent later.

    Raises SegmentNotFound, KeyReused, or Invalid for a time that is over.
    """
    known = table.announcement(notice_id)
    if known is None:
        known = _written(form, notice_id, caller, now)
    if known.asked != ids.fingerprint(form):
        raise KeyReused()
    return None if known.due_at else SendNotice(notice_id=notice_id, number=int(known.next_page))


def _written(form: WriteNotice, notice_id: str, caller: Principal, now: datetime) -> table.Announcement:
    rules.check_send_at(form.send_at, now)
    row = table.Announcement(
        sk=notice_id,
        title=form.title,
        text=form.text,
        page=form.page,
        segment_id=form.segment_id,
        meant=reach(form.segment_id, caller).companies,
        send_at=form.send_at,
        due_kind=table.NOTICES_DUE if form.send_at else None,
        due_at=form.send_at,
        regions=list(caller.regions),
        asked=ids.fingerprint(form),
        written_at=clock.to_text(now),
        written_by=caller.user_id,
        expires_at_epoch=int((now + _KEPT).timestamp()),
    )
    try:
        table.announce(row)
    except AlreadyTold:
        return _row_of(notice_id)
    return row


def due_notices(now: datetime) -> Iterator[SendNotice]:
    """The notices whose time has come; each is taken off the list when it is on its way."""
    for row in table.due_notices(clock.to_text(now)):
        yield SendNotice(notice_id=row.sk, number=int(row.next_page))
        table.begin_notice(row)


def cancel_notice(notice_id: str, caller: Principal, now: datetime) -> SentNotice:
    """Tell nobody else; again changes nothing. Raises NotFound, BeyondRegions or NoticeSent."""
    row = _row_of(notice_id)
    if caller.regions and not (row.regions and set(row.regions) <= set(caller.regions)):
        raise BeyondRegions()
    if row.cancelled_at is None:
        table.cancel_notice(notice_id, clock.to_text(now), caller.user_id)
    return notice(notice_id)


def send_notice(command: SendNotice, now: datetime) -> SendNotice | None:
    """Tell the next companies; returns the command for those after them."""
    row = _row_of(command.notice_id)
    if _is_open(row) and row.next_page == command.number:
        told, start = agents.active_agents(row.segment_id, row.regions, row.start, _PAGE)
        for agent_id in told:
            _tell(row, agent_id, now)
        try:
            table.note_told(row, len(told), start)
        except AlreadyTold:
            logger.info("notice_page_already_told", extra={"notice_id": command.notice_id})
        row = _row_of(command.notice_id)
    if not _is_open(row):
        return None
    return SendNotice(notice_id=command.notice_id, number=int(row.next_page))


def _is_open(row: table.Announcement) -> bool:
    return not row.done and row.cancelled_at is None


def _tell(row: table.Announcement, agent_id: str, now: datetime) -> None:
    fact = Told(event_id=row.sk, occurred_at=row.written_at, agent_id=agent_id)
    notice = rules.word(rules.NOTICE_KIND, {"title": row.title, "text": row.text, "page": row.page})
    enabled = wording.enabled_channels(rules.NOTICE_KIND)
    for recipient in agents.recipients(agent_id):
        tell_one(fact, notice, enabled, recipient, now)


def notices(query: PageQuery) -> Page[SentNotice]:
    """The notices that are kept, the newest first."""
    rows, last = table.announcements(pages.read(query.cursor, "notices"), query.limit)
    return Page(items=[_view(row) for row in rows], next_cursor=pages.sign(last, "notices"))


def notice(notice_id: str) -> SentNotice:
    """One notice and how far it has come. Raises NotFound."""
    return _view(_row_of(notice_id))


def _row_of(notice_id: str) -> table.Announcement:
    row = table.announcement(notice_id)
    if row is None:
        raise NotFound()
    return row


def _view(row: table.Announcement) -> SentNotice:
    return SentNotice(
        notice_id=row.sk,
        title=row.title,
        text=row.text,
        page=row.page,
        segment_id=row.segment_id,
        state=_state(row),
        send_at=row.send_at,
        companies=int(row.meant),
        companies_told=int(row.told),
        written_at=row.written_at,
        written_by=row.written_by,
        cancelled_at=row.cancelled_at,
        cancelled_by=row.cancelled_by,
    )


def _state(row: table.Announcement) -> Literal["scheduled", "sending", "sent", "cancelled"]:
    if row.cancelled_at:
        return "cancelled"
    if row.done:
        return "sent"
    return "scheduled" if row.due_at else "sending"
