"""Clerks at the console: many orders at once, a transfer, a refund, two on one order, the warehouse."""

from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e import shop
from tests.e2e.browser.axe import serious_findings
from tests.e2e.browser.conftest import watched
from tests.e2e.shop import OWNER_EMAIL, PASSWORD, Person, World

_ORDERS = 30
_PRICE_FEN = 4_500
_WAREHOUSE_EMAIL = "warehouse@example.com"


def _sign_in(desk: Page, email: str = OWNER_EMAIL) -> None:
    desk.get_by_label("邮箱").fill(email)
    desk.locator("input[name=password]").fill(PASSWORD)
    desk.get_by_role("button", name="登录").click()
    expect(desk.get_by_role("navigation", name="主菜单")).to_be_visible()


def _open(world: World, desk: Page, path: str) -> None:
    desk.goto(f"{world.base}/admin-console/#{path}")


def _allow(clerk: Person) -> None:
    """Credit and transfers are taken too; every order is reviewed."""
    account = {"holder": "云岭优选", "bank": "昆明银行", "number": "6222000000000000"}
    methods = [
        {"kind": "wechat", "enabled": True, "title": "微信支付", "note": ""},
        {"kind": "credit", "enabled": True, "title": "账期支付", "note": ""},
        {"kind": "bank_transfer", "enabled": True, "title": "对公转账", "note": "", "account": account},
    ]
    for name, value in (("payments", {"methods": methods}), ("orders", {"review_from_fen": 0})):
        known = clerk("GET", f"/admin/settings/{name}")
        changed = {"version": known["version"], "value": known["value"] | value}
        clerk("PUT", f"/admin/settings/{name}", changed)


@pytest.fixture(scope="module")
def trade(world: World, clerk: Person) -> dict[str, Any]:
    """A company with credit, goods, and thirty orders that wait for review."""
    _allow(clerk)
    dealer = shop.register(
        world, company="大理洱海商贸有限公司", phone="13800000061", email="erhai@example.com"
    )
    shop.approve(clerk, dealer)
    agent_id = dealer("GET", "/me")["company"]["agent_id"]
    version = clerk("GET", f"/admin/agents/{agent_id}")["company"]["version"]
    limit = {"credit_limit_fen": 10_000_000, "version": version}
    clerk("PUT", f"/admin/agents/{agent_id}/credit", limit)
    skus = [
        shop.publish_product(clerk, f"红茶 {number} 号", f"HC-{number}", _PRICE_FEN, 1_000)["skus"][0][
            "sku_id"
        ]
        for number in (1, 2, 3)
    ]
    address_id = shop.add_address(dealer)
    lines = [{"sku_id": sku_id, "quantity": 4} for sku_id in skus]
    orders = [
        shop.place(dealer, lines, address_id, payment_method="credit")["order_no"] for _ in range(_ORDERS)
    ]
    world.settle()
    return {
        "dealer": dealer,
        "agent_id": agent_id,
        "lines": lines,
        "address_id": address_id,
        "orders": orders,
    }


def _confirm(desk: Page, action: str) -> None:
    desk.locator(".el-message-box").get_by_role("button", name=action).click()


def _order_id(clerk: Person, order_no: str) -> str:
    return str(clerk("GET", "/admin/orders", query={"number": order_no})["items"][0]["order_id"])


def test_thirty_orders_are_reviewed_and_shipped_at_once(
    world: World, desk: Page, clerk: Person, trade: dict[str, Any]
) -> None:
    _sign_in(desk)
    _open(world, desk, "/orders?state=pending_review")
    expect(desk.get_by_text("本页 30 条")).to_be_visible()
    assert not serious_findings(desk)
    desk.get_by_label("选择本页全部").check()
    desk.get_by_role("toolbar", name="批量操作").get_by_role("button", name="通过审核").click()
    _confirm(desk, "通过审核")
    expect(desk.get_by_text("没有符合条件的订单")).to_be_visible(timeout=120_000)

    _open(world, desk, "/orders/ship")
    listed = [f"{order_no}\t中通\tZT{at:010}" for at, order_no in enumerate(trade["orders"])]
    desk.get_by_label("快递单号列表").fill("\n".join([*listed, "20200101-AAAAAAAA 顺丰 SF0000000001"]))
    desk.get_by_role("button", name="试运行").click()
    expect(desk.get_by_text("31 行，30 行可以发货，1 行有问题")).to_be_visible(timeout=60_000)
    assert not serious_findings(desk)
    desk.get_by_role("button", name="发出 30 张订单").click()
    _confirm(desk, "确认发货")
    expect(desk.get_by_text("31 行，30 行已发货，1 行有问题")).to_be_visible(timeout=120_000)
    found = clerk("GET", "/admin/orders", query={"tracking_no": "ZT0000000007"})["items"]
    assert [(one["order_no"], one["state"]) for one in found] == [(trade["orders"][7], "shipped")]

    desk.get_by_role("button", name="打印装箱单").click()
    expect(desk.get_by_role("img", name=f"条码 {trade['orders'][29]}")).to_be_visible()
    assert not serious_findings(desk)


def test_what_a_lost_network_kept_back_is_not_said_to_have_left(
    world: World, desk: Page, clerk: Person, trade: dict[str, Any]
) -> None:
    order = shop.place(trade["dealer"], trade["lines"], trade["address_id"], payment_method="credit")
    clerk("POST", f"/admin/orders/{order['order_id']}/approval")
    _sign_in(desk)
    _open(world, desk, "/orders/ship")
    desk.get_by_label("快递单号列表").fill(f"{order['order_no']} 中通 ZT7000000001")
    desk.get_by_role("button", name="试运行").click()
    expect(desk.get_by_text("1 行，1 行可以发货，0 行有问题")).to_be_visible()
    desk.route("**/admin/shipments/import", lambda route: route.abort())
    desk.get_by_role("button", name="发出 1 张订单").click()
    _confirm(desk, "确认发货")
    expect(desk.get_by_role("status").filter(has_text="批量发货")).to_contain_text("失败 · 0 / 1")
    expect(desk.get_by_role("row", name=order["order_no"])).to_contain_text("可以发货")

    desk.get_by_role("link", name="代客下单").click()
    _confirm(desk, "取消")  # the list is still there to be sent
    desk.unroute("**/admin/shipments/import")
    desk.get_by_role("button", name="发出 1 张订单").click()
    _confirm(desk, "确认发货")
    expect(desk.get_by_text("1 行，1 行已发货，0 行有问题")).to_be_visible()
    desk.get_by_role("button", name="再发一批").click()
    expect(desk.get_by_label("快递单号列表")).to_have_value("")


def test_a_transfer_is_matched_with_the_statement(world: World, desk: Page, trade: dict[str, Any]) -> None:
    dealer: Person = trade["dealer"]
    order = shop.place(dealer, trade["lines"], trade["address_id"], payment_method="bank_transfer")
    path = f"/orders/{order['order_id']}/payments"
    payment = dealer("POST", path, {"method": "bank_transfer"}, key=shop.new_key())
    picture = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
    wanted = {"purpose": "voucher", "content_type": "image/png", "size": len(picture)}
    form = dealer("POST", "/uploads", wanted)
    posted = requests.post(form["url"], data=form["fields"], files={"file": picture}, timeout=10)
    posted.raise_for_status()
    voucher = {"upload_key": form["key"], "payer_name": "大理洱海商贸有限公司"}
    dealer("POST", f"/payments/{payment['payment_id']}/voucher", voucher)
    _sign_in(desk)
    _open(world, desk, f"/orders/{order['order_id']}")
    desk.get_by_role("button", name="改价").click()
    desk.get_by_label("新运费").fill("5")
    desk.get_by_label("改价原因").fill("补运费")
    desk.get_by_role("button", name="确认改价").click()
    # It is refused, yet nobody else was quicker: what was filled in stays.
    expect(desk.get_by_text("转账凭证审核中，请等待财务确认").first).to_be_visible()
    expect(desk.get_by_text("订单刚被他人处理")).to_have_count(0)
    desk.keyboard.press("Escape")
    _confirm(desk, "放弃修改")
    expect(desk.get_by_role("dialog", name="改价")).to_have_count(0)
    _open(world, desk, "/transfers")
    desk.get_by_role("row", name=order["order_no"]).click()
    drawer = desk.get_by_role("dialog")
    expect(drawer.get_by_text("付款户名")).to_be_visible()
    assert not serious_findings(desk)
    drawer.get_by_label("实收金额").fill("1.00")
    expect(drawer.get_by_text("与应付相差")).to_be_visible()
    drawer.get_by_label("实收金额").fill(f"{order['total_fen'] / 100:.2f}")
    drawer.get_by_label("银行流水号").fill("BOC20261123001")
    drawer.get_by_role("button", name="确认到账").click()
    expect(desk.get_by_text("已确认到账，订单进入下一步")).to_be_visible()
    expect(desk.get_by_role("row", name=order["order_no"])).to_have_count(0)


def _pieces(dialog: Locator, name: str) -> Locator:
    return dialog.get_by_label(f"{name}的退款数量")


def test_two_of_three_lines_go_back_to_the_fen(
    world: World, desk: Page, clerk: Person, trade: dict[str, Any]
) -> None:
    dealer: Person = trade["dealer"]
    order = shop.place(dealer, trade["lines"], trade["address_id"], payment_method="credit")
    _sign_in(desk)
    _open(world, desk, f"/orders/{order['order_id']}")
    expect(desk.get_by_role("heading", name=f"订单 {order['order_no']}")).to_be_visible()
    assert not serious_findings(desk)
    # An order under review is turned down as a whole, not refunded in part.
    expect(desk.get_by_role("button", name="退款", exact=True)).to_have_count(0)
    desk.get_by_role("button", name="通过审核").click()
    expect(desk.get_by_role("button", name="通过审核")).to_have_count(0)
    desk.get_by_role("button", name="退款", exact=True).click()
    dialog = desk.get_by_role("dialog", name="退款")
    dialog.get_by_text("按商品和数量退").click()
    for name, quantity in (("红茶 1 号", "1"), ("红茶 3 号", "2")):
        _pieces(dialog, name).fill(quantity)
        _pieces(dialog, name).blur()
    expect(dialog.get_by_text("将退 ¥135.00")).to_be_visible()
    assert not serious_findings(desk)
    dialog.get_by_label("退款原因").fill("两种缺货")
    dialog.get_by_role("button", name="退款", exact=True).click()
    _confirm(desk, "确认退款")
    expect(desk.get_by_text("已提交退款 ¥135.00")).to_be_visible()
    (refund,) = clerk("GET", f"/admin/orders/{order['order_id']}")["refunds"]
    assert (refund["amount_fen"], sorted(refund["lines"].values())) == (3 * _PRICE_FEN, [1, 2])


def test_of_two_clerks_on_one_order_the_slower_is_told(
    world: World, desk: Page, clerk: Person, trade: dict[str, Any]
) -> None:
    order = shop.place(trade["dealer"], trade["lines"], trade["address_id"], payment_method="credit")
    _sign_in(desk)
    _open(world, desk, f"/orders/{order['order_id']}")
    expect(desk.get_by_role("button", name="通过审核")).to_be_visible()
    clerk("POST", f"/admin/orders/{order['order_id']}/rejection", {"reason": "客户电话取消"})
    desk.get_by_role("button", name="通过审核").click()
    alert = desk.get_by_role("alert").filter(has_text="订单刚被他人处理")
    expect(alert).to_contain_text("订单已由「待审核」变为「已关闭」")
    expect(desk.get_by_role("button", name="通过审核")).to_have_count(0)


def test_the_warehouse_ships_and_sees_only_that(
    world: World, browser: Browser, clerk: Person, trade: dict[str, Any]
) -> None:
    order = shop.place(trade["dealer"], trade["lines"], trade["address_id"], payment_method="credit")
    clerk("POST", f"/admin/orders/{order['order_id']}/approval")
    given = "Given-by-owner-1"
    person = {"name": "和库管", "email": _WAREHOUSE_EMAIL, "phone": "13900000061", "role": "warehouse"}
    clerk("POST", "/admin/staff", person | {"password": given})
    shop.own_password(world, _WAREHOUSE_EMAIL, given, PASSWORD)
    with watched(browser, viewport={"width": 1440, "height": 900}) as desk:
        desk.goto(f"{world.base}/admin-console/")
        _sign_in(desk, _WAREHOUSE_EMAIL)
        menu = desk.get_by_role("navigation", name="主菜单")
        expect(menu.get_by_role("link", name="批量发货")).to_be_visible()
        for hidden in ("代客下单", "转账核对", "收款记录", "对账"):
            expect(menu.get_by_role("link", name=hidden)).to_have_count(0)
        _open(world, desk, f"/orders/{order['order_id']}")
        desk.get_by_role("button", name="发货", exact=True).click()
        for hidden in ("退款", "改价", "通过审核", "拒绝"):
            expect(desk.get_by_role("button", name=hidden, exact=True)).to_have_count(0)
        dialog = desk.get_by_role("dialog", name="发货")
        dialog.get_by_label("包裹 1 快递单号").fill("SF1234567890")
        desk.keyboard.press("Escape")
        _confirm(desk, "取消")
        expect(dialog.get_by_label("包裹 1 快递单号")).to_have_value("SF1234567890")
        dialog.get_by_label("包裹 1 装 红茶 3 号").fill("0")
        dialog.get_by_label("包裹 1 装 红茶 3 号").blur()
        assert not serious_findings(desk)
        dialog.get_by_role("button", name="确认发货").click()
        expect(desk.get_by_text("已发货，还有 4 件待发")).to_be_visible()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/orders/new", "付款方式"),
        ("/after-sales", "处理时限"),
        ("/payments", "流水号"),
        ("/refunds", "失败原因"),
        ("/credits", "账龄"),
        ("/reconciliations", "立即对账"),
    ],
)
def test_each_page_is_open_to_everybody(world: World, desk: Page, path: str, words: str) -> None:
    _sign_in(desk)
    _open(world, desk, path)
    expect(desk.get_by_text(words, exact=True).first).to_be_visible()
    assert not serious_findings(desk)
