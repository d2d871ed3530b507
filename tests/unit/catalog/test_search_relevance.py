"""What a dealer types, and what should come first."""

import pytest

from functions.catalog.search.query import Query, search, suggest
from tests.unit.catalog.shelf import a_product, an_index, ask

LONGJING = a_product("P1", "西湖龙井绿茶", categories=("tea", "green"), sales=5, codes=["LJ-0250"])
GIFT = a_product("P2", "绿茶礼盒", tags=("gift",))
SPRING_GIFT = a_product("P3", "绿茶春季礼盒", sales=9)
FLOWER_GIFT = a_product("P4", "花茶礼盒", sales=50)
TOOTHPASTE = a_product("P5", "清新牙膏", categories=(), text="含绿茶精华，口气清新", sales=900)
BILUOCHUN = a_product("P6", "碧螺春 500ml", categories=("tea", "green"), tags=("spring",), sales=2)
HOTPOT = a_product("P7", "重庆火锅底料", categories=(), brand="wy", codes=["HG-01", "HG-02"])
COFFEE = a_product("P8", "Gold 速溶咖啡", categories=("coffee",), brand="nestle")
YANCHA = a_product("P9", "大红袍岩茶", categories=("tea", "oolong"), brand="wy")

INDEX = an_index(LONGJING, GIFT, SPRING_GIFT, FLOWER_GIFT, TOOTHPASTE, BILUOCHUN, HOTPOT, COFFEE, YANCHA)


class TestRelevance:
    def test_name_before_category_before_description_however_well_they_sell(self) -> None:
        assert ask(INDEX, "绿茶") == ["西湖龙井绿茶", "绿茶春季礼盒", "绿茶礼盒", "碧螺春 500ml", "清新牙膏"]

    def test_words_side_by_side_before_words_apart_before_most_of_the_words(self) -> None:
        assert ask(INDEX, "绿茶礼盒") == ["绿茶礼盒", "绿茶春季礼盒", "花茶礼盒"]

    def test_among_equals_what_sells_more_comes_first(self) -> None:
        assert ask(INDEX, "礼盒") == ["花茶礼盒", "绿茶春季礼盒", "绿茶礼盒"]

    def test_a_name_outweighs_the_tag_of_the_same_words(self) -> None:
        assert ask(INDEX, "春季") == ["绿茶春季礼盒", "碧螺春 500ml"]

    @pytest.mark.parametrize(
        ("typed", "best"),
        [
            ("武夷山岩茶", "大红袍岩茶"),  # brand and name in one stretch
            ("龙井 绿茶", "西湖龙井绿茶"),
            ("nestle", "Gold 速溶咖啡"),
            ("ＮＥＳＴＬＥ", "Gold 速溶咖啡"),  # full-width letters
            ("gol", "Gold 速溶咖啡"),
            ("500", "碧螺春 500ml"),
            ("送礼", "绿茶礼盒"),
            ("茶", "花茶礼盒"),
        ],
    )
    def test_best_answer(self, typed: str, best: str) -> None:
        assert ask(INDEX, typed)[0] == best


class TestCodes:
    @pytest.mark.parametrize("typed", ["LJ-0250", "lj0250", "LJ02", "ｌｊ－0250"])
    def test_sku_code_or_its_beginning(self, typed: str) -> None:
        assert ask(INDEX, typed) == ["西湖龙井绿茶"]

    def test_code_of_a_second_sku(self) -> None:
        two_skus = a_product("P1", "火锅底料", prices={"S1": 100, "S2": 200}, codes=["HG-01", "HG-02"])
        assert ask(an_index(two_skus), "hg-02") == ["火锅底料"]


class TestPinyin:
    @pytest.mark.parametrize(
        "typed", ["longjing", "LongJing", "longjinglvcha", "longj", "ljlc", "xihulongjing"]
    )
    def test_syllables_whole_and_half_typed_and_initials(self, typed: str) -> None:
        assert ask(INDEX, typed) == ["西湖龙井绿茶"]

    def test_reading_depends_on_the_word(self) -> None:
        assert ask(INDEX, "chongqing") == ["重庆火锅底料"]
        assert ask(INDEX, "zhongqing") == []

    def test_brands_and_categories_are_heard_too(self) -> None:
        assert set(ask(INDEX, "wuyishan")) == {"重庆火锅底料", "大红袍岩茶"}


class TestNothingFound:
    @pytest.mark.parametrize("typed", ["潜水艇", "zzzz", "!!!", "。"])
    def test_unknown_words_find_nothing(self, typed: str) -> None:
        found = search(INDEX, Query(typed))
        assert (found.numbers, found.total, found.exact) == ([], 0, False)

    def test_half_of_the_words_is_answered_but_not_called_exact(self) -> None:
        found = search(INDEX, Query("龙井 潜水"))
        assert (found.total, found.exact) == (1, False)

    def test_no_words_is_the_whole_catalogue(self) -> None:
        found = search(INDEX, Query("  "))
        assert (found.total, found.exact) == (9, True)


class TestSuggestions:
    def test_categories_and_brands_first_then_products(self) -> None:
        suggested = [(it.kind, it.name) for it in suggest(INDEX, "绿")]
        assert suggested[0] == ("category", "绿茶")
        assert ("product", "西湖龙井绿茶") in suggested

    def test_pinyin_half_typed(self) -> None:
        assert suggest(INDEX, "wuyis")[0].name == "武夷山"

    def test_no_more_than_asked_for(self) -> None:
        assert len(suggest(INDEX, "茶", limit=4)) == 4

    def test_brands_without_products_on_sale_are_not_suggested(self) -> None:
        index = an_index(a_product("P1", "大红袍岩茶", brand="wy", state="draft"))
        assert suggest(index, "武夷") == []
