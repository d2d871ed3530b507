"""What can be done with accounts, codes and sessions; the only door for other contexts."""

from functions.auth.operations.accounts import (
    bind_phone,
    bind_wechat,
    change_password,
    change_user_parts,
    check_password,
    contact_of,
    contacts,
    create_user_parts,
    erase_parts,
    openid,
    reset_password,
    set_password_parts,
    switch_parts,
    unbind_wechat,
)
from functions.auth.operations.codes import send_email_code, send_sms_code
from functions.auth.operations.log import sign_ins
from functions.auth.operations.registrations import (
    Proved,
    prove_registration,
    register_parts,
    resend_code,
    start_registration,
)
from functions.auth.operations.sessions import Opened, refresh, sign_out, sign_out_everywhere, tokens_of
from functions.auth.operations.sign_in import (
    sign_in_with_password,
    sign_in_with_sms,
    sign_in_with_wechat,
)
from functions.auth.rules import Visit, masked_email, masked_phone

__all__ = [
    "Opened",
    "Proved",
    "Visit",
    "bind_phone",
    "bind_wechat",
    "change_password",
    "change_user_parts",
    "check_password",
    "contact_of",
    "contacts",
    "create_user_parts",
    "erase_parts",
    "masked_email",
    "masked_phone",
    "openid",
    "prove_registration",
    "refresh",
    "register_parts",
    "resend_code",
    "reset_password",
    "send_email_code",
    "send_sms_code",
    "set_password_parts",
    "sign_in_with_password",
    "sign_in_with_sms",
    "sign_in_with_wechat",
    "sign_ins",
    "sign_out",
    "sign_out_everywhere",
    "start_registration",
    "switch_parts",
    "tokens_of",
    "unbind_wechat",
]
