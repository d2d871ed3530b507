"""What an entry of the operation log says, what it keeps to itself, and how entries are chained. Pure."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from pydantic_core import from_json

from kit.actor import MARK
from kit.errors import Invalid, NotFound

Kind = Literal["operation", "change"]

HIDDEN = "•••"
LONGEST_TEXT = 500
MOST_FIELDS = 200
LONGEST_VALUE = 50_000  # characters of all that a value consists of
# Names of fields that are never written down; a part of a name is enough.
_SECRET = re.compile(
    r"password|secret|token|hmac|cipher|private_key|api(?:_?v\d)?_?key|openid|card_no|plain_code|one_time_code|recovery|^codes?_text$"
)
_SECRET_ROWS = re.compile(r"^(CODE|POOL|ATTEMPTS|SMS)#")
_PHONE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
# Begins only where a word begins: else every letter of a long text would be tried to its end.
_EMAIL = re.compile(r"(?<![\w.+-])([\w.+-])[\w.+-]*(@[\w-]+\.[\w.-]+)")
_OWN_ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}|[0-9A-HJKMNP-TV-Z]{10}")
_KEYS = {"pk", "sk", MARK}


class OperationNotFound(NotFound):
    """No operation of this id is in the log."""

    title = "没有找到该操作记录"


class DayRemoved(NotFound):
    """The entries of the day were over their time; the fingerprint of the day is kept."""

    title = "当天的记录已超过保存期限并被清除"


class RangeTooLong(Invalid):
    """The log is read at most 31 days at a time."""

    title = "时间范围最长 31 天"


@dataclass(frozen=True)
class Mark:
    """Who wrote a row, within which operation."""

    user_id: str
    operation_id: str


@dataclass(frozen=True)
class Entry:
    """Something to be written into the log, once per `entry_id`."""

    entry_id: str
    kind: Kind
    at: str
    user_id: str
    object_id: str
    operation_id: str
    content: str


@dataclass(frozen=True)
class Link:
    """An entry at its place in the chain of a day."""

    day: str
    sequence: int
    previous: str
    hash: str
    entry: Entry


@dataclass(frozen=True)
class Head:
    """How far the chain of a day has come; `removed` when its entries were over their time."""

    day: str
    sequence: int
    hash: str
    removed: bool = False


@dataclass(frozen=True)
class Break:
    """The first place where a chain is not what it was."""

    sequence: int
    reason: str


# Marks


def mark_of(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Mark | None:
    """Whose write led from one plain image to the other; None when it was nobody's at the back office."""
    written = (new or {}).get(MARK)
    if not written or written == (old or {}).get(MARK):
        return None
    user_id, operation_id, _ = written.split("/")
    return Mark(user_id, operation_id)


# What changed


def masked(value: Any, name: str = "") -> Any:
    """A value fit for the log: secrets hidden, contacts shortened, what is long cut.

    However many fields it has and however they nest, what is left fits into a message and a row.
    """
    return _Veil().over(value, name)


class _Veil:
    """Hides and cuts one value as a whole; `…` says how many fields are not shown."""

    def __init__(self) -> None:
        self._left = LONGEST_VALUE

    def over(self, value: Any, name: str) -> Any:
        if _SECRET.search(name) and value not in (None, "", True, False):
            return HIDDEN
        if isinstance(value, Mapping):
            return self._over_fields(value)
        if isinstance(value, set | frozenset):
            value = sorted(value, key=str)
        if isinstance(value, list | tuple):
            return [self.over(inner, name) for inner in islice(value, MOST_FIELDS) if self._left > 0]
        if isinstance(value, bytes):
            value = f"{len(value)} bytes, sha256 {hashlib.sha256(value).hexdigest()[:16]}"
        elif isinstance(value, str):
            value = _shortened(value)
        self._left -= len(str(value))
        return value

    def _over_fields(self, value: Mapping[str, Any]) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for name, inner in islice(value.items(), MOST_FIELDS):
            if self._left <= 0:
                break
            self._left -= len(name)
            shown[_shortened(name)] = self.over(inner, name)
        if len(shown) < len(value):
            shown["…"] = len(value) - len(shown)
        return shown


def _shortened(text: str) -> str:
    text = _EMAIL.sub(r"\1***\2", _PHONE.sub(r"\1****\2", text))
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"


def fields(image: Mapping[str, Any] | None) -> dict[str, Any]:
    """The fields of a plain image by dotted path, masked; documents kept as JSON text are opened."""
    if image is None:
        return {}
    if _SECRET_ROWS.match(str(image["sk"])) or _SECRET_ROWS.match(str(image["pk"])):
        return {name: HIDDEN for name in image if name not in _KEYS}
    return dict(_paths({name: value for name, value in image.items() if name not in _KEYS}))


def _paths(document: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in document.items():
        value = _opened(value)
        if isinstance(value, Mapping) and value and not _SECRET.search(name):
            yield from _paths(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", masked(value, name)


def _opened(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return from_json(value)  # unlike json.loads it refuses what is too deep
        except ValueError:
            return value
    return value


def differences(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> dict[str, list[Any]]:
    """Every field that changed: path → [before, after]; None stands for what was not there."""
    before, after = fields(old), fields(new)
    paths = [path for path in {**before, **after} if _differs(path, before, after, old, new)]
    return {path: [before.get(path), after.get(path)] for path in sorted(paths)[:MOST_FIELDS]}


def _differs(
    path: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    old: Mapping[str, Any] | None,
    new: Mapping[str, Any] | None,
) -> bool:
    if before.get(path) != after.get(path):
        return True
    # What is hidden or cut looks the same; whether it is the same shows in the rows.
    top = path.partition(".")[0]
    is_veiled = before.get(path) == HIDDEN or str(before.get(path)).endswith("…")
    return is_veiled and (old or {}).get(top) != (new or {}).get(top)


def row_name(pk: str, sk: str) -> str:
    """A row's key, fit for the log: some keys hold addresses."""
    return _shortened(f"{pk} {sk}")


def object_of(pk: str, sk: str) -> tuple[str, str]:
    """What a row is about: the kind and id of the innermost thing named in its key."""
    found = ("", "")
    for key in (pk, sk):
        kind, _, rest = key.partition("#")
        own_id = rest.partition("#")[0]
        if _OWN_ID.fullmatch(own_id) and not own_id.isdigit():
            found = (kind.lower(), own_id)
    kind, _, rest = pk.partition("#")
    return found if found[1] else (kind.lower(), _shortened(rest or sk))


def object_of_command(
    endpoint: str, path_parameters: Mapping[str, str], answer: Mapping[str, Any]
) -> tuple[str, str]:
    """What a command was about: the last thing named in its address, else what its answer names."""
    if path_parameters:
        name, value = list(path_parameters.items())[-1]
        return name.removesuffix("_id"), value
    collection = endpoint.rpartition("/")[2]
    texts = {name: value for name, value in answer.items() if value and isinstance(value, str)}
    named = [name for name in texts if collection.startswith(name.removesuffix("_id"))]
    named += [name for name in texts if name.endswith("_id")]
    return (named[0].removesuffix("_id"), texts[named[0]]) if named else ("", "")


# The chain


def written(content: Mapping[str, Any]) -> str:
    """The one way to write an entry's content as text."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hash_of(day: str, sequence: int, previous: str, entry: Entry) -> str:
    """The fingerprint of an entry at its place; it covers every column and the predecessor's fingerprint."""
    columns = (entry.entry_id, entry.kind, entry.at, entry.user_id, entry.object_id, entry.operation_id)
    return hashlib.sha256(
        "\x1f".join((day, str(sequence), previous, *columns, entry.content)).encode()
    ).hexdigest()


def chained(head: Head, entries: Sequence[Entry]) -> list[Link]:
    """The entries as links that follow a head."""
    links: list[Link] = []
    previous = head.hash
    for sequence, entry in enumerate(entries, head.sequence + 1):
        made = hash_of(head.day, sequence, previous, entry)
        links.append(Link(head.day, sequence, previous, made, entry))
        previous = made
    return links


def first_break(before: Head | None, links: Iterable[Link], head: Head) -> Break | None:
    """Walk a day's chain from its predecessor's head to its own; None when nothing was touched."""
    previous, expected = before.hash if before else "", 1
    for link in links:
        if link.sequence != expected:
            return Break(expected, "missing")
        if link.previous != previous:
            return Break(link.sequence, "detached")
        if link.hash != hash_of(link.day, link.sequence, link.previous, link.entry):
            return Break(link.sequence, "altered")
        previous, expected = link.hash, expected + 1
    if expected - 1 < head.sequence:
        return Break(expected, "missing")
    return None if previous == head.hash and expected - 1 == head.sequence else Break(head.sequence, "head")
