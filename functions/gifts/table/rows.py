"""Gifts table.

| pk | sk | row |
|---|---|---|
| `GIFT#<gift>` | `GIFT` | the gift, its stock and its popularity |
| | `GIFT#TEXT` | its long description |
| | `MOVEMENT#<instant>#<reference>` | one change of its stock |
| | `COMMAND#<id>` | which movement a repeated command led to |
| `CODES#<gift>` | `CODE#<id>` | one code of a virtual gift; free as long as it is listed |
| `AGENT#<agent>` | `TAKEN#<gift>` | how many of a gift an agent has redeemed |
| `REDEMPTION#<redemption>` | `REDEMPTION` | a redemption |
| `PLACE#<address>` | `AGENT#<agent>` | that an agent had gifts sent to an address |

Indexes: `by_list` (`GIFTS#<state>` by points, `CODES#<gift>` free codes), `by_agent` (an agent's redemptions,
newest first), `by_state` (redemptions of a state, oldest first).
"""

import os

from pynamodb.attributes import DiscriminatorAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from kit import rows


class ByList(GlobalSecondaryIndex["GiftsRow"]):
    class Meta:
        index_name = "by_list"
        projection = AllProjection()

    list_key = UnicodeAttribute(hash_key=True)
    list_sort = UnicodeAttribute(range_key=True)


class ByAgent(GlobalSecondaryIndex["GiftsRow"]):
    class Meta:
        index_name = "by_agent"
        projection = AllProjection()

    agent_id = UnicodeAttribute(hash_key=True)
    created_at = UnicodeAttribute(range_key=True)


class ByState(GlobalSecondaryIndex["GiftsRow"]):
    class Meta:
        index_name = "by_state"
        projection = AllProjection()

    state = UnicodeAttribute(hash_key=True)
    created_at = UnicodeAttribute(range_key=True)


class GiftsRow(rows.Row):
    """Any row; `row` tells which."""

    class Meta:
        table_name = os.environ["GIFTS_TABLE"]

    row = DiscriminatorAttribute()
    list_key = UnicodeAttribute(null=True)
    list_sort = UnicodeAttribute(null=True)
    agent_id = UnicodeAttribute(null=True)
    created_at = UnicodeAttribute(null=True)
    state = UnicodeAttribute(null=True)
    by_list = ByList()
    by_agent = ByAgent()
    by_state = ByState()


class GiftRow(GiftsRow, discriminator="gift"):
    document = JSONAttribute()
    category = UnicodeAttribute()
    version = NumberAttribute()
    stock = NumberAttribute()
    redeemed = NumberAttribute()
    points_spent = NumberAttribute()
    agents = NumberAttribute()


class TextRow(GiftsRow, discriminator="text"):
    text = UnicodeAttribute()


class MovementRow(GiftsRow, discriminator="movement"):
    change = NumberAttribute()
    reason = UnicodeAttribute()
    note = UnicodeAttribute(null=True)
    actor = UnicodeAttribute()


class CommandRow(GiftsRow, discriminator="command"):
    fingerprint = UnicodeAttribute()
    movement = UnicodeAttribute()


class CodeRow(GiftsRow, discriminator="code"):
    plain_code = UnicodeAttribute()
    redemption_id = UnicodeAttribute(null=True)


class TakenRow(GiftsRow, discriminator="taken"):
    quantity = NumberAttribute()


class RedemptionRow(GiftsRow, discriminator="redemption"):
    document = JSONAttribute()
    version = NumberAttribute()


class PlaceRow(GiftsRow, discriminator="place"):
    pass
