"""The server interface of the merchant's WeChat mini-program.

Errors arrive as HTTP 200 with an `errcode`; they become WechatRefused, "busy" becomes ProviderUnsure.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Literal

import requests
from pydantic import BaseModel, ConfigDict, TypeAdapter

from kit import clock, http_client, secrets
from kit.http_client import ProviderRefused, ProviderUnsure
from kit.log import logger

BUSY = -1
INVALID_CODE = 40029
NO_CONSENT_LEFT = 43101
UNKNOWN_PAYMENT = 10060001
ALREADY_SHIPPED = 10060002
_TOKEN_REJECTED = (40001, 40014, 42001)
# The token stays good for five minutes after a newer one was handed out.
_TOKEN_OVERLAP = timedelta(minutes=5)
_OBJECT: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])


class Account(BaseModel):
    """The secret `wechat-mini-program`; `templates` maps kinds of messages to subscription template ids."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    appid: str
    secret: str
    base_url: str = "https://api.weixin.qq.com"
    push_token: str
    push_aes_key: str
    templates: dict[str, str] = {}
    state: Literal["formal", "trial", "developer"] = "formal"


class WechatRefused(ProviderRefused):
    """WeChat said no; `errcode` is its number for the reason."""

    title = "微信服务拒绝了请求"

    def __init__(self, errcode: int, message: str) -> None:
        super().__init__(str(errcode), message)
        self.errcode = errcode


class SignIn(BaseModel):
    """Who a `wx.login` code belongs to; the session key never leaves the server."""

    openid: str
    session_key: str
    unionid: str | None = None


class TextVerdict(BaseModel):
    """What WeChat thinks of a text: let it pass, hold it for review, or refuse it."""

    suggest: Literal["pass", "review", "risky"]
    label: int
    trace_id: str


@dataclass(frozen=True)
class Parcel:
    """A parcel as WeChat shows it to the buyer; the contact is masked except for its last four digits."""

    tracking_no: str
    express_company: str
    item_desc: str
    receiver_contact: str


class MiniProgram:
    """One mini-program at WeChat; keeps its access token between calls."""

    def __init__(
        self,
        account: Account,
        session: requests.Session | None = None,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self._account = account
        self._session = session or http_client.session()
        self._now = now
        self._token: tuple[str, datetime] | None = None

    def sign_in(self, code: str) -> SignIn:
        """Exchange a `wx.login` code, good once and for five minutes; errcode 40029 when it is not."""
        query = {
            "appid": self._account.appid,
            "secret": self._account.secret,
            "js_code": code,
            "grant_type": "authorization_code",
        }
        return SignIn.model_validate(_read(self._ask("GET", "/sns/jscode2session", query)))

    def phone_number(self, code: str, openid: str) -> str:
        """Exchange a getPhoneNumber code for the mainland phone number the user agreed to give."""
        answer = self._post("/wxa/business/getuserphonenumber", {"code": code, "openid": openid})
        return str(answer["phone_info"]["purePhoneNumber"])

    def send_message(self, openid: str, template_id: str, values: Mapping[str, str], page: str) -> None:
        """Send a subscription message; errcode 43101 means no consent is left, so use another channel."""
        self._post(
            "/cgi-bin/message/subscribe/send",
            {
                "touser": openid,
                "template_id": template_id,
                "page": page,
                "data": {field: {"value": value} for field, value in values.items()},
                "miniprogram_state": self._account.state,
                "lang": "zh_CN",
            },
        )

    def check_text(self, openid: str, scene: int, content: str) -> TextVerdict:
        """Ask whether a text (at most 2500 characters) may be shown; scene 1 profile, 2 comment."""
        body = {"version": 2, "openid": openid, "scene": scene, "content": content}
        answer = self._post("/wxa/msg_sec_check", body)
        return TextVerdict.model_validate({**answer["result"], "trace_id": answer["trace_id"]})

    def code_image(self, scene: str, page: str, width: int = 430) -> bytes:
        """The JPEG of a mini-program code that opens `page` with `scene` (at most 32 characters)."""
        version = {"formal": "release", "trial": "trial", "developer": "develop"}[self._account.state]
        body = {"scene": scene, "page": page, "width": width, "env_version": version, "check_path": True}
        return self._send("/wxa/getwxacodeunlimit", body).content

    def upload_shipping(
        self,
        *,
        transaction_id: str,
        openid: str,
        parcels: Sequence[Parcel],
        all_shipped: bool,
        in_parts: bool,
        at: datetime,
    ) -> None:
        """Tell WeChat that a paid order left, or its money stays frozen.

        `in_parts`: the order leaves, or already left, in more than one upload. errcode 10060001: not known
        there yet, try later; 10060002: everything was reported before.
        """
        mode: dict[str, Any] = (
            {"delivery_mode": 2, "is_all_delivered": all_shipped} if in_parts else {"delivery_mode": 1}
        )
        self._post(
            "/wxa/sec/order/upload_shipping_info",
            {
                "order_key": {"order_number_type": 2, "transaction_id": transaction_id},
                "logistics_type": 1,
                **mode,
                "shipping_list": [
                    {
                        "tracking_no": parcel.tracking_no,
                        "express_company": parcel.express_company,
                        "item_desc": parcel.item_desc,
                        "contact": {"receiver_contact": parcel.receiver_contact},
                    }
                    for parcel in parcels
                ],
                "upload_time": at.astimezone(clock.SHANGHAI).isoformat(timespec="milliseconds"),
                "payer": {"openid": openid},
            },
        )

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return _read(self._send(path, body))

    def _send(self, path: str, body: dict[str, Any]) -> requests.Response:
        response = self._ask("POST", path, {"access_token": self._access_token()}, body)
        if _errcode(response) in _TOKEN_REJECTED:
            self._token = None
            response = self._ask("POST", path, {"access_token": self._access_token()}, body)
        _refuse(response)
        return response

    def _access_token(self) -> str:
        if self._token is None or self._token[1] <= self._now():
            body = {
                "grant_type": "client_credential",
                "appid": self._account.appid,
                "secret": self._account.secret,
            }
            answer = _read(self._ask("POST", "/cgi-bin/stable_token", {}, body))
            lifetime = timedelta(seconds=int(answer["expires_in"]))
            self._token = (str(answer["access_token"]), self._now() + lifetime - _TOKEN_OVERLAP)
        return self._token[0]

    def _ask(
        self, method: str, path: str, query: dict[str, str], body: dict[str, Any] | None = None
    ) -> requests.Response:
        # WeChat shows \u escapes literally in some fields, so the text is sent as UTF-8.
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json"}
        url = self._account.base_url + path
        return http_client.ask(self._session, method, url, params=query, data=data, headers=headers)


def account() -> Account:
    """The merchant's mini-program as agreed with WeChat, from the secret `wechat-mini-program`."""
    return Account.model_validate_json(secrets.text("wechat-mini-program"))


def mini_program() -> MiniProgram:
    """The merchant's mini-program; keeps its access token for as long as the secret is the same."""
    return _made(secrets.text("wechat-mini-program"))


@lru_cache(maxsize=1)
def _made(document: str) -> MiniProgram:
    return MiniProgram(Account.model_validate_json(document))


def _errcode(response: requests.Response) -> int:
    if not response.content.startswith(b"{"):
        return 0
    return int(_object(response).get("errcode", 0))


def _read(response: requests.Response) -> dict[str, Any]:
    _refuse(response)
    return _object(response)


def _refuse(response: requests.Response) -> None:
    errcode = _errcode(response)
    if errcode == BUSY:
        raise ProviderUnsure(reason="busy")
    if errcode:
        # The text ends with the request's id at WeChat, which its support asks for.
        message = str(_object(response).get("errmsg", ""))
        logger.info("wechat_refused", extra={"errcode": errcode, "errmsg": message})
        raise WechatRefused(errcode, message)
    if response.status_code != 200:
        raise ProviderUnsure(reason=f"HTTP {response.status_code}")


def _object(response: requests.Response) -> dict[str, Any]:
    try:
        return _OBJECT.validate_json(response.content)
    except ValueError as failure:
        raise ProviderUnsure(reason="unreadable answer") from failure
