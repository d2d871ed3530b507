"""What codes, passwords and sessions are allowed: limits, life times, back-off. Pure."""

import ipaddress
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from kit.errors import Conflict, Forbidden, Invalid, NotFound, TooMany, Unauthenticated

Kind = Literal["agent", "staff"]
Channel = Literal["email", "sms"]
Proof = int | str  # the half-minute of an app's code, or the digest of a recovery code
Purpose = Literal["registration", "sign_in", "password_reset", "phone_binding"]

CODE_LIFETIME = timedelta(minutes=10)
CODE_TRIES = 5
RESEND_AFTER = timedelta(seconds=60)
CODES_PER_ADDRESS_AND_HOUR = 5
CODES_PER_IP_AND_HOUR = 20
CODES_PER_DAY: dict[Channel, int] = {"email": 5_000, "sms": 2_000}
PASSWORD_TRIES_PER_IP_AND_HOUR = 300
REGISTRATION_LIFETIME = timedelta(hours=24)
FREE_FAILURES = 4
FIRST_BLOCK = timedelta(minutes=1)
LONGEST_BLOCK = timedelta(minutes=30)
FAILURES_FORGOTTEN_AFTER = timedelta(hours=24)
IDLE_LIFETIME: dict[Kind, timedelta] = {"agent": timedelta(days=30), "staff": timedelta(hours=12)}
LONGEST_SESSION: dict[Kind, timedelta] = {"agent": timedelta(days=180), "staff": timedelta(days=7)}
LOG_LIFETIME = timedelta(days=1100)  # at most; by setting they go earlier
CHALLENGE_LIFETIME = timedelta(minutes=5)
STEPS_ASIDE = 1  # half-minutes by which the clock of a phone may be off
RECOVERY_CODES = 10

_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_EMAIL = re.compile(rf"{_ATOM}(\.{_ATOM})*@[a-z0-9-]+(\.[a-z0-9-]+)+")
_PHONE = re.compile(r"1[3-9][0-9]{9}")
_WORDS = {
    "password",
    "passwrd",
    "qwerty",
    "admin",
    "iloveyou",
    "woaini",
    "asdfgh",
    "abcd",
    "abcde",
    "abcdef",
}
_RUNS = ("012345678901234567890", "098765432109876543210")
_CREDIT_CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"

# GB/T 2260
PROVINCES = {
    "110000": "北京市", "120000": "天津市", "130000": "河北省", "140000": "山西省", "150000": "内蒙古自治区",
    "210000": "辽宁省", "220000": "吉林省", "230000": "黑龙江省", "310000": "上海市", "320000": "江苏省",
    "330000": "浙江省", "340000": "安徽省", "350000": "福建省", "360000": "江西省", "370000": "山东省",
    "410000": "河南省", "420000": "湖北省", "430000": "湖南省", "440000": "广东省",
    "450000": "广西壮族自治区", "460000": "海南省", "500000": "重庆市", "510000": "四川省",
    "520000": "贵州省", "530000": "云南省", "540000": "西藏自治区", "610000": "陕西省", "620000": "甘肃省",
    "630000": "青海省", "640000": "宁夏回族自治区", "650000": "新疆维吾尔自治区", "710000": "台湾省",
    "810000": "香港特别行政区", "820000": "澳门特别行政区",
}  # fmt: skip


class CodeWrong(Invalid):
    """The code does not match; `tries_left` says how often it may still be tried."""

    title = "验证码不正确"


class CodeExpired(Invalid):
    """The code is over its time, used, tried too often, or was never sent."""

    title = "验证码已失效，请重新获取"


class CodesLimited(TooMany):
    """No further code now; `retry_after` seconds tell when."""

    title = "获取验证码过于频繁，请稍后再试"


class RegistrationGone(NotFound):
    """The registration does not exist or is over its time."""

    title = "注册信息已过期，请重新填写"


class AlreadyRegistered(Conflict):
    """Whoever proved to own the address has an account there already."""

    title = "该邮箱已注册，请直接登录"


class AddressTaken(Conflict):
    """The e-mail address or phone number signs in somebody else; `field` names which."""

    title = "该邮箱或手机号已被使用"


class SignInFailed(Unauthenticated):
    """Unknown account or wrong secret: never told apart."""

    title = "账号或密码不正确"


class SignInBlocked(TooMany):
    """Too many failures; `retry_after` seconds tell when the next try is allowed."""

    title = "尝试次数过多，请稍后再试"


class AccountDisabled(Forbidden):
    """The account exists and the secret was right, but it has been switched off."""

    title = "账号已停用，请联系客服"


class SessionEnded(Unauthenticated):
    """The refresh token is unknown, over its time, revoked or was used before."""

    title = "登录已失效，请重新登录"


class PasswordWeak(Invalid):
    """The password is easy to guess."""

    title = "密码过于简单"


class SecondFactorNeeded(Forbidden):
    """The password was right; `challenge` and a code open a session within `valid_for` seconds."""

    title = "请输入动态验证码"


class SecondFactorWrong(Invalid):
    """The code does not match, or was used before."""

    title = "动态验证码不正确或已使用"


class SecondFactorOn(Conflict):
    """A second factor is there already."""

    title = "已启用两步验证"


class SecondFactorOff(Conflict):
    """There is no second factor."""

    title = "尚未启用两步验证"


class WechatNotBound(Conflict):
    """Nobody has bound this WeChat identity yet."""

    title = "该微信尚未绑定账号，请先登录或注册"


class WechatTaken(Conflict):
    """This WeChat identity belongs to another account."""

    title = "该微信已绑定其他账号"


class WechatCodeInvalid(Invalid):
    """WeChat does not accept the code: used, too old or of another mini-program."""

    title = "微信登录凭证已失效，请重试"


@dataclass(frozen=True)
class Visit:
    """One knock at the door: from where, when, and the id a session or log row of it gets."""

    ip: str
    user_agent: str
    now: datetime
    id: str


@dataclass(frozen=True)
class Address:
    """Where a code is sent, in normal form."""

    channel: Channel
    value: str

    def __str__(self) -> str:
        return f"{self.channel}#{self.value}"


def email(text: str) -> str:
    """An e-mail address in normal form. Raises ValueError."""
    normal = unicodedata.normalize("NFKC", text).strip().lower()
    if len(normal) > 100 or not _EMAIL.fullmatch(normal):
        raise ValueError("邮箱格式不正确")
    return normal


def phone(text: str) -> str:
    """A mainland mobile number as its 11 digits. Raises ValueError."""
    digits = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text))
    normal = digits.removeprefix("+86")
    if not _PHONE.fullmatch(normal):
        raise ValueError("手机号格式不正确")
    return normal


def address(text: str) -> Address:
    """The e-mail address or phone number somebody signs in with. Raises ValueError."""
    return Address("email", email(text)) if "@" in text else Address("sms", phone(text))


def masked(where: Address) -> str:
    """An address for logs and screens."""
    return masked_phone(where.value) if where.channel == "sms" else masked_email(where.value)


def masked_phone(number: str) -> str:
    """A phone number for lists: `138****1234`."""
    return f"{number[:3]}****{number[-4:]}" if number else ""


def masked_email(mailbox: str) -> str:
    """An e-mail address for lists: `a***@x.com`."""
    name, at, domain = mailbox.partition("@")
    return f"{name[:1]}***{at}{domain}" if mailbox else ""


def name(text: str) -> str:
    """A name as it is kept: full-width letters made ordinary, runs of spaces joined, nothing invisible."""
    normal = unicodedata.normalize("NFKC", text)
    return " ".join(
        "".join(sign for sign in normal if unicodedata.category(sign) not in {"Cc", "Cf"}).split()
    )


def credit_code(text: str) -> str:
    """A unified social credit code whose check digit is right (GB 32100). Raises ValueError."""
    code = text.strip().upper()
    if len(code) != 18 or any(sign not in _CREDIT_CODE_SIGNS for sign in code):
        raise ValueError("统一社会信用代码应为 18 位")
    weighed = sum(_CREDIT_CODE_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    if _CREDIT_CODE_SIGNS[-weighed % 31] != code[17]:
        raise ValueError("统一社会信用代码校验位不正确")
    return code


def check_region(province_code: str, province: str, city_code: str, district_code: str | None) -> None:
    """Refuse a region whose codes do not lie in each other. Raises ValueError."""
    if PROVINCES.get(province_code) != province:
        raise ValueError("省份不正确")
    if city_code[:2] != province_code[:2] or (district_code and district_code[:4] != city_code[:4]):
        raise ValueError("省市区不对应")


def check_password(password: str, personal: Sequence[str] = ()) -> None:
    """Refuse a password that is easy to guess or contains the person's own data. Raises PasswordWeak."""
    lowered = password.lower()
    letters = "".join(sign for sign in lowered if sign.isalpha())
    digits = "".join(sign for sign in lowered if sign.isdigit())
    kinds = bool(letters) + bool(digits) + (len(letters) + len(digits) < len(password))
    run = len(set(digits)) <= 1 or any(digits in row for row in _RUNS)
    foreseeable = run and (letters in _WORDS or len(set(letters)) <= 1 or letters == "abc")
    if kinds < 2 or foreseeable or any(part.lower() in lowered for part in personal if len(part) >= 6):
        message = "密码须包含字母、数字、符号中的至少两种，不能是常见密码，也不能包含邮箱或手机号"
        raise PasswordWeak(message, errors=[{"field": "password", "message": message}])


def network(ip: str) -> str:
    """Whom a limit per IP counts as one: an IPv4 address, or the /64 network of an IPv6 address."""
    try:
        parsed = ipaddress.ip_address(ip)
    except ValueError:
        return "unknown"
    return ip if parsed.version == 4 else str(ipaddress.ip_network(f"{ip}/64", strict=False).network_address)


def check_may_send(sent: Sequence[datetime], now: datetime) -> None:
    """Whether one address may get another code after those sent to it. Raises CodesLimited."""
    recent = sorted(instant for instant in sent if instant > now - timedelta(hours=1))
    if recent and recent[-1] + RESEND_AFTER > now:
        raise CodesLimited(retry_after=seconds(recent[-1] + RESEND_AFTER - now))
    if len(recent) >= CODES_PER_ADDRESS_AND_HOUR:
        freed = recent[-CODES_PER_ADDRESS_AND_HOUR] + timedelta(hours=1)
        raise CodesLimited(retry_after=seconds(freed - now))


def block_after(failures: int) -> timedelta:
    """The wait after so many failures in a row: none at first, then doubling up to half an hour."""
    if failures <= FREE_FAILURES:
        return timedelta()
    doublings = min(failures - FREE_FAILURES - 1, 10)
    return min(FIRST_BLOCK * (1 << doublings), LONGEST_BLOCK)


def seconds(wait: timedelta) -> int:
    """A wait in whole seconds, rounded up, at least one."""
    return max(1, -int(-wait.total_seconds() // 1))
