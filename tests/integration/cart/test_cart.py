"""The cart: set not added, checked at every look, and never somebody else's."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from functions.cart import operations
from functions.cart.table import CartRow
from functions.inventory import operations as inventory
from functions.settings import operations as settings
from functions.settings.schemas import Change, OrderSettings
from kit import transaction
from tests.kit.companies import company
from tests.kit.goods import revise, sell
from tests.kit.people import AGENT, OTHER_AGENT, agent_token, staff_token

SKU = "SKU0000001"


def put(ask, quantity, sku_id=SKU, **options):
    return ask("PUT", f"/cart/items/{sku_id}", {"quantity": quantity}, **options)


def codes(line):
    return [problem["code"] for problem in line["problems"]]


def test_an_empty_cart(ask):
    cart = ask("GET", "/cart").json
    assert (cart["lines"], cart["pieces"], cart["goods_fen"]) == ([], 0, 0)


def test_a_quantity_is_set_and_not_added(ask):
    sell()
    assert put(ask, 6).status == 200
    cart = put(ask, 8).json
    assert [(line["sku_id"], line["quantity"], line["amount_fen"]) for line in cart["lines"]] == [
        (SKU, 8, 80_000)
    ]
    assert ask("GET", "/cart").json == cart
    assert (cart["goods_fen"], cart["pieces"]) == (80_000, 8)


def test_removing_is_done_once_or_twice(ask):
    sell()
    put(ask, 6)
    assert ask("DELETE", f"/cart/items/{SKU}").json["lines"] == []
    assert ask("DELETE", f"/cart/items/{SKU}").json["lines"] == []


def test_another_companys_cart_is_another_cart(ask):
    sell()
    put(ask, 6)
    company(OTHER_AGENT)
    other = {"token": agent_token(OTHER_AGENT)}
    assert ask("GET", "/cart", **other).json["lines"] == []
    ask("DELETE", f"/cart/items/{SKU}", **other)
    assert len(ask("GET", "/cart").json["lines"]) == 1


def test_a_wrong_quantity_is_refused_with_its_neighbours(ask):
    sell(minimum=12, multiple=6)
    answer = put(ask, 13)
    assert (answer.status, answer.json["code"]) == (422, "QuantityInvalid")
    assert answer.json["nearest_quantities"] == [12, 18]
    assert put(ask, 1).json["nearest_quantities"] == [12]
    assert ask("GET", "/cart").json["lines"] == []


@pytest.mark.parametrize("quantity", [0, -1, 1_000_001, 1.5, "2", None, True])
def test_quantities_are_positive_integers_within_bounds(ask, quantity):
    sell()
    assert put(ask, quantity).status == 422


def test_unknown_and_taken_down_goods_are_refused(ask):
    assert put(ask, 1, "NOSUCHSKU0").json["code"] == "SkuNotFound"
    sell(on_sale=False)
    answer = put(ask, 1)
    assert (answer.status, answer.json["code"]) == (409, "OffSale")


def test_every_look_prices_and_checks_anew(ask):
    offer = sell(stock=10)
    put(ask, 10)
    transaction.commit(inventory.reserve_parts([(SKU, 4, 1, 1)]))
    (line,) = ask("GET", "/cart").json["lines"]
    assert codes(line) == ["OutOfStock"]
    assert line["problems"][0]["available"] == line["stock"]["available"] == 6

    offer = revise(offer, base_price_fen=12_000, minimum=20, multiple=20)
    cart = ask("GET", "/cart").json
    (line,) = cart["lines"]
    assert codes(line) == ["BelowMinimum", "OutOfStock", "PriceChanged"]
    assert line["problems"][0]["nearest_quantities"] == [20]
    assert (line["unit_price_fen"], line["problems"][2]["before_fen"]) == (12_000, 10_000)
    assert cart["goods_fen"] == 0

    revise(offer, on_sale=False)
    (line,) = ask("GET", "/cart").json["lines"]
    assert codes(line) == ["Unavailable", "PriceChanged"]


def test_only_what_can_be_ordered_is_summed(ask):
    sell(SKU, stock=10)
    sell("SKU0000002", stock=1, base_price_fen=500)
    put(ask, 2)
    put(ask, 5, "SKU0000002")
    cart = ask("GET", "/cart").json
    assert (cart["goods_fen"], cart["pieces"]) == (20_000, 7)


def test_shops_that_do_not_show_figures_show_none(ask, at):
    banded = OrderSettings(stock_display="banded", minimum_order_fen=50_000, free_freight_from_fen=60_000)
    settings.change(OrderSettings, Change[OrderSettings](version=0, value=banded), "test", at.now)
    sell(stock=3)
    cart = put(ask, 1).json
    assert cart["lines"][0]["stock"] == {"available": None, "band": "plenty"}
    assert (cart["minimum_short_fen"], cart["free_freight_short_fen"]) == (40_000, 50_000)


def test_a_cart_holds_two_hundred_skus(ask, at):
    lines = [[f"SKU{number:07}", 1, 1, "2026-11-22T02:00:00Z"] for number in range(1000, 1200)]
    CartRow(f"AGENT#{AGENT}", lines=lines, version=1).save()
    sell()
    answer = put(ask, 1)
    assert (answer.status, answer.json["code"]) == (409, "CartFull")


def test_changes_in_parallel_are_all_kept(ask):
    sku_ids = [f"SKU000000{number}" for number in range(1, 9)]
    for sku_id in sku_ids:
        sell(sku_id)
    with ThreadPoolExecutor(8) as people:
        answers = list(people.map(lambda sku_id: put(ask, 2, sku_id), sku_ids))
    assert {answer.status for answer in answers} == {200}
    assert {line["sku_id"] for line in ask("GET", "/cart").json["lines"]} == set(sku_ids)


def test_bulk_tells_what_became_of_each_line(ask):
    sell(SKU, code="A-001")
    sell("SKU0000002", code="A-002", minimum=12, multiple=12)
    sell("SKU0000003", code="A-003", on_sale=False)
    text = "A-001, 5\na-002\t24\nA-002 1\nA-003 x 2\nB-999 1\n???\nA-001 1\n"
    report = ask("POST", "/cart/bulk", {"text": text}).json
    assert [(line["number"], line["result"], line["reason"]) for line in report["lines"]] == [
        (1, "set", ""),
        (2, "refused", "须按 12 盒的倍数订购，可订 24 或 36"),
        (3, "refused", "须按 12 盒的倍数订购，可订 24 或 36"),
        (4, "refused", "商品已下架"),
        (5, "refused", "没有货号为 B-999 的商品"),
        (6, "refused", "无法识别，请按「货号 数量」填写"),
        (7, "set", ""),
    ]
    assert (report["set"], report["refused"]) == (2, 5)
    assert [(line["sku_id"], line["quantity"]) for line in ask("GET", "/cart").json["lines"]] == [(SKU, 6)]


def test_bulk_by_list_sets_again_what_it_set_before(ask):
    sell(SKU, code="A-001")
    body = {"lines": [{"code": "A-001", "quantity": 7}]}
    assert ask("POST", "/cart/bulk", body).json["set"] == 1
    assert ask("POST", "/cart/bulk", body).json["set"] == 1
    assert ask("GET", "/cart").json["lines"][0]["quantity"] == 7


def test_bulk_with_nothing_readable_changes_nothing(ask):
    report = ask("POST", "/cart/bulk", {"text": "??\n"}).json
    assert (report["set"], report["refused"]) == (0, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"text": ""},
        {"text": "A 1", "lines": [{"code": "A", "quantity": 1}]},
        {"text": "A 1\n" * 201},
        {"text": "A" * 20_001},
        {"lines": [{"code": "", "quantity": 1}]},
        {"lines": [{"code": "A", "quantity": 0}]},
        {"lines": [{"code": "A", "quantity": 1, "price_fen": 1}]},
        {"lines": "A 1"},
    ],
)
def test_wrong_bulk_bodies_are_refused(ask, wrong):
    assert ask("POST", "/cart/bulk", wrong).status == 422


def test_lines_of_an_old_order_come_back_with_reasons(ask, at):
    sell(SKU)
    sell("SKU0000002", on_sale=False)
    report = operations.put_lines(AGENT, [(SKU, 3), ("SKU0000002", 1), ("NOSUCHSKU0", 1)], at.now)
    assert [line.reason for line in report.lines] == ["", "商品已下架", "没有找到该规格"]
    operations.remove(AGENT, [SKU])
    assert ask("GET", "/cart").json["lines"] == []


ENDPOINTS = [
    ("GET", "/cart", None),
    ("PUT", f"/cart/items/{SKU}", {"quantity": 1}),
    ("DELETE", f"/cart/items/{SKU}", None),
    ("POST", "/cart/bulk", {"text": "A 1"}),
    ("POST", "/quotes", {"from_cart": True}),
]


@pytest.mark.parametrize(("method", "path", "body"), ENDPOINTS)
def test_who_may_come_in(ask, method, path, body):
    assert ask(method, path, body, token=None).status == 401
    assert ask(method, path, body, token="nonsense").status == 401
    assert ask(method, path, body, token=staff_token("*")).status == 403
    company(OTHER_AGENT, state="pending_review")
    refused = ask(method, path, body, token=agent_token(OTHER_AGENT))
    assert (refused.status, refused.json["code"]) == (403, "CompanyNotActive")


@pytest.mark.parametrize(("method", "path", "body"), [one for one in ENDPOINTS if one[2]])
def test_malformed_bodies(ask, method, path, body):
    assert ask(method, path, b"{").status == 400
    assert ask(method, path, body | {"unknown": 1}).status == 422
    assert ask(method, path, []).status == 422
    assert ask(method, path, b"{" + b" " * 70_000 + b"}").status == 400


def test_a_suspended_company_sees_its_cart_but_cannot_fill_it(ask):
    sell()
    company(OTHER_AGENT, state="suspended")
    suspended = {"token": agent_token(OTHER_AGENT)}
    assert ask("GET", "/cart", **suspended).status == 200
    assert put(ask, 1, **suspended).json["code"] == "CompanyNotActive"


def test_goods_that_are_not_sold_here_cannot_be_put_in(ask):
    offer = sell(sold_in=("440000",))
    assert put(ask, 6).status == 200
    revise(offer, sold_in=(), not_sold_in=("440106",))
    refused = put(ask, 8)
    assert (refused.status, refused.json["code"], refused.json["sku_id"]) == (409, "NotSoldHere", SKU)
    (line,) = ask("GET", "/cart").json["lines"]
    assert (codes(line), line["problems"][0]["blocks"]) == (["NotSoldHere"], True)
    assert line["problems"][0]["text"] == "该商品不在您的地区销售"
    (pasted,) = ask("POST", "/cart/bulk", {"text": "A-001 6"}).json["lines"]
    assert (pasted["result"], pasted["reason"]) == ("refused", "该商品不在您的地区销售")
    assert ask("DELETE", f"/cart/items/{SKU}").json["lines"] == []
