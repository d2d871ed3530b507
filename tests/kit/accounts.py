"""People who register and sign in through the real doors; needs `tables` and `cloud`."""

from typing import Any

from functions.admin import operations as admin
from functions.agents import api as agents_api
from functions.auth import api as auth_api
from functions.auth.schemas import SendCode
from kit import clock, ids
from tests.kit.engines import Cloud
from tests.kit.http import Answer, call

PASSWORD = "Dealer2026!"
EMAIL = "lina@example.com"
PHONE = "13800000001"
REGION = {
    "province_code": "440000",
    "province": "广东省",
    "city_code": "440100",
    "city": "广州市",
    "district_code": "440106",
    "district": "天河区",
}


def form(**changes: Any) -> dict[str, Any]:
    """A registration form."""
    return {
        "company_name": "广州甲贸易有限公司",
        "contact_name": "李娜",
        "phone": PHONE,
        "email": EMAIL,
        "password": PASSWORD,
        "consent_version": "1",
        "region": REGION,
    } | changes


def sent(cloud: Cloud, address: str = EMAIL) -> SendCode:
    """The last thing sent to an address."""
    commands = [SendCode.model_validate_json(body) for body in cloud.messages("NotificationsSendCodeQueue")]
    return [command for command in commands if command.address == address][-1]


def register(cloud: Cloud, **changes: Any) -> dict[str, Any]:
    """Register a company, prove the e-mail address, and return the owner's tokens."""
    filled = form(**changes)
    started = call(auth_api.app, "POST", "/auth/registrations", filled).json
    path = f"/auth/registrations/{started['registration_id']}/verification"
    answer = call(agents_api.app, "POST", path, {"code": sent(cloud, filled["email"]).code})
    assert answer.status == 201, answer.text
    tokens: dict[str, Any] = answer.json
    return tokens


def sign_in(identifier: str = EMAIL, password: str = PASSWORD, source_ip: str = "127.0.0.1") -> Answer:
    """Sign in with a password."""
    body = {"identifier": identifier, "password": password}
    return call(auth_api.app, "POST", "/auth/sessions/password", body, source_ip=source_ip)


def create_owner(email: str = "boss@example.com", password: str = PASSWORD) -> str:
    """Set up the shop with its first owner, and return the user's id."""
    user_id = ids.new_id(clock.now())
    admin.create_first_owner(
        name="王总",
        email=email,
        phone="13900000000",
        password=password,
        user_id=user_id,
        now=clock.now(),
        temporary=False,
    )
    return user_id
