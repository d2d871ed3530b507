"""Orders as files: step by step, the same however often a step is repeated."""

import csv
import io
from typing import Any

import pytest

from functions.orders import operations
from functions.orders.schemas import ExportNext
from functions.orders.table import exports, timeline
from infra.local import names
from kit import aws, clock
from tests.integration.orders.work import Staff, pay_for
from tests.kit.buyers import Buyer, set_order_rules
from tests.kit.engines import Cloud
from tests.kit.orders import FIRST, SECOND, THIRD
from tests.kit.people import CLERK, agent_token, staff_token
from tests.kit.pump import Pump
from tests.kit.till import Till
from tests.kit.time import Clock

BUCKET = "ExportsBucket"


@pytest.fixture
def orders(buyer: Buyer, till: Till, pump: Pump, at: Clock) -> list[str]:
    """A paid order of three lines with freight; then a strange one; then one on another day."""
    set_order_rules(freight_fen=800)
    paid = pay_for(buyer, till, pump, (FIRST, 2), (SECOND, 3), (THIRD, 10))
    strange = buyer.place((FIRST, 1), remark='=HYPERLINK("x"), "引号"')["order_id"]
    at.advance(days=1)
    return [paid, strange, buyer.place((SECOND, 1))["order_id"]]


def start(staff: Staff, key: str = "export-01", **wanted: Any) -> Any:
    answer = staff("POST", "/orders/export", wanted, key=key)
    assert answer.status == 202, answer.text
    return answer.json


def table_of(export_id: str) -> list[dict[str, str]]:
    key = f"orders/orders-{export_id}.csv"
    stored = aws.client("s3").get_object(Bucket=names.name_of(BUCKET), Key=key)["Body"].read().decode()
    assert stored.startswith("\ufeff订单号")
    return list(csv.DictReader(io.StringIO(stored.removeprefix("\ufeff"))))


def test_every_line_is_a_row_in_yuan(orders: list[str], staff: Staff, pump: Pump, buyer: Buyer) -> None:
    begun = start(staff)
    assert (begun["stage"], begun["url"]) == ("running", None)
    pump()
    done = staff("GET", f"/orders/exports/{begun['export_id']}").json
    assert (done["stage"], done["orders"], done["rows"]) == ("complete", 3, 5)
    assert begun["export_id"] in done["url"]
    rows = table_of(begun["export_id"])
    own = [row for row in rows if row["订单号"] == buyer.order(orders[0]).order_no]
    assert [(row["数量"], row["单价(元)"], row["应付(元)"]) for row in own] == [
        ("2", "100.00", "200.00"),
        ("3", "25.50", "76.50"),
        ("10", "0.99", "9.90"),
    ]
    assert [(row["运费(元)"], row["订单总额(元)"]) for row in own] == [("8.00", "294.40"), ("", ""), ("", "")]
    assert (own[0]["状态"], own[0]["下单时间"], own[0]["电话"]) == (
        "待发货",
        "2026-11-22 10:00",
        "13800000000",
    )
    (strange,) = [row for row in rows if row["买家备注"]]
    assert strange["买家备注"] == '\'=HYPERLINK("x"), "引号"'


def test_filters_are_those_of_the_list(orders: list[str], staff: Staff, pump: Pump) -> None:
    files = {
        key: start(staff, key, **wanted)["export_id"]
        for key, wanted in (
            ("export-state", {"state": "to_ship"}),
            ("export-day", {"first": "2026-11-23", "last": "2026-11-23"}),
            ("export-region", {"region": "110000"}),
        )
    }
    pump()
    assert [len(table_of(export_id)) for export_id in files.values()] == [3, 1, 0]


def test_steps_in_parts_may_be_repeated(orders: list[str], staff: Staff, buyer: Buyer) -> None:
    export_id, bucket = start(staff)["export_id"], names.name_of(BUCKET)
    command = ExportNext(user_id=CLERK, export_id=export_id, number=0)
    buyer.place((FIRST, 1))  # in the same second as the start: in the file
    steps = 0
    while True:
        following = [operations.export_next(command, bucket, clock.now(), most_orders=1) for _ in range(2)]
        assert following[0] == following[1]
        steps += 1
        if following[0] is None:
            break
        running = staff("GET", f"/orders/exports/{export_id}").json
        assert (running["stage"], running["orders"]) == ("running", steps)
        command = following[0]
    assert steps == 5
    assert len(table_of(export_id)) == 6
    assert operations.export_next(command, bucket, clock.now()) is None


def test_parts_make_one_file(orders: list[str], staff: Staff) -> None:
    export_id, bucket = start(staff)["export_id"], names.name_of(BUCKET)
    command: ExportNext | None = ExportNext(user_id=CLERK, export_id=export_id, number=0)
    uploaded = 0
    while command:
        command = operations.export_next(command, bucket, clock.now(), most_orders=1, least_part=1)
        row = exports.find_export(CLERK, export_id)
        assert row
        uploaded = max(uploaded, int(row.parts))
    assert (uploaded, len(table_of(export_id))) == (3, 5)


def test_one_key_is_one_file(orders: list[str], staff: Staff, cloud: Cloud) -> None:
    assert start(staff)["export_id"] == start(staff)["export_id"]
    other = staff("POST", "/orders/export", {"state": "closed"}, key="export-01")
    assert (other.status, other.json["code"]) == (409, "KeyReused")


def test_files_lapse(orders: list[str], staff: Staff, pump: Pump, at: Clock) -> None:
    export_id = start(staff)["export_id"]
    pump()
    at.advance(days=4)
    shown = staff("GET", f"/orders/exports/{export_id}").json
    assert (shown["stage"], shown["url"]) == ("lapsed", None)


def test_who_may(orders: list[str], staff: Staff, pump: Pump) -> None:
    export_id = start(staff)["export_id"]
    for token, status in ((None, 401), (agent_token(), 403), (staff_token("orders.ship"), 403)):
        assert staff("POST", "/orders/export", {}, token=token, key="export-02").status == status
        assert staff("GET", f"/orders/exports/{export_id}", token=token).status == status
    colleague = staff_token("orders.read", user_id="0CHIEF00000000000000000000")
    assert staff("GET", f"/orders/exports/{export_id}", token=colleague).status == 404
    away = staff_token("orders.read", regions=("110000",))
    begun = staff("POST", "/orders/export", {}, token=away, key="export-away")
    pump()
    assert table_of(begun.json["export_id"]) == []


@pytest.mark.parametrize(
    "wanted", [{"state": "paid"}, {"first": "x"}, {"limit": 1}, {"first": "2026-11-23", "last": "2026-11-22"}]
)
def test_malformed(wanted: dict[str, Any], buyer: Buyer, staff: Staff, cloud: Cloud) -> None:
    assert staff("POST", "/orders/export", wanted, key="export-01").status == 422
    assert cloud.messages("OrdersExportOrdersQueue") == []


def test_nothing_is_met_twice_while_orders_move(orders: list[str], buyer: Buyer) -> None:
    states = ("pending_payment", "to_ship", "closed")
    span = timeline.Span(None, states, "0000", "9999")
    walked = timeline.walk(span, None, newest_first=False)
    first = next(walked)
    buyer.ask("POST", f"/orders/{orders[1]}/cancellation")
    seen = [first.order_id, *(order.order_id for order in walked)]
    assert sorted(seen) == sorted(orders)
