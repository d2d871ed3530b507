"""Carts and quotes as agents see them."""

from collections.abc import Iterable
from typing import Any

from functions.cart.rules import Problem, QuotedLine
from functions.cart.schemas import HeldForYou, LineProblem
from functions.catalog.schemas.shop import StockView
from functions.settings.schemas import OrderSettings


def goods(line: QuotedLine, settings: OrderSettings) -> dict[str, Any]:
    """What lines of carts and quotes have in common."""
    offer, priced = line.offer, line.priced
    return {
        "sku_id": offer.sku_id,
        "offer_version": offer.version,
        "product_id": offer.product_id,
        "name": offer.name,
        "spec": offer.spec,
        "image": offer.image,
        "unit": offer.unit,
        "units_per_carton": offer.units_per_carton,
        "minimum": offer.minimum,
        "multiple": offer.multiple,
        "quantity": priced.quantity,
        "unit_price_fen": priced.unit_price_fen,
        "base_price_fen": priced.base_price_fen,
        "price_label": priced.label,
        "amount_fen": priced.amount_fen,
        "stock": _stock(line, settings),
        "held_for_you": [HeldForYou(pieces=one.pieces, reason=one.reason) for one in line.held],
        "problems": problems(line.problems),
    }


def problems(found: Iterable[Problem]) -> list[LineProblem]:
    """Problems with the data each of them has."""
    return [LineProblem(code=one.code, text=one.text, blocks=one.blocks, **one.data) for one in found]


def _stock(line: QuotedLine, settings: OrderSettings) -> StockView:
    """The stock as the shop shows it, with what is held for the buyer."""
    exact = line.available if settings.stock_display == "exact" else None
    band = line.stock.band if line.stock else "none"
    return StockView(available=exact, band="few" if band == "none" and line.held else band)
