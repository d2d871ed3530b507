"""What is wrong with a line, what was pasted, and what a cart holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.auth.schemas import Region
from functions.cart import rules
from functions.cart.rules import Cart, CartLine
from functions.catalog.rules.products import Offer

SHENZHEN = Region(province_code="440000", province="广东省", city_code="440300", city="深圳市")


def offer(**changed):
    plain = {
        "sku_id": "SKU0000001",
        "version": 3,
        "product_id": "PRODUCT001",
        "name": "高山云雾茶",
        "code": "A-001",
        "spec": "250g",
        "image": "",
        "unit": "盒",
        "base_price_fen": 10_000,
        "minimum": 12,
        "multiple": 6,
        "units_per_carton": 24,
        "category_path": ("CATEGORY01",),
        "brand_id": "BRAND00001",
        "tags": (),
        "on_sale": True,
        "points_eligible": True,
    }
    return Offer(**plain | changed)


def problems(quantity, available=1_000, **changed):
    found = rules.line_problems(offer(**changed), quantity, SHENZHEN, available)
    return [(one.code, one.data.get("nearest_quantities") or one.data.get("available")) for one in found]


def line(sku_id="SKU0000001", quantity=12, price_fen=10_000):
    return CartLine(sku_id, quantity, price_fen, "2026-11-22T02:00:00Z")


@pytest.mark.parametrize("quantity", [12, 18, 24, 600])
def test_valid_quantities(quantity):
    assert problems(quantity) == []


@pytest.mark.parametrize(
    ("quantity", "code", "nearest"),
    [
        (1, "BelowMinimum", [12]),
        (11, "BelowMinimum", [12]),
        (13, "NotInMultiple", [12, 18]),
        (17, "NotInMultiple", [12, 18]),
    ],
)
def test_wrong_quantities_name_their_neighbours(quantity, code, nearest):
    assert problems(quantity) == [(code, nearest)]


def test_missing_stock_is_told_with_what_is_left():
    assert problems(24, available=23) == [("OutOfStock", 23)]
    assert problems(24, available=24) == []
    found = rules.line_problems(offer(), 12, SHENZHEN, 0)
    assert [(one.code, one.text) for one in found] == [("OutOfStock", "暂时无货")]


def test_what_is_not_sold_where_the_company_is():
    for limits in ({"sold_in": ("310000",)}, {"not_sold_in": ("440300",)}):
        assert problems(1, **limits) == [("NotSoldHere", None)]
        assert rules.refusal(offer(**limits), 12, SHENZHEN) == "该商品不在您的地区销售"
    assert problems(12, sold_in=("440000",), not_sold_in=("440100",)) == []


def test_off_sale_says_only_that():
    assert problems(1, available=0, on_sale=False) == [("Unavailable", None)]


def test_a_changed_price_is_told_but_does_not_block():
    dearer = rules.price_problem(line(price_fen=10_000), 12_000)
    assert (dearer.text, dearer.blocks) == ("价格已由 100.00 元涨至 120.00 元", False)
    assert rules.price_problem(line(price_fen=10_000), 9_000).text == "价格已由 100.00 元降至 90.00 元"
    assert rules.price_problem(line(price_fen=10_000), 10_000) is None


def test_the_same_sku_twice_is_one_line():
    assert rules.summed([("A", 1), ("B", 2), ("A", 3)]) == {"A": 4, "B": 2}


def test_an_order_has_one_to_ninety_skus():
    with pytest.raises(rules.NothingChosen):
        rules.summed([])
    assert len(rules.summed((f"SKU{number}", 1) for number in range(90))) == 90
    with pytest.raises(rules.TooManySkus):
        rules.summed((f"SKU{number}", 1) for number in range(91))


def test_a_quantity_is_set_and_not_added():
    cart = Cart("AGENT", (line("A", 6), line("B", 6))).with_lines([line("A", 12)])
    assert [(one.sku_id, one.quantity) for one in cart.lines] == [("A", 12), ("B", 6)]
    assert [one.sku_id for one in cart.without(["A", "C"]).lines] == ["B"]


def test_a_full_cart_takes_no_further_sku_but_other_quantities():
    full = Cart("AGENT", tuple(line(f"SKU{number}") for number in range(200)))
    assert len(full.with_lines([line("SKU7", 24)]).lines) == 200
    with pytest.raises(rules.CartFull):
        full.with_lines([line("ANOTHER")])


@pytest.mark.parametrize(
    "text",
    ["A-100,24", "A-100, 24", "a-100 24", "A-100\t24", "A-100，24", "A-100 x 24", "A-100×24", "A-100: 24"],
)
def test_pasted_lines(text):
    (found,) = rules.read_pasted(text)
    assert (found.number, found.code, found.quantity) == (1, "A-100", 24)


def test_pasted_lines_keep_their_numbers_and_say_what_could_not_be_read():
    found = rules.read_pasted("A-100, 24\n\n  \nno quantity\nA 1 B, 6\n,5\nA-1, -5\nA-1, 1.5\n")
    assert [(one.number, one.code, one.quantity) for one in found if one.code] == [
        (1, "A-100", 24),
        (5, "A 1 B", 6),
    ]
    assert [one.number for one in found if not one.code] == [4, 6, 7, 8]


def test_a_code_may_end_in_x():
    assert [one.code for one in rules.read_pasted("BOX 24\nBOX x 24\nBOX,24")] == ["BOX"] * 3


def test_quantities_out_of_bounds_are_refused():
    assert rules.refusal(offer(minimum=1, multiple=1), 0, SHENZHEN) == "数量须在 1 至 1000000 之间"
    assert rules.refusal(offer(minimum=1, multiple=1), 1_000_001, SHENZHEN)
    assert rules.refusal(offer(minimum=1, multiple=1), 1_000_000, SHENZHEN) == ""
    assert rules.refusal(None, 1, SHENZHEN) == "没有找到该规格"
    assert rules.refusal(offer(), 13, SHENZHEN) == "须按 6 盒的倍数订购，可订 12 或 18"


@given(st.text(max_size=200))
def test_whatever_is_pasted_can_be_read(text):
    for found in rules.read_pasted(text):
        assert found.quantity >= 0
        assert found.text
