"""Goods on their way: noted, received in parts, cancelled; never counted twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.admin import api as admin
from functions.inventory import operations
from kit import clock, transaction
from tests.kit.engines import Cloud, Tables
from tests.kit.faults import Fault, Killed, conflict, injected, killed_after, killed_before, lost_answer
from tests.kit.http import Answer, call
from tests.kit.people import agent_token, sign_with_test_key, staff_token
from tests.kit.time import Clock

SKU, OTHER = "SKU0000001", "SKU0000002"
Ask = Callable[..., Answer]
PLAN = {"quantity": 100, "expected_on": "2026-12-01"}


@pytest.fixture
def desk(tables: Tables, cloud: Cloud, at: Clock) -> Ask:
    """Calls the back office as a clerk of the warehouse; two SKUs have ten pieces each."""
    sign_with_test_key()
    for sku_id in (SKU, OTHER):
        transaction.commit(
            operations.open_stock_parts(sku_id, 10, 1, 0, "staff", clock.now(), code=sku_id, title="毛巾")
        )
    token = staff_token("stock")

    def ask(method: str, path: str, body: Any = None, **options: Any) -> Answer:
        return call(admin.app, method, f"/admin/stock{path}", body, **{"token": token} | options)

    return ask


def expect(desk: Ask, key: str = "plan-0001", sku_id: str = SKU, **changes: Any) -> Answer:
    return desk("POST", f"/{sku_id}/arrivals", PLAN | changes, key=key)


def receive(
    desk: Ask, arrival: dict[str, Any], received: int, key: str = "receipt-0001", **more: Any
) -> Answer:
    path = f"/{arrival['sku_id']}/arrivals/{arrival['arrival_id']}/receipts"
    return desk("POST", path, {"received": received} | more, key=key)


def cancel(desk: Ask, arrival: dict[str, Any]) -> Answer:
    return desk("POST", f"/{arrival['sku_id']}/arrivals/{arrival['arrival_id']}/cancellation")


def figures() -> tuple[int, int, int]:
    """On hand, available, inbound; the books must add up."""
    assert operations.discrepancies(SKU) == []
    stock = operations.stock([SKU])[SKU]
    return stock.on_hand, stock.available, stock.inbound


class TestAccess:
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "/arrivals"),
            ("POST", f"/{SKU}/arrivals"),
            ("POST", f"/{SKU}/arrivals/A/receipts"),
            ("POST", f"/{SKU}/arrivals/A/cancellation"),
        ],
    )
    def test_who_may_not(self, desk: Ask, method: str, path: str) -> None:
        assert desk(method, path, token=None).status == 401
        assert desk(method, path, token=agent_token()).status == 403
        assert desk(method, path, token=staff_token("catalog.write")).status == 403


class TestExpecting:
    def test_what_is_on_its_way_cannot_be_sold(self, desk: Ask) -> None:
        made = expect(desk)
        assert (made.status, made.json["outstanding"], made.json["title"]) == (201, 100, "毛巾")
        assert figures() == (10, 10, 100)
        detail = desk("GET", f"/{SKU}").json
        assert (detail["inbound"], detail["arrivals"]) == (100, [made.json])

    def test_the_next_ones_first(self, desk: Ask) -> None:
        expect(desk, "plan-0001", expected_on="2026-12-20")
        expect(desk, "plan-0002", OTHER, expected_on="2026-12-05")
        expect(desk, "plan-0003", expected_on="2026-12-10")
        first = desk("GET", "/arrivals?limit=2").json
        rest = desk("GET", f"/arrivals?limit=2&cursor={first['next_cursor']}").json
        days = [one["expected_on"][-2:] for one in first["items"] + rest["items"]]
        assert days == ["05", "10", "20"]
        assert [one["expected_on"][-2:] for one in desk("GET", f"/{SKU}").json["arrivals"]] == ["10", "20"]

    def test_the_same_key_again(self, desk: Ask) -> None:
        first, again, other = expect(desk), expect(desk), expect(desk, quantity=5)
        assert (again.status, again.json) == (201, first.json)
        assert (other.status, other.json["code"]) == (409, "KeyReused")
        assert figures() == (10, 10, 100)

    def test_ten_clerks_at_once(self, desk: Ask) -> None:
        with ThreadPoolExecutor(10) as clerks:
            answers = list(clerks.map(lambda number: expect(desk, f"plan-000{number % 5}").status, range(10)))
        assert answers == [201] * 10
        assert figures() == (10, 10, 500)

    @pytest.mark.parametrize(
        "change",
        [
            {"quantity": 0},
            {"quantity": -5},
            {"quantity": 1.5},
            {"quantity": 10_000_001},
            {"expected_on": "soon"},
            {"expected_on": 20261201},
            {"note": "长" * 201},
            {"state": "arrived"},
        ],
    )
    def test_out_of_bounds(self, desk: Ask, change: dict[str, Any]) -> None:
        assert expect(desk, **change).status == 422

    def test_unknown_skus_and_missing_keys(self, desk: Ask) -> None:
        assert expect(desk, sku_id="SKU9999999").json["code"] == "StockNotFound"
        assert desk("POST", f"/{SKU}/arrivals", PLAN).json["code"] == "Malformed"


class TestReceiving:
    def test_in_parts(self, desk: Ask) -> None:
        arrival = expect(desk).json
        part = receive(desk, arrival, 30, note="首批")
        assert (part.status, part.json["outstanding"], part.json["state"]) == (201, 70, "expected")
        assert figures() == (40, 40, 70)
        last = receive(desk, arrival, 60, "receipt-0002", is_last=True)
        assert (last.json["received"], last.json["outstanding"], last.json["state"]) == (90, 0, "arrived")
        assert figures() == (100, 100, 0)
        assert desk("GET", "/arrivals").json["items"] == []
        newest = desk("GET", f"/{SKU}/movements").json["items"][0]
        assert (newest["reason"], newest["reference"], newest["change"]) == (
            "purchase",
            arrival["arrival_id"],
            60,
        )
        assert receive(desk, arrival, 1, "receipt-0003").json["code"] == "ArrivalClosed"

    def test_more_than_expected(self, desk: Ask) -> None:
        assert receive(desk, expect(desk).json, 120).json["state"] == "arrived"
        assert figures() == (130, 130, 0)

    def test_the_same_receipt_again(self, desk: Ask) -> None:
        arrival = expect(desk).json
        first, again = receive(desk, arrival, 30), receive(desk, arrival, 30)
        assert (again.status, again.json) == (201, first.json)
        assert receive(desk, arrival, 31).json["code"] == "KeyReused"
        assert figures() == (40, 40, 70)

    def test_many_receipts_at_once(self, desk: Ask) -> None:
        arrival = expect(desk).json
        with ThreadPoolExecutor(6) as clerks:
            answers = list(
                clerks.map(
                    lambda number: receive(desk, arrival, 10, f"receipt-{number % 3}").status, range(6)
                )
            )
        assert answers == [201] * 6
        assert figures() == (40, 40, 70)

    @pytest.mark.parametrize("fault", [conflict, lost_answer])
    def test_bad_days(self, desk: Ask, fault: Fault) -> None:
        arrival = expect(desk).json
        with injected("TransactWriteItems", fault):
            assert receive(desk, arrival, 30).status == 201
        assert figures() == (40, 40, 70)

    @pytest.mark.parametrize("fault", [killed_before, killed_after])
    def test_a_process_that_dies(self, desk: Ask, fault: Fault) -> None:
        arrival = expect(desk).json
        with injected("TransactWriteItems", fault), pytest.raises(Killed):
            receive(desk, arrival, 30)
        assert receive(desk, arrival, 30).status == 201
        assert figures() == (40, 40, 70)

    @pytest.mark.parametrize(
        "change", [{"received": 0}, {"received": -1}, {"is_last": "yes"}, {"quantity": 1}]
    )
    def test_out_of_bounds(self, desk: Ask, change: dict[str, Any]) -> None:
        arrival = expect(desk).json
        assert receive(desk, arrival, **{"received": 1} | change).status == 422

    def test_unknown_arrivals(self, desk: Ask) -> None:
        arrival = expect(desk).json
        assert receive(desk, arrival | {"arrival_id": "NONE"}, 1).json["code"] == "ArrivalNotFound"
        assert receive(desk, arrival | {"sku_id": OTHER}, 1).json["code"] == "ArrivalNotFound"


class TestCancelling:
    def test_what_has_not_come_will_not_come(self, desk: Ask) -> None:
        arrival = expect(desk).json
        receive(desk, arrival, 30)
        first, again = cancel(desk, arrival), cancel(desk, arrival)
        assert (first.status, first.json["state"], first.json["received"]) == (200, "cancelled", 30)
        assert again.json == first.json
        assert figures() == (40, 40, 0)
        assert receive(desk, arrival, 1, "receipt-0002").json["code"] == "ArrivalClosed"

    def test_what_arrived_stays(self, desk: Ask) -> None:
        arrival = expect(desk).json
        receive(desk, arrival, 100)
        assert cancel(desk, arrival).json["code"] == "ArrivalClosed"

    def test_received_and_cancelled_at_once(self, desk: Ask) -> None:
        arrival = expect(desk).json
        with ThreadPoolExecutor(2) as clerks:
            received = clerks.submit(receive, desk, arrival, 100)
            cancelled = clerks.submit(cancel, desk, arrival)
        assert sorted([received.result().status, cancelled.result().status]) in ([200, 409], [201, 409])
        assert figures()[2] == 0
