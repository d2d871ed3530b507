"""Lists, counts, numbers, facts: everybody sees their own, in one query, and hears of everything once."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from bench.meter import metered
from functions.catalog import operations as catalog
from functions.orders import api, operations, rules, table
from kit import aws, clock
from tests.kit.buyers import Buyer
from tests.kit.engines import Cloud
from tests.kit.goods import revise
from tests.kit.http import Answer, call
from tests.kit.orders import FIRST, SECOND
from tests.kit.people import AGENT, OTHER_AGENT, agent_token, staff_token
from tests.kit.pump import Pump
from tests.kit.till import Till
from tests.kit.time import Clock

Staff = Callable[..., Answer]


@pytest.fixture
def placed(buyer: Buyer, at: Clock) -> list[str]:
    """Five orders, a minute apart, the oldest first; the second is cancelled."""
    order_ids = []
    for quantity in range(1, 6):
        order_ids.append(buyer.place((FIRST, quantity))["order_id"])
        at.advance(minutes=1)
    buyer.ask("POST", f"/orders/{order_ids[1]}/cancellation")
    return order_ids


def listed(buyer: Buyer, **query: Any) -> list[str]:
    answer = buyer.ask("GET", "/orders", query=query)
    assert answer.status == 200, answer.text
    return [order["order_id"] for order in answer.json["items"]]


def test_a_list_is_one_query_whatever_it_shows(buyer: Buyer, placed: list[str]) -> None:
    for query in ({}, {"status": "to_pay"}, {"status": "closed"}):
        with metered() as bill:
            assert listed(buyer, **query)
        assert bill.calls == ["Query"]


def test_tabs_and_their_counts(buyer: Buyer, placed: list[str]) -> None:
    one, cancelled, *others = placed
    assert listed(buyer) == list(reversed(placed))
    assert listed(buyer, status="to_pay") == [*reversed(others), one]
    assert listed(buyer, status="closed") == [cancelled]
    counts = buyer.ask("GET", "/orders/counts").json
    empty = {"to_ship": 0, "shipped": 0, "completed": 0, "after_sales": 0, "purchase_requests": 0}
    assert counts == {"to_pay": 4, "closed": 1} | empty


def test_counting_stops_above_ninety_nine(buyer: Buyer, placed: list[str]) -> None:
    row = table.OrderRow.get(table.agent_key(AGENT), table.order_key(placed[0]))
    copies = [f"{number:026d}" for number in range(120)]
    for order_id in copies:
        row.sk = table.order_key(order_id)
        row.save()
    with metered() as bill:
        assert buyer.ask("GET", "/orders/counts").json["to_pay"] == 100
    assert bill.calls == ["Query"] * 7
    for order_id in copies:
        row.sk = table.order_key(order_id)
        row.delete()


def test_pages_follow_each_other(buyer: Buyer, placed: list[str]) -> None:
    found: list[str] = []
    cursor: str | None = None
    for _ in range(4):
        page = buyer.ask("GET", "/orders", query={"limit": 2} | ({"cursor": cursor} if cursor else {})).json
        found += [order["order_id"] for order in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == list(reversed(placed))


def test_cursors_belong_to_their_list(buyer: Buyer, placed: list[str]) -> None:
    cursor = buyer.ask("GET", "/orders?limit=2").json["next_cursor"]
    for query, token in (
        ({"status": "to_pay"}, agent_token()),
        ({}, agent_token(OTHER_AGENT)),
    ):
        answer = buyer.ask("GET", "/orders", query=query | {"cursor": cursor}, token=token)
        assert (answer.status, answer.json["code"]) == (400, "CursorInvalid")


@pytest.mark.parametrize(
    "query", ["status=paid", "limit=0", "limit=101", "limit=x", "page=2", "number=1", "sort=total"]
)
def test_lists_refuse_nonsense(query: str, buyer: Buyer) -> None:
    assert buyer.ask("GET", f"/orders?{query}").status == 422


def test_orders_are_found_by_their_number(buyer: Buyer, placed: list[str], staff: Staff) -> None:
    number = buyer.order(placed[2]).order_no
    assert listed(buyer, number=number) == [placed[2]]
    assert listed(buyer, number=number[:11]) in ([placed[2]], [])
    assert listed(buyer, number="20261123-0") == []
    assert buyer.ask("GET", "/orders?number=20261399-0").status == 404
    found = staff("GET", f"/orders?number={number}").json["items"]
    assert [order["order_id"] for order in found] == [placed[2]]
    other = call(api.app, "GET", f"/orders?number={number}", token=agent_token(OTHER_AGENT)).json
    assert other["items"] == []


def test_who_may_look(buyer: Buyer, placed: list[str]) -> None:
    order_id = placed[0]
    for path in (f"/orders/{order_id}", f"/orders/{order_id}/tracking"):
        for token, status in (
            (agent_token(), 200),
            (agent_token(role="finance"), 200),
            (agent_token(OTHER_AGENT), 404),
            (staff_token("*"), 403),
            (None, 401),
        ):
            assert buyer.ask("GET", path, token=token).status == status
    for path in ("/orders", "/orders/counts"):
        assert buyer.ask("GET", path, token=None).status == 401
        assert buyer.ask("GET", path, token=staff_token("*")).status == 403
    assert listed(Buyer(OTHER_AGENT)) == []
    for unknown in ("x", "0" * 26, f"{order_id}%23SHIPMENT%231"):
        assert buyer.ask("GET", f"/orders/{unknown}").status == 404
    with pytest.raises(rules.OrderNotFound):
        operations.show_order(AGENT, f"{order_id}#SHIPMENT#1", clock.now())


def test_reordering_fills_the_cart_with_what_is_still_sold(buyer: Buyer) -> None:
    order_id = buyer.place((FIRST, 2), (SECOND, 3))["order_id"]
    answer = buyer.ask("POST", f"/orders/{order_id}/reorder")
    assert (answer.status, answer.json["set"], answer.json["refused"]) == (200, 2, 0)
    offer = catalog.current_offers([SECOND])[SECOND]
    revise(offer, not_sold_in=("440000",))
    again = buyer.ask("POST", f"/orders/{order_id}/reorder").json
    assert [line["reason"] for line in again["lines"]] == ["", "该商品不在您的地区销售"]
    assert buyer.ask("POST", f"/orders/{order_id}/reorder", token=agent_token(OTHER_AGENT)).status == 404
    assert buyer.ask("POST", f"/orders/{order_id}/reorder", token=None).status == 401


# Staff


def test_queues_show_the_oldest_first_with_its_age(
    buyer: Buyer, placed: list[str], staff: Staff, at: Clock
) -> None:
    at.advance(hours=5)
    cards = staff("GET", "/orders?state=pending_payment").json["items"]
    assert [card["order_id"] for card in cards] == [placed[0], *placed[2:]]
    assert cards[0]["age_hours"] == 5
    assert cards[0]["next_states"] == ["closed", "pending_review", "to_ship"]
    assert staff("GET", "/orders/counts").json["counts"]["pending_payment"] == 4
    assert staff("GET", "/orders?state=to_ship").json["items"] == []


def test_staff_of_a_region_see_its_orders_only(buyer: Buyer, placed: list[str], staff: Staff) -> None:
    near, away = (staff_token("orders.read", regions=(region,)) for region in ("440100", "110000"))
    assert len(staff("GET", "/orders?state=pending_payment", token=near).json["items"]) == 4
    assert staff("GET", "/orders?state=pending_payment", token=away).json["items"] == []


def test_queues_are_for_staff_who_read_orders(buyer: Buyer, staff: Staff) -> None:
    for path in ("/orders", "/orders/counts"):
        for token, status in (
            (None, 401),
            (agent_token(), 403),
            (staff_token("orders.ship"), 403),
            (staff_token("orders.read"), 200),
        ):
            assert staff("GET", path, token=token).status == status
    for query in ("state=paid", "limit=0", "cursor=forged"):
        assert staff("GET", f"/orders?{query}").status in (400, 422)


# Facts


class Bus:
    """Every fact of orders, in a queue of its own."""

    def __init__(self) -> None:
        self._sqs = aws.client("sqs")
        self.url = self._sqs.create_queue(QueueName="every-order-fact")["QueueUrl"]
        arn = self._sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])["Attributes"]
        events = aws.client("events")
        bus = "dealer-shop-local-facts"
        pattern = json.dumps({"source": ["shop.orders"]})
        events.put_rule(Name="every-order-fact", EventBusName=bus, EventPattern=pattern)
        target = {"Id": "queue", "Arn": arn["QueueArn"]}
        events.put_targets(Rule="every-order-fact", EventBusName=bus, Targets=[target])

    def heard(self) -> list[tuple[str, dict[str, Any]]]:
        """Kind and content of each fact, in order."""
        found = []
        while messages := self._sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for message in messages:
                self._sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
                envelope = json.loads(message["Body"])
                found.append((envelope["detail-type"], envelope["detail"]))
        return found


def test_the_facts_of_an_orders_life(
    buyer: Buyer, till: Till, pump: Pump, staff: Staff, cloud: Cloud, at: Clock
) -> None:
    bus = Bus()
    order_id = buyer.place((FIRST, 2), (SECOND, 3))["order_id"]
    buyer.pay(till, order_id)
    till.deliver()
    pump()
    at.advance(minutes=1)
    parcel = {"carrier": "sf", "tracking_no": "SF1234567890"}
    staff("POST", f"/orders/{order_id}/shipments", parcel, key="parcel-01")
    at.advance(minutes=1)
    buyer.ask("POST", f"/orders/{order_id}/receipt")
    body = {"lines": [{"sku_id": SECOND, "quantity": 1}], "reason": "一只有裂纹"}
    staff("POST", f"/orders/{order_id}/refunds", body, key="refund-01")
    pump()
    for refund in till.wechat.ledger.refunds():
        till.wechat.settle(refund["request"]["out_refund_no"])
    till.deliver()
    pump()
    heard = dict(bus.heard())
    assert set(heard) == {"OrderPlaced", "OrderPaid", "OrderShipped", "OrderCompleted", "OrderRefunded"}
    number = buyer.order(order_id).order_no
    assert {(fact["order_id"], fact["order_no"], fact["agent_id"]) for fact in heard.values()} == {
        (order_id, number, AGENT)
    }
    paid = heard["OrderPaid"]
    assert (paid["paid_fen"], paid["tier"], paid["needs_review"]) == (27_650, "standard", False)
    assert [(line["sku_id"], line["net_fen"]) for line in paid["lines"]] == [(FIRST, 20_000), (SECOND, 7_650)]
    assert paid["lines"][0]["category_path"] == ["CATEGORY01"]
    shipped = heard["OrderShipped"]
    assert (shipped["carrier_name"], shipped["lines"]) == ("顺丰速运", {FIRST: 2, SECOND: 3})
    refunded = heard["OrderRefunded"]
    assert refunded["amount_fen"] == 2_550
    assert [line["net_fen"] for line in refunded["remaining_lines"]] == [20_000, 5_100]


def test_facts_of_what_came_to_nothing(buyer: Buyer, pump: Pump) -> None:
    bus = Bus()
    order_id = buyer.place((FIRST, 2))["order_id"]
    buyer.ask("POST", f"/orders/{order_id}/cancellation")
    pump()
    heard = dict(bus.heard())
    assert set(heard) == {"OrderPlaced", "OrderClosed"}
    assert (heard["OrderClosed"]["cause"], heard["OrderClosed"]["reason"]) == ("cancelled", "订单已取消")
