"""Redemptions as staff handle them: review with hints, shipping, issuing again, giving back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache

from functions.agents import operations as agents
from functions.agents.schemas import Company
from functions.gifts.operations import issuing, redeeming
from functions.gifts.operations.steps import give_back_parts
from functions.gifts.rules import redemptions as rules
from functions.gifts.rules.redemptions import REDEMPTION, SETTLES, Redemption, RedemptionNotFound
from functions.gifts.schemas import (
    RedemptionQuery,
    RiskHint,
    ShipGift,
    StaffRedemption,
    StaffRedemptionDetail,
)
from functions.gifts.table import redemptions
from functions.points import operations as points
from kit import clock, pages, transaction
from kit.errors import Stale
from kit.log import logger
from kit.pages import Page
from kit.tokens import Principal

# What staff may do, by the state it leads to.
STEPS = {
    "approved": "approval",
    "rejected": "rejection",
    "shipped": "shipment",
    "issuing": "issue",
    "returned": "return",
}
_WEEK, _MONTH = timedelta(days=7), timedelta(days=30)


def queue(query: RedemptionQuery, staff: Principal) -> Page[StaffRedemption]:
    """Redemptions of one company, newest first, or of one state, those that wait longest first.

    Only those within the regions of a member of staff. Raises NotFound.
    """
    if query.agent_id:
        return _of_company(agents.require_covered(query.agent_id, staff), query)
    scope, company = f"staff-redemptions/{query.state}", cache(agents.company)

    def covered(held: Redemption) -> bool:
        return agents.covers(staff.regions, company(held.agent_id))

    after = pages.read(query.cursor, scope)
    found, last = redemptions.in_state(query.state, after, query.limit, covered)
    return Page(
        items=[StaffRedemption(**_staff(each, company(each.agent_id).name)) for each in found],
        next_cursor=pages.sign(last, scope),
    )


def _of_company(company: Company, query: RedemptionQuery) -> Page[StaffRedemption]:
    scope = f"staff-redemptions/{company.agent_id}"
    found, last = redemptions.of_agent(company.agent_id, pages.read(query.cursor, scope), query.limit)
    return Page(
        items=[StaffRedemption(**_staff(each, company.name)) for each in found],
        next_cursor=pages.sign(last, scope),
    )


def detail(redemption_id: str, staff: Principal, now: datetime) -> StaffRedemptionDetail:
    """A redemption with what a reviewer should know. Raises RedemptionNotFound."""
    held, company = _found(redemption_id, staff)
    hints = rules.hints(
        approved_at=company.approved_at,
        reversed_points=points.reversed_since(held.agent_id, now - _MONTH),
        redemptions_this_week=redemptions.count_since(held.agent_id, clock.to_text(now - _WEEK)),
        agents_at_place=redemptions.agents_at(held.place) if held.place else 0,
        now=now,
    )
    return StaffRedemptionDetail(
        **_staff(held, company.name),
        address=redeeming.address(held),
        reviewer=held.reviewer,
        reason=held.reason,
        carrier_name=held.carrier_name,
        tracking_no=held.tracking_no,
        coupon_ids=held.coupon_ids,
        codes=len(held.code_ids),
        hints=[RiskHint(code=code, text=text) for code, text in hints],
        history=redeeming.history(held),
    )


def approve(redemption_id: str, staff: Principal, now: datetime) -> StaffRedemptionDetail:
    """Let a redemption go on. Raises RedemptionNotFound or RedemptionStepNotAllowed."""
    _move(redemption_id, staff, lambda held: rules.move(held, "approved", now, reviewer=staff.user_id))
    return detail(redemption_id, staff, now)


def reject(redemption_id: str, reason: str, staff: Principal, now: datetime) -> StaffRedemptionDetail:
    """Refuse a redemption and give everything back. Raises RedemptionNotFound, RedemptionStepNotAllowed."""

    def step(held: Redemption) -> Redemption:
        return rules.move(held, "rejected", now, reviewer=staff.user_id, reason=reason)

    _give_back(redemption_id, staff, step, now)
    return detail(redemption_id, staff, now)


def ship(redemption_id: str, parcel: ShipGift, staff: Principal, now: datetime) -> StaffRedemptionDetail:
    """Send a gift. Raises RedemptionNotFound or RedemptionStepNotAllowed."""
    how = {"carrier_name": parcel.carrier_name, "tracking_no": parcel.tracking_no}
    _move(redemption_id, staff, lambda held: rules.move(held, "shipped", now, **how))
    return detail(redemption_id, staff, now)


def issue_again(redemption_id: str, staff: Principal, now: datetime) -> StaffRedemptionDetail:
    """Try once more to issue what was not issued. Raises RedemptionNotFound or RedemptionStepNotAllowed."""
    held, _ = _found(redemption_id, staff)
    if held.state != "issuing":
        _move(redemption_id, staff, lambda held: rules.move(held, "issuing", now))
    issuing.issue(redemption_id, now)
    return detail(redemption_id, staff, now)


def give_up(redemption_id: str, reason: str, staff: Principal, now: datetime) -> StaffRedemptionDetail:
    """Give back what could not be issued. Raises RedemptionNotFound or RedemptionStepNotAllowed."""
    _give_back(redemption_id, staff, lambda held: rules.move(held, "returned", now, reason=reason), now)
    return detail(redemption_id, staff, now)


def settle(now: datetime) -> int:
    """Receive and complete what nobody has touched for its time; says how many."""
    settled = 0
    for state, (following, _) in SETTLES.items():
        for held in list(redemptions.all_in_state(state)):
            if rules.is_settled(held, now):
                try:
                    transaction.commit([redemptions.save_part(held, rules.move(held, following, now))])
                except Stale:  # somebody has just touched it
                    logger.info("settled_by_others", extra={"redemption_id": held.redemption_id})
                else:
                    settled += 1
    return settled


def _move(redemption_id: str, staff: Principal, step: Callable[[Redemption], Redemption]) -> None:
    def command() -> None:
        held, _ = _found(redemption_id, staff)
        transaction.commit([redemptions.save_part(held, step(held))])

    transaction.retry_stale(command)


def _give_back(
    redemption_id: str, staff: Principal, step: Callable[[Redemption], Redemption], now: datetime
) -> None:
    def command() -> None:
        held, _ = _found(redemption_id, staff)
        transaction.commit(give_back_parts(held, step(held), staff.user_id, now))

    transaction.retry_stale(command)


def _found(redemption_id: str, staff: Principal) -> tuple[Redemption, Company]:
    found = redemptions.redemption(redemption_id)
    if found is None:
        raise RedemptionNotFound()
    company = agents.company(found.agent_id)
    if not agents.covers(staff.regions, company):
        raise RedemptionNotFound()
    return found, company


def _staff(held: Redemption, company_name: str) -> dict[str, object]:
    following = REDEMPTION[held.kind].get(held.state, frozenset())
    return redeeming.card(held) | {
        "agent_id": held.agent_id,
        "company_name": company_name,
        "steps": [name for state, name in STEPS.items() if state in following | {held.state} & {"issuing"}],
        "version": held.version,
    }
