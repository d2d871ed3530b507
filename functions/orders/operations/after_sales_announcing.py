"""Which facts a changed after-sale announces."""

from collections.abc import Iterator, Mapping
from typing import Any

from functions.orders import rules
from functions.orders.rules import AfterSale
from functions.orders.schemas import (
    AfterSaleApplied,
    AfterSaleApproved,
    AfterSaleCancelled,
    AfterSaleDisputed,
    AfterSaleFact,
    AfterSaleRefunded,
    AfterSaleRejected,
    AfterSaleReturnShipped,
)
from functions.orders.table import after_sales
from kit import ids
from kit.facts import Row


def after_sale_facts(old: Row, new: Mapping[str, Any]) -> Iterator[AfterSaleFact]:
    """A fact for each thing that happened since the row was as before."""
    case = after_sales.of_image(new)
    before = len(after_sales.of_image(old).history) if old else 0
    for number, said in enumerate(case.history[before:], start=before):
        common = {
            "event_id": ids.derived_id("AfterSale", case.after_sale_id, str(number)),
            "occurred_at": said.at,
            "order_id": case.order_id,
            "order_no": case.order_no,
            "agent_id": case.agent_id,
            "after_sale_id": case.after_sale_id,
            "kind_text": rules.KINDS[case.kind],
        }
        if fact := _fact(said.event, case, common):
            yield fact


def _fact(event: str, case: AfterSale, common: Mapping[str, Any]) -> AfterSaleFact | None:
    match event:
        case "applied":
            reason = rules.REASONS[case.reason]
            return AfterSaleApplied(**common, amount_fen=case.asked_fen, reason=reason)
        case "approved":
            return AfterSaleApproved(**common, amount_fen=case.promised_fen or 0, next_text=_next(case))
        case "rejected":
            return AfterSaleRejected(**common, reason=case.answer)
        case "cancelled":
            return AfterSaleCancelled(**common, reason=case.answer)
        case "return_shipped":
            assert case.carrier
            carrier_name = rules.carrier(case.carrier).name
            return AfterSaleReturnShipped(
                **common, carrier_name=carrier_name, tracking_no=case.tracking_no or ""
            )
        case "disputed":
            return AfterSaleDisputed(**common, reason=case.answer)
        case "refunded":
            return AfterSaleRefunded(**common, amount_fen=case.refund_fen or 0)
    return None


def _next(case: AfterSale) -> str:
    if case.return_to is None:
        return "款项将原路退回。"
    to = case.return_to
    return f"请尽快将商品寄至：{to.text}，{to.contact_name}，{to.phone}，并填写快递单号。"
