"""Tencent Cloud SMS on this machine: checks the TC3 signature and keeps what would have been sent."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from werkzeug.wrappers import Request, Response

from infra.local.providers.keys import Keys
from infra.local.providers.outbox import Outbox
from infra.local.providers.web import Fake, Refusal, as_json

SKEW_SECONDS = 300
SIGN_NAME = "订货平台"
_HEADER = re.compile(
    r"TC3-HMAC-SHA256 Credential=(?P<id>[^/]+)/(?P<date>[^/]+)/sms/tc3_request, "
    r"SignedHeaders=(?P<signed>[a-z0-9;-]+), Signature=(?P<signature>[0-9a-f]{64})"
)
_CODE = "{1}为您的%s验证码，请于{2}分钟内填写。如非本人操作，请忽略本短信。"
# Kind of message → approved template: id and text.
TEMPLATES = {
    "registration": ("2100001", _CODE % "注册"),
    "sign_in": ("2100002", _CODE % "登录"),
    "password_reset": ("2100003", _CODE % "重置密码"),
    "phone_binding": ("2100004", _CODE % "绑定手机"),
    "notice": ("2100005", "您有新的通知：{1}，请登录订货平台查看。"),
}
_TEXTS = dict(TEMPLATES.values())


class Sms(Fake):
    """One SMS application."""

    routes = (("POST", "/", "act"),)

    def __init__(self, keys: Keys, outbox: Outbox, now: Callable[[], datetime]) -> None:
        super().__init__(outbox)
        self._keys = keys
        self._now = now
        self._blacklist: set[str] = set()

    def blacklist(self, phone: str) -> None:
        """Let a number refuse all messages from now on."""
        self._blacklist.add(phone)

    def refuse(self, refusal: Refusal) -> Response:
        error = {"Code": refusal.code, "Message": refusal.message}
        status = refusal.status if refusal.status >= 500 else 200
        return as_json({"Response": {"Error": error, "RequestId": secrets.token_hex(16)}}, status)

    def act(self, request: Request) -> Response:
        self._check(request)
        if (request.headers.get("X-TC-Action"), request.headers.get("X-TC-Version")) != (
            "SendSms",
            "2021-01-11",
        ):
            raise Refusal("InvalidAction", "The request action is invalid")
        asked = request.get_json()
        if asked.get("SmsSdkAppId") != self._keys.sms_app_id:
            raise Refusal("UnauthorizedOperation.SmsSdkAppIdVerifyFail", "SmsSdkAppId verification failed")
        sent = [self._send(number, asked) for number in asked["PhoneNumberSet"]]
        return as_json({"Response": {"SendStatusSet": sent, "RequestId": secrets.token_hex(16)}})

    def _send(self, number: str, asked: dict[str, Any]) -> dict[str, Any]:
        phone, text = number.removeprefix("+86"), _TEXTS.get(asked.get("TemplateId", ""))
        values = asked.get("TemplateParamSet", [])
        code, message = "Ok", "send success"
        if not re.fullmatch(r"\+861\d{10}", number):
            code, message = "InvalidParameterValue.IncorrectPhoneNumber", "incorrect phone number"
        elif asked.get("SignName") != SIGN_NAME:
            code, message = "FailedOperation.SignatureIncorrectOrUnapproved", "signature is not approved"
        elif text is None or len(set(re.findall(r"\{\d\}", text))) != len(values):
            code, message = "FailedOperation.TemplateIncorrectOrUnapproved", "template is not approved"
        elif phone in self._blacklist:
            code, message = "FailedOperation.PhoneNumberInBlacklist", "phone number in blacklist"
        else:
            for place, value in enumerate(values, start=1):
                text = text.replace(f"{{{place}}}", value)
            self.outbox.add("sms", phone, f"【{SIGN_NAME}】{text}", values=values)
        return {
            "SerialNo": secrets.token_hex(8) if code == "Ok" else "",
            "PhoneNumber": number,
            "Fee": 1 if code == "Ok" else 0,
            "SessionContext": "",
            "Code": code,
            "Message": message,
            "IsoCode": "CN",
        }

    def _check(self, request: Request) -> None:
        header = _HEADER.fullmatch(request.headers.get("Authorization", ""))
        timestamp = request.headers.get("X-TC-Timestamp", "")
        if header is None or not timestamp.isdigit():
            raise Refusal("AuthFailure.InvalidAuthorization", "The authorization header is malformed")
        if header["id"] != self._keys.sms_secret_id:
            raise Refusal("AuthFailure.SecretIdNotFound", "The SecretId is not found")
        if abs(self._now().timestamp() - int(timestamp)) > SKEW_SECONDS:
            raise Refusal("AuthFailure.SignatureExpire", "The provided credentials have expired")
        date = datetime.fromtimestamp(int(timestamp), UTC).date().isoformat()
        if date != header["date"] or not {"content-type", "host"} <= set(header["signed"].split(";")):
            raise Refusal("AuthFailure.InvalidAuthorization", "The credential scope is wrong")
        expected = self._signature(request, timestamp, date, header["signed"])
        if not hmac.compare_digest(expected, header["signature"]):
            raise Refusal("AuthFailure.SignatureFailure", "The provided credentials could not be validated")

    def _signature(self, request: Request, timestamp: str, date: str, signed: str) -> str:
        headers = "".join(f"{name}:{request.headers[name].strip().lower()}\n" for name in signed.split(";"))
        payload = hashlib.sha256(request.get_data()).hexdigest()
        canonical = f"POST\n/\n\n{headers}\n{signed}\n{payload}"
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        key = f"TC3{self._keys.sms_secret_key}".encode()
        for part in (date, "sms", "tc3_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        text = f"TC3-HMAC-SHA256\n{timestamp}\n{date}/sms/tc3_request\n{digest}"
        return hmac.digest(key, text.encode(), "sha256").hex()
