"""Coupons that staff give to agents."""

from datetime import datetime

from functions.agents import operations as agents
from functions.pricing.operations.coupons import new_coupon
from functions.pricing.schemas import IssueCoupons, IssuedCoupons
from functions.pricing.table import coupons as wallets
from functions.pricing.table import terms as written
from kit import ids, transaction
from kit.errors import KeyReused
from kit.tokens import Principal


def issue_by_hand(
    template_id: str, order: IssueCoupons, command_id: str, staff: Principal, now: datetime
) -> IssuedCoupons:
    """One coupon for each of some agents, once per command; all or none.

    Raises TermsNotFound; NotFound for an agent unknown or of another region; TemplateExhausted; KeyReused.
    """
    template = written.template(written.find("TEMPLATES", template_id))
    fingerprint = ids.fingerprint(order)
    coupon_ids = {
        agents.require_covered(agent_id, staff).agent_id: ids.derived_id(command_id, agent_id)
        for agent_id in order.agent_ids
    }

    def attempt() -> None:
        done = wallets.issue_command(command_id)
        if done and done != fingerprint:
            raise KeyReused()
        if not done:
            issued = [new_coupon(template, *whose, "staff", now) for whose in coupon_ids.items()]
            parts = [wallets.issue_command_part(command_id, fingerprint)]
            parts += [wallets.issue_coupon_part(coupon) for coupon in issued]
            transaction.commit([*parts, written.count_issued_part(template, len(issued))])

    transaction.retry_stale(attempt)
    return IssuedCoupons(coupon_ids=list(coupon_ids.values()))
