"""What an unpaid order costs after staff set new prices."""

from collections.abc import Mapping
from dataclasses import replace

from functions.orders.rules.errors import NothingRepriced, NotInOrder
from functions.orders.rules.order import Line, Order


def repriced(order: Order, unit_prices_fen: Mapping[str, int], freight_fen: int | None) -> Order:
    """The order with new unit prices, by SKU, and another freight unless it is None.

    What promotion and coupon took off a line stays its share, up to what the line now costs: so no line and
    no total falls below 0, and all shares still sum to the discounts. What can no longer be taken off is
    missing from the coupon first. Raises NotInOrder, NothingRepriced.
    """
    for sku_id in unit_prices_fen:
        if sku_id not in order.index:
            raise NotInOrder(sku_id=sku_id)
    lines = tuple(_repriced(line, unit_prices_fen.get(line.sku_id)) for line in order.lines)
    terms = order.terms
    new_freight_fen = terms.freight_fen if freight_fen is None else freight_fen
    if lines == order.lines and new_freight_fen == terms.freight_fen:
        raise NothingRepriced()
    lost_fen = _discounts(order.lines) - _discounts(lines)
    from_coupon_fen = min(lost_fen, terms.coupon_fen)
    agreed = replace(
        terms,
        goods_fen=sum(line.amount_fen for line in lines),
        coupon_fen=terms.coupon_fen - from_coupon_fen,
        promotion_fen=terms.promotion_fen - (lost_fen - from_coupon_fen),
        freight_fen=new_freight_fen,
    )
    return replace(order, lines=lines, terms=agreed, price_changes=order.price_changes + 1)


def _repriced(line: Line, unit_price_fen: int | None) -> Line:
    if unit_price_fen is None:
        return line
    discount_fen = min(line.discount_fen, unit_price_fen * line.quantity)
    return replace(line, unit_price_fen=unit_price_fen, discount_fen=discount_fen)


def _discounts(lines: tuple[Line, ...]) -> int:
    return sum(line.discount_fen for line in lines)
