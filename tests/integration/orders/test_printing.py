"""Papers of orders: whole cartons and loose pieces, what to pick, what is in which parcel."""

import pytest

from tests.integration.orders.work import Staff, ship
from tests.kit.buyers import Buyer
from tests.kit.goods import sell
from tests.kit.orders import FIRST, SECOND, THIRD
from tests.kit.people import agent_token, staff_token


def picked(papers: list[dict[str, object]]) -> list[tuple[object, ...]]:
    return [(one["sku_id"], one["quantity"], one["cartons"], one["pieces"]) for one in papers]


def test_the_papers_of_an_order(paid: str, staff: Staff) -> None:
    ship(staff, paid, "parcel-01", (FIRST, 1), (THIRD, 10))
    papers = staff("GET", f"/orders/{paid}/print").json
    (order,) = papers["orders"]
    assert (papers["unknown"], papers["shop"]["name"]) == ([], "代理商订货平台")
    assert (order["barcode"], order["contact_name"], order["phone"]) == (
        order["order_no"],
        "李小明",
        "13800000000",
    )
    assert [(line["sku_id"], line["quantity"], line["open_quantity"]) for line in order["lines"]] == [
        (FIRST, 2, 1),
        (SECOND, 3, 3),
        (THIRD, 10, 0),
    ]
    assert [one[:2] for one in picked(order["picking"])] == [(FIRST, 1), (SECOND, 3)]
    (parcel,) = order["parcels"]
    assert (parcel["tracking_no"], [one[:2] for one in picked(parcel["lines"])]) == (
        "SF1234567890",
        [(FIRST, 1), (THIRD, 10)],
    )
    assert all(one["code"] and one["unit"] for one in order["picking"])


def test_many_orders_are_picked_at_once(paid: str, buyer: Buyer, staff: Staff) -> None:
    unpaid = buyer.place((FIRST, 5))["order_id"]
    wanted = {"order_ids": [paid, unpaid, paid, "0" * 26]}
    papers = staff("POST", "/orders/prints", wanted).json
    assert [order["order_id"] for order in papers["orders"]] == [paid, unpaid]
    assert papers["unknown"] == ["0" * 26]
    assert sorted(one[:2] for one in picked(papers["picking"])) == [(FIRST, 2), (SECOND, 3), (THIRD, 10)]


def test_whole_cartons_and_loose_pieces(buyer: Buyer, staff: Staff) -> None:
    sell("SKX0000009", units_per_carton=12)
    order_id = buyer.place(("SKX0000009", 30))["order_id"]
    (order,) = staff("GET", f"/orders/{order_id}/print").json["orders"]
    assert picked(order["picking"]) == [("SKX0000009", 30, 2, 6)]


@pytest.mark.parametrize(
    "body", [{}, {"order_ids": []}, {"order_ids": ["0" * 26] * 51}, {"order_ids": ["x"]}]
)
def test_malformed(body: object, buyer: Buyer, staff: Staff) -> None:
    assert staff("POST", "/orders/prints", body).status == 422


def test_who_may(paid: str, staff: Staff) -> None:
    for token, status in ((None, 401), (agent_token(), 403), (staff_token("finance"), 403)):
        assert staff("GET", f"/orders/{paid}/print", token=token).status == status
        assert staff("POST", "/orders/prints", {"order_ids": [paid]}, token=token).status == status
    away = staff_token("orders.read", regions=("110000",))
    assert staff("GET", f"/orders/{paid}/print", token=away).status == 404
    assert staff("POST", "/orders/prints", {"order_ids": [paid]}, token=away).json["unknown"] == [paid]
