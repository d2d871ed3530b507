"""What comes after an order was paid: parcels on their way, the receipt, a review, and goods that go back."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e import shop
from tests.e2e.shop import Person, World, new_key

_PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(64)
_WAREHOUSE = {"contact_name": "售后仓", "phone": "0871-65551234", "text": "昆明市官渡区经开路 3 号 2 号库"}


@pytest.fixture(scope="module")
def lines(clerk: Person) -> list[dict[str, Any]]:
    """Some of two products."""
    tea = shop.publish_product(clerk, "布朗山古树生茶", "BL-1", 16800, 100)["skus"][0]["sku_id"]
    cups = shop.publish_product(clerk, "建水紫陶品茗杯", "ZT-1", 9900, 100)["skus"][0]["sku_id"]
    return [{"sku_id": tea, "quantity": 6}, {"sku_id": cups, "quantity": 2}]


@pytest.fixture
def order(world: World, dealer: Person, clerk: Person, lines: list[dict[str, Any]]) -> dict[str, Any]:
    """A paid order that left in two parcels."""
    placed = shop.place(dealer, lines, shop.add_address(dealer))
    shop.pay(world, dealer, placed["order_id"])
    for line in lines:
        parcel = {"carrier": "yto", "tracking_no": f"YT{line['sku_id']}", "lines": [line]}
        clerk("POST", f"/admin/orders/{placed['order_id']}/shipments", parcel, key=new_key())
    world.settle()
    return placed


@pytest.fixture
def bought(dealer: Person, order: dict[str, Any], phone: Page, go: Callable[[str], None]) -> Page:
    """The page of the order, on the phone of the dealer who signed in."""
    go("/account/sign-in")
    phone.get_by_label("手机号或邮箱").locator("input").fill("13800000001")
    phone.get_by_label("密码", exact=True).locator("input").fill(shop.PASSWORD)
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("search", name="搜索商品")).to_be_visible()
    go("/pages/orders/index")
    phone.get_by_role("link", name=f"订单 {order['order_no']}").click()
    expect(phone.get_by_text(order["order_no"]).last).to_be_visible()
    return phone


def _button(phone: Page, text: str) -> Locator:
    return phone.locator("uni-button:visible:not([disabled])", has_text=text)


def test_parcels_are_followed_received_and_reviewed(
    world: World, bought: Page, dealer: Person, order: dict[str, Any], lines: list[dict[str, Any]]
) -> None:
    tea_parcel, cups_parcel = (f"YT{line['sku_id']}" for line in lines)
    for _ in range(2):
        world.move_parcel(tea_parcel)
    world.settle()
    _button(bought, "查看物流").click()
    first = bought.locator(".card", has_text=tea_parcel)
    expect(first).to_contain_text(re.compile(r"包裹 \d · 运输中"))
    expect(first).to_contain_text("布朗山古树生茶")
    expect(first.locator(".step")).to_have_count(2)
    expect(bought.locator(".card", has_text=cups_parcel)).to_contain_text("已发货，物流信息更新后")

    _button(bought, "确认收货").click()
    bought.locator(".uni-modal__btn_primary:visible").click()
    expect(bought.locator("uni-button:visible", has_text="确认收货")).to_have_count(0)
    assert dealer("GET", f"/orders/{order['order_id']}")["state"] == "completed"
    world.settle()

    bought.go_back()
    bought.get_by_role("link", name="评价商品（2）").click()
    form = bought.locator(".card", has=_button(bought, "提交评价"))
    form.get_by_role("radio", name="4 星").click()
    form.locator("textarea").fill("条索紧实，回甘快。")
    _button(bought, "提交评价").click()
    expect(bought.get_by_text("感谢您的评价")).to_be_visible()
    products = [line["product_id"] for line in dealer("GET", f"/orders/{order['order_id']}")["lines"]]
    reviews = [one for each in products for one in dealer("GET", f"/products/{each}/reviews")["items"]]
    assert [(one["rating"], one["text"]) for one in reviews] == [(4, "条索紧实，回甘快。")]


def test_some_pieces_of_a_line_go_back(
    bought: Page, dealer: Person, clerk: Person, order: dict[str, Any]
) -> None:
    _button(bought, "申请售后").click()
    line = bought.locator(".line", has_text="布朗山古树生茶")
    line.get_by_role("checkbox").click()
    expect(line.get_by_text("最多 6 件")).to_be_visible()
    line.get_by_label("数量").locator("input").fill("2")
    bought.get_by_role("radio", name=re.compile("^退货退款")).click()
    bought.get_by_role("radio", name="运输破损").click()

    with bought.expect_file_chooser() as asked:
        bought.get_by_role("button", name="添加图片").click()
    bought.context.set_offline(True)
    asked.value.set_files({"name": "破损.png", "mimeType": "image/png", "buffer": _PICTURE})
    again = bought.get_by_role("button", name="重新上传")
    expect(again).to_be_visible()
    bought.context.set_offline(False)
    again.click()
    expect(again).to_have_count(0)
    expect(bought.get_by_role("button", name="移除图片")).to_be_visible()
    _button(bought, "提交申请").dblclick()

    expect(bought.get_by_text("等待商家处理")).to_be_visible()
    expect(bought.get_by_text("¥336.00")).to_be_visible()
    (case,) = dealer("GET", f"/orders/{order['order_id']}")["after_sales"]
    found = dealer("GET", f"/after-sales/{case['after_sale_id']}")
    assert len(found["pictures"]) == 1
    assert [one["quantity"] for one in found["lines"]] == [2]

    agreed = {"version": found["version"], "return_address": _WAREHOUSE}
    clerk("POST", f"/admin/after-sales/{case['after_sale_id']}/approval", agreed, key=new_key())
    bought.reload()
    expect(bought.get_by_text("经开路 3 号 2 号库")).to_be_visible()
    bought.get_by_label("快递单号", exact=True).locator("input").fill("SF5566778899")
    _button(bought, "提交快递单号").click()
    expect(bought.get_by_text("顺丰速运 SF5566778899", exact=True)).to_be_visible()
    assert dealer("GET", f"/after-sales/{case['after_sale_id']}")["state"] == "return_shipped"
