"""What may leave, with whom, and where it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.orders.rules.errors import (
    CarrierUnknown,
    MoreThanOpen,
    NotInOrder,
    TooManyInParcel,
    TooManyParcels,
)
from functions.orders.rules.limits import MOST_LINES_A_PARCEL, MOST_PARCELS
from functions.orders.rules.order import Order
from functions.orders.rules.states import State, TrackState, check_move


@dataclass(frozen=True)
class Carrier:
    """A carrier: its name for people and its code at 快递100 and at WeChat."""

    name: str
    kuaidi100: str
    wechat: str
    needs_phone: bool = False


CARRIERS: Mapping[str, Carrier] = {
    "sf": Carrier("顺丰速运", "shunfeng", "SF", needs_phone=True),
    "zto": Carrier("中通快递", "zhongtong", "ZTO", needs_phone=True),
    "yto": Carrier("圆通速递", "yuantong", "YTO"),
    "yunda": Carrier("韵达快递", "yunda", "YUNDA"),
    "sto": Carrier("申通快递", "shentong", "STO"),
    "jd": Carrier("京东物流", "jd", "JD"),
    "ems": Carrier("邮政 EMS", "ems", "EMS"),
    "jt": Carrier("极兔速递", "jtexpress", "JTSD"),
    "deppon": Carrier("德邦快递", "debangkuaidi", "DB"),
    "ane": Carrier("安能物流", "annengwuliu", "ANE"),
}


def check_shipment(order: Order, quantities: Mapping[str, int], parcels: int) -> None:
    """Whether these pieces may leave in one more parcel.

    Raises OrderStateForbids, TooManyParcels, TooManyInParcel, NotInOrder, MoreThanOpen.
    """
    check_move(order.state, "shipped")
    if parcels >= MOST_PARCELS:
        raise TooManyParcels()
    if len(quantities) > MOST_LINES_A_PARCEL:
        raise TooManyInParcel()
    left = order.open_quantities
    for sku_id, quantity in quantities.items():
        if sku_id not in order.index:
            raise NotInOrder(sku_id=sku_id)
        if quantity > left.get(sku_id, 0):
            raise MoreThanOpen(sku_id=sku_id, open_quantity=left.get(sku_id, 0))


def after_shipment(order: Order, quantities: Mapping[str, int]) -> tuple[State, list[int]]:
    """The order's state and the pieces shipped of each line once these pieces left."""
    left = sum(order.open_quantities.values()) - sum(quantities.values())
    shipped = [
        progress.shipped + quantities.get(line.sku_id, 0)
        for line, progress in zip(order.lines, order.progress, strict=True)
    ]
    return ("part_shipped" if left else "shipped"), shipped


def receipt_due(
    shipped_at: datetime, signed_at: datetime | None, after_shipped: int, after_signed: int
) -> datetime:
    """When goods count as received without a word from the buyer; settings in days."""
    latest = shipped_at + timedelta(days=after_shipped)
    return min(latest, signed_at + timedelta(days=after_signed)) if signed_at else latest


# 快递100's numbers for where a parcel is.
TRACK_STATES: Mapping[str, TrackState] = {
    "0": "in_transit",
    "1": "picked",
    "2": "problem",
    "3": "signed",
    "4": "returned",
    "5": "delivering",
    "6": "returned",
    "7": "in_transit",
    "8": "in_transit",
    "10": "in_transit",
    "11": "in_transit",
    "12": "in_transit",
    "13": "problem",
    "14": "problem",
}
FINISHED: frozenset[TrackState] = frozenset({"signed", "returned"})


def carrier(code: str) -> Carrier:
    """A carrier by our code. Raises CarrierUnknown."""
    if code not in CARRIERS:
        raise CarrierUnknown(errors=[{"field": "carrier", "message": CarrierUnknown.title}])
    return CARRIERS[code]


def track_state(number: str) -> TrackState:
    """Where a parcel is, from 快递100's number; sub-states such as 301 begin with it."""
    return TRACK_STATES.get(number, TRACK_STATES.get(number[:1], "in_transit"))
