"""What can be done with companies, their addresses and their people; the only door for other contexts."""

from functions.agents.operations.addresses import (
    add_address,
    address,
    addresses,
    delete_address,
    edit_address,
)
from functions.agents.operations.announcements import facts_of
from functions.agents.operations.applications import apply_again, edit_company, verify_registration
from functions.agents.operations.closing import leave
from functions.agents.operations.companies import (
    active_part,
    company,
    covers,
    may_browse_prices,
    overdue_parts,
    recipients,
    require_active,
    require_open,
    return_credit_parts,
    return_spending_parts,
    spend_parts,
    use_credit_parts,
)
from functions.agents.operations.me import me
from functions.agents.operations.referrals import referral, referral_image
from functions.agents.operations.reviews import (
    add_note,
    applications,
    approve,
    change_credit,
    change_state,
    change_tier,
    companies,
    company_file,
    edit,
    reject,
    request_information,
)
from functions.agents.operations.segments import (
    active_agents,
    add_segment,
    delete_segment,
    replace_segment,
    segment,
    segments,
    segments_of,
)
from functions.agents.operations.tiers import check_tier, save_tier, tiers
from functions.agents.operations.uploads import file_url, upload_form, verify_upload
from functions.agents.operations.users import add_user, edit_user, user, users

__all__ = [
    "active_agents",
    "active_part",
    "add_address",
    "add_note",
    "add_segment",
    "add_user",
    "address",
    "addresses",
    "applications",
    "apply_again",
    "approve",
    "change_credit",
    "change_state",
    "change_tier",
    "check_tier",
    "companies",
    "company",
    "company_file",
    "covers",
    "delete_address",
    "delete_segment",
    "edit",
    "edit_address",
    "edit_company",
    "edit_user",
    "facts_of",
    "file_url",
    "leave",
    "may_browse_prices",
    "me",
    "overdue_parts",
    "recipients",
    "referral",
    "referral_image",
    "reject",
    "replace_segment",
    "request_information",
    "require_active",
    "require_open",
    "return_credit_parts",
    "return_spending_parts",
    "save_tier",
    "segment",
    "segments",
    "segments_of",
    "spend_parts",
    "tiers",
    "upload_form",
    "use_credit_parts",
    "user",
    "users",
    "verify_registration",
    "verify_upload",
]
