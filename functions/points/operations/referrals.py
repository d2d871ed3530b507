"""Points for inviting a company: both get theirs once, and lose them when the reward is taken back."""

from collections.abc import Callable, Iterator
from datetime import datetime

from functions.points.rules.ledger import Cause, Ledger, expiry_date
from functions.points.schemas import ReferralFact, ReferralRevoked
from functions.points.table import accounts
from functions.settings import operations as settings
from kit import clock, ids, transaction
from kit.log import logger

_Booking = Callable[[Ledger], None]


def reward(fact: ReferralFact, now: datetime) -> None:
    """Give both companies their points; again changes nothing."""
    expires_on = _expires_on(fact)
    for agent_id, points, note in _shares(fact):
        cause = _cause("referral", fact, fact.rewarded_at, note)
        _book_once(agent_id, _granting(cause, points, expires_on), now)


def revoke(fact: ReferralRevoked, now: datetime) -> None:
    """Take back what both companies were given, even if this is heard first; again changes nothing."""
    reward(fact, now)
    expires_on = _expires_on(fact)
    for agent_id, points, note in _shares(fact):
        cause = _cause("unreferral", fact, fact.revoked_at, note)
        _book_once(agent_id, _reversing(cause, points, expires_on), now)


def _shares(fact: ReferralFact) -> Iterator[tuple[str, int, str]]:
    """Who gets how many points, and what the ledger says to it."""
    for agent_id, points, note in (
        (fact.inviter_id, fact.inviter_points, "推荐新代理商"),
        (fact.invited_id, fact.invited_points, "受邀加入"),
    ):
        if points:
            yield agent_id, points, note


def _granting(cause: Cause, points: int, expires_on: str) -> _Booking:
    return lambda ledger: ledger.grant(cause, points, expires_on)


def _reversing(cause: Cause, points: int, expires_on: str) -> _Booking:
    def book(ledger: Ledger) -> None:
        if ledger.is_alive(expires_on):  # what has expired since is not taken a second time
            ledger.reverse(cause, points, 0, expires_on)

    return book


def _cause(action: str, fact: ReferralFact, at: str, note: str) -> Cause:
    """The key is the pair's own, so that one invitation is booked once whatever led to it."""
    pair = ids.derived_id("referral", fact.inviter_id, fact.invited_id)
    return Cause(f"{action}#{pair}", clock.from_text(at), "referral", fact.invited_id, note)


def _expires_on(fact: ReferralFact) -> str:
    day = clock.business_day(clock.from_text(fact.rewarded_at))
    return expiry_date(day, settings.points_settings().validity_months)


def _book_once(agent_id: str, book: _Booking, now: datetime) -> None:
    def attempt() -> None:
        before = accounts.account(agent_id)
        ledger = Ledger(before, clock.business_day(now))
        book(ledger)
        if ledger.entries:
            transaction.commit(accounts.save_parts(before, ledger, now))

    try:
        transaction.retry_stale(attempt)
    except accounts.AlreadyBooked:
        logger.info("referral_already_booked", extra={"agent_id": agent_id})
