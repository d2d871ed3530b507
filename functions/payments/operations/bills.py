"""A provider's books of a day in the words of ours."""

from collections.abc import Iterable, Iterator
from datetime import date

from functions.payments.operations.channels import channel_of
from functions.payments.rules.comparing import Entry, Provider, Subject
from functions.payments.table import days

Books = dict[tuple[Subject, str], Entry]
_REFUND_WORDS = {"succeeded": "SUCCESS", "processing": "PROCESSING"}


def entries_there(method: Provider, day: date) -> Books:
    """What the provider has of a day; nothing when nothing moved. Raises BillDamaged and as every call."""
    return billed_entries(day) if method == "wechat" else _by_number(_asked_entries(method, day))


def billed_entries(day: date) -> Books:
    """What WeChat Pay billed on a day."""
    # Imported when first needed: cryptography is only in the layer of the functions that ask.
    from functions.payments.providers.wechat_pay import wechat_pay

    return _by_number(
        Entry("refund", row.out_refund_no, row.refund_fen, row.refund_state)
        if row.out_refund_no
        else Entry("payment", row.out_trade_no, row.order_fen, row.state)
        for row in wechat_pay().trade_bill(day)
    )


def _asked_entries(method: Provider, day: date) -> Iterator[Entry]:
    """What a provider without a bill answers about all that we took for moved, or gave up, on a day."""
    channel = channel_of(method)
    for payment in (*days.paid_on(method, day), *days.given_up_on(method, day)):
        word = channel.ask(payment)
        if word and word.receipt:
            yield Entry("payment", payment.payment_id, word.receipt.amount_fen, "SUCCESS")
    for refund in (*days.refunded_on(method, day), *days.stopped_on(method, day)):
        told = channel.ask_refund(refund)
        if told and told.state in _REFUND_WORDS:
            yield Entry("refund", refund.refund_id, told.amount_fen, _REFUND_WORDS[told.state])


def _by_number(entries: Iterable[Entry]) -> Books:
    return {entry.key: entry for entry in entries}
