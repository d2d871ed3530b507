"""What a file of products says, line by line, and that what is written can be read again."""

from typing import Any

import pytest

from functions.catalog.rules import sheets
from functions.catalog.rules.groups import Group
from functions.catalog.rules.products import Product, Sku
from functions.catalog.rules.sheets import Names, SheetTooLong, SheetUnreadable

NAMES = Names(
    [
        Group("category", "CATEGORY01", "茶叶", 0, 1),
        Group("category", "CATEGORY02", "绿茶", 0, 1, parent_id="CATEGORY01"),
        Group("category", "CATEGORY03", "礼盒", 0, 1),
        Group("category", "CATEGORY04", "绿茶", 0, 1, parent_id="CATEGORY03"),
    ],
    [Group("brand", "BRAND00001", "西湖牌", 0, 1)],
    [Group("tag", "TAG0000001", "送礼", 0, 1)],
)


def problems(content: str) -> list[tuple[int, str]]:
    return [(one.line, one.column) for entry in sheets.read(content) for one in entry.problems]


def read_one(name: str, cell: str) -> Any:
    """What a cell of the column with this title says; None for nothing."""
    (entry,) = sheets.read(f'货号,商品名称,{name}\nA-1,茶,"{cell}"')
    if entry.problems:
        return entry.problems[0].message
    return {**entry.lines[0].values}.popitem()[1]


class TestReading:
    def test_lines_of_one_product_go_together(self) -> None:
        first, second = sheets.read(
            "\ufeff货号,商品名称,分类\r\na-1,龙井,茶叶\r\nB-1,毛峰,\r\nA-2,龙井,\r\n\r\n"
        )
        assert [line.number for line in first.lines] == [2, 4]
        assert first.product == {"name": "龙井", "category_id": "茶叶"}
        assert (first.codes, second.codes) == (["A-1", "A-2"], ["B-1"])

    @pytest.mark.parametrize(
        ("title", "cell", "value"),
        [
            ("单价(元)", "128", 12800),
            ("单价(元)", "1,280.5", 128050),
            ("单价(元)", "0.010", 1),
            ("单价(元)", "1.005", "应为金额（元），最多两位小数"),
            ("单价(元)", "-1", "应为金额（元），最多两位小数"),
            ("单价(元)", "1e3", "应为金额（元），最多两位小数"),
            ("起订量", "6.0", 6),
            ("起订量", "6.5", "应为整数"),
            ("可售", "否", False),
            ("可售", "no", "应为 是 或 否"),
            ("标签", "送礼| 新品 ｜", ["送礼", "新品"]),
            ("副标题", "'=1+1", "=1+1"),
            ("商品编号", "../x", "格式不正确"),
            ("版本", "1", 1),
        ],
    )
    def test_cells(self, title: str, cell: str, value: Any) -> None:
        assert read_one(title, cell) == value

    @pytest.mark.parametrize(
        "content",
        [
            "",
            "货号",
            "商品名称\n茶",
            "货号,商品名称,颜色\nA,茶,绿",
            "货号,商品名称,货号\nA,茶,B",
            '货号,商品名称\n"A,茶',
            "\x00\x01",
        ],
    )
    def test_what_is_no_such_table(self, content: str) -> None:
        with pytest.raises(SheetUnreadable):
            sheets.read(content)

    def test_too_many_lines(self) -> None:
        rows = [f"A-{number},茶" for number in range(sheets.MOST_LINES + 1)]
        with pytest.raises(SheetTooLong):
            sheets.read("\n".join(["货号,商品名称", *rows]))
        assert len(sheets.read("\n".join(["货号,商品名称", *rows[1:]]))[0].lines) == sheets.MOST_LINES

    def test_problems_name_their_line_and_column(self) -> None:
        assert problems("货号,商品名称,副标题\nA-1,茶,好\nA-1,茶,坏\n,茶,\n有 空格,茶,") == [
            (3, "副标题"),
            (3, "货号"),
            (4, "货号"),
            (5, "货号"),
        ]


class TestNames:
    @pytest.mark.parametrize(
        ("name", "said", "found"),
        [
            ("category_id", "茶叶>绿茶", "CATEGORY02"),
            ("category_id", "礼盒 > 绿茶", "CATEGORY04"),
            ("category_id", "茶叶", "CATEGORY01"),
            ("brand_id", "西湖牌", "BRAND00001"),
            ("tag_ids", ["送礼"], ["TAG0000001"]),
            ("subtitle", "好茶", "好茶"),
        ],
    )
    def test_known_ones(self, name: str, said: Any, found: Any) -> None:
        assert NAMES.resolve(name, said) == found

    @pytest.mark.parametrize(
        ("name", "said"),
        [("category_id", "绿茶"), ("category_id", "咖啡"), ("brand_id", "无"), ("tag_ids", ["送礼", "无"])],
    )
    def test_unknown_and_unclear_ones(self, name: str, said: Any) -> None:
        with pytest.raises(ValueError):
            NAMES.resolve(name, said)


def test_what_is_written_can_be_read_again() -> None:
    skus = (
        Sku("SKU0000001", "A-1", ("250g", "罐"), "盒", 12_800, 6, 6, 12, "6901234567890"),
        Sku("SKU0000002", "A-2", ("500g", "袋"), "盒", 5, image="public/products/2.png", on_sale=False),
    )
    product = Product(
        "PRODUCT001",
        "on_sale",
        3,
        "龙井",
        '=HYPERLINK("http://x")',
        "<p>好,\n茶</p>",
        ("public/products/1.png", "public/products/3.png"),
        "BRAND00001",
        "CATEGORY02",
        ("TAG0000001",),
        ("净含量", "包装"),
        skus,
        "",
        "",
        None,
    )
    content = "".join(sheets.write([product], NAMES))
    assert content.startswith("\ufeff状态,商品编号")
    assert ",=HYPER" not in content
    (entry,) = sheets.read(content)
    assert entry.problems == []
    said = {name: NAMES.resolve(name, value) for name, value in entry.product.items()}
    for name, value in said.items():
        known = getattr(product, name)
        assert value == (list(known) if isinstance(known, tuple) else known)
    for (_, line), sku in zip(entry.skus(), skus, strict=True):
        assert {name: tuple(value) if isinstance(value, list) else value for name, value in line.items()} == {
            name: value for name, value in vars(sku).items() if name in line
        }
