"""What time does to points: expiry and the reminders before it. The cost follows what expires.

An account that fails stops no other; the run ends with LeftOver then.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from functions.points.rules.ledger import Ledger, due_reminder
from functions.points.table import accounts
from functions.settings import operations as settings
from kit import clock, facts, transaction
from kit.errors import Busy
from kit.log import logger

_BEGINNING = "2000-01-01"


def expire_due(now: datetime) -> int:
    """Book what expired before today; says how many accounts had something."""
    yesterday = (clock.business_day(now) - timedelta(days=1)).isoformat()
    return _count(accounts.due(_BEGINNING, yesterday), lambda agent_id: _expire(agent_id, now))


def remind(now: datetime) -> int:
    """Remind agents of points about to expire, each at most once a day; says how many were reminded."""
    today, days = clock.business_day(now), settings.points_settings().reminder_days
    last = (today + timedelta(days=max(days))).isoformat()
    return _count(accounts.due(today.isoformat(), last), lambda agent_id: _remind(agent_id, now, days))


def expire(agent_id: str, now: datetime) -> bool:
    """Book what of an account expired before today, if anything did."""
    before = accounts.account(agent_id)
    ledger = Ledger(before, clock.business_day(now))
    if ledger.entries:
        transaction.commit(accounts.save_parts(before, ledger, now))
    return bool(ledger.entries)


def _count(agent_ids: Iterable[str], handle: Callable[[str], bool]) -> int:
    """With how many accounts something was done."""
    done: list[bool] = []
    facts.each(agent_ids, lambda agent_id: done.append(handle(agent_id)))
    return sum(done)


def _expire(agent_id: str, now: datetime) -> bool:
    try:
        return transaction.retry_stale(lambda: expire(agent_id, now))
    except Busy:  # it stays due; tomorrow's run finds it again, and nobody can spend it until then
        logger.warning("expiry_postponed", extra={"agent_id": agent_id})
        return False


def _remind(agent_id: str, now: datetime, days: tuple[int, ...]) -> bool:
    def command() -> bool:
        held = accounts.account(agent_id)
        reminder = due_reminder(held, now, days)
        if reminder is None or (held.reminder and held.reminder.day >= reminder.day):
            return False
        transaction.commit([accounts.account_part(held, replace(held, reminder=reminder))])
        return True

    return transaction.retry_stale(command)
