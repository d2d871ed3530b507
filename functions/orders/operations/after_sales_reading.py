"""After-sales as their company sees them, and as staff do."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from functions.agents import operations as agents
from functions.catalog import operations as catalog
from functions.orders import rules, table
from functions.orders.operations import reading
from functions.orders.rules import AfterSale, Order
from functions.orders.schemas import (
    AfterSaleCard,
    AfterSaleCounts,
    AfterSalesQuery,
    AfterSalesQueueQuery,
    AfterSaleView,
    ClaimedLine,
    ReturnParcel,
    ReturnToView,
    StaffAfterSale,
    StaffAfterSaleCard,
    Step,
)
from functions.orders.table import after_sales
from functions.settings import operations as settings
from kit import clock
from kit.pages import Page
from kit.tokens import Principal


def case_of_agent(agent_id: str, after_sale_id: str) -> AfterSale:
    """A company's after-sale. Raises AfterSaleNotFound, also for another company's."""
    case = after_sales.find(agent_id, after_sale_id)
    if case is None:
        raise rules.AfterSaleNotFound()
    return case


def case_for_staff(after_sale_id: str, staff: Principal) -> tuple[AfterSale, Order]:
    """An after-sale, and its order, of a company in the regions this member of staff works for.

    Raises AfterSaleNotFound.
    """
    try:
        order = reading.for_staff(after_sale_id.partition("-")[0], staff)
    except rules.OrderNotFound:
        raise rules.AfterSaleNotFound() from None
    return case_of_agent(order.agent_id, after_sale_id), order


def list_after_sales(agent_id: str, query: AfterSalesQuery) -> Page[AfterSaleCard]:
    """A company's after-sales, newest first: of a state, or all."""
    found, cursor = after_sales.of_agent(agent_id, query.state, query)
    return Page(items=[reading.after_sale_card(case) for case in found], next_cursor=cursor)


def after_sales_of(agent_id: str, query: AfterSalesQuery, staff: Principal) -> Page[AfterSaleCard]:
    """A company's after-sales for staff of its region, newest first. Raises NotFound."""
    agents.require_covered(agent_id, staff)
    return list_after_sales(agent_id, query)


def show_after_sale(agent_id: str, after_sale_id: str, bucket: str) -> AfterSaleView:
    """An after-sale with its goods, pictures and history. Raises AfterSaleNotFound."""
    return case_view(case_of_agent(agent_id, after_sale_id), bucket)


def after_sales_queue(
    query: AfterSalesQueueQuery, staff: Principal, now: datetime
) -> Page[StaffAfterSaleCard]:
    """After-sales in a state; staff with regions see those regions only."""
    ended = query.state in rules.ENDED
    by_urgency = query.sort == "urgency" and query.state in rules.WITH_DUE_TIME

    def seen(case: AfterSale) -> StaffAfterSaleCard | None:
        return _staff_card(case, now) if rules.in_regions(case.region_code, staff.regions) else None

    items, cursor = after_sales.queue(query.state, by_urgency, ended, query, seen)
    return Page(items=items, next_cursor=cursor)


def after_sales_waiting(staff: Principal, now: datetime) -> list[StaffAfterSaleCard]:
    """The most urgent after-sales of each state in which it is staff's turn."""
    return [
        card
        for state in rules.STAFFS_TURN
        for card in after_sales_queue(AfterSalesQueueQuery(state=state, limit=100), staff, now).items
    ]


def count_after_sales() -> AfterSaleCounts:
    """How many after-sales are open in each state."""
    open_states = [state for state in rules.AFTER_SALE if state not in rules.ENDED]
    return AfterSaleCounts(counts={state: after_sales.count(state) for state in open_states})


def show_after_sale_to_staff(case: AfterSale, order: Order, bucket: str, now: datetime) -> StaffAfterSale:
    """An after-sale with all that staff may know, and its order; `most_fen` is its goods' exact share now."""
    decidable = case.is_open and case.state != "refunding"
    return StaffAfterSale(
        **case_view(case, bucket).model_dump(),
        **_for_staff(case, now),
        company_name=agents.company(case.agent_id).name,
        created_by=case.created_by,
        most_fen=sum(rules.exact_share(order, case.pieces_to_refund).values()) if decidable else 0,
        order=reading.show_to_staff(order, now),
    )


def check_claims(order_id: str) -> list[str]:
    """Where an order's claims are not what its open after-sales ask for; for checks, not for requests."""
    order = reading.of_anybody(order_id)
    asked = {
        case.after_sale_id: {} if case.state == "refunding" else case.pieces_to_refund
        for case in after_sales.of_order(order)
        if case.is_open
    }
    return [
        f"{after_sale_id}: {order.claims.get(after_sale_id)} claimed, {asked.get(after_sale_id)} asked for"
        for after_sale_id in sorted({*order.claims, *asked})
        if order.claims.get(after_sale_id) != asked.get(after_sale_id)
    ]


def _staff_card(case: AfterSale, now: datetime) -> StaffAfterSaleCard:
    return StaffAfterSaleCard(
        **reading.after_sale_card(case).model_dump(),
        **_for_staff(case, now),
        reason=case.reason,
        reason_text=rules.REASONS[case.reason],
        version=case.version,
    )


def _for_staff(case: AfterSale, now: datetime) -> Mapping[str, Any]:
    return {
        "agent_id": case.agent_id,
        "tier": case.tier,
        "due_at": case.due_at,
        "is_overdue": case.due_at is not None and clock.from_text(case.due_at) < now,
        "age_hours": (now - clock.from_text(case.applied_at)) // timedelta(hours=1),
        "next_states": sorted(rules.AFTER_SALE[case.state]),
    }


def case_view(case: AfterSale, bucket: str) -> AfterSaleView:
    """An after-sale with its goods, pictures and history."""
    refund = table.find_refund(case.agent_id, case.order_id, case.refund_id) if case.refund_id else None
    parcel = (
        ReturnParcel(
            carrier=case.carrier,
            carrier_name=rules.carrier(case.carrier).name,
            tracking_no=case.tracking_no,
        )
        if case.carrier and case.tracking_no
        else None
    )
    return AfterSaleView(
        **reading.after_sale_card(case).model_dump(),
        version=case.version,
        lines=_lines(case),
        reason=case.reason,
        reason_text=rules.REASONS[case.reason],
        description=case.description,
        pictures=[agents.file_url(key, bucket) for key in case.pictures],
        freight=case.freight,
        answer=case.answer,
        return_to=ReturnToView(**vars(case.return_to)) if case.return_to else None,
        send_back_before=case.due_at if case.state == "awaiting_return" else None,
        return_parcel=parcel,
        refund_id=case.refund_id,
        refund_state=refund.stage if refund else None,
        timeline=[Step(at=said.at, event=said.event, text=said.text) for said in reversed(case.history)],
    )


def _lines(case: AfterSale) -> list[ClaimedLine]:
    offers = catalog.offers_at((line.sku_id, line.offer_version) for line in case.lines)
    return [
        ClaimedLine(
            sku_id=line.sku_id,
            product_id=offer.product_id,
            name=offer.name,
            spec=offer.spec,
            code=offer.code,
            image=offer.image,
            unit=offer.unit,
            quantity=line.quantity,
            accepted=line.accepted,
            restocked=line.restocked,
        )
        for line in case.lines
        for offer in (offers[line.sku_id, line.offer_version],)
    ]


def due_in(agent_id: str, tier: str, now: datetime) -> timedelta:
    """How long staff have for their turn with a company: by its policy, else by its tier."""
    if hours := agents.policy_of(agents.company(agent_id), now).after_sale_hours:
        return timedelta(hours=hours)
    known = settings.after_sale_settings()
    by_tier = {one.tier: one.hours for one in known.due_hours_by_tier}
    return rules.due_in(tier, known.due_hours, by_tier)
