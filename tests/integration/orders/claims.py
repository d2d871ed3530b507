"""What happens to after-sales in many tests: claimed, decided, sent back."""

from typing import Any

from tests.integration.orders.work import Staff
from tests.kit.buyers import Buyer
from tests.kit.http import Answer

RETURN = {"carrier": "yto", "tracking_no": "YT9988776655"}


def claim(buyer: Buyer, order_id: str, *lines: tuple[str, int], **more: Any) -> Answer:
    options = {name: more.pop(name) for name in ("key", "token") if name in more}
    body = {
        "kind": "refund_only",
        "lines": [{"sku_id": sku_id, "quantity": quantity} for sku_id, quantity in lines],
        "reason": "damaged",
    } | more
    options.setdefault("key", buyer.key())
    return buyer.ask("POST", f"/orders/{order_id}/after-sales", body, **options)


def claimed(buyer: Buyer, order_id: str, *lines: tuple[str, int], **more: Any) -> str:
    answer = claim(buyer, order_id, *lines, **more)
    assert answer.status == 201, answer.text
    after_sale_id: str = answer.json["after_sale_id"]
    return after_sale_id


def decide(staff: Staff, after_sale_id: str, what: str, key: str = "", **body: Any) -> Answer:
    """A decision on the after-sale as it stands now, unless a version is given."""
    if "version" not in body:
        body["version"] = staff("GET", f"/after-sales/{after_sale_id}").json["version"]
    return staff("POST", f"/after-sales/{after_sale_id}/{what}", body, key=key or f"{what}-key-1")


def returning(buyer: Buyer, staff: Staff, order_id: str, *lines: tuple[str, int]) -> str:
    """A return that was approved and is on its way back."""
    after_sale_id = claimed(buyer, order_id, *lines, kind="return")
    assert decide(staff, after_sale_id, "approval").status == 200
    answer = buyer.ask("POST", f"/after-sales/{after_sale_id}/return-shipment", RETURN)
    assert (answer.status, answer.json["state"]) == (200, "return_shipped")
    return after_sale_id


def state(buyer: Buyer, after_sale_id: str) -> str:
    shown: str = buyer.ask("GET", f"/after-sales/{after_sale_id}").json["state"]
    return shown
