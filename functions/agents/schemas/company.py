"""Companies, addresses and people as other contexts ask for them."""

from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from functions.agents.rules import State
from functions.auth.schemas import (
    Region,
)
from kit.api import Body, View

Fen = Annotated[int, Field(ge=0, le=100_000_000_00)]
Id = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{10,26}$")]
TierCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,19}$")]
Reason = Annotated[str, Field(min_length=2, max_length=200)]
CompanyState = State
UploadKey = Annotated[
    str, StringConstraints(pattern=r"^agents/[0-9A-Z]{26}/[a-z_]+/[0-9A-Z]{26}\.[a-z]{3,4}$")
]
RegionCode = Annotated[str, StringConstraints(pattern=r"^[1-8][0-9]{5}$")]


def _forward(window: str) -> str:
    begins, ends = window.rpartition(" ")[2].split("-")
    if begins >= ends:
        raise ValueError("结束时间须晚于开始时间")
    return window


DeliveryWindow = Annotated[
    str,
    StringConstraints(
        pattern=r"^(每天|工作日|周末) ([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$"
    ),
    AfterValidator(_forward),
]


class OrderPolicy(Body):
    """How orders of this company are handled; `None` leaves it to the settings."""

    model_config = ConfigDict(frozen=True)

    auto_approve_up_to_fen: Fen | None = None
    purchase_order_required: bool = False
    delivery_window: DeliveryWindow | Literal[""] = ""
    carrier: Annotated[str, Field(max_length=40)] = ""


class Company(View):
    """A dealer company. `note` is the merchant's last word on the application."""

    agent_id: str
    name: str
    state: CompanyState
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
    overdue_credits: int = 0
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
