"""The daily trade bill: CSV in yuan, every field behind a backtick, packed with gzip."""

import gzip
import hashlib
import secrets
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from infra.local.providers.store import Store
from infra.local.providers.web import Refusal
from infra.local.providers.wechat_pay.ledger import PAID, Ledger
from kit import clock

READY_HOUR = 10
FEE_RATE = 60  # basis points
HEADER = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
    "应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,"
    "手续费,费率,订单金额,申请退款金额,费率备注"
)
TOTALS = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"


class Bills:
    """Writes bills and hands them out for a token."""

    def __init__(self, store: Store, ledger: Ledger, now: Callable[[], datetime]) -> None:
        self._store = store
        self._ledger = ledger
        self._now = now

    def order(self, day: date, kind: str) -> tuple[str, str]:
        """The token and the SHA-1 of a day's bill; `kind` is ALL, SUCCESS or REFUND."""
        ready = clock.start_of_day(day + timedelta(days=1)) + timedelta(hours=READY_HOUR)
        if self._now() < ready:
            raise Refusal("NO_STATEMENT_EXIST", "账单文件不存在")
        text = self._write(day, kind)
        token = secrets.token_urlsafe(32)
        self._store.put("bill", token, {"text": text})
        return token, hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

    def file(self, token: str) -> bytes:
        """The packed bill behind a token."""
        found = self._store.get("bill", token)
        if found is None:
            raise Refusal("INVALID_REQUEST", "token无效")
        return gzip.compress(found["text"].encode())

    def _write(self, day: date, kind: str) -> str:
        rows = []
        if kind in ("ALL", "SUCCESS"):
            paid = [payment for payment in self._ledger.payments() if payment["state"] in PAID]
            rows += [
                (payment["paid_at"], _paid_row(payment)) for payment in paid if _on(payment["paid_at"], day)
            ]
        if kind in ("ALL", "REFUND"):
            settled = [refund for refund in self._ledger.refunds() if "settled_at" in refund]
            rows += [
                (refund["settled_at"], _refund_row(refund, self._ledger.payment(refund["out_trade_no"])))
                for refund in settled
                if _on(refund["settled_at"], day)
            ]
        if not rows:
            raise Refusal("NO_STATEMENT_EXIST", "账单文件不存在")
        lines = [row for _, row in sorted(rows, key=lambda row: row[0])]
        sums = [sum(int(line[column]) for line in lines) for column in (12, 16, 17, 22, 24, 25)]
        totals = [str(len(lines)), *map(_yuan, sums)]
        body = [",".join(f"`{_cell(place, field)}" for place, field in enumerate(line)) for line in lines]
        return "\n".join([HEADER, *body, TOTALS, ",".join(f"`{total}" for total in totals)]) + "\n"


AMOUNTS = (12, 13, 16, 17, 22, 24, 25)


def _cell(place: int, field: str) -> str:
    return _yuan(int(field)) if place in AMOUNTS else field.replace(",", "，")


def _on(text: str, day: date) -> bool:
    return clock.business_day(clock.from_text(text)) == day


def _yuan(fen: int) -> str:
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def _fee(fen: int) -> int:
    return (fen * FEE_RATE + 5000) // 10000


def _time(text: str) -> str:
    return clock.from_text(text).astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def _paid_row(payment: dict[str, Any]) -> list[str]:
    request, total = payment["request"], payment["request"]["amount"]["total"]
    return [
        *_row_head(payment, payment["paid_at"], "SUCCESS"),
        *(str(total), "0", "0", "0", "0", "0", "", ""),
        *(request["description"], request["attach"] or "", str(_fee(total)), "0.60%", str(total), "0", ""),
    ]


def _refund_row(refund: dict[str, Any], payment: dict[str, Any]) -> list[str]:
    request, amount = payment["request"], refund["request"]["amount"]["refund"]
    number = refund["request"]["out_refund_no"]
    return [
        *_row_head(payment, refund["settled_at"], "REFUND"),
        *("0", "0", refund["refund_id"], number, str(amount), "0", "ORIGINAL", "SUCCESS"),
        *(request["description"], request["attach"] or "", str(-_fee(amount)), "0.60%", "0", str(amount), ""),
    ]


def _row_head(payment: dict[str, Any], at: str, state: str) -> list[str]:
    request = payment["request"]
    who = [request["appid"], request["mchid"], "0", "", payment["transaction_id"], request["out_trade_no"]]
    return [_time(at), *who, request["payer"]["openid"], "JSAPI", state, "OTHERS", "CNY"]
