"""Where goods are sold, by rule and by index; both must say the same."""

from dataclasses import replace
from itertools import product

import pytest

from functions.auth.schemas import Region
from functions.catalog.rules.regions import codes_of, is_sold
from functions.catalog.search import build
from functions.catalog.search.query import Query, search, suggest
from tests.unit.catalog.shelf import a_product, an_index, names

GUANGZHOU = Region(
    province_code="440000",
    province="广东省",
    city_code="440100",
    city="广州市",
    district_code="440106",
    district="天河区",
)
SHENZHEN = Region(province_code="440000", province="广东省", city_code="440300", city="深圳市")
BEIJING = Region(province_code="110000", province="北京市", city_code="110100", city="北京市")
PLACES = (GUANGZHOU, SHENZHEN, BEIJING, None)


def tea(sold_in=(), not_sold_in=(), product_id="P1", name="绿茶"):
    return replace(a_product(product_id, name), sold_in=tuple(sold_in), not_sold_in=tuple(not_sold_in))


@pytest.mark.parametrize(
    ("sold_in", "not_sold_in", "sold"),
    [
        ([], [], (True, True, True, True)),
        (["440000"], [], (True, True, False, False)),
        (["440106", "110000"], [], (True, False, True, False)),
        ([], ["440100"], (False, True, True, True)),
        (["440000"], ["440300"], (True, False, False, False)),
        (["440300"], ["440000"], (False, False, False, False)),
    ],
)
def test_where_goods_are_sold(sold_in, not_sold_in, sold):
    assert tuple(is_sold(tea(sold_in, not_sold_in), place) for place in PLACES) == sold


def test_the_index_says_what_the_rule_says():
    choices = [(), ("440000",), ("440300",), ("110000", "440106")]
    shelf = [
        tea(sold_in, not_sold_in, f"P{number}")
        for number, (sold_in, not_sold_in) in enumerate(product(choices, choices))
    ]
    index = an_index(*shelf)
    for place in PLACES:
        barred = index.not_sold_in(codes_of(place))
        found = search(index, Query(limit=100), barred=barred)
        ids = {index.documents[number].product_id for number in found.numbers}
        assert ids == {one.product_id for one in shelf if is_sold(one, place)}
        assert found.total == len(ids)
        assert found.facets.brands == ({"xh": len(ids)} if ids else {})


def test_what_is_typed_leads_to_what_is_sold():
    index = an_index(tea(name="龙井绿茶"), tea(["110000"], product_id="P2", name="碧螺春绿茶"))
    here = suggest(index, "绿茶", barred=index.not_sold_in(codes_of(SHENZHEN)))
    assert [one.name for one in here if one.kind == "product"] == ["龙井绿茶"]
    assert {one.name for one in suggest(index, "绿茶") if one.kind == "product"} == {"龙井绿茶", "碧螺春绿茶"}


def test_a_limit_that_is_lifted_is_forgotten():
    limited = an_index(tea(["110000"]))
    everywhere = build.apply(limited, [tea()])
    assert limited.not_sold_in(codes_of(SHENZHEN))
    assert not everywhere.not_sold_in(codes_of(SHENZHEN))
    assert names(everywhere, search(everywhere, Query())) == ["绿茶"]
