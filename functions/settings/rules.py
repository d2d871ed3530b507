"""Backups: how items are written down, compared and divided. Pure."""

import base64
import gzip
import hashlib
import json
from collections.abc import Iterable
from typing import Any, Literal

from kit.errors import Conflict, Invalid, NotFound

Item = dict[str, dict[str, Any]]  # as DynamoDB has it: attribute → {type: value}
State = Literal["running", "complete"]
Result = Literal["running", "passed", "failed"]
Problem = Literal[
    "file_missing", "file_damaged", "item_missing", "item_different", "count_different", "manifest_damaged"
]

FILE_BYTES = 4 << 20  # of text, before it is packed
_SEGMENT_ITEMS = 100_000
_MOST_SEGMENTS = 16
_SETS = ("SS", "NS", "BS")


class BackupNotFound(NotFound):
    """No such backup, or it has lapsed."""

    title = "没有找到该备份"


class DrillNotFound(NotFound):
    """No such restore drill."""

    title = "没有找到该恢复演练"


class BackupIncomplete(Conflict):
    """The backup is still being written."""

    title = "备份尚未完成，暂不能恢复"


class TableUnknown(Invalid):
    """The backup has no such table."""

    title = "备份中没有这张数据表"


def segments_for(items: int) -> int:
    """Into how many parts a table of this many items is divided, to be read in parallel."""
    return min(_MOST_SEGMENTS, 1 + items // _SEGMENT_ITEMS)


def line(item: Item) -> str:
    """An item as text; equal items have equal texts."""
    return json.dumps(_ordered(item), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def item(text: str) -> Item:
    """The item that a line stands for."""
    found: Item = json.loads(text, object_hook=_with_bytes)
    return found


def packed(items: Iterable[Item]) -> bytes:
    """A file of items; the same items give the same bytes."""
    return gzip.compress("\n".join(map(line, items)).encode(), mtime=0)


def lines(file: bytes) -> list[str]:
    """The lines of a file; what else ends a line in Unicode may stand in an item's text."""
    text = gzip.decompress(file).decode()
    return text.split("\n") if text else []


def sha256(content: bytes) -> str:
    """The hexadecimal digest of a file."""
    return hashlib.sha256(content).hexdigest()


def compare(expected: Iterable[str], found: Iterable[Item], keys: Iterable[str]) -> list[tuple[Problem, str]]:
    """What differs between the lines of a backup and stored items, each with its key as text."""
    names = tuple(keys)
    stored = {_key(one, names): line(one) for one in found}
    problems: list[tuple[Problem, str]] = []
    for text in expected:
        key = _key(item(text), names)
        if key not in stored:
            problems.append(("item_missing", key))
        elif stored[key] != text:
            problems.append(("item_different", key))
    return problems


def _key(one: Item, names: Iterable[str]) -> str:
    return " ".join(str(value) for name in names for value in one[name].values())


def _ordered(value: Any) -> Any:
    """Sets in order, bytes as base64."""
    match value:
        case dict():
            return {
                name: sorted(map(_text, inner))
                if name in _SETS and not isinstance(inner, dict)
                else _ordered(inner)
                for name, inner in value.items()
            }
        case list():
            return [_ordered(inner) for inner in value]
        case _:
            return _text(value)


def _text(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _with_bytes(value: dict[str, Any]) -> dict[str, Any]:
    # An attribute's value is always an object, so a text under B is a value, never an attribute of that name.
    match value:
        case {"B": str(text)}:
            return {"B": base64.b64decode(text)}
        case {"BS": [*texts]}:
            return {"BS": [base64.b64decode(text) for text in texts]}
        case _:
            return value
