"""发货信息管理: what WeChat demands of a merchant who says that goods have left."""

from collections.abc import Callable
from typing import Any

from infra.local.providers.store import Store
from infra.local.providers.web import Refusal
from kit import clock

MOST_PARCELS = 15
FindPayment = Callable[[dict[str, Any]], dict[str, Any] | None]


class Shipping:
    """Shipping information by payment."""

    def __init__(self, store: Store, find_payment: FindPayment) -> None:
        """`find_payment` looks an order_key up among the paid payments."""
        self._store = store
        self._find_payment = find_payment

    def upload(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Take shipping information; gives the payment it belongs to."""
        payment = self._payment(asked)
        transaction_id = payment["transaction_id"]
        _check(asked)
        with self._store.lock:
            known = self._store.get("shipping", transaction_id)
            uploads = known["uploads"] if known else []
            self._check_progress(asked, uploads)
            split = asked["delivery_mode"] == 2
            finished = asked["is_all_delivered"] if split else True
            self._store.put("shipping", transaction_id, {"uploads": [*uploads, asked], "finished": finished})
        return payment

    def uploads(self, transaction_id: str) -> list[dict[str, Any]]:
        """Everything uploaded for a payment, oldest first."""
        known = self._store.get("shipping", transaction_id)
        return list(known["uploads"]) if known else []

    def _payment(self, asked: dict[str, Any]) -> dict[str, Any]:
        key = asked.get("order_key") or {}
        needed = {1: (("mchid", 268485196), ("out_trade_no", 268485197)), 2: (("transaction_id", 268485195),)}
        kind = key.get("order_number_type")
        if kind not in needed:
            raise _refusal(268485194, "order_number_type invalid")
        for field, code in needed[kind]:
            if not key.get(field):
                raise _refusal(code, f"{field} empty")
        payment = self._find_payment(key)
        if payment is None:
            raise _refusal(10060001, "支付单不存在")
        if payment["request"]["payer"]["openid"] != (asked.get("payer") or {}).get("openid"):
            raise _refusal(10060031, "openid与支付者不匹配")
        return payment

    def _check_progress(self, asked: dict[str, Any], uploads: list[dict[str, Any]]) -> None:
        if not uploads:
            return
        last, parcels = uploads[-1], asked["shipping_list"]
        if last["shipping_list"] == parcels and last["delivery_mode"] == asked["delivery_mode"]:
            raise _refusal(10060023, "发货信息未更新")
        if asked["upload_time"] <= last["upload_time"]:
            raise _refusal(10060014, "upload_time早于上次上传时间")
        finished = [
            upload for upload in uploads if upload["delivery_mode"] == 1 or upload["is_all_delivered"]
        ]
        if len(finished) == 1 and last["delivery_mode"] != asked["delivery_mode"]:
            raise _refusal(10060002, "支付单已完成发货，无法继续发货")
        if len(finished) > 1:
            raise _refusal(10060003, "支付单已使用重新发货机会")


def _check(asked: dict[str, Any]) -> None:
    if asked.get("logistics_type") not in (1, 2, 3, 4):
        raise _refusal(10060005, "logistics_type invalid")
    if asked.get("delivery_mode") not in (1, 2):
        raise _refusal(268485224, "delivery_mode invalid")
    split, express = asked["delivery_mode"] == 2, asked["logistics_type"] == 1
    if split and not express:
        raise _refusal(10060006, "只有快递发货支持分拆发货")
    if split and "is_all_delivered" not in asked:
        raise _refusal(10060007, "分拆发货必须填写is_all_delivered")
    parcels = asked.get("shipping_list") or []
    if not split and len(parcels) != 1:
        raise _refusal(268485228, "统一发货shipping_list长度必须为1")
    if not parcels or len(parcels) > MOST_PARCELS:
        raise _refusal(10060024, "shipping_list长度不合法")
    for parcel in parcels:
        _check_parcel(parcel, express=express)
    try:
        clock.from_text(asked.get("upload_time", ""))
    except ValueError:
        raise _refusal(268485216, "upload_time格式错误") from None


def _check_parcel(parcel: dict[str, Any], *, express: bool) -> None:
    description, number = parcel.get("item_desc", ""), parcel.get("tracking_no", "")
    company, contact = parcel.get("express_company", ""), parcel.get("contact") or {}
    rules = (
        (not description, 10060008, "item_desc empty"),
        (len(description) > 120, 10060009, "item_desc too long"),
        (express and not number, 268485226, "tracking_no empty"),
        (express and not company, 268485227, "express_company empty"),
        (len(number) > 128, 10060026, "tracking_no too long"),
        (len(company) > 128, 10060025, "express_company too long"),
        (company == "SF" and not any(contact.values()), 10060014, "contact required for SF"),
        (any("*" not in value for value in contact.values()), 10060014, "contact must be masked"),
    )
    for broken, code, message in rules:
        if broken:
            raise _refusal(code, message)


def _refusal(errcode: int, message: str) -> Refusal:
    return Refusal(str(errcode), message, 200)
