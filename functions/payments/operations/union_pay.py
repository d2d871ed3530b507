"""UnionPay's bank-card cashier as a channel.

UnionPay takes letters and digits only: `<order>P<number>` names an attempt, `<order>R<source>` a refund.
It cannot close an order; one that was opened may be paid until its time is over.
"""

from datetime import datetime, timedelta
from typing import Any

from functions.payments import rules, table
from functions.payments.operations.answers import believing
from functions.payments.operations.channels import public_url
from functions.payments.operations.refunds import send_refund
from functions.payments.operations.settling import ask
from functions.payments.providers.union_pay import BankTrade, union_pay
from functions.payments.rules import Receipt, RefundWord, Word
from functions.payments.schemas import CashierForm
from functions.payments.table import PaymentRow, RefundRow
from kit import clock, log
from kit.http_client import ProviderUnsure

_ORDER_LETTERS = 26
_NOTICES = "/callbacks/unionpay"
# A payment begun in the last minute may still arrive.
_GRACE = timedelta(minutes=2)


class UnionPayChannel:
    """The hosted cashier."""

    def announce(self, row: PaymentRow) -> str | None:
        return None

    def offer(self, row: PaymentRow) -> dict[str, Any]:
        form = union_pay().cashier(
            order_id=number_of(row.payment_id, "P"),
            amount_fen=int(row.amount_fen),
            made_at=clock.from_text(row.created_at),
            expires_at=clock.from_text(row.expires_at),
            front_url=public_url(f"/#/trade/result?id={row.payment_id}&order={row.order_id}"),
            back_url=public_url(_NOTICES),
        )
        return {"union_pay": CashierForm(action=form.action, fields=form.fields)}

    def ask(self, row: PaymentRow) -> Word | None:
        with believing():
            trade = union_pay().query(number_of(row.payment_id, "P"), clock.from_text(row.created_at))
        return word_of(trade) if trade else None

    def close(self, row: PaymentRow, now: datetime) -> Word:
        word = self.ask(row) or Word("gone")
        over = clock.from_text(row.expires_at) + _GRACE <= now
        return Word("gone") if word.state == "open" and over else word

    def refund(self, row: RefundRow, payment: PaymentRow) -> RefundWord:
        with believing():
            union_pay().refund(
                refund_id=number_of(row.refund_id, "R"),
                payment_query_id=payment.transaction_id or "",
                amount_fen=int(row.amount_fen),
                made_at=clock.from_text(row.created_at),
                back_url=public_url(_NOTICES),
            )
        return RefundWord(row.refund_id, row.payment_id, int(row.amount_fen), "processing")

    def ask_refund(self, row: RefundRow) -> RefundWord | None:
        with believing():
            trade = union_pay().query(number_of(row.refund_id, "R"), clock.from_text(row.created_at))
        return refund_word(trade) if trade else None

    def prove(self, now: datetime) -> None:
        union_pay().query("CONNECTIONTEST", now)


def number_of(name: str, kind: str) -> str:
    """UnionPay's number for a payment (`P`) or a refund (`R`)."""
    order_id, _, rest = name.partition("-")
    return f"{order_id}{kind}{rest}"


def heed(trade: BankTrade, now: datetime) -> None:
    """A verified notice is a reason to ask: only what UnionPay answers is recorded. Repeats change nothing.

    Raises PaymentNotFound, RefundNotFound, AmountDiffers; ProviderUnsure, so that the notice is sent again.
    """
    if trade.order_id[_ORDER_LETTERS : _ORDER_LETTERS + 1] == "R":
        _heed_refund(trade, now)
    else:
        _heed_payment(trade, now)


def _heed_payment(trade: BankTrade, now: datetime) -> None:
    row = table.find_payment(_name_of(trade))
    if row is None or row.method != "union_pay":
        log.count("UnknownPayments")
        raise rules.PaymentNotFound(payment_id=_name_of(trade))
    if trade.amount_fen != row.amount_fen:
        log.count("PaymentAmountsDiffer")
        raise rules.AmountDiffers(payment_id=row.payment_id)
    if row.stage in rules.PAID:
        return
    ask(row, now)
    stored = table.find_payment(row.payment_id)
    if trade.succeeded and stored and stored.stage not in rules.PAID:
        raise ProviderUnsure(reason="announced as paid, not confirmed")


def _heed_refund(trade: BankTrade, now: datetime) -> None:
    row = table.find_refund(_name_of(trade))
    if row is None or row.method != "union_pay":
        log.count("UnknownRefunds")
        raise rules.RefundNotFound(refund_id=_name_of(trade))
    if trade.amount_fen != row.amount_fen:
        log.count("RefundAmountsDiffer")
        raise rules.AmountDiffers(refund_id=row.refund_id)
    send_refund(row.refund_id, now)


def word_of(trade: BankTrade) -> Word:
    """What a payment at UnionPay means."""
    if trade.succeeded:
        return Word("paid", Receipt(_name_of(trade), trade.amount_fen, trade.query_id, None))
    return Word("open" if trade.undecided else "gone")


def refund_word(trade: BankTrade) -> RefundWord:
    """What a refund at UnionPay means."""
    name, amount_fen = _name_of(trade), trade.amount_fen
    if trade.succeeded:
        return RefundWord(name, None, amount_fen, "succeeded", trade.query_id)
    return RefundWord(name, None, amount_fen, "processing" if trade.undecided else "closed")


def _name_of(trade: BankTrade) -> str:
    return f"{trade.order_id[:_ORDER_LETTERS]}-{trade.order_id[_ORDER_LETTERS + 1 :]}"
