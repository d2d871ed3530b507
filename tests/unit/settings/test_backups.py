"""Items as lines: nothing is lost, equal items are equal lines, and what differs is named."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from functions.settings import rules

scalars = st.one_of(
    st.builds(lambda text: {"S": text}, st.text(max_size=20)),
    st.builds(lambda number: {"N": str(number)}, st.integers()),
    st.builds(lambda flag: {"BOOL": flag}, st.booleans()),
    st.builds(lambda value: {"B": value}, st.binary(max_size=20)),
    st.builds(lambda values: {"SS": sorted(values)}, st.sets(st.text(max_size=5), min_size=1, max_size=4)),
    st.builds(lambda values: {"BS": sorted(values)}, st.sets(st.binary(max_size=5), min_size=1, max_size=3)),
    st.just({"NULL": True}),
)
names = st.one_of(st.text(min_size=1, max_size=8), st.sampled_from(["B", "BS", "SS", "M", "S"]))
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.builds(lambda several: {"L": several}, st.lists(inner, max_size=3)),
        st.builds(lambda several: {"M": several}, st.dictionaries(names, inner, max_size=3)),
    ),
    max_leaves=8,
)
items = st.dictionaries(names, values, max_size=5)


@given(items)
def test_an_item_comes_back_from_its_line(item):
    assert rules.line(rules.item(rules.line(item))) == rules.line(item)
    assert rules.item(rules.line(item)) == item or any(key in str(item) for key in ("SS", "BS"))


def test_the_order_of_attributes_and_sets_does_not_matter():
    one = {"pk": {"S": "A"}, "tags": {"SS": ["x", "y"]}}
    assert rules.line(one) == rules.line({"tags": {"SS": ["y", "x"]}, "pk": {"S": "A"}})


def test_the_same_items_are_the_same_file():
    item = {"pk": {"S": "A"}, "sk": {"S": "B"}}
    assert rules.packed([item]) == rules.packed([dict(item)])
    assert rules.lines(rules.packed([item, item])) == [rules.line(item)] * 2
    assert rules.lines(rules.packed([])) == []


def test_what_differs_is_named_by_its_key():
    def row(key, value):
        return {"pk": {"S": key}, "sk": {"S": "ROW"}, "n": {"N": value}}

    expected = [rules.line(row(key, "1")) for key in ("same", "lost", "other")]
    found = [row("same", "1"), row("other", "2")]
    assert rules.compare(expected, found, ["pk", "sk"]) == [
        ("item_missing", "lost ROW"),
        ("item_different", "other ROW"),
    ]


@pytest.mark.parametrize(("items", "segments"), [(0, 1), (99_999, 1), (100_000, 2), (10**9, 16)])
def test_large_tables_are_read_in_parallel(items, segments):
    assert rules.segments_for(items) == segments


@given(st.lists(items, max_size=4))
@example([{"name": {"S": "甲\u2028乙\u2029丙\x85丁"}}])
@example([])
def test_a_file_has_a_line_for_each_item(several):
    assert rules.lines(rules.packed(several)) == [rules.line(one) for one in several]
