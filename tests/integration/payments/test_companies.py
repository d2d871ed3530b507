"""What one company paid and got back, and which companies finance of a region sees."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from functions.payments import operations
from functions.payments.operations import Bill, Payer
from functions.payments.schemas import Voucher
from kit import clock, ids, transaction
from kit.api import Api
from tests.integration.payments.conftest import TOTAL, Counter
from tests.kit import uploads
from tests.kit.companies import BEIJING, company
from tests.kit.http import Answer, call
from tests.kit.people import AGENT, OTHER_AGENT, USER, staff_token
from tests.kit.time import Clock

Ask = Callable[..., Answer]
GUANGDONG = ("440000",)


@pytest.fixture
def finance(counter: Counter, back_office: Api) -> Ask:
    """Calls the back office as finance; one company is in Guangdong, the other in Beijing."""
    company(AGENT)
    company(OTHER_AGENT, region=BEIJING)

    def ask(method: str, path: str, body: Any = None, *, regions: tuple[str, ...] = ()) -> Answer:
        return call(back_office, method, f"/admin{path}", body, token=staff_token("finance", regions=regions))

    return ask


def transfer(name: str, agent_id: str = AGENT) -> str:
    """A transfer whose voucher waits for finance."""
    order_id, now = ids.derived_id(name), clock.now()
    bill = Bill(order_id, agent_id, TOTAL, "经销订货 3 件", "20261122-0RDER000", now + timedelta(days=3))
    payment_id = operations.open_attempt(bill, "bank_transfer", Payer(USER, None), "key-1", now).payment_id
    key = uploads.arrive(f"agents/{agent_id}/voucher/0123456789.jpg")
    voucher = Voucher(upload_key=key, payer_name="北方商贸有限公司")
    operations.submit_voucher(payment_id, agent_id, voucher, os.environ["UPLOADS_BUCKET"], now)
    return payment_id


def found(payment_id: str) -> dict[str, Any]:
    return {"received_fen": TOTAL, "bank_reference": f"BOC{payment_id[:10]}"}


def refund(payment_id: str) -> str:
    """A refund that finance has to send by hand."""
    order_id, now = operations.order_of(payment_id), clock.now()
    number = operations.refund_id(order_id, "CAUSE")
    transaction.commit(operations.refund_parts(order_id, payment_id, number, 100, "少发一件", now))
    operations.send_refund(number, now)
    return number


def test_payments_of_a_company_come_newest_first_page_by_page(finance: Ask, at: Clock) -> None:
    made = []
    for number in range(5):
        at.advance(minutes=1)
        made.append(transfer(f"order {number}"))
        transfer(f"another company's {number}", OTHER_AGENT)
    seen, cursor = [], None
    while True:
        after = f"&cursor={cursor}" if cursor else ""
        page = finance("GET", f"/payments?agent_id={AGENT}&limit=2{after}").json
        seen += [one["payment_id"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == made[::-1]


def test_refunds_of_a_company_are_not_mixed_with_its_payments(finance: Ask) -> None:
    payment_id = transfer("one")
    finance("POST", f"/transfers/{payment_id}/confirmation", found(payment_id))
    number = refund(payment_id)
    payments = finance("GET", f"/payments?agent_id={AGENT}").json["items"]
    refunds = finance("GET", f"/refunds?agent_id={AGENT}").json["items"]
    assert [one["payment_id"] for one in payments] == [payment_id]
    assert [one["refund_id"] for one in refunds] == [number]
    assert finance("GET", f"/refunds?agent_id={OTHER_AGENT}").json["items"] == []


def test_a_cursor_belongs_to_its_company_and_its_list(finance: Ask) -> None:
    for name in ("one", "two"):
        transfer(name)
    cursor = finance("GET", f"/payments?agent_id={AGENT}&limit=1").json["next_cursor"]
    for path in (f"/payments?agent_id={OTHER_AGENT}", f"/refunds?agent_id={AGENT}", "/payments"):
        separator = "&" if "?" in path else "?"
        assert finance("GET", f"{path}{separator}cursor={cursor}").json["code"] == "CursorInvalid"


@pytest.mark.parametrize("path", ["payments", "refunds"])
def test_a_list_is_of_a_company_or_of_a_state(path: str, finance: Ask) -> None:
    assert finance("GET", f"/{path}?agent_id={AGENT}&state=processing").status == 422
    assert finance("GET", f"/{path}?agent_id=x").status == 422
    assert finance("GET", f"/{path}?agent_id={'0' * 26}").status == 404


def test_finance_of_a_region_sees_the_companies_of_that_region(finance: Ask) -> None:
    mine, others = transfer("mine"), transfer("others", OTHER_AGENT)
    for path in ("/transfers", "/payments?state=voucher_submitted"):
        listed = finance("GET", path, regions=GUANGDONG).json["items"]
        assert [one["payment_id"] for one in listed] == [mine]
        assert len(finance("GET", path).json["items"]) == 2
    assert finance("GET", f"/payments?agent_id={OTHER_AGENT}", regions=GUANGDONG).status == 404
    order_id = operations.order_of(others)
    shown = finance("GET", f"/orders/{order_id}/payments", regions=GUANGDONG).json
    assert shown == {"payments": [], "refunds": []}


def test_finance_of_a_region_decides_nothing_elsewhere(finance: Ask) -> None:
    payment_id = transfer("others", OTHER_AGENT)
    path = f"/transfers/{payment_id}"
    for method, act, body in (
        ("GET", "voucher", None),
        ("POST", "confirmation", found(payment_id)),
        ("POST", "rejection", {"reason": "凭证看不清"}),
    ):
        assert finance(method, f"{path}/{act}", body, regions=GUANGDONG).status == 404
    assert finance("POST", f"{path}/confirmation", found(payment_id)).status == 200
    sent_back = f"/refunds/{refund(payment_id)}/confirmation"
    reference = {"bank_reference": "BOC20261123009"}
    assert finance("POST", sent_back, reference, regions=GUANGDONG).status == 404
    assert finance("GET", "/refunds", regions=GUANGDONG).json["items"] == []
    assert finance("POST", sent_back, reference).json["state"] == "succeeded"


def test_two_who_confirm_a_refund_at_once_do_not_both_have_sent_it(finance: Ask) -> None:
    payment_id = transfer("one")
    finance("POST", f"/transfers/{payment_id}/confirmation", found(payment_id))
    path = f"/refunds/{refund(payment_id)}/confirmation"

    def confirm(number: int) -> Answer:
        return finance("POST", path, {"bank_reference": f"BOC2026112300{number}"})

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(confirm, range(4)))
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]


def test_two_who_decide_about_a_transfer_at_once(finance: Ask) -> None:
    payment_id = transfer("one")
    bodies = {"confirmation": found(payment_id), "rejection": {"reason": "凭证看不清"}}

    def decide(act: str) -> int:
        return finance("POST", f"/transfers/{payment_id}/{act}", bodies[act]).status

    with ThreadPoolExecutor(2) as pool:
        answers = dict(zip(bodies, pool.map(decide, bodies), strict=True))
    assert sorted(answers.values()) == [200, 409]
    last = finance("GET", f"/payments?agent_id={AGENT}").json["items"][0]["state"]
    assert last == ("confirmed" if answers["confirmation"] == 200 else "rejected")
