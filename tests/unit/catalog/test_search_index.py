"""The index answers as looking at every product would, however it came to be."""

from collections import Counter
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypinyin import lazy_pinyin
from pyroaring import BitMap

from functions.catalog.search import build, pinyin, slices, snapshot
from functions.catalog.search.documents import Document, pack, unpack
from functions.catalog.search.index import PRICE_BOUNDS_FEN, Index, Reduction
from functions.catalog.search.query import Facets, Query, Sort, search
from tests.unit.catalog.shelf import BRANDS, CATEGORIES, TAGS, a_product, an_index, labels, names

PATHS = [("tea",), ("tea", "green"), ("tea", "oolong"), ("coffee",)]


@st.composite
def products(draw: st.DrawFn, most: int = 12) -> list[Document]:
    ids = draw(st.lists(st.integers(0, 30), unique=True, max_size=most))
    return [draw(product(f"P{number:02}")) for number in ids]


@st.composite
def product(draw: st.DrawFn, product_id: str) -> Document:
    fen = st.integers(1, 3_000_000)
    return a_product(
        product_id,
        draw(st.text("龙井绿茶礼盒ab1", min_size=1, max_size=8)),
        brand=draw(st.sampled_from(sorted(BRANDS))),
        categories=draw(st.sampled_from(PATHS)),
        tags=sorted(draw(st.sets(st.sampled_from(sorted(TAGS))))),
        prices={
            f"{product_id}-{n}": price for n, price in enumerate(draw(st.lists(fen, min_size=1, max_size=3)))
        },
        sales=draw(st.integers(0, 5)),
        published=1_760_000_000 + draw(st.integers(0, 5)),
        text=draw(st.text("龙井绿茶", max_size=6)),
        state=draw(st.sampled_from(["on_sale", "on_sale", "on_sale", "off_sale"])),
    )


QUERIES = st.builds(
    Query,
    category=st.none() | st.sampled_from(sorted(CATEGORIES)),
    brands=st.frozensets(st.sampled_from(sorted(BRANDS))),
    tags=st.frozensets(st.sampled_from(sorted(TAGS))),
    least_fen=st.none() | st.integers(0, 3_000_000),
    most_fen=st.none() | st.integers(0, 3_000_000),
    sort=st.sampled_from(["price", "-price", "sales", "newest"]),
    limit=st.integers(1, 5),
)


def passes(query: Query, document: Document, price: int, but: str = "") -> bool:
    least, most = query.least_fen or 0, query.most_fen if query.most_fen is not None else price
    return (
        document.state == "on_sale"
        and (but == "category" or not query.category or query.category in document.category_ids)
        and (but == "brand" or not query.brands or document.brand_id in query.brands)
        and (but == "tag" or not query.tags or bool(query.tags & set(document.tag_ids)))
        and (but == "price" or least <= price <= most)
    )


def counted(query: Query, documents: list[Document], prices: Mapping[str, int]) -> Facets:
    """Facets by looking at every product."""

    def those(but: str) -> Iterator[Document]:
        return (it for it in documents if passes(query, it, it.price_fen(prices), but))

    opened = {None, query.category, CATEGORIES[query.category][1] if query.category else None}
    shown = {category for category, (_, parent) in CATEGORIES.items() if parent in opened}
    edges = list(zip((0, *PRICE_BOUNDS_FEN), (*PRICE_BOUNDS_FEN, None), strict=True))
    bands = Counter(
        next(edge for edge in reversed(edges) if edge[0] <= it.price_fen(prices)) for it in those("price")
    )
    return Facets(
        dict(Counter(c for it in those("category") for c in it.category_ids if c in shown)),
        dict(Counter(it.brand_id for it in those("brand"))),
        dict(Counter(tag for it in those("tag") for tag in it.tag_ids)),
        [(low, below, bands[low, below]) for low, below in edges if bands[low, below]],
    )


def key(sort: Sort, document: Document, price: int) -> int:
    return {"price": price, "-price": -price, "sales": -document.sales, "newest": -document.published}[sort]


class TestAgainstLookingAtEverything:
    @settings(max_examples=150, deadline=None)
    @given(products(), QUERIES, st.dictionaries(st.integers(0, 30), st.integers(1, 3_000_000), max_size=6))
    def test_filters_sorts_facets_and_agent_prices(
        self, documents: list[Document], query: Query, special: dict[int, int]
    ) -> None:
        prices = {f"P{number:02}-0": price for number, price in special.items()}
        index = an_index(*documents)
        found = search(index, query, index.prices_with(prices))
        wanted = [it for it in documents if passes(query, it, it.price_fen(prices))]
        wanted.sort(key=lambda it: key(query.sort, it, it.price_fen(prices)))
        assert [index.documents[number] for number in found.numbers] == wanted[: query.limit]
        assert found.total == len(wanted)
        assert found.facets == counted(query, documents, prices)

    @settings(max_examples=100, deadline=None)
    @given(
        products(),
        st.dictionaries(st.integers(0, 30), st.integers(1, 3_000_000), max_size=6),
        st.lists(st.tuples(st.sets(st.integers(0, 30), max_size=12), st.integers(0, 10_000)), max_size=3),
    )
    def test_reduced_prices(
        self, documents: list[Document], special: dict[int, int], off: list[tuple[set[int], int]]
    ) -> None:
        prices = {f"P{number:02}-0": price for number, price in special.items()}
        index = an_index(*documents)
        numbers = {index.documents[n].product_id: n for n in range(len(documents))}
        reductions = [
            Reduction(
                BitMap([numbers[f"P{one:02}"] for one in chosen if f"P{one:02}" in numbers]),
                lambda price, bps=bps: price - price * bps // 10_000,  # type: ignore[misc]
            )
            for chosen, bps in off
        ]

        def lowest(document: Document) -> int:
            number, base = numbers[document.product_id], document.price_fen()
            return min(
                [document.price_fen(prices)]
                + [one.price_of(base) for one in reductions if number in one.documents]
            )

        found = search(index, Query("", sort="price", limit=100), index.prices_with(prices, reductions))
        wanted = sorted((it for it in documents if it.state == "on_sale"), key=lowest)
        assert [index.documents[number] for number in found.numbers] == wanted

    @settings(max_examples=60, deadline=None)
    @given(products(), st.sampled_from(["relevance", "price", "sales", "newest"]), st.integers(1, 4))
    def test_pages_put_together_are_the_list(self, documents: list[Document], sort: Sort, limit: int) -> None:
        index = an_index(*documents)
        whole = search(index, Query("茶", sort=sort, limit=100)).numbers
        seen, after = [], None
        while True:
            page = search(index, Query("茶", sort=sort, limit=limit, after=after))
            seen += page.numbers
            after = page.next
            if after is None:
                break
        assert seen == whole

    @settings(max_examples=60, deadline=None)
    @given(products(), st.text("龙井绿茶", min_size=2, max_size=2))
    def test_a_pair_of_characters_is_found_where_it_stands(
        self, documents: list[Document], pair: str
    ) -> None:
        index = an_index(*documents)
        category_names = {key: name for key, (name, _) in CATEGORIES.items()}
        wanted = {
            it.product_id
            for it in documents
            if it.state == "on_sale"
            and any(
                pair in text for text in (it.name, it.text, *(category_names[key] for key in it.category_ids))
            )
        }
        found = search(index, Query(pair, limit=100))
        assert {index.documents[number].product_id for number in found.numbers} == wanted


class TestChange:
    @settings(max_examples=60, deadline=None)
    @given(products(), st.lists(products(most=4), max_size=3), st.data())
    def test_step_by_step_is_the_same_as_from_scratch(
        self, first: list[Document], steps: list[list[Document]], data: st.DataObject
    ) -> None:
        index, present = an_index(*first), {it.product_id: it for it in first}
        for changed in steps:
            removed = data.draw(st.sets(st.sampled_from(sorted(present)))) if present else set()
            removed -= {it.product_id for it in changed}
            index = snapshot.load(snapshot.dump(build.apply(index, changed, removed)))
            present = {k: v for k, v in present.items() if k not in removed} | {
                it.product_id: it for it in changed
            }
        scratch = an_index(*present.values())
        assert self.contents(index) == self.contents(scratch)

    @staticmethod
    def contents(index: Index) -> tuple[dict[str, set[str]], dict[str, Document]]:
        """Everything in an index, without the numbers."""
        numbers = {
            number: index.documents[number] for name in index.bitmaps.names for number in index.bitmaps[name]
        }
        ids = {number: document.product_id for number, document in numbers.items()}
        bitmaps = {name: {ids[number] for number in index.bitmaps[name]} for name in index.bitmaps.names}
        found = {it.product_id: index.document(it.product_id) for it in numbers.values()}
        assert found == {it.product_id: it for it in numbers.values()}
        return bitmaps, {it.product_id: it for it in numbers.values()}

    def test_the_same_again_changes_nothing(self) -> None:
        one, two = a_product("P1", "绿茶"), a_product("P2", "红茶")
        index = an_index(one, two)
        assert snapshot.dump(build.apply(index, [two, one])) == snapshot.dump(index)

    def test_the_old_index_still_answers(self) -> None:
        index = an_index(a_product("P1", "绿茶"))
        build.apply(index, [a_product("P1", "红茶")])
        assert names(index, search(index, Query("绿茶"))) == ["绿茶"]

    def test_a_renamed_category_is_found_without_touching_products(self) -> None:
        index = an_index(a_product("P1", "碧螺春", categories=("tea", "green")))
        renamed = build.apply(index, [], labels=labels() | {"cgreen": build.label("炒青", "tea")})
        assert search(renamed, Query("炒青")).total == 1
        assert search(renamed, Query("绿茶")).total == 0

    def test_removed_products_are_gone(self) -> None:
        index = build.apply(an_index(a_product("P1", "绿茶"), a_product("P2", "红茶")), [], ["P1", "unknown"])
        assert names(index, search(index, Query())) == ["红茶"]
        assert index.document("P1") is None


class TestStored:
    @settings(max_examples=50, deadline=None)
    @given(product("P01"))
    def test_documents_come_back(self, document: Document) -> None:
        assert unpack(pack(document)) == document

    def test_another_format_is_refused(self) -> None:
        with pytest.raises(snapshot.UnknownFormat):
            snapshot.load(b"shopidx0" + snapshot.dump(an_index())[8:])

    def test_an_empty_catalogue(self) -> None:
        index = an_index()
        assert search(index, Query("茶")).total == 0
        assert index.document("P1") is None


class TestSlices:
    @given(st.lists(st.lists(st.integers(0, 40), max_size=6), max_size=5), st.integers(0, 200))
    def test_sums_and_comparison(self, rows: list[list[int]], bound: int) -> None:
        total = slices.total(column(row) for row in rows)
        everything = BitMap(range(6))
        sums = [sum(row[n] for row in rows if n < len(row)) for n in range(6)]
        assert set(slices.at_least(everything, total, bound)) == {n for n in range(6) if sums[n] >= bound}


def column(numbers: list[int]) -> list[BitMap]:
    return [BitMap([n for n, number in enumerate(numbers) if number >> place & 1]) for place in range(6)]


class TestPinyin:
    def test_every_syllable_of_common_characters_can_be_typed(self) -> None:
        common = [chr(code) for code in range(0x4E00, 0x9FA6) if is_common(chr(code))]
        spoken = {lazy_pinyin(character)[0] for character in common}
        assert spoken - pinyin.SYLLABLES == {"n"}  # 嗯, which nobody sells

    @pytest.mark.parametrize(
        ("letters", "best"), [("xian", ("xian",)), ("longjing", ("long", "jing")), ("lvcha", ("lv", "cha"))]
    )
    def test_cutting(self, letters: str, best: tuple[str, ...]) -> None:
        assert pinyin.readings(letters)[0] == best

    def test_what_is_no_pinyin_has_no_reading(self) -> None:
        assert pinyin.readings("ljlc") == ()


def is_common(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
