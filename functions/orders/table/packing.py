"""How an order fits into one kilobyte: lines and terms are packed, since a transaction pays by the kilobyte.

A line takes 11 to 18 bytes: the ten letters of the SKU as a number, then small numbers in as few bytes as
they need. The terms are a list by position, deflated.
"""

import json
import zlib
from base64 import b64decode
from collections.abc import Iterable, Iterator
from dataclasses import astuple, replace

from pynamodb.attributes import Attribute
from pynamodb.constants import BINARY, STRING

from functions.orders.rules import LastRefund, Line, Progress, Terms

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TO_PYTHON = str.maketrans(_CROCKFORD, "0123456789abcdefghijklmnopqrstuv")
_SKU_LETTERS, _SKU_BYTES = 10, 7
# A delivery window is a word and hours: 工作日 09:00-18:00 takes W0900-1800.
_DAYS = {"每天": "D", "工作日": "W", "周末": "E"}
_DAYS_OF = {letter: days for days, letter in _DAYS.items()}


def pack_lines(lines: Iterable[Line]) -> bytes:
    """Lines as bytes. Raises ValueError for a SKU id that is not ten letters of the id alphabet."""
    packed = bytearray()
    for line in lines:
        if len(line.sku_id) != _SKU_LETTERS or not set(line.sku_id) <= set(_CROCKFORD):
            raise ValueError(f"not a SKU id: {line.sku_id}")
        packed += int(line.sku_id.translate(_TO_PYTHON), 32).to_bytes(_SKU_BYTES, "big")
        for number in (line.offer_version, line.quantity, line.unit_price_fen, line.discount_fen):
            packed += _small(number)
    return bytes(packed)


def unpack_lines(packed: bytes) -> tuple[Line, ...]:
    """The lines behind the bytes."""
    return tuple(_read_lines(packed))


def _read_lines(packed: bytes) -> Iterator[Line]:
    at = 0
    while at < len(packed):
        sku = int.from_bytes(packed[at : at + _SKU_BYTES], "big")
        at += _SKU_BYTES
        numbers = []
        for _ in range(4):
            number, at = _read_small(packed, at)
            numbers.append(number)
        yield Line(_letters(sku), *numbers)


def _small(number: int) -> bytes:
    """Seven bits a byte, the lowest first; the eighth bit says that more follow."""
    if number < 0:
        raise ValueError(f"negative: {number}")
    packed = bytearray()
    while number > 0x7F:
        packed.append(number & 0x7F | 0x80)
        number >>= 7
    packed.append(number)
    return bytes(packed)


def _read_small(packed: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while packed[at] & 0x80:
        number |= (packed[at] & 0x7F) << shift
        shift, at = shift + 7, at + 1
    return number | packed[at] << shift, at + 1


def _letters(sku: int) -> str:
    return "".join(_CROCKFORD[sku >> 5 * place & 31] for place in reversed(range(_SKU_LETTERS)))


def pack_terms(terms: Terms) -> bytes:
    """Terms as bytes."""
    short = replace(terms, delivery_window=_short_window(terms.delivery_window))
    plain = json.dumps(astuple(short), ensure_ascii=False, separators=(",", ":")).encode()
    deflater = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflater.compress(plain) + deflater.flush()


def unpack_terms(packed: bytes) -> Terms:
    """The terms behind the bytes."""
    created_by, method, title, images, *rest = json.loads(zlib.decompress(packed, -zlib.MAX_WBITS))
    terms = Terms(created_by, method, title, tuple(images), *rest)
    return replace(terms, delivery_window=_long_window(terms.delivery_window))


def _short_window(window: str) -> str:
    days, _, hours = window.partition(" ")
    return _DAYS[days] + hours.replace(":", "") if window else ""


def _long_window(short: str) -> str:
    if not short:
        return ""
    begins, ends = short[1:].split("-")
    return f"{_DAYS_OF[short[0]]} {begins[:2]}:{begins[2:]}-{ends[:2]}:{ends[2:]}"


def from_image(value: bytes | str) -> bytes:
    """The bytes of a value that came through a stream, where they are text."""
    return b64decode(value) if isinstance(value, str) else value


class LinesAttribute(Attribute[tuple[Line, ...]]):
    """The lines of an order."""

    attr_type = BINARY

    def serialize(self, value: tuple[Line, ...]) -> bytes:
        return pack_lines(value)

    def deserialize(self, value: bytes) -> tuple[Line, ...]:
        return unpack_lines(value)


class TermsAttribute(Attribute[Terms]):
    """What was agreed."""

    attr_type = BINARY

    def serialize(self, value: Terms) -> bytes:
        return pack_terms(value)

    def deserialize(self, value: bytes) -> Terms:
        return unpack_terms(value)


def pack_progress(progress: Iterable[Progress]) -> str:
    """Progress of every line as text."""
    return json.dumps([astuple(one) for one in progress], separators=(",", ":"))


def unpack_progress(packed: str) -> tuple[Progress, ...]:
    """The progress behind the text."""
    return tuple(Progress(*counts) for counts in json.loads(packed))


class ProgressAttribute(Attribute[tuple[Progress, ...]]):
    """What became of the lines."""

    attr_type = STRING

    def serialize(self, value: tuple[Progress, ...]) -> str:
        return pack_progress(value)

    def deserialize(self, value: str) -> tuple[Progress, ...]:
        return unpack_progress(value)


def unpack_last_refund(packed: str) -> LastRefund:
    """The refund behind the text."""
    return LastRefund(*json.loads(packed))


class LastRefundAttribute(Attribute[LastRefund]):
    """The refund that went back last."""

    attr_type = STRING

    def serialize(self, value: LastRefund) -> str:
        return json.dumps(astuple(value), separators=(",", ":"))

    def deserialize(self, value: str) -> LastRefund:
        return unpack_last_refund(value)
