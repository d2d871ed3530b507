"""Coupons as a check of the books counts them."""

from functions.pricing.rules.coupons import Coupon
from functions.pricing.table import coupons as wallets
from functions.pricing.table import terms as written


def coupons_issued() -> dict[str, int]:
    """How many coupons there are of each template, as the template counts them."""
    return {row.sk: written.template(row).issued for row in written.every("TEMPLATES")}


def wallet(agent_id: str) -> list[Coupon]:
    """Every coupon that was ever put into an agent's wallet."""
    return wallets.all_coupons(agent_id)
