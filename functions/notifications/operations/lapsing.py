"""Messages that are over their time."""

from collections.abc import Iterable
from datetime import datetime

from functions.notifications import table
from kit import clock, transaction

_AT_ONCE = 50


def remove_notices(user_ids: Iterable[str], before: datetime) -> int:
    """Take what people were told before an instant out of their inboxes; says how much that was."""
    limit = clock.to_text(before)
    return sum(_remove(user_id, limit) for user_id in user_ids)


def _remove(user_id: str, limit: str) -> int:
    removed = 0
    while found := transaction.retry_stale(lambda: _remove_some(user_id, limit)):
        removed += found
    return removed


def _remove_some(user_id: str, limit: str) -> int:
    rows = table.notices_before(user_id, limit, _AT_ONCE)
    if rows:
        transaction.commit(table.remove_parts(user_id, rows))
    return len(rows)
