"""Products in and out as files: a report first, then product by product; what came out goes in again."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from functions.catalog import backoffice, operations
from kit.actor import Operation, Outcome
from kit.api import Api
from tests.integration.catalog.conftest import PICTURE, Ask, goods, made, on_sale
from tests.kit import uploads
from tests.kit.engines import Tables
from tests.kit.faults import conflict, injected
from tests.kit.http import call
from tests.kit.people import CLERK, agent_token, staff_token

Send = Callable[..., Any]
HEADER = "货号,商品名称,分类,规格项,规格,单价(元),期初库存,商品图片"
TWO = (
    f"{HEADER}\nLJ-1,龙井,茶叶,净含量,250g,128.00,10,{PICTURE}\nLJ-2,龙井,茶叶,净含量,500g,240,20,{PICTURE}\n"
)


@pytest.fixture
def send(desk: Ask, tea: str) -> Send:
    """Imports a file and gives the report."""

    def post(content: str, dry_run: bool = False) -> Any:
        answer = desk("POST", "/products/import", {"content": content, "dry_run": dry_run})
        assert answer.status == 200, answer.text
        return answer.json

    return post


class Silent:
    """A journal that nobody reads."""

    def begin(self, operation: Operation) -> None:
        pass

    def end(self, operation: Operation, outcome: Outcome) -> None:
        pass


def outcomes(report: Any) -> list[str]:
    return [item["outcome"] for item in report["items"]]


def problems(report: Any) -> list[tuple[int, str]]:
    return [(one["line"], one["column"]) for item in report["items"] for one in item["problems"]]


def drafts(desk: Ask) -> list[Any]:
    items: list[Any] = desk("GET", "/products?state=draft").json["items"]
    return items


def exported(desk: Ask, **body: Any) -> str:
    answer = desk("POST", "/products/export", body)
    assert answer.status == 201, answer.text
    return requests.get(answer.json["url"], timeout=5).content.decode()


class TestAccess:
    @pytest.mark.parametrize("path", ["/products/import", "/products/export"])
    def test_who_may_not(self, desk: Ask, path: str) -> None:
        assert desk("POST", path, {}, token=None).status == 401
        assert desk("POST", path, {}, token=agent_token()).status == 403
        assert desk("POST", path, {}, token=staff_token("finance")).status == 403

    def test_readers_export_only(self, desk: Ask) -> None:
        reader = staff_token("catalog.read")
        assert desk("POST", "/products/import", {"content": TWO}, token=reader).status == 403
        assert desk("POST", "/products/export", {}, token=reader).status == 201


class TestImport:
    def test_a_dry_run_writes_nothing(self, desk: Ask, send: Send) -> None:
        report = send("\ufeff" + TWO, dry_run=True)
        assert (report["dry_run"], report["counts"]) == (True, {"created": 1})
        assert report["items"][0]["lines"] == [2, 3]
        assert drafts(desk) == []

    def test_a_picture_is_kept_with_its_product_and_not_by_a_dry_run(self, send: Send) -> None:
        key = uploads.arrive("public/products/new.png")
        content = TWO.replace(PICTURE, key)
        assert outcomes(send(content, dry_run=True)) == ["created"]
        assert uploads.kept(key) is None
        assert outcomes(send(content)) == ["created"]
        assert uploads.kept(key) == uploads.PNG

    def test_a_dry_run_is_what_one_gets_without_asking(self, desk: Ask, tea: str) -> None:
        assert desk("POST", "/products/import", {"content": TWO}).json["dry_run"]
        assert drafts(desk) == []

    def test_new_products_are_drafts_with_stock(self, desk: Ask, send: Send, tea: str) -> None:
        (item,) = send(TWO)["items"]
        product = desk("GET", f"/products/{item['product_id']}").json
        assert (product["state"], product["name"], product["category_id"]) == ("draft", "龙井", tea)
        assert product["images"] == [PICTURE]
        told = [
            (sku["code"], sku["values"], sku["base_price_fen"], sku["on_hand"]) for sku in product["skus"]
        ]
        assert told == [("LJ-1", ["250g"], 12_800, 10), ("LJ-2", ["500g"], 24_000, 20)]

    def test_the_same_file_again_changes_nothing(self, desk: Ask, send: Send) -> None:
        first = send(TWO)
        again = send(TWO.replace("期初库存", "预警库存").replace(",10,", ",,").replace(",20,", ",,"))
        assert (outcomes(first), outcomes(again)) == (["created"], ["unchanged"])
        assert [card["version"] for card in drafts(desk)] == [1]

    def test_known_codes_are_changed_and_new_ones_added(self, desk: Ask, send: Send) -> None:
        product_id = send(TWO)["items"][0]["product_id"]
        content = "货号,商品名称,规格,单价(元),可售\nlj-1,西湖龙井,,130,否\nLJ-3,西湖龙井,1kg,450,\n"
        for dry_run in (True, False):
            (item,) = send(content, dry_run)["items"]
            assert (item["outcome"], item["product_id"]) == ("updated", product_id)
            assert item["changes"] == ["商品名称", "单价(元)", "可售", "新增 LJ-3"]
        product = desk("GET", f"/products/{product_id}").json
        assert (product["version"], product["name"], product["spec_names"]) == (2, "西湖龙井", ["净含量"])
        assert [(sku["code"], sku["base_price_fen"], sku["on_sale"]) for sku in product["skus"]] == [
            ("LJ-1", 13_000, False),
            ("LJ-2", 24_000, True),
            ("LJ-3", 45_000, True),
        ]
        offer = operations.current_offers([product["skus"][0]["sku_id"]])[product["skus"][0]["sku_id"]]
        assert (offer.version, offer.base_price_fen) == (2, 13_000)

    def test_one_bad_product_leaves_the_others_alone(self, desk: Ask, send: Send) -> None:
        lines = [
            "A-1,甲,茶叶,,,10,,",
            "B-1,乙,咖啡,,,10,,",
            "C-1,丙,茶叶,,,0,,",
            "D-1,丁,茶叶,,,10,,public/products/none.png",
            "E-1,戊,,,,10,,",
            "F-1,己,茶叶,净含量,,10,,",
        ]
        report = send("\n".join([HEADER, *lines]))
        assert outcomes(report) == ["created"] + ["refused"] * 5
        assert problems(report) == [(3, "分类"), (4, "单价(元)"), (5, ""), (6, "分类"), (7, "")]
        assert [card["name"] for card in drafts(desk)] == ["甲"]
        assert report["counts"] == {"created": 1, "refused": 5}

    def test_problems_of_known_products_name_their_line(self, send: Send) -> None:
        send(TWO)
        wrong = "货号,商品名称,起订量,期初库存\nLJ-2,龙井,0,\nLJ-1,龙井,6,\n"
        assert problems(send(wrong)) == [(2, "起订量")]
        assert problems(send(wrong.replace(",0,", ",6,5"))) == [(2, "期初库存")]

    def test_codes_of_two_products_cannot_be_one(self, send: Send) -> None:
        send(TWO + "MF-1,毛峰,茶叶,,,10,,\n")
        report = send("货号,商品名称\nLJ-1,茶\nMF-1,茶\n")
        assert outcomes(report) == ["refused"]

    def test_an_outdated_file_is_refused(self, desk: Ask, send: Send) -> None:
        product_id = send(TWO)["items"][0]["product_id"]
        content = exported(desk)
        desk("PATCH", f"/products/{product_id}", {"version": 1, "name": "新龙井"})
        assert outcomes(send(content)) == ["refused"]
        assert desk("GET", f"/products/{product_id}").json["name"] == "新龙井"

    def test_archived_products_are_refused(self, desk: Ask, send: Send) -> None:
        product_id = send(TWO)["items"][0]["product_id"]
        desk("POST", f"/products/{product_id}/archive", {"version": 1})
        report = send("货号,商品名称\nLJ-1,新名\n", dry_run=True)
        assert report["items"][0]["problems"][0]["message"] == "商品当前状态不允许此操作"

    def test_the_same_file_sent_five_times_at_once(self, desk: Ask, send: Send) -> None:
        with ThreadPoolExecutor(5) as clerks:
            reports = list(clerks.map(lambda _: send(TWO), range(5)))
        assert sorted(outcome for report in reports for outcome in outcomes(report))[0] == "created"
        assert sum(report["counts"].get("created", 0) for report in reports) == 1
        assert len(drafts(desk)) == 1

    def test_every_row_carries_the_mark_of_who_sent_the_file(self, tea: str, tables: Tables) -> None:
        app = Api("admin", Silent())
        app.register_blueprint(backoffice.door, url_prefix="/admin")
        content = TWO + "MF-1,毛峰,茶叶,,,10,,\n"
        body = {"content": content, "dry_run": False}
        call(app, "POST", "/admin/products/import", body, token=staff_token("catalog.write"))
        marks = [row["op"]["S"] for row in tables.rows("catalog") if row["sk"]["S"] == "PRODUCT"]
        assert [mark.split("/")[0] for mark in marks] == [CLERK] * 2
        assert len({mark.split("/")[1] for mark in marks}) == 1

    def test_conflicts_are_tried_again(self, desk: Ask, send: Send) -> None:
        with injected("TransactWriteItems", conflict, conflict):
            assert outcomes(send(TWO)) == ["created"]

    def test_five_hundred_lines(self, desk: Ask, send: Send) -> None:
        lines = [
            f"P{product}-{sku},商品{product},茶叶,净含量,{sku}kg,1{sku}.50,5,"
            for product in range(50)
            for sku in range(10)
        ]
        report = send("\n".join([HEADER, *lines]))
        assert report["counts"] == {"created": 50}
        (group,) = desk("GET", "/categories").json["items"]
        assert group["products"] == 50

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            ({"content": ""}, 422, "Invalid"),
            ({"content": "货号,颜色\nA,绿"}, 422, "SheetUnreadable"),
            ({"content": "货号,商品名称\n" + "A,茶\n" * 501}, 422, "SheetTooLong"),
            ({"content": "x" * 600_001}, 422, "Invalid"),
            ({"content": "x" * 2_100_000}, 400, "Malformed"),
            ({"content": TWO, "dry_run": "no"}, 422, "Invalid"),
            ({}, 422, "Invalid"),
        ],
    )
    def test_out_of_bounds(self, desk: Ask, body: dict[str, Any], status: int, code: str) -> None:
        answer = desk("POST", "/products/import", body)
        assert (answer.status, answer.json["code"]) == (status, code)


class TestExport:
    def test_what_came_out_goes_in_again(self, desk: Ask, send: Send, tea: str) -> None:
        brand = made(desk, "/brands", {"name": "西湖牌"})["group_id"]
        tag = made(desk, "/tags", {"name": "送礼"})["group_id"]
        html = '<p>好茶，"明前"</p>\n<p>=1+1</p>'
        on_sale(desk, goods(tea, brand_id=brand, tag_ids=[tag], subtitle="=1+1", description=html))
        send(TWO)
        content = exported(desk)
        assert content.startswith("\ufeff状态,商品编号,版本,商品名称")
        assert outcomes(send(content)) == ["unchanged", "unchanged"]
        changed = content.replace("128.00", "129.00")
        assert outcomes(send(changed)) == ["updated", "updated"]

    def test_products_of_a_state(self, desk: Ask, send: Send, tea: str) -> None:
        on_sale(desk, goods(tea))
        send(TWO)
        assert exported(desk, state="on_sale").count("\n") == 2
        assert exported(desk).count("\n") == 4
        assert exported(desk, state="archived").count("\n") == 1
        assert desk("POST", "/products/export", {"state": "gone"}).status == 422
