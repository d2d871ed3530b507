"""The cart of a company, and what an order would cost it now."""

from functions.cart.operations.carts import fill, put_lines, remove, remove_one, set_quantity, show_cart
from functions.cart.operations.lapsing import empty_untouched
from functions.cart.operations.quotes import ask, quote, show
from functions.cart.rules import NothingChosen, Problem, Quote, QuotedLine, SkuNotFound, TooManySkus

__all__ = [
    "NothingChosen",
    "Problem",
    "Quote",
    "QuotedLine",
    "SkuNotFound",
    "TooManySkus",
    "ask",
    "empty_untouched",
    "fill",
    "put_lines",
    "quote",
    "remove",
    "remove_one",
    "set_quantity",
    "show",
    "show_cart",
]
