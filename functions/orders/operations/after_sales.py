"""After-sales of buyers: claiming goods, taking the claim back, sending goods back; and how they end."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from functions.agents import operations as agents
from functions.orders import rules, table
from functions.orders.operations import reading
from functions.orders.operations.after_sales_reading import case_of_agent, case_view, due_in
from functions.orders.operations.shipping import receipt_timer
from functions.orders.rules import AfterSale, Claim, Happening, Order
from functions.orders.schemas import AfterSaleView, ClaimGoods, SendBack, quantities
from functions.orders.table import after_sales
from functions.settings import operations as settings
from kit import clock, ids, transaction
from kit.errors import KeyReused
from kit.money import yuan
from kit.tokens import Principal
from kit.transaction import Part

_BY_TIME = "system"


def claim(
    order_id: str, body: ClaimGoods, buyer: Principal, key: str, bucket: str, now: datetime
) -> AfterSaleView:
    """Ask for money back for goods that left, once per idempotency key.

    The order remembers what is claimed, in the same write. Raises OrderNotFound, CompanyNotActive,
    UploadNotFound, UploadRefused, ClaimTooLate, NotInOrder, MoreThanClaimable, TooManyClaimed,
    TooManyAfterSales, NothingToRefund, KeyReused.
    """
    after_sale_id = f"{order_id}-{ids.derived_id('after-sales', order_id, key)[:10]}"
    fingerprint = ids.fingerprint(body)

    def decide() -> AfterSale:
        order = reading.of_agent(buyer.agent, order_id)
        if known := after_sales.find(order.agent_id, after_sale_id):
            if known.fingerprint != fingerprint:
                raise KeyReused()
            return known
        case = _new_case(order, body, buyer.user_id, after_sale_id, fingerprint, now)
        for picture in body.pictures:
            agents.keep_upload(order.agent_id, picture, "after_sale", bucket)
        claims = {**order.claims, after_sale_id: case.claimed}
        claimed = table.change_part(order, [table.with_claims(claims)])
        transaction.commit([claimed, after_sales.open_part(case)])
        return case

    return case_view(transaction.retry_stale(decide), bucket)


def _new_case(
    order: Order, body: ClaimGoods, user_id: str, after_sale_id: str, fingerprint: str, now: datetime
) -> AfterSale:
    company = agents.require_open(order.agent_id, "track")
    wanted = quantities(body.lines)
    asked_fen = rules.check_claim(order, wanted, len(after_sales.of_order(order)), now)
    said = f"申请{rules.KINDS[body.kind]}：{rules.REASONS[body.reason]}，{yuan(asked_fen)} 元"
    return AfterSale(
        after_sale_id=after_sale_id,
        agent_id=order.agent_id,
        order_id=order.order_id,
        order_no=order.order_no,
        kind=body.kind,
        state="applied",
        applied_at=clock.to_text(now),
        version=1,
        created_by=user_id,
        tier=company.tier,
        region_code=order.terms.region_code,
        title=order.terms.title,
        image=next(iter(order.terms.images), ""),
        lines=tuple(
            Claim(line.sku_id, line.offer_version, wanted[line.sku_id])
            for line in order.lines
            if line.sku_id in wanted
        ),
        asked_fen=asked_fen,
        reason=body.reason,
        description=body.description,
        pictures=tuple(body.pictures),
        fingerprint=fingerprint,
        history=(Happening(clock.to_text(now), "applied", user_id, said),),
        due_at=clock.to_text(now + due_in(company.agent_id, company.tier, now)),
    )


def cancel_claim(after_sale_id: str, buyer: Principal, bucket: str, now: datetime) -> AfterSaleView:
    """Take an after-sale back; again changes nothing. Raises AfterSaleNotFound, AfterSaleStateForbids."""

    def decide() -> AfterSale:
        case = case_of_agent(buyer.agent, after_sale_id)
        return case if case.state == "cancelled" else _cancel(case, buyer.user_id, "买家撤销申请", now)

    return case_view(transaction.retry_stale(decide), bucket)


def unreturned(now: datetime) -> Iterator[AfterSale]:
    """After-sales whose goods were not sent back in time."""
    return after_sales.overdue("awaiting_return", now)


def cancel_unreturned(found: AfterSale, now: datetime) -> None:
    """Cancel an after-sale whose goods were not sent back in time, unless they were meanwhile."""

    def decide() -> None:
        case = case_of_agent(found.agent_id, found.after_sale_id)
        if case.state == "awaiting_return" and case.due_at and clock.from_text(case.due_at) <= now:
            _cancel(case, _BY_TIME, "超时未寄回商品，已自动取消", now)

    transaction.retry_stale(decide)


def _cancel(case: AfterSale, actor: str, why: str, now: datetime) -> AfterSale:
    said = Happening(clock.to_text(now), "cancelled", actor, why)
    cancelled = rules.step(replace(case, answer=why), "cancelled", said, None)
    transaction.commit(ending_parts(case, cancelled))
    return cancelled


def send_back(
    after_sale_id: str, body: SendBack, buyer: Principal, bucket: str, now: datetime
) -> AfterSaleView:
    """Note the parcel that brings the goods back; the same parcel again changes nothing.

    Raises AfterSaleNotFound, AfterSaleStateForbids, CarrierUnknown.
    """
    carrier = rules.carrier(body.carrier)

    def decide() -> AfterSale:
        case = case_of_agent(buyer.agent, after_sale_id)
        if (case.carrier, case.tracking_no) == (body.carrier, body.tracking_no):
            return case
        said = Happening(
            clock.to_text(now), "return_shipped", buyer.user_id, f"已寄回，{carrier.name} {body.tracking_no}"
        )
        expected = now + timedelta(days=settings.after_sale_settings().return_days)
        sent = replace(case, carrier=body.carrier, tracking_no=body.tracking_no)
        sent = rules.step(sent, "return_shipped", said, expected)
        transaction.commit([after_sales.change_part(case, sent)])
        return sent

    return case_view(transaction.retry_stale(decide), bucket)


def ending_parts(case: AfterSale, ended: AfterSale) -> list[Part]:
    """An after-sale ends and its order is free of it."""
    order = reading.of_agent(case.agent_id, case.order_id)
    freed = table.change_part(order, without_claim(order, case.after_sale_id))
    return [freed, after_sales.change_part(case, ended)]


def without_claim(order: Order, after_sale_id: str) -> list[table.Action]:
    """The actions that free an order of an after-sale; after the last one its timer runs again."""
    claims = {known: pieces for known, pieces in order.claims.items() if known != after_sale_id}
    freed = [table.with_claims(claims)]
    if claims or order.state != "shipped" or not order.shipped_at:
        return freed
    signed_at = clock.from_text(order.signed_at) if order.signed_at else None
    return [*freed, *receipt_timer(clock.from_text(order.shipped_at), signed_at)]


def settle_claim(
    order: Order, after_sale_id: str, succeeded: bool, now: datetime
) -> tuple[list[table.Action], list[Part]]:
    """The money of an after-sale went back, or will not: then its refund is to be decided anew."""
    case = case_of_agent(order.agent_id, after_sale_id)
    assert case.decided_in
    assert case.refund_fen is not None
    at, amount = clock.to_text(now), yuan(case.refund_fen)
    if succeeded:
        said = Happening(at, "refunded", _BY_TIME, f"退款 {amount} 元已退回")
        settled = rules.step(case, "refunded", said, None)
        return without_claim(order, after_sale_id), [after_sales.change_part(case, settled)]
    said = Happening(at, "refund_failed", _BY_TIME, f"退款 {amount} 元未成功，商家处理中")
    settled = rules.step(case, case.decided_in, said, now + due_in(case.agent_id, case.tier, now))
    claims: Mapping[str, Mapping[str, int]] = {**order.claims, after_sale_id: case.pieces_to_refund}
    return [table.with_claims(claims)], [after_sales.change_part(case, settled)]
