"""Tries at a secret, counted as failed before it is looked at: parallel guesses get no extra ones."""

from datetime import timedelta

from functions.auth import rules, table
from functions.auth.rules import Address, Kind, Visit
from kit import clock, transaction
from kit.transaction import Part


def count(kind: Kind, where: Address, visit: Visit) -> None:
    """Count a try as failed; whoever proves right forgets it in their write. Raises SignInBlocked."""
    transaction.retry_stale(lambda: _count(kind, where, visit))


def _count(kind: Kind, where: Address, visit: Visit) -> None:
    now, row = visit.now, table.attempts(kind, where)
    failures = 1
    if row is not None:
        blocked_until = clock.from_text(row.blocked_until)
        if blocked_until > now:
            raise rules.SignInBlocked(retry_after=rules.seconds(blocked_until - now))
        if clock.from_text(row.last_at) + rules.FAILURES_FORGOTTEN_AFTER > now:
            failures = int(row.failures) + 1
    transaction.commit(
        [
            table.attempts_part(kind, where, row, failures, now + rules.block_after(failures), now),
            _per_ip(visit),
        ]
    )


def _per_ip(visit: Visit) -> Part:
    ends_at = visit.now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    window = visit.now.strftime("HOUR#%Y-%m-%dT%H")
    refused = rules.SignInBlocked(retry_after=rules.seconds(ends_at - visit.now))
    limit = rules.PASSWORD_TRIES_PER_IP_AND_HOUR
    return table.count_part("passwords", rules.network(visit.ip), window, limit, ends_at, refused)
