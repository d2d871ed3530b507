"""What stands in the way of an order, by name."""

from functions.orders.rules.limits import (
    MOST_AFTER_SALES,
    MOST_LINES_A_CLAIM,
    MOST_LINES_A_PARCEL,
    MOST_PARCELS,
)
from kit.errors import Conflict, Forbidden, Invalid, NotFound


class OrderNotFound(NotFound):
    """There is no such order, or it is another company's."""

    title = "没有找到该订单"


class PurchaseRequestNotFound(NotFound):
    """There is no such purchase request, or it is another company's."""

    title = "没有找到该采购申请"


class PurchaseRequestDecided(Conflict):
    """Somebody decided the request, or took it back; `state` says what became of it."""

    title = "该采购申请已经处理，请刷新后查看"


class NotYourRequest(Forbidden):
    """Only whoever asked takes a request back."""

    title = "只能撤回自己提交的采购申请"


class ExportNotFound(NotFound):
    """There is no such file, or another member of staff asked for it."""

    title = "没有找到该导出任务"


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
    """Who placed an order, or set its price, may not review it."""

    title = "不能审核自己提交或改价的订单"


class PriceChanged(Conflict):
    """The merchant changed what is due while a payment was being opened."""

    title = "订单金额已变更，请刷新后重新付款"


class NothingRepriced(Invalid):
    """The new prices are those the order has."""

    title = "价格没有变化"


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


class AfterSaleNotFound(NotFound):
    """There is no such after-sale, or it is another company's."""

    title = "没有找到该售后单"


class AfterSaleStateForbids(Conflict):
    """The after-sale cannot go there from its present state; `state` names it."""

    title = "售后单当前状态不允许此操作"


class AfterSaleChanged(Conflict):
    """The after-sale was dealt with since it was read; `version` and `state` are what they are now."""

    title = "售后单已被他人处理，请刷新后重试"


class AfterSaleOpen(Conflict):
    """An order is not completed while one of its after-sales is open."""

    title = "订单有售后正在处理，完成后才能确认收货"


class ClaimTooLate(Conflict):
    """Nothing of the order left yet, or the time for after-sales is over."""

    title = "订单当前不能申请售后"


class MoreThanClaimable(Conflict):
    """More was claimed than left and is not yet claimed or refunded; `left_quantity` says how much is."""

    title = "申请数量超过可售后数量"


class TooManyClaimed(Conflict):
    """Too many different goods in one after-sale."""

    title = f"一个售后单最多 {MOST_LINES_A_CLAIM} 种商品，请分次申请"


class TooManyAfterSales(Conflict):
    """An order has so many after-sales at most."""

    title = f"一个订单最多申请 {MOST_AFTER_SALES} 次售后，请联系客服"


class AmountTooHigh(Conflict):
    """More was to go back than the goods cost; `most_fen` is what they did."""

    title = "退款金额超过商品实付金额"


class MoreThanClaimed(Conflict):
    """More pieces were accepted than were claimed; `left_quantity` says how many were."""

    title = "验收数量超过申请数量"


class NothingAccepted(Invalid):
    """Goods of which nothing is accepted are disputed, not received."""

    title = "没有可验收的商品，请改为登记异议"


class ReturnAddressMissing(Invalid):
    """Goods cannot go back to nowhere."""

    title = "请填写退货地址"


class LowerAmountUnexplained(Invalid):
    """Whoever gives back less than was asked for says why."""

    title = "退款金额低于申请金额时请填写原因"
