"""The types of row."""

import os
from datetime import datetime

from pynamodb.attributes import (
    Attribute,
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from functions.auth.rules import Kind
from kit import rows


class Row(rows.Row):
    """Base of the rows of this table."""

    class Meta:
        table_name = os.environ["AUTH_TABLE"]

    expires_at_epoch = NumberAttribute(null=True)


class KindAttribute(Attribute[Kind]):
    attr_type = "S"


class UserRow(Row):
    """A person; whoever raises `epoch` ends all their sessions."""

    user_id = UnicodeAttribute()
    kind = KindAttribute()
    agent_id = UnicodeAttribute(null=True)
    role = UnicodeAttribute()
    permissions = JSONAttribute()
    name = UnicodeAttribute()
    email = UnicodeAttribute()
    phone = UnicodeAttribute()
    openid = UnicodeAttribute(null=True)
    password_hash = UnicodeAttribute()
    must_change_password = BooleanAttribute(default=False)
    active = BooleanAttribute(default=True)
    epoch = NumberAttribute(default=0)
    created_at = UnicodeAttribute()


class SessionRow(Row):
    """A family of refresh tokens, of which only the one of this generation is good."""

    session_id = UnicodeAttribute()
    generation = NumberAttribute()
    attempt = UnicodeAttribute(null=True)
    epoch = NumberAttribute()
    opened_at = UnicodeAttribute()
    valid_until = UnicodeAttribute()
    ip = UnicodeAttribute()
    user_agent = UnicodeAttribute()


class SecondFactorRow(Row):
    """A second factor: what its secret is derived from, the newest half-minute whose code was used, and
    the digests of the recovery codes left. It lapses unless it is confirmed."""

    user_id = UnicodeAttribute()
    nonce = UnicodeAttribute()
    confirmed = BooleanAttribute(default=False)
    last_step = NumberAttribute(default=0)
    recovery = UnicodeSetAttribute(null=True)


class IdentifierRow(Row):
    """An address or WeChat identity signs in this user; `proven` once a code sent there came back."""

    user_id = UnicodeAttribute()
    proven = BooleanAttribute(default=False)


class RegistrationRow(Row):
    """A form whose code is on its way."""

    form = JSONAttribute()
    email = UnicodeAttribute()
    password_hash = UnicodeAttribute()
    consent = JSONAttribute()
    valid_until = UnicodeAttribute()


class CodeRow(Row):
    """A code that was sent; only its HMAC is kept."""

    mac = UnicodeAttribute()
    tries = NumberAttribute(default=0)
    valid_until = UnicodeAttribute()
    used = BooleanAttribute(default=False)


class SendingRow(Row):
    """When codes were sent to an address in the last hour."""

    sent = JSONAttribute()
    version = NumberAttribute()


class AttemptsRow(Row):
    """Password failures in a row for one identifier, whether it exists or not."""

    failures = NumberAttribute()
    last_at = UnicodeAttribute()
    blocked_until = UnicodeAttribute()
    version = NumberAttribute()


class CounterRow(Row):
    """How often something happened in a window."""

    times = NumberAttribute()


class ByUser(GlobalSecondaryIndex["SignInRow"]):
    """A user's sign-ins by time."""

    class Meta:
        index_name = "by_user"
        projection = AllProjection()

    user_id = UnicodeAttribute(hash_key=True)
    tried_at = UnicodeAttribute(range_key=True)


class SignInRow(Row):
    """One try to sign in."""

    by_user = ByUser()

    user_id = UnicodeAttribute(null=True)
    tried_at = UnicodeAttribute()
    kind = KindAttribute()
    method = UnicodeAttribute()
    account = UnicodeAttribute()
    result = UnicodeAttribute()
    ip = UnicodeAttribute()
    user_agent = UnicodeAttribute()


def epoch_of(instant: datetime) -> int:
    return int(instant.timestamp())
