"""What insights needs of others' facts, and what staff see."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from functions.orders.schemas import StaffAfterSaleCard, StaffCard
from functions.payments.schemas import RefundRecord
from kit.api import Body, View
from kit.facts import Fact
from kit.fields import Day

Sort = Literal["net_fen", "paid_fen", "paid", "units", "placed", "placed_fen", "refunded_fen"]
OrderState = Literal["pending_payment", "pending_review", "to_ship", "part_shipped", "shipped"]
Report = Literal["orders", "sales", "products", "agents", "regions", "cities", "tiers"]

# What others announce


class OrderFact(Fact):
    """Something about an order changed; its rows say what."""

    order_id: str
    agent_id: str


class OrderPlaced(OrderFact):
    """An order was placed."""


class OrderPaid(OrderFact):
    """An order was paid."""


class OrderRefunded(OrderFact):
    """Money of an order went back."""


class OrderCompleted(OrderFact):
    """An order was received."""


class OrderClosed(OrderFact):
    """An order came to nothing."""


class AfterSaleApplied(OrderFact):
    """A buyer claims goods that left."""

    after_sale_id: str
    amount_fen: int


class RedemptionFact(Fact):
    """Something about an exchange of points for a gift."""

    redemption_id: str
    gift_id: str
    gift_name: str
    quantity: int
    points: int


class RedemptionPlaced(RedemptionFact):
    """Points were exchanged for a gift."""


class RedemptionRejected(RedemptionFact):
    """An exchange came to nothing."""


# What staff ask


class Days(BaseModel):
    """Business days, both included; the equally long time before is told with them."""

    model_config = ConfigDict(extra="forbid")

    first: Day
    last: Day


class RankedGifts(Days):
    """The most wanted gifts."""

    sort: Literal["redemptions", "gift_pieces", "points_spent"] = "gift_pieces"
    limit: Annotated[int, Field(ge=1, le=100)] = 20


class Ranked(Days):
    """The first so many by a measure."""

    sort: Sort = "net_fen"
    limit: Annotated[int, Field(ge=1, le=100)] = 20


class RankedRegions(Ranked):
    """Provinces, or cities."""

    level: Literal["province", "city"] = "province"


class Exported(Days):
    """Which figures to take along."""

    report: Report


class Rebuild(Body):
    """The business day to count again."""

    day: Day


class ReportsQuery(BaseModel):
    """The newest nightly reports."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=31)] = 7


# What staff see


class Figures(View):
    """Sums over some time. Orders count on the day they were placed, paid, refunded, completed or closed;
    `claims` are after-sales, on the day they were asked for, of all companies together.
    """

    placed: int = 0
    placed_fen: int = 0
    paid: int = 0
    paid_fen: int = 0
    freight_fen: int = 0
    units: int = 0
    refunds: int = 0
    refunded_fen: int = 0
    refunded_units: int = 0
    net_fen: int = 0
    completed: int = 0
    closed: int = 0
    claims: int = 0
    claimed_fen: int = 0


class DayView(Figures):
    """The figures of a business day."""

    day: str


class Series(View):
    """Figures day by day, altogether, and of the equally long time before."""

    days: list[DayView]
    previous_days: list[DayView]
    total: Figures
    previous: Figures


class OrderStatistics(Series):
    """With how many orders are in each state now; 100 means more than 99."""

    states: dict[str, int]


class RankView(Figures):
    """One product, agent, region or tier, and its figures of the equally long time before."""

    key: str
    name: str
    previous: Figures


class Ranking(View):
    """The first by a measure."""

    items: list[RankView]


class ProductRankView(RankView):
    """A product's sales beside what companies had to say of it, ever."""

    feedback: int


class ProductRanking(View):
    """The first products by a measure."""

    items: list[ProductRankView]


class GiftFigures(View):
    """Exchanges of points over some time, on the day they were asked for or rejected."""

    redemptions: int = 0
    gift_pieces: int = 0
    points_spent: int = 0
    redemptions_rejected: int = 0


class GiftView(GiftFigures):
    """One gift, and its figures of the equally long time before."""

    gift_id: str
    name: str
    previous: GiftFigures


class GiftRanking(View):
    """The most wanted gifts first, and the figures of all together."""

    items: list[GiftView]
    total: GiftFigures
    previous: GiftFigures


class Waiting(View):
    """A queue of things to do. 100 means more than 99; `longest_hours` is the age of the oldest."""

    queue: str
    count: int
    longest_hours: int | None


class Dashboard(View):
    """What is to be done, and how today compares."""

    waiting: list[Waiting]
    today: DayView
    yesterday: DayView
    week_ago: DayView


class Exceptions(View):
    """What has been left lying: the oldest of each kind."""

    paid_not_reviewed: list[StaffCard]
    not_shipped: list[StaffCard]
    shipped_not_received: list[StaffCard]
    after_sales_overdue: list[StaffAfterSaleCard]
    refunds_stuck: list[RefundRecord]


class CheckView(View):
    """What one check of a night found; at most 100 findings are kept."""

    name: str
    checked: int
    wrong: int
    findings: list[str]


class ReportView(View):
    """The checks of one night."""

    day: str
    checks: list[CheckView]


class Differing(View):
    """A sum that was not what its events add up to, before it was set right."""

    dimension: str
    key: str
    stored: dict[str, int]
    expected: dict[str, int]


class Rebuilt(View):
    """A day counted again: what had been missed, which sums were wrong, and which histories of companies."""

    day: str
    events: int
    missed: int
    histories: list[str]
    differences: list[Differing]


class RebuildReports(View):
    """The newest nightly countings."""

    items: list[Rebuilt]


class CheckReports(View):
    """The newest nightly checks."""

    items: list[ReportView]
