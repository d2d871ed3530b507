"""Building the index: the only place that knows how Chinese is pronounced."""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping

from pypinyin import Style, lazy_pinyin
from pyroaring import BitMap

from functions.catalog.search import pinyin, text
from functions.catalog.search.documents import Document, pack
from functions.catalog.search.index import DESCRIPTION, NAME, Bitmaps, Directory, Index, Label, Labels
from functions.catalog.search.slices import digits_of

_MOST_CHARACTERS = 400


def name_terms(name: str) -> set[str]:
    """Terms of a name as written, as spoken and as initials."""
    found = {NAME + term for term in text.terms(name)}
    for run in filter(text.is_chinese, text.runs(name)):
        syllables = lazy_pinyin(run, style=Style.NORMAL, errors="ignore")
        if syllables:
            found |= pinyin.terms(syllables)
    return found


def label(name: str, parent: str | None = None) -> Label:
    """A brand, category or tag as the index keeps it."""
    return Label(name, tuple(sorted(name_terms(name))), parent)


def bitmap_names(document: Document) -> set[str]:
    """The names of all bitmaps a document belongs to."""
    described = f"{document.subtitle} {document.text}"[:_MOST_CHARACTERS]
    return (
        name_terms(document.name)
        | {DESCRIPTION + term for term in text.terms(described) if len(term) > 1}
        | {"s" + document.state, "b" + document.brand_id}
        | {"c" + category_id for category_id in document.category_ids}
        | {"t" + tag_id for tag_id in document.tag_ids}
        | {"r" + code for code in document.sold_in}
        | {"x" + code for code in document.not_sold_in}
        | {f"P{place:02d}" for place in digits_of(document.price_fen())}
        | {f"S{place:02d}" for place in digits_of(document.sales)}
        | {f"T{place:02d}" for place in digits_of(document.published)}
    )


def directory_keys(document: Document) -> set[str]:
    """The keys that lead to a document directly."""
    codes = {text.code_of(code) for sku in document.skus for code in (sku.code, sku.barcode)}
    return (
        {"p" + document.product_id}
        | {"s" + sku.sku_id for sku in document.skus}
        | {"k" + code for code in codes if code}
    )


def apply(
    index: Index,
    changed: Iterable[Document],
    removed: Iterable[str] = (),
    labels: Mapping[str, Label] | None = None,
) -> Index:
    """The index after some products were written and others removed: itself if nothing is different.

    The old one is left as it is. A changed product keeps its document number, a new one gets the next.
    `labels` replaces all labels.
    """
    wanted: dict[str, Document | None] = dict.fromkeys(removed)
    wanted |= {document.product_id: document for document in changed}
    joins: dict[str, list[int]] = defaultdict(list)
    leaves: dict[str, list[int]] = defaultdict(list)
    lines_in: set[bytes] = set()
    lines_out: set[bytes] = set()
    packed: dict[int, bytes] = {}
    following = len(index.documents)
    for product_id, document in wanted.items():
        number = index.directory.number("p" + product_id)
        old = None if number is None else index.documents[number]
        if document == old:
            continue
        if number is None:
            number, following = following, following + 1
        before, after = _names(old), _names(document)
        for name in after - before:
            joins[name].append(number)
        for name in before - after:
            leaves[name].append(number)
        lines_in |= _lines(document, number)
        lines_out |= _lines(old, number)
        packed[number] = pack(document) if document else b""
    # In order, because counts are shown in the order of the labels.
    renamed = labels is not None and list(labels.items()) != list(index.labels.all.items())
    if not packed and not renamed:
        return index
    return Index(
        _bitmaps(index.bitmaps, joins, leaves),
        index.documents.replaced(packed),
        _directory(index.directory, lines_in, lines_out),
        Labels(labels) if labels is not None else index.labels,
    )


def _names(document: Document | None) -> set[str]:
    return bitmap_names(document) if document else set()


def _lines(document: Document | None, number: int) -> set[bytes]:
    return {f"{key}\t{number}\n".encode() for key in directory_keys(document)} if document else set()


def _bitmaps(old: Bitmaps, joins: Mapping[str, list[int]], leaves: Mapping[str, list[int]]) -> Bitmaps:
    touched = joins.keys() | leaves.keys()
    names, ends, end = [], array("I"), 0
    pieces: list[bytes] = []
    places = dict(zip(old.names, range(len(old.names)), strict=True))
    for name in sorted(places.keys() | touched):
        if name in touched:
            numbers = (old[name] | BitMap(joins.get(name, ()))) - BitMap(leaves.get(name, ()))
            if not numbers:
                continue
            numbers.run_optimize()
            piece = numbers.serialize()
        else:
            piece = old.bytes_at(places[name])
        names.append(name)
        pieces.append(piece)
        end += len(piece)
        ends.append(end)
    return Bitmaps(names, ends, b"".join(pieces))


def _directory(old: Directory, lines_in: set[bytes], lines_out: set[bytes]) -> Directory:
    if lines_in == lines_out:
        return old
    lines = set(old.lines.splitlines(keepends=True)) - lines_out | lines_in
    return Directory(b"".join(sorted(lines)))
