"""The index as one object: a header, then sections that are read where they lie.

8 bytes   mark and format
4 bytes   length of the header
header    JSON: {"sections": {name: length}, "labels": {key: [name, terms, parent]}}
sections  in the order of the header
"""

import json
import sys
from array import array
from collections.abc import Sequence

from functions.catalog.search.documents import Documents
from functions.catalog.search.index import Bitmaps, Directory, Index, Label, Labels

_MARK = b"shopidx1"
_HEADER_AT = len(_MARK) + 4


class UnknownFormat(ValueError):
    """The object is no snapshot of this format; the index has to be built again."""


def dump(index: Index) -> bytes:
    """Write an index."""
    sections = {
        "bitmap_names": "\n".join(index.bitmaps.names).encode(),
        "bitmap_ends": _bytes(index.bitmaps.ends),
        "bitmaps": index.bitmaps.packed,
        "document_ends": _bytes(index.documents.ends),
        "documents": index.documents.packed,
        "directory": index.directory.lines,
    }
    header = {
        "sections": {name: len(section) for name, section in sections.items()},
        "labels": {key: [label.name, label.terms, label.parent] for key, label in index.labels.all.items()},
    }
    written = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    return b"".join([_MARK, len(written).to_bytes(4, "little"), written, *sections.values()])


def load(stored: bytes) -> Index:
    """Read what `dump` wrote; bitmaps and documents are unpacked when first used."""
    if not stored.startswith(_MARK):
        raise UnknownFormat(stored[: len(_MARK)])
    at = _HEADER_AT + int.from_bytes(stored[len(_MARK) : _HEADER_AT], "little")
    header = json.loads(stored[_HEADER_AT:at])
    sections: dict[str, memoryview] = {}
    whole = memoryview(stored)
    for name, length in header["sections"].items():
        sections[name] = whole[at : at + length]
        at += length
    names = bytes(sections["bitmap_names"]).decode()
    return Index(
        Bitmaps(names.split("\n") if names else [], _numbers(sections["bitmap_ends"]), sections["bitmaps"]),
        Documents(_numbers(sections["document_ends"]), sections["documents"]),
        Directory(bytes(sections["directory"])),
        Labels({key: Label(name, tuple(terms), up) for key, (name, terms, up) in header["labels"].items()}),
    )


def _bytes(numbers: Sequence[int]) -> bytes:
    return _little_endian(array("I", numbers)).tobytes()


def _numbers(section: memoryview) -> Sequence[int]:
    numbers = array("I")
    numbers.frombytes(section)
    return _little_endian(numbers)


def _little_endian(numbers: "array[int]") -> "array[int]":
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
