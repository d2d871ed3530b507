"""The words for each kind of message."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Channel = Literal["wechat", "email", "sms"]
Mutable = Literal["gift", "news", "order", "points", "product"]
Category = Mutable | Literal["account"]
Outlet = Channel | Literal["inbox"]


@dataclass(frozen=True)
class Template:
    """The words for one kind of fact; `{…}` are the fact's fields (fen as `…_yuan`, instants as `…_local`).

    `wechat` are the fields of the subscription message; values are cut to what WeChat allows.
    """

    category: Category
    title: str
    text: str
    page: str
    wechat: Mapping[str, str]


TEMPLATES: Mapping[str, Template] = {
    "ApplicationApproved": Template(
        "account",
        "代理商申请已通过",
        "恭喜，{company_name} 的代理商申请已通过审核，现在可以查看价格并下单了。",
        "pages/home/index",
        {},
    ),
    "ApplicationRejected": Template(
        "account",
        "代理商申请未通过",
        "很遗憾，{company_name} 的代理商申请未通过审核。原因：{reason}",
        "account/application",
        {},
    ),
    "InformationRequested": Template(
        "account",
        "请补充申请资料",
        "{company_name} 的代理商申请还需要补充资料：{reason}",
        "account/application",
        {},
    ),
    "CompanyStateChanged": Template(
        "account",
        "账号状态变更",
        "{company_name} 的账号状态已变更为“{new_state}”。{reason}",
        "pages/me/index",
        {},
    ),
    "CompanyTierChanged": Template(
        "account",
        "等级已调整",
        "{company_name} 的代理商等级已调整，价格与积分权益随之更新。",
        "pages/me/index",
        {},
    ),
    "OrderPlacedOnBehalf": Template(
        "order",
        "商家为您提交了订单",
        "商家为您提交了订单 {order_no}，金额 {total_yuan} 元，请核对；需付款的订单请在时限内完成付款。",
        "trade/order?id={order_id}",
        {"character_string1": "{order_no}", "amount2": "{total_yuan}元", "phrase3": "待确认"},
    ),
    "OrderRepriced": Template(
        "order",
        "订单金额已变更",
        "订单 {order_no} 的金额由 {total_before_yuan} 元改为 {total_after_yuan} 元：{reason}",
        "trade/order?id={order_id}",
        {"character_string1": "{order_no}", "amount2": "{total_after_yuan}元", "phrase3": "已改价"},
    ),
    "OrderPaid": Template(
        "order",
        "付款成功",
        "订单 {order_no} 已收到付款 {paid_yuan} 元，我们会尽快为您处理。",
        "trade/order?id={order_id}",
        {"character_string1": "{order_no}", "amount2": "{paid_yuan}元", "phrase3": "已付款"},
    ),
    "OrderApproved": Template(
        "order",
        "订单已通过审核",
        "订单 {order_no} 已通过审核，正在备货。",
        "trade/order?id={order_id}",
        {"character_string1": "{order_no}", "phrase3": "备货中"},
    ),
    "OrderShipped": Template(
        "order",
        "订单已发货",
        "订单 {order_no} 已由{carrier_name}发出，快递单号 {tracking_no}。",
        "trade/order?id={order_id}",
        {"character_string1": "{order_no}", "thing4": "{carrier_name}", "character_string5": "{tracking_no}"},
    ),
    "PurchaseRequested": Template(
        "order",
        "有采购申请等您审批",
        "{asked_by_name} 提交了采购申请：{title}等，共 {total_yuan} 元。",
        "trade/request?id={request_id}",
        {"thing4": "{title}", "amount2": "{total_yuan}元", "phrase3": "待审批"},
    ),
    "PurchaseApproved": Template(
        "order",
        "采购申请已通过",
        "您提交的采购申请（{title}等，申请时 {total_yuan} 元）已通过并下单。",
        "trade/order?id={order_id}",
        {"thing4": "{title}", "amount2": "{total_yuan}元", "phrase3": "已通过"},
    ),
    "PurchaseDeclined": Template(
        "order",
        "采购申请未通过",
        "您提交的采购申请（{title}等，{total_yuan} 元）未通过。原因：{reason}",
        "trade/request?id={request_id}",
        {"thing4": "{title}", "amount2": "{total_yuan}元", "phrase3": "未通过"},
    ),
    "OrderClosed": Template(
        "order",
        "订单已关闭",
        "订单 {order_no} 已关闭。{reason}",
        "trade/order?id={order_id}",
        {"character_string1": "{order_no}", "phrase3": "已关闭"},
    ),
    "OrderRefunded": Template(
        "order",
        "退款成功",
        "订单 {order_no} 的退款 {amount_yuan} 元已原路退回。",
        "trade/order?id={order_id}",
        {"character_string1": "{order_no}", "amount2": "{amount_yuan}元", "phrase3": "已退款"},
    ),
    "FeedbackAnswered": Template(
        "account",
        "您的反馈有回复了",
        "您的反馈已收到回复：{answer}",
        "service/feedback?id={feedback_id}",
        {},
    ),
    "AfterSaleApproved": Template(
        "order",
        "售后申请已通过",
        "订单 {order_no} 的{kind_text}申请已通过，可退 {amount_yuan} 元。{next_text}",
        "trade/after-sale?id={after_sale_id}",
        {"character_string1": "{order_no}", "amount2": "{amount_yuan}元", "phrase3": "已同意"},
    ),
    "AfterSaleRejected": Template(
        "order",
        "售后申请未通过",
        "订单 {order_no} 的{kind_text}申请未通过。原因：{reason}",
        "trade/after-sale?id={after_sale_id}",
        {"character_string1": "{order_no}", "phrase3": "未通过"},
    ),
    "AfterSaleCancelled": Template(
        "order",
        "售后申请已取消",
        "订单 {order_no} 的{kind_text}申请已取消。{reason}",
        "trade/after-sale?id={after_sale_id}",
        {},
    ),
    "AfterSaleDisputed": Template(
        "order",
        "退货验收有异议",
        "订单 {order_no} 的退货验收有异议，客服将与您联系。说明：{reason}",
        "trade/after-sale?id={after_sale_id}",
        {},
    ),
    "AfterSaleRefunded": Template(
        "order",
        "售后已完成",
        "订单 {order_no} 的{kind_text}已完成，共退 {amount_yuan} 元。",
        "trade/after-sale?id={after_sale_id}",
        {},
    ),
    "OrderSigned": Template(
        "order",
        "包裹已签收",
        "订单 {order_no} 的包裹已全部签收，请核对后确认收货。",
        "trade/order?id={order_id}",
        {},
    ),
    "TransferRejected": Template(
        "order",
        "转账凭证未通过",
        "您的对公转账凭证未通过审核，请重新提交。原因：{reason}",
        "trade/order?id={order_id}",
        {},
    ),
    "TransferMismatched": Template(
        "order",
        "到账金额不符",
        "您的对公转账到账 {received_yuan} 元，应付 {amount_yuan} 元。{advice}",
        "trade/order?id={order_id}",
        {},
    ),
    "CreditDue": Template(
        "order",
        "账期到期提醒",
        "您有一笔账期订单到期，金额 {amount_yuan} 元，请尽快付款。",
        "trade/order?id={order_id}",
        {},
    ),
    "PointsGranted": Template(
        "points",
        "积分到账",
        "您获得 {points} 积分，当前可用 {available} 积分。",
        "points/index",
        {"number6": "{points}", "number7": "{available}"},
    ),
    "PointsActivated": Template(
        "points",
        "积分已可用",
        "您的 {points} 积分已可使用，当前可用 {available} 积分。",
        "points/index",
        {},
    ),
    "PointsSpent": Template(
        "points",
        "积分已使用",
        "您兑换礼品使用了 {points} 积分，当前可用 {available} 积分。",
        "points/index",
        {},
    ),
    "PointsReturned": Template(
        "points",
        "积分已退回",
        "{points} 积分已退回您的账户，当前可用 {available} 积分。",
        "points/index",
        {},
    ),
    "PointsReversed": Template(
        "points",
        "积分已扣回",
        "因订单退款，已扣回当时获得的 {points} 积分，当前可用 {available} 积分。",
        "points/index",
        {},
    ),
    "ReferralPointsGranted": Template(
        "points",
        "推荐奖励到账",
        "推荐奖励 {points} 积分已到账，当前可用 {available} 积分。",
        "points/index",
        {},
    ),
    "PointsExpiring": Template(
        "points",
        "积分即将到期",
        "您有 {points} 积分将在 {expires_on} 到期（还剩 {days} 天），快去积分商城看看吧。",
        "points/gifts",
        {"number6": "{points}", "time8": "{expires_on}"},
    ),
    "PointsExpired": Template(
        "points",
        "积分已过期",
        "您有 {points} 积分已于 {expired_on} 过期。",
        "points/index",
        {},
    ),
    "RedemptionRejected": Template(
        "gift",
        "兑换未通过",
        "您兑换的“{gift_name}”未通过审核，{points} 积分已退回。原因：{reason}",
        "points/redemption?id={redemption_id}",
        {"thing9": "{gift_name}", "phrase3": "已退回"},
    ),
    "RedemptionShipped": Template(
        "gift",
        "礼品已发货",
        "您兑换的“{gift_name}”已由{carrier_name}发出，快递单号 {tracking_no}。",
        "points/redemption?id={redemption_id}",
        {"thing9": "{gift_name}", "character_string5": "{tracking_no}"},
    ),
    "RedemptionIssued": Template(
        "gift",
        "兑换已发放",
        "您兑换的“{gift_name}”已发放，请在兑换记录中查看。",
        "points/redemption?id={redemption_id}",
        {"thing9": "{gift_name}", "phrase3": "已发放"},
    ),
    "ProductUpdated": Template(
        "product",
        "{product_name}",
        "{why}的“{product_name}”{what}。",
        "goods/product?id={product_id}",
        {"thing1": "{product_name}", "thing2": "{what}"},
    ),
}

# What the merchant tells many companies at once, in the merchant's own words.
NOTICE_KIND = "Notice"
NOTICE = Template("news", "{title}", "{text}", "{page}", {})
# What the merchant's own people are told, by e-mail to the addresses in the settings.
STAFF_TEMPLATES: Mapping[str, Template] = {
    "ApplicationSubmitted": Template(
        "account", "新的代理商申请", "{company_name} 提交了代理商申请，请到后台审核。", "", {}
    ),
    "VoucherSubmitted": Template(
        "account", "新的转账凭证", "有一笔 {amount_yuan} 元的对公转账待核对，付款单号 {payment_id}。", "", {}
    ),
    "AfterSaleApplied": Template(
        "account",
        "新的售后申请",
        "订单 {order_no} 申请{kind_text} {amount_yuan} 元，原因：{reason}，请到后台处理。",
        "",
        {},
    ),
    "AfterSaleReturnShipped": Template(
        "account",
        "退货已寄出",
        "订单 {order_no} 的退货已由{carrier_name}寄回，快递单号 {tracking_no}，请留意验收。",
        "",
        {},
    ),
    "ReferralHeld": Template(
        "account", "推荐奖励待审核", "有一笔推荐奖励存在疑点，请到后台查看原因并审核。", "", {}
    ),
    "StockLow": Template(
        "account", "库存不足", "{title}（{code}）可用库存仅剩 {available}，预警线 {threshold}。", "", {}
    ),
}
KINDS = (*TEMPLATES, NOTICE_KIND)
