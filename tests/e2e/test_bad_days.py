"""The running shop when networks, providers and processes misbehave."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.e2e import shop
from tests.e2e.shop import Person, World, new_key


@pytest.fixture(scope="module")
def address(dealer: Person) -> str:
    return shop.add_address(dealer)


@pytest.fixture(scope="module")
def sku_id(clerk: Person) -> str:
    return str(shop.publish_product(clerk, "漾濞核桃", "NUT-1", 88_00, 1000)["skus"][0]["sku_id"])


def together(times: int, act: Callable[[int], Any]) -> list[Any]:
    """Let many people do something at the same moment."""
    gate = threading.Barrier(times)

    def one(number: int) -> Any:
        gate.wait(30)
        return act(number)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def test_one_key_is_one_order_whatever_the_network_does(dealer: Person, sku_id: str, address: str) -> None:
    before = dealer("GET", "/orders/counts")
    quote = dealer("POST", "/quotes", {"lines": [{"sku_id": sku_id, "quantity": 1}]})
    body = {
        "lines": [{"sku_id": sku_id, "quantity": 1}],
        "quote_hash": quote["hash"],
        "address_id": address,
        "payment_method": "wechat",
    }
    key = new_key()
    orders = together(8, lambda _: Person(dealer.base, dealer.token)("POST", "/orders", body, key=key))
    assert len({order["order_id"] for order in orders}) == 1
    after = dealer("GET", "/orders/counts")
    assert sum(_numbers(after)) == sum(_numbers(before)) + 1


def _numbers(counts: dict[str, Any]) -> list[int]:
    return [value for value in counts.values() if isinstance(value, int)]


def test_sixteen_buyers_of_the_last_five(clerk: Person, dealer: Person, address: str) -> None:
    scarce = shop.publish_product(clerk, "松茸片", "MUSHROOM-1", 128_00, 5)["skus"][0]["sku_id"]

    def buy(_: int) -> int:
        try:
            shop.place(Person(dealer.base, dealer.token), [{"sku_id": scarce, "quantity": 1}], address)
        except shop.Refused as refused:
            return refused.status
        return 201

    assert sorted(together(16, buy)) == [201] * 5 + [409] * 11
    stock = clerk("GET", f"/admin/stock/{scarce}")
    assert (stock["on_hand"], stock["reserved"], stock["available"]) == (5, 5, 0)


def test_a_lost_notice_is_made_up_for_by_asking(
    world: World, dealer: Person, sku_id: str, address: str
) -> None:
    order = shop.place(dealer, [{"sku_id": sku_id, "quantity": 1}], address)
    assert shop.pay(world, dealer, order["order_id"], notice="drop")["state"] == "succeeded"
    assert dealer("GET", f"/orders/{order['order_id']}")["state"] == "to_ship"


def test_a_repeated_notice_changes_nothing(world: World, dealer: Person, sku_id: str, address: str) -> None:
    order = shop.place(dealer, [{"sku_id": sku_id, "quantity": 1}], address)
    shop.pay(world, dealer, order["order_id"], notice="duplicate")
    points = dealer("GET", "/points")["available"]
    for notice in world.notices()[-2:]:
        assert world.repeat_notice(notice["id"]) in (200, 204)
    world.settle()
    assert dealer("GET", "/points")["available"] == points
    assert dealer("GET", f"/orders/{order['order_id']}")["state"] == "to_ship"


@pytest.mark.parametrize("forgery", ["signature", "amount", "mchid", "timestamp", "serial", "body"])
def test_a_forged_notice_is_refused_and_changes_nothing(
    world: World, dealer: Person, sku_id: str, address: str, forgery: str
) -> None:
    order = shop.place(dealer, [{"sku_id": sku_id, "quantity": 1}], address)
    payment = dealer("POST", f"/orders/{order['order_id']}/payments", {"method": "wechat"}, key=new_key())
    notice_id = world.pay(payment["payment_id"], notice="hold")["notice_id"]
    assert world.forge_notice(notice_id, forgery) >= 400
    world.settle()
    assert dealer("GET", f"/orders/{order['order_id']}")["state"] == "pending_payment"


def test_the_functions_die_in_the_middle_of_the_chain_and_nothing_is_lost(
    world: World, dealer: Person, sku_id: str, address: str
) -> None:
    for function in (
        "payments-publish",
        "orders-on-payment-succeeded",
        "orders-publish",
        "points-on-order-paid",
    ):
        order = shop.place(dealer, [{"sku_id": sku_id, "quantity": 1}], address)
        payment = dealer("POST", f"/orders/{order['order_id']}/payments", {"method": "wechat"}, key=new_key())
        world.doom(function)
        world.pay(payment["payment_id"])
        world.wait_for_paid(dealer, payment["payment_id"])
        world.settle()
        assert dealer("GET", f"/orders/{order['order_id']}")["state"] == "to_ship", function
        entries = dealer("GET", "/points/entries", query={"limit": 100})["items"]
        earned = [entry["points"] for entry in entries if entry["source_id"] == order["order_id"]]
        assert earned == [88], function


def test_a_stranger_is_not_told_that_an_order_exists(
    world: World, clerk: Person, dealer: Person, sku_id: str, address: str
) -> None:
    order = shop.place(dealer, [{"sku_id": sku_id, "quantity": 1}], address)
    other = shop.register(world, company="大理苍山商贸有限公司", phone="13800000002", email="su@example.com")
    shop.approve(clerk, other)
    for method, path in (
        ("GET", f"/orders/{order['order_id']}"),
        ("POST", f"/orders/{order['order_id']}/cancellation"),
        ("POST", f"/orders/{order['order_id']}/receipt"),
        ("GET", f"/orders/{order['order_id']}/tracking"),
    ):
        with pytest.raises(shop.Refused) as refused:
            other(method, path)
        assert refused.value.status == 404, path


def test_nobody_gets_in_without_a_token(world: World) -> None:
    document = requests.get(f"{world.base}/openapi.json", timeout=10).json()
    visitor = world.person()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if {} not in operation.get("security", [{}]):
                with pytest.raises(shop.Refused) as refused:
                    visitor(method.upper(), path.replace("{", "").replace("}", ""), {})
                assert refused.value.status == 401, f"{method} {path}"
