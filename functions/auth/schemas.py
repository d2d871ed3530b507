"""Requests and answers of registration and sign-in, and the command that sends a code."""

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from functions.auth import rules
from functions.auth.rules import Kind
from kit.api import Body, View
from kit.pages import PageQuery


def _name(given: Any) -> Any:
    """Before the length is counted: a name may consist of what nobody sees."""
    return rules.name(given) if isinstance(given, str) else given


Email = Annotated[str, Field(max_length=100), AfterValidator(rules.email)]
Phone = Annotated[str, Field(max_length=20), AfterValidator(rules.phone)]
CreditCode = Annotated[str, Field(max_length=20), AfterValidator(rules.credit_code)]
CompanyName = Annotated[str, BeforeValidator(_name), Field(min_length=2, max_length=60)]
PersonName = Annotated[str, BeforeValidator(_name), Field(min_length=1, max_length=30)]
Password = Annotated[str, StringConstraints(strip_whitespace=False, min_length=8, max_length=64)]
GivenPassword = Annotated[str, StringConstraints(strip_whitespace=False, min_length=1, max_length=64)]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
OneTimeCode = Annotated[
    str, StringConstraints(pattern=r"^([0-9]{6}|[0-9A-Fa-f]{5}-[0-9A-Fa-f]{5})$", to_upper=True)
]
ProviderCode = Annotated[str, Field(min_length=1, max_length=200)]
RegionCode = Annotated[str, StringConstraints(pattern=r"^[1-8][0-9]{5}$")]
RegionName = Annotated[str, Field(min_length=1, max_length=30)]


def _identifier(text: str) -> str:
    return rules.address(text).value


Identifier = Annotated[str, Field(min_length=3, max_length=100), AfterValidator(_identifier)]


class Region(Body):
    """A province, city and district with their GB/T 2260 codes."""

    model_config = ConfigDict(frozen=True)

    province_code: RegionCode
    province: RegionName
    city_code: RegionCode
    city: RegionName
    district_code: RegionCode | None = None
    district: RegionName | None = None

    @model_validator(mode="after")
    def _codes_agree(self) -> "Region":
        rules.check_region(self.province_code, self.province, self.city_code, self.district_code)
        return self


class Application(Body):
    """Who wants to become an agent, and which version of the privacy terms they agreed to."""

    company_name: CompanyName
    contact_name: PersonName
    phone: Phone
    email: Email
    consent_version: Annotated[str, Field(min_length=1, max_length=20)]
    region: Region | None = None
    credit_code: CreditCode | None = None
    invite_code: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{4,12}$")] | None = None


class Register(Application):
    """The form 注册成为代理商."""

    password: Password


class RegistrationStarted(View):
    """The same for every address, whether it has an account or not. Times in seconds."""

    registration_id: str
    email: str
    valid_for: int
    resend_after: int


class CodeSent(View):
    """The same for every address, whether it has an account or not. Times in seconds."""

    valid_for: int
    resend_after: int


class Verify(Body):
    """The code from the e-mail."""

    code: Code


class RequestSmsCode(Body):
    """`phone_binding` is for signed-in users; the others also for addresses without an account."""

    phone: Phone
    purpose: Literal["sign_in", "password_reset", "phone_binding"]


class RequestEmailCode(Body):
    """A code by e-mail."""

    email: Email
    purpose: Literal["password_reset"]


class PasswordSignIn(Body):
    """`identifier` is an e-mail address or a phone number."""

    identifier: Identifier
    password: GivenPassword


class SmsSignIn(Body):
    """A phone number and the code sent to it."""

    phone: Phone
    code: Code


class WechatSignIn(Body):
    """`code` from `wx.login`; a `phone_code` from getPhoneNumber binds the account of that number at once."""

    code: ProviderCode
    phone_code: ProviderCode | None = None


class SecondFactorSignIn(Body):
    """The `challenge` that a right password was answered with, and a code of the app or for recovery."""

    challenge: Annotated[str, Field(min_length=1, max_length=200)]
    one_time_code: OneTimeCode


class BeginSecondFactor(Body):
    """The present password."""

    password: GivenPassword


class ConfirmSecondFactor(Body):
    """A code that the app shows."""

    one_time_code: Code


class RemoveSecondFactor(Body):
    """The present password and a code of the app or for recovery."""

    password: GivenPassword
    one_time_code: OneTimeCode


class SecondFactorSecret(View):
    """What an authenticator app needs, shown once; `secret_uri` is for a QR code."""

    secret: str
    secret_uri: str


class RecoveryCodes(View):
    """Each signs in once in place of the app's code; shown once."""

    recovery_codes: list[str]


class Refresh(Body):
    """`attempt`, when given, is the same for every retry of one refresh; a retry gets the same answer."""

    refresh_token: Annotated[str, Field(min_length=1, max_length=400)]
    attempt: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")] | None = None


class BindWechat(Body):
    """`code` from `wx.login`."""

    code: ProviderCode


class BindPhone(Body):
    """A phone number and the code sent to it with purpose `phone_binding`."""

    phone: Phone
    code: Code


class ResetPassword(Body):
    """A new password for whoever proves to own the address."""

    identifier: Identifier
    code: Code
    password: Password


class ChangePassword(Body):
    """A new password for whoever knows the present one."""

    current_password: GivenPassword
    password: Password


class Tokens(View):
    """A session: the access token is the bearer token; the refresh token is good for one refresh."""

    access_token: str
    access_expires_at: str
    refresh_token: str
    refresh_expires_at: str
    kind: Kind
    user_id: str
    agent_id: str | None = None
    must_change_password: bool = False
    must_add_second_factor: bool = False


class Contact(View):
    """A user as other contexts know them."""

    user_id: str
    name: str
    email: str
    phone: str
    openid: str | None
    active: bool
    must_change_password: bool


class SignInQuery(PageQuery):
    """Sign-ins of one user, or of one business day (default: today)."""

    user_id: Annotated[str, Field(min_length=10, max_length=26)] | None = None
    day: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")] | None = None


class SignInView(View):
    """One try to sign in. `result` is `ok` or the code of the failure; the account is masked."""

    at: str
    kind: Kind
    method: Literal["password", "sms", "wechat", "second_factor", "registration", "password_reset", "refresh"]
    account: str
    result: str
    user_id: str | None
    ip: str
    user_agent: str


class SendCode(BaseModel):
    """Command to notifications: tell an address its code, good for `minutes`.

    `already_registered` and `no_account` carry no code: they tell the owner of an e-mail address why none
    came. `discard` is to be dropped: the phone has no account, and asking must take as long as if it had.
    """

    model_config = ConfigDict(frozen=True)

    channel: Literal["email", "sms"]
    address: str
    template: Literal[
        "registration",
        "sign_in",
        "password_reset",
        "phone_binding",
        "already_registered",
        "no_account",
        "discard",
    ]
    code: str = ""
    minutes: int = 10
