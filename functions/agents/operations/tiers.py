"""Tiers of companies: those every merchant starts with, and those this one added or renamed."""

from functions.agents import rules, table
from functions.agents.schemas import SaveTier, TierView
from kit import transaction


def tiers() -> list[TierView]:
    """Every tier, the lowest first."""
    stored = {
        row.code: TierView(code=row.code, name=row.name, rank=int(row.rank), version=int(row.version))
        for row in table.tiers()
    }
    defaults = {
        code: TierView(code=code, name=name, rank=rank, version=0) for code, name, rank in rules.DEFAULT_TIERS
    }
    return sorted((defaults | stored).values(), key=lambda tier: (tier.rank, tier.code))


def tier_name(code: str) -> str:
    """What people call a tier."""
    return next((tier.name for tier in tiers() if tier.code == code), code)


def save_tier(code: str, form: SaveTier) -> TierView:
    """Add a tier (version 0) or change one.

    Raises TierUnknown for a code that cannot be one, TooManyTiers, or Stale when it was changed since
    `version`.
    """
    rules.check_tier_code(code)
    known = {tier.code for tier in tiers()}
    if code not in known and len(known) >= rules.MOST_TIERS:
        raise rules.TooManyTiers()
    transaction.commit([table.tier_part(code, form.name, form.rank, form.version + 1)])
    return TierView(code=code, name=form.name, rank=form.rank, version=form.version + 1)


def check_tier(code: str) -> None:
    """Raises TierUnknown."""
    if code not in {tier.code for tier in tiers()}:
        raise rules.TierUnknown(errors=[{"field": "tier", "message": "代理等级不存在"}])
