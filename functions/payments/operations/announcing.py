"""Which facts a changed row announces."""

from collections.abc import Iterator
from typing import Any

from functions.payments import rules, table
from functions.payments.schemas import (
    CreditDue,
    PaymentSucceeded,
    RefundCreated,
    RefundFailed,
    RefundSucceeded,
    TransferMismatched,
    TransferRejected,
    VoucherSubmitted,
)
from kit import ids
from kit.facts import Fact, Row


def facts_of(old: Row, new: Row) -> Iterator[Fact]:
    """The facts behind one change of a row."""
    if new is None or (old and old.get("state") == new.get("state")):
        return
    if new["sk"].startswith("PAYMENT#"):
        yield from _payment_facts(old, new)
    elif new["sk"].startswith("REFUND#"):
        yield from _refund_facts(new)


def _payment_facts(old: Row, new: dict[str, Any]) -> Iterator[Fact]:
    order_id = new["pk"].removeprefix("ORDER#")
    payment_id = rules.payment_id(order_id, int(new["sk"].removeprefix("PAYMENT#")))
    state, since = new["state"], new["state_since"]
    common = {
        "event_id": ids.derived_id("payments", payment_id, state, since),
        "occurred_at": since,
        "order_id": order_id,
        "payment_id": payment_id,
        **{name: new[name] for name in ("agent_id", "method", "amount_fen")},
    }
    if state in ("succeeded", "confirmed", "settled"):
        yield PaymentSucceeded(**common, paid_at=new["paid_at"], late=bool(new.get("late")))
    elif state == "voucher_submitted":
        yield VoucherSubmitted(**common)
    elif state == "rejected":
        yield TransferRejected(**common, reason=new["reason"])
    elif state in ("due", "overdue"):
        yield CreditDue(**common, overdue=state == "overdue")
    elif state == "mismatched":
        is_less = new["received_fen"] < new["amount_fen"]
        advice = "请补齐差额，或联系客服。" if is_less else "多付的部分将由财务退回，无需再次转账。"
        yield TransferMismatched(**common, received_fen=new["received_fen"], advice=advice)


def _refund_facts(new: dict[str, Any]) -> Iterator[Fact]:
    refund_id, state = new["sk"].removeprefix("REFUND#"), table.stored_stage(new["state"])
    common = {
        "event_id": ids.derived_id("refunds", refund_id, state, new["state_since"]),
        "occurred_at": new["state_since"],
        "refund_id": refund_id,
        "order_id": new["pk"].removeprefix("ORDER#"),
        **{name: new[name] for name in ("agent_id", "payment_id", "method", "amount_fen")},
    }
    if state == "created":
        yield RefundCreated(**common)
    elif state == "succeeded":
        yield RefundSucceeded(**common, refunded_at=new["refunded_at"])
    elif state == "closed" or state == "abnormal":
        yield RefundFailed(**common, state=state, reason=new.get("reason") or "")
