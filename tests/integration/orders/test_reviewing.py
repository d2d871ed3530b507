"""Review: by somebody else than the buyer, with one outcome."""

from concurrent.futures import ThreadPoolExecutor

from tests.integration.orders.work import Staff, figures, refund, settle_refunds, sums
from tests.kit.buyers import Buyer
from tests.kit.orders import FIRST
from tests.kit.people import CLERK, staff_token
from tests.kit.pump import Pump
from tests.kit.till import Till


def test_an_approved_order_goes_to_the_warehouse(waiting: str, staff: Staff, buyer: Buyer) -> None:
    first, again = (staff("POST", f"/orders/{waiting}/approval") for _ in range(2))
    assert (first.status, first.json["state"], first.json["approved_by"]) == (200, "to_ship", CLERK)
    assert again.json == first.json
    assert "商家审核通过" in [step["text"] for step in first.json["timeline"]]


def test_a_rejected_order_gives_back_goods_and_money(
    waiting: str, staff: Staff, buyer: Buyer, till: Till, pump: Pump
) -> None:
    first, again = (
        staff("POST", f"/orders/{waiting}/rejection", {"reason": "超出经销区域"}) for _ in range(2)
    )
    assert (first.status, first.json["state"], first.json["closed_reason"]) == (200, "closed", "rejected")
    assert again.json == first.json
    assert figures(FIRST) == (100, 0)
    settle_refunds(till, pump)
    assert sums(waiting) == ("refunded", 0, 20_000)
    shown = buyer.ask("GET", f"/orders/{waiting}").json
    assert (shown["closed_detail"], shown["refunded_fen"]) == ("超出经销区域", 20_000)
    assert [refund["state"] for refund in shown["refunds"]] == ["succeeded"]


def test_a_rejected_order_whose_money_did_not_go_back_may_be_refunded(
    waiting: str, staff: Staff, buyer: Buyer, till: Till, pump: Pump
) -> None:
    staff("POST", f"/orders/{waiting}/rejection", {"reason": "超出经销区域"})
    settle_refunds(till, pump, "CLOSED")
    again = refund(staff, waiting, "refund-01")
    assert (again.status, again.json["closed_reason"]) == (201, "rejected")
    settle_refunds(till, pump)
    assert (sums(waiting), figures(FIRST)) == (("refunded", 0, 20_000), (100, 0))


def test_who_placed_an_order_may_not_review_it(waiting: str, staff: Staff, buyer: Buyer) -> None:
    own = staff_token("orders.review", user_id=buyer.user_id)
    for act, body in (("approval", None), ("rejection", {"reason": "不要了"})):
        answer = staff("POST", f"/orders/{waiting}/{act}", body, token=own)
        assert (answer.status, answer.json["code"]) == (409, "OwnOrder")
    assert buyer.order(waiting).state == "pending_review"


def test_only_what_waits_is_reviewed(paid: str, staff: Staff, buyer: Buyer) -> None:
    unpaid = buyer.place((FIRST, 1))["order_id"]
    for order_id in (paid, unpaid):
        assert staff("POST", f"/orders/{order_id}/approval").json["code"] == "OrderStateForbids"
        body = {"reason": "不要了"}
        assert staff("POST", f"/orders/{order_id}/rejection", body).json["code"] == "OrderStateForbids"


def test_approval_and_rejection_at_once_have_one_winner(
    waiting: str, staff: Staff, buyer: Buyer, till: Till, pump: Pump
) -> None:
    acts = [("approval", None), ("rejection", {"reason": "超出区域"})] * 3
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda act: staff("POST", f"/orders/{waiting}/{act[0]}", act[1]), acts))
    settle_refunds(till, pump)
    approved = buyer.order(waiting).state == "to_ship"
    assert sums(waiting)[0] == ("succeeded" if approved else "refunded")
    assert figures(FIRST) == ((100, 2) if approved else (100, 0))


def test_many_are_approved_one_by_one(waiting: str, staff: Staff, buyer: Buyer) -> None:
    unpaid = buyer.place((FIRST, 1))["order_id"]
    wanted = {"order_ids": [waiting, unpaid, "0" * 26, waiting]}
    first, again = (staff("POST", "/orders/approvals", wanted).json["rows"] for _ in range(2))
    assert [(row["order_id"], row["state"], row["code"]) for row in first] == [
        (waiting, "to_ship", None),
        (unpaid, None, "OrderStateForbids"),
        ("0" * 26, None, "OrderNotFound"),
    ]
    assert again == first
    away = staff_token("orders.review", regions=("110000",))
    assert staff("POST", "/orders/approvals", wanted, token=away).json["rows"][0]["code"] == "OrderNotFound"
    assert staff("POST", "/orders/approvals", wanted, token=staff_token("orders.read")).status == 403
    for body in ({}, {"order_ids": []}, {"order_ids": ["0" * 26] * 51}):
        assert staff("POST", "/orders/approvals", body).status == 422
