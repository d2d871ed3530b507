"""What stands in the way of an order, by name."""

from functions.orders.rules.limits import MOST_LINES_A_PARCEL, MOST_PARCELS
from kit.errors import Conflict, Invalid, NotFound


class OrderUnknown(NotFound):
    """There is no such order, or it is another company's."""

    title = "没有找到该订单"


class QuoteChanged(Conflict):
    """What was shown no longer holds; `new_quote` does."""

    title = "价格或库存已变化，请确认后重新提交"


class NotOrderable(Conflict):
    """Something stands in the way of the order; `new_quote` lists it."""

    title = "订单暂时不能提交"


class OrderTooLarge(Conflict):
    """More goods and promotions than one transaction holds."""

    title = "订单商品或优惠过多，请分单提交"


class OrderStateForbids(Conflict):
    """The order cannot go there from its present state; `state` names it."""

    title = "订单当前状态不允许此操作"


class DeadlinePassed(Conflict):
    """The time to pay is over."""

    title = "订单已超过付款时限"


class OwnOrder(Conflict):
    """Who placed an order may not review it."""

    title = "不能审核自己提交的订单"


class PurchaseNumberMissing(Invalid):
    """This company's orders carry a purchase order number."""

    title = "请填写采购单号"


class NotInOrder(Invalid):
    """A line names goods that the order does not contain."""

    title = "订单中没有该商品"


class MoreThanOpen(Conflict):
    """More was to be shipped than is open; `open_quantity` says how much is."""

    title = "发货数量超过待发数量"


class TooManyInParcel(Conflict):
    """Too many different goods for one shipment."""

    title = f"一个包裹最多登记 {MOST_LINES_A_PARCEL} 种商品，请分包裹发货"


class TooManyParcels(Conflict):
    """An order leaves in so many parcels at most."""

    title = f"一个订单最多 {MOST_PARCELS} 个包裹"


class MoreThanBought(Conflict):
    """More was to be refunded than is left of a line; `left_quantity` says how much is."""

    title = "退款数量超过可退数量"


class NothingToRefund(Conflict):
    """Everything that was paid is refunded or on its way back."""

    title = "没有可退的金额"


class CarrierUnknown(Invalid):
    """We know no such carrier."""

    title = "不支持的快递公司"
