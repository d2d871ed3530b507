"""The merchant decides what goes out, in which words and when; the inbox always has everything."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.admin import api as admin
from functions.notifications import api, events, operations, table
from functions.notifications.schemas import TOLD
from functions.settings import operations as settings
from kit import clock
from tests.kit.engines import Cloud
from tests.kit.http import Answer, call
from tests.kit.people import CLERK, USER, agent_token, staff_token
from tests.kit.time import Clock
from tests.kit.told import BUYER, FACT, Recorded

pytestmark = pytest.mark.usefixtures("people")
Desk = Callable[..., Answer]


@pytest.fixture
def desk() -> Desk:
    def ask(method: str, path: str, body: Any = None, **options: Any) -> Answer:
        return call(admin.app, method, f"/admin{path}", body, **{"token": staff_token("messages")} | options)

    return ask


def tell(kind: str = "OrderPaid", **changes: Any) -> None:
    operations.tell(TOLD[kind].model_validate(FACT | changes), clock.now())


def deliveries() -> list[table.Delivery]:
    return list(table.Delivery.scan(table.Delivery.sk == "DELIVERY"))


def deliver_all(channels: Recorded) -> None:
    for row in deliveries():
        operations.deliver(row.delivery_id, channels, clock.now())


def switch(desk: Desk, version: int, *switches: tuple[str, str, bool]) -> Answer:
    given = [{"kind": kind, "channel": channel, "enabled": on} for kind, channel, on in switches]
    return desk("PUT", "/notification-matrix", {"version": version, "switches": given})


def reword(desk: Desk, version: int, **texts: str) -> Answer:
    given = [{"kind": kind, "title": "新标题", "text": text} for kind, text in texts.items()]
    return desk("PUT", "/templates", {"version": version, "templates": given})


class TestMatrix:
    def test_switches_count_for_their_kind_from_the_next_message_on(self, desk: Desk) -> None:
        shown = switch(desk, 0, ("OrderPaid", "email", False), ("OrderPaid", "sms", True))
        assert (shown.status, shown.json["version"], shown.json["changed_by"]) == (200, 1, CLERK)
        (row,) = [
            one for one in desk("GET", "/notification-matrix").json["rows"] if one["kind"] == "OrderPaid"
        ]
        assert {cell["channel"]: cell["enabled"] for cell in row["channels"]} == {
            "wechat": True, "email": False, "sms": True
        }  # fmt: skip
        tell()
        channels = Recorded()
        deliver_all(channels)
        assert sorted(channels.sent) == [("sms", "13800000001"), ("sms", "13800000002")]
        assert [item["title"] for item in _inbox(USER)] == ["付款成功"]

    def test_leaving_a_switch_out_is_as_before(self, desk: Desk) -> None:
        switch(desk, 0, ("OrderPaid", "email", False))
        assert switch(desk, 1).json["version"] == 2
        tell()
        deliver_all(channels := Recorded())
        assert {channel for channel, _ in channels.sent} == {"email"}

    @pytest.mark.parametrize(("kind", "channel"), [("Nothing", "email"), ("PointsGranted", "sms")])
    def test_what_cannot_be_switched_is_refused(self, desk: Desk, kind: str, channel: str) -> None:
        answer = switch(desk, 0, ("OrderPaid", "email", False), (kind, channel, True))
        assert (answer.status, answer.json["errors"][0]["field"]) == (422, "switches.1")
        assert desk("GET", "/notification-matrix").json["version"] == 0

    def test_editors_in_parallel_leave_one_version(self, desk: Desk) -> None:
        def edit(_: int) -> int:
            return switch(desk, 0, ("OrderPaid", "email", False)).status

        with ThreadPoolExecutor(6) as people:
            assert sorted(people.map(edit, range(6))) == [200] + [409] * 5


class TestTemplates:
    def test_the_merchants_words_are_used(self, desk: Desk) -> None:
        assert reword(desk, 0, OrderPaid="收到 {paid_yuan} 元，单号 {order_no}").status == 200
        tell()
        (item,) = _inbox(USER)
        assert (item["title"], item["text"]) == ("新标题", "收到 1234.00 元，单号 20261123-AB12CD34")
        assert reword(desk, 1).json["version"] == 2
        tell(event_id="E2")
        assert "付款成功" in {item["title"] for item in _inbox(USER)}

    def test_fields_that_are_not_there_are_refused(self, desk: Desk) -> None:
        answer = reword(desk, 0, OrderPaid="{tracking_no}")
        assert (answer.status, answer.json["errors"][0]["field"]) == (422, "templates.0.text")
        assert reword(desk, 0, Nothing="x").json["errors"][0]["field"] == "templates.0.kind"
        assert desk("GET", "/templates").json["version"] == 0

    def test_every_template_tells_what_it_may_use(self, desk: Desk) -> None:
        shown = {one["kind"]: one for one in desk("GET", "/templates").json["templates"]}
        assert set(shown) == set(TOLD)
        assert shown["OrderPaid"]["placeholders"] == ["order_id", "order_no", "paid_yuan"]

    def test_of_two_editors_the_second_is_told(self, desk: Desk) -> None:
        assert reword(desk, 0, OrderPaid="一").status == 200
        assert (reword(desk, 0, OrderPaid="二").status, reword(desk, 9, OrderPaid="三").status) == (409, 409)


class TestQuietHours:
    def test_messages_rest_at_night_and_go_out_in_the_morning(self, at: Clock, cloud: Cloud) -> None:
        at("2026-11-23T15:00:00Z")  # 23:00 in Shanghai
        tell()
        deliver_all(channels := Recorded())
        assert channels.sent == []
        assert {row.due_at for row in deliveries()} == {"2026-11-24T00:00:00Z"}
        assert [item["title"] for item in _inbox(USER)] == ["付款成功"]
        events.deliver_due({"time": "2026-11-23T23:55:00Z"}, None)
        assert cloud.messages("NotificationsDeliverQueue") == []
        at("2026-11-24T00:00:00Z")
        for _ in range(2):  # the second time none is left
            events.deliver_due({"time": "2026-11-24T00:00:00Z"}, None)
        assert len(cloud.messages("NotificationsDeliverQueue")) == 2
        deliver_all(channels)
        deliver_all(channels)
        assert len(channels.sent) == 2

    def test_news_of_the_account_does_not_wait(self, at: Clock) -> None:
        at("2026-11-23T15:00:00Z")
        tell("ApplicationApproved", company_name="云雾")
        deliver_all(channels := Recorded())
        assert ("email", "13800000001@example.com") in channels.sent

    def test_they_are_what_the_merchant_set(self, at: Clock) -> None:
        assert settings.notification_settings().quiet_from == "22:00"
        at("2026-11-23T13:59:00Z")
        tell()
        deliver_all(channels := Recorded())
        assert len(channels.sent) == 2


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/notification-matrix"),
        ("PUT", "/notification-matrix"),
        ("GET", "/templates"),
        ("PUT", "/templates"),
    ],
)
def test_only_staff_with_the_permission_come_in(desk: Desk, method: str, path: str) -> None:
    assert desk(method, path, {}, token=None).status == 401
    assert desk(method, path, {}, token=agent_token()).status == 403
    assert desk(method, path, {}, token=staff_token("orders")).status == 403
    if method == "PUT":
        assert desk(method, path, "{").status == 400
        assert desk(method, path, {"version": 0, "extra": 1}).status == 422


def _inbox(user_id: str) -> Any:
    return call(api.app, "GET", "/notifications", token=agent_token(user_id=user_id)).json["items"]


def test_everybody_has_it_in_the_inbox() -> None:
    tell()
    assert _inbox(BUYER)
