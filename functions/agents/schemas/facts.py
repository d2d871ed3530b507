"""What happened to companies."""

from functions.agents.rules import State
from kit.facts import Fact


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
