"""Companies as other contexts ask for them: state, region, credit and people."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache

from functions.agents import rules, table
from functions.agents.rules import Feature
from functions.agents.schemas import Company, OrderPolicy, Recipient
from functions.auth import operations as auth
from functions.auth.schemas import Region
from kit import clock
from kit.errors import NotFound
from kit.tokens import Principal
from kit.transaction import Part


def company(agent_id: str) -> Company:
    """A company as it stands. Raises NotFound."""
    return view(row_of(agent_id))


def require_active(agent_id: str) -> Company:
    """The company, if it may order. Raises CompanyNotActive."""
    return require_open(agent_id, "order")


def require_open(agent_id: str, feature: Feature) -> Company:
    """The company, if its state opens a feature. Raises CompanyNotActive."""
    found = company(agent_id)
    rules.check_open(feature, found.state)
    return found


def may_browse_prices(found: Company) -> bool:
    """Whether a company sees prices in its present state."""
    return rules.is_open("prices", found.state)


def covers(regions: Iterable[str], found: Company) -> bool:
    """Whether a company lies in the regions a member of staff is responsible for; none means everywhere."""
    return rules.covers(regions, region_code(found.region))


def covered_by(staff: Principal) -> Callable[[str], bool]:
    """Tells of companies, by id, whether they lie in a region of this member of staff; reads each once."""
    if not staff.regions:
        return lambda agent_id: True
    return cache(lambda agent_id: covers(staff.regions, company(agent_id)))


def require_covered(agent_id: str, staff: Principal) -> Company:
    """A company in a region of this member of staff. Raises NotFound."""
    found = company(agent_id)
    if not covers(staff.regions, found):
        raise NotFound()
    return found


def active_part(agent_id: str) -> Part:
    """Fails the transaction with CompanyNotActive unless the company is active."""
    return table.active_part(agent_id)


def use_credit_parts(agent_id: str, amount_fen: int) -> list[Part]:
    """Take an amount from the credit of an active company. Errors: CompanyNotActive, CreditOverdue,
    CreditNotEnough.
    """
    return [table.use_credit_part(agent_id, amount_fen)]


def return_credit_parts(agent_id: str, amount_fen: int, ends_overdue: bool = False) -> list[Part]:
    """Give an amount back to a company's credit, whatever its state; with it a late credit may end."""
    return [table.return_credit_part(agent_id, amount_fen, ends_overdue)]


def overdue_parts(agent_id: str) -> list[Part]:
    """One more credit is late: until it ends the company gets no other."""
    return [table.overdue_part(agent_id)]


def spend_parts(agent_id: str, user_id: str, amount_fen: int, now: datetime) -> list[Part]:
    """Count an order against the monthly limit of the user who places it; no parts if there is no limit.

    Raises SpendingLimitReached, or Stale for `transaction.retry_stale`.
    """
    row = table.user(agent_id, user_id)
    if row is None or not _counts(row, now):
        return []
    return [table.spend_part(row, amount_fen, _month(now))]


def return_spending_parts(agent_id: str, user_id: str, amount_fen: int, placed_at: datetime) -> list[Part]:
    """Give back to a user's limit what an order of the same month took; no parts once the month is over.

    An order that became dearer counts what it costs more, with a negative amount.
    """
    row = table.user(agent_id, user_id)
    if row is None or not _counts(row, placed_at) or row.spent_month != _month(placed_at):
        return []
    if amount_fen < 0:
        return [table.spend_part(row, -amount_fen, row.spent_month)]
    return [table.return_spending_part(row, amount_fen)]


def _counts(row: table.UserRow, placed_at: datetime) -> bool:
    """Whether an order counts against a limit: one that is set later knows of nothing before it."""
    return row.spending_limit_fen is not None and clock.to_text(placed_at) >= (row.limited_since or "")


def recipients(agent_id: str) -> list[Recipient]:
    """Everybody of a company who is told what happens to it."""
    active = [row.user_id for row in table.users(agent_id) if row.active]
    return [
        Recipient(user_id=found.user_id, email=found.email, phone=found.phone, openid=found.openid)
        for found in auth.contacts(active)
    ]


def row_of(agent_id: str) -> table.CompanyRow:
    """The stored company. Raises NotFound."""
    row = table.company(agent_id)
    if row is None:
        raise NotFound()
    return row


def region_code(region: Region | None) -> str | None:
    """The most exact code of a region."""
    return (region.district_code or region.city_code) if region else None


def view(row: table.CompanyRow) -> Company:
    """A stored company as others see it."""
    return Company(
        agent_id=row.agent_id,
        name=row.name,
        state=row.state,
        state_since=row.state_since,
        tier=row.tier,
        region=Region.model_validate(row.region) if row.region else None,
        salesperson_id=row.salesperson_id,
        contact_name=row.contact_name,
        phone=row.phone,
        email=row.email,
        credit_code=row.credit_code,
        licence_key=row.licence_key,
        credit_limit_fen=int(row.credit_limit_fen),
        credit_used_fen=int(row.credit_limit_fen - row.credit_left_fen),
        overdue_credits=int(row.overdue_credits or 0),
        policy=OrderPolicy.model_validate(row.policy or {}),
        invite_code=row.invite_code,
        invited_by=row.invited_by,
        applied_at=row.applied_at,
        approved_at=row.approved_at,
        note=row.reason,
        version=int(row.version),
    )


def _month(instant: datetime) -> str:
    return clock.business_day(instant).strftime("%Y-%m")
