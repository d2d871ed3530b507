"""快递100 as the fake plays it: subscriptions, pushes with salt, queries with their lock."""

import hashlib
import json
from typing import Any
from urllib.parse import parse_qs

import pytest

from infra.local.providers import Providers
from kit import http_client
from tests.integration.providers.conftest import Received, Shop
from tests.kit.time import Clock

NUMBER = "YT123456789"
UNDERSTOOD = (200, '{"result":true,"returnCode":"200","message":"成功"}'.encode())


def md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest().upper()


class Customer:
    """Calls 快递100 as its documentation says."""

    def __init__(self, document: dict[str, Any], session: http_client.Session, shop: Shop) -> None:
        self.document = document
        self.session = session
        self.shop = shop

    def subscribe(self, **changed: Any) -> str:
        param = {
            "company": "yuantong",
            "number": NUMBER,
            "key": self.document["key"],
            "parameters": {"callbackurl": self.shop.url, "salt": self.document["salt"], "resultv2": "1"},
        }
        form = {"schema": "json", "param": json.dumps({**param, **changed})}
        return str(self.session.post(f"{self.document['base_url']}/poll", data=form).json()["returnCode"])

    def query(self, **changed: Any) -> dict[str, Any]:
        param = json.dumps({"com": "yuantong", "num": NUMBER, **changed})
        form = {
            "customer": self.document["customer"],
            "param": param,
            "sign": md5(param + self.document["key"] + self.document["customer"]),
        }
        answer: dict[str, Any] = self.session.post(
            f"{self.document['base_url']}/poll/query.do", data=form
        ).json()
        return answer


@pytest.fixture
def customer(providers: Providers, session: http_client.Session, shop: Shop) -> Customer:
    shop.answer = lambda _: UNDERSTOOD
    return Customer(providers.credentials()["kuaidi100"], session, shop)


def read(received: Received, salt: str) -> dict[str, Any] | None:
    """The pushed document, if its signature is right."""
    form = {name: values[0] for name, values in parse_qs(received.body.decode()).items()}
    parcel: dict[str, Any] = json.loads(form["param"])
    return parcel if md5(form["param"] + salt) == form["sign"] else None


def test_subscriber_follows_a_parcel_to_its_end(customer: Customer, providers: Providers, shop: Shop) -> None:
    assert customer.subscribe() == "200"
    for _ in range(4):
        providers.kuaidi100.advance(NUMBER)
    providers.run_due()
    pushed = [read(received, customer.document["salt"]) for received in shop.received]
    assert [push and push["lastResult"]["state"] for push in pushed] == ["1", "0", "5", "3"]
    assert [push and push["status"] for push in pushed] == ["polling", "polling", "polling", "shutdown"]
    assert pushed[-1]
    assert len(pushed[-1]["lastResult"]["data"]) == 4


def test_subscription_answers(customer: Customer) -> None:
    assert customer.subscribe(key="guess") == "600"
    assert customer.subscribe(company="nobody") == "701"
    assert customer.subscribe(number="") == "700"
    assert customer.subscribe() == "200"
    assert customer.subscribe() == "501"


def test_forged_push_has_a_wrong_signature(customer: Customer, providers: Providers, shop: Shop) -> None:
    customer.subscribe()
    push = providers.kuaidi100.advance(NUMBER)
    assert push
    providers.kuaidi100.forge(push)
    assert read(shop.received[0], customer.document["salt"]) is None


def test_push_is_repeated_until_understood(
    customer: Customer, providers: Providers, shop: Shop, at: Clock
) -> None:
    customer.subscribe()
    shop.answer = lambda _: (200, b'{"result":false,"returnCode":"500"}')
    providers.kuaidi100.advance(NUMBER, "2", "收件地址不详")
    for _ in range(6):
        providers.run_due()
        at.advance(seconds=30)
    assert len(shop.received) == 4


def test_query_is_locked_for_half_an_hour(customer: Customer, providers: Providers, at: Clock) -> None:
    assert customer.query()["returnCode"] == "500"
    providers.kuaidi100.advance(NUMBER)
    assert customer.query()["returnCode"] == "502"
    at.advance(minutes=30)
    assert customer.query()["data"][0]["context"] == "快件已被揽收"


def test_query_is_checked(customer: Customer) -> None:
    assert customer.query(com="shunfeng")["returnCode"] == "408"
    assert customer.query(num="1")["returnCode"] == "400"
    customer.document["key"] = "guess"
    assert customer.query()["returnCode"] == "503"


def test_parcel_moves_by_the_control_address(
    customer: Customer, providers: Providers, session: http_client.Session, shop: Shop
) -> None:
    customer.subscribe()
    moves = f"{customer.document['base_url']}/_control/parcels/{NUMBER}/moves"
    assert session.post(moves, json={"state": "14"}).json()["push_id"]
    providers.run_due()
    assert len(shop.received) == 1
