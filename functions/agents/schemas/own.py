"""The agent's own pages."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from functions.agents import rules
from functions.agents.rules import Feature, Role, State
from functions.agents.schemas.company import Company, Fen, UploadKey
from functions.auth.schemas import (
    CompanyName,
    CreditCode,
    Email,
    PersonName,
    Phone,
    Region,
)
from kit.api import Body, View
from kit.fields import Version


class Me(View):
    """Who is calling and what is open to them; clients hide the rest, the server refuses it."""

    principal: Literal["visitor", "agent", "staff"]
    user: "UserView | None" = None
    company: Company | None = None
    tier_name: str = ""
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


InvitedReward = Literal["waiting", "in_review", "rewarded", "none"]


class Invited(View):
    """A company that registered with the caller's invite code; its name is shortened.

    A reward waits for the first completed order of the company that reaches the minimum.
    """

    name: str
    state: State
    joined_at: str
    reward: InvitedReward
    points: int


class Referral(View):
    """The caller's invite code, the page that takes it, what it is good for, and who came by it.

    `page` is the mini-program's, `link` the same page in a browser, below the shop's address.
    """

    invite_code: str
    page: str
    link: str
    is_rewarded: bool
    inviter_points: int
    invited_points: int
    minimum_order_fen: int
    joined: int
    rewarded: int
    points: int
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
    size: Annotated[int, Field(ge=1, le=1_000_000_000)]


class UploadForm(View):
    """Post a form with these fields and the file to `url`; then use `key` where a file is asked for."""

    key: str
    url: str
    fields: dict[str, str]
    expires_at: str
