"""What agents and staff see and enter about gifts, and what gifts announces."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from functions.agents.schemas import Address, CompanyOrState
from functions.gifts.rules.gifts import Category, GiftState, Kind
from functions.gifts.rules.redemptions import State
from kit.api import Body, View
from kit.facts import Fact
from kit.fields import Moment, Version
from kit.pages import PageQuery
from kit.pictures import PictureKey

Id = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{10,26}$")]
TierCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,19}$")]
Reason = Annotated[str, Field(min_length=2, max_length=200)]
Quantity = Annotated[int, Field(ge=1, le=100)]

# What gifts announces


class RedemptionFact(Fact):
    """Base of the facts about one redemption."""

    redemption_id: str
    agent_id: str
    gift_id: str
    gift_name: str
    kind: Kind
    quantity: int
    points: int


class RedemptionPlaced(RedemptionFact):
    """An agent exchanged points for a gift; it waits for review."""


class RedemptionApproved(RedemptionFact):
    """Staff approved a redemption."""


class RedemptionRejected(RedemptionFact):
    """A redemption was rejected, or could not be issued; points and stock went back."""

    reason: str


class RedemptionShipped(RedemptionFact):
    """A gift was sent."""

    carrier_name: str
    tracking_no: str


class RedemptionIssued(RedemptionFact):
    """A coupon is in the wallet, or a code can be read in the app."""


# What agents see


class GiftCard(View):
    """A gift in the list. `obstacle` says in words why it cannot be redeemed now."""

    gift_id: str
    name: str
    image: str
    kind: Kind
    category: Category
    category_name: str
    points: int
    stock: int
    per_agent_limit: int | None
    taken: int
    starts_at: str | None
    ends_at: str | None
    affordable: bool
    short_by: int
    can_redeem: bool
    obstacle: str | None


class GiftDetail(GiftCard):
    """A gift with everything about it."""

    images: tuple[str, ...]
    description: str
    most_pieces: int


class GiftsPage(View):
    """Gifts by points, so those that are affordable come first; and what can be spent."""

    items: list[GiftCard]
    next_cursor: str | None
    available_points: int


class GiftQuery(PageQuery):
    """Gifts on offer."""

    category: Category | None = None


class Redeem(Body):
    """Exchange points for a gift; `points` is the total that was shown."""

    gift_id: Id
    quantity: Quantity = 1
    points: Annotated[int, Field(ge=1, le=1_000_000_000)]
    address_id: Id | None = None


class Step(View):
    """A state and since when."""

    state: State
    at: str


class RedemptionCard(View):
    """A redemption in the list; `actions` are possible now."""

    redemption_id: str
    gift_id: str
    gift_name: str
    image: str
    kind: Kind
    quantity: int
    points: int
    state: State
    created_at: str
    actions: list[Literal["cancellation", "receipt"]]


class RedemptionView(RedemptionCard):
    """A redemption with what came of it; codes are shown to nobody else."""

    address: Address | None
    reason: str
    carrier_name: str
    tracking_no: str
    coupon_ids: tuple[str, ...]
    codes: list[str]
    history: list[Step]


# What staff enter and see


class GiftTerms(Body):
    """What a gift is and takes; `cost_fen` is what it costs the merchant."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    kind: Kind
    category: Category
    points: Annotated[int, Field(ge=1, le=100_000_000)]
    images: Annotated[list[PictureKey], Field(max_length=9)] = Field(default_factory=list)
    description: Annotated[str, Field(max_length=5000)] = ""
    per_agent_limit: Annotated[int, Field(ge=1, le=100_000)] | None = None
    tiers: Annotated[list[TierCode], Field(max_length=20)] = Field(default_factory=list)
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    template_id: Id | None = None
    cost_fen: Annotated[int, Field(ge=0, le=100_000_000_00)] = 0


class NewGift(GiftTerms):
    """A gift to draft; a virtual one gets its stock from its codes."""

    stock: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class EditGift(GiftTerms):
    """All terms anew; `version` is the one they were edited from."""

    version: Version


class MoveGift(Body):
    """Put a gift on sale, off sale, or away."""

    version: Version
    state: Literal["on_sale", "off_sale", "archived"]


class StaffGift(View):
    """A gift as staff see it."""

    gift_id: str
    version: int
    state: GiftState
    name: str
    kind: Kind
    category: Category
    category_name: str
    points: int
    images: tuple[str, ...]
    per_agent_limit: int | None
    tiers: tuple[str, ...]
    starts_at: str | None
    ends_at: str | None
    template_id: str | None
    cost_fen: int
    stock: int
    redeemed: int
    points_spent: int
    agents: int


class StaffGiftDetail(StaffGift):
    """A gift with its long description."""

    description: str


class StaffGiftQuery(PageQuery):
    """Gifts of one state, by points."""

    state: GiftState = "on_sale"
    category: Category | None = None


class ChangeStock(Body):
    """Pieces that came in or went out by hand."""

    change: Annotated[int, Field(ge=-1_000_000, le=1_000_000)]
    reason: Literal["purchase", "stocktake", "damage", "correction"]
    note: Annotated[str, Field(max_length=200)] = ""


class MovementView(View):
    """One change of a gift's stock."""

    change: int
    reason: str
    reference: str
    actor: str
    note: str
    at: str


class ImportCodes(Body):
    """Codes of a virtual gift, one a line."""

    codes_text: Annotated[str, Field(min_length=1, max_length=60_000)]


class ImportedCodes(View):
    """How many codes were new, and how many were there before. Codes themselves are never shown to staff."""

    imported: int
    duplicates: int
    stock: int


class RedemptionQuery(CompanyOrState):
    """Redemptions of one company, newest first, or of one state, those that wait longest first."""

    state: State = "pending_review"


class StaffRedemption(RedemptionCard):
    """A redemption as staff see it."""

    agent_id: str
    company_name: str
    steps: list[str]
    version: int


class RiskHint(View):
    """Something a reviewer should look at."""

    code: str
    text: str


class StaffRedemptionDetail(StaffRedemption):
    """A redemption with what a reviewer should know."""

    address: Address | None
    reviewer: str | None
    reason: str
    carrier_name: str
    tracking_no: str
    coupon_ids: tuple[str, ...]
    codes: int
    hints: list[RiskHint]
    history: list[Step]


class Reject(Body):
    """Why a redemption is refused; the agent reads it."""

    reason: Reason


class ShipGift(Body):
    """How a gift was sent."""

    carrier_name: Annotated[str, Field(min_length=2, max_length=20)]
    tracking_no: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{5,40}$")]


class Popularity(View):
    """How popular one gift is."""

    gift_id: str
    name: str
    kind: Kind
    state: GiftState
    points: int
    redeemed: int
    agents: int
    points_spent: int
    stock: int


class GiftStatistics(View):
    """All gifts that were ever on sale, the most redeemed first."""

    items: list[Popularity]
    redeemed: int
    points_spent: int
