"""Somebody who does not know the shop yet looks around, and asks to become an agent."""

import base64
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import shop
from tests.e2e.shop import Person, World

_PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture(scope="module")
def walnut(world: World, clerk: Person) -> str:
    """A product on sale that can be found."""
    product = shop.publish_product(clerk, "漾濞薄皮核桃", "HT-1", 3980, 240, minimum=6, multiple=6)
    world.settle()
    return str(product["name"])


def test_a_visitor_finds_a_product_and_is_told_how_to_see_its_price(phone: Page, walnut: str) -> None:
    expect(phone.get_by_text("注册成为代理商")).to_be_visible()
    phone.get_by_role("search", name="搜索商品").press("Enter")
    phone.get_by_role("searchbox", name="搜索商品").fill("核桃")
    phone.get_by_text("商品", exact=True).first.wait_for()
    phone.keyboard.press("Enter")

    card = phone.get_by_role("link", name=walnut)
    expect(card).to_contain_text("登录看经销价")
    expect(card).to_contain_text("6 ")
    card.click()

    expect(phone.get_by_text("商品介绍")).to_be_visible()
    expect(phone.get_by_text("库存 240")).to_be_visible()
    phone.locator("uni-button", has_text="登录后订货").click()
    expect(phone.get_by_role("tab", name="密码登录")).to_be_visible()


def test_a_visitor_registers_and_waits_for_the_answer(
    world: World, phone: Page, go: Callable[[str], None]
) -> None:
    phone.get_by_text("注册成为代理商").click()
    send = phone.locator("uni-button", has_text="提交并获取邮箱验证码")
    phone.get_by_role("checkbox").click()
    send.click()
    expect(phone.get_by_role("alert").filter(has_text="手机号格式不正确")).to_be_visible()

    for label, text in {
        "企业名称": "大理苍山商贸有限公司",
        "联系人": "段誉",
        "手机号": "13800000077",
        "邮箱": "duan@example.com",
        "登录密码": shop.PASSWORD,
    }.items():
        phone.get_by_label(label, exact=True).locator("input").fill(text)
    with phone.expect_file_chooser() as chooser:
        phone.get_by_role("button", name="添加图片").click()
    chooser.value.set_files({"name": "licence.png", "mimeType": "image/png", "buffer": _PICTURE})
    send.click()

    expect(phone.get_by_text("查收邮件")).to_be_visible()
    expect(phone.get_by_text(re.compile(r"\d+ 秒后重发"))).to_be_visible()
    code = phone.get_by_label("邮箱验证码").locator("input")
    confirm = phone.locator("uni-button", has_text="完成注册")
    code.fill("000000")
    confirm.click()
    expect(phone.get_by_text("验证码").last).to_be_visible()
    code.fill(world.code_sent_to("duan@example.com"))
    phone.route("**/uploads", lambda route: route.abort())
    confirm.click()

    expect(phone.get_by_text("资料审核中")).to_be_visible()
    expect(phone.get_by_role("status").filter(has_text="上传失败")).to_be_visible()
    phone.unroute("**/uploads")
    phone.locator("uni-button", has_text="重试").click()
    expect(phone.get_by_role("status").filter(has_text="已上传")).to_be_visible()
    assert shop.sign_in(world, "13800000077")("GET", "/me/company")["licence_key"]
    expect(phone.get_by_text("大理苍山商贸有限公司")).to_be_visible()
    go("/pages/home/index")
    expect(phone.get_by_text("资料审核中")).to_be_visible()


def test_a_dealer_signs_in_on_the_way_and_comes_back_to_the_product(
    phone: Page, dealer: Person, walnut: str, go: Callable[[str], None]
) -> None:
    go("/goods/list?q=核桃")
    phone.get_by_role("link", name=walnut).click()
    phone.get_by_text("规格", exact=True).click()
    phone.locator("uni-button.wide", has_text="登录后订货").click()
    expect(phone.get_by_role("dialog", name="选择规格")).not_to_be_visible()
    phone.get_by_label("手机号或邮箱").locator("input").fill("13800000001")
    phone.get_by_label("密码", exact=True).locator("input").fill(shop.PASSWORD)
    phone.locator("uni-button.primary:visible", has_text="登录").click()

    phone.locator("uni-button:visible", has_text="加入购物车").click()
    phone.get_by_label("增加").click()
    expect(phone.get_by_text("小计 ¥477.60")).to_be_visible()
    phone.locator("uni-button.wide:visible", has_text="加入购物车").click()
    expect(phone.get_by_text(re.compile("已加入购物车 12"))).to_be_visible()
    lines = dealer("GET", "/cart")["lines"]
    assert [(line["name"], line["quantity"]) for line in lines] == [(walnut, 12)]
