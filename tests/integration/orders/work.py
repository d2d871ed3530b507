"""What happens to orders in many tests: paid, shipped, refunded; and how the books stand."""

from collections.abc import Callable
from typing import Any

from functions.inventory import operations as inventory
from functions.orders import events
from functions.payments import operations as payments
from functions.pricing import operations as pricing
from functions.pricing.operations import terms
from functions.pricing.rules.coupons import TemplateTerms
from functions.pricing.rules.terms import Discount
from functions.pricing.table import coupons as wallets
from kit import clock, transaction
from tests.kit.buyers import Buyer
from tests.kit.http import Answer
from tests.kit.people import AGENT
from tests.kit.pump import Pump
from tests.kit.till import Till
from tests.kit.time import Clock

Staff = Callable[..., Answer]
PARCEL = {"carrier": "sf", "tracking_no": "SF1234567890"}


def figures(sku_id: str) -> tuple[int, int]:
    """On hand and reserved."""
    known = inventory.stock([sku_id])[sku_id]
    assert inventory.discrepancies(sku_id) == []
    return known.on_hand, known.reserved


def sums(order_id: str) -> tuple[str, int, int]:
    """State of the payment, what may still be refunded, what went back."""
    payment = payments.attempts_of(order_id)[0]
    return payment.state, payment.refundable_fen, payment.amount_fen - payment.refundable_fen


def pay_for(buyer: Buyer, till: Till, pump: Pump, *lines: tuple[str, int]) -> str:
    order_id: str = buyer.place(*lines)["order_id"]
    buyer.pay(till, order_id)
    till.deliver()
    pump()
    return order_id


def settle_refunds(till: Till, pump: Pump, status: Any = "SUCCESS") -> None:
    pump()
    for refund in till.wechat.ledger.refunds():
        if refund["status"] == "PROCESSING":
            till.wechat.settle(refund["request"]["out_refund_no"], status)
    till.deliver()
    pump()


def ship(staff: Staff, order_id: str, key: str, *lines: tuple[str, int], **more: Any) -> Answer:
    listed = [{"sku_id": sku_id, "quantity": quantity} for sku_id, quantity in lines]
    body = PARCEL | ({"lines": listed} if lines else {}) | more
    return staff("POST", f"/orders/{order_id}/shipments", body, key=key)


def run_receipts() -> None:
    events.complete_shipped({"time": clock.to_text(clock.now())}, None)


def refund(staff: Staff, order_id: str, key: str, *lines: tuple[str, int], **more: Any) -> Answer:
    listed = [{"sku_id": sku_id, "quantity": quantity} for sku_id, quantity in lines]
    body = {"reason": "少发一件"} | ({"lines": listed} if lines else {}) | more
    return staff("POST", f"/orders/{order_id}/refunds", body, key=key)


def reserved(sku_id: str) -> int:
    return inventory.stock([sku_id])[sku_id].reserved


def close_overdue() -> None:
    events.close_overdue({"time": clock.to_text(clock.now())}, None)


def refunds_at_wechat(till: Till) -> list[tuple[str, int]]:
    return [
        (refund["out_trade_no"], refund["request"]["amount"]["refund"])
        for refund in till.wechat.ledger.refunds()
    ]


def issue_coupon(at: Clock, agent_id: str = AGENT, off_fen: int = 2_000) -> str:
    """A coupon worth so much, in a company's wallet; gives its id."""
    given = TemplateTerms(name="新客券", discount=Discount(off_fen=off_fen), valid_days=30)
    terms.create_template(given, "TEMPLATE01", "test", at.now)
    transaction.commit(pricing.issue_coupon_parts(agent_id, "TEMPLATE01", "C0UP0N0001", "test", at.now))
    return "C0UP0N0001"


def coupon_state(coupon_id: str) -> str:
    found = wallets.find(AGENT, coupon_id)
    assert found
    return found.state
