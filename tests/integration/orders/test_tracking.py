"""Parcels: followed at 快递100, asked about when it is silent, told to WeChat; forgeries change nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.orders import api, events, operations
from kit import clock
from kit.http_client import ProviderUnsure
from kit.wechat import WechatRefused
from tests.kit.buyers import Buyer
from tests.kit.engines import Tables
from tests.kit.http import Answer, call
from tests.kit.orders import FIRST, SECOND
from tests.kit.people import AGENT
from tests.kit.pump import Pump
from tests.kit.till import Till
from tests.kit.time import Clock

Staff = Callable[..., Answer]
NUMBER, SECOND_NUMBER = "SF1234567890", "ZT0000000002"


@pytest.fixture
def paid(buyer: Buyer, till: Till, pump: Pump) -> str:
    order_id: str = buyer.place((FIRST, 2), (SECOND, 3))["order_id"]
    buyer.pay(till, order_id)
    till.deliver()
    pump()
    return order_id


def ship(
    staff: Staff, order_id: str, *lines: tuple[str, int], carrier: str = "sf", number: str = NUMBER
) -> None:
    listed = [{"sku_id": sku_id, "quantity": quantity} for sku_id, quantity in lines]
    body = {"carrier": carrier, "tracking_no": number} | ({"lines": listed} if lines else {})
    answer = staff("POST", f"/orders/{order_id}/shipments", body, key=f"key-{number}")
    assert answer.status == 201, answer.text


@pytest.fixture
def shipped(paid: str, staff: Staff, pump: Pump, at: Clock) -> str:
    """Two teas with SF, three cups with ZTO; both parcels announced."""
    ship(staff, paid, (FIRST, 2))
    pump()
    at.advance(seconds=1)
    ship(staff, paid, carrier="zto", number=SECOND_NUMBER)
    pump()
    return paid


def tracking(buyer: Buyer, order_id: str) -> list[dict[str, Any]]:
    answer = buyer.ask("GET", f"/orders/{order_id}/tracking")
    assert answer.status == 200, answer.text
    parcels: list[dict[str, Any]] = answer.json["parcels"]
    return parcels


def uploads(till: Till, buyer: Buyer, order_id: str) -> list[dict[str, Any]]:
    payment_id = buyer.order(order_id).payment_id
    transaction_id = till.wechat.ledger.payment(payment_id or "")["transaction_id"]
    return till.providers.mini_program.shipping.uploads(transaction_id)


# Pushes


def test_pushes_move_a_parcel_to_signed_and_the_order_to_an_earlier_receipt(
    shipped: str, buyer: Buyer, till: Till, at: Clock
) -> None:
    parcels = till.providers.kuaidi100
    for number in (NUMBER, SECOND_NUMBER):
        for _ in range(4):
            at.advance(hours=2)
            parcels.advance(number)
            till.deliver()
    first, second = tracking(buyer, shipped)
    assert (first["state"], second["state"]) == ("signed", "signed")
    assert first["nodes"][0]["text"] == "快件已签收，感谢使用"
    assert first["nodes"][0]["at"] == first["signed_at"] == "2026-11-22T10:00:01Z"
    order = buyer.order(shipped)
    assert (order.signed_at, order.due_at) == ("2026-11-22T18:00:01Z", "2026-11-29T18:00:01Z")
    at("2026-11-29T18:00:01Z")
    events.complete_shipped({"time": clock.to_text(clock.now())}, None)
    assert buyer.order(shipped).state == "completed"


def test_signing_one_of_two_parcels_is_not_signing_the_order(
    shipped: str, buyer: Buyer, till: Till, at: Clock
) -> None:
    at.advance(hours=2)
    till.providers.kuaidi100.advance(NUMBER, "3")
    till.deliver()
    assert buyer.order(shipped).signed_at is None


def test_what_was_signed_for_counts_once_the_rest_is_taken_off_the_list(
    paid: str, staff: Staff, buyer: Buyer, till: Till, pump: Pump, at: Clock
) -> None:
    ship(staff, paid, (FIRST, 2))
    pump()
    at.advance(hours=2)
    till.providers.kuaidi100.advance(NUMBER, "3")
    till.deliver()
    assert buyer.order(paid).signed_at is None
    at.advance(hours=3)
    body = {"reason": "缺货", "lines": [{"sku_id": SECOND, "quantity": 3}]}
    assert staff("POST", f"/orders/{paid}/refunds", body, key="refund-01").json["state"] == "shipped"
    order = buyer.order(paid)
    assert (order.signed_at, order.due_at) == ("2026-11-22T04:00:00Z", "2026-11-29T04:00:00Z")


def test_a_push_again_and_an_older_one_later_change_nothing(
    shipped: str, buyer: Buyer, till: Till, tables: Tables, at: Clock
) -> None:
    parcels = till.providers.kuaidi100
    at.advance(hours=2)
    older = parcels.advance(NUMBER, "1")
    kept = parcels.deliveries.get(older or "")["document"]
    at.advance(hours=2)
    newer = parcels.advance(NUMBER, "3")
    till.deliver()
    stored = tables.rows("orders")
    for document in (kept, parcels.deliveries.get(newer or "")["document"], kept):
        assert parcels._send("again", document) == 200
    assert tables.rows("orders") == stored
    assert tracking(buyer, shipped)[0]["state"] == "signed"


def test_a_forged_push_changes_nothing(shipped: str, till: Till, tables: Tables) -> None:
    parcels = till.providers.kuaidi100
    push = parcels.advance(NUMBER, "3")
    before = tables.rows("orders")
    assert parcels.forge(push or "") == 401
    for body in (b"", b"param={}", b"param={}&sign=0", b"param={}&sign=%C3%A9", b"\xff\xfe", b'{"param": 1}'):
        assert call(api.app, "POST", "/callbacks/kuaidi100", body).status == 401
    assert tables.rows("orders") == before


def test_one_parcel_may_carry_several_orders(
    paid: str, buyer: Buyer, staff: Staff, till: Till, pump: Pump, at: Clock
) -> None:
    second = buyer.place((FIRST, 1))["order_id"]
    buyer.pay(till, second)
    till.deliver()
    pump()
    for order_id in (paid, second):
        body = {"carrier": "sf", "tracking_no": NUMBER}
        assert staff("POST", f"/orders/{order_id}/shipments", body, key="together").status == 201
    pump()
    at.advance(hours=1)
    till.providers.kuaidi100.advance(NUMBER, "3")
    till.deliver()
    assert [buyer.order(order_id).signed_at for order_id in (paid, second)] == ["2026-11-22T03:00:00Z"] * 2


# Questions


def test_a_silent_parcel_is_asked_about_once_in_half_an_hour(
    paid: str, buyer: Buyer, staff: Staff, till: Till, at: Clock
) -> None:
    ship(staff, paid)
    till.providers.kuaidi100.advance(NUMBER, "1")
    assert tracking(buyer, paid)[0]["nodes"] == []
    at.advance(minutes=30)
    assert len(tracking(buyer, paid)[0]["nodes"]) == 1
    till.providers.kuaidi100.advance(NUMBER, "0")
    at.advance(minutes=29)
    assert len(tracking(buyer, paid)[0]["nodes"]) == 1
    at.advance(minutes=1)
    assert len(tracking(buyer, paid)[0]["nodes"]) == 2


def test_a_silent_provider_shows_what_is_known(
    paid: str, buyer: Buyer, staff: Staff, till: Till, at: Clock
) -> None:
    ship(staff, paid)
    at.advance(minutes=30)
    till.providers.kuaidi100.fail_next("disconnect")
    assert tracking(buyer, paid)[0]["state"] == "waiting"


# What providers are told


def test_both_parcels_are_followed_and_reported(shipped: str, buyer: Buyer, till: Till) -> None:
    first, second = uploads(till, buyer, shipped)
    assert (first["delivery_mode"], first["is_all_delivered"]) == (2, False)
    assert (second["delivery_mode"], second["is_all_delivered"]) == (2, True)
    assert [parcel["express_company"] for one in (first, second) for parcel in one["shipping_list"]] == [
        "SF",
        "ZTO",
    ]
    assert first["shipping_list"][0]["contact"] == {"receiver_contact": "138****0000"}
    assert first["payer"] == {"openid": f"o-{buyer.user_id[:20]}"}


def test_an_order_in_one_parcel_is_reported_as_a_whole(
    paid: str, staff: Staff, buyer: Buyer, till: Till, pump: Pump
) -> None:
    ship(staff, paid)
    pump()
    (upload,) = uploads(till, buyer, paid)
    assert upload["delivery_mode"] == 1


def test_telling_again_changes_nothing(
    paid: str, staff: Staff, buyer: Buyer, till: Till, pump: Pump, tables: Tables
) -> None:
    ship(staff, paid)
    pump()
    stored = tables.rows("orders")
    (parcel,) = tracking(buyer, paid)
    operations.announce_shipment(AGENT, paid, parcel["shipment_id"], clock.now())
    assert tables.rows("orders") == stored
    assert len(uploads(till, buyer, paid)) == 1


def test_a_lost_answer_of_wechat_is_made_good_by_telling_again(
    paid: str, staff: Staff, buyer: Buyer, till: Till
) -> None:
    ship(staff, paid)
    (parcel,) = tracking(buyer, paid)
    till.providers.mini_program.fail_next("disconnect", moment="after")
    for _ in range(3):
        try:
            operations.announce_shipment(AGENT, paid, parcel["shipment_id"], clock.now())
        except ProviderUnsure:
            continue
        break
    assert len(uploads(till, buyer, paid)) == 1
    assert till.providers.kuaidi100._store.get("subscription", NUMBER)


def test_a_parcel_is_followed_also_while_wechat_refuses_to_hear_of_it(
    paid: str, staff: Staff, buyer: Buyer, till: Till
) -> None:
    ship(staff, paid)
    (parcel,) = tracking(buyer, paid)
    till.providers.mini_program.fail_next("refuse", code="10060012")
    with pytest.raises(WechatRefused):
        operations.announce_shipment(AGENT, paid, parcel["shipment_id"], clock.now())
    assert till.providers.kuaidi100._store.get("subscription", NUMBER)
    assert uploads(till, buyer, paid) == []


def test_a_payment_wechat_does_not_know_yet_is_reported_later(
    paid: str, staff: Staff, buyer: Buyer, till: Till, pump: Pump
) -> None:
    ship(staff, paid)
    till.providers.mini_program.fail_next("refuse", code="10060001")
    pump()
    assert len(uploads(till, buyer, paid)) == 1
