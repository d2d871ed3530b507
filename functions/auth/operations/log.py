"""The sign-in log: who, when, from where and with what result, also when it failed."""

from datetime import datetime

from functions.auth import rules, table
from functions.auth.rules import Address, Kind, Visit
from functions.auth.schemas import SignInQuery, SignInView
from kit import clock, pages
from kit.pages import Page
from kit.transaction import Part

OK = "ok"


def part(user: table.UserRow, method: str, result: str, visit: Visit) -> Part:
    """Log a try of a known user."""
    account = rules.masked(Address("email", user.email))
    return _part(user.user_id, user.kind, account, method, result, visit)


def unknown_part(kind: Kind, account: str, method: str, result: str, visit: Visit) -> Part:
    """Log a try that matches nobody; `account` is masked already."""
    return _part(None, kind, account, method, result, visit)


def sign_ins(query: SignInQuery, now: datetime) -> Page[SignInView]:
    """The log of a user or of a business day, newest first."""
    day = query.day or clock.business_day(now).isoformat()
    scope = f"sign-ins:{query.user_id or day}"
    rows, last = table.sign_ins(day, query.user_id, pages.read(query.cursor, scope), query.limit)
    return Page(items=[_view(row) for row in rows], next_cursor=pages.sign(last, scope))


def remove_sign_ins(day: str, most: int) -> int:
    """Remove at most so many tries of a business day; returns how many. Fewer means that none is left."""
    return table.remove_sign_ins(day, most)


def _part(
    user_id: str | None,
    kind: Kind,
    account: str,
    method: str,
    result: str,
    visit: Visit,
) -> Part:
    row = table.SignInRow(user_id=user_id, kind=kind, account=account, method=method, result=result)
    row.ip, row.user_agent = visit.ip, visit.user_agent
    return table.sign_in_part(row, visit.now, visit.id)


def _view(row: table.SignInRow) -> SignInView:
    return SignInView(
        at=row.tried_at.partition("#")[0],
        kind=row.kind,
        method=row.method,
        account=row.account,
        result=row.result,
        user_id=row.user_id,
        ip=row.ip,
        user_agent=row.user_agent,
    )
