"""How WeChat Pay writes payments and refunds down, in answers and in notices."""

from typing import Any

from infra.local.providers.wechat_pay.ledger import PAID, STATES
from kit import clock

ACCOUNT = "支付用户零钱"


def beijing(text: str) -> str:
    """An instant the way WeChat Pay writes it, with +08:00."""
    return clock.from_text(text).astimezone(clock.SHANGHAI).isoformat(timespec="seconds")


def payment_document(payment: dict[str, Any], *, state: str | None = None) -> dict[str, Any]:
    """A payment; an unpaid one has no transaction, bank, instant or amount."""
    request, state = payment["request"], state or payment["state"]
    document = {
        "appid": request["appid"],
        "mchid": request["mchid"],
        "out_trade_no": request["out_trade_no"],
        "trade_state": state,
        "trade_state_desc": STATES[state],
        "payer": request["payer"],
    }
    if request["attach"]:
        document["attach"] = request["attach"]
    if state in PAID:
        total = request["amount"]["total"]
        amount = {"total": total, "payer_total": total, "currency": "CNY", "payer_currency": "CNY"}
        document |= {
            "transaction_id": payment["transaction_id"],
            "trade_type": "JSAPI",
            "bank_type": "OTHERS",
            "success_time": beijing(payment["paid_at"]),
            "amount": amount,
        }
    return document


def refund_document(refund: dict[str, Any]) -> dict[str, Any]:
    """A refund in an answer."""
    amount = refund["request"]["amount"]
    document = {
        "refund_id": refund["refund_id"],
        "out_refund_no": refund["request"]["out_refund_no"],
        "transaction_id": refund["transaction_id"],
        "out_trade_no": refund["out_trade_no"],
        "channel": "ORIGINAL",
        "user_received_account": ACCOUNT,
        "create_time": beijing(refund["created_at"]),
        "status": refund["status"],
        "funds_account": "AVAILABLE",
        "amount": {
            "total": amount["total"],
            "refund": amount["refund"],
            "from": [],
            "payer_total": amount["total"],
            "payer_refund": amount["refund"],
            "settlement_refund": amount["refund"],
            "settlement_total": amount["total"],
            "discount_refund": 0,
            "currency": "CNY",
            "refund_fee": 0,
        },
        "promotion_detail": [],
    }
    if "settled_at" in refund:
        document["success_time"] = beijing(refund["settled_at"])
    return document


def refund_result(refund: dict[str, Any], mchid: str) -> dict[str, Any]:
    """A refund in a notice, where the state is called refund_status."""
    amount = refund["request"]["amount"]
    document = {
        "mchid": mchid,
        "transaction_id": refund["transaction_id"],
        "out_trade_no": refund["out_trade_no"],
        "refund_id": refund["refund_id"],
        "out_refund_no": refund["request"]["out_refund_no"],
        "refund_status": refund["status"],
        "user_received_account": ACCOUNT,
        "amount": {
            "total": amount["total"],
            "refund": amount["refund"],
            "payer_total": amount["total"],
            "payer_refund": amount["refund"],
        },
    }
    if "settled_at" in refund:
        document["success_time"] = beijing(refund["settled_at"])
    return document
