"""Companies, addresses and users as others see them; requests; and what this context announces."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from functions.agents import rules
from functions.agents.rules import Feature, Role, State
from functions.auth.schemas import (
    CompanyName,
    CreditCode,
    Email,
    PersonName,
    Phone,
    Region,
)
from kit.api import Body, View
from kit.facts import Fact
from kit.pages import PageQuery

Fen = Annotated[int, Field(ge=0, le=100_000_000_00)]
Id = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{10,26}$")]
TierCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,19}$")]
Reason = Annotated[str, Field(min_length=2, max_length=200)]
Version = Annotated[int, Field(ge=1)]
UploadKey = Annotated[
    str, StringConstraints(pattern=r"^agents/[0-9A-Z]{26}/[a-z_]+/[0-9A-Z]{26}\.[a-z]{3,4}$")
]
RegionCode = Annotated[str, StringConstraints(pattern=r"^[1-8][0-9]{5}$")]


# What other contexts ask for


class OrderPolicy(Body):
    """How orders of this company are handled; `None` leaves it to the settings."""

    model_config = ConfigDict(frozen=True)

    auto_approve_up_to_fen: Fen | None = None
    purchase_order_required: bool = False
    delivery_window: Annotated[str, Field(max_length=40)] = ""
    carrier: Annotated[str, Field(max_length=40)] = ""


class Company(View):
    """A dealer company. `note` is the merchant's last word on the application."""

    agent_id: str
    name: str
    state: State
    state_since: str
    tier: str
    region: Region | None
    salesperson_id: str | None
    contact_name: str
    phone: str
    email: str
    credit_code: str | None
    licence_key: str | None
    credit_limit_fen: int
    credit_used_fen: int
    policy: OrderPolicy
    invite_code: str
    invited_by: str | None
    applied_at: str
    approved_at: str | None
    note: str | None
    version: int


class Address(View):
    """Where a company has goods sent."""

    address_id: str
    contact_name: str
    phone: str
    region: Region
    text: str
    is_default: bool
    version: int


class Recipient(View):
    """One of a company's people and how to reach them."""

    user_id: str
    email: str
    phone: str
    openid: str | None


# The agent's own pages


class Me(View):
    """Who is calling and what is open to them; clients hide the rest, the server refuses it."""

    principal: Literal["visitor", "agent", "staff"]
    user: "UserView | None" = None
    company: Company | None = None
    permissions: list[str]
    open: list[Feature]


class UserView(View):
    """A person who signs in for the company. A limit of `None` means that there is none."""

    user_id: str
    name: str
    role: Role
    email: str
    phone: str
    wechat_bound: bool
    active: bool
    spending_limit_fen: int | None
    spent_fen: int
    version: int


class AddUser(Body):
    """Somebody else who signs in for the company. `spending_limit_fen` is per calendar month."""

    name: PersonName
    email: Email
    phone: Phone
    role: Role
    spending_limit_fen: Fen | None = None


class EditUser(Body):
    """Fields left out stay as they are; a limit of `null` takes the limit away."""

    version: Version
    name: PersonName | None = None
    role: Role | None = None
    active: bool | None = None
    spending_limit_fen: Fen | None = None


class Invited(View):
    """A company that registered with the caller's invite code; its name is shortened."""

    name: str
    state: State
    joined_at: str


class Referral(View):
    """The caller's invite code, the page that takes it, and who came by it."""

    invite_code: str
    page: str
    invited: list[Invited]


class CodeImage(View):
    """A mini-program code as a `data:` address, ready to be shown or saved."""

    image: str


class EditCompany(Body):
    """Fields left out stay as they are."""

    version: Version
    name: CompanyName | None = None
    contact_name: PersonName | None = None
    phone: Phone | None = None
    email: Email | None = None
    region: Region | None = None
    credit_code: CreditCode | None = None
    licence_key: UploadKey | None = None


class Apply(EditCompany):
    """The application once more, after it was rejected or more was asked for."""

    message: Annotated[str, Field(max_length=200)] = ""


class SaveAddress(Body):
    """A new address."""

    contact_name: PersonName
    phone: Phone
    region: Region
    text: Annotated[str, Field(min_length=4, max_length=120)]
    is_default: bool = False

    @model_validator(mode="after")
    def _down_to_the_district(self) -> "SaveAddress":
        if self.region.district_code is None:
            raise ValueError("请选择到区县")
        return self


class EditAddress(Body):
    """Fields left out stay as they are."""

    version: Version
    contact_name: PersonName | None = None
    phone: Phone | None = None
    region: Region | None = None
    text: Annotated[str, Field(min_length=4, max_length=120)] | None = None
    is_default: Literal[True] | None = None


class Upload(Body):
    """A file about to be uploaded; `size` in bytes."""

    purpose: rules.Purpose
    content_type: Literal["image/png", "image/jpeg", "image/webp", "application/pdf"]
    size: Annotated[int, Field(ge=1, le=10 * 1024 * 1024)]


class UploadForm(View):
    """Post a form with these fields and the file to `url`; then use `key` where a file is asked for."""

    key: str
    url: str
    fields: dict[str, str]
    expires_at: str


# The back office


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
    version: Annotated[int, Field(ge=0)] = 0


class Duplicate(View):
    """Another company that has something in common with this one."""

    agent_id: str
    name: str
    state: State
    same: list[Literal["name", "phone", "email", "credit_code"]]


class CompanyCard(View):
    """A company in a list; contact data masked. `in_state_hours` is how long it has been in its state."""

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
    version: int


class Decision(View):
    """What was decided about a company, when and by whom."""

    at: str
    actor: str
    old_state: State
    new_state: State
    reason: str


class CompanyFile(View):
    """All that staff may see of a company."""

    company: Company
    licence_url: str | None
    duplicates: list[Duplicate]
    decisions: list[Decision]
    users: list[UserView]
    addresses: list[Address]


class ApplicationQuery(PageQuery):
    """The review queue, longest waiting first."""

    state: Literal["pending_review", "need_info", "rejected"] = "pending_review"


class CompanyQuery(PageQuery):
    """Companies in a state, or in all of them; a region covers the places within it."""

    state: State | None = None
    region: RegionCode | None = None
    tier: TierCode | None = None
    salesperson_id: Id | None = None


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


# What happened


class CompanyFact(Fact):
    agent_id: str
    company_name: str


class ApplicationSubmitted(CompanyFact):
    """An application waits for review; `resubmitted` after it was rejected or more was asked for."""

    resubmitted: bool


class ApplicationApproved(CompanyFact):
    tier: str


class ApplicationRejected(CompanyFact):
    reason: str


class InformationRequested(CompanyFact):
    reason: str


class CompanyStateChanged(CompanyFact):
    """A company was suspended, blocked, reactivated or closed."""

    old_state: State
    new_state: State
    reason: str


class CompanyTierChanged(CompanyFact):
    old_tier: str
    new_tier: str
