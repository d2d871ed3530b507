"""What to buy, what there is too much of, what does not sell, and what will: worked out at night, by SKU."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import TypeVar

from pydantic import BaseModel

from functions.catalog import operations as catalog
from functions.catalog.operations import Offer, editing, hearing
from functions.insights.operations import promoting
from functions.insights.rules import demand, forecasting
from functions.insights.rules.demand import Advice, Assumptions, Sales, Supply, Velocity
from functions.insights.rules.forecasting import Trial
from functions.insights.schemas.learning import (
    AdviceQuery,
    Advised,
    AssumptionsView,
    ForecastView,
    ProductInsight,
    SaveAssumptions,
    SlowMoverView,
    SupplyView,
    TrialView,
)
from functions.insights.table import advice as table
from functions.insights.table import sums
from functions.inventory import operations as inventory
from functions.inventory.schemas import StockFigures, StockQuery
from kit import clock
from kit.errors import NotFound, Stale
from kit.pages import Page

Shown = TypeVar("Shown", bound=BaseModel)
_WEEKS = forecasting.YEAR + forecasting.HORIZON + forecasting.MOST_TRIALS
_SHOWN_WEEKS = 26
_MOST = 10**13  # fen or pieces
_BY_SKU = "forecasts-by-sku"  # the same as the forecasts, to be found
_PAGE = 100
_OFF_BPS = ((360, 3_000), (180, 2_000), (0, 1_000))  # from so many days of cover on, so much off


class NoForecast(NotFound):
    """Nothing was forecast of this SKU."""

    title = "该规格暂无预测"


def advise(making: str, now: datetime) -> None:
    """Make tonight's lists: replenishment, overstock, slow movers, forecasts; and measure promotions."""
    today = clock.business_day(now)
    sales = sales_since(today - timedelta(weeks=_WEEKS + 1), today)
    assumptions, _ = table.assumptions()
    found: dict[str, dict[str, table.Document]] = {
        name: {} for name in ("replenishment", "overstock", "slow-movers", "forecasts", _BY_SKU)
    }
    goods = list(_goods())
    said = hearing.counts(offer.product_id for offer, _, _ in goods)
    for offer, stock, since in goods:
        sold = sales.get(offer.sku_id, Sales())
        speed = demand.velocity(sold.units, today, since)
        supply = Supply(stock.available, stock.held, stock.inbound, offer.units_per_carton)
        advice = demand.advice(speed, supply, assumptions)
        view = _view(offer, speed, supply, advice)
        stuck_fen = supply.stock * offer.base_price_fen
        if advice.suggested:
            found["replenishment"][f"{advice.position_days:05d}#{offer.sku_id}"] = view.model_dump()
        if speed.is_known and advice.is_too_much(supply, assumptions):
            found["overstock"][_by_most(stuck_fen, offer)] = view.model_dump()
        if supply.stock > 0 and demand.is_slow(speed, advice, today, assumptions):
            slow = _slow(view, offer, speed.idle_days(today), stuck_fen, said.get(offer.product_id, 0))
            found["slow-movers"][_by_most(stuck_fen, offer)] = slow.model_dump()
        forecast = _forecast(offer, sold.units, today)
        found["forecasts"][_by_most(sum(forecast.weeks), offer)] = forecast.model_dump()
        found[_BY_SKU][offer.sku_id] = forecast.model_dump()
    for name, rows in found.items():
        table.publish(name, rows, making, now)
    promoting.measure(sales, now)


def replenishment(query: AdviceQuery) -> Page[SupplyView]:
    """What to buy, the most urgent first."""
    return _page("replenishment", SupplyView, query)


def overstock(query: AdviceQuery) -> Page[SupplyView]:
    """What there is too much of, the most money first."""
    return _page("overstock", SupplyView, query)


def slow_movers(query: AdviceQuery) -> Page[SlowMoverView]:
    """What does not sell, the most money first."""
    return _page("slow-movers", SlowMoverView, query)


def forecasts(query: AdviceQuery) -> Page[ForecastView]:
    """What every SKU will sell, the most pieces first."""
    return _page("forecasts", ForecastView, query)


def forecast(sku_id: str) -> ForecastView:
    """What a SKU will sell. Raises NoForecast."""
    found = table.one(_BY_SKU, sku_id)
    if found is None:
        raise NoForecast(sku_id=sku_id)
    return ForecastView.model_validate(found)


def product(product_id: str) -> ProductInsight:
    """What a product's SKUs sold and will sell. Raises ProductNotFound."""
    shown = editing.show(product_id)
    found = table.some(_BY_SKU, [sku.sku_id for sku in shown.skus])
    return ProductInsight(
        product_id=product_id,
        name=shown.name,
        feedback=hearing.counts([product_id]).get(product_id, 0),
        forecasts=[ForecastView.model_validate(one) for _, one in sorted(found.items())],
    )


def show_assumptions() -> AssumptionsView:
    """What advice is worked out with."""
    known, version = table.assumptions()
    return AssumptionsView(version=version, **vars(known))


def save_assumptions(edit: SaveAssumptions) -> AssumptionsView:
    """Work with other assumptions from the next night on. Raises Stale."""
    _, version = table.assumptions()
    if edit.version != version:
        raise Stale()
    table.save_assumptions(Assumptions(**edit.model_dump(exclude={"version"})), version)
    return show_assumptions()


def sales_since(first: date, today: date) -> Mapping[str, Sales]:
    """What was sold from a day on until yesterday, by SKU: one query over the days' sums."""
    found: dict[str, Sales] = defaultdict(Sales)
    for row in sums("sku", first, today - timedelta(days=1)):
        day, sold = date.fromisoformat(row.day), row.sums
        found[row.key].units[day] += sold.get("units", 0) - sold.get("refunded_units", 0)
        found[row.key].net_fen[day] += sold.get("paid_fen", 0) - sold.get("refunded_fen", 0)
    return found


def _page(name: Advised, view: type[Shown], query: AdviceQuery) -> Page[Shown]:
    found, cursor = table.page(name, query)
    return Page(items=[view.model_validate(one) for one in found], next_cursor=cursor)


def _goods() -> Iterator[tuple[Offer, StockFigures, date | None]]:
    """SKUs on sale with their stock, and since when they are sold."""
    query = StockQuery(limit=_PAGE)
    while True:
        page = inventory.list_stock(query)
        offers = catalog.current_offers(stock.sku_id for stock in page.items)
        since = catalog.on_sale_since(offer.product_id for offer in offers.values())
        for stock in page.items:
            offer = offers.get(stock.sku_id)
            if offer and offer.on_sale:
                yield offer, stock, since.get(offer.product_id)
        if page.next_cursor is None:
            return
        query = query.model_copy(update={"cursor": page.next_cursor})


def _view(offer: Offer, speed: Velocity, supply: Supply, advice: Advice) -> SupplyView:
    return SupplyView(
        sku_id=offer.sku_id,
        product_id=offer.product_id,
        code=offer.code,
        title=_title(offer),
        unit=offer.unit,
        units_per_carton=offer.units_per_carton,
        units_7=speed.units_7,
        units_30=speed.units_30,
        units_90=speed.units_90,
        last_sold=speed.last_sold.isoformat() if speed.last_sold else None,
        stock=supply.stock,
        inbound=supply.inbound,
        **vars(advice),
    )


def _slow(
    view: SupplyView, offer: Offer, idle_days: int | None, stuck_fen: int, feedback: int
) -> SlowMoverView:
    return SlowMoverView(
        **view.model_dump(),
        base_price_fen=offer.base_price_fen,
        stuck_fen=stuck_fen,
        idle_days=idle_days,
        feedback=feedback,
        suggested_off_bps=next(off for days, off in _OFF_BPS if view.cover_days >= days),
    )


def _forecast(offer: Offer, units: Mapping[date, int], today: date) -> ForecastView:
    known = demand.by_week(units, today)
    found = forecasting.forecast(known)
    return ForecastView(
        sku_id=offer.sku_id,
        product_id=offer.product_id,
        title=_title(offer),
        method=found.method,
        first_week=(today - timedelta(days=today.weekday())).isoformat(),
        weeks=list(found.weeks),
        low=found.low,
        high=found.high,
        chosen=_trial(found.chosen),
        baseline=_trial(found.baseline),
        mase_bps=found.mase_bps,
        known=known[-_SHOWN_WEEKS:],
    )


def _trial(trial: Trial | None) -> TrialView | None:
    if trial is None:
        return None
    return TrialView(method=trial.method, error_units=round(trial.error), wape_bps=trial.wape_bps)


def _title(offer: Offer) -> str:
    return f"{offer.name} {offer.spec}".strip()


def _by_most(value: int, offer: Offer) -> str:
    return f"{_MOST - value:014d}#{offer.sku_id}"
