"""The total of an order: fixed steps, whole fen, and shares that sum to what they share."""

from hypothesis import given
from hypothesis import strategies as st

from functions.pricing.rules.order import PricingLine, price_order
from functions.pricing.rules.prices import TermsUsed, best_prices
from functions.pricing.rules.terms import Discount, Scope
from functions.settings.schemas import OrderSettings
from tests.unit.pricing.goods import NOW, Sku, coupon, promotion

FREE_FROM_500 = OrderSettings(freight_fen=1_000, free_freight_from_fen=50_000, minimum_order_fen=30_000)


def priced(lines, promotions=(), coupon=None, settings=None):
    """Price (base price, quantity) lines; the n-th is SKU `SKU000000n` of brand `BRAND0000n`."""
    wanted = [
        PricingLine(
            Sku(f"SKU{number:07}", base_price_fen=price, brand_id=f"BRAND{number:05}"), quantity=quantity
        )
        for number, (price, quantity) in enumerate(lines, start=1)
    ]
    prices = best_prices([line.offer for line in wanted], [], {}, promotions)
    return price_order(wanted, prices, promotions, coupon, settings or OrderSettings(), NOW)


def off(threshold_fen, off_fen, id_="PROMOTION1", **terms):
    discount = Discount(off_fen=off_fen)
    return promotion("order", id_, threshold_fen=threshold_fen, discount=discount, **terms)


def test_every_step_in_its_order():
    order = priced([(10_000, 3), (2_500, 4)], [off(40_000, 4_000)], coupon(), FREE_FROM_500)
    assert (order.goods_fen, order.promotion_fen, order.coupon_fen) == (40_000, 4_000, 2_000)
    assert (order.freight_fen, order.total_fen) == (1_000, 35_000)
    assert [(step.name, step.text, step.amount_fen) for step in order.steps] == [
        ("goods", "商品金额", 40_000),
        ("promotion", "「开春订货会」满 400 元减 40 元", -4_000),
        ("coupon", "优惠券「新客券」", -2_000),
        ("freight", "运费（满 500 元包邮）", 1_000),
    ]
    assert [(line.amount_fen, line.promotion_share_fen, line.coupon_share_fen) for line in order.lines] == [
        (30_000, 3_000, 1_500),
        (10_000, 1_000, 500),
    ]
    assert [line.net_fen for line in order.lines] == [25_500, 8_500]
    assert order.terms == (TermsUsed("promotion", "PROMOTION1", 1),)
    assert order.coupon_id == "COUPON0001"


def test_a_coupon_does_not_cost_the_free_freight_or_the_minimum():
    order = priced([(50_000, 1)], (), coupon(), FREE_FROM_500)
    assert (order.freight_fen, order.total_fen) == (0, 48_000)
    assert (order.minimum_short_fen, order.free_freight_short_fen) == (0, 0)
    assert order.steps[-1].text == "运费（已满 500 元，包邮）"


def test_what_is_missing_is_said():
    order = priced([(10_000, 1)], (), None, FREE_FROM_500)
    assert (order.minimum_short_fen, order.free_freight_short_fen) == (20_000, 40_000)
    assert priced([(10_000, 1)]).free_freight_short_fen is None


def test_the_threshold_is_reached_exactly_at_it():
    assert priced([(39_999, 1)], [off(40_000, 4_000)]).promotion_fen == 0
    assert priced([(40_000, 1)], [off(40_000, 4_000)]).promotion_fen == 4_000


def test_one_promotion_counts_the_one_that_takes_off_most():
    both = [off(10_000, 1_000, "PROMOTION1"), off(20_000, 3_000, "PROMOTION2")]
    order = priced([(20_000, 1)], both)
    assert (order.promotion_fen, order.terms[0].id) == (3_000, "PROMOTION2")


def test_a_promotion_is_shared_only_by_the_goods_it_is_for():
    order = priced([(10_000, 1), (10_000, 1)], [off(10_000, 999, scope=Scope(brand_ids=("BRAND00002",)))])
    assert [line.promotion_share_fen for line in order.lines] == [0, 999]


def test_a_coupon_looks_at_what_is_left_after_the_promotion():
    order = priced([(10_000, 1)], [off(10_000, 4_000)], coupon(min_spend_fen=7_000))
    assert order.coupon_fen == 0
    assert order.coupon_id is None
    assert (order.coupon_verdict.code, order.coupon_verdict.problem) == (
        "CouponBelowMinimum",
        "还差 10 元可用",
    )


def test_a_coupon_never_makes_the_total_negative():
    order = priced([(1_500, 1)], (), coupon())
    assert (order.coupon_fen, order.total_fen) == (1_500, 0)


def test_two_fen_over_three_equal_lines_stay_two_fen():
    order = priced([(100, 1)] * 3, (), coupon(Discount(off_fen=2)))
    assert [line.coupon_share_fen for line in order.lines] == [1, 1, 0]


lines = st.lists(st.tuples(st.integers(0, 5_000_000), st.integers(1, 5_000)), min_size=1, max_size=90)
discounts = st.one_of(
    st.builds(Discount, off_fen=st.integers(1, 10_000_000)),
    st.builds(Discount, off_bps=st.integers(1, 10_000), cap_fen=st.none() | st.integers(1, 10_000_000)),
)
brands = st.lists(st.integers(1, 90).map("BRAND{:05}".format), max_size=5).map(tuple)
promotions = st.lists(
    st.one_of(
        st.builds(lambda d, b: promotion(discount=d, scope=Scope(brand_ids=b)), discounts, brands),
        st.builds(
            lambda d, b, t: promotion("order", discount=d, scope=Scope(brand_ids=b), threshold_fen=t),
            discounts,
            brands,
            st.integers(1, 10_000_000),
        ),
    ),
    max_size=4,
)
coupons = st.none() | st.builds(
    lambda d, b, m: coupon(d, scope=Scope(brand_ids=b), min_spend_fen=m),
    discounts,
    brands,
    st.integers(0, 10_000_000),
)


@given(lines, promotions, coupons, st.integers(0, 100_000))
def test_shares_sum_to_what_they_share_and_nothing_is_negative(lines, promotions, coupon, freight_fen):
    order = priced(lines, promotions, coupon, OrderSettings(freight_fen=freight_fen))
    assert sum(line.amount_fen for line in order.lines) == order.goods_fen
    assert sum(line.promotion_share_fen for line in order.lines) == order.promotion_fen
    assert sum(line.coupon_share_fen for line in order.lines) == order.coupon_fen
    assert sum(line.net_fen for line in order.lines) + order.freight_fen == order.total_fen
    assert sum(step.amount_fen for step in order.steps) == order.total_fen
    for line in order.lines:
        assert min(line.unit_price_fen, line.promotion_share_fen, line.coupon_share_fen, line.net_fen) >= 0
        assert line.unit_price_fen <= line.base_price_fen
    assert order.total_fen >= order.freight_fen >= 0
