"""Who may do what with orders in the back office."""

from typing import Any

import pytest

from tests.integration.orders.work import PARCEL, Staff, ship
from tests.kit.buyers import Buyer
from tests.kit.engines import Tables
from tests.kit.people import OTHER_AGENT, agent_token, staff_token

WAYS: list[tuple[str, str, Any, str]] = [
    ("GET", "", None, "orders.read"),
    ("PUT", "/price", {"version": 1, "freight_fen": 1, "reason": "让利"}, "orders.reprice"),
    ("POST", "/approval", None, "orders.review"),
    ("POST", "/rejection", {"reason": "超出区域"}, "orders.review"),
    ("POST", "/shipments", PARCEL, "orders.ship"),
    ("POST", "/refunds", {"reason": "少发一件"}, "orders.refund"),
    ("POST", "/refunds/preview", {}, "orders.refund"),
    ("GET", "/tracking", None, "orders.read"),
    ("PUT", "/note", {"note": "加急"}, "orders.read"),
]


@pytest.mark.parametrize(("method", "path", "body", "needed"), WAYS)
def test_every_way_needs_its_permission(
    method: str, path: str, body: Any, needed: str, paid: str, staff: Staff, tables: Tables
) -> None:
    before = tables.rows("orders")
    others = {
        "orders.read",
        "orders.on_behalf",
        "orders.reprice",
        "orders.review",
        "orders.ship",
        "orders.refund",
        "finance",
    } - {needed}
    for token, status in (
        (None, 401),
        ("nonsense", 401),
        (agent_token(), 403),
        (staff_token(*others), 403),
    ):
        answer = staff(method, f"/orders/{paid}{path}", body, token=token, key="some-key-1")
        assert answer.status == status
    away = staff_token(needed, regions=("110000",))
    assert staff(method, f"/orders/{paid}{path}", body, token=away, key="some-key-1").status == 404
    for order_id in ("x", "0" * 26):
        answer = staff(method, f"/orders/{order_id}{path}", body, key="some-key-1")
        assert (answer.status, answer.json["code"]) == (404, "OrderNotFound")
    assert tables.rows("orders") == before


def test_staff_of_the_region_may(paid: str, staff: Staff) -> None:
    near = staff_token("orders.read", regions=("440000",))
    assert staff("GET", f"/orders/{paid}", token=near).status == 200


def test_receipts_of_others_do_not_exist(paid: str, staff: Staff, buyer: Buyer) -> None:
    ship(staff, paid, "parcel-01")
    assert buyer.ask("POST", f"/orders/{paid}/receipt", token=agent_token(OTHER_AGENT)).status == 404
    assert buyer.ask("POST", f"/orders/{paid}/receipt", token=None).status == 401
    assert buyer.order(paid).state == "shipped"


def test_a_note_replaces_the_former_one(paid: str, staff: Staff) -> None:
    assert staff("PUT", f"/orders/{paid}/note", {"note": "加急"}).json["note"] == "加急"
    assert staff("PUT", f"/orders/{paid}/note", {"note": ""}).json["note"] is None
    assert staff("PUT", f"/orders/{paid}/note", {"note": "x" * 301}).status == 422
