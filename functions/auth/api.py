"""Registration, sign-in and what signs somebody in, over HTTP."""

import os

from functions.auth import operations, rules, schemas
from functions.auth.operations import Visit
from kit import facts, wechat
from kit.api import AGENT, VISITOR, Api, Call
from kit.errors import Stale

app = Api("auth")


def _visit(call: Call) -> Visit:
    return Visit(call.ip, call.user_agent, call.now, call.new_id())


def _send(command: schemas.SendCode) -> None:
    facts.send(os.environ["SEND_CODE_QUEUE"], command)


@app.endpoint(
    "POST",
    "/auth/registrations",
    access=VISITOR,
    body=schemas.Register,
    answer=schemas.RegistrationStarted,
    status=202,
    errors=(rules.PasswordWeak, rules.CodesLimited),
)
def start_registration(call: Call) -> schemas.RegistrationStarted:
    """Ask to become an agent; a code goes to the e-mail address."""
    return operations.start_registration(call.body, _visit(call), _send)


@app.endpoint(
    "POST",
    "/auth/registrations/{registration_id}/code",
    access=VISITOR,
    answer=schemas.CodeSent,
    status=202,
    errors=(rules.RegistrationGone, rules.CodesLimited),
)
def resend_registration_code(call: Call, registration_id: str) -> schemas.CodeSent:
    """Send the code of a registration once more; the one before is worth nothing then."""
    return operations.resend_code(registration_id, _visit(call), _send)


@app.endpoint(
    "POST",
    "/auth/sms-codes",
    access=VISITOR,
    body=schemas.RequestSmsCode,
    answer=schemas.CodeSent,
    status=202,
    errors=(rules.CodesLimited,),
)
def send_sms_code(call: Call) -> schemas.CodeSent:
    """Send a code by SMS; the answer does not show whether the phone has an account."""
    return operations.send_sms_code(call.body, call.caller, _visit(call), _send)


@app.endpoint(
    "POST",
    "/auth/email-codes",
    access=VISITOR,
    body=schemas.RequestEmailCode,
    answer=schemas.CodeSent,
    status=202,
    errors=(rules.CodesLimited,),
)
def send_email_code(call: Call) -> schemas.CodeSent:
    """Send a code by e-mail; the answer does not show whether the address has an account."""
    return operations.send_email_code(call.body, _visit(call), _send)


@app.endpoint(
    "POST",
    "/auth/sessions/password",
    access=VISITOR,
    body=schemas.PasswordSignIn,
    answer=schemas.Tokens,
    status=201,
    errors=(rules.SignInFailed, rules.SignInBlocked, rules.AccountDisabled),
)
def sign_in_with_password(call: Call) -> schemas.Tokens:
    """Sign in with an e-mail address or phone number and a password."""
    opened = operations.sign_in_with_password("agent", call.body, _visit(call))
    return operations.tokens_of(opened, call.now)


@app.endpoint(
    "POST",
    "/auth/sessions/sms",
    access=VISITOR,
    body=schemas.SmsSignIn,
    answer=schemas.Tokens,
    status=201,
    errors=(rules.CodeWrong, rules.CodeExpired, rules.AccountDisabled),
)
def sign_in_with_sms(call: Call) -> schemas.Tokens:
    """Sign in with a phone number and the code sent to it."""
    return operations.tokens_of(operations.sign_in_with_sms(call.body, _visit(call)), call.now)


@app.endpoint(
    "POST",
    "/auth/sessions/wechat",
    access=VISITOR,
    body=schemas.WechatSignIn,
    answer=schemas.Tokens,
    status=201,
    errors=(rules.WechatNotBound, rules.WechatTaken, rules.WechatCodeInvalid, rules.AccountDisabled),
)
def sign_in_with_wechat(call: Call) -> schemas.Tokens:
    """Sign in with WeChat, once it is bound."""
    opened = operations.sign_in_with_wechat(call.body, wechat.mini_program(), _visit(call))
    return operations.tokens_of(opened, call.now)


@app.endpoint(
    "POST",
    "/auth/sessions/refresh",
    access=VISITOR,
    body=schemas.Refresh,
    answer=schemas.Tokens,
    errors=(rules.SessionEnded,),
)
def refresh_session(call: Call) -> schemas.Tokens:
    """Exchange a refresh token, once; using it again ends the session."""
    opened = operations.refresh(call.body.refresh_token, "agent", call.body.attempt, _visit(call))
    return operations.tokens_of(opened, call.now)


@app.endpoint("DELETE", "/auth/sessions/current", access=AGENT, status=204)
def sign_out(call: Call) -> None:
    """End this session."""
    operations.sign_out(call.principal.user_id, call.principal.session_id)


@app.endpoint("DELETE", "/auth/sessions/all", access=AGENT, status=204)
def sign_out_everywhere(call: Call) -> None:
    """End this session and all others."""
    operations.sign_out_everywhere(call.principal.user_id)


@app.endpoint(
    "PUT",
    "/auth/wechat-binding",
    access=AGENT,
    body=schemas.BindWechat,
    status=204,
    errors=(rules.WechatTaken, rules.WechatCodeInvalid, Stale),
)
def bind_wechat(call: Call) -> None:
    """Let the WeChat identity of this phone sign in."""
    operations.bind_wechat(call.principal.user_id, call.body.code, wechat.mini_program())


@app.endpoint("DELETE", "/auth/wechat-binding", access=AGENT, status=204, errors=(Stale,))
def unbind_wechat(call: Call) -> None:
    """Let no WeChat identity sign in any more."""
    operations.unbind_wechat(call.principal.user_id)


@app.endpoint(
    "PUT",
    "/auth/phone",
    access=AGENT,
    body=schemas.BindPhone,
    status=204,
    errors=(rules.CodeWrong, rules.CodeExpired, Stale),
)
def bind_phone(call: Call) -> None:
    """Sign in with another phone number from now on."""
    operations.bind_phone(call.principal.user_id, call.body, call.now)


@app.endpoint(
    "POST",
    "/auth/password-resets",
    access=VISITOR,
    body=schemas.ResetPassword,
    status=204,
    errors=(rules.CodeWrong, rules.CodeExpired, rules.PasswordWeak),
)
def reset_password(call: Call) -> None:
    """Set a new password with the code sent to one's address; all sessions end."""
    operations.reset_password(call.body, _visit(call))


@app.endpoint(
    "PUT",
    "/auth/password",
    access=AGENT,
    body=schemas.ChangePassword,
    status=204,
    errors=(rules.SignInFailed, rules.SignInBlocked, rules.PasswordWeak, Stale),
)
def change_password(call: Call) -> None:
    """Set a new password, knowing the present one; all other sessions end."""
    operations.change_password(call.principal, call.body, _visit(call))
