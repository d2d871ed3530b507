"""UnionPay ACP 5.1.0 on this machine: cashier page, back notices, queries and refunds."""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlencode

import requests
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from markupsafe import escape
from pydantic import BaseModel, ConfigDict, Field
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from infra.local.providers.deliveries import UNREACHABLE, Deliveries
from infra.local.providers.keys import Keys, private_key
from infra.local.providers.outbox import Outbox
from infra.local.providers.store import Store
from infra.local.providers.web import Fake, Refusal
from infra.local.providers.wechat_pay import cashier
from kit import clock, http_client

REPEATS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 4, 5))
BEIJING = "%Y%m%d%H%M%S"
SUCCESS, UNDECIDED, UNKNOWN = "00", "05", "34"


class Asked(BaseModel):
    """The fields of a request, with UnionPay's limits."""

    model_config = ConfigDict(extra="allow")

    version: Literal["5.1.0"]
    encoding: Literal["UTF-8"]
    signMethod: Literal["01"]  # noqa: N815
    bizType: Literal["000201"]  # noqa: N815
    accessType: Literal["0"]  # noqa: N815
    txnType: Literal["00", "01", "04"]  # noqa: N815
    orderId: str = Field(pattern=r"^[0-9A-Za-z]{8,40}$")  # noqa: N815
    txnTime: str = Field(pattern=r"^\d{14}$")  # noqa: N815
    txnAmt: str = Field(default="0", pattern=r"^\d{1,12}$")  # noqa: N815


class UnionPay(Fake):
    """UnionPay for one merchant."""

    routes = (
        ("POST", "/gateway/api/frontTransReq.do", "open_cashier"),
        ("POST", "/gateway/api/queryTrans.do", "query"),
        ("POST", "/gateway/api/backTransReq.do", "refund"),
        ("POST", "/cashier", "leave_cashier"),
    )

    def __init__(
        self,
        keys: Keys,
        store: Store,
        outbox: Outbox,
        now: Callable[[], datetime],
        session: requests.Session,
        *,
        compression: int = 60,
    ) -> None:
        super().__init__(outbox)
        self._keys = keys
        self._store = store
        self._now = now
        self._session = session
        self._key = private_key(keys.union_pay_key_pem)
        self._merchant = x509.load_pem_x509_certificate(keys.union_pay_merchant_certificate_pem.encode())
        repeats = [delay / compression for delay in REPEATS]
        self.deliveries = Deliveries(store, "union-pay-notice", now, self._send, repeats)

    # What a buyer and the bank do

    def pay(self, order_id: str, *, announce: bool = True) -> str | None:
        """The buyer pays; gives the id of the notice."""
        with self._store.lock:
            trade = self._trade(order_id)
            if trade["code"] != UNDECIDED or trade["fields"]["payTimeout"] <= self._beijing():
                raise Refusal("TRADE_ERROR", "订单已支付或已超时")
            self._store.put("bank-trade", order_id, {**trade, "code": SUCCESS})
        return self._announce(order_id) if announce else None

    def forge(self, name: str) -> int:
        """Send a notice whose amount was changed after it was signed; gives the HTTP status."""
        notice = self.deliveries.get(name)["document"]
        fields = {**self._signed(notice["fields"]), "txnAmt": "1"}
        return self._post(notice["url"], fields)

    def run_due(self) -> None:
        self.deliveries.run_due()

    # Interface of merchants

    def refuse(self, refusal: Refusal) -> Response:
        if refusal.status >= 500:
            return Response(status=refusal.status)
        return self._answer({"respCode": refusal.code, "respMsg": refusal.message})

    def malformed(self, field: str, issue: str) -> Refusal:
        return Refusal("10", f"报文格式错误[{field}: {issue}]")

    def open_cashier(self, request: Request) -> Response:
        fields = self._check(request)
        with self._store.lock:
            known = self._store.get("bank-trade", fields["orderId"])
            if known is not None and known["fields"] != fields:
                raise Refusal("12", "重复交易")
            if known is None:
                self._create(fields, UNDECIDED)
        return Response(_page(fields), content_type="text/html; charset=utf-8")

    def leave_cashier(self, request: Request) -> Response:
        trade = self._trade(request.form["order_id"])
        if request.form["result"] == "ok":
            self.pay(request.form["order_id"])
        return redirect(trade["fields"]["frontUrl"], 303)

    def query(self, request: Request) -> Response:
        fields = self._check(request)
        trade = self._store.get("bank-trade", fields["orderId"])
        if trade is None or trade["fields"]["txnTime"] != fields["txnTime"]:
            raise Refusal(UNKNOWN, "查无此交易")
        return self._answer({**_result(trade), "respCode": SUCCESS, "origRespCode": trade["code"]})

    def refund(self, request: Request) -> Response:
        fields = self._check(request)
        with self._store.lock:
            known = self._store.get("bank-trade", fields["orderId"])
            if known is not None and known["fields"] != fields:
                raise Refusal("12", "重复交易")
            if known is None:
                self._take_back(fields)
        return self._answer({"respCode": SUCCESS, "respMsg": "成功", "orderId": fields["orderId"]})

    def _take_back(self, fields: dict[str, str]) -> None:
        number = self._store.get("bank-query-id", fields["origQryId"])
        paid = self._trade(number["order_id"]) if number else None
        if paid is None or paid["code"] != SUCCESS:
            raise Refusal("40", "绑定关系检查失败：原交易不存在或未成功")
        refunded = paid.get("refunded", 0) + int(fields["txnAmt"])
        if refunded > int(paid["fields"]["txnAmt"]):
            raise Refusal("36", "交易金额超限")
        self._store.put("bank-trade", paid["fields"]["orderId"], {**paid, "refunded": refunded})
        self._create(fields, SUCCESS)
        self._announce(fields["orderId"])

    # Records and signatures

    def _create(self, fields: dict[str, str], code: str) -> None:
        query_id = f"{self._beijing()}{self._store.next_number('bank-trade'):07d}"
        self._store.put(
            "bank-trade", fields["orderId"], {"fields": fields, "code": code, "query_id": query_id}
        )
        self._store.put("bank-query-id", query_id, {"order_id": fields["orderId"]})

    def _trade(self, order_id: str) -> dict[str, Any]:
        trade = self._store.get("bank-trade", order_id)
        if trade is None:
            raise Refusal(UNKNOWN, "查无此交易")
        return trade

    def _announce(self, order_id: str) -> str:
        trade = self._trade(order_id)
        fields = {**_result(trade), "respCode": trade["code"], "respMsg": "成功[0000000]"}
        return self.deliveries.add({"url": trade["fields"]["backUrl"], "fields": fields})

    def _send(self, name: str, notice: dict[str, Any]) -> int:
        return self._post(notice["url"], self._signed(notice["fields"]))

    def _post(self, url: str, fields: dict[str, str]) -> int:
        try:
            return http_client.ask(self._session, "POST", url, data=fields).status_code
        except http_client.ProviderUnsure:
            return UNREACHABLE

    def _answer(self, fields: dict[str, str]) -> Response:
        return Response(urlencode(self._signed(fields)), content_type="application/x-www-form-urlencoded")

    def _signed(self, fields: dict[str, str]) -> dict[str, str]:
        complete = {
            "version": "5.1.0",
            "encoding": "UTF-8",
            "signMethod": "01",
            "bizType": "000201",
            "accessType": "0",
            "merId": self._keys.union_pay_merchant,
            **fields,
            "signPubKeyCert": self._keys.union_pay_certificate_pem,
        }
        signature = self._key.sign(_digest(complete), PKCS1v15(), SHA256())
        return {**complete, "signature": b64encode(signature).decode()}

    def _check(self, request: Request) -> dict[str, str]:
        fields = request.form.to_dict()
        Asked.model_validate(fields)
        key = self._merchant.public_key()
        assert isinstance(key, RSAPublicKey)
        known = (fields.get("merId"), fields.get("certId")) == (
            self._keys.union_pay_merchant,
            str(self._merchant.serial_number),
        )
        try:
            key.verify(b64decode(fields["signature"]), _digest(fields), PKCS1v15(), SHA256())
        except (InvalidSignature, KeyError, ValueError):
            known = False
        if not known:
            raise Refusal("11", "验证签名失败")
        return {name: value for name, value in fields.items() if name != "signature"}

    def _beijing(self) -> str:
        return self._now().astimezone(clock.SHANGHAI).strftime(BEIJING)


def _digest(fields: Mapping[str, str]) -> bytes:
    text = "&".join(
        f"{name}={value}" for name, value in sorted(fields.items()) if value and name != "signature"
    )
    return hashlib.sha256(text.encode()).hexdigest().encode()


def _result(trade: dict[str, Any]) -> dict[str, str]:
    fields = trade["fields"]
    copied = ("orderId", "txnTime", "txnAmt", "currencyCode", "txnType", "txnSubType")
    return {**{name: fields[name] for name in copied}, "queryId": trade["query_id"]}


_FORM = """
<p class="payee">银联在线支付</p>
<p class="amount"><span>¥</span>{yuan}</p>
<dl><dt>商户订单号</dt><dd>{order_id}</dd><dt>付款卡</dt><dd>6226 **** **** 0048（演示）</dd></dl>
<form method="post" action="/cashier">
<input type="hidden" name="order_id" value="{order_id}">
<button class="primary" name="result" value="ok">确认付款</button>
<button class="link" name="result" value="cancel">取消</button>
</form>
"""


def _page(fields: dict[str, str]) -> str:
    fen = int(fields["txnAmt"])
    return cashier.page(
        _FORM.format(yuan=f"{fen // 100}.{fen % 100:02d}", order_id=escape(fields["orderId"]))
    )
