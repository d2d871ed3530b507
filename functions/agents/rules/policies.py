"""How orders are handled: which policy decides what for a company, and why. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from kit.errors import Conflict, NotFound

FIELDS = (
    "auto_approve_up_to_fen",
    "purchase_order_required",
    "delivery_window",
    "carrier",
    "after_sale_hours",
)
Why = Literal["company", "agent", "segment", "tier", "everybody", "default"]

# The more exactly a policy names a company, the sooner it decides.
_ORDER: Mapping[Why, int] = {"company": 0, "agent": 1, "segment": 2, "tier": 3, "everybody": 4}
MOST_POLICIES = 200


class PolicyNotFound(NotFound):
    """No such policy."""

    title = "没有找到该订单处理策略"


class TooManyPolicies(Conflict):
    """There are as many policies as there may be."""

    title = f"订单处理策略最多 {MOST_POLICIES} 条"


@dataclass(frozen=True)
class Policy:
    """Values for some companies, or for all if none are named; others decide what is not in `values`."""

    policy_id: str
    name: str
    version: int
    values: Mapping[str, Any]
    priority: int = 0
    agent_ids: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    is_active: bool = True
    starts_at: str | None = None
    ends_at: str | None = None

    def is_in_force(self, now: str) -> bool:
        """Whether the policy decides anything at an instant."""
        begun = self.starts_at is None or self.starts_at <= now
        return self.is_active and begun and (self.ends_at is None or now < self.ends_at)

    def reaches(self, agent_id: str, tier: str, segments: Collection[str]) -> Why | None:
        """By what the policy reaches a company; None if it does not."""
        if agent_id in self.agent_ids:
            return "agent"
        if not set(self.segments).isdisjoint(segments):
            return "segment"
        if tier in self.tiers:
            return "tier"
        return None if self.agent_ids or self.segments or self.tiers else "everybody"


@dataclass(frozen=True)
class Given:
    """A value and where it comes from."""

    value: Any
    why: Why = "default"
    policy: Policy | None = field(default=None)


def effective(
    own: Mapping[str, Any],
    policies: Iterable[Policy],
    defaults: Mapping[str, Any],
    agent_id: str,
    tier: str,
    segments: Collection[str],
    now: str,
) -> dict[str, Given]:
    """Every value for a company: its own, else that of the policy that names it most exactly, then of the
    highest priority, else the default."""
    reaching = [
        (_ORDER[why], -one.priority, one.policy_id, Given(None, why, one))
        for one in policies
        if one.is_in_force(now) and (why := one.reaches(agent_id, tier, segments))
    ]
    candidates = [given for *_, given in sorted(reaching, key=lambda found: found[:3])]

    def decided(name: str) -> Given:
        if name in own:
            return Given(own[name], "company")
        for given in candidates:
            if given.policy and name in given.policy.values:
                return Given(given.policy.values[name], given.why, given.policy)
        return Given(defaults[name])

    return {name: decided(name) for name in FIELDS}
