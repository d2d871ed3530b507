"""How promising a company is: the figures of its last twelve weeks, judged by the rule of agents."""

from datetime import date, datetime, timedelta

from functions.agents import operations as agents
from functions.agents.operations import Behaviour
from functions.agents.schemas import Company
from functions.insights import rules, table
from functions.insights.rules import Dimension, Sums
from functions.insights.schemas.learning import PromisePart, PromiseView
from kit import clock
from kit.errors import NotFound
from kit.tokens import Principal

_WEEKS = 12


def promise(agent_id: str, staff: Principal, now: datetime) -> PromiseView:
    """The score of a company, part by part. Raises NotFound, also outside the caller's regions."""
    company = agents.company(agent_id)
    if not agents.covers(staff.regions, company):
        raise NotFound()
    known = _behaviour(company, clock.business_day(now))
    found = agents.promise(known)
    return PromiseView(
        agent_id=agent_id,
        name=company.name,
        score=found.score,
        parts=[PromisePart(name=part.name, points=part.points, weight=part.weight) for part in found.parts],
        weeks=known.weeks,
        bought_fen=known.bought_fen,
        bought_before_fen=known.bought_before_fen,
        orders=known.orders,
        region_fen=known.region_fen,
        bills_late=known.bills_late,
        returned_fen=known.returned_fen,
    )


def _behaviour(company: Company, today: date) -> Behaviour:
    """Every order counts as a bill; late are those on credit that are overdue now."""
    last, before = _days(today), _days(today - timedelta(weeks=_WEEKS))
    own = _sums("agent", company.agent_id, last)
    province = company.region.province_code if company.region else ""
    return Behaviour(
        bought_fen=_net_fen(own),
        bought_before_fen=_net_fen(_sums("agent", company.agent_id, before)),
        orders=own.get("paid", 0),
        weeks=_WEEKS,
        region_fen=_net_fen(_sums("province", province, last)),
        bills=max(own.get("paid", 0), company.overdue_credits),
        bills_late=company.overdue_credits,
        returned_fen=own.get("refunded_fen", 0),
    )


def _sums(dimension: Dimension, key: str, days: list[str]) -> Sums:
    return rules.added(*(row.sums for row in table.sums_of(dimension, key, days)))


def _net_fen(sums: Sums) -> int:
    return sums.get("paid_fen", 0) - sums.get("refunded_fen", 0)


def _days(last: date) -> list[str]:
    return [(last - timedelta(days=back)).isoformat() for back in range(7 * _WEEKS)]
