"""What can be done with points; the only door for other contexts."""

from functions.points.operations.accounts import (
    account,
    check_account,
    earned_between,
    entries,
    overview,
    return_parts,
    reversed_since,
    spend_parts,
    staff_entries,
    staff_overview,
)
from functions.points.operations.adjustments import decide_adjustment, list_adjustments, request_adjustment
from functions.points.operations.announcing import facts_of
from functions.points.operations.awards import (
    activate_due,
    award,
    complete,
    kept_by_rule,
    preview,
    preview_each,
    reverse,
)
from functions.points.operations.books import close_days, liability, statistics
from functions.points.operations.expiry import expire_due, remind
from functions.points.operations.programme import (
    add_rule,
    campaign,
    create_campaign,
    edit_campaign,
    list_campaigns,
    open_campaigns,
    preview_campaign,
    preview_rule,
    rule_versions,
    step_campaign,
    withdraw_rule,
)
from functions.points.operations.referrals import revoke as revoke_referral
from functions.points.operations.referrals import reward as reward_referral

__all__ = [
    "account",
    "activate_due",
    "add_rule",
    "award",
    "campaign",
    "check_account",
    "close_days",
    "complete",
    "create_campaign",
    "decide_adjustment",
    "earned_between",
    "edit_campaign",
    "entries",
    "expire_due",
    "facts_of",
    "kept_by_rule",
    "liability",
    "list_adjustments",
    "list_campaigns",
    "open_campaigns",
    "overview",
    "preview",
    "preview_campaign",
    "preview_each",
    "preview_rule",
    "remind",
    "request_adjustment",
    "return_parts",
    "reverse",
    "reversed_since",
    "revoke_referral",
    "reward_referral",
    "rule_versions",
    "spend_parts",
    "staff_entries",
    "staff_overview",
    "statistics",
    "step_campaign",
    "withdraw_rule",
]
