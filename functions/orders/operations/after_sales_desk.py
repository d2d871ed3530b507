"""After-sales for staff: reviewing them, taking goods back, settling disputes, giving money back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pydantic import BaseModel

from functions.inventory import operations as inventory
from functions.orders import rules, table
from functions.orders.operations.after_sales import ending_parts
from functions.orders.operations.after_sales_reading import (
    case_for_staff,
    due_in,
    show_after_sale_to_staff,
)
from functions.orders.operations.refunding import decision
from functions.orders.rules import AfterSale, Happening, Order, RefundPlan, ReturnTo
from functions.orders.schemas import (
    ApproveAfterSale,
    DeclineAfterSale,
    ReceiveGoods,
    RefundAgain,
    ResolveDispute,
    StaffAfterSale,
    quantities,
)
from functions.orders.table import after_sales
from functions.payments import operations as payments
from functions.settings import operations as settings
from kit import clock, ids, transaction
from kit.money import yuan
from kit.tokens import Principal
from kit.transaction import Part


@dataclass(frozen=True)
class CaseCommand:
    """What a member of staff wants done with an after-sale; one idempotency key is one decision."""

    after_sale_id: str
    key: str
    staff: Principal
    bucket: str
    now: datetime

    def said(self, event: str, text: str, mark: str) -> Happening:
        return Happening(clock.to_text(self.now), event, self.staff.user_id, text, mark)


Decide = Callable[[AfterSale, Order, str], list[Part]]


def _carry_out(
    command: CaseCommand, body: BaseModel, version: int, kind: str, decide: Decide
) -> StaffAfterSale:
    """Decide about an after-sale that is still as it was read, once; `decide` gets the mark to leave."""
    mark = f"{ids.derived_id(kind, command.key)[:10]}:{ids.fingerprint(body)}"

    def attempt() -> None:
        case, order = case_for_staff(command.after_sale_id, command.staff)
        if rules.is_repeated(case, mark):
            return
        rules.check_version(case, version)
        transaction.commit(decide(case, order, mark))

    transaction.retry_stale(attempt)
    case, order = case_for_staff(command.after_sale_id, command.staff)
    return show_after_sale_to_staff(case, order, command.bucket, command.now)


def approve_claim(command: CaseCommand, body: ApproveAfterSale) -> StaffAfterSale:
    """Agree: the money goes back at once, or the buyer is asked to send the goods back.

    Raises AfterSaleNotFound, AfterSaleStateForbids, AfterSaleChanged, AmountTooHigh, LowerAmountUnexplained,
    ReturnAddressMissing, NothingToRefund, KeyReused.
    """

    def decide(case: AfterSale, order: Order, mark: str) -> list[Part]:
        rules.check_step(case.state, "approved")
        plan = rules.plan_return(order, case.claimed, body.amount_fen, body.freight)
        goods_fen = plan.amount_fen - plan.freight_fen
        exact_fen = sum(rules.exact_share(order, case.claimed).values())
        rules.check_lower(exact_fen, goods_fen, body.reason)
        text = f"商家同意{rules.KINDS[case.kind]}，可退 {yuan(plan.amount_fen)} 元"
        said = command.said("approved", f"{text}。{body.reason}" if body.reason else text, mark)
        agreed = replace(
            case,
            promised_fen=goods_fen,
            in_full=goods_fen == exact_fen,
            freight=body.freight,
            answer=body.reason or "",
        )
        agreed = rules.step(agreed, "approved", said, None)
        if case.kind == "refund_only":
            return _refund_parts(command, case, agreed, order, plan)
        return [after_sales.change_part(case, _awaiting_return(command, agreed, body))]

    return _carry_out(command, body, body.version, "approval", decide)


def _awaiting_return(command: CaseCommand, agreed: AfterSale, body: ApproveAfterSale) -> AfterSale:
    known = settings.after_sale_settings()
    address = body.return_address or known.return_address
    if address is None:
        raise rules.ReturnAddressMissing(
            errors=[{"field": "return_address", "message": rules.ReturnAddressMissing.title}]
        )
    back_to = ReturnTo(address.contact_name, address.phone, address.text)
    said = command.said("awaiting_return", f"请在 {known.return_days} 天内寄回商品", "")
    until = command.now + timedelta(days=known.return_days)
    return rules.step(replace(agreed, return_to=back_to), "awaiting_return", said, until)


def reject_claim(command: CaseCommand, body: DeclineAfterSale) -> StaffAfterSale:
    """Turn an after-sale down, also after a dispute.

    Raises AfterSaleNotFound, AfterSaleStateForbids, AfterSaleChanged, KeyReused.
    """

    def decide(case: AfterSale, order: Order, mark: str) -> list[Part]:
        said = command.said("rejected", f"商家拒绝：{body.reason}", mark)
        return ending_parts(case, rules.step(replace(case, answer=body.reason), "rejected", said, None))

    return _carry_out(command, body, body.version, "rejection", decide)


def receive_goods(command: CaseCommand, body: ReceiveGoods) -> StaffAfterSale:
    """Take goods back: what can be sold again goes into stock, and the money for what was accepted goes back.

    Raises AfterSaleNotFound, AfterSaleStateForbids, AfterSaleChanged, NotInOrder, MoreThanClaimed,
    NothingAccepted, KeyReused.
    """
    taken = {line.sku_id: (line.quantity, line.restock) for line in body.lines}

    def decide(case: AfterSale, order: Order, mark: str) -> list[Part]:
        rules.check_step(case.state, "received")
        looked_at = replace(case, lines=rules.accepted(case, taken))
        pieces = sum(looked_at.pieces_to_refund.values())
        said = command.said("received", f"商家已收到退货，验收 {pieces} 件", mark)
        received = rules.step(looked_at, "received", said, None)
        plan = rules.plan_promised(order, received)
        return [
            *_refund_parts(command, case, received, order, plan),
            *_restock_parts(command, received),
        ]

    return _carry_out(command, body, body.version, "receipt", decide)


def dispute_goods(command: CaseCommand, body: DeclineAfterSale) -> StaffAfterSale:
    """What came back is not what was claimed.

    Raises AfterSaleNotFound, AfterSaleStateForbids, AfterSaleChanged, KeyReused.
    """

    def decide(case: AfterSale, order: Order, mark: str) -> list[Part]:
        said = command.said("disputed", f"商家对退货有异议：{body.reason}", mark)
        until = command.now + due_in(case.agent_id, case.tier, command.now)
        disputed = rules.step(replace(case, answer=body.reason), "disputed", said, until)
        return [after_sales.change_part(case, disputed)]

    return _carry_out(command, body, body.version, "dispute", decide)


def resolve_dispute(command: CaseCommand, body: ResolveDispute) -> StaffAfterSale:
    """Settle a dispute with the buyer, once: so much goes back for all that was claimed.

    Raises AfterSaleNotFound, AfterSaleStateForbids, AfterSaleChanged, AmountTooHigh, NotInOrder,
    MoreThanClaimed, KeyReused.
    """

    def decide(case: AfterSale, order: Order, mark: str) -> list[Part]:
        if case.state != "disputed" or case.decided_in:
            raise rules.AfterSaleStateForbids(state=case.state)
        said = command.said("resolved", f"协商一致，可退 {yuan(body.amount_fen)} 元。{body.reason}", mark)
        agreed = replace(
            case,
            lines=rules.restocked(case, quantities(body.restock)),
            promised_fen=body.amount_fen,
            in_full=body.amount_fen == sum(rules.exact_share(order, case.claimed).values()),
            freight=body.freight,
            answer=body.reason,
            history=(*case.history, said),
        )
        plan = rules.plan_return(order, case.claimed, body.amount_fen, body.freight)
        return [*_refund_parts(command, case, agreed, order, plan), *_restock_parts(command, agreed)]

    return _carry_out(command, body, body.version, "resolution", decide)


def refund_again(command: CaseCommand, body: RefundAgain) -> StaffAfterSale:
    """Decide the refund anew after the provider turned the first one down.

    Raises AfterSaleNotFound, AfterSaleStateForbids, AfterSaleChanged, KeyReused.
    """

    def decide(case: AfterSale, order: Order, mark: str) -> list[Part]:
        if case.state != case.decided_in:
            raise rules.AfterSaleStateForbids(state=case.state)
        said = command.said("refund_again", "商家重新发起退款", mark)
        again = replace(case, history=(*case.history, said))
        return _refund_parts(command, case, again, order, rules.plan_promised(order, case))

    return _carry_out(command, body, body.version, "refund", decide)


def _refund_parts(
    command: CaseCommand, before: AfterSale, case: AfterSale, order: Order, plan: RefundPlan
) -> list[Part]:
    """The money is decided to go back: what was claimed counts as decided, and the after-sale stays open."""
    mark = ids.derived_id("after-sale-refunds", case.after_sale_id, str(len(case.history)))
    refund_id = payments.refund_id(order.order_id, mark[:12])
    said = command.said("refunding", f"商家发起退款 {yuan(plan.amount_fen)} 元", "")
    decided = replace(case, decided_in=case.state, refund_id=refund_id, refund_fen=plan.amount_fen)
    decided = rules.step(decided, "refunding", said, None)
    reason = f"售后{rules.KINDS[case.kind]}：{rules.REASONS[case.reason]}"
    claims = {**order.claims, case.after_sale_id: {}}
    return [
        *decision(
            order,
            plan,
            refund_id,
            reason,
            command.staff.user_id,
            command.now,
            after_sale_id=case.after_sale_id,
            more=[table.with_claims(claims)],
        ),
        after_sales.change_part(before, decided),
    ]


def _restock_parts(command: CaseCommand, case: AfterSale) -> list[Part]:
    back = {line.sku_id: line.restocked for line in case.lines if line.restocked}
    return inventory.receive_back_parts(back.items(), case.order_no, command.staff.user_id, command.now)
