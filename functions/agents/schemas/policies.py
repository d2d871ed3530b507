"""How orders of companies are handled."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from functions.agents.rules.policies import Why
from functions.agents.schemas.company import DeliveryWindow, Fen, Id, TierCode
from kit.api import Body, View
from kit.fields import Instant, Version


class PolicyValues(Body):
    """What a policy decides; what is left out or null is left to others."""

    model_config = ConfigDict(frozen=True)

    auto_approve_up_to_fen: Fen | None = None
    purchase_order_required: bool | None = None
    delivery_window: DeliveryWindow | None = None
    carrier: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    after_sale_hours: Annotated[int, Field(ge=1, le=720)] | None = None

    @property
    def decided(self) -> dict[str, Any]:
        """Only what is decided."""
        return self.model_dump(exclude_none=True)

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.decided:
            raise ValueError("请至少设置一项")
        return self


class PolicyAudience(Body):
    """The companies meant: those named, of the segments or of the tiers; none given: all."""

    model_config = ConfigDict(frozen=True)

    agent_ids: Annotated[tuple[Id, ...], Field(max_length=100)] = ()
    segments: Annotated[tuple[Id, ...], Field(max_length=20)] = ()
    tiers: Annotated[tuple[TierCode, ...], Field(max_length=20)] = ()


class SavePolicy(Body):
    """How orders of some companies are handled, from when to when.

    Among policies that name a company equally exactly, the one of highest priority decides.
    """

    name: Annotated[str, Field(min_length=1, max_length=40)]
    audience: PolicyAudience
    values: PolicyValues
    priority: Annotated[int, Field(ge=0, le=99)] = 0
    is_active: bool = True
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    note: Annotated[str, Field(max_length=200)] = ""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValueError("结束时间须晚于开始时间")
        return self


class ReplacePolicy(SavePolicy):
    version: Version


class PolicyVersion(BaseModel):
    """The version that is taken away."""

    model_config = ConfigDict(extra="forbid")

    version: Version


class PolicyView(View):
    """A policy in one of its versions."""

    policy_id: str
    name: str
    audience: PolicyAudience
    values: PolicyValues
    priority: int
    is_active: bool
    starts_at: str | None
    ends_at: str | None
    note: str
    version: int
    changed_at: str
    changed_by: str


class EffectivePolicy(View):
    """How orders of a company are handled. Without a limit the shop's settings decide on reviews; without
    hours they decide how soon after-sales are answered."""

    auto_approve_up_to_fen: int | None
    purchase_order_required: bool
    delivery_window: str
    carrier: str
    after_sale_hours: int | None


class ValueSource(View):
    """Where a value comes from: the company's own settings, a policy that reaches it, or nobody decided."""

    field: str
    why: Why
    policy_id: str | None
    policy_name: str | None
    policy_version: int | None


class ExplainedPolicy(View):
    """How orders of a company are handled, and which rule gave each value."""

    policy: EffectivePolicy
    sources: list[ValueSource]
