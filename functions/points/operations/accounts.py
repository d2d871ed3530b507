"""Accounts: what an agent has, spending and giving back, checking."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from functions.agents import operations as agents
from functions.points.rules import ledger as rules
from functions.points.rules.ledger import Account, Cause, Entry, Finding, Ledger
from functions.points.schemas import AccountPage, AccountView, EntryQuery, EntryView, Expiry
from functions.points.table import accounts
from functions.settings import operations as settings
from kit import clock, pages
from kit.pages import Page
from kit.tokens import Principal
from kit.transaction import Part

EXPIRING_SOON = timedelta(days=30)
_NEWEST = 20

TITLES = {
    "granted": "订单积分",
    "activated": "积分到账",
    "spent": "兑换礼品",
    "returned": "兑换退回",
    "reversed": "退款扣回",
    "expired": "积分过期",
    "adjusted": "人工调整",
}
REFERRAL_TITLES = TITLES | {"granted": "推荐奖励", "reversed": "推荐奖励收回"}


def account(agent_id: str, now: datetime) -> AccountView:
    """What an agent has at an instant."""
    return AccountView(**_figures(accounts.account(agent_id), now))


def overview(agent_id: str, now: datetime) -> AccountPage:
    """The account and the newest lines of its ledger, in one read."""
    held, newest, position = accounts.account_with_entries(agent_id, _NEWEST)
    cursor = pages.sign({"after": position} if position else None, _scope(agent_id, None))
    return AccountPage(**_figures(held, now), entries=[_view(entry) for entry in newest], next_cursor=cursor)


def entries(agent_id: str, query: EntryQuery) -> Page[EntryView]:
    """A page of the ledger, newest first."""
    scope = _scope(agent_id, query.kind)
    position = pages.read(query.cursor, scope)
    found, last = accounts.entries(agent_id, query.kind, position["after"] if position else None, query.limit)
    cursor = pages.sign({"after": last} if last else None, scope)
    return Page(items=[_view(entry) for entry in found], next_cursor=cursor)


def staff_overview(agent_id: str, staff: Principal, now: datetime) -> AccountPage:
    """The account of an agent in a region of this member of staff. Raises NotFound."""
    agents.require_covered(agent_id, staff)
    return overview(agent_id, now)


def staff_entries(agent_id: str, staff: Principal, query: EntryQuery) -> Page[EntryView]:
    """The ledger of an agent in a region of this member of staff. Raises NotFound."""
    agents.require_covered(agent_id, staff)
    return entries(agent_id, query)


def spend_parts(
    agent_id: str, points: int, redemption_id: str, now: datetime, note: str = ""
) -> tuple[list[Part], dict[str, int]]:
    """Take points for a redemption; also says from which expiry dates they come.

    Raises NotEnoughPoints or InDebt; in the transaction CompanyNotActive, or Stale for
    `transaction.retry_stale`.
    """
    before = accounts.account(agent_id)
    ledger = Ledger(before, clock.business_day(now))
    cause = Cause(f"redeem#{redemption_id}", now, "redemption", redemption_id, note)
    allocation = ledger.spend(cause, points)
    return [*accounts.save_parts(before, ledger, now), agents.active_part(agent_id)], allocation


def return_parts(
    agent_id: str,
    redemption_id: str,
    allocation: Mapping[str, int],
    merchant_caused: bool,
    now: datetime,
    part: int = 1,
    note: str = "",
) -> list[Part]:
    """Give spent points back to their old expiry dates; `part` numbers the returns of one redemption.

    What has expired meanwhile gets days of grace when the merchant caused the return, and expires at once
    otherwise. In the transaction raises Stale for `transaction.retry_stale`.
    """
    before, today = accounts.account(agent_id), clock.business_day(now)
    grace = today + timedelta(days=settings.points_settings().grace_days)
    ledger = Ledger(before, today)
    cause = Cause(f"return#{redemption_id}#{part}", now, "redemption", redemption_id, note)
    ledger.give_back(cause, allocation, grace.isoformat() if merchant_caused else None)
    return accounts.save_parts(before, ledger, now)


def reversed_since(agent_id: str, since: datetime) -> int:
    """Points taken back from an agent by refunds since an instant."""
    recent = accounts.entries_since(agent_id, "reversed", clock.to_text(since))
    return sum(-entry.points for entry in recent)


def earned_between(agent_id: str, since: str, until: str) -> int:
    """Points that an agent earned between two instants, the second excluded, less those refunds took back."""
    booked = accounts.entries_between(agent_id, since, until)
    return sum(entry.points for entry in booked if entry.kind in ("granted", "reversed"))


def check_account(agent_id: str) -> list[Finding]:
    """Everything about an account that cannot be right; nothing when all is well."""
    held, stored_available, booked = accounts.whole_ledger(agent_id)
    return rules.findings(held, stored_available, booked)


def _figures(held: Account, now: datetime) -> dict[str, object]:
    today = clock.business_day(now)
    living = {day: points for day, points in held.buckets.items() if day >= today.isoformat()}
    soon = (today + EXPIRING_SOON).isoformat()
    return {
        "available": held.spendable(today),
        "pending": held.pending,
        "debt": held.debt,
        "expiring_soon": sum(points for day, points in living.items() if day <= soon),
        "expiries": [Expiry(expires_on=day, points=points) for day, points in sorted(living.items())],
        "earned_total": held.totals.get("granted", 0) + held.totals.get("reversed", 0),
        "spent_total": -held.totals.get("spent", 0) - held.totals.get("returned", 0),
        "expired_total": -held.totals.get("expired", 0),
    }


def _view(entry: Entry) -> EntryView:
    cause = entry.cause
    return EntryView(
        entry_id=cause.key,
        kind=entry.kind,
        title=_title(entry),
        points=entry.points,
        pending=entry.pending,
        balance_after=entry.balance_after,
        available_after=entry.available_after,
        at=clock.to_text(cause.at),
        source=cause.source,
        source_id=cause.source_id,
        rule=cause.rule,
        rule_version=cause.rule_version,
        allocation=[
            Expiry(expires_on=day, points=points) for day, points in sorted(entry.allocation.items())
        ],
    )


def _title(entry: Entry) -> str:
    title = REFERRAL_TITLES[entry.kind] if entry.cause.source == "referral" else TITLES[entry.kind]
    return f"{title}：{entry.cause.note}" if entry.cause.note else title


def _scope(agent_id: str, kind: str | None) -> str:
    return f"points/{agent_id}/{kind or ''}"
