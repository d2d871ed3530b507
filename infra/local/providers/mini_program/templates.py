"""Subscription templates as they would be chosen in WeChat's console, and the limits of their fields."""

import re

# Our name of the message → the fields its template has.
FIELDS: dict[str, tuple[str, ...]] = {
    "OrderPlacedOnBehalf": ("character_string1", "amount2", "phrase3"),
    "OrderRepriced": ("character_string1", "amount2", "phrase3"),
    "OrderPaid": ("character_string1", "amount2", "phrase3"),
    "OrderApproved": ("character_string1", "phrase3"),
    "OrderShipped": ("character_string1", "thing4", "character_string5"),
    "PurchaseRequested": ("thing4", "amount2", "phrase3"),
    "PurchaseApproved": ("thing4", "amount2", "phrase3"),
    "PurchaseDeclined": ("thing4", "amount2", "phrase3"),
    "OrderClosed": ("character_string1", "phrase3"),
    "OrderRefunded": ("character_string1", "amount2", "phrase3"),
    "AfterSaleApproved": ("character_string1", "amount2", "phrase3"),
    "AfterSaleRejected": ("character_string1", "phrase3"),
    "PointsGranted": ("number6", "number7"),
    "PointsExpiring": ("number6", "time8"),
    "RedemptionRejected": ("thing9", "phrase3"),
    "RedemptionShipped": ("thing9", "character_string5"),
    "RedemptionIssued": ("thing9", "phrase3"),
    "ProductUpdated": ("thing1", "thing2"),
}

_TIME = r"(\d{4}(-|年|/)\d{1,2}(-|月|/)\d{1,2}日?)?\s?(\d{1,2}:\d{2}(:\d{2})?)?"
_ALLOWED = {
    "thing": re.compile(r"[^\n\r]{1,20}"),
    "number": re.compile(r"-?\d{1,32}(\.\d+)?"),
    "letter": re.compile(r"[A-Za-z]{1,32}"),
    "symbol": re.compile(r"\W{1,5}"),
    "character_string": re.compile(r"[!-~ ]{1,32}"),
    "time": re.compile(rf"{_TIME}(~{_TIME})?"),
    "date": re.compile(_TIME),
    "amount": re.compile(r"[¥￥$]?\d{1,10}(\.\d{1,2})?元?"),
    "phone_number": re.compile(r"[0-9+()\- ]{1,17}"),
    "car_number": re.compile(r"\S{1,8}"),
    "name": re.compile(r"[一-鿿·]{1,10}|[A-Za-z ]{1,20}"),
    "phrase": re.compile(r"[一-鿿]{1,5}"),
}


def template_id(kind: str) -> str:
    """The id of the template for one of our messages: 43 characters like WeChat's own."""
    return f"local-{kind}-".ljust(43, "0")


TEMPLATES = {kind: template_id(kind) for kind in FIELDS}
_BY_ID = {identifier: kind for kind, identifier in TEMPLATES.items()}


def kind_of(identifier: str) -> str | None:
    """Our name of the message a template id stands for."""
    return _BY_ID.get(identifier)


def first_wrong_field(kind: str, values: dict[str, str]) -> str | None:
    """The first field WeChat would refuse: missing, unknown, empty or out of bounds."""
    for field in FIELDS[kind]:
        allowed = _ALLOWED[field.rstrip("0123456789")]
        if not values.get(field) or not allowed.fullmatch(values[field]):
            return field
    return next((field for field in values if field not in FIELDS[kind]), None)
