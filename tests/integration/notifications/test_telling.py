"""A fact reaches each person once, through the first channel that works."""

import json
from typing import Any

import pytest

from functions.notifications import api, events, operations, table
from functions.notifications.channels import Undeliverable
from functions.notifications.schemas import TOLD, TOLD_STAFF
from functions.settings import operations as settings
from functions.settings.schemas import Change, NotificationSettings
from kit import clock
from kit.http_client import ProviderUnsure
from tests.kit.http import call
from tests.kit.people import OTHER_AGENT, USER, agent_token
from tests.kit.told import BUYER, FACT, Recorded

pytestmark = pytest.mark.usefixtures("people")


def tell(kind: str = "OrderPaid", **changes: Any) -> None:
    operations.tell(TOLD[kind].model_validate(FACT | changes), clock.now())


def deliveries() -> list[str]:
    return sorted(row.delivery_id for row in table.Delivery.scan(table.Delivery.sk == "DELIVERY"))


def deliver_all(channels: Recorded) -> None:
    for delivery_id in deliveries():
        operations.deliver(delivery_id, channels, clock.now())


def inbox(user_id: str = USER) -> Any:
    return call(api.app, "GET", "/notifications", token=agent_token(user_id=user_id)).json


class TestInbox:
    def test_everybody_of_the_company_is_told_once_however_often_it_arrives(self) -> None:
        for _ in range(3):
            tell()
        for user_id in (USER, BUYER):
            assert [item["title"] for item in inbox(user_id)["items"]] == ["付款成功"]
            assert inbox(user_id)["unread"] == 1
        assert len(deliveries()) == 2

    def test_what_concerns_one_person_is_told_to_them_alone(self) -> None:
        tell(user_ids=[BUYER])
        assert inbox(USER)["items"] == []
        assert [item["title"] for item in inbox(BUYER)["items"]] == ["付款成功"]

    def test_reading_counts_down_once_and_stays_read(self) -> None:
        tell()
        tell(event_id="E2", occurred_at="2026-11-23T03:00:00Z")
        newest = inbox()["items"][0]
        path = f"/notifications/{newest['notification_id']}/read"
        for _ in range(2):
            assert call(api.app, "PUT", path, token=agent_token()).status == 204
        assert inbox()["unread"] == 1
        assert call(api.app, "PUT", "/notifications/read", token=agent_token()).status == 204
        assert inbox()["unread"] == 0
        assert all(item["read"] for item in inbox()["items"])

    def test_pages_newest_first(self) -> None:
        for hour in range(5):
            tell(event_id=f"E{hour}", occurred_at=f"2026-11-23T0{hour}:00:00Z")
        first = call(api.app, "GET", "/notifications?limit=3", token=agent_token()).json
        rest = call(
            api.app,
            "GET",
            "/notifications",
            query={"limit": 3, "cursor": first["next_cursor"]},
            token=agent_token(),
        ).json
        hours = [item["at"][12] for item in first["items"] + rest["items"]]
        assert hours == ["4", "3", "2", "1", "0"]

    def test_somebody_elses_message_is_not_found(self) -> None:
        tell()
        path = f"/notifications/{inbox()['items'][0]['notification_id']}/read"
        other = agent_token(OTHER_AGENT, user_id="0STRANGER00000000000000000")
        assert call(api.app, "PUT", path, token=other).status == 404

    @pytest.mark.parametrize(
        "path", ["/notifications", "/notifications/preferences", "/notifications/subscriptions"]
    )
    def test_anonymous(self, path: str) -> None:
        assert call(api.app, "GET", path).status == 401


class TestChannels:
    def test_wechat_when_consent_is_left_else_email(self) -> None:
        operations.accept_consents(USER, ["OrderPaid"])
        tell()
        channels = Recorded()
        deliver_all(channels)
        assert sorted(channels.sent) == [("email", "13800000002@example.com"), ("wechat", "openid-owner")]
        assert table.consents(USER) == {"OrderPaid": 0}

    def test_a_delivery_is_made_once(self) -> None:
        tell()
        channels = Recorded()
        deliver_all(channels)
        deliver_all(channels)
        assert len(channels.sent) == 2

    def test_wechat_saying_none_is_left_falls_back_and_corrects_our_count(self) -> None:
        operations.accept_consents(USER, ["OrderPaid", "OrderPaid"])
        tell()
        channels = Recorded(wechat=Undeliverable("43101"))
        deliver_all(channels)
        assert ("email", "13800000001@example.com") in channels.sent
        assert table.consents(USER) == {"OrderPaid": 0}

    def test_an_unsure_channel_is_tried_again_without_using_another_consent(self) -> None:
        operations.accept_consents(USER, ["OrderPaid", "OrderPaid"])
        tell()
        for delivery_id in deliveries():
            row = table.delivery(delivery_id)
            if row.user_id == USER:
                for _ in range(3):
                    with pytest.raises(ProviderUnsure):
                        operations.deliver(delivery_id, Recorded(wechat=ProviderUnsure()), clock.now())
        assert table.consents(USER) == {"OrderPaid": 1}
        channels = Recorded()
        deliver_all(channels)
        assert ("wechat", "openid-owner") in channels.sent

    def test_a_muted_channel_is_not_used(self) -> None:
        body = {"changes": [{"category": "order", "channel": "email", "enabled": False}]}
        answer = call(api.app, "PATCH", "/notifications/preferences", body, token=agent_token(user_id=BUYER))
        assert {"category": "order", "channel": "email", "enabled": False} in answer.json["preferences"]
        tell()
        channels = Recorded()
        deliver_all(channels)
        assert ("email", "13800000002@example.com") not in channels.sent
        assert inbox(BUYER)["unread"] == 1

    def test_nobody_reachable_ends_in_the_inbox_alone(self) -> None:
        tell()
        deliver_all(Recorded(email=Undeliverable("550")))
        assert {table.delivery(each).state for each in deliveries()} == {"unreachable"}
        assert inbox()["unread"] == 1


def test_one_bad_message_does_not_hold_up_its_neighbours() -> None:
    def message(number: int, detail: dict[str, Any]) -> dict[str, str]:
        return {"messageId": str(number), "body": json.dumps({"detail-type": "OrderPaid", "detail": detail})}

    records = [message(1, FACT), message(2, {"event_id": "E2"}), message(3, FACT | {"event_id": "E3"})]
    answer = events.on_fact({"Records": records}, None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "2"}]}
    assert inbox()["unread"] == 2


class TestStaff:
    def test_each_address_in_the_settings_is_written_to_once(self) -> None:
        value = NotificationSettings(staff_emails=("a@brand.example", "b@brand.example"))
        change = Change[NotificationSettings](version=0, value=value)
        settings.change(NotificationSettings, change, "test", clock.now())
        low = {"sku_id": "S1", "code": "A-1", "title": "松茸", "available": 2, "threshold": 5}
        fact = TOLD_STAFF["StockLow"].model_validate(
            {"event_id": "L1", "occurred_at": FACT["occurred_at"]} | low
        )
        for _ in range(2):
            operations.alert(fact, clock.now())
        channels = Recorded()
        deliver_all(channels)
        assert sorted(channels.sent) == [("email", "a@brand.example"), ("email", "b@brand.example")]
        assert inbox()["unread"] == 0
