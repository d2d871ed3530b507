"""Where parcels are: told by 快递100, asked for when it is silent; and what WeChat is told of them."""

from datetime import datetime

from functions.orders import rules, table
from functions.orders.operations import reading
from functions.orders.operations.shipping import left_whole, signed_whole
from functions.orders.providers.kuaidi100 import Kuaidi100, Track, kuaidi100
from functions.orders.rules import Order
from functions.orders.schemas import Node, TrackedParcel, Tracking
from functions.orders.table import ShipmentRow
from functions.payments import operations as payments
from functions.payments.operations import Payment
from kit import log, secrets, transaction, wechat
from kit.http_client import ProviderRefused, ProviderUnsure
from kit.wechat import Parcel, WechatRefused

_UNCHANGED = 10060023


def track_order(agent_id: str, order_id: str, now: datetime) -> Tracking:
    """The parcels of a company's order and where they were seen. Raises OrderNotFound."""
    return track(reading.of_agent(agent_id, order_id), now)


def track(order: Order, now: datetime) -> Tracking:
    """The parcels of an order and where they were seen.

    A parcel nobody told us about for half an hour is asked about; a silent provider changes nothing.
    """
    parcels = table.shipments_of(order)
    for parcel in parcels:
        due = parcel.where not in rules.FINISHED and table.claim_question(parcel, now)
        if due and not _ask(order, parcel, now):
            break
    return Tracking(
        order_id=order.order_id, parcels=[_tracked(parcel) for parcel in table.shipments_of(order)]
    )


def _tracked(row: ShipmentRow) -> TrackedParcel:
    return TrackedParcel(
        **reading.shipment_view(row).model_dump(),
        nodes=[Node(at=at, text=text) for at, text in row.nodes or []],
        asked_at=row.asked_at,
    )


def _ask(order: Order, parcel: ShipmentRow, now: datetime) -> bool:
    """Whether 快递100 answered; a silent provider is not kept waiting for with every parcel."""
    carrier = rules.carrier(parcel.carrier)
    try:
        seen = kuaidi100().query(carrier.kuaidi100, parcel.tracking_no, _phone_tail(order, carrier))
    except (ProviderRefused, ProviderUnsure) as failure:
        log.logger.warning("parcel_not_found", extra={"number": parcel.tracking_no, "code": failure.code})
        return isinstance(failure, ProviderRefused)
    if seen:
        _record(parcel, seen, now)
    return True


def take_push(provider: Kuaidi100, body: bytes, now: datetime) -> None:
    """Record what 快递100 pushes; pushes may repeat and overtake each other. Raises PushForged, Malformed."""
    seen = provider.read_push(body)
    if seen is None:
        return
    for known in table.parcels_with(seen.tracking_no):
        parcel = table.find_shipment(known.agent_id, known.order_id, known.shipment_id)
        if parcel:
            _record(parcel, seen, now)


def _record(parcel: ShipmentRow, seen: Track, now: datetime) -> None:
    state, nodes = rules.track_state(seen.state), seen.nodes[: rules.MOST_NODES]
    if not nodes or not table.record_track(parcel, state, nodes, now):
        return
    if state == "signed":
        transaction.retry_stale(lambda: _note_signed(parcel.agent_id, parcel.order_id))


def _note_signed(agent_id: str, order_id: str) -> None:
    """Once every parcel of an order that left whole is signed for, its receipt is due earlier."""
    order = reading.of_agent(agent_id, order_id)
    if order.state == "shipped" and not order.signed_at and signed_whole(order):
        transaction.commit([table.change_part(order, left_whole(order))])


def announce_shipment(agent_id: str, order_id: str, shipment_id: str, now: datetime) -> None:
    """Tell WeChat that goods left, or its money stays frozen, and ask 快递100 to follow the parcel.

    Neither waits for the other. Both may be repeated; a failure is left to the queue. Raises OrderNotFound,
    ProviderRefused, ProviderUnsure.
    """
    order = reading.of_agent(agent_id, order_id)
    try:
        _tell_wechat(order, now)
    finally:
        _have_followed(order, shipment_id, now)


def _have_followed(order: Order, shipment_id: str, now: datetime) -> None:
    parcel = table.find_shipment(order.agent_id, order.order_id, shipment_id)
    if parcel and not parcel.subscribed_at:
        carrier = rules.carrier(parcel.carrier)
        callback = f"{secrets.text('public-url')}/callbacks/kuaidi100"
        kuaidi100().subscribe(carrier.kuaidi100, parcel.tracking_no, callback, _phone_tail(order, carrier))
        table.mark_subscribed(parcel, now)


def _tell_wechat(order: Order, now: datetime) -> None:
    payment = _wechat_payment(order)
    parcels = table.shipments_of(order)
    untold = [parcel for parcel in parcels if not parcel.uploaded_at]
    if payment is None or not untold:
        return
    whole = order.state in ("shipped", "completed")
    try:
        wechat.mini_program().upload_shipping(
            transaction_id=payment.transaction_id or "",
            openid=payment.openid or "",
            parcels=[_wechat_parcel(order, parcel) for parcel in untold],
            all_shipped=whole,
            in_parts=not whole or len(parcels) > 1,
            at=now,
        )
    except WechatRefused as refusal:
        if refusal.errcode not in (wechat.ALREADY_SHIPPED, _UNCHANGED):
            raise
    for parcel in untold:
        table.mark_uploaded(parcel, now)


def _wechat_payment(order: Order) -> Payment | None:
    attempts = payments.attempts_of(order.order_id)
    return next(
        (one for one in attempts if one.payment_id == order.payment_id and one.method == "wechat"), None
    )


def _wechat_parcel(order: Order, parcel: ShipmentRow) -> Parcel:
    phone = order.terms.phone
    return Parcel(
        tracking_no=parcel.tracking_no,
        express_company=rules.carrier(parcel.carrier).wechat,
        item_desc=order.terms.title,
        receiver_contact=f"{phone[:3]}****{phone[-4:]}",
    )


def _phone_tail(order: Order, carrier: rules.Carrier) -> str:
    return order.terms.phone[-4:] if carrier.needs_phone else ""
