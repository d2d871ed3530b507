"""Refunds of orders: exact to the fen, once, never more than was bought."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.orders import operations, table
from kit import clock
from kit.tokens import Principal
from tests.integration.orders.work import (
    Staff,
    coupon_state,
    figures,
    issue_coupon,
    refund,
    run_receipts,
    settle_refunds,
    ship,
    sums,
)
from tests.kit.buyers import Buyer
from tests.kit.engines import Cloud, Tables
from tests.kit.http import Answer
from tests.kit.orders import FIRST, SECOND, THIRD
from tests.kit.people import AGENT, CLERK
from tests.kit.pump import Pump
from tests.kit.till import Till
from tests.kit.time import Clock


def test_a_full_refund_before_shipping_closes_the_order(
    paid: str, staff: Staff, buyer: Buyer, till: Till, pump: Pump, cloud: Cloud
) -> None:
    answer = refund(staff, paid, "refund-01")
    assert (answer.status, answer.json["state"], answer.json["closed_reason"]) == (201, "closed", "refunded")
    assert [figures(sku_id) for sku_id in (FIRST, SECOND, THIRD)] == [(100, 0)] * 3
    settle_refunds(till, pump)
    total = 20_000 + 7_650 + 990 + 800
    assert sums(paid) == ("refunded", 0, total)
    assert buyer.ask("GET", f"/orders/{paid}").json["refunded_fen"] == total
    assert refund(staff, paid, "refund-02").json["code"] == "OrderStateForbids"


def test_a_refund_by_line_and_piece(
    paid: str, staff: Staff, buyer: Buyer, till: Till, pump: Pump, cloud: Cloud
) -> None:
    ship(staff, paid, "parcel-01", (FIRST, 2), (SECOND, 1))
    answer = refund(staff, paid, "refund-01", (FIRST, 1), (SECOND, 2), freight=True)
    assert answer.status == 201
    (decided,) = answer.json["refunds"]
    assert (decided["amount_fen"], decided["freight_fen"], decided["state"]) == (15_900, 800, "decided")
    assert answer.json["open_quantities"] == {THIRD: 10}
    assert (figures(FIRST), figures(SECOND)) == ((98, 0), (99, 0))
    settle_refunds(till, pump)
    shown = buyer.ask("GET", f"/orders/{paid}").json
    assert (shown["refunded_fen"], shown["refunds"][0]["state"]) == (15_900, "succeeded")
    assert [line["refunded_fen"] for line in shown["lines"]] == [10_000, 5_100, 0]
    facts = [message for message in cloud.messages("NotificationsOnFactQueue") if "OrderRefunded" in message]
    assert len(facts) <= 1
    last = refund(staff, paid, "refund-02")
    assert last.json["refunds"][1]["amount_fen"] == 10_000 + 2_550 + 990


def test_a_double_click_refunds_once(paid: str, staff: Staff, till: Till, pump: Pump) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: refund(staff, paid, "refund-01", (FIRST, 1)), range(8)))
    assert {answer.status for answer in answers} == {201}
    settle_refunds(till, pump)
    assert sums(paid) == ("partly_refunded", 19_440, 10_000)
    assert figures(FIRST) == (100, 1)
    other = refund(staff, paid, "refund-01", (FIRST, 2))
    assert (other.status, other.json["code"]) == (409, "KeyReused")


def test_refunds_at_once_never_exceed_what_was_bought(
    paid: str, staff: Staff, till: Till, pump: Pump
) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: refund(staff, paid, f"refund-{n:02d}", (SECOND, 1)), range(8)))
    assert sorted(answer.status for answer in answers) == [201] * 3 + [409] * 5
    settle_refunds(till, pump)
    assert sums(paid)[2] == 7_650


def test_a_refund_and_a_parcel_do_not_take_the_same_piece(paid: str, staff: Staff, buyer: Buyer) -> None:
    acts: list[Callable[[], Answer]] = [
        lambda: refund(staff, paid, "refund-01", (FIRST, 2)),
        lambda: ship(staff, paid, "parcel-01", (FIRST, 2)),
    ]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda act: act(), acts))
    on_hand, held = figures(FIRST)
    progress = buyer.order(paid).progress[0]
    assert held == 0
    assert progress.shipped + progress.cancelled == 2
    assert on_hand == 100 - progress.shipped


def test_a_failed_refund_may_be_decided_again(
    paid: str, staff: Staff, till: Till, pump: Pump, buyer: Buyer
) -> None:
    refund(staff, paid, "refund-01", (FIRST, 1))
    settle_refunds(till, pump, "CLOSED")
    assert sums(paid) == ("succeeded", 29_440, 0)
    assert [one["state"] for one in buyer.ask("GET", f"/orders/{paid}").json["refunds"]] == ["failed"]
    again = refund(staff, paid, "refund-02", (FIRST, 1))
    assert again.status == 201
    settle_refunds(till, pump)
    assert sums(paid) == ("partly_refunded", 19_440, 10_000)
    assert figures(FIRST) == (100, 1)


def test_a_closed_order_whose_money_did_not_go_back_may_be_refunded_again(
    paid: str, staff: Staff, till: Till, pump: Pump, buyer: Buyer, at: Clock
) -> None:
    coupon = issue_coupon(at)
    order_id = buyer.place((FIRST, 2), (SECOND, 1), coupon_id=coupon)["order_id"]
    buyer.pay(till, order_id)
    till.deliver()
    pump()
    total = buyer.order(order_id).total_fen
    assert refund(staff, order_id, "refund-01").json["closed_reason"] == "refunded"
    closed_at = buyer.order(order_id).closed_at
    at.advance(hours=1)
    settle_refunds(till, pump, "CLOSED")
    assert sums(order_id) == ("succeeded", total, 0)
    assert refund(staff, order_id, "refund-02", (FIRST, 1)).status == 201
    last = refund(staff, order_id, "refund-03")
    assert (last.status, last.json["state"], buyer.order(order_id).closed_at) == (201, "closed", closed_at)
    settle_refunds(till, pump)
    assert sums(order_id) == ("refunded", 0, total)
    assert (figures(FIRST), figures(SECOND), coupon_state(coupon)) == ((100, 2), (100, 3), "issued")
    assert refund(staff, order_id, "refund-04").json["code"] == "OrderStateForbids"


def test_refunds_told_twice_and_late_count_once(
    paid: str, staff: Staff, till: Till, pump: Pump, tables: Tables
) -> None:
    refund(staff, paid, "refund-01", (FIRST, 1))
    settle_refunds(till, pump)
    stored = tables.rows("orders")
    (row,) = table.refunds_of(operations.for_staff(paid, _anybody()))
    for succeeded in (True, False, True):
        operations.settle_refund(AGENT, paid, row.refund_id, succeeded, clock.now())
    assert tables.rows("orders") == stored


def _anybody() -> Any:
    return Principal("staff", CLERK, "S", permissions=frozenset({"*"}))


def test_a_refund_of_everything_open_starts_the_receipt_timer(
    paid: str, staff: Staff, buyer: Buyer, at: Clock
) -> None:
    ship(staff, paid, "parcel-01", (FIRST, 2))
    assert refund(staff, paid, "refund-01", (SECOND, 3), (THIRD, 10)).json["state"] == "shipped"
    at.advance(days=15)
    run_receipts()
    assert buyer.order(paid).state == "completed"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"reason": ""}, 422),
        ({"reason": "x" * 81}, 422),
        ({"reason": "少发一件", "amount_fen": 1}, 422),
        ({"reason": "少发一件", "lines": [{"sku_id": FIRST, "quantity": 0}]}, 422),
        ({"reason": "少发一件", "lines": [{"sku_id": FIRST, "quantity": -1}]}, 422),
        ({"reason": "少发一件", "lines": [{"sku_id": FIRST, "quantity": 3}]}, 409),
        ({"reason": "少发一件", "lines": [{"sku_id": "SKX0000009", "quantity": 1}]}, 422),
    ],
)
def test_refunds_out_of_bounds_are_refused(body: Any, status: int, paid: str, staff: Staff) -> None:
    assert staff("POST", f"/orders/{paid}/refunds", body, key="refund-01").status == status
    assert sums(paid) == ("succeeded", 29_440, 0)


def test_what_is_not_paid_is_not_refunded(buyer: Buyer, waiting: str, staff: Staff) -> None:
    unpaid = buyer.place((FIRST, 1))["order_id"]
    for order_id in (unpaid, waiting):
        assert refund(staff, order_id, "refund-01").json["code"] == "OrderStateForbids"


def test_a_preview_tells_the_refund_to_the_fen_and_decides_nothing(
    paid: str, staff: Staff, tables: Tables
) -> None:
    before = tables.rows("orders")
    body = {"lines": [{"sku_id": FIRST, "quantity": 1}, {"sku_id": SECOND, "quantity": 2}], "freight": True}
    answer = staff("POST", f"/orders/{paid}/refunds/preview", body)
    assert (answer.status, answer.json["lines"]) == (200, {FIRST: 10_000, SECOND: 5_100})
    assert (answer.json["freight_fen"], answer.json["amount_fen"]) == (800, 15_900)
    everything = staff("POST", f"/orders/{paid}/refunds/preview", {})
    assert everything.json["amount_fen"] == 20_000 + 7_650 + 990 + 800
    assert tables.rows("orders") == before
    too_many = staff("POST", f"/orders/{paid}/refunds/preview", {"lines": [{"sku_id": FIRST, "quantity": 9}]})
    assert (too_many.status, too_many.json["code"]) == (409, "MoreThanBought")
