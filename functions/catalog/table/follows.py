"""Who follows, or bought, which product."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from functions.catalog.rules.follows import Follower, News
from functions.catalog.table import rows
from functions.catalog.table.rows import FollowRow
from kit import pages, transaction
from kit.errors import Stale
from kit.pages import PageQuery
from kit.transaction import Part


def follower(product_id: str, agent_id: str, consistent: bool = True) -> Follower | None:
    """What a company has to do with a product."""
    row = FollowRow.find(rows.followers_key(product_id), rows.follower_key(agent_id), consistent)
    return _follower(row.attribute_values) if row else None


def followed(agent_id: str, query: PageQuery) -> tuple[list[Follower], str | None]:
    """The products a company follows, the latest first; and the next cursor."""
    key = rows.follows_key(agent_id)
    found = FollowRow.by_list.query(
        key, scan_index_forward=False, limit=query.limit, last_evaluated_key=pages.read(query.cursor, key)
    )
    items = [_follower(row.attribute_values) for row in found]
    return items, pages.sign(found.last_evaluated_key, key)


def followers(product_id: str, after: str | None, limit: int) -> tuple[list[Follower], str | None]:
    """The companies that follow or bought a product, from behind one on; and the last one, if more follow."""
    key = rows.followers_key(product_id)
    start = {"pk": {"S": key}, "sk": {"S": rows.follower_key(after)}} if after else None
    found = FollowRow.query(key, limit=limit, last_evaluated_key=start, consistent_read=True)
    items = [_follower(row.attribute_values) for row in found]
    return items, items[-1].agent_id if items and found.last_evaluated_key else None


def follower_part(one: Follower) -> Part:
    """Write a company's interest in a product; raises Stale unless the version before is the stored one."""
    is_listed = one.interest == "following"
    row = FollowRow(
        rows.followers_key(one.product_id),
        rows.follower_key(one.agent_id),
        interest=one.interest,
        since=one.since,
        prices=dict(one.prices),
        told=dict(one.told),
        news=asdict(one.news) if one.news else None,
        version=one.version,
        list_key=rows.follows_key(one.agent_id) if is_listed else None,
        list_sort=f"{one.since}#{one.product_id}" if is_listed else None,
    )
    if one.version == 1:
        return transaction.create(row, Stale)
    return transaction.put(row, FollowRow.version == one.version - 1, Stale)


def follower_image(image: Mapping[str, Any] | None) -> Follower | None:
    """A stream image, if it is one of a company's interest in a product."""
    if image is None or not image["pk"].startswith(rows.followers_key("")):
        return None
    documents = {name: json.loads(image[name]) for name in ("prices", "told", "news") if image.get(name)}
    return _follower({**image, **documents})


def _follower(values: Mapping[str, Any]) -> Follower:
    news = values.get("news")
    return Follower(
        product_id=values["pk"].partition("#")[2],
        agent_id=values["sk"].partition("#")[2],
        interest=values["interest"],
        since=values["since"],
        prices=values["prices"],
        told=values["told"],
        news=News(**news) if news else None,
        version=int(values["version"]),
    )
