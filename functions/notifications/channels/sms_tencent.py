"""SMS through Tencent Cloud, signed with TC3-HMAC-SHA256."""

import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import requests
from pydantic import BaseModel, ConfigDict, TypeAdapter

from functions.notifications.channels.failures import Undeliverable
from kit import clock, http_client, secrets
from kit.http_client import ProviderRefused, ProviderUnsure

SERVICE = "sms"
VERSION = "2021-01-11"
CONTENT_TYPE = "application/json; charset=utf-8"
# The number, or how much was sent to it, is the reason: sending again cannot help.
_FINAL = (
    "LimitExceeded.",
    "FailedOperation.PhoneNumberInBlacklist",
    "InvalidParameterValue.IncorrectPhoneNumber",
)
_PASSING = ("InternalError", "RequestLimitExceeded", "FailedOperation.ServiceBusy")
_OBJECT: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])


class Account(BaseModel):
    """The secret `sms`; `templates` maps kinds of messages to approved ones, `notice` serves the rest."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    secret_id: str
    secret_key: str
    app_id: str
    sign_name: str
    region: str = "ap-guangzhou"
    base_url: str = "https://sms.tencentcloudapi.com"
    templates: dict[str, str]


def sign(secret_key: str, service: str, host: str, payload: bytes, at: datetime) -> tuple[str, str]:
    """The credential scope and the signature of a POST to `/` with the headers content-type and host."""
    date, timestamp = at.astimezone(UTC).date().isoformat(), int(at.timestamp())
    canonical = (
        f"POST\n/\n\ncontent-type:{CONTENT_TYPE}\nhost:{host}\n\ncontent-type;host\n"
        + hashlib.sha256(payload).hexdigest()
    )
    scope = f"{date}/{service}/tc3_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    key = b"TC3" + secret_key.encode()
    for part in (date, service, "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    to_sign = f"TC3-HMAC-SHA256\n{timestamp}\n{scope}\n{digest}"
    return scope, hmac.digest(key, to_sign.encode(), "sha256").hex()


class TencentSms:
    """One SMS application at Tencent Cloud."""

    def __init__(
        self,
        account: Account,
        session: requests.Session | None = None,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self._account = account
        self._session = session or http_client.session()
        self._now = now

    def send(self, phone: str, kind: str, values: Sequence[str]) -> None:
        """Send a template to a mainland number. Raises Undeliverable, ProviderRefused, ProviderUnsure."""
        template = self._account.templates.get(kind) or self._account.templates.get("notice")
        if template is None:
            raise Undeliverable(f"no SMS template for {kind}")
        answer = self._call(
            "SendSms",
            {
                "PhoneNumberSet": [f"+86{phone.removeprefix('+86')}"],
                "SmsSdkAppId": self._account.app_id,
                "SignName": self._account.sign_name,
                "TemplateId": template,
                "TemplateParamSet": list(values),
            },
        )
        [status] = answer["SendStatusSet"]
        if status["Code"] != "Ok":
            raise _failure(status["Code"], status["Message"])

    def _call(self, action: str, body: dict[str, Any]) -> dict[str, Any]:
        at, host = self._now(), urlsplit(self._account.base_url).netloc
        payload = json.dumps(body, ensure_ascii=False).encode()
        scope, signature = sign(self._account.secret_key, SERVICE, host, payload, at)
        headers = {
            "Authorization": f"TC3-HMAC-SHA256 Credential={self._account.secret_id}/{scope}, "
            f"SignedHeaders=content-type;host, Signature={signature}",
            "Content-Type": CONTENT_TYPE,
            "Host": host,
            "X-TC-Action": action,
            "X-TC-Version": VERSION,
            "X-TC-Region": self._account.region,
            "X-TC-Timestamp": str(int(at.timestamp())),
        }
        url = f"{self._account.base_url}/"
        response = http_client.ask(self._session, "POST", url, data=payload, headers=headers)
        try:
            answer: dict[str, Any] = _OBJECT.validate_json(response.content)["Response"]
        except (ValueError, KeyError):
            raise ProviderUnsure(reason="unreadable answer") from None
        if "Error" in answer:
            raise _failure(answer["Error"]["Code"], answer["Error"]["Message"])
        return answer


def _failure(code: str, message: str) -> Undeliverable | ProviderRefused | ProviderUnsure:
    if code.startswith(_FINAL):
        return Undeliverable(f"{code}: {message}")
    if code.startswith(_PASSING):
        return ProviderUnsure(reason=code)
    return ProviderRefused(code, message)


def sms() -> TencentSms:
    """The merchant's SMS application, from the secret `sms`."""
    return _made(secrets.text("sms"))


@lru_cache(maxsize=1)
def _made(document: str) -> TencentSms:
    return TencentSms(Account.model_validate_json(document))
