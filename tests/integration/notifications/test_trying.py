"""Staff try a channel: the message goes out at once, and the answer says what the provider said."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.admin import api as admin
from functions.notifications import api, operations
from functions.notifications.channels import Undeliverable
from functions.notifications.schemas import TestedChannel, TestMessage
from kit import clock, secrets
from kit.http_client import ProviderRefused, ProviderUnsure
from tests.kit.companies import BEIJING, company
from tests.kit.engines import Cloud
from tests.kit.http import Answer, call
from tests.kit.people import AGENT, USER, agent_token, clerk, staff_token
from tests.kit.time import Clock
from tests.kit.told import Recorded

pytestmark = pytest.mark.usefixtures("people")
ADDRESSES = {"sms": "13900000000", "email": "clerk@example.com"}
SMS = {
    "secret_id": "id",
    "secret_key": "key",
    "app_id": "1400000000",
    "sign_name": "订货平台",
    "base_url": "http://127.0.0.1:9",
    "templates": {"notice": "1"},
}
SMTP = {"host": "127.0.0.1", "port": 9, "security": "plain", "sender": "a@example.com", "sender_name": "店"}
Desk = Callable[..., Answer]


@pytest.fixture
def desk(at: Clock) -> Desk:
    def ask(channel: str, address: str, **options: Any) -> Answer:
        held = {"token": staff_token("messages")} | options
        body = {"channel": channel, "address": address}
        return call(admin.app, "POST", "/admin/settings/notifications/test-message", body, **held)

    return ask


def through(ways: Recorded, channel: str) -> TestedChannel:
    wanted = TestMessage(channel=channel, address=ADDRESSES[channel])  # type: ignore[arg-type]
    return operations.send_test(wanted, "TEST", clerk("messages"), ways, lambda: 1.0, clock.now())


@pytest.mark.parametrize("channel", ["sms", "email"])
@pytest.mark.parametrize(
    ("failure", "result", "said"),
    [
        (None, "sent", None),
        (Undeliverable("SMTP 550"), "undeliverable", "SMTP 550"),
        (ProviderRefused("AuthFailure", "wrong key"), "refused", "AuthFailure: wrong key"),
        (ProviderUnsure(reason="Timeout"), "no_answer", "Timeout"),
    ],
)
def test_what_the_provider_says(
    channel: str, failure: Exception | None, result: str, said: str | None, cloud: Cloud
) -> None:
    secrets.store({"sms": "sms", "email": "smtp"}[channel], {"there": "is one"})
    ways = Recorded(**{channel: failure} if failure else {})
    tested = through(ways, channel)
    assert (tested.result, tested.provider_said) == (result, said)
    assert ways.sent == ([] if failure else [(channel, ADDRESSES[channel])])


@pytest.mark.parametrize(
    ("channel", "name", "stored"),
    [("sms", "sms", SMS), ("email", "smtp", SMTP)],
)
def test_it_goes_by_what_is_stored_now(
    channel: str, name: str, stored: dict[str, Any], desk: Desk, cloud: Cloud
) -> None:
    def result() -> str:
        answer = desk(channel, ADDRESSES[channel])
        assert answer.status == 200, answer.text
        return str(answer.json["result"])

    assert result() == "no_credentials"
    secrets.store(name, "no document")
    assert result() == "unreadable"
    secrets.store(name, {"user": "only"})
    assert result() == "unreadable"
    secrets.store(name, stored)
    assert result() == "no_answer"


def test_a_dealers_user_finds_it_in_the_inbox(desk: Desk) -> None:
    company(AGENT)
    for address in ("13800000001", "13800000001@example.com"):
        assert desk("inbox", address).json["result"] == "sent"
    shown = call(api.app, "GET", "/notifications", token=agent_token(user_id=USER)).json
    assert [one["title"] for one in shown["items"]] == ["测试消息", "测试消息"]
    assert desk("inbox", "13899999999").json["result"] == "nobody"


def test_staff_of_a_region_write_to_nobody_elsewhere(desk: Desk) -> None:
    company(AGENT, region=BEIJING)
    guangdong = staff_token("messages", regions=("440000",))
    assert desk("inbox", "13800000001", token=guangdong).json["result"] == "nobody"


def test_nobody_is_bombed_with_tests(desk: Desk, at: Clock) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: desk("sms", ADDRESSES["sms"]), range(8)))
    assert sorted(answer.status for answer in answers) == [200] * 5 + [429] * 3
    refused = next(answer for answer in answers if answer.status == 429)
    assert (refused.json["code"], int(refused.headers["retry-after"]) > 0) == ("TestedTooOften", True)
    others = [desk("sms", f"1390000001{number}").status for number in range(6)]
    assert others == [200] * 5 + [429]
    at.advance(hours=1)
    assert desk("sms", ADDRESSES["sms"]).status == 200


@pytest.mark.parametrize(
    ("channel", "address"),
    [("sms", "clerk@example.com"), ("email", "13900000000"), ("inbox", "1234"), ("fax", "13900000000")],
)
def test_addresses_that_do_not_fit(channel: str, address: str, desk: Desk) -> None:
    assert desk(channel, address).status == 422


def test_only_staff_for_messages_or_settings(desk: Desk) -> None:
    for token, status in (
        (None, 401),
        (agent_token(), 403),
        (staff_token("orders.read"), 403),
        (staff_token("settings"), 200),
    ):
        assert desk("sms", ADDRESSES["sms"], token=token).status == status
