"""快递100: subscribe to a parcel, take its pushes, ask about it when none came."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs

import requests
from pydantic import BaseModel, ConfigDict, ValidationError

from kit import clock, http_client, secrets
from kit.errors import Malformed, Unauthenticated
from kit.http_client import ProviderRefused, ProviderUnsure

_ACCEPTED = ("200", "501")  # 501: subscribed before
_NO_RESULT = "500"
_PASSING = ("501", "502")


class Account(BaseModel):
    """The secret `kuaidi100`; the salt signs pushes to us."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    customer: str
    key: str
    salt: str
    base_url: str = "https://poll.kuaidi100.com"


class PushForged(Unauthenticated):
    """The push was not signed with our salt."""

    title = "签名无效"


class _Node(BaseModel):
    context: str
    ftime: str


class _Result(BaseModel):
    state: str
    nu: str
    com: str
    data: list[_Node] = []


class _Push(BaseModel):
    status: str
    lastResult: _Result | None = None  # noqa: N815


@dataclass(frozen=True)
class Track:
    """Where a parcel was seen: the number of its state and [instant, words], the newest first."""

    tracking_no: str
    state: str
    nodes: tuple[tuple[str, str], ...]


class Kuaidi100:
    """One customer of 快递100."""

    def __init__(self, account: Account, session: requests.Session | None = None) -> None:
        self._account = account
        self._session = session or http_client.session()

    def subscribe(self, company: str, number: str, callback_url: str, phone: str) -> None:
        """Ask to be told what happens to a parcel; asking twice is fine. Raises ProviderRefused."""
        param = {
            "company": company,
            "number": number,
            "key": self._account.key,
            "parameters": {
                "callbackurl": callback_url,
                "salt": self._account.salt,
                "resultv2": "1",
                "phone": phone,
            },
        }
        answer = self._post("/poll", {"schema": "json", "param": _json(param)})
        code = str(answer.get("returnCode"))
        if code == "500":
            raise ProviderUnsure(reason=code)
        if code not in _ACCEPTED:
            raise ProviderRefused(code, str(answer.get("message", "")))

    def query(self, company: str, number: str, phone: str) -> Track | None:
        """Where a parcel was seen; None when nothing is known yet. At most every 30 minutes for a number.

        Raises ProviderRefused, ProviderUnsure.
        """
        param = _json({"com": company, "num": number, "phone": phone, "resultv2": "1", "order": "desc"})
        customer = self._account.customer
        signature = _md5(param + self._account.key + customer)
        answer = self._post("/poll/query.do", {"customer": customer, "sign": signature, "param": param})
        if "data" in answer:
            return _track(_Result.model_validate(answer))
        code = str(answer.get("returnCode"))
        if code == _NO_RESULT:
            return None
        if code in _PASSING:
            raise ProviderUnsure(reason=code)
        raise ProviderRefused(code, str(answer.get("message", "")))

    def read_push(self, body: bytes) -> Track | None:
        """Verify and read a push; None when it brings no places. Raises PushForged, Malformed."""
        form = parse_qs(body.decode(errors="replace"))
        param, signature = form.get("param", [""])[0], form.get("sign", [""])[0]
        expected = _md5(param + self._account.salt)
        if not hmac.compare_digest(expected.encode(), signature.upper().encode()):
            raise PushForged()
        try:
            push = _Push.model_validate_json(param)
        except ValidationError:
            raise Malformed() from None
        if push.lastResult is None or not push.lastResult.data:
            return None
        return _track(push.lastResult)

    def _post(self, path: str, form: dict[str, str]) -> dict[str, Any]:
        response = http_client.ask(self._session, "POST", self._account.base_url + path, data=form)
        try:
            answer = response.json()
        except ValueError:
            raise ProviderUnsure(reason="unreadable answer") from None
        return answer if isinstance(answer, dict) else {}


def _track(result: _Result) -> Track:
    return Track(result.nu, result.state, tuple((_instant(node.ftime), node.context) for node in result.data))


def _instant(beijing: str) -> str:
    return clock.to_text(datetime.fromisoformat(beijing).replace(tzinfo=clock.SHANGHAI))


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _md5(text: str) -> str:
    # Their protocol, not our choice; it guards pushes against strangers, not money.
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest().upper()


@lru_cache(maxsize=1)
def _made(account: str) -> Kuaidi100:
    return Kuaidi100(Account.model_validate_json(account))


def kuaidi100() -> Kuaidi100:
    """The merchant's account at 快递100, from the secret `kuaidi100`."""
    return _made(secrets.text("kuaidi100"))
