"""Goods at the back-office console: products, their stock, what they cost for whom, and what they earn."""

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e import shop
from tests.e2e.browser.axe import serious_findings
from tests.e2e.shop import OWNER_EMAIL, PASSWORD, World

_HEADER = "商品名称,分类,规格项,货号,规格,单价(元),期初库存"
_IMPORTED = 500
_PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def office(world: World, desk: Page) -> Page:
    """The console, signed in as the owner."""
    desk.get_by_label("邮箱").fill(OWNER_EMAIL)
    desk.locator("input[name=password]").fill(PASSWORD)
    desk.get_by_role("button", name="登录").click()
    expect(desk.get_by_text("待办", exact=True)).to_be_visible()
    return desk


def _open(desk: Page, name: str) -> None:
    desk.get_by_role("navigation", name="主菜单").get_by_role("link", name=name, exact=True).click()


def _choose(within: Page | Locator, desk: Page, label: str, option: str) -> None:
    within.get_by_role("combobox", name=label, exact=True).press("Enter")
    desk.get_by_role("option", name=option, exact=True).click()


def _confirm(desk: Page, action: str) -> None:
    desk.get_by_role("dialog").get_by_role("button", name=action, exact=True).click()


def test_a_product_with_skus_and_a_picture_goes_on_sale_and_its_stock_is_corrected(
    world: World, office: Page, tmp_path: Path
) -> None:
    clerk = shop.staff(world)
    clerk("POST", "/admin/categories", {"name": "高山红茶"})
    picture = tmp_path / "tea.png"
    picture.write_bytes(_PICTURE)

    _open(office, "全部商品")
    office.get_by_role("button", name="新增商品").click()
    office.get_by_label("商品名称").fill("凤庆滇红")
    _choose(office, office, "分类", "高山红茶")
    office.locator("input[type=file]").first.set_input_files(picture)
    expect(office.get_by_alt_text("图片 1")).to_be_visible()
    office.get_by_role("button", name="添加规格项").click()
    office.get_by_label("规格名 1").fill("净含量")
    office.get_by_label("规格值 1").fill("100g 250g")
    office.get_by_role("button", name="生成规格组合").click()
    for row, (code, price) in enumerate([("FQ-100", "38"), ("FQ-250", "88")], 1):
        office.get_by_label(f"第 {row} 行货号").fill(code)
        office.get_by_label(f"第 {row} 行单价").fill(price)
        office.get_by_label(f"第 {row} 行期初库存").fill("60")
    assert not serious_findings(office)
    office.keyboard.press("Control+s")
    expect(office.get_by_text("已保存为草稿")).to_be_visible()
    office.get_by_role("button", name="上架").click()
    expect(office.get_by_text("已上架")).to_be_visible()
    expect(office.get_by_text("在售", exact=True)).to_be_visible()

    _open(office, "实时库存")
    office.get_by_label("货号开头").fill("fq-100")
    office.keyboard.press("Enter")
    row = office.get_by_role("row", name="FQ-100")
    expect(office.get_by_role("row", name="FQ-250")).to_have_count(0)
    assert not serious_findings(office)
    row.get_by_role("button", name="调整").click()
    dialog = office.get_by_role("dialog")
    _choose(dialog, office, "原因", "报损")
    dialog.get_by_label("数量").fill("5")
    dialog.get_by_label("说明").fill("运输破损")
    dialog.get_by_role("button", name="调整", exact=True).click()
    expect(office.get_by_text("已调整，在库 55")).to_be_visible()
    row.get_by_role("button", name="明细").click()
    expect(office.get_by_role("row", name="运输破损")).to_contain_text("-5")
    assert not serious_findings(office)


def test_five_hundred_rows_are_tried_then_imported(world: World, office: Page, tmp_path: Path) -> None:
    shop.staff(world)("POST", "/admin/categories", {"name": "导入分类"})
    rows = [f"导入商品{n},导入分类,规格,IM-{n:03},250g,{n + 10}.50,20" for n in range(_IMPORTED - 1)]
    sheet = tmp_path / "goods.csv"
    sheet.write_text("\n".join([_HEADER, *rows, "坏行,没有的分类,规格,IM-BAD,250g,1,0"]), encoding="gb18030")

    _open(office, "全部商品")
    office.get_by_role("button", name="批量导入").click()
    strange = tmp_path / "strange.csv"
    strange.write_text("甲,乙\n1,2\n", encoding="utf-8")
    office.get_by_label("选择 CSV 文件").set_input_files(strange)
    expect(office.get_by_role("alert").filter(has_text="不认识的列：甲、乙")).to_be_visible()
    office.get_by_label("选择 CSV 文件").set_input_files(sheet)
    expect(office.get_by_text("1 个商品有问题，不会导入")).to_be_visible()
    expect(office.get_by_text(f"第 {_IMPORTED + 1} 行「分类」")).to_be_visible()
    assert not serious_findings(office)
    office.get_by_role("button", name=f"确认导入 {_IMPORTED - 1} 行").click()
    expect(office.get_by_role("heading", name="导入结果")).to_be_visible(timeout=180_000)
    expect(office.get_by_text(f"新增 {_IMPORTED - 1}")).to_be_visible()
    office.get_by_role("button", name="查看草稿商品").click()
    expect(office.get_by_role("row", name="导入商品").first).to_be_visible()


def test_a_points_campaign_is_tried_and_published(office: Page) -> None:
    _open(office, "积分活动")
    office.get_by_role("button", name="新增积分活动").click()
    office.get_by_label("名称", exact=True).fill("春茶双倍积分")
    for label, moment in (("开始时间", "2026-01-01 00:00"), ("结束时间", "2099-01-01 00:00")):
        office.get_by_label(label).fill(moment)
        office.keyboard.press("Enter")
    office.get_by_label("总预算").fill("50000")
    office.get_by_role("button", name="试算", exact=True).click()
    tried = office.get_by_role("region", name="试算")
    expect(tried.get_by_text("加上本活动", exact=True)).to_be_visible()
    expect(tried.get_by_text("2,000 积分", exact=True)).to_be_visible()
    assert not serious_findings(office)
    office.get_by_role("button", name="保存为草稿").click()
    expect(office.get_by_text("已保存为草稿")).to_be_visible()
    office.get_by_role("button", name="发布").click()
    _confirm(office, "发布")
    expect(office.get_by_text("进行中", exact=True)).to_be_visible()
    _open(office, "积分活动")
    expect(office.get_by_role("row", name="春茶双倍积分")).to_contain_text("2 倍积分")
    assert not serious_findings(office)


def test_promising_companies_get_a_discount_and_goods_of_their_own(world: World, office: Page) -> None:
    clerk = shop.staff(world)
    shop.publish_product(clerk, "勐海早春", "MH-61", 12800, 40)
    world.settle()
    _open(office, "扶持计划")
    office.get_by_role("button", name="新增扶持计划").click()
    drawer = office.get_by_role("dialog", name="新增扶持计划")
    drawer.get_by_placeholder("例如：新市场支持").fill("西北新市场")
    _choose(drawer, office, "等级", "银牌")
    drawer.get_by_placeholder("北京时间").fill("2099-01-01 00:00")
    office.keyboard.press("Enter")
    drawer.get_by_label("折扣").fill("5")
    drawer.get_by_role("combobox", name="按名称、货号或拼音查找商品").click()
    office.keyboard.type("勐海早春")
    office.get_by_role("option", name="勐海早春").click()
    drawer.get_by_label("保留数量").fill("10")
    assert not serious_findings(office)
    drawer.get_by_role("button", name="开始扶持").click()
    row = office.get_by_role("row", name="西北新市场")
    expect(row).to_contain_text("剩 10 / 10")
    row.get_by_role("button", name="结束").click()
    _confirm(office, "结束")
    expect(row).to_contain_text("已结束")


@pytest.mark.parametrize(
    "name",
    ["分类", "首页货架", "首页轮播", "评价", "到货计划", "盘点", "优先供货", "价格表", "促销活动", "优惠券"],
)
def test_every_page_opens_and_can_be_read_by_everybody(office: Page, name: str) -> None:
    _open(office, name)
    expect(office.locator(".el-skeleton")).to_have_count(0)
    assert not serious_findings(office)
