"""The index: named bitmaps over document numbers, the documents, and the names of what they belong to.

Everything a document can be found or ordered by is a bitmap with a name; the first character is its family:

    n…  term of the product's name      ~…  the same, spoken      ^…  the same, initials
    d…  term of subtitle and text       s…  state
    b…  brand id     c…  category id, its ancestors included      t…  tag id
    r…  code of a region it is sold in, if not in all      x…  code of one it is not sold in
    P.. S.. T..  binary digits of base price, sales and publication time

So a change of one product is a difference of two sets of names, and a full build is the same for all.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter

from pyroaring import BitMap

from functions.catalog.search import slices
from functions.catalog.search.documents import Document, Documents

NAME, DESCRIPTION = "n", "d"
ON_SALE = "on_sale"
PRICE_DIGITS, SALES_DIGITS, TIME_DIGITS = 31, 24, 32
PRICE_BOUNDS_FEN = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000)
_MOST_EXPANSIONS = 256
_END = "\U0010ffff"


class Bitmaps:
    """Named bitmaps in the order of their names, unpacked when first used."""

    def __init__(self, names: list[str], ends: Sequence[int], packed: bytes | memoryview) -> None:
        self.names = names
        self.ends = ends
        self.packed = packed
        self._held: dict[str, BitMap] = {}

    def __getitem__(self, name: str) -> BitMap:
        """The bitmap of this name, which nobody changes; the empty one if there is none."""
        held = self._held.get(name)
        if held is None:
            place = bisect_left(self.names, name)
            known = place < len(self.names) and self.names[place] == name
            held = self._held[name] = BitMap.deserialize(self.bytes_at(place)) if known else slices.NOTHING
        return held

    def bytes_at(self, place: int) -> bytes:
        return bytes(self.packed[self.ends[place - 1] if place else 0 : self.ends[place]])

    def beginning(self, start: str) -> list[str]:
        """Names with this beginning, in order."""
        return self.names[bisect_left(self.names, start) : bisect_left(self.names, start + _END)]

    def any_beginning(self, start: str) -> BitMap:
        """The union of the bitmaps whose name begins so (of the first 256 of them)."""
        return self.any(self.beginning(start)[:_MOST_EXPANSIONS])

    def any(self, names: Sequence[str]) -> BitMap:
        if len(names) == 1:
            return self[names[0]]
        return BitMap.union(*(self[name] for name in names)) if names else slices.NOTHING

    def column(self, family: str, digits: int) -> list[BitMap]:
        return [self[f"{family}{place:02d}"] for place in range(digits)]


class Directory:
    """Document numbers by product id (`p…`), SKU id (`s…`) and code (`k…`): sorted lines, read in place."""

    def __init__(self, lines: bytes) -> None:
        self.lines = lines

    def beginning(self, key: str) -> Iterator[int]:
        """Numbers of the documents with a key that begins so."""
        start = key.encode()
        at = self._first_line(start)
        while self.lines.startswith(start, at):
            end = self.lines.index(b"\n", at)
            yield int(self.lines[self.lines.rindex(b"\t", at, end) + 1 : end])
            at = end + 1

    def number(self, key: str) -> int | None:
        """The document with exactly this key."""
        return next(self.beginning(key + "\t"), None)

    def _first_line(self, start: bytes) -> int:
        low, high = 0, len(self.lines)
        while low < high:
            middle = self.lines.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = self.lines.index(b"\n", middle) + 1
            if self.lines[middle:end] < start:
                low = end
            else:
                high = middle
        return low


@dataclass(frozen=True, slots=True)
class Label:
    """A brand, category or tag: its name, the terms of the name, and a category's parent."""

    name: str
    terms: tuple[str, ...]
    parent: str | None = None


class Labels:
    """Brands, categories and tags by family and id (`b…`, `c…`, `t…`), and by the terms of their names."""

    def __init__(self, labels: Mapping[str, Label]) -> None:
        self.all = labels

    @cached_property
    def _by_term(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for key, label in self.all.items():
            for term in label.terms:
                found[term].append(key)
        return dict(found)

    @cached_property
    def _terms(self) -> list[str]:
        return sorted(self._by_term)

    @cached_property
    def _children(self) -> dict[str | None, list[str]]:
        found: dict[str | None, list[str]] = defaultdict(list)
        for key, label in self.all.items():
            if key[0] == "c":
                found[label.parent].append(key[1:])
        return dict(found)

    def open_categories(self, chosen: str | None) -> list[str]:
        """Ids as a tree opened at the chosen category shows them: the top, then level by level down to it."""
        path: list[str | None] = []
        while chosen and (label := self.all.get("c" + chosen)):
            path.append(chosen)
            chosen = label.parent
        return [child for parent in [None, *reversed(path)] for child in self._children.get(parent, [])]

    def named(self, term: str) -> list[str]:
        """Keys of the labels with this term in their name."""
        return self._by_term.get(term, [])

    def named_beginning(self, start: str) -> list[str]:
        terms = self._terms[bisect_left(self._terms, start) : bisect_left(self._terms, start + _END)]
        return [key for term in terms for key in self._by_term[term]]


@dataclass(frozen=True)
class Reduction:
    """A lower price for some documents, from the base price; what costs less before costs no more after."""

    documents: BitMap
    price_of: Callable[[int], int]


class Prices:
    """The lowest price of every product for one viewer."""

    def __init__(self, column: Sequence[BitMap], on_sale: BitMap) -> None:
        self.column = column
        self._on_sale = on_sale

    @cached_property
    def bands(self) -> list[tuple[int, int | None, BitMap]]:
        """Products by price: (from fen, below fen, products), cheapest first."""
        edges = (0, *PRICE_BOUNDS_FEN)
        dearer = [slices.at_least(self._on_sale, self.column, edge) for edge in edges] + [slices.NOTHING]
        return [
            (edge, below, dearer[place] - dearer[place + 1])
            for place, (edge, below) in enumerate(zip(edges, (*PRICE_BOUNDS_FEN, None), strict=True))
        ]

    def between(self, candidates: BitMap, least: int | None, most: int | None) -> BitMap:
        """The candidates whose price in fen is within both bounds."""
        if least:
            candidates = slices.at_least(candidates, self.column, least)
        if most is not None:
            candidates = candidates - slices.at_least(candidates, self.column, most + 1)
        return candidates


class Index:
    """A snapshot of the catalogue, read only."""

    def __init__(self, bitmaps: Bitmaps, documents: Documents, directory: Directory, labels: Labels) -> None:
        self.bitmaps = bitmaps
        self.documents = documents
        self.directory = directory
        self.labels = labels
        self._families: dict[str, list[tuple[str, BitMap]]] = {}

    @cached_property
    def base_prices(self) -> Prices:
        return Prices(self.bitmaps.column("P", PRICE_DIGITS), self.bitmaps["s" + ON_SALE])

    @cached_property
    def sales(self) -> list[BitMap]:
        return self.bitmaps.column("S", SALES_DIGITS)

    @cached_property
    def published(self) -> list[BitMap]:
        return self.bitmaps.column("T", TIME_DIGITS)

    def family(self, family: str) -> list[tuple[str, BitMap]]:
        """All bitmaps of a family: (name without the family, documents)."""
        held = self._families.get(family)
        if held is None:
            names = self.bitmaps.beginning(family)
            held = self._families[family] = [(name[1:], self.bitmaps[name]) for name in names]
        return held

    def document(self, product_id: str) -> Document | None:
        number = self.directory.number("p" + product_id)
        return None if number is None else self.documents[number]

    def product_ids(self) -> list[str]:
        """The ids of all products."""
        everywhere = self.bitmaps.any(self.bitmaps.beginning("s"))
        return [self.documents[number].product_id for number in everywhere]

    @cached_property
    def _by_base_price(self) -> list[tuple[int, BitMap]]:
        return slices.by_number(self.bitmaps["s" + ON_SALE], self.base_prices.column)

    def named(self, keys: Iterable[str], product_ids: Iterable[str]) -> BitMap:
        """The documents of brands, categories and tags (`b…`, `c…`, `t…`), and these products."""
        numbers = (self.directory.number("p" + product_id) for product_id in product_ids)
        return self.bitmaps.any(list(keys)) | BitMap([number for number in numbers if number is not None])

    def not_sold_in(self, codes: Collection[str]) -> BitMap:
        """The documents that are not sold in a place, given the codes of the regions it lies in."""
        limited = self.bitmaps.any(self.bitmaps.beginning("r"))
        here = self.bitmaps.any([f"r{code}" for code in codes])
        return (limited - here) | self.bitmaps.any([f"x{code}" for code in codes])

    def prices_with(self, prices: Mapping[str, int], reductions: Sequence[Reduction] = ()) -> Prices:
        """Prices for a viewer who is offered others beside base prices: by SKU id in fen, and reduced ones.

        A document is reduced as a whole, so its cheapest SKU stays that, and no document has to be looked at.
        """
        numbers = {self.directory.number("s" + sku_id) for sku_id in prices}
        listed = BitMap([number for number in numbers if number is not None])
        repriced = [(self._price_of(number, prices, reductions), BitMap([number])) for number in listed]
        repriced += self._reduced(reductions, listed) if reductions else []
        others = BitMap.union(listed, *(documents for _, documents in repriced))
        column = []
        for place, digit in enumerate(self.base_prices.column):
            ones = (documents for price, documents in repriced if price >> place & 1)
            column.append(BitMap.union(digit - others, *ones))
        return Prices(column, self.bitmaps["s" + ON_SALE])

    def _price_of(self, number: int, prices: Mapping[str, int], reductions: Sequence[Reduction]) -> int:
        document = self.documents[number]
        base_fen = document.price_fen()
        reduced = [one.price_of(base_fen) for one in reductions if number in one.documents]
        return min([document.price_fen(prices), *reduced])

    def _reduced(self, reductions: Sequence[Reduction], besides: BitMap) -> list[tuple[int, BitMap]]:
        """The lowest reduced price of documents that have one, besides some."""
        found = []
        for price, documents in self._by_base_price:
            left = documents - besides
            for low, one in sorted(((one.price_of(price), one) for one in reductions), key=itemgetter(0)):
                if low < price and (hit := left & one.documents):
                    found.append((low, hit))
                    left = left - hit
        return found


def empty() -> Index:
    """An index of nothing."""
    return Index(Bitmaps([], [], b""), Documents([], b""), Directory(b""), Labels({}))
