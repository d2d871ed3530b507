"""Codes by e-mail and SMS: made, limited, tried and used up."""

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from secrets import randbelow

from functions.auth import rules, table
from functions.auth.rules import Address, Purpose, Visit
from functions.auth.schemas import CodeSent, RequestEmailCode, RequestSmsCode, SendCode
from kit import clock, secrets, transaction
from kit.errors import Unauthenticated
from kit.tokens import Principal
from kit.transaction import Part

Send = Callable[[SendCode], None]
MINUTES = rules.CODE_LIFETIME // timedelta(minutes=1)
SENT = CodeSent(valid_for=rules.seconds(rules.CODE_LIFETIME), resend_after=rules.seconds(rules.RESEND_AFTER))


def send_sms_code(request: RequestSmsCode, caller: Principal | None, visit: Visit, send: Send) -> CodeSent:
    """Send a code to a phone; nothing shows whether the phone has an account. Raises CodesLimited.

    A code for binding a phone goes to any phone, so only somebody signed in may ask for it.
    """
    where = Address("sms", request.phone)
    binding = request.purpose == "phone_binding"
    if binding and caller is None:
        raise Unauthenticated()
    known = table.user_by("agent", str(where)) is not None or binding
    code = _issue(request.purpose, where, visit)
    send(message(where, request.purpose, code) if known else message(where, "discard"))
    return SENT


def send_email_code(request: RequestEmailCode, visit: Visit, send: Send) -> CodeSent:
    """Send a code to an e-mail address, or tell its owner that it has no account. Raises CodesLimited."""
    where = Address("email", request.email)
    known = table.user_by("agent", str(where)) is not None
    code = _issue(request.purpose, where, visit)
    send(message(where, request.purpose, code) if known else message(where, "no_account"))
    return SENT


def issue_parts(purpose: str, where: Address, visit: Visit) -> tuple[str, list[Part]]:
    """A new code, and what must be written before it is sent. Raises CodesLimited, now or in the write."""
    now, read = visit.now, table.sending(where)
    sent = [clock.from_text(instant) for instant in read.sent] if read else []
    rules.check_may_send(sent, now)
    by_ip, by_day = _per_ip(visit), _per_day(where, now)
    code = f"{randbelow(1_000_000):06d}"
    recent = [clock.to_text(instant) for instant in [*sent, now] if instant > now - timedelta(hours=1)]
    parts = [
        table.sending_part(where, read, recent, now),
        by_ip,
        by_day,
        table.code_part(purpose, where, _mac(purpose, where, code), now + rules.CODE_LIFETIME),
    ]
    return code, parts


def try_code(purpose: str, where: Address, code: str, now: datetime) -> Part:
    """Spend a try at a code; the part uses it up. Raises CodeWrong, or CodeExpired when none can be tried."""
    row = table.count_try(purpose, where, now)
    if not hmac.compare_digest(row.mac, _mac(purpose, where, code)):
        left = rules.CODE_TRIES - int(row.tries)
        message = f"验证码不正确，还可以尝试 {left} 次" if left else "验证码不正确，请重新获取"
        raise rules.CodeWrong(message, tries_left=left, errors=[{"field": "code", "message": message}])
    return table.use_code_part(purpose, where, row.mac)


def message(where: Address, template: str, code: str = "") -> SendCode:
    """What to tell an address."""
    return SendCode.model_validate(
        {
            "channel": where.channel,
            "address": where.value,
            "template": template,
            "code": code,
            "minutes": MINUTES,
        }
    )


def _issue(purpose: Purpose, where: Address, visit: Visit) -> str:
    code, parts = issue_parts(purpose, where, visit)
    transaction.commit(parts)
    return code


def _per_ip(visit: Visit) -> Part:
    now, who = visit.now, rules.network(visit.ip)
    window = now.strftime("HOUR#%Y-%m-%dT%H")
    ends_at = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    refused = rules.CodesLimited(retry_after=rules.seconds(ends_at - now))
    limit = rules.CODES_PER_IP_AND_HOUR
    if table.count("codes", who, window) >= limit:
        raise refused
    return table.count_part("codes", who, window, limit, ends_at, refused)


def _per_day(where: Address, now: datetime) -> Part:
    day = clock.business_day(now)
    ends_at = clock.start_of_day(day + timedelta(days=1))
    refused = rules.CodesLimited(retry_after=rules.seconds(ends_at - now))
    limit = rules.CODES_PER_DAY[where.channel]
    return table.count_part("codes", where.channel, f"DAY#{day.isoformat()}", limit, ends_at, refused)


def _mac(purpose: str, where: Address, code: str) -> str:
    key = secrets.text("signing-key").encode()
    return hmac.new(key, f"code\0{purpose}\0{where}\0{code}".encode(), hashlib.sha256).hexdigest()
