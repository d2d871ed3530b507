"""Orders that wait for an owner: somebody asks, an owner of the company places them or does not."""

from collections.abc import Mapping
from datetime import datetime

from functions.agents import operations as agents
from functions.cart import operations as cart
from functions.cart.schemas import QuoteView
from functions.catalog import operations as catalog
from functions.orders import rules
from functions.orders.operations.placing import Placer, as_quoted, place_name, place_once
from functions.orders.rules import PurchaseRequest, WantedLine
from functions.orders.schemas import (
    AskPurchase,
    DeliverTo,
    OrderForm,
    PurchaseRequestCard,
    PurchaseRequestLine,
    PurchaseRequestsQuery,
    PurchaseRequestView,
)
from functions.orders.table import purchase_requests as table
from kit import clock, ids, transaction
from kit.errors import DomainError, KeyReused
from kit.pages import Page
from kit.tokens import Principal

Names = Mapping[str, str]


def ask_purchase(body: AskPurchase, caller: Principal, key: str, now: datetime) -> PurchaseRequestView:
    """Ask an owner to place an order, once per idempotency key. Nothing is reserved.

    Raises QuoteChanged and NotOrderable with `new_quote`; CompanyNotActive, AddressNotFound,
    MethodNotOffered, PurchaseNumberMissing, KeyReused.
    """
    request_id = ids.derived_id("purchase-requests", caller.agent, key)
    fingerprint = ids.fingerprint(body)

    def decide() -> PurchaseRequest:
        if known := table.find(caller.agent, request_id):
            if known.fingerprint != fingerprint:
                raise KeyReused()
            return known
        request = _new_request(body, caller, request_id, fingerprint, now)
        transaction.commit([table.open_part(request)])
        return request

    request = transaction.retry_stale(decide)
    if body.from_cart:
        cart.remove(caller.agent, [line.sku_id for line in request.lines])
    return _view(request, caller, now)


def _new_request(
    body: AskPurchase, caller: Principal, request_id: str, fingerprint: str, now: datetime
) -> PurchaseRequest:
    quote, form, address = as_quoted(body, caller.agent, now)
    return PurchaseRequest(
        request_id=request_id,
        agent_id=caller.agent,
        state="pending",
        asked_at=clock.to_text(now),
        asked_by=caller.user_id,
        note=body.note,
        form=form.model_dump_json(include=set(OrderForm.model_fields)),
        lines=tuple(
            WantedLine(
                line.offer.sku_id,
                line.offer.version,
                line.priced.quantity,
                line.priced.unit_price_fen,
                line.net_fen,
            )
            for line in quote.lines
        ),
        title=quote.lines[0].offer.name[: rules.TITLE_LENGTH],
        images=rules.card_images(line.offer.image for line in quote.lines),
        freight_fen=quote.order.freight_fen,
        total_fen=quote.order.total_fen,
        contact_name=address.contact_name,
        phone=address.phone,
        region=place_name(address.region),
        address=address.text,
        fingerprint=fingerprint,
    )


def approve_purchase(
    request_id: str, quote_hash: str, owner: Principal, now: datetime
) -> PurchaseRequestView:
    """Place the order that was asked for, at today's quote; approving again changes nothing.

    Order and decision are one transaction, and the order's id is the request's: of two owners one decides.
    The order is the owner's, so it counts against no limit of whoever asked.
    Raises PurchaseRequestNotFound, PurchaseRequestDecided, and what `placing.place_once` raises.
    """
    request = _of(owner.agent, request_id)
    if request.state == "approved":
        return _view(request, owner, now)
    approved = rules.decide_purchase(request, "approved", owner.user_id, "", now)
    form = _form(request).model_copy(update={"quote_hash": quote_hash})
    placer = Placer(owner.agent, owner.user_id)
    try:
        place_once(form, placer, request.order_id, now, [table.decide_part(request, approved)])
    except DomainError:
        if _of(owner.agent, request_id).state != "approved":
            raise
    return _view(_of(owner.agent, request_id), owner, now)


def decline_purchase(request_id: str, reason: str, owner: Principal, now: datetime) -> PurchaseRequestView:
    """Refuse to place an order; again changes nothing.

    Raises PurchaseRequestNotFound, PurchaseRequestDecided.
    """
    return _end(request_id, "declined", reason, owner, now)


def withdraw_purchase(request_id: str, caller: Principal, now: datetime) -> PurchaseRequestView:
    """Take one's own request back; again changes nothing.

    Raises PurchaseRequestNotFound, NotYourRequest, PurchaseRequestDecided.
    """
    if _of(caller.agent, request_id).asked_by != caller.user_id:
        raise rules.NotYourRequest()
    return _end(request_id, "withdrawn", "", caller, now)


def _end(
    request_id: str, state: rules.PurchaseRequestState, reason: str, caller: Principal, now: datetime
) -> PurchaseRequestView:
    request = _of(caller.agent, request_id)
    if request.state != state:
        ended = rules.decide_purchase(request, state, caller.user_id, reason, now)
        transaction.commit([table.decide_part(request, ended)])
        request = ended
    return _view(request, caller, now)


def list_purchase_requests(query: PurchaseRequestsQuery, caller: Principal) -> Page[PurchaseRequestCard]:
    """A company's requests, the newest first, all or of a state."""
    found, cursor = table.of_agent(caller.agent, query.state, query)
    names = agents.user_names(caller.agent)
    return Page(items=[_card(request, caller, names) for request in found], next_cursor=cursor)


def show_purchase_request(request_id: str, caller: Principal, now: datetime) -> PurchaseRequestView:
    """A request with its goods and what they cost now. Raises PurchaseRequestNotFound."""
    return _view(_of(caller.agent, request_id), caller, now)


def _of(agent_id: str, request_id: str) -> PurchaseRequest:
    request = table.find(agent_id, request_id)
    if request is None:
        raise rules.PurchaseRequestNotFound()
    return request


def _form(request: PurchaseRequest) -> OrderForm:
    return OrderForm.model_validate_json(request.form)


def _card(request: PurchaseRequest, caller: Principal, names: Names) -> PurchaseRequestCard:
    return PurchaseRequestCard(
        request_id=request.request_id,
        state=request.state,
        asked_at=request.asked_at,
        asked_by_name=names.get(request.asked_by, ""),
        asked_by_me=request.asked_by == caller.user_id,
        title=request.title,
        images=request.images,
        kinds=len(request.lines),
        units=request.units,
        total_fen=request.total_fen,
    )


def _view(request: PurchaseRequest, caller: Principal, now: datetime) -> PurchaseRequestView:
    names = agents.user_names(caller.agent)
    quote, problem = _quote(request, now) if request.state == "pending" else (None, None)
    form = _form(request)
    return PurchaseRequestView(
        **_card(request, caller, names).model_dump(),
        lines=_lines(request),
        freight_fen=request.freight_fen,
        deliver_to=DeliverTo(
            contact_name=request.contact_name,
            phone=request.phone,
            region=request.region,
            text=request.address,
        ),
        payment_method=form.payment_method,
        remark=form.remark,
        purchase_number=form.purchase_number,
        delivery_window=form.delivery_window,
        note=request.note,
        decided_at=request.decided_at,
        decided_by_name=names.get(request.decided_by, "") if request.decided_by else None,
        reason=request.reason,
        order_id=request.order_id if request.state == "approved" else None,
        quote=quote,
        quote_problem=problem,
    )


def _quote(request: PurchaseRequest, now: datetime) -> tuple[QuoteView | None, str | None]:
    wanted = [(line.sku_id, line.quantity) for line in request.lines]
    try:
        return cart.show(cart.quote(request.agent_id, wanted, _form(request).coupon_id, now), now), None
    except DomainError as refusal:
        return None, refusal.detail


def _lines(request: PurchaseRequest) -> list[PurchaseRequestLine]:
    offers = catalog.offers_at((line.sku_id, line.offer_version) for line in request.lines)
    found = [(line, offers[line.sku_id, line.offer_version]) for line in request.lines]
    return [
        PurchaseRequestLine(
            sku_id=line.sku_id,
            product_id=offer.product_id,
            name=offer.name,
            spec=offer.spec,
            code=offer.code,
            image=offer.image,
            unit=offer.unit,
            quantity=line.quantity,
            unit_price_fen=line.unit_price_fen,
            net_fen=line.net_fen,
        )
        for line, offer in found
    ]
