"""Staff at the back-office console: somebody asks to become an agent, and is let in."""

from playwright.sync_api import Page, expect

from tests.e2e import shop
from tests.e2e.browser.axe import serious_findings
from tests.e2e.shop import OWNER_EMAIL, PASSWORD, World

_COMPANY = "大理苍山茶业有限公司"


def _sign_in(desk: Page) -> None:
    desk.get_by_label("邮箱").fill(OWNER_EMAIL)
    desk.locator("input[name=password]").fill(PASSWORD)
    desk.get_by_role("button", name="登录").click()


def test_staff_sign_in_approve_an_application_and_find_the_agent(world: World, desk: Page) -> None:
    shop.register(world, company=_COMPANY, phone="13800000031", email="cangshan@example.com")
    world.settle()
    assert not serious_findings(desk)

    _sign_in(desk)
    expect(desk.get_by_text("待办", exact=True)).to_be_visible()
    expect(desk.get_by_text("订单状态")).to_be_visible()
    assert not serious_findings(desk)

    desk.get_by_role("link", name="入驻申请").click()
    desk.get_by_role("row", name=_COMPANY).click()
    drawer = desk.get_by_role("dialog")
    expect(drawer.get_by_text("cangshan@example.com")).to_be_visible()
    assert not serious_findings(desk)
    drawer.get_by_label("信用额度").fill("20000")
    drawer.get_by_role("button", name="通过申请").click()
    expect(desk.get_by_text("已通过，对方会收到通知")).to_be_visible()
    expect(desk.get_by_role("row", name=_COMPANY)).to_have_count(0)

    desk.get_by_role("navigation", name="主菜单").get_by_role("link", name="代理商", exact=True).click()
    desk.get_by_role("row", name=_COMPANY).click()
    expect(desk.get_by_role("heading", name=_COMPANY)).to_be_visible()
    credit = desk.get_by_role("definition").filter(has=desk.get_by_role("progressbar", name="已用额度"))
    expect(credit).to_contain_text("¥20,000.00")
    assert not serious_findings(desk)
    desk.go_back()
    expect(desk.get_by_role("row", name=_COMPANY)).to_be_visible()


def test_what_somebody_else_saved_meanwhile_is_shown_beside_mine(world: World, desk: Page) -> None:
    clerk = shop.staff(world)
    brand = clerk("POST", "/admin/brands", {"name": "漾濞", "position": 1})
    _sign_in(desk)
    desk.get_by_role("link", name="品牌").click()
    desk.get_by_role("row", name="漾濞").click()
    drawer = desk.get_by_role("dialog")
    drawer.get_by_label("介绍").fill("核桃之乡")
    clerk("PATCH", f"/admin/brands/{brand['group_id']}", {"version": brand["version"], "name": "漾濞核桃"})
    desk.keyboard.press("Control+s")

    conflict = desk.get_by_role("dialog", name="内容刚被他人修改")
    mine = conflict.get_by_role("row", name="介绍").get_by_role("radio").first
    expect(mine).to_be_checked()
    theirs = conflict.get_by_role("row", name="名称").get_by_role("radio").last
    expect(theirs).to_be_checked()  # only they changed it
    conflict.get_by_role("button", name="按所选内容保存").click()
    expect(desk.get_by_text("已保存", exact=True)).to_be_visible()
    expect(desk.get_by_role("row", name="漾濞核桃")).to_contain_text("核桃之乡")
