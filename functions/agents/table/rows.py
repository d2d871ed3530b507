"""The types of row."""

import os

from pynamodb.attributes import Attribute, BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from functions.agents.rules import Role, State
from kit import rows


class Row(rows.Row):
    """Base of the rows of this table."""

    class Meta:
        table_name = os.environ["AGENTS_TABLE"]


class ByState(GlobalSecondaryIndex["CompanyRow"]):
    """Companies of a state by the instant they entered it."""

    class Meta:
        index_name = "by_state"
        projection = AllProjection()

    state = UnicodeAttribute(hash_key=True)
    state_since = UnicodeAttribute(range_key=True)


class StateAttribute(Attribute[State]):
    attr_type = "S"


class RoleAttribute(Attribute[Role]):
    attr_type = "S"


class CompanyRow(Row):
    """A dealer company; credit_left = limit − used is kept equal in every write that touches one of them."""

    by_state = ByState()

    agent_id = UnicodeAttribute()
    name = UnicodeAttribute()
    state = StateAttribute()
    state_since = UnicodeAttribute()
    tier = UnicodeAttribute()
    region = JSONAttribute(null=True)
    region_code = UnicodeAttribute(null=True)
    salesperson_id = UnicodeAttribute(null=True)
    contact_name = UnicodeAttribute()
    phone = UnicodeAttribute()
    email = UnicodeAttribute()
    credit_code = UnicodeAttribute(null=True)
    licence_key = UnicodeAttribute(null=True)
    credit_limit_fen = NumberAttribute(default=0)
    credit_left_fen = NumberAttribute(default=0)
    overdue_credits = NumberAttribute(null=True)
    policy = JSONAttribute(null=True)
    invite_code = UnicodeAttribute()
    invited_by = UnicodeAttribute(null=True)
    consent = JSONAttribute()
    applied_at = UnicodeAttribute()
    approved_at = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    duplicates = NumberAttribute(default=0)
    users = NumberAttribute(default=1)
    version = NumberAttribute()


class AddressesRow(Row):
    """How many addresses a company has, and which is the default."""

    entries = NumberAttribute()
    default_id = UnicodeAttribute(null=True)
    version = NumberAttribute()


class AddressRow(Row):
    address_id = UnicodeAttribute()
    contact_name = UnicodeAttribute()
    phone = UnicodeAttribute()
    region = JSONAttribute()
    text = UnicodeAttribute()
    version = NumberAttribute()


class UserRow(Row):
    """Somebody who signs in for the company; name and credentials' data are in auth."""

    user_id = UnicodeAttribute()
    name = UnicodeAttribute()
    role = RoleAttribute()
    active = BooleanAttribute(default=True)
    spending_limit_fen = NumberAttribute(null=True)
    limited_since = UnicodeAttribute(null=True)
    spent_fen = NumberAttribute(default=0)
    spent_month = UnicodeAttribute(null=True)
    version = NumberAttribute()


class DecisionRow(Row):
    """One step from state to state, for ever."""

    at = UnicodeAttribute()
    actor = UnicodeAttribute()
    old_state = StateAttribute()
    new_state = StateAttribute()
    reason = UnicodeAttribute()


class TierRow(Row):
    code = UnicodeAttribute()
    name = UnicodeAttribute()
    rank = NumberAttribute()
    version = NumberAttribute()


class InviteRow(Row):
    agent_id = UnicodeAttribute()


class SameRow(Row):
    """A company has this value in this field."""

    agent_id = UnicodeAttribute()


def key(agent_id: str) -> str:
    return f"AGENT#{agent_id}"


class NoteRow(Row):
    """What staff wrote down about a company, for ever."""

    note_id = UnicodeAttribute()
    at = UnicodeAttribute()
    actor = UnicodeAttribute()
    text = UnicodeAttribute()


class SegmentRow(Row):
    """A segment of companies."""

    name = UnicodeAttribute()
    members = JSONAttribute()
    version = NumberAttribute()
