"""The cart: one per company, shared by its people; quantities are set, never added."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from functions.agents import operations as agents
from functions.agents.schemas import Company
from functions.cart import rules, table
from functions.cart.operations import views
from functions.cart.operations.quotes import priced
from functions.cart.rules import Cart, CartLine, Pasted, Problem, Quote, QuotedLine
from functions.cart.schemas import CartLineView, CartView, FillCart, FilledLine, FillReport
from functions.catalog import operations as catalog
from functions.catalog.operations import Offer
from functions.pricing import operations as pricing
from kit import clock, transaction

_EMPTY = CartView(
    lines=[],
    pieces=0,
    goods_fen=0,
    promotion_fen=0,
    minimum_short_fen=0,
    free_freight_short_fen=None,
    problems=[],
)


def show_cart(agent_id: str, now: datetime) -> CartView:
    """The cart, priced and checked anew. Raises CompanyNotActive for those who see no prices."""
    company = agents.require_open(agent_id, "prices")
    return _shown(company, table.cart(agent_id), now)


def set_quantity(agent_id: str, sku_id: str, quantity: int, now: datetime) -> CartView:
    """Put a SKU into the cart, or change how many are wanted.

    Raises CompanyNotActive; SkuNotFound; OffSale; NotSoldHere; QuantityInvalid with the nearest quantities;
    CartFull.
    """
    company = agents.require_active(agent_id)
    offer = catalog.current_offers([sku_id]).get(sku_id)
    if offer is None:
        raise rules.SkuNotFound(sku_id=sku_id)
    if not offer.on_sale:
        raise rules.OffSale(sku_id=sku_id)
    if not catalog.is_sold(offer, company.region):
        raise rules.NotSoldHere(sku_id=sku_id)
    catalog.check_quantity(offer, quantity)
    return _shown(company, _save(agent_id, _setting(company, [(offer, quantity)], now)), now)


def remove(agent_id: str, sku_ids: Iterable[str]) -> None:
    """Take SKUs out of the cart, whether they were in it or not."""
    gone = list(sku_ids)
    _save(agent_id, lambda cart: cart.without(gone))


def remove_one(agent_id: str, sku_id: str, now: datetime) -> CartView:
    """Take a SKU out of the cart and show what is left. Raises CompanyNotActive."""
    company = agents.require_open(agent_id, "prices")
    return _shown(company, _save(agent_id, lambda cart: cart.without([sku_id])), now)


def put_lines(agent_id: str, lines: Iterable[tuple[str, int]], now: datetime) -> FillReport:
    """Put (sku_id, quantity) into the cart, as from an old order, and tell what became of each.

    Raises CompanyNotActive; CartFull.
    """
    wanted = [
        Pasted(number, "", sku_id, quantity) for number, (sku_id, quantity) in enumerate(lines, start=1)
    ]
    return _fill(agent_id, wanted, {one.code: one.code for one in wanted}, now)


def fill(agent_id: str, wanted: FillCart, now: datetime) -> FillReport:
    """Put many lines into the cart and tell what became of each; the same code twice is added up.

    Raises CompanyNotActive; CartFull, in which case nothing was set.
    """
    lines = (
        rules.read_pasted(wanted.text)
        if wanted.text
        else [
            Pasted(number, f"{line.code} {line.quantity}", line.code.upper(), line.quantity)
            for number, line in enumerate(wanted.lines, start=1)
        ]
    )
    known = catalog.sku_ids_by_code([line.code for line in lines if line.code])
    return _fill(agent_id, lines, known, now)


def _fill(agent_id: str, lines: list[Pasted], sku_ids: Mapping[str, str], now: datetime) -> FillReport:
    company = agents.require_active(agent_id)
    totals = rules.totals(lines, sku_ids)
    offers = catalog.current_offers(totals)
    reasons = {
        sku_id: rules.refusal(offers.get(sku_id), quantity, company.region)
        for sku_id, quantity in totals.items()
    }
    accepted = [(offers[sku_id], totals[sku_id]) for sku_id, reason in reasons.items() if not reason]
    if accepted:
        _save(agent_id, _setting(company, accepted, now))
    report = [_filled(line, sku_ids.get(line.code), reasons) for line in lines]
    count = sum(line.result == "set" for line in report)
    return FillReport(lines=report, set=count, refused=len(report) - count)


def _filled(line: Pasted, sku_id: str | None, reasons: Mapping[str, str]) -> FilledLine:
    if not line.code:
        reason = "无法识别，请按「货号 数量」填写"
    elif sku_id is None:
        reason = f"没有货号为 {line.code} 的商品"
    else:
        reason = reasons[sku_id]
    return FilledLine(
        number=line.number,
        text=line.text,
        sku_id=sku_id,
        quantity=line.quantity,
        result="refused" if reason else "set",
        reason=reason,
    )


def _setting(company: Company, wanted: list[tuple[Offer, int]], now: datetime) -> Callable[[Cart], Cart]:
    """The change that sets lines at today's prices."""
    segments = agents.segments_of(company)
    prices = pricing.prices_for(company, [offer for offer, _ in wanted], now, segments)
    lines = [
        CartLine(offer.sku_id, quantity, prices[offer.sku_id].price_fen, clock.to_text(now))
        for offer, quantity in wanted
    ]
    return lambda cart: cart.with_lines(lines)


def _save(agent_id: str, change: Callable[[Cart], Cart]) -> Cart:
    """Change the cart as it is at this moment."""

    def attempt() -> Cart:
        known = table.cart(agent_id)
        changed = change(known)
        if changed.lines == known.lines:
            return known
        transaction.commit([table.save_part(changed)])
        return replace(changed, version=known.version + 1)

    return transaction.retry_stale(attempt)


def _shown(company: Company, cart: Cart, now: datetime) -> CartView:
    offers = catalog.current_offers([line.sku_id for line in cart.lines]) if cart.lines else {}
    lines = [line for line in cart.lines if line.sku_id in offers]
    if not lines:
        return _EMPTY
    quote = priced(company, [(offers[line.sku_id], line.quantity) for line in lines], None, now)
    ready = [line for line in quote.lines if not line.problems]
    orderable = quote
    if len(ready) < len(quote.lines):
        orderable = priced(company, [(line.offer, line.priced.quantity) for line in ready], None, now)
    order = orderable.order
    return CartView(
        lines=[_line(line, quoted, quote) for line, quoted in zip(lines, quote.lines, strict=True)],
        pieces=sum(line.quantity for line in lines),
        goods_fen=order.goods_fen,
        promotion_fen=order.promotion_fen,
        minimum_short_fen=order.minimum_short_fen,
        free_freight_short_fen=order.free_freight_short_fen,
        problems=views.problems(rules.too_many(len(ready))),
    )


def _line(line: CartLine, quoted: QuotedLine, quote: Quote) -> CartLineView:
    changed = rules.price_problem(line, quoted.priced.unit_price_fen)
    found: tuple[Problem, ...] = quoted.problems + ((changed,) if changed else ())
    goods = views.goods(replace(quoted, problems=found), quote.settings)
    return CartLineView(**goods, added_at=line.added_at)
