"""Lists by cursor: opaque, signed, bound to the list they came from."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from kit import secrets
from kit.errors import Malformed

Item = TypeVar("Item")
RowType = TypeVar("RowType", covariant=True)
MOST_LOOKED_AT = 500


class PageQuery(BaseModel):
    """What every list accepts."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=20, ge=1, le=100)
    cursor: str | None = Field(default=None, max_length=1024)


class Page(BaseModel, Generic[Item]):
    """One page of a list; `next_cursor` is null on the last."""

    items: list[Item]
    next_cursor: str | None = None


class Found(Protocol[RowType]):
    """What a query finds; knows the position after the row that was taken last."""

    @property
    def last_evaluated_key(self) -> dict[str, Any] | None: ...
    def __iter__(self) -> Iterator[RowType]: ...


class CursorInvalid(Malformed):
    """The cursor was not given out by this list."""

    title = "翻页参数无效，请从头加载"


def _seal(payload: bytes, scope: str) -> bytes:
    key = secrets.text("signing-key").encode()
    return hmac.new(key, scope.encode() + b"\0" + payload, hashlib.sha256).digest()[:12]


def sign(position: dict[str, Any] | None, scope: str) -> str | None:
    """Turn a position (a DynamoDB key, an offset) into a cursor for the list named by `scope`.

    Put into the scope all that must not change between pages: the list, the owner, the filter.
    """
    if not position:
        return None
    payload = json.dumps(position, separators=(",", ":"), ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(_seal(payload, scope) + payload).decode().rstrip("=")


def read(cursor: str | None, scope: str) -> dict[str, Any] | None:
    """The position inside a cursor. Raises CursorInvalid for a forged or foreign one."""
    if cursor is None:
        return None
    try:
        sealed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except ValueError:
        raise CursorInvalid() from None
    seal, payload = sealed[:12], sealed[12:]
    if not hmac.compare_digest(seal, _seal(payload, scope)):
        raise CursorInvalid()
    position: dict[str, Any] = json.loads(payload)
    return position


def pick(
    found: Found[RowType], wanted: Callable[[RowType], Item | None], limit: int
) -> tuple[list[Item], dict[str, Any] | None]:
    """The first items that are wanted (not None) among rows, and the position to go on from.

    Full pages where the reader may not see every row. Only `MOST_LOOKED_AT` rows are looked at: where few are
    wanted, a page can still be short. Let the query read as many rows at once as the page is long.
    """
    picked: list[Item] = []
    for number, row in enumerate(found, 1):
        item = wanted(row)
        if item is not None:
            picked.append(item)
        if len(picked) == limit or number == MOST_LOOKED_AT:
            break
    return picked, found.last_evaluated_key
