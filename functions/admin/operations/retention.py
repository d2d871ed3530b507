"""What is over its time: found, removed page by page, and reported. The books are never touched."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice

from functions.admin import table
from functions.admin.rules import Kind
from functions.admin.schemas import RetentionReport
from functions.agents import operations as agents
from functions.audit import operations as audit
from functions.auth import operations as auth
from functions.cart import operations as cart
from functions.notifications import operations as notifications
from functions.settings import operations as settings
from functions.settings.schemas import RetentionSettings
from kit import clock, pages
from kit.pages import Page, PageQuery

_PAGE = 100
_OLDEST = timedelta(days=60)  # how far back the first run looks; later ones know where they stopped

_OLDEST_CLOSING = timedelta(days=7)

Remove = Callable[[str, int], int]


def remove_lapsed(now: datetime, has_time: Callable[[], bool]) -> None:
    """Remove what is over its time while there is time; what is left waits for the next run.

    Each page is counted in the report of the day, and each day that is done is noted, so a run that was
    interrupted is gone on with.
    """
    day = clock.business_day(now).isoformat()
    table.begin_report(day, clock.to_text(now))
    for kind, removed in _pages(settings.retention_settings(), now):
        table.count_removed(day, kind, removed)
        if not has_time():
            return
    table.finish_report(day)


def reports(query: PageQuery) -> Page[RetentionReport]:
    """What was removed on which day, the newest first."""
    rows, last = table.reports(pages.read(query.cursor, "retention"), query.limit)
    items = [
        RetentionReport(
            day=row.sk,
            started_at=row.started_at,
            complete=bool(row.complete),
            sign_ins=int(row.sign_ins),
            operations=int(row.operations),
            applications=int(row.applications),
            notices=int(row.notices),
            carts=int(row.carts),
        )
        for row in rows
    ]
    return Page(items=items, next_cursor=pages.sign(last, "retention"))


def _pages(kept: RetentionSettings, now: datetime) -> Iterator[tuple[Kind, int]]:
    today = clock.business_day(now)
    yield from _by_day("sign_ins", auth.remove_sign_ins, today - timedelta(days=kept.sign_in_days))
    yield from _by_day("operations", audit.remove_entries, today - timedelta(days=kept.operation_days))
    since = now - timedelta(days=kept.application_days)
    closed = _PAGE
    while closed == _PAGE:
        closed = agents.close_unfinished(since, _PAGE, now)
        yield "applications", closed
    agents.finish_closing(now - _OLDEST_CLOSING)
    yield from _of_companies(kept, now)


def _of_companies(kept: RetentionSettings, now: datetime) -> Iterator[tuple[Kind, int]]:
    """What companies and their people leave behind; all of it is looked through every night."""
    told_before, touched_before = (
        now - timedelta(days=days) for days in (kept.notification_days, kept.cart_days)
    )
    found = agents.every_agent()
    while some := list(islice(found, _PAGE)):
        people = [user_id for agent_id in some for user_id in agents.user_ids(agent_id)]
        yield "notices", notifications.remove_notices(people, told_before)
        yield "carts", cart.empty_untouched(some, touched_before)


def _by_day(kind: Kind, remove: Remove, kept_from: date) -> Iterator[tuple[Kind, int]]:
    """A log that is kept by business day, from the first day that was not done yet."""
    day = table.done_until(kind) or kept_from - _OLDEST
    while day < kept_from:
        removed = remove(day.isoformat(), _PAGE)
        day += timedelta(days=int(removed < _PAGE))
        if removed:
            table.note_done(kind, day)
            yield kind, removed
    table.note_done(kind, day)
