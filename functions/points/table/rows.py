"""Points table.

| pk | sk | row |
|---|---|---|
| `AGENT#<agent>` | `SUMMARY` | the account |
| | `ENTRY#<instant>#<key>` | one line of its ledger; read newest first, the account comes before them |
| | `AWARD#<order>` | what became of an order's points |
| | `CAMPAIGN#<campaign>` | points this agent has from a campaign with a cap per agent |
| | `DATE#<day>` | expired points of that date that a refund has already been set against |
| `RULES` | `RULE#<effective from>#<version>`, `LATEST` | versions of the earning rule and their counter |
| `CAMPAIGN#<campaign>` | `CAMPAIGN` | a campaign and what it has spent |
| `ADJUSTMENT#<id>` | `ADJUSTMENT` | a correction by hand |
| `BOOKS` | `DAY#<day>` | a closed day |

Indexes: `due` (accounts by next expiry, in shards), `activation` (awards by the instant their promised points
become spendable), `by_list` (`CAMPAIGNS` by end, `ADJUSTMENTS#<state>` by creation, `BOOKED#<month>` entries
by the day they were booked).
"""

import os
import zlib
from collections.abc import Mapping

from pynamodb.attributes import (
    Attribute,
    DiscriminatorAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.constants import MAP
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection

from kit import rows

SHARDS = tuple(str(number) for number in range(4))


class PointsByKey(Attribute[dict[str, int]]):
    """A map of whole numbers."""

    attr_type = MAP

    def serialize(self, value: Mapping[str, int]) -> dict[str, dict[str, str]]:
        return {key: {"N": str(points)} for key, points in value.items()}

    def deserialize(self, value: Mapping[str, Mapping[str, str]]) -> dict[str, int]:
        return {key: int(typed["N"]) for key, typed in value.items()}


class DueIndex(GlobalSecondaryIndex["KeyRow"]):
    class Meta:
        index_name = "due"
        projection = KeysOnlyProjection()

    due_shard = UnicodeAttribute(hash_key=True)
    next_expiry = UnicodeAttribute(range_key=True)


class ActivationIndex(GlobalSecondaryIndex["KeyRow"]):
    class Meta:
        index_name = "activation"
        projection = KeysOnlyProjection()

    activation_shard = UnicodeAttribute(hash_key=True)
    activates_at = UnicodeAttribute(range_key=True)


class KeyRow(rows.Row):
    """What the key-only indexes answer with."""

    class Meta:
        table_name = os.environ["POINTS_TABLE"]

    due_shard = UnicodeAttribute(null=True)
    next_expiry = UnicodeAttribute(null=True)
    activation_shard = UnicodeAttribute(null=True)
    activates_at = UnicodeAttribute(null=True)
    due = DueIndex()
    activation = ActivationIndex()


class ByList(GlobalSecondaryIndex["PointsRow"]):
    class Meta:
        index_name = "by_list"
        projection = AllProjection()

    list_key = UnicodeAttribute(hash_key=True)
    list_sort = UnicodeAttribute(range_key=True)


class PointsRow(rows.Row):
    """Any row; `row` tells which."""

    class Meta:
        table_name = os.environ["POINTS_TABLE"]

    row = DiscriminatorAttribute()
    list_key = UnicodeAttribute(null=True)
    list_sort = UnicodeAttribute(null=True)
    by_list = ByList()


class AccountRow(PointsRow, discriminator="account"):
    available = NumberAttribute()
    pending = NumberAttribute()
    debt = NumberAttribute()
    buckets = PointsByKey()
    totals = PointsByKey()
    entries = NumberAttribute()
    version = NumberAttribute()
    next_expiry = UnicodeAttribute(null=True)
    due_shard = UnicodeAttribute(null=True)
    reminder = JSONAttribute(null=True)


class EntryRow(PointsRow, discriminator="entry"):
    kind = UnicodeAttribute()
    points = NumberAttribute()
    allocation = PointsByKey()
    pending = NumberAttribute(null=True)
    debt = NumberAttribute(null=True)
    balance_after = NumberAttribute()
    available_after = NumberAttribute()
    sequence = NumberAttribute()
    source = UnicodeAttribute()
    source_id = UnicodeAttribute()
    note = UnicodeAttribute(null=True)
    rule = UnicodeAttribute(null=True)
    rule_version = NumberAttribute(null=True)


class AwardRow(PointsRow, discriminator="award"):
    document = JSONAttribute()
    version = NumberAttribute()
    activation_shard = UnicodeAttribute(null=True)
    activates_at = UnicodeAttribute(null=True)


class CountRow(PointsRow, discriminator="count"):
    points = NumberAttribute()


class RuleRow(PointsRow, discriminator="rule"):
    document = JSONAttribute()


class LatestRuleRow(PointsRow, discriminator="latest_rule"):
    version = NumberAttribute()


class CampaignRow(PointsRow, discriminator="campaign"):
    document = JSONAttribute()
    spent = NumberAttribute()
    version = NumberAttribute()


class AdjustmentRow(PointsRow, discriminator="adjustment"):
    document = JSONAttribute()
    state = UnicodeAttribute()


class DayRow(PointsRow, discriminator="day"):
    document = JSONAttribute()


def agent_key(agent_id: str) -> str:
    """The partition of everything an agent has."""
    return f"AGENT#{agent_id}"


def shard(agent_id: str) -> str:
    """The part of the timed indexes an agent is in."""
    return SHARDS[zlib.crc32(agent_id.encode()) % len(SHARDS)]
