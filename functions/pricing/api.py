"""Coupons of the signed-in agent."""

from functions.pricing import operations, schemas
from kit.api import AGENT, Api, Call
from kit.pages import Page

app = Api("pricing")


@app.endpoint("GET", "/coupons", access=AGENT, query=schemas.CouponsQuery, answer=Page[schemas.CouponView])
def list_coupons(call: Call) -> Page[schemas.CouponView]:
    """One tab of the wallet."""
    return operations.list_coupons(call.principal.agent, call.query, call.now)
