"""What counts as a difference between our books and a provider's of a day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from functions.payments.rules import GIVEN_UP, PAID, REFUND
from kit import clock
from kit.errors import Conflict, NotFound

# WeChat Pay has a bill of the day; UnionPay is asked about everything of the day that we know of.
Provider = Literal["wechat", "union_pay"]
PROVIDERS: tuple[Provider, ...] = ("wechat", "union_pay")
Subject = Literal["payment", "refund"]
DifferenceKind = Literal["missing_here", "missing_there", "amount_differs", "state_differs"]
# `gone`: a later comparison no longer found it.
DifferenceState = Literal["open", "resolved", "gone"]
BILL_READY = timedelta(hours=10)
BILL_KEPT_DAYS = 90
# What providers say in words of WeChat Pay's bill, and the states of ours that go with it.
_BILLED: Mapping[tuple[Subject, str], tuple[str, ...]] = {
    ("payment", "SUCCESS"): PAID,
    ("payment", "REVOKED"): GIVEN_UP,
    ("refund", "SUCCESS"): ("succeeded",),
    ("refund", "PROCESSING"): tuple(state for state in REFUND if state != "created"),
    ("refund", "FAIL"): ("closed", "abnormal", "succeeded"),
    ("refund", "CHANGE"): ("abnormal", "succeeded"),
}


class BillNotReady(Conflict):
    """The provider writes a day's bill in the morning after."""

    title = "该日账单尚未生成，请于次日 10:00 后再试"


class BillTooOld(Conflict):
    """The provider keeps bills for three months."""

    title = "该日账单已超过可下载期限"


class ReconciliationNotFound(NotFound):
    """This day was not compared."""

    title = "该日尚未对账"


class DifferenceNotFound(NotFound):
    """There is no such difference."""

    title = "没有找到该差异"


class DifferenceSettled(Conflict):
    """The difference was resolved, or is gone."""

    title = "这条差异已经处理"


@dataclass(frozen=True)
class Entry:
    """A payment or refund as one side has it in its books."""

    subject: Subject
    number: str
    amount_fen: int
    state: str

    @property
    def key(self) -> tuple[Subject, str]:
        return self.subject, self.number

    @property
    def settled(self) -> bool:
        """Whether the money moved, by our books."""
        return self.state in PAID


Entries = Mapping[tuple[Subject, str], Entry]


@dataclass(frozen=True)
class Difference:
    """What the books do not agree on; one side may lack the entry."""

    kind: DifferenceKind
    here: Entry | None
    there: Entry | None

    @property
    def entry(self) -> Entry:
        entry = self.here or self.there
        assert entry
        return entry


def provider_of(path: str) -> Provider:
    """The provider named in an address. Raises NotFound."""
    for provider in PROVIDERS:
        if path == provider.replace("_", "-"):
            return provider
    raise NotFound()


def day_of(text: str) -> date:
    """The business day written as 2026-11-22. Raises ReconciliationNotFound."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ReconciliationNotFound() from None


def check_bill(day: date, now: datetime) -> None:
    """Whether the provider can have a day's bill. Raises BillNotReady, BillTooOld."""
    age = (clock.business_day(now - BILL_READY) - day).days
    if age < 1:
        raise BillNotReady()
    if age > BILL_KEPT_DAYS:
        raise BillTooOld()


def differences(here: Entries, there: Entries) -> Iterator[Difference]:
    """Where our books and the provider's bill do not agree, in the order of their numbers."""
    for key in sorted({*here, *there}):
        ours, theirs = here.get(key), there.get(key)
        if kind := _difference(ours, theirs):
            yield Difference(kind, ours, theirs)


def _difference(ours: Entry | None, theirs: Entry | None) -> DifferenceKind | None:
    if ours is None:
        return "missing_here"
    if theirs is None:
        return "missing_there"
    if ours.amount_fen != theirs.amount_fen:
        return "amount_differs"
    if ours.state not in _BILLED.get((theirs.subject, theirs.state), ()):
        return "state_differs"
    return None
