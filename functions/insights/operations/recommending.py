"""Goods for each company, chosen at night and served with one read; and how companies stand."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from functions.agents import operations as agents
from functions.agents.schemas import Company
from functions.catalog.operations import suggesting, viewing
from functions.catalog.schemas.shop import ShelfView
from functions.insights.operations import promising
from functions.insights.rules import behaviour
from functions.insights.rules import recommending as rules
from functions.insights.rules.behaviour import ALL, Standing
from functions.insights.rules.recommending import Product
from functions.insights.schemas.learning import AdviceQuery, StandingView
from functions.insights.table import advice as table
from functions.insights.table import behaviour as bought
from kit import clock, transaction
from kit.pages import Page
from kit.tokens import Principal

_PAGE = 100


def learn(making: str, now: datetime) -> None:
    """Choose goods for every active company, and score companies by what they bought in a year."""
    today = clock.business_day(now)
    companies = {company.agent_id: company for company in _companies()}
    known = {agent_id: bought.histories(agent_id) for agent_id in companies}
    buyers = {
        agent_id: rules.buyer(companies[agent_id].tier, histories) for agent_id, histories in known.items()
    }
    around = rules.market(buyers.values(), today)
    goods = {
        one.product_id: Product(one.product_id, one.name, one.category_ids, one.published)
        for one in suggesting.on_sale(now)
    }
    table.recommend(
        {
            agent_id: {
                one.product_id: one.reason for one in rules.suggest(buyer, around, goods, today, barred)
            }
            for agent_id, buyer in buyers.items()
            for barred in (suggesting.not_sold_to(companies[agent_id], now),)
        }
    )
    whole = {agent_id: histories[ALL] for agent_id, histories in known.items() if ALL in histories}
    standings = behaviour.standings(whole, today)
    rows = {
        f"{place:06d}": _standing(one, companies[one.agent_id]).model_dump()
        for place, one in enumerate(standings)
    }
    table.publish("agents", rows, making, now)
    promising.add_up(companies.values(), today)


def recommendations(caller: Principal, now: datetime) -> ShelfView:
    """The goods chosen for a company at night that it can buy this moment, with what staff pinned first."""
    viewer = viewing.viewer_of(caller)
    suggested = table.recommended(caller.agent) or {}
    return suggesting.shelf(viewer, suggested, now)


def forget_bought(agent_id: str, product_ids: Collection[str]) -> None:
    """Recommend no more until the next night what a company has just bought."""
    transaction.retry_stale(lambda: table.recommend_no_more(agent_id, product_ids))


def standings(query: AdviceQuery, staff: Principal) -> Page[StandingView]:
    """How companies stand, those that paid most first; staff with regions see those regions only."""
    found, cursor = table.page("agents", query)
    views = [StandingView.model_validate(one) for one in seen_by(staff, found)]
    return Page(items=views, next_cursor=cursor)


def seen_by(staff: Principal, standings: list[table.Document]) -> list[table.Document]:
    """How companies stand, of the regions of a member of staff."""
    if not staff.regions:
        return standings
    return [one for one in standings if agents.covers(staff.regions, agents.company(one["agent_id"]))]


def _companies() -> Iterator[Company]:
    start: dict[str, Any] | None = None
    while True:
        agent_ids, start = agents.active_agents(None, (), start, _PAGE)
        yield from (agents.company(agent_id) for agent_id in agent_ids)
        if start is None:
            return


def _standing(one: Standing, company: Company) -> StandingView:
    return StandingView(
        agent_id=one.agent_id,
        name=company.name,
        tier=company.tier,
        recency=one.recency,
        frequency=one.frequency,
        money=one.money,
        segment=one.segment,
        last=one.last,
        orders=one.year.orders,
        units=one.year.units,
        net_fen=one.year.net_fen,
    )
