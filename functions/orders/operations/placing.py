"""Placing an order: priced again, reserved and stored in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.agents import operations as agents
from functions.agents.schemas import Address, EffectivePolicy
from functions.auth.schemas import Region
from functions.cart import operations as cart
from functions.cart.operations import Quote, QuotedLine
from functions.cart.schemas import FillReport
from functions.catalog.operations import Offer
from functions.inventory import operations as inventory
from functions.orders import rules, table
from functions.orders.operations import reading
from functions.orders.rules import Line, Order, Progress, Terms
from functions.orders.schemas import OrderForm, OrderView, PlaceOrder
from functions.payments import operations as payments
from functions.payments.operations import Bill
from functions.pricing import operations as pricing
from functions.settings import operations as settings
from kit import clock, ids, transaction
from kit.errors import Conflict, DomainError, KeyReused
from kit.transaction import Part

Offers = Mapping[tuple[str, int], Offer]


@dataclass(frozen=True)
class Placer:
    """For which company an order is placed and by whom: its buyer, or staff on its behalf."""

    agent_id: str
    user_id: str
    on_behalf: bool = False


def place(body: PlaceOrder, agent_id: str, user_id: str, key: str, now: datetime) -> OrderView:
    """Place an order, once per idempotency key: the order's id is derived from the key.

    Raises what `place_once` raises.
    """
    order_id = ids.derived_id("orders", agent_id, key)
    order, offers = place_once(body, Placer(agent_id, user_id), order_id, now)
    if body.from_cart and offers:
        cart.remove(agent_id, [line.sku_id for line in order.lines])
    return reading.view(order, now, offers)


def place_once(
    body: OrderForm, placer: Placer, order_id: str, now: datetime, also: Sequence[Part] = ()
) -> tuple[Order, Offers | None]:
    """Place an order under an id, or find it placed before; gives the offers it was made of when it is new.

    `also` happens in the same transaction.

    Raises QuoteChanged and NotOrderable with `new_quote`; OutOfStock, OfferChanged, TermsChanged, CouponTaken
    when another was faster; SpendingLimitReached, CompanyNotActive, AddressNotFound, MethodNotOffered,
    PurchaseNumberMissing, OrderTooLarge; KeyReused.
    """
    fingerprint = ids.fingerprint(body)
    try:
        return transaction.retry_stale(lambda: _place(body, placer, order_id, fingerprint, now, also))
    except DomainError:
        # Asked last, not first: a repetition is rare, and this way an order costs no read of its own row.
        known = table.find(placer.agent_id, order_id)
        if known is None:
            raise
    if known.terms.fingerprint != fingerprint:
        raise KeyReused()
    return known, None


def as_quoted(body: OrderForm, agent_id: str, now: datetime) -> tuple[Quote, OrderForm, Address]:
    """What an order costs, with everything its company has agreed filled in, and where it goes.

    Raises QuoteChanged and NotOrderable with `new_quote`; CompanyNotActive, AddressNotFound,
    MethodNotOffered, PurchaseNumberMissing.
    """
    payments.require_offered(body.payment_method)
    wanted = [(line.sku_id, line.quantity) for line in body.lines]
    quote = cart.quote(agent_id, wanted, body.coupon_id, now)
    policy = agents.policy_of(quote.company, now)
    _check(quote, body, policy, now)
    filled = body.model_copy(update={"delivery_window": body.delivery_window or policy.delivery_window})
    return quote, filled, agents.address(agent_id, body.address_id)


def _place(
    body: OrderForm, placer: Placer, order_id: str, fingerprint: str, now: datetime, also: Sequence[Part]
) -> tuple[Order, Offers]:
    agent_id, user_id = placer.agent_id, placer.user_id
    quote, body, address = as_quoted(body, agent_id, now)
    order = _order(quote, body, placer, order_id, address, fingerprint, now)
    parts = [
        table.place_part(order, Conflict),
        *inventory.reserve_parts(quote.reservations),
        *pricing.promotion_check_parts(quote.order.terms),
        *agents.spend_parts(agent_id, user_id, order.total_fen, now),
        *also,
    ]
    if order.payment_id:
        parts += _credit_parts(order, user_id, now)
    if quote.order.coupon_id:
        parts += pricing.hold_coupon_parts(agent_id, quote.order.coupon_id, order_id, now)
    if len(parts) > transaction.MOST_ACTIONS:
        raise rules.OrderTooLarge()
    transaction.commit(parts)
    return order, {(line.offer.sku_id, line.offer.version): line.offer for line in quote.lines}


def _check(quote: Quote, body: OrderForm, policy: EffectivePolicy, now: datetime) -> None:
    if quote.hash != body.quote_hash:
        raise rules.QuoteChanged(new_quote=cart.show(quote, now))
    if quote.problems:
        raise rules.NotOrderable(quote.problems[0].text, new_quote=cart.show(quote, now))
    if policy.purchase_order_required and not body.purchase_number:
        raise rules.PurchaseNumberMissing(
            errors=[{"field": "purchase_number", "message": rules.PurchaseNumberMissing.title}]
        )


def _order(
    quote: Quote,
    body: OrderForm,
    placer: Placer,
    order_id: str,
    address: Address,
    fingerprint: str,
    now: datetime,
) -> Order:
    deadline = rules.deadline(body.payment_method, quote.settings, placer.on_behalf, now)
    # Nothing is paid now for an order on credit, or for one that costs nothing; a person looks at it.
    on_credit = body.payment_method == "credit" and quote.order.total_fen > 0
    reviewed_first = on_credit or quote.order.total_fen == 0
    lines = tuple(_line(line) for line in quote.lines)
    return Order(
        order_id=order_id,
        agent_id=placer.agent_id,
        state="pending_review" if reviewed_first else "pending_payment",
        placed_at=clock.to_text(now),
        version=1,
        terms=_terms(quote, body, placer, address, fingerprint),
        lines=lines,
        progress=tuple(Progress() for _ in lines),
        due_at=None if reviewed_first else clock.to_text(deadline),
        payment_id=payments.payment_id(order_id, 1) if on_credit else None,
    )


def _line(line: QuotedLine) -> Line:
    discount_fen = line.priced.promotion_share_fen + line.priced.coupon_share_fen
    offer, priced = line.offer, line.priced
    return Line(offer.sku_id, offer.version, priced.quantity, priced.unit_price_fen, discount_fen)


def _terms(quote: Quote, body: OrderForm, placer: Placer, address: Address, fingerprint: str) -> Terms:
    priced = quote.order
    return Terms(
        created_by=placer.user_id,
        method=body.payment_method,
        title=quote.lines[0].offer.name[: rules.TITLE_LENGTH],
        images=rules.card_images(line.offer.image for line in quote.lines),
        goods_fen=priced.goods_fen,
        promotion_fen=priced.promotion_fen,
        coupon_fen=priced.coupon_fen,
        freight_fen=priced.freight_fen,
        coupon_id=priced.coupon_id or "",
        contact_name=address.contact_name,
        phone=address.phone,
        region=place_name(address.region),
        region_code=_region_code(quote.company.region or address.region),
        address=address.text,
        remark=body.remark,
        purchase_number=body.purchase_number,
        delivery_window=body.delivery_window,
        fingerprint=fingerprint,
        on_behalf=placer.on_behalf,
    )


def _credit_parts(order: Order, user_id: str, now: datetime) -> list[Part]:
    due = now + timedelta(days=settings.order_settings().credit_days)
    bill = Bill(order.order_id, order.agent_id, order.total_fen, order.terms.title, order.order_no, due)
    return payments.hold_credit_parts(bill, user_id, now)


def place_name(region: Region) -> str:
    """Province, city and district in one line."""
    return " ".join(filter(None, (region.province, region.city, region.district)))


def _region_code(region: Region) -> str:
    return region.district_code or region.city_code


def reorder(agent_id: str, order_id: str, now: datetime) -> FillReport:
    """Put the goods of an order into the cart again, and tell what became of each.

    Raises OrderNotFound, CompanyNotActive, CartFull.
    """
    order = reading.of_agent(agent_id, order_id)
    return cart.put_lines(agent_id, [(line.sku_id, line.quantity) for line in order.lines], now)
