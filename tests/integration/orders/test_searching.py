"""Clerks find orders: by what they know of them, page by page, within their regions."""

from typing import Any

import pytest

from functions.orders import operations
from functions.orders.schemas import QueueQuery
from kit import clock
from kit.tokens import Principal
from tests.integration.orders.work import Staff, pay_for, ship
from tests.kit.buyers import Buyer
from tests.kit.orders import FIRST, SECOND
from tests.kit.people import AGENT, OTHER_AGENT, agent_token, staff_token
from tests.kit.pump import Pump
from tests.kit.till import Till
from tests.kit.time import Clock


@pytest.fixture
def orders(buyer: Buyer, till: Till, pump: Pump, at: Clock) -> list[str]:
    """Five orders, two of them within one second: the second paid, the third cancelled."""
    placed = [buyer.place((FIRST, 1))["order_id"], pay_for(buyer, till, pump, (SECOND, 1))]
    at.advance(days=1)
    placed += [buyer.place((FIRST, 1))["order_id"]]
    buyer.ask("POST", f"/orders/{placed[2]}/cancellation")
    at.advance(hours=1)
    placed += [buyer.place((FIRST, 1))["order_id"], buyer.place((SECOND, 1))["order_id"]]
    return placed


def found(staff: Staff, query: str, **options: Any) -> list[str]:
    answer = staff("GET", f"/orders?{query}", **options)
    assert answer.status == 200, answer.text
    return [order["order_id"] for order in answer.json["items"]]


def test_all_orders_the_newest_first_in_pages_of_any_size(orders: list[str], staff: Staff) -> None:
    whole = found(staff, "")
    assert (set(whole[:2]), whole[2], set(whole[3:])) == (set(orders[3:]), orders[2], set(orders[:2]))
    for limit in (1, 2, 3):
        seen, cursor = list[str](), ""
        while True:
            page = staff("GET", f"/orders?limit={limit}{cursor}").json
            seen += [order["order_id"] for order in page["items"]]
            if page["next_cursor"] is None:
                break
            cursor = f"&cursor={page['next_cursor']}"
        assert seen == whole
    assert found(staff, "sort=oldest") == whole[::-1]


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("state=to_ship", [1]),
        ("state=closed", [2]),
        ("first=2026-11-23", [2, 3, 4]),
        ("last=2026-11-22", [0, 1]),
        ("first=2026-11-22&last=2026-11-22&state=pending_payment", [0]),
        (f"agent_id={AGENT}&first=2026-11-23", [2, 3, 4]),
        (f"agent_id={AGENT}&state=closed", [2]),
        (f"agent_id={OTHER_AGENT}", []),
        ("phone=13800000000", [0, 1, 2, 3, 4]),
        ("phone=13800000001", []),
        ("region=440000", [0, 1, 2, 3, 4]),
        ("region=110000", []),
        ("tier=standard", [0, 1, 2, 3, 4]),
        ("tier=gold", []),
    ],
)
def test_filters(query: str, places: list[int], orders: list[str], staff: Staff) -> None:
    assert set(found(staff, query)) == {orders[place] for place in places}


def test_by_number_and_by_parcel(orders: list[str], staff: Staff, buyer: Buyer) -> None:
    assert found(staff, f"number={buyer.order(orders[1]).order_no}") == [orders[1]]
    assert ship(staff, orders[1], "parcel-01").status == 201
    assert found(staff, "tracking_no=SF1234567890") == [orders[1]]
    assert found(staff, "tracking_no=SF0000000000") == []
    away = staff_token("orders.read", regions=("110000",))
    assert found(staff, "tracking_no=SF1234567890", token=away) == []
    assert found(staff, "", token=away) == []


def test_a_page_examines_so_many_orders_only(orders: list[str], staff: Staff) -> None:
    clerk = Principal("staff", "clerk", "session")
    query = QueueQuery(state="pending_payment", region="110000")
    page = operations.queue(query, clerk, clock.now(), most_examined=2)
    assert (page.items, page.next_cursor is None) == ([], False)
    after = QueueQuery(state="pending_payment", region="110000", cursor=page.next_cursor)
    assert operations.queue(after, clerk, clock.now(), most_examined=2).next_cursor is None


def test_cursors_belong_to_their_question(orders: list[str], staff: Staff) -> None:
    cursor = staff("GET", "/orders?limit=1").json["next_cursor"]
    for query, token in (
        ("state=closed", None),
        ("sort=oldest", None),
        ("", staff_token("orders.read", regions=("440000",))),
    ):
        options = {"token": token} if token else {}
        answer = staff("GET", f"/orders?limit=1&cursor={cursor}&{query}", **options)
        assert (answer.status, answer.json["code"]) == (400, "CursorInvalid")


@pytest.mark.parametrize(
    "query",
    [
        "state=paid",
        "agent_id=x",
        "phone=abc",
        "first=2026-13-01",
        "tracking_no=1",
        "sort=total",
        "region=9",
        "last=9999-12-31",
    ],
)
def test_nonsense_is_refused(query: str, buyer: Buyer, staff: Staff) -> None:
    assert staff("GET", f"/orders?{query}").status == 422
    reversed_days = staff("GET", "/orders?first=2026-11-23&last=2026-11-22")
    assert (reversed_days.status, reversed_days.json["code"]) == (422, "PeriodReversed")
    assert staff("GET", "/orders", token=agent_token()).status == 403
