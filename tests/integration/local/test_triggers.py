"""The triggers run by themselves, survive a failure, and say when everything has arrived."""

import os
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug import Request
from werkzeug.exceptions import NotFound, UnsupportedMediaType
from werkzeug.test import EnvironBuilder

from infra.local import names
from infra.local.clock import LocalClock
from infra.local.dev import Dev
from infra.local.invoke import Functions, Switch
from infra.local.place import Place
from infra.local.store import Store
from infra.local.triggers import Triggers
from kit import aws, clock
from tests.kit.engines import Cloud, Tables

PUBLISH, CONSUME, EXPIRE = "orders-publish", "points-on-order-paid", "points-expire-buckets"


class Product:
    """A small product: a table's changes become facts, a queue's facts are counted, a schedule is noted."""

    def __init__(self, folder: Path) -> None:
        self.place = Place(folder, shop=0, tables=0, cloud=0, providers=0)
        self.clock = LocalClock(self.place.clock)
        self.consumed: list[str] = []
        self.ran: list[str] = []
        self.failing = threading.Event()
        sqs = aws.client("sqs")
        functions = Functions(
            {
                PUBLISH: _entry({"stream": {"arn": names.arn_of("OrdersTable") + "/stream/latest"}}),
                CONSUME: _entry({"sqs": {"arn": names.arn_of("PointsOnOrderPaidQueue")}}),
                EXPIRE: _entry({"schedule": {"rate": ["cron(5 0 * * ? *)"], "timezone": "Asia/Shanghai"}}),
            }
        )
        functions.handlers = {PUBLISH: self._publish, CONSUME: self._consume, EXPIRE: self._expire}
        switch = Switch(functions)
        self.store = Store(os.environ["AWS_ENDPOINT_URL_DYNAMODB"])
        self.triggers = Triggers(self.place, functions, switch, self.store, sqs, long_poll_seconds=0)
        self.dev = Dev(self.place, self.clock, switch, self.triggers, sqs)
        for stream in self.triggers.streams:
            stream.skip_to_end()

    def ask(self, method: str, path: str, document: Any = None) -> Any:
        """What the page for developers answers."""
        return self.dev.answer(Request(EnvironBuilder(path, method=method, json=document).get_environ())).json

    def _publish(self, event: Any, context: Any) -> None:
        for record in event["Records"]:
            fact = {"Source": "shop.orders", "DetailType": "OrderPaid", "Detail": "{}"}
            if "NewImage" in record["dynamodb"]:
                aws.client("events").put_events(Entries=[fact | {"EventBusName": os.environ["FACTS_BUS"]}])

    def _consume(self, event: Any, context: Any) -> None:
        if self.failing.is_set():
            raise ValueError("not today")
        self.consumed += [record["messageId"] for record in event["Records"]]

    def _expire(self, event: Any, context: Any) -> None:
        self.ran.append(event["time"])


def _entry(event: Any) -> dict[str, Any]:
    return {"handler": "functions/none/events.none", "memorySize": 128, "timeout": 5, "events": [event]}


@pytest.fixture
def product(tables: Tables, cloud: Cloud, tmp_path: Path) -> Iterator[Product]:
    product = Product(tmp_path)
    yield product
    product.triggers.stop()
    product.triggers.join()
    product.store.close()


def _place_order(tables: Tables, order_id: str) -> None:
    item = {"pk": {"S": "AGENT#1"}, "sk": {"S": order_id}}
    tables.store.call("PutItem", TableName=os.environ["ORDERS_TABLE"], Item=item)


def test_a_stored_row_arrives_at_the_consumer_and_then_all_is_quiet(product: Product, tables: Tables) -> None:
    product.triggers.start()
    for number in range(3):
        _place_order(tables, f"order {number}")
    assert product.ask("GET", "/dev/quiet?seconds=20") == {"quiet": True}
    assert len(set(product.consumed)) == 3


def test_dead_letters_are_shown_and_can_be_redriven(product: Product, tables: Tables, cloud: Cloud) -> None:
    product.failing.set()
    product.triggers.queues[0]._retry_after = lambda times: 0
    product.triggers.start()
    _place_order(tables, "order")
    assert product.triggers.wait_until_quiet(20)
    shown = product.ask("GET", "/dev/state")["queues"]
    assert shown == [{"function": CONSUME, "waiting": 0, "handled": 0, "resting": 0, "dead": 1}]
    product.failing.clear()
    assert product.ask("POST", f"/dev/queues/{CONSUME}/redrive", {}) == {"moved": 1}
    assert product.triggers.wait_until_quiet(20)
    assert len(product.consumed) == 1
    assert cloud.messages("PointsOnOrderPaidDeadLetters") == []


def test_a_schedule_can_be_run_now_with_any_instant(product: Product) -> None:
    answer = product.ask("POST", f"/dev/schedules/{EXPIRE}/runs", {"instant": "2027-01-01T00:05:00+08:00"})
    assert answer == {"succeeded": True}
    assert product.ran == ["2026-12-31T16:05:00Z"]
    with pytest.raises(NotFound):
        product.ask("POST", f"/dev/schedules/{CONSUME}/runs", {"instant": "2027-01-01T00:05:00Z"})


def test_setting_the_clock_forward_makes_up_for_the_days_between(product: Product) -> None:
    before = product.clock.now()
    product.triggers.scheduler.step(before)
    later = clock.to_text(before + timedelta(days=30))
    product.ask("PUT", "/dev/clock", {"instant": later})
    product.triggers.scheduler.step(product.clock.now())
    assert len(product.ran) == 30
    assert product.ask("PUT", "/dev/clock", {"instant": clock.to_text(before)}) == {
        "message": "时间只能向前拨"
    }
    assert product.ask("GET", "/dev/state")["ahead_seconds"] >= timedelta(days=29).total_seconds()


def test_a_strangers_page_cannot_press_the_buttons(product: Product) -> None:
    form = EnvironBuilder("/dev/power-cut", method="POST", data={"a": "b"}).get_environ()
    with pytest.raises(UnsupportedMediaType):
        product.dev.answer(Request(form))


def test_nothing_was_sent_as_long_as_no_provider_runs(product: Product) -> None:
    assert product.ask("GET", "/dev/messages") == {"items": []}
