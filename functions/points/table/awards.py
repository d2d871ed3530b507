"""What became of orders' points, and the counters that belong to an agent."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from functions.points.rules.awards import Award
from functions.points.table.rows import SHARDS, AwardRow, CountRow, KeyRow, agent_key, shard
from kit import transaction
from kit.documents import read, read_text, write
from kit.errors import Stale
from kit.transaction import Part


def award(agent_id: str, order_id: str) -> Award | None:
    """What became of an order's points."""
    row = AwardRow.find(agent_key(agent_id), f"AWARD#{order_id}", consistent=True)
    return read(Award, row.document) if row else None


def all_awards(agent_id: str) -> list[Award]:
    """What became of the points of all an agent's orders."""
    found = AwardRow.query(agent_key(agent_id), AwardRow.sk.startswith("AWARD#"))
    return [read(Award, row.document) for row in found]


def award_part(before: Award | None, after: Award) -> Part:
    """Store an award. Raises Stale when it is no longer the one that was read."""
    version = (before.version if before else 0) + 1
    row = AwardRow(
        agent_key(after.agent_id),
        f"AWARD#{after.order_id}",
        document=write(after, compact=True) | {"version": version},
        version=version,
        activation_shard=shard(after.agent_id) if after.activates_at else None,
        activates_at=after.activates_at,
    )
    unchanged = AwardRow.version == before.version if before else AwardRow.pk.does_not_exist()
    return transaction.put(row, unchanged, Stale)


def due(until: str) -> Iterator[tuple[str, str]]:
    """Agent and order of the promised points that are spendable from `until` or earlier."""
    for part in SHARDS:
        for row in KeyRow.activation.query(part, KeyRow.activates_at <= until):
            yield row.pk.removeprefix("AGENT#"), row.sk.removeprefix("AWARD#")


def set_against(agent_id: str, day: str) -> int:
    """Expired points of a date that refunds have been set against."""
    row = CountRow.find(agent_key(agent_id), f"DATE#{day}", consistent=True)
    return int(row.points) if row else 0


def set_against_part(agent_id: str, day: str, points: int) -> Part:
    """Set a refund against points that have expired; the account's version guards it."""
    return transaction.update(CountRow, agent_key(agent_id), f"DATE#{day}", _adding(points))


def given(agent_id: str, campaign_ids: Iterable[str]) -> dict[str, int]:
    """Points an agent has from campaigns that have a cap per agent."""
    keys = [(agent_key(agent_id), f"CAMPAIGN#{campaign_id}") for campaign_id in campaign_ids]
    found = CountRow.batch_get(keys, consistent_read=True) if keys else ()
    return {row.sk.removeprefix("CAMPAIGN#"): int(row.points) for row in found}


def given_part(agent_id: str, campaign_id: str, points: int) -> Part:
    """Count points from a campaign; the account's version guards the cap."""
    return transaction.update(CountRow, agent_key(agent_id), f"CAMPAIGN#{campaign_id}", _adding(points))


def award_from(image: Mapping[str, Any]) -> Award:
    """An award out of a stream record."""
    return read_text(Award, image["document"])


def _adding(points: int) -> list[Any]:
    return [CountRow.points.add(points), CountRow.row.set(CountRow)]
