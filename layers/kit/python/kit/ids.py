"""Names for new things: sortable, random, or derived from what the caller sent."""

import base64
import hashlib
import json
import secrets
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from ulid import ULID

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_FROM_RFC4648 = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", _CROCKFORD)


def new_id(now: datetime) -> str:
    """A ULID: 26 characters, sorts by time."""
    return str(ULID.from_datetime(now))


def short_id() -> str:
    """Ten random characters (50 bits), for things of which there are thousands, not billions."""
    return "".join(secrets.choice(_CROCKFORD) for _ in range(10))


def derived_id(*parts: str) -> str:
    """26 characters that are always the same for the same parts; the base of idempotent commands."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    return base64.b32encode(digest).decode().translate(_FROM_RFC4648)[:26]


def fingerprint(body: BaseModel | dict[str, Any]) -> str:
    """A short hash of a body's canonical JSON, to tell a repeated request from a reused key."""
    plain = body.model_dump(mode="json") if isinstance(body, BaseModel) else body
    canonical = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return base64.b32encode(hashlib.sha256(canonical.encode()).digest()).decode()[:16]
