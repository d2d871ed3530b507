"""Rewards for inviting: due with the invited company's first completed order, looked at when in doubt."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from functions.agents import table
from functions.agents.operations.companies import row_of
from functions.agents.rules import covers, same_name
from functions.agents.rules import referrals as rules
from functions.agents.rules.referrals import Identity, MonthlyLimitReached, Reason, Referral
from functions.agents.schemas import (
    OrderCompleted,
    OrderRefunded,
    ReferralCard,
    ReferralQuery,
    RefuseReward,
    ReviewReward,
)
from functions.agents.table import referrals
from functions.auth import operations as auth
from functions.auth.schemas import SignInQuery
from functions.settings import operations as settings
from kit import clock, transaction
from kit.errors import Stale
from kit.pages import Page
from kit.tokens import Principal
from kit.transaction import Part

_MOST_REFUNDED = 20  # orders remembered while a reward waits


def on_completed(order: OrderCompleted, now: datetime) -> None:
    """Decide on the reward for the company that received an order; again changes nothing."""
    transaction.retry_stale(lambda: _on_completed(order, now))


def on_refunded(order: OrderRefunded, now: datetime) -> None:
    """Take the reward back that was given for an order, or do not give it, once too little of it is left."""
    transaction.retry_stale(lambda: _on_refunded(order, now))


def list_referrals(query: ReferralQuery, caller: Principal) -> Page[ReferralCard]:
    """Referrals of a state in the caller's regions, those that have been in it longest first."""
    found, cursor = referrals.in_state(query.state, query)
    items = [
        _card(one, company)
        for one, company in referrals.with_companies(found)
        if covers(caller.regions, company.region_code)
    ]
    return Page(items=items, next_cursor=cursor)


def show_referral(invited_id: str, caller: Principal) -> ReferralCard:
    """The referral of a company that was invited. Raises ReferralNotFound."""
    return _card(*_known(invited_id, caller))


def approve_reward(invited_id: str, form: ReviewReward, caller: Principal, now: datetime) -> ReferralCard:
    """Give what was held. Raises ReferralNotFound, ReferralStateForbids, MonthlyLimitReached or Stale."""
    known = _decided(invited_id, form.version, "rewarded", form.note, caller)
    transaction.commit(_reward_parts(known, now))
    return show_referral(invited_id, caller)


def refuse_reward(invited_id: str, form: RefuseReward, caller: Principal, now: datetime) -> ReferralCard:
    """Give no reward. Raises ReferralNotFound, ReferralStateForbids or Stale."""
    known = _decided(invited_id, form.version, "refused", form.reason, caller)
    refused = _moved(known, "refused", (*known.reasons, "by_staff"), now)
    transaction.commit([referrals.referral_part(refused)])
    return show_referral(invited_id, caller)


def _on_completed(order: OrderCompleted, now: datetime) -> None:
    known, offered = _referral_of(order.agent_id), settings.referral_settings()
    if known is None or known.state != "waiting" or not offered.enabled:
        return
    received_fen = sum(line.net_fen for line in order.lines)
    left_fen = min(received_fen, known.refunded.get(order.order_id, received_fen))
    if not left_fen or left_fen < offered.minimum_order_fen:
        return
    due = replace(
        known,
        order_id=order.order_id,
        completed_at=order.completed_at,
        inviter_points=offered.inviter_points,
        invited_points=offered.invited_points,
    )
    reasons = _reasons(due, now)
    if not reasons and offered.review_all:
        reasons = ("every_reward_is_reviewed",)
    state = rules.judged(reasons)
    if state != "rewarded":
        transaction.commit([referrals.referral_part(_moved(due, state, reasons, now))])
        return
    try:
        transaction.commit(_reward_parts(due, now))
    except MonthlyLimitReached:
        refused = _moved(due, "refused", ("monthly_limit",), now)
        transaction.commit([referrals.referral_part(refused)])


def _on_refunded(order: OrderRefunded, now: datetime) -> None:
    known = _referral_of(order.agent_id)
    if known is None or (known.state != "waiting" and known.order_id != order.order_id):
        return
    left_fen = sum(line.net_fen for line in order.remaining_lines)
    if known.state == "waiting":
        remembered = list(({**known.refunded, order.order_id: left_fen}).items())[-_MOST_REFUNDED:]
        if dict(remembered) != known.refunded:
            waiting = replace(known, refunded=dict(remembered), version=known.version + 1)
            transaction.commit([referrals.referral_part(waiting)])
    elif order.remaining_lines and left_fen >= settings.referral_settings().minimum_order_fen:
        return
    elif known.state == "held":
        refused = _moved(known, "refused", (*known.reasons, "refunded"), now)
        transaction.commit([referrals.referral_part(refused)])
    elif known.state == "rewarded":
        revoked = _moved(known, "revoked", (*known.reasons, "refunded"), now)
        counted = referrals.unreward_part(known.inviter_id, _month(known.rewarded_at), known.inviter_points)
        transaction.commit([referrals.referral_part(revoked), counted])


def _reward_parts(due: Referral, now: datetime) -> list[Part]:
    """Count the reward and let the stream announce it, if both companies are still active."""
    rewarded = replace(_moved(due, "rewarded", due.reasons, now), rewarded_at=clock.to_text(now))
    most = settings.referral_settings().most_per_month
    return [
        referrals.referral_part(rewarded),
        table.active_part(due.inviter_id, Stale),
        table.active_part(due.invited_id, Stale),
        referrals.reward_part(due.inviter_id, _month(rewarded.rewarded_at), due.inviter_points, most),
    ]


def _reasons(due: Referral, now: datetime) -> tuple[Reason, ...]:
    inviter, invited = row_of(due.inviter_id), row_of(due.invited_id)
    inactive: list[Reason] = []
    if inviter.state != "active":
        inactive.append("inviter_inactive")
    if invited.state != "active":
        inactive.append("invited_inactive")
    found = rules.evidence(_identity(inviter, now), _identity(invited, now), _ancestors(inviter, now))
    return (*inactive, *found)


def _ancestors(inviter: table.CompanyRow, now: datetime) -> list[Identity]:
    """Who invited the inviter, and whoever invited them."""
    found: list[Identity] = []
    above = inviter.invited_by
    while above and len(found) < rules.MOST_ANCESTORS:
        row = row_of(above)
        found.append(_identity(row, now))
        above = row.invited_by
    return found


def _identity(row: table.CompanyRow, now: datetime) -> Identity:
    user_ids = [user.user_id for user in table.users(row.agent_id)]
    people = auth.contacts(user_ids)
    visits = [
        visit for user_id in user_ids for visit in auth.sign_ins(SignInQuery(user_id=user_id), now).items
    ]
    devices = [(visit.ip, visit.user_agent) for visit in visits] + [(row.consent.get("ip", ""), "")]
    return Identity(
        agent_id=row.agent_id,
        name=rules.plain_name(row.name) if row.state != "closed" else "",
        credit_code=row.credit_code,
        phones=_given([row.phone, *(person.phone for person in people)]),
        emails=_given([row.email, *(person.email for person in people)]),
        openids=_given([person.openid or "" for person in people]),
        addresses=_given([_place(address) for address in table.addresses(row.agent_id)[1]]),
        devices=frozenset(device for device in devices if rules.is_public(device[0])),
    )


def _place(address: table.AddressRow) -> str:
    return same_name("".join((address.region["city_code"], address.text)))


def _given(values: Sequence[str]) -> frozenset[str]:
    return frozenset(filter(None, values))


def _referral_of(invited_id: str) -> Referral | None:
    company = table.company(invited_id)
    return referrals.referral(company.invited_by, invited_id) if company and company.invited_by else None


def _known(invited_id: str, caller: Principal) -> tuple[Referral, table.CompanyRow]:
    known, company = _referral_of(invited_id), table.company(invited_id)
    if known is None or company is None or not covers(caller.regions, company.region_code):
        raise rules.ReferralNotFound()
    return known, company


def _decided(invited_id: str, version: int, wanted: rules.State, note: str, caller: Principal) -> Referral:
    known, _ = _known(invited_id, caller)
    if known.state == "waiting":
        raise rules.ReferralStateForbids("被推荐企业尚无符合条件的已完成订单", state=known.state)
    rules.check_transition(known.state, wanted)
    if known.version != version:
        raise Stale()
    return replace(known, note=note, decided_by=caller.user_id)


def _moved(known: Referral, state: rules.State, reasons: Sequence[Reason], now: datetime) -> Referral:
    return replace(
        known,
        state=state,
        state_since=clock.to_text(now),
        reasons=tuple(dict.fromkeys(reasons)),
        refunded={},
        version=known.version + 1,
    )


def _month(instant: str) -> str:
    return clock.business_day(clock.from_text(instant)).strftime("%Y-%m")


def _card(known: Referral, company: table.CompanyRow) -> ReferralCard:
    inviter = table.company(known.inviter_id)
    return ReferralCard(
        agent_id=known.invited_id,
        name=company.name,
        company_state=company.state,
        inviter_id=known.inviter_id,
        inviter_name=inviter.name if inviter else "",
        inviter_state=inviter.state if inviter else "closed",
        joined_at=known.joined_at,
        state=known.state,
        state_since=known.state_since,
        reasons=list(known.reasons),
        order_id=known.order_id or None,
        completed_at=known.completed_at or None,
        inviter_points=known.inviter_points,
        invited_points=known.invited_points,
        note=known.note,
        decided_by=known.decided_by or None,
        version=known.version,
    )
