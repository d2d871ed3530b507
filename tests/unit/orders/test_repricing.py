"""New prices of unpaid orders: to the fen, never below nothing, with discounts that still sum up."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.orders import rules
from functions.orders.rules import Line
from functions.orders.rules.repricing import repriced
from tests.kit.orders import FIRST, SECOND, THIRD, order

LINES = (Line(FIRST, 1, 2, 10_000, 3_000), Line(SECOND, 1, 3, 2_550))
fen = st.integers(0, 1_000_000)


def test_a_new_price_changes_its_line_only() -> None:
    before = order(*LINES, freight_fen=800)
    after = repriced(before, {SECOND: 2_000}, None)
    assert [line.net_fen for line in after.lines] == [17_000, 6_000]
    assert (before.total_fen, after.total_fen) == (25_450, 23_800)
    assert (after.terms.coupon_fen, after.terms.freight_fen, after.price_changes) == (3_000, 800, 1)


def test_freight_alone() -> None:
    after = repriced(order(*LINES, freight_fen=800), {}, 0)
    assert (after.total_fen, after.lines) == (24_650, LINES)


def test_a_discount_is_at_most_what_its_line_costs() -> None:
    before = order(*LINES)
    before = replace(before, terms=replace(before.terms, coupon_fen=1_000, promotion_fen=2_000))
    after = repriced(before, {FIRST: 500}, None)
    assert [line.net_fen for line in after.lines] == [0, 7_650]
    assert (after.terms.coupon_fen, after.terms.promotion_fen, after.total_fen) == (0, 1_000, 7_650)


@given(
    st.lists(st.tuples(st.integers(1, 500), fen, fen, fen), min_size=1, max_size=3), fen, fen, st.floats(0, 1)
)
def test_shares_sum_to_the_discounts_and_lines_to_the_total(
    given_lines: list[tuple[int, int, int, int]], freight_fen: int, new_freight_fen: int, part: float
) -> None:
    skus = (FIRST, SECOND, THIRD)
    lines = [
        Line(sku_id, 1, quantity, price, min(discount, price * quantity))
        for sku_id, (quantity, price, discount, _) in zip(skus, given_lines, strict=False)
    ]
    before = order(*lines, freight_fen=freight_fen)
    promotion_fen = int(before.terms.coupon_fen * part)
    coupon_fen = before.terms.coupon_fen - promotion_fen
    before = replace(before, terms=replace(before.terms, promotion_fen=promotion_fen, coupon_fen=coupon_fen))
    prices = {
        line.sku_id: new for line, (_, old, _, new) in zip(lines, given_lines, strict=True) if new != old
    }
    if not prices and freight_fen == new_freight_fen:
        return
    after = repriced(before, prices, new_freight_fen)
    shares = sum(line.discount_fen for line in after.lines)
    assert shares == after.terms.promotion_fen + after.terms.coupon_fen
    assert min(after.terms.promotion_fen, after.terms.coupon_fen) >= 0
    assert all(line.net_fen >= 0 for line in after.lines)
    assert after.total_fen == sum(line.net_fen for line in after.lines) + new_freight_fen


def test_what_changes_nothing_or_is_not_in_the_order_is_refused() -> None:
    with pytest.raises(rules.NothingRepriced):
        repriced(order(*LINES), {FIRST: 10_000}, 0)
    with pytest.raises(rules.NotInOrder):
        repriced(order(*LINES), {THIRD: 1}, None)
