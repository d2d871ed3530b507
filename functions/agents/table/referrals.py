"""Who came by whose invite code, what became of the reward, and how many an inviter had in a month."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, cast

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from functions.agents.rules.referrals import MonthlyLimitReached, Referral, State
from functions.agents.table.companies import COMPANY
from functions.agents.table.rows import CompanyRow, InviteRow, Row, key
from kit import pages, transaction
from kit.errors import Stale
from kit.pages import PageQuery
from kit.transaction import Part

_FAMILY = "REFERRAL#"
_INVITED = "INVITED#"


class ReferralsByState(GlobalSecondaryIndex["InvitedRow"]):
    """Referrals of a state by the instant they entered it."""

    class Meta:
        index_name = "by_state"
        projection = AllProjection()

    state = UnicodeAttribute(hash_key=True)
    state_since = UnicodeAttribute(range_key=True)


class InvitedRow(Row):
    """A company that registered with this one's invite code. Rows older than rewards are waiting."""

    by_state = ReferralsByState()

    agent_id = UnicodeAttribute()
    joined_at = UnicodeAttribute()
    state = UnicodeAttribute(null=True)
    state_since = UnicodeAttribute(null=True)
    reward = JSONAttribute(null=True)
    version = NumberAttribute(default=1)


class RewardsRow(Row):
    """How often an inviter was rewarded in a month, and the points it got."""

    times = NumberAttribute()
    points = NumberAttribute()


def invite_part(code: str, agent_id: str) -> Part:
    """Give a company its invite code."""
    return transaction.create(InviteRow(f"INVITE#{code}", "AGENT", agent_id=agent_id))


def inviter(code: str) -> str | None:
    """The company that gave out an invite code."""
    row = InviteRow.find(f"INVITE#{code}", "AGENT")
    return row.agent_id if row else None


def referral(inviter_id: str, invited_id: str) -> Referral | None:
    """What became of the reward for a company that was invited."""
    row = InvitedRow.find(key(inviter_id), f"{_INVITED}{invited_id}", consistent=True)
    return _referral(row.attribute_values) if row else None


def referral_part(one: Referral) -> Part:
    """Write a referral; raises Stale unless the version before it is the stored one."""
    row = InvitedRow(
        key(one.inviter_id),
        f"{_INVITED}{one.invited_id}",
        agent_id=one.invited_id,
        joined_at=one.joined_at,
        state=f"{_FAMILY}{one.state}",
        state_since=one.state_since or one.joined_at,
        reward=_reward(one),
        version=one.version,
    )
    if one.version == 1:
        return transaction.create(row, Stale)
    before = InvitedRow.version == one.version - 1
    return transaction.put(row, before | InvitedRow.version.does_not_exist(), Stale)


def reward_part(inviter_id: str, month: str, points: int, most: int) -> Part:
    """Count a reward of an inviter in a month. Raises MonthlyLimitReached."""
    room = RewardsRow.times.does_not_exist() | (RewardsRow.times < most)
    actions = [RewardsRow.times.add(1), RewardsRow.points.add(points)]
    return transaction.update(
        RewardsRow, key(inviter_id), f"REWARDS#{month}", actions, room, MonthlyLimitReached
    )


def unreward_part(inviter_id: str, month: str, points: int) -> Part:
    """Count a reward no longer."""
    actions = [RewardsRow.times.add(-1), RewardsRow.points.add(-points)]
    return transaction.update(RewardsRow, key(inviter_id), f"REWARDS#{month}", actions)


def rewards(inviter_id: str) -> tuple[int, int]:
    """How often an inviter was rewarded, and the points it got."""
    rows = list(RewardsRow.query(key(inviter_id), RewardsRow.sk.startswith("REWARDS#")))
    return sum(int(row.times) for row in rows), sum(int(row.points) for row in rows)


def count_invited(agent_id: str) -> int:
    """How many companies came by a company's invite code."""
    return InvitedRow.count(key(agent_id), InvitedRow.sk.startswith(_INVITED))


def invited(agent_id: str, most: int) -> list[tuple[Referral, CompanyRow]]:
    """The companies that came by an invite code, the latest first."""
    newest = InvitedRow.query(
        key(agent_id), InvitedRow.sk.startswith(_INVITED), scan_index_forward=False, limit=most
    )
    return with_companies([_referral(row.attribute_values) for row in newest])


def with_companies(found: Sequence[Referral]) -> list[tuple[Referral, CompanyRow]]:
    """Referrals with the companies that were invited."""
    rows = CompanyRow.batch_get([(key(one.invited_id), COMPANY) for one in found])
    companies = {row.agent_id: row for row in rows}
    return [(one, companies[one.invited_id]) for one in found if one.invited_id in companies]


def in_state(state: State, query: PageQuery) -> tuple[list[Referral], str | None]:
    """Referrals of a state, those that have been in it longest first; and the next cursor."""
    scope = f"referrals/{state}"
    found = InvitedRow.by_state.query(
        f"{_FAMILY}{state}", limit=query.limit, last_evaluated_key=pages.read(query.cursor, scope)
    )
    items = [_referral(row.attribute_values) for row in found]
    return items, pages.sign(found.last_evaluated_key, scope)


def referral_image(image: Mapping[str, Any] | None) -> Referral | None:
    """A stream image, if it is one of a referral."""
    if image is None or not image["sk"].startswith(_INVITED):
        return None
    values = dict(image)
    if "reward" in image:
        values["reward"] = InvitedRow.reward.deserialize(image["reward"])
    return _referral(values)


def _reward(one: Referral) -> dict[str, Any]:
    keyed = {"inviter_id", "invited_id", "joined_at", "state", "state_since", "version"}
    return {name: value for name, value in asdict(one).items() if name not in keyed and value}


def _referral(values: Mapping[str, Any]) -> Referral:
    reward = dict(values.get("reward") or {})
    reward["reasons"] = tuple(reward.get("reasons", ()))
    return Referral(
        inviter_id=values["pk"].partition("#")[2],
        invited_id=values["agent_id"],
        joined_at=values["joined_at"],
        state=cast(State, (values.get("state") or f"{_FAMILY}waiting").partition("#")[2]),
        state_since=values.get("state_since") or values["joined_at"],
        version=int(values.get("version") or 1),
        **reward,
    )
