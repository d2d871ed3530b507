"""Bank cards have no bill: UnionPay is asked about everything of the day that we know of."""

from datetime import date
from typing import Any

import pytest
import requests

from functions.payments import events, operations, table
from functions.payments.rules.comparing import BillNotReady
from functions.payments.schemas import PaymentView
from infra.local.providers.union_pay import UNDECIDED
from kit import clock, ids, transaction
from kit.api import Api
from kit.http_client import ProviderUnsure
from kit.pages import PageQuery
from tests.integration.payments.conftest import TOTAL, Counter
from tests.kit.http import call
from tests.kit.people import staff_token
from tests.kit.till import Till
from tests.kit.time import Clock

DAY = date(2026, 11, 22)
MORNING = "2026-11-23T02:30:00Z"
PART = 23_400
AGREES = {"count": 1, "fen": TOTAL}
NOTHING = {"count": 0, "fen": 0}


def bank_number(name: str) -> str:
    """What UnionPay calls a payment or a refund of ours."""
    order_id, _, rest = name.partition("-")
    return f"{order_id}{'P' if rest.isdecimal() else 'R'}{rest}"


def at_the_cashier(name: str) -> PaymentView:
    payment = Counter(ids.derived_id(name)).open("union_pay", openid=None)
    assert payment.union_pay
    requests.post(payment.union_pay.action, data=payment.union_pay.fields, timeout=5).raise_for_status()
    return payment


def paid(till: Till, name: str) -> PaymentView:
    payment = at_the_cashier(name)
    till.providers.union_pay.pay(bank_number(payment.payment_id))
    till.deliver()
    return payment


def refunded(till: Till, payment: PaymentView) -> str:
    number, now = operations.refund_id(payment.order_id, "CAUSE"), clock.now()
    transaction.commit(
        operations.refund_parts(payment.order_id, payment.payment_id, number, PART, "少发一件", now)
    )
    operations.send_refund(number, now)
    till.deliver()
    return number


def at_the_bank(till: Till, name: str, **changes: Any) -> None:
    """Let UnionPay know something else than we do."""
    bank = till.providers.union_pay
    trade = bank._trade(bank_number(name))
    trade["fields"] |= changes.pop("fields", {})
    bank._store.put("bank-trade", bank_number(name), trade | changes)


def row_of(payment: PaymentView) -> table.PaymentRow:
    row = table.find_payment(payment.payment_id)
    assert row
    return row


def compare() -> dict[str, Any]:
    return operations.reconcile("union_pay", DAY, None, clock.now()).model_dump()


def found() -> dict[tuple[str, str], str]:
    page = operations.differences("union_pay", DAY, PageQuery(limit=100))
    return {(one.kind, one.number): one.state for one in page.items}


@pytest.fixture(autouse=True)
def offered(counter: Counter) -> None:
    """Bank cards are among the ways to pay."""


def test_a_day_that_agrees(till: Till, at: Clock) -> None:
    refunded(till, paid(till, "one"))
    at(MORNING)
    events.reconcile_day({"time": MORNING}, None)
    record = operations.reconciliation("union_pay", DAY).model_dump()
    assert record["payments_here"] == record["payments_there"] == AGREES
    assert record["refunds_here"] == record["refunds_there"] == {"count": 1, "fen": PART}
    assert (record["method"], record["differences"]) == ("union_pay", 0)
    assert operations.reconciliation("wechat", DAY).payments_here.count == 0


def test_what_the_bank_has_otherwise_differs(till: Till, at: Clock) -> None:
    unknown, cheap, unrefunded = (paid(till, name) for name in ("unknown", "cheap", "unrefunded"))
    number = refunded(till, unrefunded)
    at_the_bank(till, unknown.payment_id, code=UNDECIDED)
    at_the_bank(till, cheap.payment_id, fields={"txnAmt": str(TOTAL - 1)})
    at_the_bank(till, number, code="99")
    at(MORNING)
    assert compare()["open"] == 3
    assert found() == {
        ("missing_there", unknown.payment_id): "open",
        ("amount_differs", cheap.payment_id): "open",
        ("missing_there", number): "open",
    }


def test_money_for_an_attempt_we_gave_up_is_found(till: Till, at: Clock) -> None:
    given_up, abandoned = at_the_cashier("given up"), at_the_cashier("abandoned")
    at.advance(minutes=40)
    for payment in (given_up, abandoned):
        operations.close_attempt(payment.order_id, clock.now())
        assert row_of(payment).state == "closed"
    at_the_bank(till, given_up.payment_id, code="00")
    at(MORNING)
    record = compare()
    assert (record["payments_here"], record["payments_there"]) == (NOTHING, AGREES)
    assert found() == {("state_differs", given_up.payment_id): "open"}


def test_a_refund_that_came_to_nothing_here_but_not_there_is_found(till: Till, at: Clock) -> None:
    number = refunded(till, paid(till, "one"))
    row = table.find_refund(number)
    assert row
    row.update(
        [
            *table.to_refund_state("abnormal", clock.now()),
            table.RefundRow.moved_on.remove(),
        ]
    )
    at(MORNING)
    compare()
    assert found() == {("state_differs", number): "open"}


def test_a_bank_that_does_not_answer_leaves_wechats_day_compared(till: Till, at: Clock) -> None:
    paid(till, "one")
    at(MORNING)
    till.providers.union_pay.fail_next("disconnect")
    with pytest.raises(ProviderUnsure):
        events.reconcile_day({"time": MORNING}, None)
    assert operations.reconciliation("wechat", DAY).differences == 0
    assert [one.method for one in operations.reconciliations(PageQuery()).items] == ["wechat"]


def test_a_day_is_compared_when_it_is_over(till: Till, at: Clock) -> None:
    with pytest.raises(BillNotReady):
        compare()


def test_finance_sees_both_providers_in_one_list_and_resolves(
    till: Till, at: Clock, back_office: Api
) -> None:
    gone = paid(till, "one")
    at_the_bank(till, gone.payment_id, code=UNDECIDED)
    at(MORNING)

    def desk(method: str, path: str, body: Any = None) -> Any:
        address = f"/admin/reconciliations{path}"
        return call(back_office, method, address, body, token=staff_token("finance")).json

    for method in ("wechat", "union_pay"):
        desk("POST", "", {"day": str(DAY), "method": method})
    assert sorted((one["day"], one["method"], one["open"]) for one in desk("GET", "")["items"]) == [
        (str(DAY), "union_pay", 1),
        (str(DAY), "wechat", 0),
    ]
    (difference,) = desk("GET", f"/{DAY}/differences?method=union_pay")["items"]
    path = f"/{DAY}/differences/{difference['difference_id']}/resolution"
    assert desk("POST", path, {"note": "银行次日入账"})["code"] == "DifferenceNotFound"
    assert desk("POST", f"{path}?method=union_pay", {"note": "银行次日入账"})["state"] == "resolved"
    assert desk("GET", f"/{DAY}?method=union_pay")["open"] == 0
