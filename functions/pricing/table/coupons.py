"""Coupons in wallets, and the commands that issued them by hand."""

from typing import Any, Literal

from pynamodb.attributes import JSONAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from functions.pricing.rules import coupons as rules
from functions.pricing.rules.coupons import Coupon, CouponTerms
from functions.pricing.table.rows import Row
from kit import pages, transaction
from kit.errors import Stale
from kit.pages import PageQuery
from kit.transaction import Part

Tab = Literal["usable", "used", "expired"]


class Wallet(GlobalSecondaryIndex["CouponRow"]):
    """An agent's coupons, open or used."""

    class Meta:
        index_name = "by_list"
        projection = AllProjection()

    list_key = UnicodeAttribute(hash_key=True)
    list_sort = UnicodeAttribute(range_key=True)


class CouponRow(Row):
    """A coupon in a wallet."""

    template_id = UnicodeAttribute()
    terms = JSONAttribute()
    starts_at = UnicodeAttribute()
    ends_at = UnicodeAttribute()
    state = UnicodeAttribute()
    source = UnicodeAttribute()
    issued_at = UnicodeAttribute()
    order_id = UnicodeAttribute(null=True)
    used_at = UnicodeAttribute(null=True)
    list_key = UnicodeAttribute()
    list_sort = UnicodeAttribute()
    wallet = Wallet()


class IssueRow(Row):
    """That coupons were issued by hand."""

    sk = UnicodeAttribute(range_key=True, default="ISSUE")
    fingerprint = UnicodeAttribute()


def find(agent_id: str, coupon_id: str) -> Coupon | None:
    """One coupon of an agent, as of this moment."""
    row = CouponRow.find(_wallet(agent_id), f"COUPON#{coupon_id}", consistent=True)
    return _coupon(row) if row else None


def all_coupons(agent_id: str) -> list[Coupon]:
    """Every coupon that was ever put into an agent's wallet."""
    return [_coupon(row) for row in CouponRow.query(_wallet(agent_id), CouponRow.sk.startswith("COUPON#"))]


def open_coupons(agent_id: str, now: str) -> list[Coupon]:
    """Coupons of an agent that are not used and not over, those that end first in front."""
    found = CouponRow.wallet.query(_tab_key(agent_id, "open"), Wallet.list_sort > now)
    return [_coupon(row) for row in found]


def tab(agent_id: str, tab: Tab, now: str, query: PageQuery) -> tuple[list[Coupon], str | None]:
    """A tab of an agent's wallet; and the next cursor."""
    scope = f"coupons/{agent_id}/{tab}"
    within = {"usable": Wallet.list_sort > now, "expired": Wallet.list_sort <= now, "used": None}[tab]
    found = CouponRow.wallet.query(
        _tab_key(agent_id, "used" if tab == "used" else "open"),
        within,
        scan_index_forward=tab == "usable",
        limit=query.limit,
        last_evaluated_key=pages.read(query.cursor, scope),
    )
    rows = [_coupon(row) for row in found]
    return rows, pages.sign(found.last_evaluated_key, scope)


def issue_coupon_part(new: Coupon) -> Part:
    """Put a new coupon into a wallet, once."""
    row = CouponRow(
        _wallet(new.agent_id),
        f"COUPON#{new.coupon_id}",
        template_id=new.template_id,
        terms=new.terms.model_dump(mode="json"),
        starts_at=new.starts_at,
        ends_at=new.ends_at,
        state=new.state,
        source=new.source,
        issued_at=new.issued_at,
        list_key=_tab_key(new.agent_id, "open"),
        list_sort=new.ends_at,
    )
    return transaction.create(row, rules.CouponAlreadyIssued)


def issue_command(command_id: str) -> str | None:
    """The fingerprint of an issue by hand, if it was done before."""
    row = IssueRow.find(f"ISSUE#{command_id}", "ISSUE", consistent=True)
    return row.fingerprint if row else None


def issue_command_part(command_id: str, fingerprint: str) -> Part:
    """Remember an issue by hand; Stale when it was done before."""
    return transaction.create(IssueRow(f"ISSUE#{command_id}", fingerprint=fingerprint), Stale)


def hold_part(agent_id: str, coupon_id: str, order_id: str, now: str) -> Part:
    """An order takes an issued coupon."""
    return _coupon_part(
        agent_id,
        coupon_id,
        [CouponRow.state.set("held"), CouponRow.order_id.set(order_id)],
        (CouponRow.state == "issued") & (CouponRow.starts_at <= now) & (CouponRow.ends_at > now),
        rules.refusal_to_hold,
    )


def use_part(agent_id: str, coupon_id: str, order_id: str, now: str) -> Part:
    """The order that holds a coupon was paid."""
    return _coupon_part(
        agent_id,
        coupon_id,
        [
            CouponRow.state.set("used"),
            CouponRow.used_at.set(now),
            CouponRow.list_key.set(_tab_key(agent_id, "used")),
            CouponRow.list_sort.set(now),
        ],
        (CouponRow.state == "held") & (CouponRow.order_id == order_id),
        rules.CouponNotHeld,
    )


def release_part(agent_id: str, coupon_id: str, order_id: str) -> Part:
    """The order that holds or used a coupon was closed."""
    return _coupon_part(
        agent_id,
        coupon_id,
        [
            CouponRow.state.set("issued"),
            CouponRow.order_id.remove(),
            CouponRow.used_at.remove(),
            CouponRow.list_key.set(_tab_key(agent_id, "open")),
            CouponRow.list_sort.set(CouponRow.ends_at),
        ],
        CouponRow.state.is_in("held", "used") & (CouponRow.order_id == order_id),
        rules.CouponNotHeld,
    )


def _coupon_part(
    agent_id: str, coupon_id: str, actions: list[Action], condition: Any, error: transaction.PartError
) -> Part:
    return transaction.update(CouponRow, _wallet(agent_id), f"COUPON#{coupon_id}", actions, condition, error)


def _coupon(row: CouponRow) -> Coupon:
    return Coupon(
        coupon_id=row.sk.partition("#")[2],
        agent_id=row.pk.partition("#")[2],
        template_id=row.template_id,
        terms=CouponTerms.model_validate(row.terms, strict=False),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        state=row.state,  # type: ignore[arg-type]
        source=row.source,
        issued_at=row.issued_at,
        order_id=row.order_id,
        used_at=row.used_at,
    )


def _wallet(agent_id: str) -> str:
    return f"AGENT#{agent_id}"


def _tab_key(agent_id: str, tab: Literal["open", "used"]) -> str:
    return f"COUPONS#{agent_id}#{tab}"
