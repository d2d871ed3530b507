"""Corrections by hand: with a reason, and from a threshold on with a second person."""

from dataclasses import replace
from datetime import datetime
from typing import Literal

from functions.agents import operations as agents
from functions.points.rules import adjustments as rules
from functions.points.rules.adjustments import Adjustment
from functions.points.rules.ledger import Cause, Ledger, expiry_date
from functions.points.schemas import AdjustmentQuery, AdjustmentView, NewAdjustment
from functions.points.table import accounts, desk
from functions.settings import operations as settings
from kit import clock, ids, pages, transaction
from kit.errors import Invalid, KeyReused, NotFound
from kit.pages import Page
from kit.tokens import Principal
from kit.transaction import Part


def request_adjustment(wanted: NewAdjustment, key: str, staff: Principal, now: datetime) -> AdjustmentView:
    """Ask for a correction; a small one is booked at once.

    The same key and body answer the same. Raises KeyReused, NotFound, Invalid or NotEnoughPoints.
    """
    if wanted.points == 0:
        raise Invalid(errors=[{"field": "points", "message": "调整数量不能为 0"}])
    agents.require_covered(wanted.agent_id, staff)
    adjustment_id = ids.derived_id("points", "adjustment", staff.user_id, key)
    return _view(transaction.retry_stale(lambda: _request(wanted, adjustment_id, staff.user_id, now)))


def decide_adjustment(
    adjustment_id: str, verdict: Literal["booked", "rejected"], staff: Principal, now: datetime
) -> AdjustmentView:
    """Approve or reject a pending correction. Raises NotFound, AlreadyDecided, SecondPersonNeeded or
    NotEnoughPoints."""

    def command() -> Adjustment:
        held = desk.adjustment(adjustment_id)
        if held is None:
            raise NotFound()
        agents.require_covered(held.agent_id, staff)
        decided = rules.decide(held, verdict, staff.user_id, now)
        booking = _booking_parts(decided, now) if verdict == "booked" else []
        transaction.commit([desk.decide_adjustment_part(decided), *booking])
        return decided

    return _view(transaction.retry_stale(command))


def list_adjustments(query: AdjustmentQuery, staff: Principal) -> Page[AdjustmentView]:
    """Corrections in one state within the regions of a member of staff, newest first."""
    scope, covered = f"points/adjustments/{query.state}", agents.covered_by(staff)
    after = pages.read(query.cursor, scope)
    found, last = desk.adjustments_page(query.state, after, query.limit, lambda held: covered(held.agent_id))
    return Page(items=[_view(each) for each in found], next_cursor=pages.sign(last, scope))


def _request(wanted: NewAdjustment, adjustment_id: str, actor: str, now: datetime) -> Adjustment:
    fingerprint = ids.fingerprint(wanted)
    held = desk.adjustment(adjustment_id)
    if held:
        if held.fingerprint != fingerprint:
            raise KeyReused()
        return held
    asked = Adjustment(
        adjustment_id=adjustment_id,
        agent_id=wanted.agent_id,
        points=wanted.points,
        reason=wanted.reason,
        state="pending",
        created_by=actor,
        created_at=clock.to_text(now),
        fingerprint=fingerprint,
    )
    parts: list[Part] = []
    if abs(wanted.points) < settings.points_settings().second_approval_from:
        asked = replace(asked, state="booked", decided_by=actor, decided_at=asked.created_at)
        parts = _booking_parts(asked, now)
    transaction.commit([desk.create_adjustment_part(asked), *parts])
    return asked


def _booking_parts(adjustment: Adjustment, now: datetime) -> list[Part]:
    before, today = accounts.account(adjustment.agent_id), clock.business_day(now)
    ledger = Ledger(before, today)
    adjustment_id = adjustment.adjustment_id
    cause = Cause(f"adjust#{adjustment_id}", now, "adjustment", adjustment_id, adjustment.reason)
    months = settings.points_settings().validity_months
    ledger.adjust(cause, adjustment.points, expiry_date(today, months))
    return accounts.save_parts(before, ledger, now)


def _view(adjustment: Adjustment) -> AdjustmentView:
    shown = {name: getattr(adjustment, name) for name in AdjustmentView.model_fields}
    return AdjustmentView(**shown)
