"""The merchant tells many companies something: each once, as far as they want to hear it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from functions.admin import api as admin
from functions.agents import operations as agents
from functions.agents.schemas import Members, SaveSegment
from functions.notifications import api, operations, table
from functions.notifications.schemas import SendNotice
from kit import clock
from tests.kit.companies import company
from tests.kit.engines import Cloud
from tests.kit.http import Answer, call
from tests.kit.people import AGENT, OTHER_AGENT, USER, agent_token, staff_token
from tests.kit.time import Clock
from tests.kit.told import BUYER, Recorded

pytestmark = pytest.mark.usefixtures("people")
KEY = "a-key-of-this-test"
WORDS = {"title": "新品订货会", "text": "十二月一日 {昆明} 见"}
Desk = Callable[..., Answer]


@pytest.fixture
def desk(people: None) -> Desk:
    company()
    company(OTHER_AGENT)

    def ask(method: str, path: str, body: Any = None, **options: Any) -> Answer:
        return call(admin.app, method, f"/admin{path}", body, **{"token": staff_token("messages")} | options)

    return ask


def write(desk: Desk, key: str = KEY, **changes: Any) -> Answer:
    return desk("POST", "/notices", WORDS | changes, key=key)


def send(written: Answer) -> None:
    command: SendNotice | None = SendNotice(notice_id=written.json["notice_id"], number=0)
    while command:
        command = operations.send_notice(command, clock.now())


def titles(user_id: str) -> list[str]:
    shown = call(api.app, "GET", "/notifications", token=agent_token(user_id=user_id)).json
    return [item["title"] for item in shown["items"]]


def test_everybody_of_every_active_company_is_told_once(desk: Desk) -> None:
    written = write(desk)
    assert (written.status, written.json["state"]) == (202, "sending")
    assert write(desk).json == written.json
    for _ in range(2):
        send(written)
    shown = desk("GET", f"/notices/{written.json['notice_id']}").json
    assert (shown["state"], shown["companies_told"]) == ("sent", 2)
    assert titles(USER) == titles(BUYER) == ["新品订货会"]
    assert desk("GET", "/notices").json["items"] == [shown]


def test_the_list_pages_from_the_newest(desk: Desk, at: Clock) -> None:
    for title in ("第一", "第二", "第三"):
        assert write(desk, key=f"{KEY}-{title.encode().hex()}", title=title).status == 202
        at.advance(minutes=1)
    first = desk("GET", "/notices", query={"limit": "2"}).json
    assert [one["title"] for one in first["items"]] == ["第三", "第二"]
    rest = desk("GET", "/notices", query={"limit": "2", "cursor": first["next_cursor"]}).json
    assert ([one["title"] for one in rest["items"]], rest["next_cursor"]) == (["第一"], None)


def test_the_queue_carries_it_page_by_page(desk: Desk, cloud: Cloud) -> None:
    write(desk)
    (message,) = cloud.messages("NotificationsSendNoticeQueue")
    assert SendNotice.model_validate_json(message).number == 0


def test_a_segment_is_told_and_nobody_else(desk: Desk) -> None:
    agents.add_segment("SEGMENT001", SaveSegment(name="对方", members=Members(agent_ids=(OTHER_AGENT,))))
    written = write(desk, segment_id="SEGMENT001")
    send(written)
    assert desk("GET", f"/notices/{written.json['notice_id']}").json["companies_told"] == 1
    assert titles(USER) == []


def test_staff_reach_the_companies_of_their_regions(desk: Desk) -> None:
    elsewhere = staff_token("messages", regions=("450000",))
    written = desk("POST", "/notices", WORDS, key=KEY, token=elsewhere)
    send(written)
    assert desk("GET", f"/notices/{written.json['notice_id']}").json["companies_told"] == 0


def test_those_who_opted_out_have_it_in_the_inbox_only(desk: Desk) -> None:
    muted = {"changes": [{"category": "news", "channel": "email", "enabled": False}]}
    call(api.app, "PATCH", "/notifications/preferences", muted, token=agent_token(user_id=BUYER))
    send(write(desk))
    channels = Recorded()
    for row in table.Delivery.scan(table.Delivery.sk == "DELIVERY"):
        operations.deliver(row.delivery_id, channels, clock.now())
    assert channels.sent == [("email", "13800000001@example.com")]
    assert titles(BUYER) == ["新品订货会"]


def test_what_cannot_be_sent_is_refused(desk: Desk) -> None:
    assert desk("POST", "/notices", WORDS).status == 400
    assert write(desk, title="").status == 422
    assert write(desk, page="https://example.com").status == 422
    assert write(desk, segment_id="NOBODY").status == 404
    assert desk("GET", "/notices/NOTHING").status == 404
    assert write(desk).status == 202
    assert (write(desk, title="另一个").json["code"], write(desk).status) == ("KeyReused", 202)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/notices"),
        ("POST", "/notices"),
        ("GET", f"/notices/{AGENT}"),
        ("POST", f"/notices/{AGENT}/cancellation"),
        ("GET", "/notice-reach"),
    ],
)
def test_only_staff_with_the_permission_come_in(desk: Desk, method: str, path: str) -> None:
    assert desk(method, path, WORDS, key=KEY, token=None).status == 401
    assert desk(method, path, WORDS, key=KEY, token=agent_token()).status == 403
    assert desk(method, path, WORDS, key=KEY, token=staff_token("orders")).status == 403


def test_one_sees_beforehand_how_many_would_have_it(desk: Desk) -> None:
    agents.add_segment("SEGMENT001", SaveSegment(name="对方", members=Members(agent_ids=(OTHER_AGENT,))))
    assert desk("GET", "/notice-reach").json == {"companies": 2, "is_complete": True}
    assert desk("GET", "/notice-reach?segment_id=SEGMENT001").json["companies"] == 1
    assert desk("GET", "/notice-reach?segment_id=NOBODY").status == 404
    elsewhere = staff_token("messages", regions=("450000",))
    assert desk("GET", "/notice-reach", token=elsewhere).json["companies"] == 0
    assert write(desk, segment_id="SEGMENT001").json["companies"] == 1


def test_a_notice_waits_for_its_time(desk: Desk, cloud: Cloud, at: Clock) -> None:
    later = clock.to_text(at.now + timedelta(hours=3))
    written = write(desk, send_at=later)
    assert (written.json["state"], written.json["send_at"]) == ("scheduled", later)
    assert write(desk, send_at=later).json == written.json
    operations_due = [list(operations.due_notices(at.now))]
    at.advance(hours=3)
    operations_due += [list(operations.due_notices(at.now)) for _ in range(2)]
    assert [len(due) for due in operations_due] == [0, 1, 0]
    assert cloud.messages("NotificationsSendNoticeQueue") == []
    assert write(desk, send_at=later).json["state"] == "sending"
    send(written)
    assert titles(USER) == ["新品订货会"]


def test_a_notice_is_taken_back_before_its_time(desk: Desk, at: Clock) -> None:
    written = write(desk, send_at=clock.to_text(at.now + timedelta(hours=3)))
    path = f"/notices/{written.json['notice_id']}/cancellation"
    assert [desk("POST", path).json["state"] for _ in range(2)] == ["cancelled", "cancelled"]
    at.advance(hours=4)
    assert list(operations.due_notices(at.now)) == []
    send(written)
    assert titles(USER) == []


def test_what_everybody_has_cannot_be_taken_back(desk: Desk) -> None:
    written = write(desk)
    send(written)
    path = f"/notices/{written.json['notice_id']}/cancellation"
    assert desk("POST", path).json["code"] == "NoticeSent"
    assert desk("POST", "/notices/NOTHING/cancellation").status == 404


@pytest.mark.parametrize("send_at", ["2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "tomorrow", ""])
def test_a_time_lies_ahead_and_not_too_far(desk: Desk, send_at: str) -> None:
    assert write(desk, send_at=send_at).status == 422


def test_a_notice_taken_back_on_its_way_reaches_nobody_else(desk: Desk) -> None:
    for number in range(30):
        company(f"0MORE{number:021d}")
    written = write(desk)
    first = SendNotice(notice_id=written.json["notice_id"], number=0)
    following = operations.send_notice(first, clock.now())
    assert following
    shown = desk("POST", f"/notices/{written.json['notice_id']}/cancellation").json
    assert (shown["state"], shown["companies_told"], shown["companies"]) == ("cancelled", 25, 32)
    assert operations.send_notice(following, clock.now()) is None
    assert desk("GET", f"/notices/{written.json['notice_id']}").json["companies_told"] == 25


def test_only_news_of_products_leave_the_inbox(desk: Desk) -> None:
    token = agent_token(user_id=BUYER)

    def switch(category: str) -> Answer:
        change = {"category": category, "channel": "inbox", "enabled": False}
        return call(api.app, "PATCH", "/notifications/preferences", {"changes": [change]}, token=token)

    assert switch("order").status == 422
    kept = switch("product").json["preferences"]
    assert {"category": "product", "channel": "inbox", "enabled": False} in kept
    assert [one["category"] for one in kept if one["channel"] == "inbox"] == ["product"]


def test_staff_of_a_region_cancel_no_notice_that_reaches_further(desk: Desk) -> None:
    theirs = staff_token("messages", regions=("450000",))
    body = {"title": "通知", "text": "下周停电一天"}
    to_all = desk("POST", "/notices", body, key="notice-all").json["notice_id"]
    refused = desk("POST", f"/notices/{to_all}/cancellation", token=theirs)
    assert (refused.status, refused.json["code"]) == (403, "BeyondRegions")
    own = desk("POST", "/notices", body, key="notice-own", token=theirs).json["notice_id"]
    assert desk("POST", f"/notices/{own}/cancellation", token=theirs).json["state"] == "cancelled"
