"""A buyer beyond the monthly limit asks, and the owner places the order, each on a phone of their own."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e import shop
from tests.e2e.browser.conftest import watched
from tests.e2e.shop import Person, World

BUYER_PHONE = "13700000009"


@pytest.fixture(scope="module")
def tea(world: World, clerk: Person) -> dict[str, Any]:
    """A product on sale."""
    product = shop.publish_product(clerk, "布朗山生普", "BL-1", 12800, 600)
    world.settle()
    return product


@pytest.fixture
def buyer(world: World, dealer: Person, phone: Page, go: Callable[[str], None]) -> Page:
    """A colleague who may spend a hundred yuan a month, signed in by SMS."""
    shop.add_address(dealer)
    person = {"name": "采购小林", "phone": BUYER_PHONE, "email": "xiaolin@example.com", "role": "buyer"}
    dealer("POST", "/me/users", person | {"spending_limit_fen": 100_00})
    go("/account/sign-in")
    phone.get_by_role("tab", name="验证码登录").click()
    phone.get_by_label("手机号").locator("input").fill(BUYER_PHONE)
    phone.locator("uni-button", has_text="获取验证码").click()
    expect(phone.get_by_text("验证码已发送")).to_be_visible()
    phone.get_by_label("短信验证码").locator("input").fill(world.code_sent_to(BUYER_PHONE))
    phone.locator("uni-button.primary", has_text="登录").last.click()
    expect(phone.get_by_role("search", name="搜索商品")).to_be_visible()
    return phone


@pytest.fixture
def owner(world: World, dealer: Person, browser: Browser) -> Iterator[Page]:
    """The owner's phone."""
    with watched(browser, viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True) as page:
        page.goto(f"{world.base}/#/account/sign-in")
        page.get_by_label("手机号或邮箱").locator("input").fill("13800000001")
        page.get_by_label("密码", exact=True).locator("input").fill(shop.PASSWORD)
        page.locator("uni-button.primary", has_text="登录").last.click()
        expect(page.get_by_role("search", name="搜索商品")).to_be_visible()
        yield page


def _button(page: Page, text: str) -> Locator:
    return page.locator("uni-button:not([disabled])", has_text=text)


def _ask(world: World, dealer: Person, page: Page, tea: dict[str, Any], pieces: int) -> None:
    dealer("PUT", f"/cart/items/{tea['skus'][0]['sku_id']}", {"quantity": pieces})
    page.goto(f"{world.base}/#/pages/cart/index")
    _button(page, "去结算（1）").click()
    _button(page, "提交订单").click()
    expect(page.get_by_text("超出本月额度（剩余 ¥100.00）")).to_be_visible()
    page.get_by_label("申请说明").locator("input").fill("元旦备货")
    _button(page, "提交审批").click()
    expect(page.get_by_text("负责人同意后会自动下单")).to_be_visible()


def test_a_request_becomes_an_order_or_comes_back_with_a_reason(
    world: World, dealer: Person, tea: dict[str, Any], buyer: Page, owner: Page
) -> None:
    _ask(world, dealer, buyer, tea, 2)
    assert dealer("GET", "/orders")["items"] == []

    world.settle()
    owner.goto(f"{world.base}/#/pages/me/index")
    owner.get_by_text("采购申请").click()
    owner.get_by_role("link", name="采购申请 布朗山生普").click()
    expect(owner.get_by_text("元旦备货")).to_be_visible()
    _button(owner, "同意并下单").click()
    expect(owner.get_by_text("待付款").first).to_be_visible()
    (order,) = dealer("GET", "/orders")["items"]
    assert (order["total_fen"], order["state"]) == (256_00, "pending_payment")

    buyer.goto(f"{world.base}/#/trade/requests")
    buyer.get_by_role("tab", name="全部").click()
    buyer.get_by_role("link", name="采购申请 布朗山生普").click()
    expect(buyer.get_by_text("李娜已同意并下单")).to_be_visible()

    _ask(world, dealer, buyer, tea, 3)
    (waiting,) = dealer("GET", "/purchase-requests", query={"state": "pending"})["items"]
    owner.goto(f"{world.base}/#/trade/request?id={waiting['request_id']}")
    _button(owner, "不同意").click()
    owner.get_by_label("原因").locator("input").fill("预算已用完")
    _button(owner, "告知申请人").click()
    expect(owner.get_by_text("未同意：预算已用完")).to_be_visible()
    buyer.goto(f"{world.base}/#/trade/request?id={waiting['request_id']}")
    buyer.reload()
    expect(buyer.get_by_text("未同意：预算已用完")).to_be_visible()
    assert len(dealer("GET", "/orders")["items"]) == 1
