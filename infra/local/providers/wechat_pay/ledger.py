"""The books of WeChat Pay: payments and refunds, and the rules it holds merchants to."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from infra.local.providers.store import Store
from infra.local.providers.web import Refusal
from infra.local.providers.wechat_pay.bodies import PrepayRequest, RefundRequest
from kit import clock

PREPAY_LIFETIME = timedelta(hours=2)
PAYMENT_LIFETIME = timedelta(days=7)
REFUND_PERIOD = timedelta(days=365)
MOST_REFUNDS = 50
BETWEEN_REFUNDS = timedelta(minutes=1)
STATES = {
    "SUCCESS": "支付成功",
    "REFUND": "转入退款",
    "NOTPAY": "订单未支付",
    "CLOSED": "订单已关闭",
    "PAYERROR": "支付失败(其他原因，如银行返回失败)",
}
PAID = ("SUCCESS", "REFUND")


class Ledger:
    """Payments by the merchant's number, refunds by the merchant's refund number."""

    def __init__(self, store: Store, now: Callable[[], datetime], *, space_refunds: bool) -> None:
        self._store = store
        self._now = now
        self._space_refunds = space_refunds
        self._processing = {
            refund["request"]["out_refund_no"]: refund["created_at"]
            for refund in self.refunds()
            if refund["status"] == "PROCESSING"
        }

    # Payments

    def prepay(self, request: PrepayRequest) -> str:
        """Open a payment, or take it up again with the same parameters; gives a new prepay id."""
        asked = request.model_dump(mode="json")
        with self._store.lock:
            payment = self._payment(request.out_trade_no)
            if payment is None:
                payment = {"request": asked, "state": "NOTPAY", "created_at": self._text(), "prepays": {}}
            elif payment["state"] in PAID:
                raise Refusal("ORDER_PAID", "该订单已支付")
            elif payment["state"] == "CLOSED":
                raise Refusal("ORDER_CLOSED", "订单已关闭")
            elif payment["request"] != asked:
                raise Refusal("INVALID_REQUEST", "请求重入时，参数与首次请求时不一致，请检查传入参数")
            prepay_id = f"wx{self._now().astimezone(clock.SHANGHAI):%Y%m%d%H%M%S}{secrets.token_hex(10)}"
            payment["prepays"][prepay_id] = clock.to_text(self._now() + PREPAY_LIFETIME)
            self._store.put("payment", request.out_trade_no, payment)
            self._store.put("prepay", prepay_id, {"out_trade_no": request.out_trade_no})
        return prepay_id

    def prepaid(self, prepay_id: str) -> dict[str, Any]:
        """The payment a prepay id opens, while the buyer can still pay it."""
        found = self._store.get("prepay", prepay_id)
        payment = self.payment(found["out_trade_no"]) if found else None
        if payment is None or payment["prepays"][prepay_id] <= self._text():
            raise Refusal("PREPAY_EXPIRED", "支付会话已过期，请返回商家重新发起支付")
        if payment["state"] != "NOTPAY":
            raise Refusal("TRADE_ERROR", STATES[payment["state"]])
        return payment

    def payment(self, out_trade_no: str) -> dict[str, Any]:
        """A payment by the merchant's number."""
        payment = self._payment(out_trade_no)
        if payment is None:
            raise Refusal("ORDER_NOT_EXIST", "订单不存在", 404)
        return payment

    def by_transaction(self, transaction_id: str) -> dict[str, Any]:
        """A payment by WeChat Pay's number."""
        found = self._store.get("transaction", transaction_id)
        if found is None:
            raise Refusal("ORDER_NOT_EXIST", "订单不存在", 404)
        return self.payment(found["out_trade_no"])

    def payments(self) -> list[dict[str, Any]]:
        """All payments, oldest first."""
        return [self.payment(payment["request"]["out_trade_no"]) for payment in self._store.all("payment")]

    def close(self, out_trade_no: str) -> None:
        """Make a payment impossible; a second time changes nothing."""
        with self._store.lock:
            payment = self.payment(out_trade_no)
            if payment["state"] in PAID:
                raise Refusal("ORDER_PAID", "该订单已支付")
            self._store.put("payment", out_trade_no, {**payment, "state": "CLOSED"})

    def pay(self, out_trade_no: str, *, success: bool) -> dict[str, Any]:
        """The buyer pays, or tries in vain and may try again."""
        with self._store.lock:
            payment = self.payment(out_trade_no)
            if payment["state"] != "NOTPAY":
                raise Refusal("TRADE_ERROR", STATES[payment["state"]])
            if success:
                number = self._store.next_number("transaction")
                transaction_id = f"4200{self._day()}{number:016d}"
                paid = {
                    "state": "SUCCESS",
                    "transaction_id": transaction_id,
                    "paid_at": self._text(),
                    "refunds": [],
                }
                payment = {**payment, **paid}
                self._store.put("transaction", transaction_id, {"out_trade_no": out_trade_no})
                self._store.put("payment", out_trade_no, payment)
        return payment

    def _payment(self, out_trade_no: str) -> dict[str, Any] | None:
        payment = self._store.get("payment", out_trade_no)
        if payment is None or payment["state"] != "NOTPAY":
            return payment
        asked_deadline = payment["request"]["time_expire"]
        deadline = clock.from_text(payment["created_at"]) + PAYMENT_LIFETIME
        if asked_deadline:
            deadline = min(deadline, clock.from_text(asked_deadline))
        return {**payment, "state": "CLOSED"} if deadline <= self._now() else payment

    # Refunds

    def refund(self, request: RefundRequest) -> dict[str, Any]:
        """Accept a refund; the same number with the same parameters is the same refund."""
        asked = request.model_dump(mode="json")
        with self._store.lock:
            known = self._store.get("refund", request.out_refund_no)
            if known is not None:
                if known["request"] != asked:
                    raise Refusal("INVALID_REQUEST", "订单号或退款金额与之前的退款请求不一致，请核实后再试")
                return known
            payment = self._refundable(request)
            number = self._store.next_number("refund")
            refund = {
                "request": asked,
                "refund_id": f"5030{self._day()}{number:016d}",
                "out_trade_no": payment["request"]["out_trade_no"],
                "transaction_id": payment["transaction_id"],
                "status": "PROCESSING",
                "created_at": self._text(),
            }
            self._store.put("refund", request.out_refund_no, refund)
            self._processing[request.out_refund_no] = refund["created_at"]
            refunds = [*payment["refunds"], request.out_refund_no]
            changed = {**payment, "state": "REFUND", "refunds": refunds}
            self._store.put("payment", refund["out_trade_no"], changed)
        return refund

    def _refundable(self, request: RefundRequest) -> dict[str, Any]:
        """The payment a refund is asked for, when the rules allow it."""
        by_number = {"out_trade_no": self.payment, "transaction_id": self.by_transaction}
        asked = {name: getattr(request, name) for name in by_number if getattr(request, name)}
        payment = next((by_number[name](value) for name, value in asked.items()), None)
        if payment is None:
            raise Refusal("PARAM_ERROR", "微信订单号或商户订单号至少填写一个")
        if payment["state"] not in PAID:
            raise Refusal("RESOURCE_NOT_EXISTS", "订单不存在或未支付", 404)
        earlier = [self.refunded(number) for number in payment["refunds"]]
        taken = sum(
            refund["request"]["amount"]["refund"] for refund in earlier if refund["status"] != "CLOSED"
        )
        total = payment["request"]["amount"]["total"]
        if request.amount.total != total:
            raise Refusal("INVALID_REQUEST", "订单总金额不一致，请核实后再试")
        if taken + request.amount.refund > total:
            raise Refusal("INVALID_REQUEST", "申请退款金额大于订单可退金额")
        if len(earlier) >= MOST_REFUNDS:
            raise Refusal("INVALID_REQUEST", "一笔订单最多支持50次部分退款")
        if clock.from_text(payment["paid_at"]) + REFUND_PERIOD < self._now():
            raise Refusal("INVALID_REQUEST", "订单已超过可退款的最大期限")
        last = clock.from_text(earlier[-1]["created_at"]) if earlier else None
        if self._space_refunds and last and last + BETWEEN_REFUNDS > self._now():
            raise Refusal("FREQUENCY_LIMITED", "同一笔订单退款需间隔1分钟", 429)
        return payment

    def refunded(self, out_refund_no: str) -> dict[str, Any]:
        """A refund by the merchant's number."""
        refund = self._store.get("refund", out_refund_no)
        if refund is None:
            raise Refusal("RESOURCE_NOT_EXISTS", "退款单不存在", 404)
        return refund

    def refunds(self) -> list[dict[str, Any]]:
        """All refunds, oldest first."""
        return self._store.all("refund")

    def settle(self, out_refund_no: str, status: str) -> dict[str, Any]:
        """The bank's word on a refund: SUCCESS, CLOSED or ABNORMAL."""
        with self._store.lock:
            refund = self.refunded(out_refund_no)
            if refund["status"] not in ("PROCESSING", "ABNORMAL"):
                raise Refusal("INVALID_REQUEST", "退款已完结")
            refund = {**refund, "status": status}
            if status == "SUCCESS":
                refund["settled_at"] = self._text()
            self._store.put("refund", out_refund_no, refund)
            self._processing.pop(out_refund_no, None)
        return refund

    def processing_since(self, instant: datetime) -> list[str]:
        """The numbers of refunds accepted up to an instant and not settled yet."""
        limit = clock.to_text(instant)
        return [number for number, created_at in list(self._processing.items()) if created_at <= limit]

    def _text(self) -> str:
        return clock.to_text(self._now())

    def _day(self) -> str:
        return clock.business_day(self._now()).strftime("%Y%m%d")
