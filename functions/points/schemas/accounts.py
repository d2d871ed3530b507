"""Accounts, their ledgers, corrections by hand and the books, as people see them."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from functions.points.rules.ledger import Kind
from kit.api import Body, View
from kit.pages import PageQuery

Id = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{10,26}$")]


class Expiry(View):
    """Points and the last day on which they can be spent."""

    expires_on: str
    points: int


class EntryView(View):
    """A line of the ledger. `points` is its effect on the balance, `pending` on the points still promised."""

    entry_id: str
    kind: Kind
    title: str
    points: int
    pending: int
    balance_after: int
    available_after: int
    at: str
    source: str
    source_id: str
    rule: str | None
    rule_version: int | None
    allocation: list[Expiry]


class AccountView(View):
    """What an agent has. `expiring_soon` are the points that expire within 30 days."""

    available: int
    pending: int
    debt: int
    expiring_soon: int
    expiries: list[Expiry]
    earned_total: int
    spent_total: int
    expired_total: int


class AccountPage(AccountView):
    """The account with the newest lines of its ledger; `next_cursor` goes on in `/points/entries`."""

    entries: list[EntryView]
    next_cursor: str | None


class EntryQuery(PageQuery):
    """The ledger, newest first."""

    kind: Kind | None = None


class NewAdjustment(Body):
    """A correction by hand; `points` is signed."""

    agent_id: Id
    points: Annotated[int, Field(ge=-1_000_000_000, le=1_000_000_000)]
    reason: Annotated[str, Field(min_length=2, max_length=200)]


class AdjustmentQuery(PageQuery):
    """Corrections in one state, newest first."""

    state: Literal["pending", "booked", "rejected"] = "pending"


class AdjustmentView(View):
    """A correction by hand and what became of it."""

    adjustment_id: str
    agent_id: str
    points: int
    reason: str
    state: Literal["pending", "booked", "rejected"]
    created_by: str
    created_at: str
    decided_by: str | None
    decided_at: str | None


class DayRange(Body):
    """Business days, both included."""

    first: Annotated[date, Field(strict=False)]
    last: Annotated[date, Field(strict=False)]


class DayFigures(View):
    """What happened to all points in a time: opening + movements = closing = available + pending − debt."""

    day: str
    opening: int
    granted: int
    spent: int
    returned: int
    reversed: int
    expired: int
    adjusted: int
    activated: int
    closing: int
    available: int
    pending: int
    debt: int
    entries: int


class Statistics(View):
    """Day by day, and all days together."""

    total: DayFigures
    days: list[DayFigures]


class LiabilityQuery(Body):
    """A month of business days."""

    month: Annotated[str, StringConstraints(pattern=r"^20[0-9][0-9]-(0[1-9]|1[0-2])$")]


class Ageing(View):
    """Spendable points by the month in which they expire."""

    month: str
    points: int


class Liability(View):
    """What is owed to agents at the end of a month (or by now), and how it came about.

    `value_fen` is the closing balance at the exchange ratio in force.
    """

    month: str
    roll_forward: DayFigures
    ageing: list[Ageing]
    exchange_points: int
    value_fen: int
