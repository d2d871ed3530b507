"""Rewards for inviting a company: when they are due, and what speaks against them. Pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Literal

from kit.errors import Conflict, NotFound

State = Literal["waiting", "held", "rewarded", "refused", "revoked"]
Reason = Literal[
    "same_person",
    "same_company",
    "ring",
    "inviter_inactive",
    "invited_inactive",
    "monthly_limit",
    "refunded",
    "same_address",
    "same_phone_prefix",
    "same_device",
    "same_ip",
    "every_reward_is_reviewed",
    "by_staff",
]

# What is not listed is refused: a company is rewarded for at most once.
TRANSITIONS: Mapping[State, frozenset[State]] = {
    "waiting": frozenset({"held", "rewarded", "refused"}),
    "held": frozenset({"rewarded", "refused"}),
    "rewarded": frozenset({"revoked"}),
    "refused": frozenset(),
    "revoked": frozenset(),
}
# These prove that nobody new came; the others are looked at by a person.
_PROOF: frozenset[Reason] = frozenset(
    {"same_person", "same_company", "ring", "inviter_inactive", "invited_inactive", "monthly_limit"}
)
MOST_ANCESTORS = 5
_PREFIX = 7  # of a mobile number: numbers of one block are often sold to one buyer
_LEGAL_FORMS = re.compile(r"(股份|有限|责任|公司|集团|个体工商户)+$")


class ReferralNotFound(NotFound):
    """No such company came by an invite code."""

    title = "没有找到该推荐记录"


class ReferralStateForbids(Conflict):
    """The reward was decided on before; `state` says how."""

    title = "该推荐奖励已处理"


class MonthlyLimitReached(Conflict):
    """The inviter had as many rewards this month as one may have."""

    title = "推荐人本月奖励次数已达上限"


@dataclass(frozen=True)
class Identity:
    """What tells a company and its people from others; `devices` are pairs of IP address and browser."""

    agent_id: str
    name: str
    credit_code: str | None = None
    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    openids: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    devices: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Referral:
    """A company that came by another one's invite code, and what became of the reward.

    `refunded` is what was left of orders that were refunded while the reward waited, in fen by order.
    """

    inviter_id: str
    invited_id: str
    joined_at: str
    state: State = "waiting"
    state_since: str = ""
    reasons: tuple[Reason, ...] = ()
    order_id: str = ""
    completed_at: str = ""
    rewarded_at: str = ""
    inviter_points: int = 0
    invited_points: int = 0
    note: str = ""
    decided_by: str = ""
    refunded: Mapping[str, int] = field(default_factory=dict)
    version: int = 1


def evidence(inviter: Identity, invited: Identity, ancestors: Sequence[Identity]) -> tuple[Reason, ...]:
    """What speaks against a reward; `ancestors` invited the inviter, one after another."""
    circles = (one.agent_id == invited.agent_id or _is_same(one, invited) for one in ancestors)
    shared = inviter.devices & invited.devices
    found: dict[Reason, bool] = {
        "same_person": _shares_people(inviter, invited),
        "same_company": _is_same_company(inviter, invited),
        "ring": any(circles),
        "same_address": bool(inviter.addresses & invited.addresses),
        "same_phone_prefix": bool(_blocks(inviter) & _blocks(invited)),
        "same_device": bool(shared),
        "same_ip": not shared and bool(_ips(inviter) & _ips(invited)),
    }
    return tuple(reason for reason, holds in found.items() if holds)


def judged(reasons: Collection[Reason]) -> State:
    """What becomes of a reward that is due."""
    if not reasons:
        return "rewarded"
    return "refused" if _PROOF & set(reasons) else "held"


def check_transition(present: State, wanted: State) -> None:
    """Raises ReferralStateForbids unless the table lists the step."""
    if wanted not in TRANSITIONS[present]:
        raise ReferralStateForbids(state=present)


def plain_name(name: str) -> str:
    """A company's name without signs and legal form, as far as two of them can be compared."""
    return _LEGAL_FORMS.sub("", "".join(sign for sign in name.casefold() if sign.isalnum()))


def is_public(ip: str) -> bool:
    """Whether an address tells where somebody is; those of private networks are everybody's."""
    try:
        return ip_address(ip).is_global
    except ValueError:
        return False


def _is_same(one: Identity, other: Identity) -> bool:
    return _shares_people(one, other) or _is_same_company(one, other)


def _shares_people(one: Identity, other: Identity) -> bool:
    return bool(one.phones & other.phones or one.emails & other.emails or one.openids & other.openids)


def _is_same_company(one: Identity, other: Identity) -> bool:
    same_code = one.credit_code is not None and one.credit_code == other.credit_code
    return same_code or (one.name != "" and one.name == other.name)


def _blocks(one: Identity) -> set[str]:
    return {phone[:_PREFIX] for phone in one.phones}


def _ips(one: Identity) -> set[str]:
    return {ip for ip, _ in one.devices}
