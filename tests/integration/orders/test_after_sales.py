"""After-sales of buyers: what may be claimed and when, who sees it, and what the order does meanwhile."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from functions.points import operations as points
from kit import aws, clock
from tests.integration.orders.claims import RETURN, claim, claimed, decide
from tests.integration.orders.work import (
    Staff,
    figures,
    pay_for,
    refund,
    run_receipts,
    settle_refunds,
    ship,
    sums,
)
from tests.kit.buyers import Buyer
from tests.kit.engines import Cloud, Tables
from tests.kit.orders import FIRST, SECOND, THIRD
from tests.kit.people import AGENT, OTHER_AGENT, agent_token, staff_token
from tests.kit.pump import Pump
from tests.kit.till import Till
from tests.kit.time import Clock

PICTURE = f"agents/{AGENT}/after_sale/{'0' * 26}.png"


# Claiming


def test_money_back_without_a_return(sent: str, buyer: Buyer, staff: Staff, till: Till, pump: Pump) -> None:
    assert "after_sale" in buyer.ask("GET", f"/orders/{sent}").json["actions"]
    answer = claim(buyer, sent, (SECOND, 2), description="杯子碎了")
    case = answer.json
    assert (answer.status, case["state"], case["asked_fen"]) == (201, "applied", 5_100)
    assert (case["actions"], case["reason_text"], case["kind_text"]) == (["cancel"], "运输破损", "仅退款")
    approved = decide(staff, case["after_sale_id"], "approval")
    assert (approved.status, approved.json["state"]) == (200, "refunding")
    settle_refunds(till, pump)
    shown = buyer.ask("GET", f"/after-sales/{case['after_sale_id']}").json
    assert (shown["state"], shown["refund_fen"], shown["refund_state"]) == ("refunded", 5_100, "succeeded")
    assert [said["event"] for said in shown["timeline"]] == ["refunded", "refunding", "approved", "applied"]
    assert sums(sent) == ("partly_refunded", 24_340, 5_100)
    assert figures(SECOND) == (97, 0)
    order = buyer.ask("GET", f"/orders/{sent}").json
    assert [line["claimable"] for line in order["lines"]] == [2, 1, 10]
    assert [(one["state"], one["units"]) for one in order["after_sales"]] == [("refunded", 2)]


def test_only_what_left_and_is_free_may_be_claimed(paid: str, buyer: Buyer, staff: Staff) -> None:
    early = claim(buyer, paid, (FIRST, 1))
    assert (early.status, early.json["code"]) == (409, "ClaimTooLate")
    ship(staff, paid, "parcel-01", (SECOND, 2))
    assert claim(buyer, paid, (FIRST, 1)).json["code"] == "MoreThanClaimable"
    too_many = claim(buyer, paid, (SECOND, 3)).json
    assert (too_many["code"], too_many["left_quantity"]) == ("MoreThanClaimable", 2)
    first = claimed(buyer, paid, (SECOND, 1))
    assert claim(buyer, paid, (SECOND, 2)).json["left_quantity"] == 1
    refused = refund(staff, paid, "refund-01", (SECOND, 3))
    assert (refused.json["code"], refused.json["left_quantity"]) == ("MoreThanBought", 2)
    assert buyer.ask("POST", f"/after-sales/{first}/cancellation").json["state"] == "cancelled"
    assert claim(buyer, paid, (SECOND, 2)).status == 201


def test_claims_at_once_never_exceed_what_left(sent: str, buyer: Buyer) -> None:
    keys = [buyer.key() for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda key: claim(buyer, sent, (SECOND, 1), key=key), keys))
    assert sorted(answer.status for answer in answers) == [201] * 3 + [409] * 5
    assert buyer.order(sent).claimed == {SECOND: 3}


def test_one_key_is_one_after_sale(sent: str, buyer: Buyer) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: claim(buyer, sent, (FIRST, 1), key="claim-key-1"), range(4)))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.json["after_sale_id"] for answer in answers}) == 1
    other = claim(buyer, sent, (FIRST, 2), key="claim-key-1")
    assert (other.status, other.json["code"]) == (409, "KeyReused")


def test_the_window_closes_after_completion(sent: str, buyer: Buyer, at: Clock) -> None:
    done = buyer.ask("POST", f"/orders/{sent}/receipt").json
    until = clock.to_text(at.now + timedelta(days=15))
    assert (done["state"], done["after_sale_until"]) == ("completed", until)
    at.advance(days=14)
    assert claim(buyer, sent, (FIRST, 1)).status == 201
    at.advance(days=1)
    assert claim(buyer, sent, (FIRST, 1)).json["code"] == "ClaimTooLate"
    assert "after_sale" not in buyer.ask("GET", f"/orders/{sent}").json["actions"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"kind": "exchange"}, 422),
        ({"reason": "bored"}, 422),
        ({"lines": []}, 422),
        ({"lines": [{"sku_id": FIRST, "quantity": 0}]}, 422),
        ({"lines": [{"sku_id": FIRST, "quantity": -1}]}, 422),
        ({"lines": [{"sku_id": "SKX0000009", "quantity": 1}]}, 422),
        ({"description": "x" * 501}, 422),
        ({"amount_fen": 1}, 422),
        ({"pictures": ["agents/x/after_sale/1.png"]}, 422),
        ({"pictures": [PICTURE] * 7}, 422),
        ({"pictures": [PICTURE]}, 404),
        ({"pictures": [PICTURE.replace("after_sale", "voucher")]}, 404),
        ({"pictures": [PICTURE.replace(AGENT, OTHER_AGENT)]}, 404),
    ],
)
def test_malformed_claims_are_refused(change: dict[str, Any], status: int, sent: str, buyer: Buyer) -> None:
    assert claim(buyer, sent, (FIRST, 1), **change).status == status
    assert buyer.order(sent).claims == {}


def test_pictures_are_shown_to_both_sides(sent: str, buyer: Buyer, staff: Staff) -> None:
    aws.client("s3").put_object(
        Bucket=os.environ["UPLOADS_BUCKET"], Key=PICTURE, Body=b"\x89PNG\r\n\x1a\n" + b"\0" * 100
    )
    after_sale_id = claimed(buyer, sent, (FIRST, 1), pictures=[PICTURE])
    (link,) = buyer.ask("GET", f"/after-sales/{after_sale_id}").json["pictures"]
    assert PICTURE in link
    assert len(staff("GET", f"/after-sales/{after_sale_id}").json["pictures"]) == 1


def test_what_is_anothers_does_not_exist(sent: str, buyer: Buyer) -> None:
    after_sale_id = claimed(buyer, sent, (FIRST, 1))
    stranger = agent_token(OTHER_AGENT)
    ways: list[tuple[str, str, Any]] = [
        ("GET", "", None),
        ("POST", "/cancellation", None),
        ("POST", "/return-shipment", RETURN),
    ]
    for method, path, body in ways:
        way = f"/after-sales/{after_sale_id}{path}"
        assert buyer.ask(method, way, body, token=None).status == 401
        assert buyer.ask(method, way, body, token=staff_token("orders.read")).status == 403
        found = buyer.ask(method, way, body, token=stranger)
        assert (found.status, found.json["code"]) == (404, "AfterSaleNotFound")
        assert buyer.ask(method, f"/after-sales/nothing{path}", body).status == 404
    assert claim(buyer, sent, (FIRST, 1), token=stranger).status == 404
    assert buyer.ask("GET", "/after-sales", token=stranger).json["items"] == []
    accountant = agent_token(role="finance")
    assert claim(buyer, sent, (FIRST, 1), token=accountant).status == 403
    assert buyer.ask("GET", f"/after-sales/{after_sale_id}", token=accountant).status == 200


def test_a_companys_list_by_state_and_page(sent: str, buyer: Buyer, at: Clock) -> None:
    made = []
    for _ in range(3):
        at.advance(minutes=1)
        made.append(claimed(buyer, sent, (THIRD, 1)))
    buyer.ask("POST", f"/after-sales/{made[0]}/cancellation")
    first = buyer.ask("GET", "/after-sales", query={"limit": 2}).json
    rest = buyer.ask("GET", "/after-sales", query={"limit": 2, "cursor": first["next_cursor"]}).json
    assert [one["after_sale_id"] for one in first["items"] + rest["items"]] == made[::-1]
    applied = buyer.ask("GET", "/after-sales", query={"state": "applied"}).json["items"]
    assert [one["after_sale_id"] for one in applied] == made[:0:-1]
    for tab, expected in (("open", made[:0:-1]), ("ended", made[:1]), ("cancelled", made[:1])):
        listed = buyer.ask("GET", "/after-sales", query={"state": tab}).json["items"]
        assert [one["after_sale_id"] for one in listed] == expected
    assert buyer.ask("GET", "/orders/counts").json["after_sales"] == 2
    assert buyer.ask("GET", "/after-sales", query={"state": "lost"}).status == 422
    assert [order["order_id"] for order in buyer.ask("GET", "/orders").json["items"]] == [sent]


# The order meanwhile


def test_an_order_waits_for_its_after_sale(sent: str, buyer: Buyer, staff: Staff, at: Clock) -> None:
    after_sale_id = claimed(buyer, sent, (FIRST, 1))
    refused = buyer.ask("POST", f"/orders/{sent}/receipt")
    assert (refused.status, refused.json["code"]) == (409, "AfterSaleOpen")
    assert "receive" not in buyer.ask("GET", f"/orders/{sent}").json["actions"]
    at.advance(days=16)
    run_receipts()
    order = buyer.order(sent)
    assert (order.state, order.due_at) == ("shipped", None)
    decide(staff, after_sale_id, "rejection", reason="外观完好")
    run_receipts()
    assert buyer.order(sent).state == "completed"


def test_points_go_back_once_and_people_are_told(
    buyer: Buyer, staff: Staff, till: Till, tables: Tables, cloud: Cloud, at: Clock
) -> None:
    carry = Pump(tables, cloud, {"orders", "payments", "points"})
    order_id = pay_for(buyer, till, carry, (FIRST, 2))
    granted = points.account(AGENT, at.now).available
    assert granted > 0
    ship(staff, order_id, "parcel-01")
    decide(staff, claimed(buyer, order_id, (FIRST, 1)), "approval")
    refused = claimed(buyer, order_id, (FIRST, 1))
    decide(staff, refused, "rejection", reason="外观完好")
    settle_refunds(till, carry)
    assert points.account(AGENT, at.now).available == granted // 2
    told = [json.loads(message) for message in cloud.messages("NotificationsOnFactQueue")]
    kinds = sorted(one["detail-type"] for one in told if "AfterSale" in one["detail-type"])
    assert kinds == [
        "AfterSaleApplied",
        "AfterSaleApplied",
        "AfterSaleApproved",
        "AfterSaleRefunded",
        "AfterSaleRejected",
    ]
    assert len({one["detail"]["event_id"] for one in told}) == len(told)
    (why,) = [one["detail"] for one in told if one["detail-type"] == "AfterSaleRejected"]
    assert (why["after_sale_id"], why["reason"]) == (refused, "外观完好")
