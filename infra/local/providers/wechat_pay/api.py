"""The addresses of WeChat Pay, its payment sheet, and what a test or a developer may make happen."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

import requests
from pydantic import BaseModel
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from infra.local.providers.keys import Keys
from infra.local.providers.outbox import Outbox
from infra.local.providers.store import Store
from infra.local.providers.web import Fake, Refusal, as_json
from infra.local.providers.wechat_pay import cashier
from infra.local.providers.wechat_pay.bills import Bills
from infra.local.providers.wechat_pay.bodies import CloseRequest, PrepayRequest, RefundRequest
from infra.local.providers.wechat_pay.documents import payment_document, refund_document, refund_result
from infra.local.providers.wechat_pay.ledger import PAID, Ledger
from infra.local.providers.wechat_pay.notices import Forgery, Handling, Notices
from infra.local.providers.wechat_pay.seals import Seals


class BuyerAct(BaseModel):
    """What the buyer does at the sheet, and what becomes of the notice."""

    outcome: Literal["success", "fail"] = "success"
    notice: Handling = "send"
    delay_seconds: float = 0


class Settlement(BaseModel):
    """What the bank says about a refund, and what becomes of the notice."""

    status: Literal["SUCCESS", "CLOSED", "ABNORMAL"] = "SUCCESS"
    notice: Handling = "send"


class WechatPay(Fake):
    """WeChat Pay for one merchant; `settle_after` None leaves refunds to `settle`."""

    routes = (
        ("POST", "/v3/pay/transactions/jsapi", "prepay"),
        ("GET", "/v3/pay/transactions/out-trade-no/<number>", "query"),
        ("GET", "/v3/pay/transactions/id/<number>", "query_transaction"),
        ("POST", "/v3/pay/transactions/out-trade-no/<number>/close", "close"),
        ("POST", "/v3/refund/domestic/refunds", "refund"),
        ("GET", "/v3/refund/domestic/refunds/<number>", "query_refund"),
        ("GET", "/v3/bill/tradebill", "order_bill"),
        ("GET", "/v3/billdownload/file", "download_bill"),
        ("GET", "/cashier", "show_cashier"),
        ("POST", "/cashier", "leave_cashier"),
        ("GET", "/_control/payments", "list_payments"),
        ("POST", "/_control/payments/<number>/payment", "control_payment"),
        ("POST", "/_control/refunds/<number>/settlement", "control_settlement"),
        ("GET", "/_control/notices", "list_notices"),
        ("POST", "/_control/notices/release", "release_notices"),
        ("POST", "/_control/notices/<name>/repetition", "repeat_notice"),
        ("POST", "/_control/notices/<name>/forgery", "forge_notice"),
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
        settle_after: timedelta | None = timedelta(seconds=3),
        space_refunds: bool = False,
    ) -> None:
        super().__init__(outbox)
        self._keys = keys
        self._now = now
        self._settle_after = settle_after
        self._seals = Seals(keys, now)
        self.ledger = Ledger(store, now, space_refunds=space_refunds)
        self.notices = Notices(store, self._seals, now, session, compression)
        self._bills = Bills(store, self.ledger, now)

    # What a buyer, the bank and time do

    def pay(
        self,
        out_trade_no: str,
        outcome: Literal["success", "fail"] = "success",
        notice: Handling = "send",
        delay: timedelta = timedelta(),
    ) -> str | None:
        """The buyer pays or fails to; gives the id of the notice."""
        payment = self.ledger.pay(out_trade_no, success=outcome == "success")
        if outcome == "fail":
            return None
        url, document = payment["request"]["notify_url"], payment_document(payment, state="SUCCESS")
        return self.notices.announce(url, "TRANSACTION.SUCCESS", document, notice, delay)

    def settle(
        self,
        out_refund_no: str,
        status: Literal["SUCCESS", "CLOSED", "ABNORMAL"] = "SUCCESS",
        notice: Handling = "send",
    ) -> str | None:
        """The bank settles a refund; gives the id of the notice."""
        refund = self.ledger.settle(out_refund_no, status)
        url = refund["request"]["notify_url"]
        if url is None:
            return None
        return self.notices.announce(url, f"REFUND.{status}", refund_result(refund, self._keys.mchid), notice)

    def find_paid(self, key: dict[str, Any]) -> dict[str, Any] | None:
        """The paid payment behind a transaction_id, or an mchid and out_trade_no."""
        try:
            if key.get("transaction_id"):
                return self.ledger.by_transaction(key["transaction_id"])
            payment = self.ledger.payment(key["out_trade_no"])
        except Refusal:
            return None
        return payment if payment["state"] in PAID and key.get("mchid") == self._keys.mchid else None

    def run_due(self) -> None:
        if self._settle_after is not None:
            for number in self.ledger.processing_since(self._now() - self._settle_after):
                self.settle(number)
        self.notices.deliveries.run_due()

    # Interface of merchants

    def prepay(self, request: Request) -> Response:
        self._check(request)
        asked = PrepayRequest.model_validate_json(request.get_data())
        if (asked.appid, asked.mchid) != (self._keys.appid, self._keys.mchid):
            raise Refusal("APPID_MCHID_NOT_MATCH", "商户号和appid没有绑定关系")
        return as_json({"prepay_id": self.ledger.prepay(asked)})

    def query(self, request: Request, number: str) -> Response:
        self._check(request, mchid=request.args.get("mchid", ""))
        return as_json(payment_document(self.ledger.payment(number)))

    def query_transaction(self, request: Request, number: str) -> Response:
        self._check(request, mchid=request.args.get("mchid", ""))
        return as_json(payment_document(self.ledger.by_transaction(number)))

    def close(self, request: Request, number: str) -> Response:
        self._check(request)
        asked = CloseRequest.model_validate_json(request.get_data())
        self._check_merchant(asked.mchid)
        self.ledger.close(number)
        return Response(status=204)

    def refund(self, request: Request) -> Response:
        self._check(request)
        asked = RefundRequest.model_validate_json(request.get_data())
        return as_json(refund_document(self.ledger.refund(asked)))

    def query_refund(self, request: Request, number: str) -> Response:
        self._check(request)
        return as_json(refund_document(self.ledger.refunded(number)))

    def order_bill(self, request: Request) -> Response:
        self._check(request)
        if request.args.get("tar_type") != "GZIP":
            raise Refusal("PARAM_ERROR", "仅支持GZIP账单")
        day = date.fromisoformat(request.args["bill_date"])
        token, digest = self._bills.order(day, request.args.get("bill_type", "ALL"))
        url = f"{request.host_url}v3/billdownload/file?token={token}"
        return as_json({"hash_type": "SHA1", "hash_value": digest, "download_url": url})

    def download_bill(self, request: Request) -> Response:
        self._check(request)
        packed = self._bills.file(request.args.get("token", ""))
        return Response(packed, content_type="application/octet-stream")

    def finish(self, request: Request, response: Response) -> Response:
        # The file itself is the one answer WeChat Pay does not sign.
        if request.path.startswith("/v3/") and response.mimetype != "application/octet-stream":
            response.headers.update(self._seals.headers(response.get_data()))
            response.headers["Request-ID"] = self._seals.request_id()
        return response

    def _check(self, request: Request, mchid: str | None = None) -> None:
        if not request.headers.get("User-Agent") or "application/json" not in request.headers.get(
            "Accept", ""
        ):
            raise Refusal("PARAM_ERROR", "Http头缺少Accept或User-Agent")
        if request.method == "POST" and request.mimetype != "application/json":
            raise Refusal("PARAM_ERROR", "请使用application/json", 415)
        target = str(request.environ["REQUEST_URI"])
        authorization = request.headers.get("Authorization", "")
        self._seals.check_request(request.method, target, request.get_data(), authorization)
        if request.headers.get("Wechatpay-Serial") != self._keys.public_key_id:
            raise Refusal("SIGN_ERROR", "Wechatpay-Serial不是有效的微信支付公钥ID", 401)
        if mchid is not None:
            self._check_merchant(mchid)

    def _check_merchant(self, mchid: str) -> None:
        if mchid != self._keys.mchid:
            raise Refusal("PARAM_ERROR", "输入源mchid与Http头Authorization中的mchid不一致")

    # The payment sheet

    def sheet(self, parameters: dict[str, str]) -> dict[str, Any]:
        """What WeChat does with the parameters of `wx.requestPayment`: gives the payment, or refuses."""
        return self.ledger.prepaid(self._seals.check_sheet(parameters))

    def show_cashier(self, request: Request) -> Response:
        parameters = request.args.to_dict()
        try:
            page = cashier.sheet(self.sheet(parameters), parameters)
        except Refusal as refusal:
            page = cashier.problem(refusal.message, parameters.get("return_url", ""))
        return Response(page, content_type="text/html; charset=utf-8")

    def leave_cashier(self, request: Request) -> Response:
        parameters = request.form.to_dict()
        result = parameters["result"]
        payment = self.sheet(parameters)
        if result in ("ok", "fail"):
            self.pay(payment["request"]["out_trade_no"], "success" if result == "ok" else "fail")
        back = parameters.get("return_url", "")
        if urlsplit(back).scheme not in ("http", "https"):
            return Response(
                cashier.problem("已完成，请返回商家页面", ""), content_type="text/html; charset=utf-8"
            )
        return redirect(_with_query(back, {"payment": result}), 303)

    # Control

    def list_payments(self, request: Request) -> Response:
        return as_json({"items": self.ledger.payments()})

    def control_payment(self, request: Request, number: str) -> Response:
        act = BuyerAct.model_validate(request.get_json())
        delay = timedelta(seconds=act.delay_seconds)
        return as_json({"notice_id": self.pay(number, act.outcome, act.notice, delay)})

    def control_settlement(self, request: Request, number: str) -> Response:
        settlement = Settlement.model_validate(request.get_json())
        return as_json({"notice_id": self.settle(number, settlement.status, settlement.notice)})

    def list_notices(self, request: Request) -> Response:
        return as_json({"items": self.notices.deliveries.all()})

    def release_notices(self, request: Request) -> Response:
        self.notices.deliveries.release(newest_first=bool(request.get_json().get("newest_first")))
        return Response(status=204)

    def repeat_notice(self, request: Request, name: str) -> Response:
        return as_json({"status": self.notices.repeat(name)})

    def forge_notice(self, request: Request, name: str) -> Response:
        forgery: Forgery = request.get_json()["forgery"]
        return as_json({"status": self.notices.forge(name, forgery)})


def _with_query(url: str, values: dict[str, str]) -> str:
    # Single-page shops keep their route behind '#', so the answer goes to the end of it.
    return f"{url}{'&' if '?' in url else '?'}{urlencode(values)}"
