"""What is learned from sales: behaviour, supply, forecasts, slow movers, recommendations, reports."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from functions.insights.rules.behaviour import Segment
from functions.insights.rules.forecasting import Method
from kit.api import Body, View
from kit.fields import SeenVersion
from kit.pages import PageQuery

Advised = Literal["replenishment", "overstock", "slow-movers", "forecasts", "agents"]
Bps = Annotated[int, Field(ge=100, le=9_000)]

# Behaviour


class RhythmView(View):
    """First and last business day of buying, and the days between two purchases."""

    first: str
    last: str
    mean_days: int | None
    median_days: int | None


class BoughtView(View):
    """What a company bought of a SKU, net of refunds; `share_bps` is of all its money, in basis points."""

    sku_id: str
    product_id: str
    title: str
    orders: int
    units: int
    net_fen: int
    share_bps: int
    rhythm: RhythmView | None


class HourView(View):
    """Orders paid in an hour of the week; 1 is Monday. Shanghai's time."""

    weekday: int
    hour: int
    orders: int


class BehaviourView(View):
    """What a company buys, the most money first."""

    agent_id: str
    name: str
    tier: str
    orders: int
    units: int
    net_fen: int
    rhythm: RhythmView | None
    hours: list[HourView]
    skus: list[BoughtView]


class StandingView(View):
    """How a company stands beside the others over a year; scores from 1 to 5."""

    agent_id: str
    name: str
    tier: str
    recency: int
    frequency: int
    money: int
    segment: Segment
    last: str
    orders: int
    units: int
    net_fen: int


# Supply


class SaveAssumptions(Body):
    """What advice is worked out with, from the next night on; `version` is the one it was edited from."""

    version: SeenVersion
    lead_days: Annotated[int, Field(ge=1, le=180)]
    review_days: Annotated[int, Field(ge=1, le=90)]
    service_level_bps: Annotated[int, Field(ge=5_000, le=9_990)]
    overstock_days: Annotated[int, Field(ge=14, le=720)]
    slow_days: Annotated[int, Field(ge=7, le=365)]


class AssumptionsView(View):
    """What advice is worked out with."""

    version: int
    lead_days: int
    review_days: int
    service_level_bps: int
    overstock_days: int
    slow_days: int


class SupplyView(View):
    """A SKU, how fast it sells, what there is, and what to buy; pieces and days.

    `cover_days` is how long the stock lasts, 9999 where nobody buys; `position_days` with what is to come.
    """

    sku_id: str
    product_id: str
    code: str
    title: str
    unit: str
    units_per_carton: int
    units_7: int
    units_30: int
    units_90: int
    last_sold: str | None
    stock: int
    inbound: int
    cover_days: int
    position_days: int
    reorder_point: int
    suggested: int
    cartons: int


class SlowMoverView(SupplyView):
    """A SKU that does not sell; `stuck_fen` is its stock at base price, `idle_days` null if never sold.

    `feedback` is how often companies had something to say of the product.
    """

    base_price_fen: int
    stuck_fen: int
    idle_days: int | None
    suggested_off_bps: int
    feedback: int


class TrialView(View):
    """How a method did over the past weeks. `wape_bps`: errors by sales, in basis points."""

    method: Method
    error_units: int
    wape_bps: int | None


class ForecastView(View):
    """What a SKU will sell, per week from `first_week` on, and the range of the total.

    `mase_bps` is the error by that of the naive method: below 10 000 is better. `known` are the newest weeks.
    """

    sku_id: str
    product_id: str
    title: str
    method: Method
    first_week: str
    weeks: list[int]
    low: int
    high: int
    chosen: TrialView | None
    baseline: TrialView | None
    mase_bps: int | None
    known: list[int]


class ProductInsight(View):
    """A product: what its SKUs sold by week and will sell, and how much feedback there is."""

    product_id: str
    name: str
    feedback: int
    forecasts: list[ForecastView]


class AdviceQuery(PageQuery):
    """A list of last night's."""


class AdviceExport(BaseModel):
    """Which list to take along."""

    model_config = ConfigDict(extra="forbid")

    advised: Advised


# Promotions of slow movers


class PromoteSlowMover(Body):
    """Sell a SKU for less, for some days from now on; `off_bps` off the base price, in basis points."""

    off_bps: Bps
    days: Annotated[int, Field(ge=1, le=60)]
    name: Annotated[str, Field(min_length=1, max_length=40)] = "限时特惠"


class UpliftView(View):
    """A promotion of a slow mover, and what it sold beside the equally long time before, until last night."""

    promotion_id: str
    sku_id: str
    title: str
    price_fen: int
    base_price_fen: int
    starts_at: str
    ends_at: str
    days: int
    units_before: int
    units_during: int
    net_before_fen: int
    net_during_fen: int


# For companies


class MonthQuery(BaseModel):
    """A month of business days."""

    model_config = ConfigDict(extra="forbid")

    month: Annotated[str, Field(pattern=r"^20[2-9][0-9]-(0[1-9]|1[0-2])$")]


class Spent(View):
    """What was bought, net of refunds; `saved_fen` is what it would have cost more at base prices."""

    orders: int = 0
    units: int = 0
    net_fen: int = 0
    saved_fen: int = 0


class SpentOn(View):
    """What was spent on a SKU or on a category."""

    id: str
    title: str
    units: int
    net_fen: int


class PurchaseReport(View):
    """A company's month, beside the one before; goods only, without freight.

    Points were earned in the month, less those that refunds took back in it; the others are those of today.
    """

    month: str
    total: Spent
    previous: Spent
    skus: list[SpentOn]
    categories: list[SpentOn]
    points_earned: int
    points_available: int
    points_pending: int


class PromisePart(View):
    """One part of a score: points of a hundred, and its weight in percent."""

    name: str
    points: int
    weight: int


class PromiseView(View):
    """How promising a company is, from 0 to 100, with the parts and the figures of the last `weeks`."""

    agent_id: str
    name: str
    score: int
    parts: list[PromisePart]
    weeks: int
    bought_fen: int
    bought_before_fen: int
    orders: int
    region_fen: int
    bills_late: int
    returned_fen: int
