"""Coupons and codes reach the agent: in one transaction with the redemption's state."""

import random
from collections.abc import Callable
from datetime import datetime

from functions.gifts.rules import redemptions as rules
from functions.gifts.rules.redemptions import Redemption, RedemptionNotFound
from functions.gifts.table import gifts, redemptions
from functions.pricing import operations as pricing
from kit import ids, transaction
from kit.errors import Busy, DomainError, NotFound
from kit.log import logger

_SOME_CODES = 25  # parallel issuers choose among so many, to meet less often


class CodesUsedUp(NotFound):
    """The gift has no free code."""

    title = "兑换码已用完"


Choose = Callable[[list[str], int], list[str]]


def issue(redemption_id: str, now: datetime, choose: Choose = random.sample) -> None:
    """Issue what an approved redemption promises; what cannot be issued waits for staff as `issue_failed`.

    Physical gifts and redemptions that are past this step are left alone. Raises RedemptionNotFound, or Busy
    when others kept being faster.
    """
    held = transaction.retry_stale(lambda: _begin(redemption_id, now))
    if held.state != "issuing":
        return
    try:
        transaction.retry_stale(lambda: _issue(redemption_id, now, choose))
    except Busy:
        raise
    except DomainError as refusal:
        logger.warning("issue_failed", extra={"redemption_id": redemption_id, "code": refusal.code})
        detail = refusal.detail
        transaction.retry_stale(lambda: _fail(redemption_id, detail, now))


def _begin(redemption_id: str, now: datetime) -> Redemption:
    held = _found(redemption_id)
    if held.kind == "physical" or held.state != "approved":
        return held
    issuing = rules.move(held, "issuing", now)
    transaction.commit([redemptions.save_part(held, issuing)])
    return issuing


def _issue(redemption_id: str, now: datetime, choose: Choose) -> None:
    held = _found(redemption_id)
    if held.state != "issuing":
        return
    if held.kind == "coupon":
        coupon_id = ids.derived_id("gifts", redemption_id, "coupon")
        issued = rules.move(held, "issued", now, coupon_ids=(coupon_id,), reason="")
        source = f"redemption#{redemption_id}"
        parts = pricing.issue_coupon_parts(held.agent_id, held.template_id or "", coupon_id, source, now)
    else:
        code_ids = _codes(held, choose)
        issued = rules.move(held, "issued", now, code_ids=tuple(code_ids), reason="")
        parts = [gifts.claim_code_part(held.gift_id, code_id, redemption_id) for code_id in code_ids]
    transaction.commit([redemptions.save_part(held, issued), *parts])


def _codes(held: Redemption, choose: Choose) -> list[str]:
    free = gifts.free_codes(held.gift_id, _SOME_CODES + held.quantity)
    if len(free) < held.quantity:
        raise CodesUsedUp()
    return choose(free, held.quantity)


def _fail(redemption_id: str, detail: str, now: datetime) -> None:
    held = _found(redemption_id)
    if held.state == "issuing":
        failed = rules.move(held, "issue_failed", now, reason=detail)
        transaction.commit([redemptions.save_part(held, failed)])


def _found(redemption_id: str) -> Redemption:
    found = redemptions.redemption(redemption_id)
    if found is None:
        raise RedemptionNotFound()
    return found
