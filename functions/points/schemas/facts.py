"""What points announces, and what it needs of orders' facts."""

from pydantic import BaseModel, ConfigDict

from kit.facts import Fact

# What others announce


class PaidLine(BaseModel):
    """A line of an order as it was paid; `net_fen` is after every discount."""

    model_config = ConfigDict(frozen=True)

    sku_id: str
    product_id: str
    category_path: tuple[str, ...]
    brand_id: str
    tags: tuple[str, ...]
    quantity: int
    net_fen: int
    points_eligible: bool


class OrderPaid(Fact):
    """An order was paid."""

    order_id: str
    order_no: str
    agent_id: str
    tier: str
    paid_at: str
    lines: tuple[PaidLine, ...]


class OrderCompleted(Fact):
    """An order was received."""

    order_id: str
    agent_id: str
    completed_at: str


class OrderRefunded(Fact):
    """Money of an order went back; `remaining_lines` are its lines as they are now paid for."""

    order_id: str
    agent_id: str
    refund_id: str
    refunded_at: str
    remaining_lines: tuple[PaidLine, ...]


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
    """What was given at `rewarded_at` is to be taken back."""

    revoked_at: str


# What points announces


class PointsGranted(Fact):
    """An order earned points; `pending` ones become spendable after it is completed."""

    agent_id: str
    order_id: str
    order_no: str
    points: int
    pending: bool
    expires_on: str | None
    available: int


class PointsMoved(Fact):
    """Base of the facts about one line of the ledger; `points` is never negative."""

    agent_id: str
    points: int
    available: int
    source_id: str


class ReferralPointsGranted(PointsMoved):
    """A company got points because it invited another one, or was invited."""


class PointsActivated(PointsMoved):
    """Promised points became spendable."""


class PointsSpent(PointsMoved):
    """Points were spent on a redemption."""


class PointsReturned(PointsMoved):
    """Spent points came back."""


class PointsReversed(PointsMoved):
    """Granted points were taken back after a refund."""


class PointsExpired(PointsMoved):
    """Points passed their expiry date, the day `expired_on`."""

    expired_on: str


class PointsExpiring(Fact):
    """Points expire in `days` days; `later` tells what follows within the reminder days."""

    agent_id: str
    points: int
    expires_on: str
    days: int
    later: dict[str, int]
