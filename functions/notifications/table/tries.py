"""How many test messages were sent within an hour.

pk TEST#<user or address>  sk HOUR#<instant>  so many; forgotten a day later
"""

from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute

from functions.notifications import rules
from functions.notifications.table.rows import Row
from kit import transaction
from kit.transaction import Part

_KEPT = timedelta(days=1)


class TriesRow(Row):
    """Test messages of somebody, or to an address, within an hour."""

    times = NumberAttribute()
    expires_at_epoch = NumberAttribute()


def count_parts(user_id: str, address: str, now: datetime) -> list[Part]:
    """Count one more for who sends and for who gets it. Error: TestedTooOften."""
    ends_at = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    refused = rules.TestedTooOften(retry_after=int((ends_at - now).total_seconds()))
    return [
        transaction.update(
            TriesRow,
            f"TEST#{who}",
            now.strftime("HOUR#%Y-%m-%dT%H"),
            [
                TriesRow.times.set((TriesRow.times | 0) + 1),
                TriesRow.expires_at_epoch.set(int((ends_at + _KEPT).timestamp())),
            ],
            TriesRow.times.does_not_exist() | (TriesRow.times < most),
            refused,
        )
        for who, most in ((user_id, rules.TESTS_BY_ONE), (address, rules.TESTS_TO_ONE))
    ]
