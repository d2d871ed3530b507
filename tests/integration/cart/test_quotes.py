"""Quotes: everything the checkout shows, and a hash that changes with whatever the buyer agrees to."""

import pytest

from functions.agents import operations as agents
from functions.agents.schemas import Members, ReplaceSegment, SaveSegment
from functions.cart import operations
from functions.inventory import operations as inventory
from functions.pricing import operations as pricing
from functions.pricing.operations import terms
from functions.pricing.rules.coupons import TemplateTerms
from functions.pricing.rules.terms import Audience, Discount, PriceListTerms, PromotionTerms, Window
from functions.pricing.schemas import EditPriceEntries, PriceEntry, SetTermsState
from functions.settings import operations as settings
from functions.settings.schemas import Change, OrderSettings
from kit import transaction
from tests.kit.companies import company
from tests.kit.goods import revise, sell
from tests.kit.people import AGENT, OTHER_AGENT

SKU, SECOND = "SKU0000001", "SKU0000002"
WINDOW = Window(starts_at="2026-11-01T00:00:00Z", ends_at="2026-12-01T00:00:00Z")


def wanted(*lines, **more):
    return {"lines": [{"sku_id": sku_id, "quantity": quantity} for sku_id, quantity in lines]} | more


def quote(ask, *lines, **more):
    answer = ask("POST", "/quotes", wanted(*lines, **more))
    assert answer.status == 200, answer.text
    return answer.json


@pytest.fixture
def coupon(ask, at):
    """20 元 off from 100 元 on."""
    given = TemplateTerms(
        name="新客券", discount=Discount(off_fen=2_000), min_spend_fen=10_000, valid_days=30
    )
    terms.create_template(given, "TEMPLATE01", "test", at.now)
    transaction.commit(pricing.issue_coupon_parts(AGENT, "TEMPLATE01", "COUPON0001", "test", at.now))
    return "COUPON0001"


def charge(at, **given):
    change = Change[OrderSettings](version=0, value=OrderSettings(**given))
    settings.change(OrderSettings, change, "test", at.now)


def promote(at):
    given = PromotionTerms(
        name="开春订货会", kind="order", window=WINDOW, discount=Discount(off_fen=500), threshold_fen=20_000
    )
    terms.create_promotion(given, "PROMOTION1", "test", at.now)
    terms.set_promotion_state("PROMOTION1", SetTermsState(version=1, state="published"), "test", at.now)


def test_everything_the_checkout_shows(ask, at, coupon):
    charge(at, freight_fen=1_000, free_freight_from_fen=50_000, minimum_order_fen=10_000)
    promote(at)
    sell(SKU)
    sell(SECOND, base_price_fen=2_500)
    found = quote(ask, (SKU, 2), (SECOND, 4), coupon_id=coupon)
    assert [found[f"{name}_fen"] for name in ("goods", "promotion", "coupon", "freight", "total")] == [
        30_000,
        500,
        2_000,
        1_000,
        28_500,
    ]
    assert sum(step["amount_fen"] for step in found["steps"]) == found["total_fen"]
    assert sum(line["net_fen"] for line in found["lines"]) == 27_500
    assert found["points"] == 275
    assert (found["minimum_short_fen"], found["free_freight_short_fen"]) == (0, 20_500)
    assert found["coupon_id"] == coupon
    assert [(one["coupon_id"], one["discount_fen"], one["usable"]) for one in found["coupons"]] == [
        (coupon, 2_000, True)
    ]
    assert (found["can_order"], found["problems"]) == (True, [])


def test_a_segments_price_list_is_the_price_of_its_companies(ask, at):
    sell(SKU)
    agents.add_segment("SEGMENT001", SaveSegment(name="广东", members=Members(regions=("440000",))))
    given = PriceListTerms(name="广东价", audience=Audience(segments=("SEGMENT001",)), window=WINDOW)
    terms.create_price_list(given, "PRICELIST1", "test", at.now)
    terms.edit_entries(
        "PRICELIST1", EditPriceEntries(set=(PriceEntry(sku_id=SKU, price_fen=9_000),)), "test", at.now
    )
    terms.set_price_list_state("PRICELIST1", SetTermsState(version=1, state="published"), "test", at.now)
    assert quote(ask, (SKU, 1))["goods_fen"] == 9_000
    moved = ReplaceSegment(name="广西", members=Members(regions=("450000",)), version=1)
    agents.replace_segment("SEGMENT001", moved)
    assert quote(ask, (SKU, 1))["goods_fen"] == 10_000


def test_the_same_sku_on_two_lines_is_one(ask):
    sell(stock=5)
    found = quote(ask, (SKU, 3), (SKU, 3))
    assert [line["quantity"] for line in found["lines"]] == [6]
    assert [problem["code"] for problem in found["problems"]] == ["OutOfStock"]
    assert found["can_order"] is False


def test_the_cart_can_be_quoted(ask):
    sell()
    assert ask("POST", "/quotes", {"from_cart": True}).json["code"] == "NothingChosen"
    ask("PUT", f"/cart/items/{SKU}", {"quantity": 3})
    answer = ask("POST", "/quotes", {"from_cart": True}).json
    assert answer["hash"] == quote(ask, (SKU, 3))["hash"]


def test_problems_name_what_the_client_needs(ask, at):
    charge(at, minimum_order_fen=100_000)
    sell(stock=12, minimum=6, multiple=6)
    found = quote(ask, (SKU, 13))
    assert [
        (problem["code"], problem["nearest_quantities"], problem["available"], problem["short_fen"])
        for problem in found["problems"]
    ] == [("NotInMultiple", [12, 18], None, None), ("OutOfStock", None, 12, None)]
    (problem,) = quote(ask, (SKU, 6))["problems"]
    assert (problem["code"], problem["short_fen"], problem["text"]) == (
        "OrderBelowMinimum",
        40_000,
        "未达起订金额，还差 400.00 元",
    )


def test_a_coupon_that_cannot_be_used_is_a_problem_and_takes_nothing_off(ask, coupon):
    sell(base_price_fen=9_000)
    found = quote(ask, (SKU, 1), coupon_id=coupon)
    assert (found["coupon_fen"], found["total_fen"], found["coupon_id"]) == (0, 9_000, None)
    (problem,) = found["problems"]
    assert (problem["code"], problem["coupon_id"]) == ("CouponBelowMinimum", coupon)
    assert found["coupons"][0]["usable"] is False


def test_another_companys_coupon_is_not_found(ask, at, coupon):
    sell()
    company(OTHER_AGENT)
    with pytest.raises(pricing.CouponNotFound):
        operations.quote(OTHER_AGENT, [(SKU, 1)], coupon, at.now)
    answer = ask("POST", "/quotes", wanted((SKU, 1), coupon_id="NOSUCHCOUPON"))
    assert (answer.status, answer.json["code"]) == (404, "CouponNotFound")


def test_the_hash_stays_while_nothing_changes_and_changes_with_everything_agreed_to(ask, at, coupon):
    offer = sell(stock=50)
    first = quote(ask, (SKU, 3))["hash"]
    assert quote(ask, (SKU, 3))["hash"] == first
    seen = {first, quote(ask, (SKU, 4))["hash"], quote(ask, (SKU, 3), coupon_id=coupon)["hash"]}
    charge(at, freight_fen=800)
    seen.add(quote(ask, (SKU, 3))["hash"])
    promote(at)
    seen.add(quote(ask, (SKU, 3))["hash"])
    revise(offer, name="高山云雾茶（新装）")
    seen.add(quote(ask, (SKU, 3))["hash"])
    assert len(seen) == 6


def test_what_was_quoted_can_be_reserved_unless_it_changed(ask, at):
    offer = sell(stock=5)
    found = operations.quote(AGENT, [(SKU, 5)], None, at.now)
    revise(offer, base_price_fen=1)
    with pytest.raises(inventory.OfferChanged):
        transaction.commit(inventory.reserve_parts(found.reservations))
    again = operations.quote(AGENT, [(SKU, 5)], None, at.now)
    transaction.commit(inventory.reserve_parts(again.reservations))
    assert inventory.stock([SKU])[SKU].available == 0


def test_an_order_has_at_most_ninety_skus(ask):
    lines = [(f"SKU{number:07}", 1) for number in range(91)]
    answer = ask("POST", "/quotes", wanted(*lines))
    assert (answer.status, answer.json["code"]) == (422, "TooManySkus")
    assert ask("POST", "/quotes", wanted(*lines[:90])).json["code"] == "SkuNotFound"


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"lines": []},
        {"lines": [{"sku_id": SKU, "quantity": 1}], "from_cart": True},
        {"lines": [{"sku_id": SKU, "quantity": 0}]},
        {"lines": [{"sku_id": SKU, "quantity": -3}]},
        {"lines": [{"sku_id": "../../etc", "quantity": 1}]},
        {"lines": [{"sku_id": SKU, "quantity": 1, "price_fen": 1}]},
        {"from_cart": True, "coupon_id": "x"},
    ],
)
def test_wrong_questions_are_refused(ask, wrong):
    assert ask("POST", "/quotes", wrong).status == 422
