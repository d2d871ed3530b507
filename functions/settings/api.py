"""The shop's own page, and the two addresses machines ask for."""

from functions.settings import operations, schemas
from kit.api import VISITOR, Answer, Api, Call

app = Api("settings")


@app.endpoint("GET", "/shop", access=VISITOR, answer=schemas.ShopView)
def show_shop(call: Call) -> schemas.ShopView:
    """The shop's name, icon, introduction, service phone and ways to pay."""
    return operations.shop_view()


@app.endpoint("GET", "/health", access=VISITOR, answer=schemas.Health)
def show_health(call: Call) -> schemas.Health:
    """Whether the service answers."""
    return schemas.Health()


@app.endpoint("GET", "/openapi.json", access=VISITOR)
def show_openapi(call: Call) -> Answer:
    """This interface, as an OpenAPI 3.1 document."""
    return Answer(operations.openapi_document(), headers={"Cache-Control": "public, max-age=300"})
