"""What a phone meets outside: no network, a slow shop, two tabs, a session that is over."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.e2e import shop
from tests.e2e.browser.conftest import watched
from tests.e2e.shop import Person, World

_PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
_DEALER = "13800000001"


@pytest.fixture(scope="module")
def product(world: World, clerk: Person, dealer: Person) -> dict[str, Any]:
    """A product whose price dealers see."""
    published = shop.publish_product(clerk, "云南小粒咖啡豆", "KF-1", 5600, 300)
    world.settle()
    return published


@pytest.fixture
def home(world: World, browser: Browser) -> Iterator[Page]:
    """A phone before the shop, of somebody this module alone knows."""
    with watched(browser, **_PHONE) as page:
        page.goto(f"{world.base}/")
        yield page


def _button(page: Page, text: str) -> Locator:
    return page.locator("uni-button:visible", has_text=text)


def _field(page: Page, label: str) -> Locator:
    return page.get_by_label(label, exact=True).locator("input:visible")


def _sign_in(page: Page) -> None:
    _field(page, "手机号或邮箱").fill(_DEALER)
    _field(page, "密码").fill(shop.PASSWORD)
    page.locator("uni-button.primary:visible", has_text="登录").click()


def _enter(world: World, page: Page) -> None:
    """Sign in from the page of one's own, and be back there."""
    page.goto(f"{world.base}/#/pages/me/index")
    _button(page, "登录").first.click()
    _sign_in(page)
    expect(page.get_by_text("昆明翠湖商贸有限公司")).to_be_visible()


def _open(world: World, page: Page, product: dict[str, Any]) -> None:
    page.goto(f"{world.base}/#/goods/product?id={product['product_id']}")


def _spoil_session(page: Page, *names: str) -> None:
    """Make tokens on the device worthless, as time does."""
    page.evaluate(
        """names => {
          const kept = JSON.parse(localStorage.session)
          for (const name of names) kept.data[name] = 'worthless'
          localStorage.session = JSON.stringify(kept)
        }""",
        names,
    )


def _access_token(page: Page) -> str:
    return str(json.loads(page.evaluate("localStorage.session"))["data"]["access_token"])


def test_somebody_registers_over_a_bad_network_and_sees_prices_once_let_in(
    world: World, clerk: Person, home: Page, product: dict[str, Any]
) -> None:
    home.get_by_text("注册成为代理商").click()
    typed = {
        "企业名称": "丽江雪山茶行",
        "联系人": "木婉清",
        "手机号": "13800000088",
        "邮箱": "mu@example.com",
        "登录密码": shop.PASSWORD,
    }
    for label, text in typed.items():
        _field(home, label).fill(text)
    home.get_by_role("checkbox").click()

    home.context.set_offline(True)
    expect(home.get_by_text("网络已断开").first).to_be_visible()
    _button(home, "提交并获取邮箱验证码").click()
    expect(home.get_by_text("请检查网络后重试")).to_be_visible()
    for label, text in typed.items():
        expect(_field(home, label)).to_have_value(text)

    home.context.set_offline(False)
    expect(home.get_by_text("网络已断开")).to_have_count(0)
    _button(home, "提交并获取邮箱验证码").click()
    expect(home.get_by_text("查收邮件")).to_be_visible()
    _field(home, "邮箱验证码").fill(world.code_sent_to("mu@example.com"))
    _button(home, "完成注册").click()
    expect(home.get_by_text("资料审核中")).to_be_visible()

    _open(world, home, product)
    expect(home.get_by_text("通过审核后可见")).to_be_visible()
    shop.approve(clerk, shop.sign_in(world, "13800000088"))
    world.settle()
    home.reload()
    expect(home.get_by_text("商品介绍")).to_be_visible()
    expect(home.locator(".price-line")).to_contain_text("56")
    expect(_button(home, "加入购物车")).to_be_visible()


def test_what_could_not_be_loaded_comes_with_another_try(
    world: World, home: Page, product: dict[str, Any]
) -> None:
    reviews = re.compile(r"/products/\w+/reviews")
    home.route(reviews, lambda route: route.abort())
    home.goto(f"{world.base}/#/goods/reviews?id={product['product_id']}")
    expect(home.get_by_text("网络不可用")).to_be_visible()

    home.unroute(reviews)
    _button(home, "重新加载").click()
    expect(home.get_by_text("还没有评价")).to_be_visible()


def test_a_slow_shop_shows_where_things_will_be_and_late_answers_are_dropped(
    world: World, home: Page, product: dict[str, Any]
) -> None:
    held: list[Route] = []
    home.route(re.compile(r"/products\?sort=relevance"), lambda route: held.append(route))
    home.goto(f"{world.base}/#/goods/list")
    expect(home.locator(".bone:visible").first).to_be_visible()

    home.get_by_role("button", name="新品").click()
    card = home.get_by_role("link", name=product["name"])
    expect(card).to_be_visible()
    expect(home.locator(".bone:visible")).to_have_count(0)

    late = held[0].fetch().json()
    with home.expect_response(re.compile("sort=relevance")):
        held[0].fulfill(json={**late, "items": []})
    expect(card).to_be_visible()
    expect(home.get_by_text("没有找到相关商品")).to_have_count(0)


def test_who_signs_out_in_one_tab_is_signed_out_in_the_other(
    world: World, home: Page, product: dict[str, Any]
) -> None:
    _enter(world, home)
    other = home.context.new_page()
    _open(world, other, product)
    expect(other.locator(".price-line")).to_contain_text("56")

    home.goto(f"{world.base}/#/account/settings")
    _button(home, "退出登录").click()
    home.locator(".uni-modal__btn_primary:visible", has_text="退出").click()
    expect(_button(home, "注册成为代理商")).to_be_visible()
    expect(other.locator(".price-line")).to_contain_text("登录看经销价")
    expect(_button(other, "登录后订货")).to_be_visible()


def test_the_cart_shows_what_another_tab_put_into_it(
    world: World, home: Page, product: dict[str, Any]
) -> None:
    _enter(world, home)
    home.goto(f"{world.base}/#/pages/cart/index")
    expect(home.get_by_text(product["name"])).to_have_count(0)

    other = home.context.new_page()
    _open(world, other, product)
    _button(other, "加入购物车").click()
    other.locator("uni-button.wide:visible, .foot uni-button:visible", has_text="加入购物车").last.click()
    expect(other.get_by_text("已加入购物车")).to_be_visible()

    home.locator(".uni-tabbar__item", has_text="首页").click()
    home.locator(".uni-tabbar__item", has_text="购物车").click()
    expect(home.get_by_text(product["name"])).to_be_visible()


def test_a_quantity_changed_without_a_network_is_saved_when_it_is_back(
    world: World, home: Page, dealer: Person, product: dict[str, Any]
) -> None:
    dealer("PUT", f"/cart/items/{product['skus'][0]['sku_id']}", {"quantity": 2})
    _enter(world, home)
    home.goto(f"{world.base}/#/pages/cart/index")
    ready = home.locator("uni-button:not([disabled]):visible", has_text="去结算")
    expect(ready).to_be_visible()

    home.context.set_offline(True)
    home.get_by_label("增加").click()
    expect(home.get_by_text("数量会在恢复后保存")).to_be_visible()
    expect(home.get_by_label("数量").locator("input")).to_have_value("3")
    expect(ready).to_have_count(0)

    home.context.set_offline(False)
    expect(ready).to_be_visible()
    assert [line["quantity"] for line in dealer("GET", "/cart")["lines"]] == [3]


def test_an_address_typed_by_hand_opens_what_it_names(
    world: World, home: Page, product: dict[str, Any]
) -> None:
    _open(world, home, product)
    expect(home.get_by_text("商品介绍")).to_be_visible()
    home.evaluate("location.hash = '/goods/product?id=0000000000'")
    expect(home.get_by_text("商品不存在或已下架")).to_be_visible()


def test_an_expired_session_is_renewed_without_a_word(world: World, home: Page) -> None:
    _enter(world, home)
    home.wait_for_load_state("networkidle")
    _spoil_session(home, "access_token")
    home.goto(f"{world.base}/#/points/index")
    home.reload()
    expect(home.get_by_text("积分").first).to_be_visible()
    expect(home.get_by_text("可用积分")).to_be_visible()
    assert _access_token(home) != "worthless"


def test_a_session_that_is_over_asks_to_sign_in_and_leads_back(world: World, home: Page) -> None:
    _enter(world, home)
    home.wait_for_load_state("networkidle")  # its own page would ask to sign in beside the one that is opened
    _spoil_session(home, "access_token", "refresh_token")
    home.goto(f"{world.base}/#/points/index")
    expect(home.get_by_role("tab", name="密码登录")).to_be_visible()
    _sign_in(home)
    expect(home).to_have_url(re.compile("#/points/index"))
    expect(home.get_by_text("可用积分")).to_be_visible()


def _pull_down(page: Page) -> None:
    """A finger pulls the page down, one step a frame."""
    hand = page.context.new_cdp_session(page)
    hand.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": 190, "y": 200}]})
    for y in range(210, 430, 15):
        hand.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": 190, "y": y}]})
        page.evaluate("() => new Promise(requestAnimationFrame)")
    hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_pulling_down_while_the_shop_fails_is_told_and_keeps_what_was_there(
    world: World, home: Page, dealer: Person, product: dict[str, Any]
) -> None:
    dealer("PUT", f"/cart/items/{product['skus'][0]['sku_id']}", {"quantity": 2})
    _enter(world, home)
    home.locator(".uni-tabbar__item", has_text="购物车").click()
    expect(home.get_by_text(product["name"])).to_be_visible()

    home.route("**/cart", lambda route: route.fulfill(status=503, body="{}"))
    _pull_down(home)
    expect(home.get_by_text("没有刷新成功，服务暂时不可用")).to_be_visible()
    expect(home.get_by_text(product["name"])).to_be_visible()
