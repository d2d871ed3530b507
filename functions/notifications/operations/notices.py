"""Notices of the merchant to many companies: a message stands for a page of them."""

from datetime import datetime, timedelta

from functions.agents import operations as agents
from functions.notifications import rules, table
from functions.notifications.operations import wording
from functions.notifications.operations.telling import tell_one
from functions.notifications.schemas import SendNotice, SentNotice, Told, WriteNotice
from kit import clock, ids
from kit.errors import KeyReused, NotFound
from kit.log import logger
from kit.tokens import Principal

_PAGE = 25
_KEPT = timedelta(days=400)


def write_notice(form: WriteNotice, notice_id: str, caller: Principal, now: datetime) -> SendNotice:
    """Keep a notice, once, and say what is to be done for it. Raises SegmentNotFound or KeyReused."""
    if form.segment_id:
        agents.segment(form.segment_id)
    row = table.Announcement(
        sk=notice_id,
        title=form.title,
        text=form.text,
        page=form.page,
        segment_id=form.segment_id,
        regions=list(caller.regions),
        asked=ids.fingerprint(form),
        written_at=clock.to_text(now),
        written_by=caller.user_id,
        expires_at_epoch=int((now + _KEPT).timestamp()),
    )
    try:
        table.announce(row)
    except table.AlreadyTold:
        row = _row_of(notice_id)
        if row.asked != ids.fingerprint(form):
            raise KeyReused() from None
    return SendNotice(notice_id=notice_id, number=int(row.next_page))


def send_notice(command: SendNotice, now: datetime) -> SendNotice | None:
    """Tell the next companies; returns the command for those after them."""
    row = _row_of(command.notice_id)
    if not row.done and row.next_page == command.number:
        told, start = agents.active_agents(row.segment_id, row.regions, row.start, _PAGE)
        for agent_id in told:
            _tell(row, agent_id, now)
        try:
            table.note_told(row, len(told), start)
        except table.AlreadyTold:
            logger.info("notice_page_already_told", extra={"notice_id": command.notice_id})
        row = _row_of(command.notice_id)
    return None if row.done else SendNotice(notice_id=command.notice_id, number=int(row.next_page))


def _tell(row: table.Announcement, agent_id: str, now: datetime) -> None:
    fact = Told(event_id=row.sk, occurred_at=row.written_at, agent_id=agent_id)
    notice = rules.word(rules.NOTICE_KIND, {"title": row.title, "text": row.text, "page": row.page})
    enabled = wording.enabled_channels(rules.NOTICE_KIND)
    for recipient in agents.recipients(agent_id):
        tell_one(fact, notice, enabled, recipient, now)


def notices() -> list[SentNotice]:
    """Every notice that is kept, the newest first."""
    rows = sorted(table.announcements(), key=lambda row: row.written_at, reverse=True)
    return [_view(row) for row in rows]


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
        state="sent" if row.done else "sending",
        companies_told=int(row.told),
        written_at=row.written_at,
        written_by=row.written_by,
    )
