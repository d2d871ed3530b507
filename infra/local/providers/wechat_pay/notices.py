"""Notices of WeChat Pay: sealed, signed, repeated, and forged on request."""

import json
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Literal

import requests

from infra.local.providers.deliveries import UNREACHABLE, Deliveries
from infra.local.providers.store import Store
from infra.local.providers.wechat_pay.documents import beijing
from infra.local.providers.wechat_pay.seals import Seals
from kit import clock, http_client

# 15s/15s/30s/3m/10m/20m/30m/30m/30m/60m/3h/3h/3h/6h/6h
SCHEDULE = tuple(
    timedelta(seconds=seconds)
    for seconds in (15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600)
)
SUMMARIES = {
    "TRANSACTION.SUCCESS": "支付成功",
    "REFUND.SUCCESS": "退款成功",
    "REFUND.CLOSED": "退款关闭",
    "REFUND.ABNORMAL": "退款异常",
}
Handling = Literal["send", "duplicate", "drop", "hold"]
Forgery = Literal[
    "signature", "probe", "serial", "timestamp", "body", "missing_headers", "amount", "mchid", "apiv3_key"
]


class Notices:
    """Builds, sends and repeats notices."""

    def __init__(
        self,
        store: Store,
        seals: Seals,
        now: Callable[[], datetime],
        session: requests.Session,
        compression: int,
    ) -> None:
        self._seals = seals
        self._now = now
        self._session = session
        schedule = [delay / compression for delay in SCHEDULE]
        self.deliveries = Deliveries(store, "wechat-pay-notice", now, self._send, schedule)

    def announce(
        self,
        url: str,
        event: str,
        document: dict[str, Any],
        handling: Handling = "send",
        delay: timedelta = timedelta(),
    ) -> str | None:
        """Send a notice, send it twice, keep it back until released, or lose it."""
        if handling == "drop":
            return None
        notice = {"url": url, "event": event, "created_at": clock.to_text(self._now()), "document": document}
        copies = 2 if handling == "duplicate" else 1
        return self.deliveries.add(notice, delay=delay, held=handling == "hold", copies=copies)

    def repeat(self, name: str) -> int:
        """Send a notice once more, whatever became of it; gives the HTTP status."""
        return self._send(name, self.deliveries.get(name)["document"])

    def forge(self, name: str, forgery: Forgery) -> int:
        """Send a notice the way an attacker or a mistaken merchant number would; gives the HTTP status."""
        notice = self.deliveries.get(name)["document"]
        document = dict(notice["document"])
        if forgery == "amount":
            document["amount"] = {**document["amount"], "total": document["amount"]["total"] + 1}
        if forgery == "mchid":
            document["mchid"] = "1900000000"
        body = self._body(name, {**notice, "document": document})
        if forgery == "apiv3_key":
            envelope = json.loads(body)
            envelope["resource"]["ciphertext"] = b64encode(bytes(64)).decode()
            body = json.dumps(envelope, ensure_ascii=False).encode()
        at = self._now() - timedelta(minutes=6) if forgery == "timestamp" else None
        return self._post(notice["url"], *_spoil(forgery, self._seals.headers(body, at=at), body))

    def _send(self, name: str, notice: dict[str, Any]) -> int:
        body = self._body(name, notice)
        return self._post(notice["url"], self._seals.headers(body), body)

    def _body(self, name: str, notice: dict[str, Any]) -> bytes:
        kind = notice["event"].partition(".")[0].lower()
        envelope = {
            "id": name,
            "create_time": beijing(notice["created_at"]),
            "resource_type": "encrypt-resource",
            "event_type": notice["event"],
            "summary": SUMMARIES[notice["event"]],
            "resource": self._seals.seal(notice["document"], kind),
        }
        return json.dumps(envelope, ensure_ascii=False).encode()

    def _post(self, url: str, headers: dict[str, str], body: bytes) -> int:
        headers = {**headers, "Content-Type": "application/json", "User-Agent": "Mozilla/4.0"}
        try:
            return http_client.ask(self._session, "POST", url, data=body, headers=headers).status_code
        except http_client.ProviderUnsure:
            return UNREACHABLE


def _spoil(forgery: Forgery, headers: dict[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
    signature = headers["Wechatpay-Signature"]
    if forgery == "signature":
        headers = {**headers, "Wechatpay-Signature": signature[::-1].strip("=") + "=="}
    if forgery == "probe":
        headers = {**headers, "Wechatpay-Signature": f"WECHATPAY/SIGNTEST/{signature}"}
    if forgery == "serial":
        headers = {**headers, "Wechatpay-Serial": "PUB_KEY_ID_0000000000000000000000000000"}
    if forgery == "missing_headers":
        headers = {}
    if forgery == "body":
        body = body.replace("成功".encode(), "失败".encode(), 1)
    return headers, body
