"""Our books and those of the providers, both ways."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from functions.payments import events, operations, table
from functions.payments.schemas import PaymentView
from kit import clock, ids, transaction
from kit.api import Api
from kit.errors import DomainError
from kit.facts import Fact
from kit.http_client import ProviderUnsure
from kit.pages import PageQuery
from tests.integration.payments.conftest import TOTAL, Counter
from tests.kit import faults
from tests.kit.engines import Tables
from tests.kit.http import Answer, call
from tests.kit.people import agent_token, clerk, staff_token
from tests.kit.till import Till
from tests.kit.time import Clock

DAY = "2026-11-22"
MORNING = "2026-11-23T02:30:00Z"  # half past ten in Shanghai
PART = 23_400
AGREES = {"count": 1, "fen": TOTAL}
NOTHING = {"count": 0, "fen": 0}


@pytest.fixture
def paid(till: Till, counter: Counter) -> PaymentView:
    return counter.paid(till)


def another(till: Till, name: str) -> PaymentView:
    """A payment for another order."""
    return Counter(ids.derived_id(name)).paid(till)


def refund(payment: PaymentView, fen: int = PART) -> str:
    """A refund that was asked for."""
    number = operations.refund_id(payment.order_id, "CAUSE")
    now = clock.now()
    parts = operations.refund_parts(payment.order_id, payment.payment_id, number, fen, "少发一件", now)
    transaction.commit(parts)
    operations.send_refund(number, now)
    return number


def compare(day: str = DAY) -> Any:
    return operations.reconcile("wechat", date.fromisoformat(day), None, clock.now()).model_dump()


def found(day: str = DAY) -> dict[tuple[str, str], str]:
    """Kind and state by subject and number."""
    page = operations.differences("wechat", date.fromisoformat(day), PageQuery(limit=100))
    return {(one.kind, one.number): one.state for one in page.items}


def alter(payment: PaymentView, **attributes: Any) -> None:
    """Let our row say something else than the provider."""
    row = table.find_payment(payment.payment_id)
    assert row
    row.update([getattr(table.PaymentRow, name).set(value) for name, value in attributes.items()])


def remove(payment: PaymentView) -> None:
    row = table.find_payment(payment.payment_id)
    assert row
    row.delete()


def invent(payment: PaymentView) -> str:
    """A payment in our books alone."""
    row = table.find_payment(payment.payment_id)
    assert row
    row.pk = table.order_key(ids.derived_id("nowhere"))
    row.save()
    return row.payment_id


# Comparing


def test_a_day_that_agrees(paid: PaymentView, till: Till, at: Clock) -> None:
    till.wechat.settle(refund(paid))
    till.deliver()
    at(MORNING)
    events.reconcile_day({"time": MORNING}, None)
    record = operations.reconciliation("wechat", date.fromisoformat(DAY)).model_dump()
    assert record["payments_here"] == record["payments_there"] == AGREES
    assert record["refunds_here"] == record["refunds_there"] == {"count": 1, "fen": PART}
    assert (record["differences"], record["open"], record["compared_by"]) == (0, 0, None)


def test_a_missing_an_extra_and_a_differing_row(paid: PaymentView, till: Till, at: Clock) -> None:
    lost, unpaid, cheap = (another(till, name) for name in ("lost", "unpaid", "cheap"))
    extra = invent(paid)
    remove(lost)
    alter(unpaid, state="closed")
    alter(cheap, amount_fen=TOTAL - 1)
    at(MORNING)
    record = compare()
    assert found() == {
        ("missing_there", extra): "open",
        ("missing_here", lost.payment_id): "open",
        ("state_differs", unpaid.payment_id): "open",
        ("amount_differs", cheap.payment_id): "open",
    }
    assert (record["differences"], record["open"]) == (4, 4)


def test_refunds_are_compared_too(paid: PaymentView, till: Till, at: Clock) -> None:
    kept, lost, wrong = refund(paid), refund(another(till, "lost")), refund(another(till, "wrong"))
    for number in (kept, lost, wrong):
        till.wechat.settle(number)
    till.deliver()
    rows = {number: table.find_refund(number) for number in (lost, wrong)}
    assert all(rows.values())
    rows[wrong].update([table.RefundRow.amount_fen.set(PART + 1)])  # type: ignore[union-attr]
    rows[lost].delete()  # type: ignore[union-attr]
    at(MORNING)
    compare()
    assert found() == {("missing_here", lost): "open", ("amount_differs", wrong): "open"}


def test_a_refund_we_still_wait_for_differs_until_it_is_known(
    paid: PaymentView, till: Till, at: Clock
) -> None:
    number = refund(paid)
    till.wechat.settle(number, notice="drop")
    at(MORNING)
    assert compare()["open"] == 1
    events.query_pending({"time": MORNING}, None)
    assert compare()["open"] == 0
    assert found() == {("state_differs", number): "gone"}


def test_a_refund_counts_on_the_day_it_arrived(paid: PaymentView, till: Till, at: Clock) -> None:
    number = refund(paid)
    at("2026-11-23T01:00:00Z")
    till.wechat.settle(number)
    till.deliver()
    at("2026-11-24T02:30:00Z")
    assert compare()["payments_there"] == AGREES
    later = compare("2026-11-23")
    assert later["refunds_here"] == later["refunds_there"] == {"count": 1, "fen": PART}
    assert found() == found("2026-11-23") == {}


def test_a_refund_billed_when_it_was_asked_for_is_not_missed_when_it_arrives(
    paid: PaymentView, till: Till, at: Clock
) -> None:
    number = refund(paid)
    till.wechat.settle(number)
    till.deliver()
    row = table.find_refund(number)
    assert row
    row.update([table.RefundRow.moved_on.set("2026-11-23")])
    at("2026-11-24T02:30:00Z")
    assert compare()["refunds_there"] == {"count": 1, "fen": PART}
    assert compare("2026-11-23")["refunds_there"] == NOTHING
    assert found() == found("2026-11-23") == {}


def test_a_refund_sent_by_hand_is_not_looked_for(paid: PaymentView, till: Till, at: Clock) -> None:
    number = refund(paid)
    till.wechat.settle(number, "ABNORMAL")
    till.deliver()
    operations.confirm_refund(number, "BOC20261122001", clerk("finance"), clock.now())
    at(MORNING)
    assert (compare()["refunds_here"], found()) == (NOTHING, {})


def test_transfers_and_bank_cards_are_not_in_wechats_bill(till: Till, counter: Counter, at: Clock) -> None:
    opened = counter.open("bank_transfer")
    alter(opened, state="confirmed", moved_on=DAY)
    at(MORNING)
    assert compare()["payments_here"] == NOTHING


def test_a_day_without_trade_has_no_bill_and_agrees(till: Till, at: Clock) -> None:
    at(MORNING)
    record = compare()
    assert (record["payments_there"], record["differences"]) == (NOTHING, 0)


def test_comparing_again_changes_nothing_and_keeps_when_it_was_found(
    paid: PaymentView, at: Clock, tables: Tables
) -> None:
    invent(paid)
    at(MORNING)
    compare()
    rows = [row for row in tables.rows("payments") if str(row["sk"]).startswith("DIFFERENCE#")]
    at.advance(hours=2)
    assert compare()["open"] == 1
    assert [row for row in tables.rows("payments") if str(row["sk"]).startswith("DIFFERENCE#")] == rows


def test_comparing_at_once_leaves_one_result(paid: PaymentView, at: Clock) -> None:
    extra = invent(paid)
    at(MORNING)
    with ThreadPoolExecutor(4) as pool:
        assert {record["open"] for record in pool.map(lambda _: compare(), range(4))} == {1}
    assert found() == {("missing_there", extra): "open"}


def test_what_is_gone_may_come_back(paid: PaymentView, at: Clock) -> None:
    at(MORNING)
    alter(paid, state="closed")
    compare()
    alter(paid, state="succeeded")
    assert compare()["open"] == 0
    alter(paid, state="failed")
    assert compare()["open"] == 1
    page = operations.differences("wechat", date.fromisoformat(DAY), PageQuery())
    assert [(one.state, one.here_state) for one in page.items] == [("open", "failed")]


@pytest.mark.parametrize("fault", [faults.conflict, faults.throttled, faults.lost_answer])
def test_comparing_survives_bad_days_of_the_store(fault: faults.Fault, paid: PaymentView, at: Clock) -> None:
    invent(paid)
    at(MORNING)
    with faults.injected("TransactWriteItems", fault):
        assert compare()["open"] == 1
    assert compare()["open"] == 1


def test_without_a_whole_bill_nothing_is_written(paid: PaymentView, till: Till, at: Clock) -> None:
    at(MORNING)
    till.wechat.fail_next("disconnect")
    with pytest.raises(ProviderUnsure):
        compare()
    with pytest.raises(DomainError):
        operations.reconciliation("wechat", date.fromisoformat(DAY))


def test_comparisons_announce_nothing(paid: PaymentView, at: Clock, tables: Tables) -> None:
    invent(paid)
    at(MORNING)
    compare()
    told: list[Fact] = []
    for row in tables.rows("payments"):
        if str(row["pk"]).startswith("DAY#"):
            told += operations.facts_of(None, row)
    assert told == []


# At the back office


@pytest.fixture
def desk(back_office: Api, till: Till, at: Clock) -> Any:
    def ask(method: str, path: str, body: Any = None, user: str = "FINANCE1", **options: Any) -> Answer:
        held = {"token": staff_token("finance", user_id=user)} | options
        return call(back_office, method, f"/admin/reconciliations{path}", body, **held)

    return ask


@pytest.fixture
def differing(paid: PaymentView, at: Clock, desk: Any) -> str:
    """The address of a difference."""
    invent(paid)
    at(MORNING)
    assert desk("POST", "", {"day": DAY}).json["open"] == 1
    (difference,) = desk("GET", f"/{DAY}/differences").json["items"]
    return f"/{DAY}/differences/{difference['difference_id']}/resolution"


def test_finance_compares_a_day_and_looks_at_it(differing: str, desk: Any) -> None:
    (listed,) = desk("GET", "").json["items"]
    assert listed == desk("GET", f"/{DAY}").json
    assert (listed["day"], listed["open"], listed["compared_by"]) == (DAY, 1, "FINANCE1")


def test_days_are_listed_newest_first_page_by_page(desk: Any, at: Clock) -> None:
    at("2026-11-25T02:30:00Z")
    for day in ("2026-11-22", "2026-11-24", "2026-11-23"):
        assert desk("POST", "", {"day": day}).status == 200
    first = desk("GET", "?limit=2").json
    second = desk("GET", f"?limit=2&cursor={first['next_cursor']}").json
    days = [item["day"] for page in (first, second) for item in page["items"]]
    assert days == ["2026-11-24", "2026-11-23", "2026-11-22"]


def test_a_difference_is_resolved_once_and_stays_so(differing: str, desk: Any, at: Clock) -> None:
    for _ in range(2):
        answer = desk("POST", differing, {"note": "次日到账，已核对"})
        assert (answer.status, answer.json["state"], answer.json["resolved_by"]) == (
            200,
            "resolved",
            "FINANCE1",
        )
    assert desk("POST", differing, {"note": "另一个说法"}).status == 409
    assert desk("POST", differing, {"note": "次日到账，已核对"}, user="FINANCE2").json["code"] == (
        "DifferenceSettled"
    )
    assert desk("GET", f"/{DAY}").json["open"] == 0
    assert desk("POST", "", {"day": DAY}).json["open"] == 0
    (kept,) = desk("GET", f"/{DAY}/differences").json["items"]
    assert (kept["state"], kept["note"]) == ("resolved", "次日到账，已核对")


def test_of_several_at_once_one_resolves(differing: str, desk: Any) -> None:
    def resolve(number: int) -> int:
        status: int = desk("POST", differing, {"note": f"说法 {number}"}, user=f"FINANCE{number}").status
        return status

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(resolve, range(4))) == [200, 409, 409, 409]
    assert desk("GET", f"/{DAY}").json["open"] == 0


def test_what_is_gone_needs_no_resolution(paid: PaymentView, at: Clock, desk: Any) -> None:
    at(MORNING)
    alter(paid, state="closed")
    desk("POST", "", {"day": DAY})
    (difference,) = desk("GET", f"/{DAY}/differences").json["items"]
    alter(paid, state="succeeded")
    desk("POST", "", {"day": DAY})
    path = f"/{DAY}/differences/{difference['difference_id']}/resolution"
    assert desk("POST", path, {"note": "不必处理"}).status == 409


@pytest.mark.parametrize(
    ("now", "day", "code"),
    [
        ("2026-11-23T01:59:59Z", DAY, "BillNotReady"),
        (MORNING, "2026-11-23", "BillNotReady"),
        (MORNING, "2099-12-31", "BillNotReady"),
        (MORNING, "2026-08-24", "BillTooOld"),
        (MORNING, "2000-01-01", "BillTooOld"),
    ],
)
def test_only_days_that_have_a_bill_are_compared(now: str, day: str, code: str, desk: Any, at: Clock) -> None:
    at(now)
    answer = desk("POST", "", {"day": day})
    assert (answer.status, answer.json["code"]) == (409, code)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "?limit=0", None, 422),
        ("GET", "?cursor=forged", None, 400),
        ("GET", "/2026-11-21", None, 404),
        ("GET", "/yesterday", None, 404),
        ("GET", "/2026-11-21/differences", None, 404),
        ("POST", "", {}, 422),
        ("POST", "", {"day": "yesterday"}, 422),
        ("POST", "", {"day": 20261122}, 422),
        ("POST", "", {"day": DAY, "method": "bank_transfer"}, 422),
        ("GET", f"/{DAY}?method=credit", None, 422),
        ("GET", f"/{DAY}?method=union_pay", None, 404),
        ("POST", "", b"{", 400),
        ("POST", f"/{DAY}/differences/0/resolution", {"note": "没有这条"}, 404),
        ("POST", f"/{DAY}/differences/0/resolution", {"note": "x"}, 422),
        ("POST", f"/{DAY}/differences/0/resolution", {"note": "长" * 201}, 422),
    ],
)
def test_nonsense_is_refused(method: str, path: str, body: Any, status: int, desk: Any) -> None:
    assert desk(method, path, body).status == status


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("POST", "", {"day": DAY}),
        ("GET", f"/{DAY}", None),
        ("GET", f"/{DAY}/differences", None),
        ("POST", f"/{DAY}/differences/0/resolution", {"note": "已核对"}),
    ],
)
def test_only_finance_compares(method: str, path: str, body: Any, desk: Any) -> None:
    assert desk(method, path, body, token=None).status == 401
    assert desk(method, path, body, token="nonsense").status == 401
    assert desk(method, path, body, token=agent_token()).status == 403
    assert desk(method, path, body, token=staff_token("orders")).status == 403
