"""Companies at the back office."""

from dataclasses import fields
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from functions.agents.rules import State
from functions.agents.rules.referrals import Reason as RewardReason
from functions.agents.rules.referrals import State as RewardState
from functions.agents.rules.trade import Wanted
from functions.agents.schemas.company import (
    Address,
    Company,
    Fen,
    Id,
    OrderPolicy,
    Reason,
    RegionCode,
    TierCode,
)
from functions.agents.schemas.own import EditCompany, UserView
from functions.auth.schemas import (
    Region,
)
from kit.api import Body, View
from kit.fields import Day, SeenVersion, Version
from kit.pages import PageQuery

Count = Annotated[int, Field(ge=0, le=1_000_000)]


class TierView(View):
    """A tier; a higher rank is a better tier."""

    code: str
    name: str
    rank: int
    version: int


class SaveTier(Body):
    """A new tier, or with a version an edited one."""

    name: Annotated[str, Field(min_length=1, max_length=20)]
    rank: Annotated[int, Field(ge=0, le=99)]
    version: SeenVersion = 0


class Duplicate(View):
    """Another company that has something in common with this one."""

    agent_id: str
    name: str
    state: State
    same: list[Literal["name", "phone", "email", "credit_code"]]


class CompanyCard(View):
    """A company in a list; contact data masked. `in_state_hours` is how long it has been in its state.

    `orders` and `paid_fen` are of the last 90 days, net of refunds and without freight.
    """

    agent_id: str
    name: str
    state: State
    state_since: str
    in_state_hours: int
    tier: str
    region: Region | None
    salesperson_id: str | None
    contact_name: str
    phone: str
    applied_at: str
    duplicates: int
    orders: int
    paid_fen: int
    last_order_at: str | None
    version: int


class Decision(View):
    """What was decided about a company, when and by whom."""

    at: str
    actor: str
    old_state: State
    new_state: State
    reason: str


class Note(View):
    """What staff wrote down about a company; the company never sees it."""

    note_id: str
    at: str
    actor: str
    text: str


class AddNote(Body):
    text: Annotated[str, Field(min_length=1, max_length=1000)]


class CompanyFile(View):
    """All that staff may see of a company."""

    company: Company
    licence_url: str | None
    duplicates: list[Duplicate]
    decisions: list[Decision]
    users: list[UserView]
    addresses: list[Address]
    notes: list[Note]


class CompanyOrState(PageQuery):
    """Base of lists that are a company's history, newest first, or what waits in a state, longest first."""

    agent_id: Id | None = None

    @model_validator(mode="after")
    def _not_both(self) -> Self:
        if {"agent_id", "state"} <= self.model_fields_set:
            raise ValueError("请按代理商或按状态查询，不能同时使用")
        return self


class ApplicationQuery(PageQuery):
    """The review queue, longest waiting first."""

    state: Literal["pending_review", "need_info", "rejected"] = "pending_review"


class CompanySearch(BaseModel):
    """Companies in a state, or in all of them; a region covers its places, `q` is part of the name.

    `orders_…` and `paid_…_fen` bound what they paid within 90 days, net of refunds; days are Shanghai's.
    """

    model_config = ConfigDict(extra="forbid")

    state: State | None = None
    region: RegionCode | None = None
    tier: TierCode | None = None
    salesperson_id: Id | None = None
    segment: Id | None = None
    q: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    orders_from: Count | None = None
    orders_to: Count | None = None
    paid_from_fen: Fen | None = None
    paid_to_fen: Fen | None = None
    ordered_since: Day | None = None
    not_ordered_since: Day | None = None

    @property
    def trade(self) -> Wanted:
        """The bounds on trade alone."""
        return Wanted(**{one.name: getattr(self, one.name) for one in fields(Wanted)})


class CompanyQuery(CompanySearch, PageQuery):
    """A page of the companies that are looked for."""


class ChoicesQuery(PageQuery):
    """Companies to choose from: in a state, of a tier, in a segment, with a part of their name."""

    state: State | None = None
    tier: TierCode | None = None
    segment: Id | None = None
    q: Annotated[str, Field(min_length=1, max_length=40)] | None = None


class CompanyChoice(View):
    """A company by name."""

    agent_id: str
    name: str


class ExportCompanies(CompanySearch, Body):
    """Which companies to write into a file."""


class ExportAgents(BaseModel):
    """Command: write a file of companies."""

    user_id: str
    export_id: str


class CompanyExport(View):
    """How a file of companies is coming along, and where it is for a while."""

    export_id: str
    stage: Literal["running", "complete", "lapsed"]
    companies: int
    started_at: str
    finished_at: str | None
    url: str | None


class CompanyNamesQuery(BaseModel):
    """Companies by id, separated by commas."""

    model_config = ConfigDict(extra="forbid")

    ids: Annotated[str, Field(pattern=r"^[0-9A-Z]{26}(,[0-9A-Z]{26}){0,99}$")]


class CompanyNames(View):
    """What companies are called, by id; whom nobody knows is left out."""

    names: dict[str, str]


class Approve(Body):
    """What the company is approved as."""

    version: Version
    tier: TierCode
    region: Region
    salesperson_id: Id | None = None
    credit_limit_fen: Fen = 0
    note: Annotated[str, Field(max_length=200)] = ""


class Decline(Body):
    """Why an application is rejected, or what is missing from it."""

    version: Version
    reason: Reason


class ChangeState(Body):
    """Suspend, block, reactivate or close a company."""

    version: Version
    state: Literal["active", "suspended", "blocked", "closed"]
    reason: Reason


class ChangeTier(Body):
    version: Version
    tier: TierCode


class ChangeCredit(Body):
    version: Version
    credit_limit_fen: Fen


class EditByStaff(EditCompany):
    """Fields left out stay as they are."""

    salesperson_id: Id | None = None
    policy: OrderPolicy | None = None


class Members(Body):
    """Whom a segment holds: the companies named, and those that meet every criterion given.

    A region covers the places within it. Without names and criteria it holds nobody.
    """

    model_config = ConfigDict(frozen=True)

    tiers: Annotated[tuple[TierCode, ...], Field(max_length=20)] = ()
    regions: Annotated[tuple[RegionCode, ...], Field(max_length=40)] = ()
    salesperson_ids: Annotated[tuple[Id, ...], Field(max_length=40)] = ()
    agent_ids: Annotated[tuple[Id, ...], Field(max_length=500)] = ()


class SaveSegment(Body):
    """A segment of companies, for price lists, campaigns and notices."""

    name: Annotated[str, Field(min_length=1, max_length=30)]
    members: Members


class PreviewSegment(Body):
    """Members that are thought of, not yet saved."""

    members: Members


class SegmentPreview(View):
    """How many active companies a segment would hold, and the first of them.

    So many companies are looked at; of a shop with more, `is_whole` is false and there may be more members.
    """

    companies: int
    is_whole: bool
    sample: list[CompanyCard]


class ReplaceSegment(SaveSegment):
    version: Version


class Segment(View):
    segment_id: str
    name: str
    members: Members
    version: int


class SegmentName(View):
    """A segment by name, for those who may not see whom it holds."""

    segment_id: str
    name: str


class ReferralQuery(PageQuery):
    """Referrals of a state, those that have been in it longest first."""

    state: RewardState = "held"


class ReferralCard(View):
    """A company that came by another one's invite code, and what became of the reward for it."""

    agent_id: str
    name: str
    company_state: State
    inviter_id: str
    inviter_name: str
    inviter_state: State
    joined_at: str
    state: RewardState
    state_since: str
    reasons: list[RewardReason]
    order_id: str | None
    completed_at: str | None
    inviter_points: int
    invited_points: int
    note: str
    decided_by: str | None
    version: int


class ReviewReward(Body):
    """Give a reward that was held."""

    version: Version
    note: Annotated[str, Field(max_length=200)] = ""


class RefuseReward(Body):
    """Why no reward is given."""

    version: Version
    reason: Reason
