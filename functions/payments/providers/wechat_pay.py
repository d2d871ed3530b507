"""WeChat Pay API v3 for a mini-program: a thin client in public-key mode.

Every call may be repeated with the same numbers: WeChat Pay recognises the payment number and the
refund number. ProviderUnsure therefore means: ask (`query`, `query_refund`), or send the same again.
"""

import gzip
import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from secrets import token_hex
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import requests
from pydantic import TypeAdapter

from functions.payments.providers.signing import SignatureInvalid, Signer, Verifier, decrypt
from functions.payments.providers.wechat_bills import BillDamaged, BillRow, read_trade_bill
from functions.payments.providers.wechat_documents import (
    Merchant,
    PaymentNotice,
    Refund,
    RefundNotice,
    RefundResult,
    Trade,
)
from kit import clock, http_client, secrets
from kit.errors import Malformed
from kit.http_client import ProviderRefused, ProviderUnreachable, ProviderUnsure
from kit.log import logger

_OBJECT: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])


class AlreadyPaid(ProviderRefused):
    """The buyer paid before the order could be closed or prepaid again."""

    title = "订单已支付"


class NotOurs(SignatureInvalid):
    """A genuine message about another merchant or another application."""

    title = "通知不属于本商户"


class WechatPay:
    """One merchant at WeChat Pay."""

    def __init__(
        self,
        merchant: Merchant,
        session: requests.Session | None = None,
        now: Callable[[], datetime] = clock.now,
        nonce: Callable[[], str] = lambda: token_hex(16),
    ) -> None:
        self._merchant = merchant
        self._session = session or http_client.session()
        self._now = now
        self._nonce = nonce
        self._signer = Signer(merchant.mchid, merchant.merchant_serial, merchant.private_key_pem)
        self._verifier = Verifier(merchant.verifiers)

    # Payments

    def prepay(
        self,
        *,
        out_trade_no: str,
        description: str,
        total_fen: int,
        openid: str,
        notify_url: str,
        expires_at: datetime,
    ) -> str:
        """Announce a payment and get its prepay id, good for two hours at most.

        Raises AlreadyPaid; ProviderRefused; ProviderUnsure.
        """
        answer = self._call(
            "POST",
            "/v3/pay/transactions/jsapi",
            {
                "appid": self._merchant.appid,
                "mchid": self._merchant.mchid,
                "description": description,
                "out_trade_no": out_trade_no,
                "time_expire": _beijing(expires_at),
                "notify_url": notify_url,
                "amount": {"total": total_fen, "currency": "CNY"},
                "payer": {"openid": openid},
            },
        )
        return str(answer["prepay_id"])

    def payment_parameters(self, prepay_id: str) -> dict[str, str]:
        """What the mini-program hands to `wx.requestPayment`."""
        timestamp, nonce, package = str(int(self._now().timestamp())), self._nonce(), f"prepay_id={prepay_id}"
        return {
            "appId": self._merchant.appid,
            "timeStamp": timestamp,
            "nonceStr": nonce,
            "package": package,
            "signType": "RSA",
            "paySign": self._signer.sign(self._merchant.appid, timestamp, nonce, package),
        }

    def query(self, out_trade_no: str) -> Trade | None:
        """The payment as it stands, or None when WeChat Pay never heard of it."""
        target = f"{_payment(out_trade_no)}?{urlencode({'mchid': self._merchant.mchid})}"
        answer = self._find("GET", target, missing="ORDER_NOT_EXIST")
        return None if answer is None else self._ours(Trade.model_validate(answer))

    def close(self, out_trade_no: str) -> None:
        """Make the payment impossible; closing twice is fine. Raises AlreadyPaid."""
        try:
            self._call("POST", f"{_payment(out_trade_no)}/close", {"mchid": self._merchant.mchid})
        except ProviderRefused as refusal:
            if refusal.provider_code != "ORDER_CLOSED":
                raise

    def prove(self) -> None:
        """Ask for a payment that cannot exist: the signed answer that it does not proves both directions.

        Raises SignatureInvalid; ProviderRefused; ProviderUnsure.
        """
        target = f"{_payment('CONNECTION-TEST')}?{urlencode({'mchid': self._merchant.mchid})}"
        response = self._reach("GET", target, "")
        refusal = _refusal(response)
        if response.status_code in (401, 403):
            raise refusal
        self._verifier.verify(response.headers, response.content, self._now())
        if isinstance(refusal, ProviderUnsure) or refusal.provider_code != "ORDER_NOT_EXIST":
            raise refusal

    # Refunds

    def refund(
        self,
        *,
        out_trade_no: str,
        out_refund_no: str,
        refund_fen: int,
        total_fen: int,
        reason: str,
        notify_url: str,
    ) -> Refund:
        """Ask for a refund; the answer only says it was accepted. Retry with the same number only."""
        answer = self._call(
            "POST",
            "/v3/refund/domestic/refunds",
            {
                "out_trade_no": out_trade_no,
                "out_refund_no": out_refund_no,
                "reason": reason,
                "notify_url": notify_url,
                "amount": {"refund": refund_fen, "total": total_fen, "currency": "CNY"},
            },
        )
        return Refund.model_validate(answer)

    def query_refund(self, out_refund_no: str) -> Refund | None:
        """The refund as it stands, or None when WeChat Pay never accepted it."""
        target = f"/v3/refund/domestic/refunds/{quote(out_refund_no, safe='')}"
        answer = self._find("GET", target, missing="RESOURCE_NOT_EXISTS")
        return None if answer is None else Refund.model_validate(answer)

    # Bills

    def trade_bill(self, day: date) -> list[BillRow]:
        """All payments and refunds of a day; ready from 10:00 the day after. Raises BillDamaged."""
        query = urlencode({"bill_date": day.isoformat(), "bill_type": "ALL", "tar_type": "GZIP"})
        answer = self._find("GET", f"/v3/bill/tradebill?{query}", missing="NO_STATEMENT_EXIST")
        if answer is None:
            return []
        # Only path and query are taken from the answer: our signature goes to our own host.
        place = urlsplit(str(answer["download_url"]))
        packed = self._send("GET", f"{place.path}?{place.query}").content
        try:
            content = gzip.decompress(packed)
        except (gzip.BadGzipFile, EOFError) as failure:
            raise BillDamaged from failure
        if hashlib.sha1(content, usedforsecurity=False).hexdigest() != str(answer["hash_value"]).lower():
            raise BillDamaged
        return read_trade_bill(content.decode("utf-8-sig"))

    # Notices

    def read_payment_notice(self, headers: Mapping[str, str], body: bytes) -> PaymentNotice:
        """Verify and open a payment notice. Raises SignatureInvalid (StaleTimestamp, NotOurs), Malformed."""
        notice = self._open(headers, body, "TRANSACTION.")
        return PaymentNotice(
            notice_id=notice["id"], trade=self._ours(Trade.model_validate(notice["resource"]))
        )

    def read_refund_notice(self, headers: Mapping[str, str], body: bytes) -> RefundNotice:
        """Verify and open a refund notice. Raises SignatureInvalid (StaleTimestamp, NotOurs), Malformed."""
        notice = self._open(headers, body, "REFUND.")
        refund = RefundResult.model_validate(notice["resource"])
        if refund.mchid != self._merchant.mchid:
            raise NotOurs
        return RefundNotice(notice_id=notice["id"], refund=refund)

    def _open(self, headers: Mapping[str, str], body: bytes, event: str) -> dict[str, Any]:
        self._verifier.verify(headers, body, self._now())
        notice = _read(body)
        if not str(notice.get("event_type", "")).startswith(event):
            raise Malformed(f"不是预期的通知类型：{notice.get('event_type')}")
        return {"id": notice["id"], "resource": _read(decrypt(notice["resource"], self._merchant.apiv3_keys))}

    def _ours(self, trade: Trade) -> Trade:
        currency = trade.amount.currency if trade.amount else "CNY"
        if (trade.mchid, trade.appid, currency) != (self._merchant.mchid, self._merchant.appid, "CNY"):
            raise NotOurs
        return trade

    # Transport

    def _find(self, method: str, target: str, *, missing: str) -> dict[str, Any] | None:
        try:
            return self._call(method, target)
        except ProviderRefused as refusal:
            if refusal.provider_code == missing:
                return None
            raise

    def _call(self, method: str, target: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        response = self._send(method, target, body)
        self._verifier.verify(response.headers, response.content, self._now())
        return _read(response.content) if response.content else {}

    def _send(self, method: str, target: str, body: dict[str, Any] | None = None) -> requests.Response:
        content = "" if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        response = self._reach(method, target, content)
        if response.status_code in (200, 204):
            return response
        if "Wechatpay-Signature" in response.headers:
            self._verifier.verify(response.headers, response.content, self._now())
        raise _refusal(response)

    def _reach(self, method: str, target: str, content: str) -> requests.Response:
        """Send to the first host that can be reached; the others are spare."""
        *others, last = self._merchant.base_urls
        for base_url in others:
            try:
                return self._attempt(base_url, method, target, content)
            except ProviderUnreachable:
                continue
        return self._attempt(last, method, target, content)

    def _attempt(self, base_url: str, method: str, target: str, content: str) -> requests.Response:
        timestamp, nonce = int(self._now().timestamp()), self._nonce()
        headers = {
            "Authorization": self._signer.authorization(method, target, content, timestamp, nonce),
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": "dealer-shop",
            "Wechatpay-Serial": self._merchant.public_key_id,
        }
        data = content.encode() or None
        return http_client.ask(self._session, method, base_url + target, data=data, headers=headers)


@lru_cache(maxsize=1)
def _made(merchant: str) -> WechatPay:
    return WechatPay(Merchant.model_validate_json(merchant))


def wechat_pay() -> WechatPay:
    """The merchant at WeChat Pay, from the secret `wechat-pay`; keeps its parsed keys between calls."""

    return _made(secrets.text("wechat-pay"))


def _payment(out_trade_no: str) -> str:
    return f"/v3/pay/transactions/out-trade-no/{quote(out_trade_no, safe='')}"


def _beijing(instant: datetime) -> str:
    return instant.astimezone(clock.SHANGHAI).isoformat(timespec="seconds")


def _read(content: bytes) -> dict[str, Any]:
    try:
        return _OBJECT.validate_json(content)
    except ValueError as failure:
        raise Malformed from failure


def _refusal(response: requests.Response) -> ProviderRefused | ProviderUnsure:
    """What a status outside 200 and 204 means; an answer that is not WeChat Pay's own proves nothing."""
    try:
        error = _OBJECT.validate_json(response.content)
    except ValueError:
        return ProviderUnsure(reason=f"HTTP {response.status_code}")
    code = str(error.get("code", response.status_code))
    logger.info(
        "wechat_pay_refused", extra={"provider_code": code, "provider_id": response.headers.get("Request-ID")}
    )
    kind = AlreadyPaid if code == "ORDER_PAID" else ProviderRefused
    return kind(code, str(error.get("message", "")))
