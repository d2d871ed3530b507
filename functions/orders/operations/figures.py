"""What an order was worth and when, for statistics: read from its rows, so it can be worked out again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from functions.catalog import operations as catalog
from functions.orders import table
from functions.orders.operations.reading import of_agent
from functions.orders.rules import Order
from functions.orders.table import prices
from kit import clock


@dataclass(frozen=True)
class Sold:
    """Pieces of one SKU in an order; `base_fen` is before, `net_fen` after every discount and own price."""

    sku_id: str
    product_id: str
    name: str
    spec: str
    category_path: tuple[str, ...]
    quantity: int
    base_fen: int
    net_fen: int


@dataclass(frozen=True)
class GoneBack:
    """A refund that was paid out, with its goods by SKU; `amount_fen` includes freight."""

    refund_id: str
    refunded_at: str
    amount_fen: int
    goods: tuple[Sold, ...]


@dataclass(frozen=True)
class OrderFigures:
    """An order in figures. `region_code` is where the company was, `tier` what it was when it paid.

    `placed_fen` is what it came to when it was placed, `total_fen` what it comes to after changes of price.
    """

    order_id: str
    agent_id: str
    region_code: str
    placed_at: str
    placed_fen: int
    total_fen: int
    freight_fen: int
    tier: str | None
    paid_at: str | None
    completed_at: str | None
    closed_at: str | None
    goods: tuple[Sold, ...]
    refunds: tuple[GoneBack, ...]


def figures(agent_id: str, order_id: str) -> OrderFigures:
    """The figures of an order. Raises OrderNotFound."""
    return _figures(of_agent(agent_id, order_id))


def figures_of_day(day: date) -> Iterator[OrderFigures]:
    """The figures of all orders placed on a business day."""
    return (_figures(order) for order in table.numbered_of_anybody(clock.start_of_day(day), ""))


def _figures(order: Order) -> OrderFigures:
    offers = catalog.offers_at((line.sku_id, line.offer_version) for line in order.lines)
    sold = {line.sku_id: offers[line.sku_id, line.offer_version] for line in order.lines}

    def goods(sku_id: str, quantity: int, net_fen: int) -> Sold:
        offer = sold[sku_id]
        return Sold(
            sku_id=sku_id,
            product_id=offer.product_id,
            name=offer.name,
            spec=offer.spec,
            category_path=offer.category_path,
            quantity=quantity,
            base_fen=offer.base_price_fen * quantity,
            net_fen=net_fen,
        )

    refunds = (
        [row for row in table.refunds_of(order) if row.stage == "succeeded"] if order.refunded_fen else []
    )
    repriced = prices.price_changes_of(order)
    return OrderFigures(
        order_id=order.order_id,
        agent_id=order.agent_id,
        region_code=order.terms.region_code,
        placed_at=order.placed_at,
        placed_fen=int(repriced[0].total_before_fen) if repriced else order.total_fen,
        total_fen=order.total_fen,
        freight_fen=order.terms.freight_fen,
        tier=order.tier,
        paid_at=order.paid_at,
        completed_at=order.completed_at,
        closed_at=order.closed_at,
        goods=tuple(goods(line.sku_id, line.quantity, line.net_fen) for line in order.lines),
        refunds=tuple(
            GoneBack(
                refund_id=row.refund_id,
                refunded_at=row.settled_at or "",
                amount_fen=int(row.amount_fen),
                goods=tuple(goods(line.sku_id, line.quantity, line.amount_fen) for line in row.plan.lines),
            )
            for row in refunds
        ),
    )
