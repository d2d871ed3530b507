"""The earning rule and campaigns, as people enter and see them."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from kit.api import Body, View
from kit.fields import Moment, SeenVersion, Version

Id = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{10,26}$")]
TierCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,19}$")]
Points = Annotated[int, Field(ge=1, le=1_000_000_000)]
Fen = Annotated[int, Field(ge=0, le=100_000_000_00)]
Bps = Annotated[int, Field(ge=0, le=1_000_000)]
Text = Annotated[str, Field(max_length=200)]


class ScopeModel(Body):
    """Which goods: any of those named, all when none is."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    products: Annotated[tuple[Id, ...], Field(max_length=200)] = ()
    categories: Annotated[tuple[Id, ...], Field(max_length=100)] = ()
    brands: Annotated[tuple[Id, ...], Field(max_length=100)] = ()
    tags: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=40)], ...], Field(max_length=50)] = ()


class CampaignCard(View):
    """A campaign as agents see it."""

    campaign_id: str
    name: str
    description: str
    image: str
    state: Literal["scheduled", "running"]
    kind: Literal["multiplier", "bonus"]
    multiplier_bps: int
    bonus_points: int
    minimum_fen: int
    starts_at: str
    ends_at: str
    scope: ScopeModel


class Campaigns(View):
    """Campaigns open to the agent's tier, those that end first at the top."""

    items: list[CampaignCard]


class MultiplierModel(Body):
    """More or fewer points for some goods, in basis points."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    bps: Bps
    scope: ScopeModel


class RuleTerms(Body):
    """What an order earns: `points` for every `per_fen` paid; `exchange_points` are worth 1 yuan."""

    points: Annotated[int, Field(ge=0, le=10_000)] = 1
    per_fen: Annotated[int, Field(ge=1, le=10_000_000)] = 100
    tier_rates: Annotated[dict[TierCode, Bps], Field(max_length=20)] = Field(default_factory=dict)
    multipliers: Annotated[list[MultiplierModel], Field(max_length=50)] = Field(default_factory=list)
    minimum_fen: Fen = 0
    most_per_order: Points | None = None
    exchange_points: Annotated[int, Field(ge=1, le=1_000_000)] = 100
    note: Text = ""


class NewRule(RuleTerms):
    """A new version; `version` is the newest one there is. Without an instant it holds from now on."""

    version: SeenVersion
    effective_from: Moment | None = None


class RuleView(View):
    """A version of the earning rule."""

    version: int
    effective_from: str
    state: Literal["future", "in_force", "past"]
    points: int
    per_fen: int
    tier_rates: dict[str, int]
    multipliers: list[MultiplierModel]
    minimum_fen: int
    most_per_order: int | None
    exchange_points: int
    note: str
    created_by: str


class RulesPage(View):
    """Versions of the earning rule, the last to come into force first."""

    items: list[RuleView]
    next_cursor: str | None
    latest_version: int


class SampleLine(Body):
    """A line of an imagined order."""

    product_id: str = Field(default="", max_length=26)
    category_path: Annotated[list[Id], Field(max_length=5)] = Field(default_factory=list)
    brand_id: str = Field(default="", max_length=26)
    tags: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=20)] = Field(
        default_factory=list
    )
    net_fen: Annotated[int, Field(ge=1, le=100_000_000_00)]
    points_eligible: bool = True


class PreviewRule(Body):
    """What would an order earn? Under the rule in force, and under the proposed one."""

    proposed: RuleTerms
    tier: TierCode = "standard"
    lines: Annotated[list[SampleLine], Field(min_length=1, max_length=90)]


class GrantView(View):
    """What one rule gives."""

    rule: str
    version: int
    name: str
    points: int


class Earning(View):
    """What an order earns, rule by rule."""

    total: int
    grants: list[GrantView]


class RulePreview(View):
    """The same order as it earns at present and by what is proposed, with the campaigns running now."""

    present: Earning
    proposed: Earning


class CampaignTerms(Body):
    """Extra points for a time. Campaigns of one `exclusive_group` compete; the others add up."""

    name: Annotated[str, Field(min_length=2, max_length=40)]
    description: Annotated[str, Field(max_length=500)] = ""
    image: Annotated[str, Field(max_length=200)] = ""
    kind: Literal["multiplier", "bonus"]
    multiplier_bps: Annotated[int, Field(ge=10_000, le=1_000_000)] = 10_000
    bonus_points: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    starts_at: Moment
    ends_at: Moment
    scope: ScopeModel = ScopeModel()
    tiers: Annotated[list[TierCode], Field(max_length=20)] = Field(default_factory=list)
    minimum_fen: Fen = 0
    exclusive_group: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    most_per_order: Points | None = None
    most_per_agent: Points | None = None
    budget: Points | None = None


class PreviewCampaign(Body):
    """What would an order earn if this campaign ran? `campaign_id` is the one whose terms are edited."""

    proposed: CampaignTerms
    campaign_id: Id | None = None
    tier: TierCode = "standard"
    lines: Annotated[list[SampleLine], Field(min_length=1, max_length=90)]


class EditCampaign(CampaignTerms):
    """All terms anew; `version` is the one they were edited from."""

    version: Version


class CampaignStep(Body):
    """A step in a campaign's life; `version` is the one that was seen."""

    version: Version


class CampaignView(View):
    """A campaign as staff see it."""

    campaign_id: str
    version: int
    state: Literal["draft", "scheduled", "running", "paused", "ended"]
    steps: list[str]
    name: str
    description: str
    image: str
    kind: Literal["multiplier", "bonus"]
    multiplier_bps: int
    bonus_points: int
    starts_at: str
    ends_at: str
    scope: ScopeModel
    tiers: tuple[str, ...]
    minimum_fen: int
    exclusive_group: str | None
    most_per_order: int | None
    most_per_agent: int | None
    budget: int | None
    spent: int
    remaining: int | None
