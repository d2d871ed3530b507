"""A dealer buys: from the search to points, through a changed price, a double tap and a lost network."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.e2e import shop
from tests.e2e.shop import Person, World


@pytest.fixture(scope="module")
def tea(world: World, clerk: Person) -> dict[str, Any]:
    """A product on sale, in sixes."""
    product = shop.publish_product(clerk, "易武古树春茶", "YW-6", 12800, 600, minimum=6, multiple=6)
    world.settle()
    return product


@pytest.fixture
def buyer(dealer: Person, phone: Page, go: Callable[[str], None]) -> Person:
    """The dealer, signed in on the phone, with an address and an empty cart."""
    if not dealer("GET", "/me/addresses")["items"]:
        shop.add_address(dealer)
    for line in dealer("GET", "/cart")["lines"]:
        dealer("DELETE", f"/cart/items/{line['sku_id']}")
    go("/account/sign-in")
    phone.get_by_label("手机号或邮箱").locator("input").fill("13800000001")
    phone.get_by_label("密码", exact=True).locator("input").fill(shop.PASSWORD)
    phone.locator("uni-button.primary", has_text="登录").last.click()
    expect(phone.get_by_role("search", name="搜索商品")).to_be_visible()
    return dealer


@pytest.fixture
def checkout(
    buyer: Person, phone: Page, tea: dict[str, Any], go: Callable[[str], None]
) -> Callable[[int], None]:
    """Go to the checkout with so many pieces."""

    def open_checkout(pieces: int) -> None:
        buyer("PUT", f"/cart/items/{tea['skus'][0]['sku_id']}", {"quantity": pieces})
        go("/pages/cart/index")
        _button(phone, "去结算（1）").click()
        expect(_button(phone, "提交订单")).to_be_visible()

    return open_checkout


def _orders(person: Person) -> list[str]:
    return [order["order_id"] for order in person("GET", "/orders")["items"]]


def _button(phone: Page, text: str) -> Locator:
    """A button that may be pressed: those of the pages are no buttons to the browser, it would press any."""
    return phone.locator("uni-button:not([disabled])", has_text=text)


def _cashier(phone: Page) -> Locator:
    """What pays at the provider's cashier, which no page of the shop is."""
    return phone.locator("button", has_text="确认支付")


def test_a_dealer_buys_what_they_searched_for_and_earns_points(
    world: World, phone: Page, buyer: Person, tea: dict[str, Any]
) -> None:
    phone.get_by_role("search", name="搜索商品").click()
    phone.locator("input").first.fill("古树")
    phone.get_by_text("商品", exact=True).first.wait_for()
    phone.keyboard.press("Enter")
    phone.get_by_role("link", name=str(tea["name"])).click()

    _button(phone, "加入购物车").click()
    phone.get_by_label("增加").click()
    expect(phone.get_by_text(re.compile("订 12 .约得 .+ 积分"))).to_be_visible()
    phone.locator("uni-button.wide", has_text="加入购物车").click()
    phone.get_by_role("link", name="购物车").click()

    phone.get_by_label("增加").click()
    expect(phone.get_by_text("小计 ¥2,304.00")).to_be_visible()
    _button(phone, "去结算（1）").click()
    phone.get_by_label("采购单号").locator("input").fill("PO-2026-11")
    _button(phone, "提交订单").click()

    _cashier(phone).click()
    expect(phone.get_by_text("支付成功")).to_be_visible()
    expect(phone.get_by_text(re.compile(r"获得 [\d,]+ 积分"))).to_be_visible()
    _button(phone, "查看订单").click()
    expect(phone.get_by_text("PO-2026-11")).to_be_visible()

    world.settle()
    order = buyer("GET", f"/orders/{_orders(buyer)[0]}")
    assert (order["state"], order["units"], order["purchase_number"]) == ("to_ship", 18, "PO-2026-11")
    points = buyer("GET", "/points")
    assert points["available"] + points["pending"] > 0
    assert buyer("GET", "/cart")["lines"] == []


def test_a_price_that_changed_is_shown_and_agreed_to(
    world: World,
    clerk: Person,
    phone: Page,
    buyer: Person,
    tea: dict[str, Any],
    checkout: Callable[[int], None],
) -> None:
    checkout(6)
    before = _orders(buyer)
    path = f"/admin/products/{tea['product_id']}"
    product = clerk("GET", path)
    kept = ("sku_id", "code", "values", "unit", "minimum", "multiple", "base_price_fen")
    sku = {name: product["skus"][0][name] for name in kept}
    skus = [sku | {"base_price_fen": 13800}]
    dearer = {"version": product["version"], "spec_names": product["spec_names"], "skus": skus}
    clerk("PATCH", path, dearer)
    world.settle()

    _button(phone, "提交订单").click()
    expect(phone.get_by_text("请确认变化")).to_be_visible()
    expect(phone.get_by_text("单价 ¥128.00 → ¥138.00")).to_be_visible()
    assert _orders(buyer) == before
    _button(phone, "按新金额提交").click()

    expect(_cashier(phone)).to_be_visible()
    placed = [order_id for order_id in _orders(buyer) if order_id not in before]
    assert [buyer("GET", f"/orders/{order_id}")["goods_fen"] for order_id in placed] == [6 * 13800]


def test_two_taps_are_one_order(phone: Page, buyer: Person, checkout: Callable[[int], None]) -> None:
    checkout(6)
    before = _orders(buyer)
    _button(phone, "提交订单").evaluate("button => { button.click(); button.click() }")
    expect(_cashier(phone)).to_be_visible()
    assert len(_orders(buyer)) == len(before) + 1


def test_an_order_whose_answer_was_lost_is_not_placed_twice(
    phone: Page, buyer: Person, checkout: Callable[[int], None]
) -> None:
    checkout(6)
    before = _orders(buyer)

    def lose_the_answer(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch()  # the shop takes the order; the phone never hears of it
            route.abort("internetdisconnected")
        else:
            route.continue_()

    phone.route("**/orders", lose_the_answer)
    _button(phone, "提交订单").click()
    expect(phone.get_by_text("重新提交不会重复下单")).to_be_visible()
    phone.unroute("**/orders")
    phone.reload()
    _button(phone, "重新提交").click()

    expect(_cashier(phone)).to_be_visible()
    assert len(_orders(buyer)) == len(before) + 1
