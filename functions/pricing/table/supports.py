"""What was decided to support which companies with."""

from typing import Any

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from functions.pricing.table.rows import Row
from kit import pages, transaction
from kit.errors import KeyReused
from kit.pages import PageQuery

_SUPPORTS = "SUPPORTS"


class SupportRow(Row):
    """A plan of support; its promotion and quotas have ids derived from its own."""

    pk = UnicodeAttribute(hash_key=True, default=_SUPPORTS)
    plan = JSONAttribute()
    fingerprint = UnicodeAttribute()
    made_at = UnicodeAttribute()
    made_by = UnicodeAttribute()


class AlreadyKept(KeyReused):
    """There is a plan with this id."""


def keep(plan_id: str, plan: dict[str, Any], fingerprint: str, actor: str, at: str) -> None:
    """Keep a plan, once. Raises KeyReused when the id stands for another one."""
    row = SupportRow(sk=plan_id, plan=plan, fingerprint=fingerprint, made_at=at, made_by=actor)
    try:
        transaction.commit([transaction.create(row, AlreadyKept)])
    except AlreadyKept:
        if SupportRow.get(_SUPPORTS, plan_id, consistent_read=True).fingerprint != fingerprint:
            raise KeyReused() from None


def supports(query: PageQuery) -> tuple[list[SupportRow], str | None]:
    """Plans of support; and the next cursor."""
    found = SupportRow.query(
        _SUPPORTS, limit=query.limit, last_evaluated_key=pages.read(query.cursor, _SUPPORTS)
    )
    return list(found), pages.sign(found.last_evaluated_key, _SUPPORTS)
