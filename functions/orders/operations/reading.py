"""Orders as their company sees them, and as staff do."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from functions.agents import operations as agents
from functions.catalog import operations as catalog
from functions.catalog.operations import Offer
from functions.orders import rules, table
from functions.orders.rules import AfterSale, Line, Order, Progress
from functions.orders.schemas import (
    AfterSaleCard,
    DeliverTo,
    NewPriceView,
    OrderCard,
    OrderLine,
    OrderRefundView,
    OrdersQuery,
    OrderView,
    PriceChangeView,
    ShipmentView,
    StaffCard,
    StaffOrder,
    StateCounts,
    Step,
    TabCounts,
)
from functions.orders.table import OrderRefundRow, ShipmentRow, prices, purchase_requests
from functions.orders.table.prices import PriceRow
from kit import clock
from kit.money import yuan
from kit.pages import Page
from kit.tokens import Principal

CLOSED_TEXTS: Mapping[rules.ClosedReason, str] = {
    "cancelled": "订单已取消",
    "overdue": "超时未付款，订单已自动关闭",
    "rejected": "订单未通过审核",
    "refunded": "订单已全额退款",
}


def of_agent(agent_id: str, order_id: str) -> Order:
    """A company's order. Raises OrderNotFound, also for another company's."""
    order = table.find(agent_id, order_id)
    if order is None:
        raise rules.OrderNotFound()
    return order


def of_anybody(order_id: str) -> Order:
    """An order, whoever placed it. Raises OrderNotFound."""
    agent_id = table.owner_of(order_id)
    if agent_id is None:
        raise rules.OrderNotFound()
    return of_agent(agent_id, order_id)


def for_staff(order_id: str, staff: Principal) -> Order:
    """An order of a company in the regions this member of staff works for. Raises OrderNotFound."""
    order = of_anybody(order_id)
    if not rules.in_regions(order.terms.region_code, staff.regions):
        raise rules.OrderNotFound()
    return order


def list_orders(agent_id: str, query: OrdersQuery, now: datetime) -> Page[OrderCard]:
    """A company's orders, newest first: of a tab, of a number, or all."""
    if query.number:
        day, prefix = rules.number_parts(query.number)
        found, cursor = table.numbered(agent_id, day, prefix), None
    else:
        found, cursor = table.of_agent(agent_id, query.status, query)
    return Page(items=[card(order, now) for order in found], next_cursor=cursor)


def count_tabs(agent_id: str) -> TabCounts:
    """How many orders each tab has, how many after-sales are open, how many requests wait for an owner."""
    tabs = {tab: table.count_tab(agent_id, tab) for tab in dict.fromkeys(rules.TABS.values())}
    return TabCounts(
        **tabs,
        after_sales=table.after_sales.count_open(agent_id),
        purchase_requests=purchase_requests.count_pending(agent_id),
    )


def show_order(agent_id: str, order_id: str, now: datetime) -> OrderView:
    """An order with its goods, parcels, refunds and history. Raises OrderNotFound."""
    return view(of_agent(agent_id, order_id), now)


def count_states() -> StateCounts:
    """How many orders wait in each state that asks for work."""
    waiting: tuple[rules.State, ...] = (
        "pending_payment",
        "pending_review",
        "to_ship",
        "part_shipped",
        "shipped",
    )
    return StateCounts(counts={state: table.count_state(state) for state in waiting})


def show_to_staff(order: Order, now: datetime) -> StaffOrder:
    """An order with all that staff may know."""
    company = agents.company(order.agent_id)
    return StaffOrder(
        **view(order, now).model_dump(),
        agent_id=order.agent_id,
        company_name=company.name,
        preferred_carrier=agents.policy_of(company, now).carrier,
        version=order.version,
        created_by=order.terms.created_by,
        repriced_by=order.repriced_by,
        approved_by=order.approved_by,
        note=order.note,
        next_states=sorted(rules.ORDER[order.state]),
        open_quantities=order.open_quantities,
    )


def card(order: Order, now: datetime) -> OrderCard:
    """An order in a list; needs no other row."""
    return OrderCard(
        order_id=order.order_id,
        order_no=order.order_no,
        state=order.state,
        placed_at=order.placed_at,
        title=order.terms.title,
        images=order.terms.images,
        kinds=len(order.lines),
        units=order.units,
        total_fen=order.total_fen,
        refunded_fen=order.refunded_fen,
        payment_method=order.terms.method,
        pay_before=order.due_at if order.state == "pending_payment" else None,
        actions=rules.actions(order, now),
    )


def staff_card(order: Order, now: datetime) -> StaffCard:
    """An order in staff's list; needs no other row."""
    return StaffCard(
        **card(order, now).model_dump(),
        agent_id=order.agent_id,
        contact_name=order.terms.contact_name,
        region=order.terms.region,
        state_since=order.state_since,
        age_hours=(now - clock.from_text(order.state_since)) // timedelta(hours=1),
        note=order.note,
        next_states=sorted(rules.ORDER[order.state]),
    )


def view(order: Order, now: datetime, offers: Mapping[tuple[str, int], Offer] | None = None) -> OrderView:
    """An order with its goods, parcels, refunds and history."""
    if offers is None:
        offers = catalog.offers_at((line.sku_id, line.offer_version) for line in order.lines)
    shipments = table.shipments_of(order) if order.shipped_at else []
    claimable = order.claimable
    refunds = table.refunds_of(order) if order.payment_id else []
    repriced = prices.price_changes_of(order)
    return OrderView(
        **card(order, now).model_dump(),
        lines=[
            _line(line, progress, offers[line.sku_id, line.offer_version], claimable.get(line.sku_id, 0))
            for line, progress in zip(order.lines, order.progress, strict=True)
        ],
        goods_fen=order.terms.goods_fen,
        promotion_fen=order.terms.promotion_fen,
        coupon_fen=order.terms.coupon_fen,
        freight_fen=order.terms.freight_fen,
        coupon_id=order.terms.coupon_id or None,
        deliver_to=DeliverTo(
            contact_name=order.terms.contact_name,
            phone=order.terms.phone,
            region=order.terms.region,
            text=order.terms.address,
        ),
        remark=order.terms.remark,
        purchase_number=order.terms.purchase_number,
        delivery_window=order.terms.delivery_window,
        on_behalf=order.terms.on_behalf,
        price_changes=[_price_change(row) for row in repriced],
        payment_id=order.payment_id,
        paid_at=order.paid_at,
        closed_reason=order.closed_reason,
        closed_detail=order.closed_detail,
        shipments=[shipment_view(row) for row in shipments],
        refunds=[refund_view(row) for row in refunds],
        after_sales=[after_sale_card(case) for case in table.after_sales.of_order(order)]
        if order.shipped_at
        else [],
        after_sale_until=order.after_sale_until,
        timeline=timeline(order, shipments, refunds, repriced),
    )


def _line(line: Line, progress: Progress, offer: Offer, claimable: int) -> OrderLine:
    return OrderLine(
        sku_id=line.sku_id,
        product_id=offer.product_id,
        name=offer.name,
        spec=offer.spec,
        code=offer.code,
        image=offer.image,
        unit=offer.unit,
        quantity=line.quantity,
        unit_price_fen=line.unit_price_fen,
        amount_fen=line.amount_fen,
        discount_fen=line.discount_fen,
        net_fen=line.net_fen,
        shipped=progress.shipped,
        cancelled=progress.cancelled,
        refund_decided=progress.decided,
        refunded_fen=progress.refunded_fen,
        claimable=claimable,
    )


def after_sale_card(case: AfterSale) -> AfterSaleCard:
    """An after-sale in a list; needs no other row."""
    return AfterSaleCard(
        after_sale_id=case.after_sale_id,
        order_id=case.order_id,
        order_no=case.order_no,
        kind=case.kind,
        kind_text=rules.KINDS[case.kind],
        state=case.state,
        applied_at=case.applied_at,
        title=case.title,
        image=case.image,
        units=sum(line.quantity for line in case.lines),
        asked_fen=case.asked_fen,
        promised_fen=case.promised_fen,
        refund_fen=case.refund_fen,
        actions=rules.AFTER_SALE_ACTIONS.get(case.state, ()),
    )


def shipment_view(row: ShipmentRow) -> ShipmentView:
    """A parcel as people see it."""
    return ShipmentView(
        shipment_id=row.shipment_id,
        carrier=row.carrier,
        carrier_name=rules.carrier(row.carrier).name,
        tracking_no=row.tracking_no,
        shipped_at=row.shipped_at,
        signed_at=row.signed_at,
        state=row.where,
        lines=row.quantities,
    )


def refund_view(row: OrderRefundRow) -> OrderRefundView:
    """A refund as people see it."""
    return OrderRefundView(
        refund_id=row.refund_id,
        state=row.stage,
        amount_fen=int(row.amount_fen),
        freight_fen=int(row.freight_fen),
        lines={line.sku_id: line.quantity for line in row.plan.lines},
        reason=row.reason,
        decided_at=row.decided_at,
        settled_at=row.settled_at,
    )


def _price_change(row: PriceRow) -> PriceChangeView:
    return PriceChangeView(
        changed_at=row.changed_at,
        reason=row.reason,
        lines=[
            NewPriceView(sku_id=sku_id, before_fen=before, after_fen=after)
            for sku_id, before, after in row.lines
        ],
        freight_before_fen=int(row.freight_before_fen),
        freight_after_fen=int(row.freight_after_fen),
        total_before_fen=int(row.total_before_fen),
        total_after_fen=int(row.total_after_fen),
    )


def timeline(
    order: Order,
    shipments: Sequence[ShipmentRow],
    refunds: Sequence[OrderRefundRow],
    repriced: Sequence[PriceRow],
) -> list[Step]:
    """What happened to an order, the newest first."""
    closed = CLOSED_TEXTS[order.closed_reason] if order.closed_reason else ""
    happened = [
        (order.placed_at, "placed", "商家代客下单" if order.terms.on_behalf else "提交订单"),
        *((row.changed_at, "repriced", _repriced_text(row)) for row in repriced),
        (order.paid_at, "paid", f"付款成功，{yuan(order.total_fen)} 元"),
        (order.approved_at, "approved", "商家审核通过"),
        *((row.shipped_at, "shipped", _shipped_text(row)) for row in shipments),
        (order.signed_at, "signed", "包裹已签收"),
        (order.completed_at, "completed", "已确认收货"),
        (order.closed_at, "closed", f"{closed}。{order.closed_detail}" if order.closed_detail else closed),
        *(
            (row.decided_at, "refund_decided", f"商家发起退款 {yuan(int(row.amount_fen))} 元")
            for row in refunds
        ),
        *((row.settled_at, f"refund_{row.stage}", _settled_text(row)) for row in refunds),
    ]
    steps = [Step(at=at, event=event, text=text) for at, event, text in happened if at]
    return sorted(steps, key=lambda step: step.at, reverse=True)


def _repriced_text(row: PriceRow) -> str:
    before, after = yuan(int(row.total_before_fen)), yuan(int(row.total_after_fen))
    return f"商家将订单金额由 {before} 元改为 {after} 元：{row.reason}"


def _shipped_text(row: ShipmentRow) -> str:
    return f"{rules.carrier(row.carrier).name} {row.tracking_no} 已发出"


def _settled_text(row: OrderRefundRow) -> str:
    amount = yuan(int(row.amount_fen))
    return f"退款 {amount} 元已退回" if row.stage == "succeeded" else f"退款 {amount} 元未成功，商家处理中"
