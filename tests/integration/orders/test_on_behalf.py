"""Staff order for a company: at its prices, once, within their regions; the company pays."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.agents import table as companies
from tests.integration.orders.work import Staff, coupon_state, issue_coupon, reserved
from tests.kit.buyers import ADDRESS, Buyer, set_order_rules
from tests.kit.engines import Cloud
from tests.kit.orders import FIRST, SECOND
from tests.kit.people import AGENT, CLERK, OTHER_AGENT, agent_token, staff_token
from tests.kit.pump import Pump
from tests.kit.till import Till
from tests.kit.time import Clock


def form(staff: Staff, *lines: tuple[str, int], **more: Any) -> dict[str, Any]:
    wanted = {
        "agent_id": AGENT,
        "lines": [{"sku_id": sku_id, "quantity": quantity} for sku_id, quantity in lines],
        "coupon_id": more.get("coupon_id"),
    }
    quote = staff("POST", "/quotes", wanted)
    assert quote.status == 200, quote.text
    return (
        wanted
        | {
            "quote_hash": quote.json["hash"],
            "address_id": ADDRESS,
            "payment_method": "wechat",
            "remark": "电话订货",
        }
        | more
    )


def test_the_company_is_told_and_pays(
    buyer: Buyer, staff: Staff, till: Till, pump: Pump, cloud: Cloud
) -> None:
    placed = staff("POST", "/orders", form(staff, (FIRST, 2), (SECOND, 3)), key="on-behalf-1")
    assert placed.status == 201, placed.text
    order_id = placed.json["order_id"]
    assert (placed.json["state"], placed.json["on_behalf"], placed.json["created_by"]) == (
        "pending_payment",
        True,
        CLERK,
    )
    assert (placed.json["total_fen"], reserved(FIRST)) == (27_650, 2)
    assert placed.json["pay_before"] == "2026-11-23T02:00:00Z"  # nobody sits before it: a day, not minutes
    pump()
    (told,) = [text for text in cloud.messages("NotificationsOnFactQueue") if "OrderPlacedOnBehalf" in text]
    assert placed.json["order_no"] in told
    shown = buyer.ask("GET", f"/orders/{order_id}").json
    assert [step["text"] for step in shown["timeline"]] == ["商家代客下单"]
    buyer.pay(till, order_id)
    till.deliver()
    pump()
    assert buyer.order(order_id).state == "to_ship"


def test_a_repeated_key_is_one_order(buyer: Buyer, staff: Staff) -> None:
    wanted = form(staff, (FIRST, 2))
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: staff("POST", "/orders", wanted, key="on-behalf-1"), range(4)))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.json["order_id"] for answer in answers}) == 1
    other = staff("POST", "/orders", wanted | {"remark": "另一单"}, key="on-behalf-1")
    assert (other.status, other.json["code"], reserved(FIRST)) == (409, "KeyReused", 2)
    own = buyer.place((FIRST, 2), key="on-behalf-1")
    assert own["order_id"] != answers[0].json["order_id"]


def test_a_stale_quote_gets_the_new_one(buyer: Buyer, staff: Staff) -> None:
    wanted = form(staff, (FIRST, 2))
    set_order_rules(freight_fen=800)
    answer = staff("POST", "/orders", wanted, key="on-behalf-1")
    assert (answer.status, answer.json["code"]) == (409, "QuoteChanged")
    assert answer.json["new_quote"]["total_fen"] == 20_800


def test_its_coupon_and_its_credit_may_be_used(buyer: Buyer, staff: Staff, at: Clock) -> None:
    coupon = issue_coupon(at)
    row = companies.CompanyRow(f"AGENT#{AGENT}", companies.COMPANY)
    row.update(
        [row_limit.set(50_000) for row_limit in (type(row).credit_limit_fen, type(row).credit_left_fen)]
    )
    wanted = form(staff, (FIRST, 2), coupon_id=coupon, payment_method="credit")
    placed = staff("POST", "/orders", wanted, key="on-behalf-1").json
    assert (placed["state"], placed["total_fen"], coupon_state(coupon)) == ("pending_review", 18_000, "held")
    own = staff("POST", f"/orders/{placed['order_id']}/approval")
    assert (own.status, own.json["code"]) == (409, "OwnOrder")
    second = staff_token("orders.review", user_id="0CHIEF00000000000000000000")
    assert staff("POST", f"/orders/{placed['order_id']}/approval", token=second).status == 200


def test_who_may(buyer: Buyer, staff: Staff) -> None:
    wanted = form(staff, (FIRST, 2))
    ways: list[tuple[str, str, Any]] = [
        ("GET", f"/agents/{AGENT}/addresses", None),
        ("POST", "/quotes", {"agent_id": AGENT, "lines": wanted["lines"]}),
        ("POST", "/orders", wanted),
    ]
    for method, path, body in ways:
        for token, status in (
            (None, 401),
            (agent_token(), 403),
            (staff_token("orders.read", "orders.review"), 403),
            (staff_token("orders.on_behalf", regions=("110000",)), 404),
        ):
            assert staff(method, path, body, token=token, key="on-behalf-1").status == status
        near = staff_token("orders.on_behalf", regions=("440000",))
        assert staff(method, path, body, token=near, key="on-behalf-1").status in (200, 201)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"agent_id": OTHER_AGENT}, 404),
        ({"agent_id": "x"}, 422),
        ({"address_id": "0ADDRESS000000000000000009"}, 404),
        ({"lines": []}, 422),
        ({"lines": [{"sku_id": FIRST, "quantity": 0}]}, 422),
        ({"payment_method": "cash"}, 422),
        ({"from_cart": True}, 422),
        ({"total_fen": 1}, 422),
    ],
)
def test_malformed(buyer: Buyer, staff: Staff, change: dict[str, Any], status: int) -> None:
    answer = staff("POST", "/orders", form(staff, (FIRST, 2)) | change, key="on-behalf-1")
    assert answer.status == status
    assert reserved(FIRST) == 0
