"""Matching words: cut them into pieces, look every piece up in every field, count what is covered.

A piece is a pair of Chinese characters, a single one standing alone, or a Latin word, which may be a
word, a SKU code, pinyin or initials. A product matches when its pieces cover the characters typed: all of
up to three, three quarters of more. So 绿茶礼盒 also finds 绿茶春季礼盒, after those with both words joined.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from pyroaring import BitMap

from functions.catalog.search import pinyin, slices, text
from functions.catalog.search.index import DESCRIPTION, NAME, Index

_MOST_CHARACTERS, _MOST_PIECES = 64, 24
_SHORTEST_CODE = 3
_RELEVANCE_DIGITS = 11  # of 24 pieces in six fields


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of what was typed: the places it covers and the products that have it.

    `fields` are digits of relevance, the least first: described, category, brand, tag, name, code. A match in
    one of them outweighs matches in all before it together.
    """

    places: tuple[int, ...]
    fields: tuple[BitMap, ...]
    labels: frozenset[str]


def match(typed: Sequence[Piece] | None, among: BitMap) -> tuple[BitMap, slices.Numbers, bool]:
    """The products that match, their relevance, and whether enough of the words was found.

    Relevance is first how much of the words is covered, then in which fields.
    When nothing has enough of them, those with most of them match, down to half. Nothing typed matches all.
    """
    if typed is None:
        return among, (), True
    fields = [[field & among for field in piece.fields] for piece in typed]
    places: dict[int, BitMap] = {}
    for piece, digits in zip(typed, fields, strict=True):
        anywhere = BitMap.union(*digits)
        for place in piece.places:
            places[place] = places[place] | anywhere if place in places else anywhere
    enough = len(places) if len(places) <= 3 else -(-len(places) * 3 // 4)
    covered = slices.total([products] for products in places.values())
    for bound in range(enough, max(0, (len(places) - 1) // 2), -1):
        if found := slices.at_least(among, covered, bound):
            # As many digits whatever was found: a page's end keeps its meaning in the next snapshot.
            relevance = [*slices.widened(slices.total(fields), _RELEVANCE_DIGITS), *covered]
            return found, slices.widened(relevance, 2 * _RELEVANCE_DIGITS), bound == enough
    return slices.NOTHING, (), False


def pieces(index: Index, typed: str) -> list[Piece] | None:
    """Cut what was typed into pieces and look them up; None when nothing was typed."""
    if not typed.strip():
        return None
    found: list[Piece] = []
    place = 0
    for word in text.normalise(typed[:_MOST_CHARACTERS]).split():
        runs = text.runs(word)
        if coded := _by_code(index, word):
            found.append(_coded(index, runs, place, coded))
            place += 1
            continue
        for run in runs:
            if text.is_chinese(run):
                found += _chinese(index, run, place)
                place += len(run)
            else:
                found.append(_latin(index, run, place))
                place += 1
    return found[:_MOST_PIECES]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Terms that must all be there; of the last one only the beginning when it is `growing`."""

    terms: tuple[str, ...]
    growing: bool = False

    def names(self, index: Index) -> BitMap:
        *whole, last = self.terms
        found = index.bitmaps.any_beginning(last) if self.growing else index.bitmaps[last]
        return reduce(lambda left, term: left & index.bitmaps[term], whole, found)

    def labels(self, index: Index) -> set[str]:
        *whole, last = self.terms
        found = index.labels.named_beginning(last) if self.growing else index.labels.named(last)
        return reduce(lambda left, term: left & set(index.labels.named(term)), whole, set(found))

    def descriptions(self, index: Index) -> BitMap:
        if len(self.terms) > 1 or not self.terms[0].startswith(NAME):
            return slices.NOTHING
        term = DESCRIPTION + self.terms[0][1:]
        return index.bitmaps.any_beginning(term) if self.growing else index.bitmaps[term]


def _piece(index: Index, places: tuple[int, ...], alternatives: Sequence[_Wanted]) -> Piece:
    labels = frozenset().union(*(wanted.labels(index) for wanted in alternatives))
    fields = (
        BitMap.union(*(wanted.descriptions(index) for wanted in alternatives)),
        *(index.bitmaps.any([key for key in labels if key[0] == family]) for family in "cbt"),
        BitMap.union(*(wanted.names(index) for wanted in alternatives)),
        slices.NOTHING,
    )
    return Piece(places, fields, labels)


def _chinese(index: Index, run: str, place: int) -> list[Piece]:
    if len(run) == 1:
        return [_piece(index, (place,), [_Wanted((NAME + run,))])]
    return [
        _piece(index, (place + at, place + at + 1), [_Wanted((NAME + pair,))])
        for at, pair in enumerate(text.pairs(run))
    ]


def _latin(index: Index, run: str, place: int) -> Piece:
    """A word or its beginning, or pinyin; failing both pinyin half typed; failing that initials."""
    attempts = [
        [_Wanted((NAME + run,), growing=True), *(_Wanted(pinyin.spoken(it)) for it in pinyin.readings(run))],
        [_Wanted(pinyin.spoken(it), growing=True) for it in pinyin.unfinished(run)],
        [_Wanted(pinyin.initials(run))] if len(run) > 1 else [],
    ]
    piece = Piece((place,), (slices.NOTHING,) * 6, frozenset())
    for alternatives in attempts:
        if alternatives and any((piece := _piece(index, (place,), alternatives)).fields):
            break
    return piece


def _by_code(index: Index, word: str) -> BitMap:
    code = text.code_of(word)
    if len(code) < _SHORTEST_CODE or not code.isascii():
        return slices.NOTHING
    return BitMap(index.directory.beginning("k" + code))


def _coded(index: Index, runs: Sequence[str], place: int, coded: BitMap) -> Piece:
    named = _latin(index, runs[0], place) if len(runs) == 1 else None
    fields = named.fields[:-1] if named else (slices.NOTHING,) * 5
    return Piece((place,), (*fields, coded), named.labels if named else frozenset())
