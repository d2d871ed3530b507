"""A dealer's own things on the phone: points spent on a gift, messages, people and addresses."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import shop
from tests.e2e.shop import Person, World


@pytest.fixture(scope="module")
def earned(world: World, dealer: Person, clerk: Person) -> int:
    """What the dealer may spend, after an order was paid."""
    product = shop.publish_product(clerk, "勐海熟普饼茶", "MH-1", 26400, 100)
    lines = [{"sku_id": product["skus"][0]["sku_id"], "quantity": 2}]
    order = shop.place(dealer, lines, shop.add_address(dealer))
    shop.pay(world, dealer, order["order_id"])
    return int(dealer("GET", "/points")["available"])


@pytest.fixture(scope="module")
def gifts(clerk: Person) -> tuple[str, str]:
    """A gift within reach and one beyond it."""
    return str(_gift(clerk, "盖碗茶具", 300)["name"]), str(_gift(clerk, "智能咖啡机", 900_000)["name"])


def _gift(clerk: Person, name: str, points: int) -> dict[str, Any]:
    gift = clerk("POST", "/admin/gifts", _terms(name, points) | {"stock": 5})
    state = {"version": gift["version"], "state": "on_sale"}
    published: dict[str, Any] = clerk("POST", f"/admin/gifts/{gift['gift_id']}/publication", state)
    return published


def _terms(name: str, points: int) -> dict[str, Any]:
    return {"name": name, "kind": "physical", "category": "sample", "points": points}


@pytest.fixture
def mine(dealer: Person, phone: Page, go: Callable[[str], None]) -> Page:
    """The page 我的 of the dealer, signed in on the phone."""
    go("/account/sign-in")
    phone.get_by_label("手机号或邮箱").locator("input").fill("13800000001")
    phone.get_by_label("密码", exact=True).locator("input").fill(shop.PASSWORD)
    phone.locator("uni-button.primary", has_text="登录").last.click()
    expect(phone.get_by_role("search", name="搜索商品")).to_be_visible()
    go("/pages/me/index")
    expect(phone.get_by_text("银牌代理")).to_be_visible()
    return phone


def test_points_become_a_gift_once_and_come_back_when_it_is_cancelled(
    mine: Page, dealer: Person, earned: int, gifts: tuple[str, str]
) -> None:
    near, far = gifts
    mine.get_by_role("link", name="我的积分").click()
    expect(mine.get_by_text(f"余额 {earned:,}").first).to_be_visible()
    mine.locator("uni-button", has_text="积分商城").last.click()
    expect(mine.get_by_role("link", name=far)).to_contain_text(f"还差 {900_000 - earned} 分")
    mine.get_by_role("link", name=near).click()
    mine.locator("uni-button", has_text="立即兑换").click()
    mine.locator("uni-button", has_text="确认兑换，使用 300 积分").dblclick()

    expect(mine.get_by_text("兑换已提交")).to_be_visible()
    redemption = dealer("GET", "/redemptions")["items"][0]
    assert (redemption["gift_name"], redemption["points"]) == (near, 300)
    assert dealer("GET", "/points")["available"] == earned - 300

    mine.locator("uni-button", has_text="取消兑换").click()
    mine.locator(".uni-modal__btn_primary").click()
    expect(mine.get_by_text("已取消", exact=True).first).to_be_visible()
    assert dealer("GET", "/points")["available"] == earned


def test_a_gift_that_changed_meanwhile_is_not_redeemed_unasked(
    mine: Page, dealer: Person, clerk: Person, earned: int, go: Callable[[str], None]
) -> None:
    gift = _gift(clerk, "竹制茶盘", 200)
    go(f"/points/gift?id={gift['gift_id']}")
    mine.locator("uni-button", has_text="立即兑换").click()
    expect(mine.locator("uni-button", has_text="使用 200 积分")).to_be_visible()
    dearer = _terms("竹制茶盘", 250) | {"version": gift["version"]}
    clerk("PUT", f"/admin/gifts/{gift['gift_id']}", dearer)
    mine.locator("uni-button", has_text="使用 200 积分").click()

    expect(mine.get_by_role("alert")).to_be_visible()
    expect(mine.locator("uni-button", has_text="使用 250 积分")).to_be_visible()
    assert dealer("GET", "/points")["available"] == earned


def test_messages_are_read_one_by_one_and_all_at_once(mine: Page, dealer: Person, earned: int) -> None:
    unread = dealer("GET", "/notifications")["unread"]
    assert unread > 1
    mine.get_by_role("link", name="消息").click()
    expect(mine.get_by_text(f"{unread} 条未读")).to_be_visible()
    mine.get_by_role("link", name=re.compile("^未读 积分到账")).first.click()
    expect(mine.get_by_text("积分明细")).to_be_visible()
    mine.go_back()
    expect(mine.get_by_text(f"{unread - 1} 条未读")).to_be_visible()
    mine.get_by_text("全部已读").click()
    expect(mine.get_by_text("没有未读消息")).to_be_visible()
    assert dealer("GET", "/notifications")["unread"] == 0


def test_the_owner_adds_a_colleague_with_a_limit_and_stops_them(mine: Page, dealer: Person) -> None:
    mine.get_by_role("link", name="子账号管理").click()
    mine.locator("uni-button", has_text="添加子账号").click()
    _fill(mine, {"姓名": "王采购", "手机号": "13800000055", "邮箱": "buyer55@example.com"})
    _fill(mine, {"每月下单限额": "5000"})
    mine.locator("uni-button", has_text=re.compile("^添加$")).click()

    card = mine.get_by_role("link", name="王采购")
    expect(card).to_contain_text("限额 ¥5,000.00")
    card.click()
    expect(mine.get_by_label("每月下单限额").locator("input")).to_have_value("5000.00")
    mine.locator("uni-button", has_text="停用这个账号").click()
    mine.locator(".uni-modal__btn_primary").click()
    expect(mine.locator("uni-button", has_text="恢复这个账号")).to_be_visible()
    (colleague,) = [one for one in _items(dealer, "/me/users") if one["name"] == "王采购"]
    assert (colleague["active"], colleague["spending_limit_fen"]) == (False, 500_000)


def test_a_pasted_address_fills_the_form_and_becomes_the_default(mine: Page, dealer: Person) -> None:
    mine.get_by_role("link", name="收货地址").click()
    mine.locator("uni-button", has_text="新增地址").click()
    mine.locator("textarea").fill("赵云 13912345678 云南省大理白族自治州大理市古城人民路 5 号")
    mine.locator("uni-button", has_text="识别").click()
    expect(mine.get_by_label("收货人").locator("input")).to_have_value("赵云")
    mine.get_by_role("checkbox").click()
    mine.locator("uni-button", has_text="保存地址").click()

    expect(mine.get_by_text("古城人民路5号")).to_be_visible()
    (saved,) = [one for one in _items(dealer, "/me/addresses") if one["contact_name"] == "赵云"]
    assert (saved["is_default"], saved["region"]["district"]) == (True, "大理市")
    mine.get_by_label("删除 古城人民路5号").click()
    mine.locator(".uni-modal__btn_primary").click()
    expect(mine.get_by_text("古城人民路5号").filter(visible=True)).to_have_count(0)


def _fill(phone: Page, fields: dict[str, str]) -> None:
    for label, text in fields.items():
        phone.get_by_label(label).locator("input").fill(text)


def _items(person: Person, path: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = person("GET", path)["items"]
    return items
