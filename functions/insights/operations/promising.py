"""How promising a company is: its last twelve weeks, added up at night, judged by the rule of agents."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from functions.agents import operations as agents
from functions.agents.operations import Behaviour
from functions.agents.schemas import Company
from functions.insights import rules, table
from functions.insights.rules import Dimension, Sums
from functions.insights.schemas.learning import PromisePart, PromiseView
from functions.insights.table import advice
from kit.errors import NotFound
from kit.tokens import Principal

_WEEKS = 12
_DAY = timedelta(days=1)


def promise(agent_id: str, staff: Principal) -> PromiseView:
    """The score of a company, part by part. Raises NotFound, also outside the caller's regions."""
    company = agents.company(agent_id)
    if not agents.covers(staff.regions, company):
        raise NotFound()
    known = _behaviour(company, advice.promising(agent_id) or {})
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


def add_up(companies: Iterable[Company], today: date) -> None:
    """Keep what companies and their provinces bought, for the score: three queries for all of them."""
    weeks = timedelta(weeks=_WEEKS)
    middle = today - weeks
    last = _by_key("agent", middle + _DAY, today)
    earlier = _by_key("agent", middle - weeks + _DAY, middle)
    provinces = _by_key("province", middle + _DAY, today)
    advice.keep_promising(
        {
            company.agent_id: {
                "bought_fen": _net_fen(last[company.agent_id]),
                "bought_before_fen": _net_fen(earlier[company.agent_id]),
                "orders": last[company.agent_id].get("paid", 0),
                "region_fen": _net_fen(provinces[company.region.province_code if company.region else ""]),
                "returned_fen": last[company.agent_id].get("refunded_fen", 0),
            }
            for company in companies
        }
    )


def _behaviour(company: Company, sums: Sums) -> Behaviour:
    """Every order counts as a bill; late are those on credit that are overdue now."""
    orders = sums.get("orders", 0)
    return Behaviour(
        bought_fen=sums.get("bought_fen", 0),
        bought_before_fen=sums.get("bought_before_fen", 0),
        orders=orders,
        weeks=_WEEKS,
        region_fen=sums.get("region_fen", 0),
        bills=max(orders, company.overdue_credits),
        bills_late=company.overdue_credits,
        returned_fen=sums.get("returned_fen", 0),
    )


def _by_key(dimension: Dimension, first: date, last: date) -> dict[str, Sums]:
    found: dict[str, Sums] = defaultdict(dict)
    for row in table.sums(dimension, first, last):
        found[row.key] = rules.added(found[row.key], row.sums)
    return found


def _net_fen(sums: Sums) -> int:
    return sums.get("paid_fen", 0) - sums.get("refunded_fen", 0)
