"""Orders on credit: the limit is held, owed and freed; goods leave before the money comes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.agents import operations as agents
from functions.agents import table as companies
from functions.payments import backoffice, events, operations
from kit import clock
from kit.api import Api
from tests.kit.buyers import Buyer
from tests.kit.engines import Cloud
from tests.kit.http import Answer, call
from tests.kit.orders import FIRST, SECOND
from tests.kit.people import AGENT, agent_token, staff_token
from tests.kit.pump import Pump
from tests.kit.time import Clock

Staff = Callable[..., Answer]
LIMIT = 50_000
FOUND = {"received_fen": 20_000, "bank_reference": "BOC20261201001"}


@pytest.fixture
def trusted(buyer: Buyer) -> Buyer:
    """A buyer whose company may owe five hundred yuan."""
    row = companies.CompanyRow(f"AGENT#{AGENT}", companies.COMPANY)
    limits = [
        companies.CompanyRow.credit_limit_fen.set(LIMIT),
        companies.CompanyRow.credit_left_fen.set(LIMIT),
    ]
    row.update(limits)
    return buyer


@pytest.fixture
def finance() -> Callable[..., Answer]:
    """Calls the door of payments as finance."""
    app = Api("admin")
    app.register_blueprint(backoffice.door, url_prefix="/admin")

    def finance(method: str, path: str, body: Any = None, **given: Any) -> Answer:
        return call(app, method, f"/admin{path}", body, **{"token": staff_token("finance")} | given)

    return finance


def used() -> int:
    return agents.company(AGENT).credit_used_fen


def place(buyer: Buyer, quantity: int = 2) -> str:
    order_id: str = buyer.place((FIRST, quantity), payment_method="credit")["order_id"]
    return order_id


def owed(buyer: Buyer, staff: Staff) -> tuple[str, str]:
    """An approved order of 200 yuan and its payment."""
    order_id = place(buyer)
    assert staff("POST", f"/orders/{order_id}/approval").status == 200
    return order_id, f"{order_id}-1"


def state_of(payment_id: str) -> str:
    return operations.attempts_of(payment_id[:26])[0].state


def run_day() -> None:
    events.query_pending({"time": clock.to_text(clock.now())}, None)


def test_an_order_on_credit_waits_for_review_and_holds_its_amount(trusted: Buyer) -> None:
    order_id = place(trusted)
    order = trusted.order(order_id)
    assert (order.state, order.due_at, order.paid_at) == ("pending_review", None, None)
    assert (used(), state_of(f"{order_id}-1")) == (20_000, "held")


def test_nobody_owes_more_than_the_limit(trusted: Buyer) -> None:
    form = trusted.form((FIRST, 2), payment_method="credit")
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda n: trusted.ask("POST", "/orders", form, key=f"on-credit-{n}"), range(4))
        )
    assert sorted(answer.status for answer in answers) == [201, 201, 409, 409]
    assert {answer.json["code"] for answer in answers if answer.status == 409} == {"CreditNotEnough"}
    assert used() == 40_000


def test_a_rejected_order_frees_the_limit(trusted: Buyer, staff: Staff) -> None:
    order_id = place(trusted)
    for _ in range(2):
        answer = staff("POST", f"/orders/{order_id}/rejection", {"reason": "额度待复核"})
        assert (answer.status, answer.json["state"], answer.json["refunds"]) == (200, "closed", [])
    assert (used(), state_of(f"{order_id}-1")) == (0, "closed")


def test_goods_leave_before_the_money_comes_and_points_come_with_it(
    trusted: Buyer, staff: Staff, finance: Callable[..., Answer], pump: Pump, cloud: Cloud, at: Clock
) -> None:
    order_id, payment_id = owed(trusted, staff)
    parcel = {"carrier": "yto", "tracking_no": "YT1234567890"}
    assert staff("POST", f"/orders/{order_id}/shipments", parcel, key="parcel-01").status == 201
    pump()
    assert cloud.messages("PointsOnOrderPaidQueue") == []
    at.advance(days=20)
    for _ in range(2):
        answer = finance("POST", f"/credits/{payment_id}/settlement", FOUND)
        assert (answer.status, answer.json["state"]) == (200, "settled")
    pump()
    pump()
    order = trusted.order(order_id)
    assert (order.state, order.paid_at, used()) == ("shipped", "2026-12-12T02:00:00Z", 0)
    assert len(cloud.messages("PointsOnOrderPaidQueue")) == 1


def test_a_credit_becomes_due_and_overdue(
    trusted: Buyer, staff: Staff, finance: Callable[..., Answer], at: Clock
) -> None:
    _, payment_id = owed(trusted, staff)
    at.advance(days=29, hours=23)
    run_day()
    assert state_of(payment_id) == "committed"
    at.advance(hours=1)
    run_day()
    assert state_of(payment_id) == "due"
    at.advance(days=1)
    run_day()
    run_day()
    assert state_of(payment_id) == "overdue"
    listed = finance("GET", "/credits").json["items"]
    assert [credit["payment_id"] for credit in listed] == [payment_id]
    assert finance("POST", f"/credits/{payment_id}/settlement", FOUND).json["state"] == "settled"


def test_what_goes_back_is_owed_no_longer(
    trusted: Buyer, staff: Staff, finance: Callable[..., Answer], pump: Pump, cloud: Cloud
) -> None:
    order_id, payment_id = owed(trusted, staff)
    body = {"lines": [{"sku_id": FIRST, "quantity": 1}], "reason": "少发一件"}
    assert staff("POST", f"/orders/{order_id}/refunds", body, key="refund-01").status == 201
    pump()
    assert (used(), state_of(payment_id)) == (10_000, "committed")
    assert trusted.order(order_id).refunded_fen == 10_000
    refused = finance("POST", f"/credits/{payment_id}/settlement", FOUND)
    assert (refused.status, refused.json["code"], refused.json["owed_fen"]) == (409, "NotOwed", 10_000)
    finance("POST", f"/credits/{payment_id}/settlement", FOUND | {"received_fen": 10_000})
    pump()
    (message,) = cloud.messages("PointsOnOrderPaidQueue")
    assert '"paid_fen":10000' in message.replace(" ", "")
    assert used() == 0


def test_a_refund_of_everything_leaves_nothing_owed(trusted: Buyer, staff: Staff, pump: Pump) -> None:
    order_id, payment_id = owed(trusted, staff)
    assert staff("POST", f"/orders/{order_id}/refunds", {"reason": "全部取消"}, key="refund-01").status == 201
    pump()
    assert (used(), state_of(payment_id), trusted.order(order_id).state) == (0, "refunded", "closed")


def test_after_settlement_finance_refunds_by_hand(
    trusted: Buyer, staff: Staff, finance: Callable[..., Answer], pump: Pump
) -> None:
    order_id, payment_id = owed(trusted, staff)
    finance("POST", f"/credits/{payment_id}/settlement", FOUND)
    pump()
    body = {"lines": [{"sku_id": FIRST, "quantity": 1}], "reason": "少发一件"}
    staff("POST", f"/orders/{order_id}/refunds", body, key="refund-01")
    pump()
    (waiting,) = finance("GET", "/refunds?state=requested").json["items"]
    path = f"/refunds/{waiting['refund_id']}/confirmation"
    assert finance("POST", path, {"bank_reference": "BOC20261202009"}).status == 200
    pump()
    assert (used(), trusted.order(order_id).refunded_fen) == (0, 10_000)


def test_settling_and_refunding_at_once_agree(
    trusted: Buyer, staff: Staff, finance: Callable[..., Answer], pump: Pump
) -> None:
    order_id, payment_id = owed(trusted, staff)
    body = {"lines": [{"sku_id": FIRST, "quantity": 1}], "reason": "少发一件"}
    acts: list[Callable[[], Answer]] = [
        lambda: finance("POST", f"/credits/{payment_id}/settlement", FOUND),
        lambda: staff("POST", f"/orders/{order_id}/refunds", body, key="refund-01"),
    ]
    with ThreadPoolExecutor(2) as pool:
        settled, refunded = pool.map(lambda act: act(), acts)
    pump()
    assert refunded.status == 201
    assert used() == (0 if settled.status == 200 else 10_000)


def test_who_may_settle_what(trusted: Buyer, staff: Staff, finance: Callable[..., Answer]) -> None:
    order_id, payment_id = owed(trusted, staff)
    path = f"/credits/{payment_id}/settlement"
    for token, status in (
        (None, 401),
        (agent_token(), 403),
        (staff_token("orders.refund"), 403),
    ):
        assert finance("POST", path, FOUND, token=token).status == status
    for body in ({}, {**FOUND, "received_fen": 0}, {**FOUND, "received_fen": "1"}, {**FOUND, "x": 1}):
        assert finance("POST", path, body).status == 422
    assert finance("POST", f"/credits/{order_id}-9/settlement", FOUND).status == 404
    assert trusted.open_payment(order_id).json["code"] == "OrderStateForbids"
    assert state_of(payment_id) == "committed"


def test_credit_is_only_for_those_who_have_it(buyer: Buyer) -> None:
    form = buyer.form((SECOND, 1), payment_method="credit")
    answer = buyer.ask("POST", "/orders", form, key=buyer.key())
    assert (answer.status, answer.json["code"]) == (409, "CreditNotEnough")
