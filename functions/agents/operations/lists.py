"""Companies found by staff: the review queue, the list with its filters, and whom a segment would hold."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from functions.agents import rules, table
from functions.agents.operations.segments import holds, segment
from functions.agents.rules import Description, State
from functions.agents.rules.trade import Scale, Trade
from functions.agents.schemas import (
    ApplicationQuery,
    ChoicesQuery,
    CompanyCard,
    CompanyChoice,
    CompanyQuery,
    CompanySearch,
    Members,
    SegmentPreview,
)
from functions.agents.table.trade import trades
from functions.auth import operations as auth
from functions.auth.schemas import Region
from kit import clock, pages
from kit.pages import Page, PageQuery
from kit.tokens import Principal

_STATES: tuple[State, ...] = (
    "active", "suspended", "blocked", "pending_review", "need_info", "rejected", "closed"
)  # fmt: skip
_LOT = 100
_MOST_PREVIEWED = 5_000
_SAMPLE = 10
_NOBODY = "none"

Found = tuple[table.CompanyRow, Scale]
Shown = TypeVar("Shown")


@dataclass(frozen=True)
class _Search:
    """What is looked for: what the index can say, and what only a look at each company can."""

    states: tuple[State, ...]
    filters: Any
    fits: Callable[[table.CompanyRow, Scale], bool]
    oldest_first: bool = False


@dataclass
class _Position:
    """Where a search has come to: in which state, after which company; `looked_at` so many."""

    state: int = 0
    key: dict[str, Any] | None = None
    looked_at: int = 0


def applications(query: ApplicationQuery, caller: Principal, now: datetime) -> Page[CompanyCard]:
    """The review queue of the caller's regions, longest waiting first."""
    search = _Search((query.state,), _filters(CompanySearch(), caller), lambda row, scale: True, True)
    scope = f"applications:{query.state}:{sorted(caller.regions)}"
    return _page(search, query, scope, now, partial(_card, now=now))


def companies(query: CompanyQuery, caller: Principal, now: datetime) -> Page[CompanyCard]:
    """Companies of the caller's regions, the latest to change state first, state by state.

    Raises SegmentNotFound.
    """
    scope = f"companies:{query.model_dump_json(exclude={'limit', 'cursor'})}:{sorted(caller.regions)}"
    return _page(_search(query, caller), query, scope, now, partial(_card, now=now))


def choices(query: ChoicesQuery, caller: Principal, now: datetime) -> Page[CompanyChoice]:
    """Companies of the caller's regions by name only. Raises SegmentNotFound."""
    wanted = query.model_dump(exclude={"limit", "cursor"})
    scope = f"choices:{wanted}:{sorted(caller.regions)}"
    search = _search(CompanySearch(**wanted), caller)
    return _page(
        search, query, scope, now, lambda row, scale: CompanyChoice(agent_id=row.agent_id, name=row.name)
    )


def every_company(search: CompanySearch, caller: Principal, now: datetime) -> Iterator[Found]:
    """All companies that are looked for, however many. Raises SegmentNotFound."""
    return _walk(_search(search, caller), _Position(), now)


def every_agent() -> Iterator[str]:
    """The id of every company, whatever its state."""
    for state in _STATES:
        yield from (row.agent_id for row in table.companies_in(state, None, None, None, oldest_first=True))


def preview_segment(members: Members, caller: Principal, now: datetime) -> SegmentPreview:
    """How many active companies of the caller's regions a segment would hold, and the first of them."""
    position, companies = _Position(), 0
    sample: list[CompanyCard] = []
    mine = _filters(CompanySearch(), caller)
    search = _Search(("active",), mine, lambda row, scale: holds(members, described(row)))
    for row, scale in _walk(search, position, now, most=_MOST_PREVIEWED):
        companies += 1
        if len(sample) < _SAMPLE:
            sample.append(_card(row, scale, now))
    return SegmentPreview(companies=companies, is_whole=position.state == 1, sample=sample)


def described(row: table.CompanyRow) -> Description:
    """What decides which segments a company is in."""
    return Description(row.agent_id, row.tier, row.region_code, row.salesperson_id)


def _search(wanted: CompanySearch, caller: Principal) -> _Search:
    members = segment(wanted.segment).members if wanted.segment else None
    trade = wanted.trade

    def fits(row: table.CompanyRow, scale: Scale) -> bool:
        return trade.holds(scale) and (members is None or holds(members, described(row)))

    return _Search((wanted.state,) if wanted.state else _STATES, _filters(wanted, caller), fits)


def _page(
    search: _Search,
    query: PageQuery,
    scope: str,
    now: datetime,
    shown: Callable[[table.CompanyRow, Scale], Shown],
) -> Page[Shown]:
    position = _Position(**(pages.read(query.cursor, scope) or {}))
    found: list[Shown] = []
    for row, scale in _walk(search, position, now, query.limit, pages.MOST_LOOKED_AT):
        found.append(shown(row, scale))
        if len(found) == query.limit:
            break
    is_over = position.state >= len(search.states)
    after = None if is_over else {"state": position.state, "key": position.key}
    return Page(items=found, next_cursor=pages.sign(after, scope))


def _walk(
    search: _Search, position: _Position, now: datetime, lot: int = _LOT, most: int | None = None
) -> Iterator[Found]:
    """Companies that fit, lot by lot; `position` is always behind the one that was given last."""
    while position.state < len(search.states) and (most is None or position.looked_at < most):
        asked = table.companies_in(
            search.states[position.state],
            search.filters,
            position.key,
            lot,
            oldest_first=search.oldest_first,
        )
        rows, last = table.page(asked)
        position.looked_at += len(rows)
        scales = _scales(rows, now)
        for row in rows[:-1]:
            position.key = table.place_of(row)
            if search.fits(row, scales[row.agent_id]):
                yield row, scales[row.agent_id]
        position.key = last
        position.state += 0 if last else 1
        for row in rows[-1:]:
            if search.fits(row, scales[row.agent_id]):
                yield row, scales[row.agent_id]


def _scales(rows: list[table.CompanyRow], now: datetime) -> Mapping[str, Scale]:
    known = trades(row.agent_id for row in rows)
    return {row.agent_id: known.get(row.agent_id, Trade()).scale(now) for row in rows}


def _filters(wanted: CompanySearch, caller: Principal) -> Any:
    prefixes = [rules.region_prefix(code) for code in caller.regions]
    if wanted.region:
        place = rules.region_prefix(wanted.region)
        inside = [prefix for prefix in prefixes if prefix.startswith(place)]
        covered = not prefixes or any(place.startswith(prefix) for prefix in prefixes)
        prefixes = [place] if covered else inside or [_NOBODY]
    return table.matching(prefixes, wanted.tier, wanted.salesperson_id, wanted.q)


def _card(row: table.CompanyRow, scale: Scale, now: datetime) -> CompanyCard:
    waited = now - clock.from_text(row.state_since)
    return CompanyCard(
        agent_id=row.agent_id,
        name=row.name,
        state=row.state,
        state_since=row.state_since,
        in_state_hours=int(waited.total_seconds() // 3600),
        tier=row.tier,
        region=Region.model_validate(row.region) if row.region else None,
        salesperson_id=row.salesperson_id,
        contact_name=row.contact_name,
        phone=auth.masked_phone(row.phone),
        applied_at=row.applied_at,
        duplicates=int(row.duplicates),
        orders=scale.orders,
        paid_fen=scale.paid_fen,
        last_order_at=scale.last_order_at,
        version=int(row.version),
    )
