"""Rewards, messages and the system at the console: what is decided, told, logged and proved there."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import shop
from tests.e2e.browser.axe import serious_findings
from tests.e2e.shop import OWNER_EMAIL, PASSWORD, Person, World

_LONG_MS = 90_000


def _sign_in(desk: Page, email: str = OWNER_EMAIL) -> None:
    desk.get_by_label("邮箱").fill(email)
    desk.locator("input[name=password]").fill(PASSWORD)
    desk.get_by_role("button", name="登录").click()
    expect(desk.get_by_role("navigation", name="主菜单")).to_be_visible()


@pytest.fixture
def office(world: World, desk: Page) -> Page:
    """The console, signed in as the owner."""
    _sign_in(desk)
    return desk


def _open(desk: Page, name: str) -> None:
    desk.get_by_role("navigation", name="主菜单").get_by_role("link", name=name, exact=True).click()


def _confirm(desk: Page, action: str) -> None:
    desk.locator(".confirm-danger").get_by_role("button", name=action, exact=True).click()


def _redeem(clerk: Person, dealer: Person) -> None:
    """A dealer with points takes a gift."""
    agent_id = dealer("GET", "/me")["company"]["agent_id"]
    points = {"agent_id": agent_id, "points": 900, "reason": "开业补贴"}
    clerk("POST", "/admin/points/adjustments", points, key=shop.new_key())
    terms = {"name": "云南茶具礼盒", "kind": "physical", "category": "home", "points": 300, "stock": 5}
    gift = clerk("POST", "/admin/gifts", terms)
    path = f"/admin/gifts/{gift['gift_id']}/publication"
    clerk("POST", path, {"version": gift["version"], "state": "on_sale"})
    wish = {"gift_id": gift["gift_id"], "points": 300, "address_id": shop.add_address(dealer)}
    dealer("POST", "/redemptions", wish, key=shop.new_key())


def test_staff_approve_a_redemption_and_send_the_gift(
    world: World, clerk: Person, dealer: Person, office: Page
) -> None:
    _redeem(clerk, dealer)
    world.settle()
    _open(office, "兑换审核")
    office.get_by_role("row", name="云南茶具礼盒").click()
    drawer = office.get_by_role("dialog")
    expect(drawer.get_by_text("翠湖南路 21 号")).to_be_visible()
    assert not serious_findings(office)
    drawer.get_by_role("button", name="批准兑换").click()
    expect(office.get_by_role("row", name="云南茶具礼盒")).to_have_count(0)

    office.get_by_role("button", name="待发货").click()
    office.get_by_role("row", name="云南茶具礼盒").click()
    drawer.get_by_label("快递公司").fill("顺丰速运")
    drawer.get_by_label("快递单号").fill("SF1234567890")
    office.keyboard.press("Control+s")
    expect(office.get_by_role("row", name="云南茶具礼盒")).to_have_count(0)
    assert dealer("GET", "/redemptions")["items"][0]["state"] == "shipped"


def test_a_notice_reaches_the_companies_of_a_segment(
    world: World, clerk: Person, dealer: Person, office: Page
) -> None:
    agent_id = dealer("GET", "/me")["company"]["agent_id"]
    clerk("POST", "/admin/segments", {"name": "昆明样板客户", "members": {"agent_ids": [agent_id]}})
    _open(office, "群发通知")
    office.get_by_role("button", name="写通知").click()
    drawer = office.get_by_role("dialog")
    drawer.get_by_label("标题").fill("春节发货安排")
    drawer.get_by_label("内容").fill("腊月廿八起停发，正月初六恢复。")
    drawer.get_by_role("combobox", name="发给").press("Enter")
    office.get_by_role("option", name="昆明样板客户").click()
    expect(drawer.get_by_text("将发给 1 家公司")).to_be_visible()
    assert not serious_findings(office)
    drawer.get_by_role("button", name="发送", exact=True).click()
    world.settle()
    expect(office.get_by_text("已通知 1 / 1 家公司")).to_be_visible()


def test_the_log_tells_who_changed_a_price(world: World, clerk: Person, office: Page) -> None:
    product = shop.publish_product(clerk, "宣威火腿片", "HT-91", 3980, 50)
    sku = product["skus"][0]
    body = {"sku_id": sku["sku_id"], "code": "HT-91", "values": sku["values"], "base_price_fen": 4280}
    edit = {"version": product["version"], "spec_names": ["规格"], "skus": [body]}
    clerk("PATCH", f"/admin/products/{product['product_id']}", edit)
    world.settle()

    _open(office, "操作日志")
    office.get_by_label("对象编号").fill(product["product_id"])
    office.keyboard.press("Enter")
    cell = office.get_by_role("cell", name="修改商品", exact=True)
    row = office.get_by_role("row").filter(has=cell, has_text=product["product_id"])
    expect(row).to_contain_text("王芳")
    row.click()
    drawer = office.get_by_role("dialog")
    change = drawer.get_by_role("row").filter(has_text="39.80").filter(has_text="42.80")
    expect(change.first).to_be_visible()
    assert not serious_findings(office)
    drawer.get_by_role("button", name="关闭").or_(drawer.get_by_label("Close")).first.click()

    office.get_by_role("button", name="校验日志").click()
    expect(office.get_by_role("dialog").get_by_text("前后相接，未被改动")).to_be_visible()


def test_a_correction_of_points_tells_who_asked_for_it(
    world: World, clerk: Person, dealer: Person, office: Page
) -> None:
    agent_id = dealer("GET", "/me")["company"]["agent_id"]
    body = {"agent_id": agent_id, "points": 7, "reason": "重复补发"}
    clerk("POST", "/admin/points/adjustments", body, key=shop.new_key())
    world.settle()
    _open(office, "积分调整")
    office.get_by_role("button", name="已入账").click()
    office.get_by_role("row", name="重复补发").click()
    drawer = office.get_by_role("dialog", name="积分调整")
    asked = drawer.get_by_role("listitem").filter(has_text="积分：调整")
    expect(asked.filter(has_text="王芳")).to_be_visible()
    assert not serious_findings(office)
    office.keyboard.press("Escape")
    expect(drawer).to_have_count(0)


def test_a_notice_half_written_is_given_up_after_one_question(office: Page) -> None:
    _open(office, "群发通知")
    office.get_by_role("button", name="写通知").click()
    drawer = office.get_by_role("dialog", name="写通知")
    drawer.get_by_label("标题").fill("写到一半")
    office.keyboard.press("Escape")
    _confirm(office, "取消")
    expect(office.locator(".confirm-danger")).to_have_count(0)
    expect(drawer.get_by_label("标题")).to_have_value("写到一半")
    office.keyboard.press("Escape")
    _confirm(office, "放弃修改")
    expect(drawer).to_have_count(0)
    expect(office.locator(".confirm-danger")).to_have_count(0)


def test_a_restore_drill_proves_the_backup(world: World, office: Page) -> None:
    _open(office, "备份与恢复")
    office.get_by_role("button", name="立即备份").click()
    _confirm(office, "开始备份")
    drawer = office.get_by_role("dialog", name="备份")
    drill = drawer.get_by_role("button", name="开始恢复演练")
    expect(drill).to_be_visible(timeout=_LONG_MS)
    drill.click()
    _confirm(office, "开始演练")
    expect(drawer.get_by_text("全部一致").first).to_be_visible(timeout=_LONG_MS)
    assert not serious_findings(office)


def test_a_role_sees_its_own_menu_only(world: World, clerk: Person, desk: Page) -> None:
    clerk("POST", "/admin/roles", {"role": "gift-desk", "name": "礼品专员", "permissions": ["gifts"]})
    email, given = "gifts@example.com", "Given-by-owner-1"
    about = {"name": "段雪", "phone": "13900000021", "role": "gift-desk"}
    clerk("POST", "/admin/staff", about | {"email": email, "password": given})
    shop.own_password(world, email, given, PASSWORD)
    _sign_in(desk, email)
    menu = desk.get_by_role("navigation", name="主菜单").get_by_role("link")
    expect(menu).to_have_text(["兑换审核", "礼品", "受欢迎程度"])
    for path in (*_PAGES, "orders/01ABC", "agents/01ABC", "products/new"):
        if not path.startswith("gifts"):
            desk.goto(f"{world.base}/admin-console/#/{path}")
            expect(desk).to_have_url(re.compile("#/forbidden"))
    expect(desk.get_by_role("main").get_by_text("没有权限", exact=True)).to_be_visible()


_PAGES = [
    *("points/statistics", "points/ledger", "points/adjustments", "points/rules"),
    *("gifts", "gifts/new", "gifts-popularity", "feedback", "message-channels", "message-templates"),
    *("staff", "roles", "sign-ins", "settings/payments", "settings/orders", "settings/after-sales"),
    *("retention", "books", "exceptions", "tiers", "segments", "supports", "supports/new", "policies"),
    *("referrals", "insights/sales", "insights/agents", "insights/forecasts"),
    *("insights/replenishment", "insights/slow-movers", "insights/promotions"),
]


def test_every_page_can_be_read_by_everybody(world: World, office: Page) -> None:
    for path in _PAGES:
        office.goto(f"{world.base}/admin-console/#/{path}")
        office.wait_for_load_state("networkidle")
        expect(office.locator(".el-skeleton")).to_have_count(0)
        assert not serious_findings(office), path
