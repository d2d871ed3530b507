"""What became of one order's points: granted, promised, taken back."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from functions.points.rules.earning import Grant
from kit import clock


@dataclass(frozen=True)
class Award:
    """The points of one order. `paid_at` is empty as long as only later facts of the order are known."""

    agent_id: str
    order_id: str
    order_no: str = ""
    tier: str = ""
    paid_at: str = ""
    grants: tuple[Grant, ...] = ()
    rule_key: str = ""
    pending: int = 0
    reversed: Mapping[str, int] = field(default_factory=dict)  # rule id → points
    expires_on: str | None = None
    activation_days: int = 0
    validity_months: int = 0
    completed_at: str = ""
    early_refunds: tuple[Mapping[str, Any], ...] = ()  # refunds that arrived before the payment
    available_after: int = 0  # spendable points once it was booked
    version: int = 0

    @property
    def granted(self) -> int:
        return sum(grant.points for grant in self.grants)

    @property
    def kept(self) -> Mapping[str, int]:
        """What is left of what each rule granted."""
        return {grant.rule_id: grant.points - self.reversed.get(grant.rule_id, 0) for grant in self.grants}

    @property
    def activates_at(self) -> str | None:
        """When the promised points become spendable; None while the order is not completed."""
        if not (self.pending and self.completed_at):
            return None
        return clock.to_text(clock.from_text(self.completed_at) + timedelta(days=self.activation_days))

    def is_due(self, now: datetime) -> bool:
        """Whether promised points have become spendable."""
        return self.activates_at is not None and self.activates_at <= clock.to_text(now)

    def lost(self, now_lost: Mapping[str, int]) -> dict[str, int]:
        """What must be taken back beyond what was taken back before, by rule."""
        more = {rule_id: points - self.reversed.get(rule_id, 0) for rule_id, points in now_lost.items()}
        return {rule_id: points for rule_id, points in more.items() if points > 0}

    def without(self, lost: Mapping[str, int], pending: int) -> "Award":
        """The award after points were taken back, `pending` of them from the promised ones."""
        taken_back = dict(Counter(self.reversed) + Counter(lost))
        return replace(self, pending=self.pending - pending, reversed=taken_back)
