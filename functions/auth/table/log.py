"""The sign-in log."""

from datetime import datetime
from typing import Any

from functions.auth import rules
from functions.auth.table.rows import SignInRow, epoch_of
from kit import clock, transaction
from kit.transaction import Part


def sign_in_part(row: SignInRow, now: datetime, log_id: str) -> Part:
    """Add a try to the log of its business day."""
    row.tried_at = f"{clock.to_text(now)}#{log_id}"
    row.pk, row.sk = f"SIGN_INS#{clock.business_day(now).isoformat()}", row.tried_at
    row.expires_at_epoch = epoch_of(now + rules.LOG_LIFETIME)
    return transaction.put(row)


def sign_ins(
    day: str, user_id: str | None, start: dict[str, Any] | None, limit: int
) -> tuple[list[SignInRow], dict[str, Any] | None]:
    """Tries of a user, or of a business day, newest first, and the position after them."""
    page: dict[str, Any] = {
        "scan_index_forward": False, "last_evaluated_key": start, "limit": limit, "page_size": limit
    }  # fmt: skip
    if user_id is None:
        found = SignInRow.query(f"SIGN_INS#{day}", **page)
    else:
        found = SignInRow.by_user.query(user_id, **page)
    items = list(found)
    return items, found.last_evaluated_key


def remove_sign_ins(day: str, most: int) -> int:
    """Remove so many tries of a business day; returns how many there were."""
    rows = list(SignInRow.query(f"SIGN_INS#{day}", limit=most))
    with SignInRow.batch_write() as batch:
        for row in rows:
            batch.delete(row)
    return len(rows)
