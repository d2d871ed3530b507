"""WeChat Pay as a channel."""

from datetime import datetime
from typing import Any

from functions.payments.operations.answers import believing
from functions.payments.operations.channels import public_url
from functions.payments.providers.wechat_documents import Refund, RefundResult, RefundState, Trade
from functions.payments.providers.wechat_pay import wechat_pay
from functions.payments.rules import Receipt, RefundWord, Word
from functions.payments.schemas import WechatParameters
from functions.payments.table import PaymentRow, RefundRow
from kit import clock
from kit.http_client import ProviderRefused

_LONGEST_REASON = 80


class WechatChannel:
    """JSAPI payments; the attempt's id is WeChat's out_trade_no."""

    def announce(self, row: PaymentRow) -> str | None:
        with believing():
            return wechat_pay().prepay(
                out_trade_no=row.payment_id,
                description=row.title,
                total_fen=int(row.amount_fen),
                openid=row.openid or "",
                notify_url=public_url("/callbacks/wechat-pay/payments"),
                expires_at=clock.from_text(row.expires_at),
            )

    def offer(self, row: PaymentRow) -> dict[str, Any]:
        return {"wechat": WechatParameters(**wechat_pay().payment_parameters(row.prepay_id or ""))}

    def ask(self, row: PaymentRow) -> Word | None:
        with believing():
            trade = wechat_pay().query(row.payment_id)
        return word_of(trade) if trade else None

    def close(self, row: PaymentRow, now: datetime) -> Word:
        try:
            with believing():
                wechat_pay().close(row.payment_id)
        except ProviderRefused as refusal:
            if refusal.provider_code == "ORDER_PAID":
                return self.ask(row) or Word("open")
            if refusal.provider_code != "ORDER_NOT_EXIST":
                raise
        return Word("gone")

    def refund(self, row: RefundRow, payment: PaymentRow) -> RefundWord:
        with believing():
            told = wechat_pay().refund(
                out_trade_no=row.payment_id,
                out_refund_no=row.refund_id,
                refund_fen=int(row.amount_fen),
                total_fen=int(payment.amount_fen),
                reason=row.note[:_LONGEST_REASON],
                notify_url=public_url("/callbacks/wechat-pay/refunds"),
            )
        return refund_word(told)

    def ask_refund(self, row: RefundRow) -> RefundWord | None:
        with believing():
            told = wechat_pay().query_refund(row.refund_id)
        return refund_word(told) if told else None

    def prove(self, now: datetime) -> None:
        wechat_pay().prove()


def word_of(trade: Trade) -> Word:
    """What a trade of WeChat Pay means."""
    if trade.paid:
        amount_fen = trade.amount.total if trade.amount else 0
        number = trade.transaction_id or ""
        return Word("paid", Receipt(trade.out_trade_no, amount_fen, number, trade.success_time))
    return Word("gone" if trade.trade_state in ("CLOSED", "REVOKED") else "open")


def refund_word(told: Refund | RefundResult) -> RefundWord:
    """What a refund of WeChat Pay means, in an answer or in a notice."""
    status: RefundState = told.refund_status if isinstance(told, RefundResult) else told.status
    return RefundWord(
        refund_id=told.out_refund_no,
        payment_id=told.out_trade_no,
        amount_fen=told.amount.refund,
        state=_REFUND_STATES[status],
        provider_refund_id=told.refund_id,
        refunded_at=told.success_time,
    )


_REFUND_STATES: dict[RefundState, Any] = {
    "SUCCESS": "succeeded",
    "CLOSED": "closed",
    "ABNORMAL": "abnormal",
    "PROCESSING": "processing",
}
