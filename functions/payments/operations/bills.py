"""A day's bill of WeChat Pay in the words of our books."""

from datetime import date

from functions.payments.rules.comparing import Entry, Subject


def billed_entries(day: date) -> dict[tuple[Subject, str], Entry]:
    """What WeChat Pay billed on a day; nothing when nothing moved. Raises BillDamaged and as every call."""
    # Imported when first needed: cryptography is only in the layer of the functions that ask.
    from functions.payments.providers.wechat_pay import wechat_pay

    entries = [
        Entry("refund", row.out_refund_no, row.refund_fen, row.refund_state)
        if row.out_refund_no
        else Entry("payment", row.out_trade_no, row.order_fen, row.state)
        for row in wechat_pay().trade_bill(day)
    ]
    return {entry.key: entry for entry in entries}
