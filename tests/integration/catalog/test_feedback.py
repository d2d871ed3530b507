"""Companies tell what they think, once per key and not too often; staff of their region answer."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.catalog import api
from functions.catalog.operations import hearing
from functions.catalog.operations.announcing import facts_of
from functions.catalog.table import rows
from functions.catalog.table.rows import FeedbackRow
from kit.rows import plain
from tests.integration.catalog.conftest import PNG, Ask, goods, on_sale, put
from tests.kit.companies import company
from tests.kit.http import Answer, call
from tests.kit.people import AGENT, OTHER_AGENT, agent_token, staff_token
from tests.kit.time import Clock

ORDER = "0ORDER10000000000000000000"
IMAGE = f"agents/{AGENT}/feedback/0UPLOAD0000000000000000000.png"
GUANGDONG, SICHUAN = "440000", "510000"


@pytest.fixture
def product_id(desk: Ask, tea: str) -> str:
    return str(on_sale(desk, goods(tea))["product_id"])


@pytest.fixture
def say(buyer: str) -> Callable[..., Answer]:
    """Gives feedback, each under a key of its own unless one is given."""
    said = iter(range(1000))

    def send(text: str = "外箱有破损", *, key: str = "", **about: Any) -> Answer:
        body = {"text": text} | about
        key = key or f"feedback-{next(said)}"
        return call(api.app, "POST", "/feedback", body, token=agent_token(), key=key)

    return send


@pytest.fixture
def clerk(desk: Ask) -> Ask:
    """Calls the back office as somebody who handles feedback."""

    def ask(method: str, path: str = "", body: Any = None, *, regions: tuple[str, ...] = ()) -> Answer:
        return desk(method, f"/feedback{path}", body, token=staff_token("service", regions=regions))

    return ask


def own(token: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = call(api.app, "GET", "/feedback", token=token).json["items"]
    return items


def test_feedback_is_kept_with_what_it_is_about(say: Any, buyer: str, product_id: str) -> None:
    put(IMAGE, PNG)
    about = [
        say(product_id=product_id, rating=2, images=[IMAGE]).json,
        say(order_id=ORDER).json,
        say("一切都好<script>").json,
    ]
    assert [one["about"] for one in about] == ["product", "order", "general"]
    assert (about[0]["rating"], len(about[0]["images"]), about[2]["text"]) == (2, 1, "一切都好")
    assert {one["feedback_id"] for one in own(buyer)} == {one["feedback_id"] for one in about}


def test_repeated_at_once_it_is_given_once(say: Any, buyer: str, product_id: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: say(product_id=product_id, key="one-and-only"), range(4)))
    assert {answer.status for answer in answers} == {201}
    assert len(own(buyer)) == 1
    assert hearing.counts([product_id, "0000000000"]) == {product_id: 1}
    assert say("别的内容", key="one-and-only").json["code"] == "KeyReused"


def test_ten_a_day_and_no_more(say: Any, at: Clock) -> None:
    assert [say().status for _ in range(11)] == [201] * 10 + [429]
    at.advance(hours=24)
    assert say().status == 201


@pytest.mark.parametrize(
    "body",
    [
        {"text": ""},
        {"text": "字" * 1001},
        {"text": "​"},
        {"product_id": "0000000000", "order_id": ORDER},
        {"rating": 6},
        {"rating": 0},
        {"images": [IMAGE] * 2},
        {"images": [IMAGE.replace("feedback", "voucher")]},
        {"stars": 5},
    ],
)
def test_out_of_bounds(say: Any, body: dict[str, Any]) -> None:
    assert say(**body).status == 422


def test_refuses_what_is_not_there_or_not_theirs(say: Any, buyer: str) -> None:
    assert say(product_id="0000000000").json["code"] == "ProductNotFound"
    assert say(images=[IMAGE]).json["code"] == "UploadNotFound"
    put(IMAGE.replace(AGENT, OTHER_AGENT), PNG)
    assert say(images=[IMAGE.replace(AGENT, OTHER_AGENT)]).json["code"] == "UploadNotFound"
    assert call(api.app, "POST", "/feedback", {"text": "好"}, key="some-key-1").status == 401
    assert call(api.app, "POST", "/feedback", {"text": "好"}, token=buyer).status == 400


def test_others_do_not_see_it(say: Any, buyer: str) -> None:
    company(OTHER_AGENT)
    say()
    assert own(agent_token(OTHER_AGENT)) == []


def test_the_queue_holds_what_waits_longest_first(say: Any, clerk: Ask, at: Clock) -> None:
    first = say("先").json["feedback_id"]
    at.advance(hours=3)
    second = say("后").json["feedback_id"]
    page = clerk("GET", "?limit=1").json
    assert [(one["feedback_id"], one["waiting_hours"]) for one in page["items"]] == [(first, 3)]
    rest = clerk("GET", f"?limit=1&cursor={page['next_cursor']}").json["items"]
    assert [one["feedback_id"] for one in rest] == [second]
    assert clerk("GET", "?state=answered").json["items"] == []


def _image(feedback_id: str) -> dict[str, Any]:
    image = FeedbackRow(rows.feedback_key(feedback_id), rows.FEEDBACK).image()
    assert image
    return plain(image)


def test_an_answer_is_shown_and_announced(say: Any, clerk: Ask, buyer: str, product_id: str) -> None:
    feedback_id = say(product_id=product_id).json["feedback_id"]
    before = _image(feedback_id)
    answered = clerk("PUT", f"/{feedback_id}/answer", {"version": 1, "text": "已安排补发"})
    assert (answered.json["state"], answered.json["version"]) == ("answered", 2), answered.text
    assert (own(buyer)[0]["state"], own(buyer)[0]["answer"]) == ("answered", "已安排补发")
    told = [fact.model_dump() for fact in facts_of(before, _image(feedback_id))]
    assert [(fact["agent_id"], fact["answer"]) for fact in told] == [(AGENT, "已安排补发")]
    assert not [*facts_of(None, before), *facts_of(_image(feedback_id), _image(feedback_id))]
    stale = clerk("PUT", f"/{feedback_id}/answer", {"version": 1, "text": "另一个答复"})
    assert stale.json["code"] == "Stale"
    assert clerk("GET").json["items"] == []
    assert clerk("GET", "?state=answered").json["items"][0]["feedback_id"] == feedback_id


def test_closed_is_the_end(say: Any, clerk: Ask) -> None:
    feedback_id = say().json["feedback_id"]
    closed = clerk("POST", f"/{feedback_id}/closure", {"version": 1})
    assert (closed.json["state"], closed.json["waiting_hours"]) == ("closed", None)
    again = clerk("POST", f"/{feedback_id}/closure", {"version": 2})
    late = clerk("PUT", f"/{feedback_id}/answer", {"version": 2, "text": "晚了"})
    assert {again.json["code"], late.json["code"]} == {"FeedbackClosed"}


def test_of_a_product_or_a_company(say: Any, clerk: Ask, product_id: str) -> None:
    about = say(product_id=product_id).json["feedback_id"]
    other = say().json["feedback_id"]
    assert [one["feedback_id"] for one in clerk("GET", f"?product_id={product_id}").json["items"]] == [about]
    found = clerk("GET", f"?agent_id={AGENT}").json["items"]
    assert {one["feedback_id"] for one in found} == {about, other}
    assert {one["product_name"] for one in found} > {""}


def test_staff_of_another_region_neither_see_nor_answer(say: Any, clerk: Ask) -> None:
    feedback_id = say().json["feedback_id"]
    assert clerk("GET", regions=(SICHUAN,)).json["items"] == []
    assert clerk("GET", f"?agent_id={AGENT}", regions=(SICHUAN,)).json["items"] == []
    assert clerk("GET", f"/{feedback_id}", regions=(SICHUAN,)).status == 404
    body = {"version": 1, "text": "您好"}
    assert clerk("PUT", f"/{feedback_id}/answer", body, regions=(SICHUAN,)).status == 404
    assert clerk("PUT", f"/{feedback_id}/answer", body, regions=(GUANGDONG,)).status == 200
