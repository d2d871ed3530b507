"""Placing: one key, one order; nobody gets what is not there; one write decides and costs what it must."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bench.meter import metered
from functions.agents import operations as agents
from functions.agents import table as companies
from functions.agents.schemas import PolicyAudience, PolicyValues, SavePolicy
from functions.cart import api as cart_api
from functions.inventory import operations as inventory
from functions.orders import api
from kit import clock
from tests.integration.orders.work import issue_coupon
from tests.kit import faults
from tests.kit.buyers import ADDRESS, Buyer, set_order_rules
from tests.kit.companies import company
from tests.kit.engines import Tables
from tests.kit.goods import revise, sell
from tests.kit.http import Answer, call
from tests.kit.orders import FIRST, SECOND, THIRD
from tests.kit.people import AGENT, OTHER_AGENT, agent_token, staff_token
from tests.kit.time import Clock


def stock_of(sku_id: str) -> tuple[int, int]:
    """On hand and reserved."""
    known = inventory.stock([sku_id])[sku_id]
    assert known.available == known.on_hand - known.reserved
    return known.on_hand, known.reserved


def orders_stored(tables: Tables) -> int:
    return len(tables.rows("orders"))


# The ordinary case


def test_an_order_is_what_was_quoted(buyer: Buyer) -> None:
    set_order_rules(freight_fen=800)
    placed = buyer.place((FIRST, 2), (SECOND, 3), remark="请周五送货", purchase_number="PO-1")
    assert placed["state"] == "pending_payment"
    assert placed["order_no"] == f"20261122-{placed['order_id'][:8]}"
    assert placed["pay_before"] == "2026-11-22T02:30:00Z"
    assert (placed["goods_fen"], placed["freight_fen"], placed["total_fen"]) == (27_650, 800, 28_450)
    assert placed["actions"] == ["pay", "cancel"]
    assert placed["deliver_to"] == {
        "contact_name": "李小明",
        "phone": "13800000000",
        "region": "广东省 广州市 天河区",
        "text": "天河路 1 号 2 栋",
    }
    assert [(line["name"], line["quantity"], line["net_fen"]) for line in placed["lines"]] == [
        ("高山云雾茶", 2, 20_000),
        ("景德镇茶杯", 3, 7_650),
    ]
    assert placed["images"] == ["products/tea.webp", "products/cup.webp"]
    assert (stock_of(FIRST), stock_of(SECOND), stock_of(THIRD)) == ((100, 2), (100, 3), (100, 0))
    assert buyer.ask("GET", f"/orders/{placed['order_id']}").json == placed


def test_the_same_goods_on_two_lines_are_one_line(buyer: Buyer) -> None:
    placed = buyer.place((FIRST, 2), (FIRST, 3))
    assert [line["quantity"] for line in placed["lines"]] == [5]
    assert stock_of(FIRST) == (100, 5)


def test_a_transfer_has_three_days(buyer: Buyer) -> None:
    assert buyer.place((FIRST, 1), payment_method="bank_transfer")["pay_before"] == "2026-11-25T02:00:00Z"


def test_goods_leave_the_cart_with_the_order(buyer: Buyer) -> None:
    for sku_id in (FIRST, SECOND):
        call(cart_api.app, "PUT", f"/cart/items/{sku_id}", {"quantity": 1}, token=agent_token())
    buyer.place((FIRST, 1), from_cart=True)
    left = call(cart_api.app, "GET", "/cart", token=agent_token()).json["lines"]
    assert [line["sku_id"] for line in left] == [SECOND]


def test_an_order_that_costs_nothing_waits_for_a_person(buyer: Buyer, at: Clock) -> None:
    coupon = issue_coupon(at, off_fen=99)
    placed = buyer.place((THIRD, 1), coupon_id=coupon)
    assert (placed["total_fen"], placed["state"], placed["pay_before"]) == (0, "pending_review", None)


# One key, one order


def test_the_same_key_and_body_give_the_same_order(buyer: Buyer, tables: Tables) -> None:
    form = buyer.form((FIRST, 98))
    first, again = (buyer.ask("POST", "/orders", form, key="key-of-mine") for _ in range(2))
    assert first.status == again.status == 201
    assert first.json == again.json
    assert orders_stored(tables) == 1
    assert stock_of(FIRST) == (100, 98)


def test_the_same_key_answers_even_when_the_quote_has_changed_since(buyer: Buyer) -> None:
    form = buyer.form((FIRST, 1))
    first = buyer.ask("POST", "/orders", form, key="key-of-mine")
    set_order_rules(freight_fen=900)
    again = buyer.ask("POST", "/orders", form, key="key-of-mine")
    assert (again.status, again.json) == (201, first.json)


def test_the_same_key_with_another_body_is_refused(buyer: Buyer, tables: Tables) -> None:
    buyer.ask("POST", "/orders", buyer.form((FIRST, 1)), key="key-of-mine")
    answer = buyer.ask("POST", "/orders", buyer.form((FIRST, 2)), key="key-of-mine")
    assert (answer.status, answer.json["code"]) == (409, "KeyReused")
    assert orders_stored(tables) == 1


def test_one_key_of_two_companies_is_two_orders(buyer: Buyer, tables: Tables) -> None:
    other = Buyer(OTHER_AGENT, "0USERB00000000000000000000").settle_in()
    buyer.place((FIRST, 1), key="key-of-mine")
    other.place((FIRST, 1), key="key-of-mine")
    assert orders_stored(tables) == 2


def test_sixteen_submits_with_one_key_are_one_order(buyer: Buyer, tables: Tables) -> None:
    form = buyer.form((FIRST, 3), (SECOND, 1))
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: buyer.ask("POST", "/orders", form, key="key-of-mine"), range(16)))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.json["order_id"] for answer in answers}) == 1
    assert orders_stored(tables) == 1
    assert (stock_of(FIRST), stock_of(SECOND)) == ((100, 3), (100, 1))


# Stock


def test_sixteen_buyers_on_the_last_five_pieces_make_five_orders(buyer: Buyer, tables: Tables) -> None:
    sell("SKX0000005", 5)
    form = buyer.form(("SKX0000005", 1))

    def submit(number: int) -> Answer:
        return buyer.ask("POST", "/orders", form, key=f"crowd-{number:04d}")

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(submit, range(16)))
    assert sorted(answer.status for answer in answers) == [201] * 5 + [409] * 11
    assert {answer.json["code"] for answer in answers if answer.status == 409} <= {
        "OutOfStock",
        "NotOrderable",
    }
    assert stock_of("SKX0000005") == (5, 5)
    assert orders_stored(tables) == 5


def test_an_order_takes_all_of_its_goods_or_none(buyer: Buyer, tables: Tables) -> None:
    form = buyer.form((FIRST, 2), (SECOND, 60))
    buyer.place((SECOND, 50))
    answer = buyer.ask("POST", "/orders", form, key=buyer.key())
    assert (answer.status, answer.json["code"]) == (409, "NotOrderable")
    assert answer.json["new_quote"]["problems"][0]["available"] == 50
    assert (stock_of(FIRST), stock_of(SECOND)) == ((100, 0), (100, 50))
    assert orders_stored(tables) == 1


# What was shown must hold


def test_a_stale_quote_is_answered_with_the_new_one(buyer: Buyer, tables: Tables) -> None:
    form = buyer.form((FIRST, 2))
    set_order_rules(freight_fen=900)
    answer = buyer.ask("POST", "/orders", form, key=buyer.key())
    assert (answer.status, answer.json["code"]) == (409, "QuoteChanged")
    assert answer.json["new_quote"]["total_fen"] == 20_900
    again = buyer.ask(
        "POST", "/orders", form | {"quote_hash": answer.json["new_quote"]["hash"]}, key=buyer.key()
    )
    assert (again.status, again.json["total_fen"]) == (201, 20_900)
    assert orders_stored(tables) == 1


def test_goods_edited_since_are_quoted_anew(buyer: Buyer) -> None:
    offer = sell("SKX0000006")
    form = buyer.form(("SKX0000006", 1))
    revise(offer, base_price_fen=12_000)
    answer = buyer.ask("POST", "/orders", form, key=buyer.key())
    assert (answer.json["code"], answer.json["new_quote"]["total_fen"]) == ("QuoteChanged", 12_000)


def test_an_order_shows_its_goods_as_they_were(buyer: Buyer) -> None:
    offer = sell("SKX0000006", name="旧名字")
    placed = buyer.place(("SKX0000006", 1))
    revise(offer, name="新名字", base_price_fen=1)
    shown = buyer.ask("GET", f"/orders/{placed['order_id']}").json["lines"][0]
    assert (shown["name"], shown["unit_price_fen"]) == ("旧名字", 10_000)


def test_a_coupon_pays_for_one_order(buyer: Buyer, at: Clock, tables: Tables) -> None:
    coupon = issue_coupon(at)
    form = buyer.form((FIRST, 1), (SECOND, 2), coupon_id=coupon)

    def submit(number: int) -> Answer:
        return buyer.ask("POST", "/orders", form, key=f"coupon-{number:04d}")

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(submit, range(4)))
    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409]
    (placed,) = (answer.json for answer in answers if answer.status == 201)
    assert (placed["coupon_fen"], placed["total_fen"]) == (2_000, 13_100)
    assert sum(line["discount_fen"] for line in placed["lines"]) == 2_000
    assert orders_stored(tables) == 1


def test_anothers_coupon_is_refused(buyer: Buyer, at: Clock) -> None:
    coupon = issue_coupon(at, OTHER_AGENT)
    form = buyer.form((FIRST, 1)) | {"coupon_id": coupon}
    answer = buyer.ask("POST", "/orders", form, key=buyer.key())
    assert (answer.status, answer.json["code"]) == (404, "CouponNotFound")


def test_a_company_may_ask_for_purchase_numbers(buyer: Buyer) -> None:
    companies.CompanyRow(f"AGENT#{AGENT}", companies.COMPANY).update(
        [companies.CompanyRow.policy.set({"purchase_order_required": True})]
    )
    form = buyer.form((FIRST, 1))
    answer = buyer.ask("POST", "/orders", form, key=buyer.key())
    assert (answer.status, answer.json["code"]) == (422, "PurchaseNumberMissing")
    assert buyer.ask("POST", "/orders", form | {"purchase_number": "PO-1"}, key=buyer.key()).status == 201


def test_goods_come_when_the_buyer_says_or_the_policy(buyer: Buyer) -> None:
    form = buyer.form((FIRST, 1))
    for window in ("明天下午", "工作日 18:00-09:00", "工作日 9:00-18:00"):
        asked = form | {"delivery_window": window}
        assert buyer.ask("POST", "/orders", asked, key=buyer.key()).status == 422
    assert buyer.ask("POST", "/orders", form, key=buyer.key()).json["delivery_window"] == ""
    values = PolicyValues(delivery_window="工作日 09:00-18:00", purchase_order_required=True)
    everybody = SavePolicy(name="所有客户", audience=PolicyAudience(), values=values)
    agents.add_policy("01POLICY000000000000000000", everybody, "clerk", clock.now())
    again = buyer.form((FIRST, 1))
    assert buyer.ask("POST", "/orders", again, key=buyer.key()).json["code"] == "PurchaseNumberMissing"
    again |= {"purchase_number": "PO-2"}
    placed = buyer.ask("POST", "/orders", again, key=buyer.key()).json
    assert placed["delivery_window"] == "工作日 09:00-18:00"
    own = buyer.form((FIRST, 1)) | {"purchase_number": "PO-3", "delivery_window": "周末 10:00-12:00"}
    placed = buyer.ask("POST", "/orders", own, key=buyer.key()).json
    assert buyer.ask("GET", f"/orders/{placed['order_id']}").json["delivery_window"] == "周末 10:00-12:00"


# Who may order what


def test_who_may_order(buyer: Buyer) -> None:
    form = buyer.form((FIRST, 1))
    for given, status in (
        ({"token": None}, 401),
        ({"token": "nonsense"}, 401),
        ({"token": staff_token("*")}, 403),
        ({"token": agent_token(role="finance")}, 403),
        ({"token": agent_token(OTHER_AGENT)}, 404),
    ):
        assert buyer.ask("POST", "/orders", form, key=buyer.key(), **given).status == status
    assert buyer.ask("POST", "/orders", form).status == 400
    assert buyer.ask("POST", "/orders", form, key="short").status == 400


@pytest.mark.parametrize("state", ["pending_review", "suspended", "blocked"])
def test_only_active_companies_order(state: str, buyer: Buyer, tables: Tables) -> None:
    form = buyer.form((FIRST, 1))
    company(state=state)
    answer = buyer.ask("POST", "/orders", form, key=buyer.key())
    assert (answer.status, answer.json["code"]) == (403, "CompanyNotActive")
    assert orders_stored(tables) == 0


def test_anothers_address_does_not_exist(buyer: Buyer, tables: Tables) -> None:
    form = buyer.form((FIRST, 1)) | {"address_id": "0THERADDRESS00000000000000"}
    answer = buyer.ask("POST", "/orders", form, key=buyer.key())
    assert (answer.status, answer.json["code"]) == (404, "AddressNotFound")
    assert orders_stored(tables) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"lines": []},
        {"lines": [{"sku_id": FIRST, "quantity": 0}]},
        {"lines": [{"sku_id": FIRST, "quantity": -5}]},
        {"lines": [{"sku_id": FIRST, "quantity": 1.5}]},
        {"lines": [{"sku_id": FIRST, "quantity": "1"}]},
        {"lines": [{"sku_id": FIRST, "quantity": 10**9}]},
        {"lines": [{"sku_id": FIRST, "quantity": 1, "unit_price_fen": 1}]},
        {"lines": [{"sku_id": "'; DROP", "quantity": 1}]},
        {"lines": [{"sku_id": FIRST, "quantity": 1}] * 181},
        {"total_fen": 1},
        {"quote_hash": ""},
        {"payment_method": "cash"},
        {"payment_method": "credit_card"},
        {"address_id": "../../etc"},
        {"remark": "好" * 101},
        {"remark": 7},
        {"coupon_id": "x"},
        {"from_cart": "yes"},
    ],
)
def test_malformed_orders_are_refused(wrong: dict[str, Any], buyer: Buyer, tables: Tables) -> None:
    answer = buyer.ask("POST", "/orders", buyer.form((FIRST, 1)) | wrong, key=buyer.key())
    assert answer.status == 422
    assert answer.json["errors"]
    assert orders_stored(tables) == 0


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff"])
def test_what_is_no_order_is_refused(body: bytes, buyer: Buyer) -> None:
    assert buyer.ask("POST", "/orders", body, key=buyer.key()).status in (400, 422)


def test_goods_that_do_not_exist_are_named(buyer: Buyer) -> None:
    form = buyer.form((FIRST, 1)) | {"lines": [{"sku_id": "SKX0000099", "quantity": 1}]}
    assert buyer.ask("POST", "/orders", form, key=buyer.key()).status == 404


def test_more_than_ninety_kinds_are_refused(buyer: Buyer) -> None:
    form = buyer.form((FIRST, 1))
    form["lines"] = [{"sku_id": f"SKX00001{n:02d}", "quantity": 1} for n in range(91)]
    answer = buyer.ask("POST", "/orders", form, key=buyer.key())
    assert (answer.status, answer.json["code"]) == (422, "TooManySkus")


# The one write


@pytest.mark.parametrize("kinds", [5, 20])
def test_an_order_costs_two_units_for_each_kind_and_two_for_itself(kinds: int, buyer: Buyer) -> None:
    lines = []
    for number in range(kinds):
        sku_id = f"SKX00002{number:02d}"
        sell(
            sku_id,
            500,
            name="不锈钢加厚双层保温杯大容量商务款礼盒装",
            image=f"products/{sku_id}/K7M2Q9{number:02d}.webp",
            base_price_fen=12_345 + number,
        )
        lines.append((sku_id, 24 + number))
    form = buyer.form(*lines, remark="周五下午四点以后送货，送货前请先打电话")
    with metered() as bill:
        answer = buyer.ask("POST", "/orders", form, key=buyer.key())
    assert answer.status == 201, answer.text
    assert bill.writes == ["TransactWriteItems"]
    assert bill.table_write_units == 2 * (kinds + 1)


@pytest.mark.parametrize("fault", [faults.conflict, faults.throttled, faults.lost_answer])
def test_placing_survives_bad_days_of_the_store(fault: faults.Fault, buyer: Buyer, tables: Tables) -> None:
    form = buyer.form((FIRST, 2))
    with faults.injected("TransactWriteItems", fault):
        assert buyer.ask("POST", "/orders", form, key=buyer.key()).status == 201
    assert stock_of(FIRST) == (100, 2)
    assert orders_stored(tables) == 1


def test_too_many_conflicts_are_answered_as_busy_and_leave_nothing(buyer: Buyer, tables: Tables) -> None:
    form = buyer.form((FIRST, 2))
    with faults.injected("TransactWriteItems", *[faults.conflict] * 8):
        answer = buyer.ask("POST", "/orders", form, key=buyer.key())
    assert (answer.status, answer.json["code"]) == (409, "Busy")
    assert stock_of(FIRST) == (100, 0)
    assert orders_stored(tables) == 0


@pytest.mark.parametrize("moment", [faults.killed_before, faults.killed_after])
def test_after_a_crash_the_same_key_leads_to_one_order(
    moment: faults.Fault, buyer: Buyer, tables: Tables
) -> None:
    form = buyer.form((FIRST, 2))
    with faults.injected("TransactWriteItems", moment), pytest.raises(faults.Killed):
        buyer.ask("POST", "/orders", form, key="key-of-mine")
    assert buyer.ask("POST", "/orders", form, key="key-of-mine").status == 201
    assert stock_of(FIRST) == (100, 2)
    assert orders_stored(tables) == 1


def test_the_address_is_the_orders_own_copy(buyer: Buyer) -> None:
    placed = buyer.place((FIRST, 1))
    agents.delete_address(AGENT, ADDRESS)
    shown = call(api.app, "GET", f"/orders/{placed['order_id']}", token=agent_token()).json
    assert shown["deliver_to"]["text"] == "天河路 1 号 2 栋"
