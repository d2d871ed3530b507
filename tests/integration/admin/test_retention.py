"""What is over its time goes, page by page and for good; what is not, and the books, stay."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from functions.admin import events, operations
from functions.agents import table as agents
from functions.audit import operations as audit
from functions.audit import table as log
from functions.audit.rules import DayRemoved, Entry
from functions.auth.table import SignInRow, sign_in_part
from functions.cart import table as carts
from functions.cart.rules import CartLine
from functions.notifications import table as inbox
from functions.notifications.rules import Notice
from functions.settings import operations as settings
from functions.settings.schemas import Change, RetentionSettings
from kit import clock, transaction
from kit.ids import new_id
from kit.pages import PageQuery
from tests.integration.admin.conftest import ask, staff
from tests.kit.companies import company
from tests.kit.people import AGENT, OTHER_AGENT
from tests.kit.time import Clock

LONG = 180


@pytest.fixture
def short(shop: None) -> None:
    """Everything is kept as shortly as is allowed."""
    kept = RetentionSettings(sign_in_days=LONG, operation_days=LONG, application_days=30)
    settings.change(RetentionSettings, Change(version=0, value=kept), "0" * 26, clock.now())


def try_to_sign_in(times: int = 1) -> None:
    for _ in range(times):
        now = clock.now()
        row = SignInRow(kind="agent", method="password", account="a***@x.com", result="ok")
        row.ip = row.user_agent = "x"
        transaction.commit([sign_in_part(row, now, new_id(now))])


def sign_ins(day: str) -> int:
    return SignInRow.count(f"SIGN_INS#{day}")


def write_down(names: str) -> None:
    now = clock.now()
    audit.seal([Entry(name, "operation", clock.to_text(now), "U", "", name, "{}") for name in names], now)


def fill(agent_id: str) -> None:
    """Put something into a company's cart now."""
    known = carts.cart(agent_id)
    lines = (CartLine("SKU0000001", 1, 100, clock.to_text(clock.now())),)
    transaction.commit([carts.save_part(replace(known, lines=lines))])


def run(pages: int = 1000) -> dict[str, Any]:
    """Run for so many pages; returns the day's report."""
    left: Iterator[bool] = iter([True] * (pages - 1) + [False] * 10)
    operations.remove_lapsed(clock.now(), lambda: next(left))
    report: dict[str, Any] = ask("GET", "/retention-reports", token=staff("settings")).json["items"][0]
    return report


def test_sign_ins_go_after_their_days_and_not_before(short: None, at: Clock) -> None:
    try_to_sign_in(3)
    first = clock.business_day(clock.now()).isoformat()
    at.advance(days=1)
    try_to_sign_in()
    second = clock.business_day(clock.now()).isoformat()
    at.advance(days=LONG - 1)
    assert run()["sign_ins"] == 0
    at.advance(days=1)
    assert run() | {"started_at": ""} == {
        "day": clock.business_day(clock.now()).isoformat(),
        "started_at": "",
        "complete": True,
        "sign_ins": 3,
        "operations": 0,
        "applications": 0,
        "notices": 0,
        "carts": 0,
    }
    assert (sign_ins(first), sign_ins(second)) == (0, 1)


def test_an_interrupted_run_is_gone_on_with(short: None, at: Clock) -> None:
    try_to_sign_in(150)
    day = clock.business_day(clock.now()).isoformat()
    at.advance(days=LONG + 1)
    first = run(pages=1)
    assert (first["complete"], first["sign_ins"], sign_ins(day)) == (False, 100, 50)
    second = run()
    assert (second["complete"], second["sign_ins"], sign_ins(day)) == (True, 150, 0)
    assert run()["sign_ins"] == 150


def test_operations_go_by_whole_days_and_the_chain_holds(short: None, at: Clock) -> None:
    write_down("ABC")
    old = clock.business_day(clock.now())
    at.advance(days=1)
    write_down("DE")
    young = clock.business_day(clock.now())
    at.advance(days=LONG)
    assert run()["operations"] == 3
    assert not list(log.links(old.isoformat()))
    assert log.written("ABCDE") == {"D", "E"}
    assert audit.check(young, clock.now()).whole
    with pytest.raises(DayRemoved):
        audit.check(old, clock.now())
    shown = ask("GET", f"/operations/check?day={old}", token=staff("audit"))
    assert (shown.status, shown.json["code"]) == (404, "DayRemoved")


def test_unfinished_applications_are_closed_and_forgotten(short: None, at: Clock) -> None:
    company(AGENT, state="rejected")
    row = agents.company(AGENT)
    assert row
    row.consent = {"version": "1", "at": "2026-11-22T02:00:00Z"}
    row.save()
    company(OTHER_AGENT, state="pending_review")
    at.advance(days=31)
    assert run()["applications"] == 1
    rejected, waiting = agents.company(AGENT), agents.company(OTHER_AGENT)
    assert rejected
    assert waiting
    assert (rejected.state, rejected.name, rejected.phone) == ("closed", "已注销", "")
    assert waiting.state == "pending_review"


def test_messages_and_untouched_carts_go_and_counts_stay_right(short: None, at: Clock) -> None:
    company(AGENT)
    user_id = "0USER" + "0" * 21
    transaction.commit([agents.create_user_part(AGENT, user_id, "王五", "owner", None)])
    notice = Notice("OrderShipped", "order", "已发货", "您的订单已发货", "pages/home/index", {})
    for day in range(3):
        told = clock.to_text(clock.now())
        transaction.commit(inbox.notice_parts(user_id, f"{told}-{day}", notice, told))
        at.advance(days=1)
    (newest, *_), _cursor = inbox.inbox(user_id, PageQuery())
    fill(AGENT), fill(OTHER_AGENT)
    at.advance(days=364)
    fill(OTHER_AGENT)
    report = run()
    assert (report["notices"], report["carts"]) == (3 - 1, 1)
    left, _cursor = inbox.inbox(user_id, PageQuery())
    assert [row.sk for row in left] == [newest.sk]
    assert inbox.summary(user_id).unread == 1
    assert (len(carts.cart(AGENT).lines), len(carts.cart(OTHER_AGENT).lines)) == (0, 1)


@pytest.mark.parametrize("value", [{"sign_in_days": 179}, {"operation_days": 179}, {"order_days": 1}])
def test_the_law_and_the_books_set_bounds(shop: None, value: dict[str, int]) -> None:
    body = {"version": 0, "value": value}
    assert ask("PUT", "/settings/retention", body, token=staff("settings")).status == 422


def test_the_schedule_runs_it(short: None, at: Clock) -> None:
    class Context:
        def get_remaining_time_in_millis(self) -> int:
            return 900_000

    events.remove_lapsed({"time": "2026-11-22T20:15:00Z"}, Context())
    shown = ask("GET", "/retention-reports", token=staff("settings")).json["items"]
    assert [report["day"] for report in shown] == ["2026-11-23"]
