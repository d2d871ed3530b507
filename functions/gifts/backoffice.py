"""Gifts for staff: the offer, stock, codes, and the queue of redemptions."""

from functions.gifts import operations, schemas
from functions.gifts.rules.gifts import GiftNotFound, GiftOutOfStock, GiftStepNotAllowed, StockFromCodes
from functions.gifts.rules.redemptions import RedemptionNotFound, RedemptionStepNotAllowed
from kit import ids
from kit.api import Call, Door, permission
from kit.errors import KeyReused, NotFound, Stale
from kit.pages import Page, PageQuery
from kit.pictures import PictureRefused

door = Door("gifts")
GIFTS = permission("gifts")


@door.endpoint("GET", "/gifts", access=GIFTS, query=schemas.StaffGiftQuery, answer=Page[schemas.StaffGift])
def list_staff_gifts(call: Call) -> Page[schemas.StaffGift]:
    """Gifts of one state, by points."""
    return operations.staff_gifts(call.query)


@door.endpoint(
    "POST",
    "/gifts",
    access=GIFTS,
    body=schemas.NewGift,
    answer=schemas.StaffGiftDetail,
    status=201,
    errors=(PictureRefused, StockFromCodes),
)
def create_gift(call: Call) -> schemas.StaffGiftDetail:
    """Draft a gift; agents see it once it is on sale."""
    return operations.create_gift(call.body, ids.short_id(), call.principal.user_id, call.now)


@door.endpoint("GET", "/gifts/statistics", access=GIFTS, answer=schemas.GiftStatistics)
def show_gift_statistics(call: Call) -> schemas.GiftStatistics:
    """How popular every gift is, the most redeemed first."""
    return operations.statistics()


@door.endpoint(
    "GET", "/gifts/{gift_id}", access=GIFTS, answer=schemas.StaffGiftDetail, errors=(GiftNotFound,)
)
def show_staff_gift(call: Call, gift_id: str) -> schemas.StaffGiftDetail:
    """One gift in any state."""
    return operations.staff_gift(gift_id)


@door.endpoint(
    "PUT",
    "/gifts/{gift_id}",
    access=GIFTS,
    body=schemas.EditGift,
    answer=schemas.StaffGiftDetail,
    errors=(GiftNotFound, Stale, GiftStepNotAllowed, PictureRefused),
)
def edit_gift(call: Call, gift_id: str) -> schemas.StaffGiftDetail:
    """Replace a gift's terms; redemptions already made keep theirs."""
    return operations.edit_gift(gift_id, call.body, call.now)


@door.endpoint(
    "POST",
    "/gifts/{gift_id}/publication",
    access=GIFTS,
    body=schemas.MoveGift,
    answer=schemas.StaffGiftDetail,
    errors=(GiftNotFound, Stale, GiftStepNotAllowed),
)
def publish_gift(call: Call, gift_id: str) -> schemas.StaffGiftDetail:
    """Put a gift on sale, off sale, or away for good; redemptions already made go on."""
    return operations.move_gift(gift_id, call.body)


@door.endpoint(
    "GET", "/gifts/{gift_id}/stock", access=GIFTS, query=PageQuery, answer=Page[schemas.MovementView]
)
def list_gift_movements(call: Call, gift_id: str) -> Page[schemas.MovementView]:
    """Changes of a gift's stock, newest first."""
    return operations.movements(gift_id, call.query)


@door.endpoint(
    "POST",
    "/gifts/{gift_id}/stock",
    access=GIFTS,
    body=schemas.ChangeStock,
    answer=schemas.MovementView,
    status=201,
    idempotent=True,
    errors=(GiftNotFound, StockFromCodes, GiftOutOfStock, KeyReused),
)
def change_gift_stock(call: Call, gift_id: str) -> schemas.MovementView:
    """Add pieces to a gift's stock, or take them away."""
    user_id = call.principal.user_id
    command_id = ids.derived_id("gifts", "stock", user_id, gift_id, call.idempotency_key)
    return operations.change_stock(gift_id, call.body, command_id, user_id, call.now)


@door.endpoint(
    "POST",
    "/gifts/{gift_id}/codes",
    access=GIFTS,
    body=schemas.ImportCodes,
    answer=schemas.ImportedCodes,
    status=201,
    errors=(GiftNotFound, GiftStepNotAllowed),
    most_bytes=262_144,
)
def import_gift_codes(call: Call, gift_id: str) -> schemas.ImportedCodes:
    """Add codes to a virtual gift, one a line; they are never shown to staff again."""
    return operations.import_codes(gift_id, call.body.codes_text, call.principal.user_id, call.now)


@door.endpoint(
    "GET",
    "/redemptions",
    access=GIFTS,
    query=schemas.RedemptionQuery,
    answer=Page[schemas.StaffRedemption],
    errors=(NotFound,),
)
def list_staff_redemptions(call: Call) -> Page[schemas.StaffRedemption]:
    """Redemptions of one company, newest first, or of one state, those that wait longest first."""
    return operations.queue(call.query, call.principal)


@door.endpoint(
    "GET",
    "/redemptions/{redemption_id}",
    access=GIFTS,
    answer=schemas.StaffRedemptionDetail,
    errors=(RedemptionNotFound,),
)
def show_staff_redemption(call: Call, redemption_id: str) -> schemas.StaffRedemptionDetail:
    """A redemption with what a reviewer should know."""
    return operations.detail(redemption_id, call.principal, call.now)


@door.endpoint(
    "POST",
    "/redemptions/{redemption_id}/approval",
    access=GIFTS,
    answer=schemas.StaffRedemptionDetail,
    errors=(RedemptionNotFound, RedemptionStepNotAllowed),
)
def approve_redemption(call: Call, redemption_id: str) -> schemas.StaffRedemptionDetail:
    """Approve a redemption; coupons and codes are then issued by themselves."""
    return operations.approve(redemption_id, call.principal, call.now)


@door.endpoint(
    "POST",
    "/redemptions/{redemption_id}/rejection",
    access=GIFTS,
    body=schemas.Reject,
    answer=schemas.StaffRedemptionDetail,
    errors=(RedemptionNotFound, RedemptionStepNotAllowed),
)
def reject_redemption(call: Call, redemption_id: str) -> schemas.StaffRedemptionDetail:
    """Refuse a redemption; points and stock go back."""
    return operations.reject(redemption_id, call.body.reason, call.principal, call.now)


@door.endpoint(
    "POST",
    "/redemptions/{redemption_id}/shipment",
    access=GIFTS,
    body=schemas.ShipGift,
    answer=schemas.StaffRedemptionDetail,
    errors=(RedemptionNotFound, RedemptionStepNotAllowed),
)
def ship_redemption(call: Call, redemption_id: str) -> schemas.StaffRedemptionDetail:
    """Send a gift and say how."""
    return operations.ship(redemption_id, call.body, call.principal, call.now)


@door.endpoint(
    "POST",
    "/redemptions/{redemption_id}/issue",
    access=GIFTS,
    answer=schemas.StaffRedemptionDetail,
    errors=(RedemptionNotFound, RedemptionStepNotAllowed),
)
def issue_redemption(call: Call, redemption_id: str) -> schemas.StaffRedemptionDetail:
    """Try once more to issue a coupon or code."""
    return operations.issue_again(redemption_id, call.principal, call.now)


@door.endpoint(
    "POST",
    "/redemptions/{redemption_id}/return",
    access=GIFTS,
    body=schemas.Reject,
    answer=schemas.StaffRedemptionDetail,
    errors=(RedemptionNotFound, RedemptionStepNotAllowed),
)
def return_redemption(call: Call, redemption_id: str) -> schemas.StaffRedemptionDetail:
    """Give everything back when a coupon or code cannot be issued."""
    return operations.give_up(redemption_id, call.body.reason, call.principal, call.now)
