"""What an order earns: the earning rule, then campaigns, then caps, in whole numbers only.

Order of application: tier rate → product multiplier → campaign multiplier → fixed bonus → caps. Every rule
rounds down once per order, over all its lines, and what each rule gave is kept apart, so that a refund can
ask the same rules what the remaining lines would have earned.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from kit.errors import Conflict
from kit.money import BPS

BASE = "base"  # the earning rule's id in entries; a campaign's is its campaign_id


class RuleInForce(Conflict):
    """A version that has come into force stays for ever."""

    title = "已生效的规则不能撤回"


class Line(Protocol):
    """A line of an order, as far as points are concerned; `net_fen` is what was paid for it."""

    @property
    def product_id(self) -> str: ...
    @property
    def category_path(self) -> Sequence[str]: ...
    @property
    def brand_id(self) -> str: ...
    @property
    def tags(self) -> Sequence[str]: ...
    @property
    def net_fen(self) -> int: ...
    @property
    def points_eligible(self) -> bool: ...


@dataclass(frozen=True)
class Scope:
    """Which goods a rule is for: any of those named; when none is named, all."""

    products: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def covers(self, line: Line) -> bool:
        """Whether a line belongs to the scope; a category covers those below it."""
        if not (self.products or self.categories or self.brands or self.tags):
            return True
        return (
            line.product_id in self.products
            or line.brand_id in self.brands
            or not set(self.categories).isdisjoint(line.category_path)
            or not set(self.tags).isdisjoint(line.tags)
        )


@dataclass(frozen=True)
class Multiplier:
    """More (or fewer) points for some goods, in basis points of the ordinary rate."""

    bps: int
    scope: Scope


@dataclass(frozen=True)
class Rule:
    """A version of the earning rule: `points` for every `per_fen` paid, from an instant on.

    `exchange_points` points are worth 1 yuan: the ratio by which gifts and liability are valued.
    """

    version: int = 0
    effective_from: str = ""
    points: int = 1
    per_fen: int = 100
    tier_rates: Mapping[str, int] = field(default_factory=dict)  # tier → bps
    multipliers: tuple[Multiplier, ...] = ()
    minimum_fen: int = 0
    most_per_order: int | None = None
    exchange_points: int = 100
    note: str = ""
    created_by: str = ""


@dataclass(frozen=True)
class Campaign:
    """Extra points for a time: a multiplier of the ordinary points, or a fixed bonus per order.

    Stackable campaigns all apply; of those in one `exclusive_group` only the best for the agent does.
    """

    campaign_id: str
    name: str
    kind: Literal["multiplier", "bonus"]
    starts_at: str
    ends_at: str
    multiplier_bps: int = BPS
    bonus_points: int = 0
    description: str = ""
    image: str = ""
    scope: Scope = Scope()
    tiers: tuple[str, ...] = ()
    minimum_fen: int = 0
    exclusive_group: str | None = None
    most_per_order: int | None = None
    most_per_agent: int | None = None
    budget: int | None = None
    spent: int = 0
    state: Literal["draft", "scheduled", "paused", "ended"] = "draft"
    pauses: tuple[tuple[str, str], ...] = ()  # [from, until); an open pause has until ""
    version: int = 1

    @property
    def remaining(self) -> int | None:
        """Points left in the budget; None is no limit."""
        return None if self.budget is None else max(0, self.budget - self.spent)


@dataclass(frozen=True)
class Grant:
    """What one rule gives for an order."""

    rule_id: str
    version: int
    points: int
    note: str = ""


def earned(
    lines: Iterable[Line],
    tier: str,
    rule: Rule,
    campaigns: Iterable[Campaign] = (),
    given: Mapping[str, int] | None = None,
) -> list[Grant]:
    """What an order earns by these campaigns, the earning rule first; rules that give nothing are left out.

    `given` tells how many points the agent already has from each campaign with a cap per agent.
    """
    counted = _Counted.of(lines, tier, rule)
    if counted is None:
        return []
    worth = {campaign: _extra(campaign, counted, given or {}) for campaign in campaigns}
    extras = [
        Grant(campaign.campaign_id, campaign.version, worth[campaign], campaign.name)
        for campaign in _best(worth)
    ]
    grants = [Grant(BASE, rule.version, counted.points(counted.lines, BPS), rule.note), *extras]
    return [grant for grant in _capped(grants, rule.most_per_order) if grant.points]


def reversed_points(
    grants: Sequence[Grant],
    remaining: Iterable[Line],
    tier: str,
    rule: Rule,
    campaigns: Iterable[Campaign],
) -> dict[str, int]:
    """How much of each grant is lost when only `remaining` lines are left, by the same rules.

    Budgets and caps per agent are not asked again: each rule gives again at most what it gave.
    """
    gave = {grant.rule_id: grant.points for grant in grants}
    same = [
        replace(
            each,
            exclusive_group=None,
            budget=None,
            most_per_agent=None,
            most_per_order=gave.get(each.campaign_id, 0),
        )
        for each in campaigns
    ]
    kept = {grant.rule_id: grant.points for grant in earned(remaining, tier, rule, same)}
    lost = {grant.rule_id: grant.points - min(grant.points, kept.get(grant.rule_id, 0)) for grant in grants}
    return {rule_id: points for rule_id, points in lost.items() if points}


@dataclass(frozen=True)
class _Counted:
    """The eligible lines of an order with their product multipliers, and the rate of the agent's tier."""

    rule: Rule
    tier: str
    lines: tuple[tuple[Line, int], ...]  # line, product multiplier in bps

    @classmethod
    def of(cls, lines: Iterable[Line], tier: str, rule: Rule) -> "_Counted | None":
        eligible = [line for line in lines if line.points_eligible and line.net_fen > 0]
        if sum(line.net_fen for line in eligible) < max(1, rule.minimum_fen):
            return None
        return cls(rule, tier, tuple((line, _product_bps(line, rule)) for line in eligible))

    def points(self, lines: Iterable[tuple[Line, int]], bps: int) -> int:
        weighted = sum(line.net_fen * product_bps for line, product_bps in lines)
        rate = self.rule.points * self.rule.tier_rates.get(self.tier, BPS)
        return weighted * rate * bps // (self.rule.per_fen * BPS * BPS * BPS)


def _product_bps(line: Line, rule: Rule) -> int:
    return max((each.bps for each in rule.multipliers if each.scope.covers(line)), default=BPS)


def _extra(campaign: Campaign, counted: _Counted, given: Mapping[str, int]) -> int:
    within = [(line, bps) for line, bps in counted.lines if campaign.scope.covers(line)]
    amount = sum(line.net_fen for line, _ in within)
    if amount < max(1, campaign.minimum_fen) or (campaign.tiers and counted.tier not in campaign.tiers):
        return 0
    if campaign.kind == "bonus":
        points = campaign.bonus_points
    else:
        points = counted.points(within, campaign.multiplier_bps - BPS)
    limits = [campaign.most_per_order, campaign.remaining]
    if campaign.most_per_agent is not None:
        limits.append(max(0, campaign.most_per_agent - given.get(campaign.campaign_id, 0)))
    return min([points, *(limit for limit in limits if limit is not None)])


def _best(worth: Mapping[Campaign, int]) -> list[Campaign]:
    """The stackable campaigns and the best of each exclusive group; multipliers come before bonuses."""
    chosen: dict[str, Campaign] = {}
    for campaign in sorted(worth, key=_place):
        group = f"group#{campaign.exclusive_group}" if campaign.exclusive_group else campaign.campaign_id
        if group not in chosen or worth[campaign] > worth[chosen[group]]:
            chosen[group] = campaign
    return sorted(chosen.values(), key=_place)


def _place(campaign: Campaign) -> tuple[bool, str]:
    return campaign.kind == "bonus", campaign.campaign_id


def _capped(grants: Iterable[Grant], most: int | None) -> list[Grant]:
    if most is None:
        return list(grants)
    capped, left = [], most
    for grant in grants:
        capped.append(replace(grant, points=min(grant.points, left)))
        left -= capped[-1].points
    return capped
