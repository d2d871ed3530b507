"""The ledger: what an agent's account is and how each kind of booking changes it.

An account keeps its spendable points in buckets by expiry date (the last day they can be spent), points that
are promised but not yet spendable (`pending`) and points that were taken back after they had been spent
(`debt`). Points of one date are fungible. Its balance is available + pending − debt, and is the sum of all
its entries. Whoever touches an account first books what has expired, so nothing can be done with it.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Literal

from kit import clock
from kit.errors import Conflict

Kind = Literal["granted", "activated", "spent", "returned", "reversed", "expired", "adjusted"]
Source = Literal["order", "refund", "redemption", "adjustment", "expiry", "referral"]
Allocation = Mapping[str, int]  # expiry date → points


class NotEnoughPoints(Conflict):
    """The account has fewer spendable points than asked for."""

    title = "积分不足"


class InDebt(Conflict):
    """Points that were taken back after they had been spent must be earned again first."""

    title = "账户有待抵扣的积分，暂不能兑换"


@dataclass(frozen=True)
class Cause:
    """Why something is booked. `key` and `at` are the same at every repetition."""

    key: str
    at: datetime
    source: Source
    source_id: str
    note: str = ""
    rule: str | None = None
    rule_version: int | None = None


@dataclass(frozen=True)
class Entry:
    """One line of the ledger; `points` is its effect on the balance."""

    cause: Cause
    kind: Kind
    points: int
    allocation: Allocation  # effect on the buckets
    pending: int  # effect on the pending points
    debt: int  # effect on the debt
    balance_after: int
    available_after: int
    sequence: int


@dataclass(frozen=True)
class Reminder:
    """What an agent is told of points about to expire: the nearest date first."""

    day: str
    at: str
    expires_on: str
    days: int
    points: int
    later: Allocation = field(default_factory=dict)


@dataclass(frozen=True)
class Account:
    """What an agent has, as stored. `entries` counts the lines of its ledger."""

    agent_id: str
    buckets: Allocation = field(default_factory=dict)
    pending: int = 0
    debt: int = 0
    totals: Mapping[str, int] = field(default_factory=dict)
    entries: int = 0
    version: int = 0
    reminder: Reminder | None = None

    @property
    def available(self) -> int:
        return sum(self.buckets.values())

    @property
    def balance(self) -> int:
        return self.available + self.pending - self.debt

    @property
    def next_expiry(self) -> str | None:
        return min(self.buckets, default=None)

    def spendable(self, today: date) -> int:
        """Points that have not expired, whether their expiry was booked or not."""
        return sum(points for day, points in self.buckets.items() if day >= today.isoformat())


def expiry_date(day: date, months: int) -> str:
    """The last day on which points obtained on `day` can be spent (29 February → 28 February)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1])).isoformat()


class Ledger:
    """An account being worked on: books entries one after another, for a business day."""

    def __init__(self, account: Account, today: date) -> None:
        self.account = account
        self.entries: list[Entry] = []
        self._today = today
        self._book_expired()

    def is_alive(self, day: str) -> bool:
        """Whether points of this expiry date can still be spent."""
        return day >= self._today.isoformat()

    def just_expired(self, day: str) -> int:
        """Points of an expiry date that were booked as expired here."""
        return sum(-entry.allocation.get(day, 0) for entry in self.entries if entry.kind == "expired")

    def grant(self, cause: Cause, points: int, expires_on: str) -> None:
        """Give points that can be spent at once; they repay the debt first."""
        self._add("granted", cause, {expires_on: points})

    def promise(self, cause: Cause, points: int) -> None:
        """Give points that become spendable later."""
        self._book("granted", cause, pending=points)

    def activate(self, cause: Cause, points: int, expires_on: str) -> None:
        """Make promised points spendable; they repay the debt first."""
        self._add("activated", cause, {expires_on: points}, pending=-points)

    def spend(self, cause: Cause, points: int) -> dict[str, int]:
        """Take points, earliest expiry first, and say from which dates. Raises InDebt or NotEnoughPoints."""
        if self.account.debt:
            raise InDebt(f"还需抵扣 {self.account.debt} 积分后才能兑换", debt=self.account.debt)
        taken = self._take(points)
        self._book("spent", cause, _negative(taken))
        return taken

    def give_back(self, cause: Cause, allocation: Allocation, grace_until: str | None) -> None:
        """Return spent points to the dates they came from, the debt first.

        What is past its date lives until `grace_until`; without grace it is returned and expires at once.
        """
        past = {day: points for day, points in allocation.items() if not self.is_alive(day)}
        buckets = {day: points for day, points in allocation.items() if day not in past}
        if grace_until and past:
            buckets[grace_until] = buckets.get(grace_until, 0) + sum(past.values())
            past = {}
        self._add("returned", cause, buckets | past)

    def reverse(self, cause: Cause, points: int, pending: int, own_date: str | None) -> None:
        """Take back granted points: `pending` of them from the promised ones, then those of the grant's own
        expiry date, then the earliest to expire; what is left becomes debt."""
        wanted = points - pending
        own = min(wanted, self.account.buckets.get(own_date or "", 0))
        taken = {own_date: own} if own_date and own else {}
        rest = min(wanted - own, self.account.available - own)
        for day, part in self._take(rest, besides=taken).items():
            taken[day] = taken.get(day, 0) + part
        debt = wanted - sum(taken.values())
        self._book("reversed", cause, _negative(taken), pending=-pending, debt=debt)

    def adjust(self, cause: Cause, points: int, expires_on: str) -> None:
        """Correct by hand: add points (the debt first) or take them. Raises NotEnoughPoints."""
        if points > 0:
            self._add("adjusted", cause, {expires_on: points})
        else:
            self._book("adjusted", cause, _negative(self._take(-points)))

    def _book_expired(self) -> None:
        """One entry, however many dates have passed since somebody last looked.

        Its key ends with its place in the ledger: a command that began just before midnight may bring points
        back to a date whose expiry was booked meanwhile, and then that date expires a second time.
        """
        past = {day: points for day, points in self.account.buckets.items() if not self.is_alive(day)}
        if past:
            last = max(past)
            midnight = clock.start_of_day(date.fromisoformat(last) + timedelta(days=1))
            key = f"expire#{last}#{self.account.entries + 1}"
            self._book("expired", Cause(key, midnight, "expiry", last), _negative(past))

    def _add(self, kind: Kind, cause: Cause, allocation: Allocation, pending: int = 0) -> None:
        """Add points by date; the earliest repay the debt, those past their date expire at once."""
        debt, kept = self.account.debt, dict[str, int]()
        for day in sorted(allocation):
            repaid = min(debt, allocation[day]) if self.is_alive(day) else 0
            debt -= repaid
            if allocation[day] > repaid:
                kept[day] = allocation[day] - repaid
        self._book(kind, cause, kept, pending=pending, debt=debt - self.account.debt)
        past = {day: points for day, points in kept.items() if not self.is_alive(day)}
        if past:
            self._book("expired", replace(cause, key=f"expire#{cause.key}"), _negative(past))

    def _take(self, points: int, besides: Allocation | None = None) -> dict[str, int]:
        if points > self.account.available - sum((besides or {}).values()):
            available = self.account.available
            raise NotEnoughPoints(f"可用积分 {available}，还差 {points - available}", available=available)
        taken: dict[str, int] = {}
        for day, held in sorted(self.account.buckets.items()):
            part = min(points - sum(taken.values()), held - (besides or {}).get(day, 0))
            if part:
                taken[day] = part
        return taken

    def _book(
        self, kind: Kind, cause: Cause, allocation: Allocation | None = None, pending: int = 0, debt: int = 0
    ) -> None:
        before, change = self.account, dict(allocation or {})
        buckets = {day: before.buckets.get(day, 0) + change.get(day, 0) for day in {*before.buckets, *change}}
        points = sum(change.values()) + pending - debt
        moved = abs(pending) if kind == "activated" else points
        after = replace(
            before,
            buckets={day: held for day, held in sorted(buckets.items()) if held},
            pending=before.pending + pending,
            debt=before.debt + debt,
            totals={**before.totals, kind: before.totals.get(kind, 0) + moved},
            entries=before.entries + 1,
        )
        if min(after.pending, after.debt, *buckets.values(), 0) < 0:
            raise AssertionError(f"booking {cause.key} would break the account of {before.agent_id}")
        self.account = after
        self.entries.append(
            Entry(cause, kind, points, change, pending, debt, after.balance, after.available, after.entries)
        )


def due_reminder(account: Account, now: datetime, days_ahead: Iterable[int]) -> Reminder | None:
    """What to tell an agent today: the points that expire in exactly one of `days_ahead` days."""
    today, due = clock.business_day(now), {}
    for days in sorted(days_ahead):
        day = (today + timedelta(days=days)).isoformat()
        if account.buckets.get(day):
            due[day] = (days, account.buckets[day])
    if not due:
        return None
    nearest = min(due)
    days, points = due.pop(nearest)
    later = {day: held for day, (_, held) in due.items()}
    return Reminder(today.isoformat(), clock.to_text(now), nearest, days, points, later)


@dataclass(frozen=True)
class Finding:
    """Something in an account that cannot be right."""

    agent_id: str
    problem: str
    found: int
    expected: int


def findings(account: Account, stored_available: int, entries: Iterable[Entry]) -> list[Finding]:
    """Check an account against its whole ledger: sums, buckets, count and every running balance."""
    booked = sorted(entries, key=lambda entry: entry.sequence)
    buckets: dict[str, int] = {}
    running = 0
    problems = []
    for entry in booked:
        running += entry.points
        if entry.balance_after != running:
            problems.append((f"balance after {entry.cause.key}", entry.balance_after, running))
        for day, points in entry.allocation.items():
            buckets[day] = buckets.get(day, 0) + points
    problems += [
        ("balance against entries", account.balance, running),
        ("available against buckets", stored_available, account.available),
        ("pending against entries", account.pending, sum(entry.pending for entry in booked)),
        ("debt against entries", account.debt, sum(entry.debt for entry in booked)),
        ("count of entries", account.entries, len(booked)),
        ("available while in debt", account.available if account.debt else 0, 0),
    ]
    problems += [
        (f"bucket {day}", account.buckets.get(day, 0), buckets.get(day, 0))
        for day in sorted({*account.buckets, *buckets})
    ]
    return [
        Finding(account.agent_id, problem, found, expected)
        for problem, found, expected in problems
        if found != expected
    ]


def _negative(allocation: Allocation) -> dict[str, int]:
    return {day: -points for day, points in allocation.items()}
