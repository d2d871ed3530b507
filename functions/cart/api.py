"""The cart and quotes of the signed-in agent."""

from functions.cart import operations, rules, schemas
from functions.catalog.operations import QuantityInvalid
from functions.pricing.operations import CouponNotFound
from kit.api import AGENT, Api, Call

app = Api("cart")


@app.endpoint("GET", "/cart", access=AGENT, answer=schemas.CartView)
def show_cart(call: Call) -> schemas.CartView:
    """The company's cart, priced and checked anew."""
    return operations.show_cart(call.principal.agent, call.now)


@app.endpoint(
    "PUT",
    "/cart/items/{sku_id}",
    access=AGENT,
    body=schemas.SetQuantity,
    answer=schemas.CartView,
    errors=(QuantityInvalid, rules.OffSale, rules.NotSoldHere, rules.CartFull),
)
def set_cart_item(call: Call, sku_id: str) -> schemas.CartView:
    """Set how many pieces of a SKU are wanted."""
    return operations.set_quantity(call.principal.agent, sku_id, call.body.quantity, call.now)


@app.endpoint("DELETE", "/cart/items/{sku_id}", access=AGENT, answer=schemas.CartView)
def remove_cart_item(call: Call, sku_id: str) -> schemas.CartView:
    """Take a SKU out of the cart."""
    return operations.remove_one(call.principal.agent, sku_id, call.now)


@app.endpoint(
    "POST",
    "/cart/bulk",
    access=AGENT,
    body=schemas.FillCart,
    answer=schemas.FillReport,
    errors=(rules.CartFull,),
)
def fill_cart(call: Call) -> schemas.FillReport:
    """Put many lines into the cart; each is set or refused with its reason."""
    return operations.fill(call.principal.agent, call.body, call.now)


@app.endpoint(
    "POST",
    "/quotes",
    access=AGENT,
    body=schemas.AskQuote,
    answer=schemas.QuoteView,
    errors=(rules.TooManySkus, CouponNotFound),
)
def ask_quote(call: Call) -> schemas.QuoteView:
    """What an order of these lines, or of the cart, would cost now."""
    return operations.ask(call.principal.agent, call.body, call.now)
