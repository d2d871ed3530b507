"""Companies review what they received, once; staff judge and answer; the stars are always those shown."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from functions.catalog import api, events
from functions.catalog.operations import inviting
from functions.catalog.rules import reviews as rules
from functions.catalog.schemas.facts import OrderCompleted, ReceivedLine
from kit import clock
from tests.integration.catalog.conftest import PNG, Ask, goods, on_sale, put
from tests.kit.companies import company
from tests.kit.faults import Killed, conflict, injected, killed_after, killed_before, lost_answer
from tests.kit.http import Answer, call
from tests.kit.people import AGENT, OTHER_AGENT, agent_token, staff_token
from tests.kit.time import Clock

ORDER, SECOND_ORDER = "0ORDER10000000000000000000", "0ORDER20000000000000000000"
IMAGE = f"agents/{AGENT}/review/0UPLOAD0000000000000000000.png"


@pytest.fixture
def product(desk: Ask, tea: str) -> dict[str, Any]:
    return on_sale(desk, goods(tea))


@pytest.fixture
def receive(product: dict[str, Any], buyer: str) -> Callable[..., None]:
    """Lets a company receive an order of the product."""

    def tell(order_id: str = ORDER, agent_id: str = AGENT) -> None:
        inviting.invite(completed(product, order_id, agent_id))

    return tell


@pytest.fixture
def write(product: dict[str, Any], buyer: str) -> Ask:
    """Reviews the product."""

    def send(**changes: Any) -> Answer:
        token = changes.pop("token", buyer)
        sku_id = product["skus"][0]["sku_id"]
        body = {"order_id": ORDER, "sku_id": sku_id, "rating": 5, "text": "茶香浓郁"} | changes
        return call(api.app, "POST", "/reviews", body, token=token)

    return send


@pytest.fixture
def shown(product: dict[str, Any], visit: Ask) -> Callable[..., Any]:
    """The page of reviews of the product."""

    def look(query: str = "") -> Any:
        answer = visit(f"/products/{product['product_id']}/reviews{query}")
        assert answer.status == 200, answer.text
        return answer.json

    return look


def completed(product: dict[str, Any], order_id: str, agent_id: str) -> OrderCompleted:
    at = clock.to_text(clock.now())
    line = ReceivedLine(sku_id=product["skus"][0]["sku_id"], product_id=product["product_id"])
    return OrderCompleted(
        event_id=f"E{order_id}",
        occurred_at=at,
        order_id=order_id,
        order_no=f"SO{order_id[:8]}",
        agent_id=agent_id,
        completed_at=at,
        lines=(line,),
    )


def due(token: str) -> list[dict[str, Any]]:
    answer = call(api.app, "GET", "/reviews/due", token=token)
    assert answer.status == 200, answer.text
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def totals(page: Any) -> tuple[int, int | None, dict[int, int]]:
    summary = page["summary"]
    given = {one["rating"]: one["count"] for one in summary["stars"] if one["count"]}
    return summary["total"], summary["average_tenths"], given


class TestAccess:
    def test_strangers_and_staff(self, write: Ask, receive: Callable[..., None]) -> None:
        receive()
        assert write(token=None).status == 401
        assert write(token=staff_token("*")).status == 403
        assert call(api.app, "GET", "/reviews/due").status == 401

    def test_blocked_companies(self, write: Ask, receive: Callable[..., None]) -> None:
        receive()
        company(state="blocked")
        assert write().json["code"] == "CompanyNotActive"
        assert call(api.app, "GET", "/reviews/due", token=agent_token()).status == 403

    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("GET", "/reviews", None),
            ("PUT", "/reviews/R/state", {"version": 1, "state": "hidden"}),
            ("PUT", "/reviews/R/reply", {"version": 1, "text": "x"}),
        ],
    )
    def test_the_desk_is_for_clerks(self, desk: Ask, method: str, path: str, body: Any) -> None:
        assert desk(method, path, body, token=None).status == 401
        assert desk(method, path, body, token=agent_token()).status == 403
        assert desk(method, path, body, token=staff_token("finance")).status == 403
        if body:
            assert desk(method, path, body, token=staff_token("catalog.read")).status == 403
            assert desk(method, path, body).json["code"] == "ReviewNotFound"


class TestWriting:
    def test_what_was_received_is_reviewed(
        self, write: Ask, receive: Callable[..., None], shown: Any, buyer: str
    ) -> None:
        receive()
        (invited,) = due(buyer)
        assert (invited["order_id"], invited["name"]) == (ORDER, "西湖龙井")
        written = write()
        assert written.status == 201, written.text
        page = shown()
        (seen,) = page["items"]
        assert (seen["rating"], seen["text"], seen["author"]) == (5, "茶香浓郁", "广州***公司")
        assert totals(page) == (1, 50, {5: 1})
        assert due(buyer) == []
        assert AGENT not in str(page)

    def test_only_what_was_received(self, write: Ask, receive: Callable[..., None]) -> None:
        assert (write().status, write().json["code"]) == (404, "NothingToReview")
        receive()
        assert write(sku_id="0000000000").status == 404
        assert write(order_id=SECOND_ORDER).status == 404
        company(OTHER_AGENT)
        assert write(token=agent_token(OTHER_AGENT)).status == 404

    def test_once_per_line(self, write: Ask, receive: Callable[..., None], shown: Any) -> None:
        receive()
        receive(SECOND_ORDER)
        first, again, other = write(), write(), write(rating=1)
        assert (again.status, again.json) == (201, first.json)
        assert (other.status, other.json["code"]) == (409, "AlreadyReviewed")
        assert write(order_id=SECOND_ORDER, rating=2).status == 201
        assert totals(shown()) == (2, 35, {5: 1, 2: 1})

    def test_hearing_of_an_order_twice_changes_nothing(
        self, write: Ask, receive: Callable[..., None], shown: Any, buyer: str
    ) -> None:
        receive()
        receive()
        assert len(due(buyer)) == 1
        write()
        receive()
        assert due(buyer) == []
        assert totals(shown())[0] == 1

    def test_ten_submits_at_once_give_one_review(
        self, write: Ask, receive: Callable[..., None], shown: Any
    ) -> None:
        receive()
        with ThreadPoolExecutor(10) as fingers:
            ratings = list(fingers.map(lambda rating: write(rating=rating).status, [1, 2, 3, 4, 5] * 2))
        assert sorted(ratings) == [201] * 2 + [409] * 8
        page = shown()
        assert (len(page["items"]), page["summary"]["total"]) == (1, 1)

    @pytest.mark.parametrize("fault", [conflict, lost_answer])
    def test_bad_days(self, write: Ask, receive: Callable[..., None], shown: Any, fault: Any) -> None:
        receive()
        with injected("TransactWriteItems", fault):
            assert write().status == 201
        assert totals(shown()) == (1, 50, {5: 1})

    @pytest.mark.parametrize("fault", [killed_before, killed_after])
    def test_a_process_that_dies(
        self, write: Ask, receive: Callable[..., None], shown: Any, fault: Any
    ) -> None:
        receive()
        with injected("TransactWriteItems", fault), pytest.raises(Killed):
            write()
        assert write().status == 201
        assert totals(shown()) == (1, 50, {5: 1})

    @pytest.mark.parametrize(
        "change",
        [
            {"rating": 0},
            {"rating": 6},
            {"rating": 4.5},
            {"rating": "5"},
            {"text": "长" * 501},
            {"images": ["public/products/1.png"]},
            {"images": [IMAGE, IMAGE]},
            {"images": [IMAGE.replace("0UPLOAD0", f"0UPLOAD{number}") for number in range(7)]},
            {"images": [IMAGE.replace("review", "licence")]},
            {"order_id": "x"},
            {"sku_id": "../x"},
            {"author": "我"},
        ],
    )
    def test_out_of_bounds(self, write: Ask, change: dict[str, Any]) -> None:
        assert write(**change).status == 422

    def test_markup_and_invisible_characters_are_taken_out(
        self, write: Ask, receive: Callable[..., None], shown: Any
    ) -> None:
        receive()
        write(text="<script>x()</script><b>好</b>茶\u202e\x00\n\n\n  1 < 2 &amp; 3  ")
        assert shown()["items"][0]["text"] == "好茶\n1 < 2 & 3"

    def test_pictures_of_its_own(self, write: Ask, receive: Callable[..., None], shown: Any) -> None:
        receive()
        assert (write(images=[IMAGE]).status, write(images=[IMAGE]).json["code"]) == (404, "UploadNotFound")
        put(IMAGE, b"<html>")
        assert write(images=[IMAGE]).json["code"] == "UploadRefused"
        put(IMAGE, PNG)
        foreign = IMAGE.replace(AGENT, OTHER_AGENT)
        put(foreign, PNG)
        assert write(images=[foreign]).json["code"] == "UploadNotFound"
        assert write(images=[IMAGE]).status == 201
        (link,) = shown()["items"][0]["images"]
        assert requests.get(link, timeout=5).content == PNG

    def test_page_after_page(
        self, write: Ask, receive: Callable[..., None], shown: Any, at: Clock, buyer: str
    ) -> None:
        for number in range(5):
            at.advance(minutes=1)
            receive(f"0ORDER{number}0000000000000000000")
            write(order_id=f"0ORDER{number}0000000000000000000", rating=number + 1, token=agent_token())
        first = shown("?limit=3")
        rest = shown(f"?limit=3&cursor={first['next_cursor']}")
        assert [one["rating"] for one in first["items"] + rest["items"]] == [5, 4, 3, 2, 1]
        assert (totals(first)[1], rest["summary"], rest["next_cursor"]) == (30, None, None)


class TestDesk:
    @pytest.fixture
    def review(self, write: Ask, receive: Callable[..., None]) -> str:
        receive()
        review_id: str = write(rating=2).json["review_id"]
        return review_id

    def test_hidden_reviews_do_not_count(self, desk: Ask, review: str, shown: Any, product: Any) -> None:
        (listed,) = desk("GET", "/reviews").json["items"]
        assert (listed["review_id"], listed["product_name"], listed["agent_id"]) == (
            review,
            "西湖龙井",
            AGENT,
        )
        path, version = f"/reviews/{review}/state", listed["version"]
        hidden = desk("PUT", path, {"version": version, "state": "hidden"})
        assert (hidden.status, hidden.json["state"]) == (200, "hidden")
        assert totals(shown()) == (0, None, {})
        assert shown()["items"] == []
        of_product = f"/reviews?state=hidden&product_id={product['product_id']}"
        for query in ("/reviews?state=hidden", of_product):
            assert [one["review_id"] for one in desk("GET", query).json["items"]] == [review]
        assert desk("GET", "/reviews").json["items"] == []
        assert desk("PUT", path, {"version": version, "state": "visible"}).json["code"] == "Stale"
        desk("PUT", path, {"version": version + 1, "state": "visible"})
        assert totals(shown()) == (1, 20, {2: 1})

    def test_hiding_what_is_hidden_changes_nothing(self, desk: Ask, review: str, shown: Any) -> None:
        path = f"/reviews/{review}/state"
        version = desk("PUT", path, {"version": 2, "state": "hidden"}).json["version"]
        again = desk("PUT", path, {"version": version, "state": "hidden"})
        assert (again.status, again.json["version"]) == (200, version)
        assert totals(shown())[0] == 0

    def test_ten_clerks_hide_and_answer_at_once(self, desk: Ask, review: str, shown: Any) -> None:
        requests = [("state", {"state": "hidden"}), ("reply", {"text": "感谢"})] * 5
        with ThreadPoolExecutor(10) as clerks:
            answers = list(
                clerks.map(
                    lambda one: desk("PUT", f"/reviews/{review}/{one[0]}", {"version": 2} | one[1]).status,
                    requests,
                )
            )
        assert sorted(answers) == [200] + [409] * 9
        visible = len(shown()["items"])
        assert totals(shown())[0] == visible

    def test_the_answer_can_be_changed_and_taken_away(self, desk: Ask, review: str, shown: Any) -> None:
        path = f"/reviews/{review}/reply"
        first = desk("PUT", path, {"version": 2, "text": "抱歉，<i>马上</i>改进"})
        assert (first.json["reply"], first.json["replied_at"]) == ("抱歉，马上改进", "2026-11-22T02:00:00Z")
        assert desk("PUT", path, {"version": 2, "text": "另一人"}).json["code"] == "Stale"
        desk("PUT", path, {"version": 3, "text": "已改进"})
        assert shown()["items"][0]["reply"] == "已改进"
        desk("PUT", path, {"version": 4, "text": ""})
        assert shown()["items"][0]["reply"] == shown()["items"][0]["replied_at"] == ""

    @pytest.mark.parametrize(
        "body", [{}, {"version": 2}, {"version": 2, "state": "due"}, {"state": "hidden"}]
    )
    def test_malformed(self, desk: Ask, review: str, body: dict[str, Any]) -> None:
        assert desk("PUT", f"/reviews/{review}/state", body).status == 422
        assert desk("GET", "/reviews?state=due").status == 422

    def test_what_is_only_due_is_no_review_yet(self, desk: Ask, receive: Callable[..., None]) -> None:
        receive()
        review_id = rules.review_id(AGENT, ORDER, "0000000000")
        assert desk("PUT", f"/reviews/{review_id}/state", {"version": 1, "state": "hidden"}).status == 404
        assert desk("GET", "/reviews").json["items"] == []


def test_an_order_received_is_heard_of_through_the_queue(product: dict[str, Any], buyer: str) -> None:
    fact = completed(product, ORDER, AGENT)
    body = {"detail-type": "OrderCompleted", "detail": fact.model_dump()}
    record = {"messageId": "1", "body": json.dumps(body)}
    assert events.on_order_completed({"Records": [record, record]}, None) == {"batchItemFailures": []}
    assert [one["order_id"] for one in due(buyer)] == [ORDER]
