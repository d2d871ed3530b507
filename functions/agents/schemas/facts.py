"""What happened to companies, and what is needed of orders' facts."""

from pydantic import BaseModel, ConfigDict

from functions.agents.rules import State
from kit.facts import Fact

# What others announce


class PaidLine(BaseModel):
    """A line of an order; `net_fen` is after every discount and refund."""

    model_config = ConfigDict(frozen=True)

    net_fen: int


class OrderPaid(Fact):
    """An order was paid."""

    order_id: str
    agent_id: str
    paid_at: str
    lines: tuple[PaidLine, ...]


class OrderCompleted(Fact):
    """An order was received."""

    order_id: str
    agent_id: str
    completed_at: str
    lines: tuple[PaidLine, ...]


class OrderRefunded(Fact):
    """Money of an order went back; `remaining_lines` are what is still paid for."""

    order_id: str
    agent_id: str
    remaining_lines: tuple[PaidLine, ...]


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


class ReferralHeld(Fact):
    """A reward for inviting a company is to be looked at."""

    inviter_id: str
    invited_id: str
    reasons: tuple[str, ...]


class ReferralFact(Fact):
    """Base of the facts about a reward of two companies, of which one invited the other."""

    inviter_id: str
    invited_id: str
    inviter_points: int
    invited_points: int
    rewarded_at: str


class ReferralRewarded(ReferralFact):
    """Two companies are to be rewarded, because one invited the other."""


class ReferralRevoked(ReferralFact):
    """What was given at `rewarded_at` is to be taken back: the order was refunded."""

    revoked_at: str
