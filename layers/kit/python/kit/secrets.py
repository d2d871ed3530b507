"""Secrets from SSM SecureString parameters `/dealer-shop/<stage>/<name>`, cached for five minutes."""

import json
import os
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kit import aws

_LIFETIME_SECONDS = 300
_cache: dict[str, tuple[float, str]] = {}


def _path(name: str) -> str:
    return f"/dealer-shop/{os.environ['STAGE']}/{name}"


def text(name: str) -> str:
    """One secret; a missing one is an error, never a default."""
    held = _cache.get(name)
    if held and held[0] > time.monotonic():
        return held[1]
    answer = aws.client("ssm").get_parameter(Name=_path(name), WithDecryption=True)
    value: str = answer["Parameter"]["Value"]
    _cache[name] = (time.monotonic() + _LIFETIME_SECONDS, value)
    return value


def document(name: str) -> dict[str, Any]:
    """A secret that is a JSON object, such as the credentials of a payment provider."""
    value: dict[str, Any] = json.loads(text(name))
    return value


@dataclass(frozen=True)
class Held:
    """A secret as the store has it now, and since when."""

    document: dict[str, Any]
    stored_at: datetime


def look(name: str) -> Held | None:
    """A secret that is a JSON object, past the cache; None when there is none."""
    client = aws.client("ssm")
    try:
        found = client.get_parameter(Name=_path(name), WithDecryption=True)["Parameter"]
    except client.exceptions.ParameterNotFound:
        return None
    return Held(json.loads(found["Value"]), found["LastModifiedDate"])


def store(name: str, value: str | dict[str, Any]) -> None:
    """Write a secret; it can be replaced but is never shown again."""
    plain = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    aws.client("ssm").put_parameter(Name=_path(name), Value=plain, Type="SecureString", Overwrite=True)
    _cache.pop(name, None)


def forget() -> None:
    """Drop what is cached, so that the next read sees the store."""
    _cache.clear()
