"""What may happen to payments and refunds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeVar

from kit import clock
from kit.errors import Conflict, DomainError, NotFound

Method = Literal["wechat", "union_pay", "bank_transfer", "credit"]
PaymentState = Literal[
    "created",
    "prepaid",
    "failed",
    "closed",
    "succeeded",
    "awaiting",
    "voucher_submitted",
    "mismatched",
    "rejected",
    "confirmed",
    "held",
    "committed",
    "due",
    "overdue",
    "settled",
    "partly_refunded",
    "refunded",
]
RefundState = Literal["created", "requested", "processing", "abnormal", "closed", "succeeded"]
Closing = Literal["closed", "paid", "unsure", "under_review"]

# Money that arrives for an attempt we had given up is still money: it is recorded, as late.
PAYMENT: Mapping[PaymentState, frozenset[PaymentState]] = {
    "created": frozenset({"prepaid", "succeeded", "closed", "failed"}),
    "prepaid": frozenset({"succeeded", "closed", "failed"}),
    "failed": frozenset({"succeeded"}),
    "closed": frozenset({"succeeded"}),
    "succeeded": frozenset({"partly_refunded", "refunded"}),
    "awaiting": frozenset({"voucher_submitted", "closed"}),
    "voucher_submitted": frozenset({"confirmed", "rejected", "mismatched"}),
    "mismatched": frozenset({"voucher_submitted", "confirmed", "rejected"}),
    "rejected": frozenset({"voucher_submitted", "closed"}),
    "confirmed": frozenset({"partly_refunded", "refunded"}),
    "held": frozenset({"committed", "closed"}),
    "committed": frozenset({"due", "settled", "refunded"}),
    "due": frozenset({"overdue", "settled", "refunded"}),
    "overdue": frozenset({"settled", "refunded"}),
    "settled": frozenset({"partly_refunded", "refunded"}),
    "partly_refunded": frozenset({"partly_refunded", "refunded"}),
    "refunded": frozenset(),
}
REFUND: Mapping[RefundState, frozenset[RefundState]] = {
    "created": frozenset({"requested"}),
    "requested": frozenset({"processing", "succeeded", "abnormal", "closed"}),
    "processing": frozenset({"succeeded", "abnormal", "closed"}),
    "abnormal": frozenset({"requested", "processing", "succeeded", "closed"}),
    "closed": frozenset(),
    "succeeded": frozenset(),
}
AT_PROVIDER: tuple[PaymentState, ...] = ("created", "prepaid")
OPEN: tuple[PaymentState, ...] = (*AT_PROVIDER, "awaiting", "voucher_submitted", "mismatched", "rejected")
GIVEN_UP: tuple[PaymentState, ...] = ("closed", "failed")
PAID: tuple[PaymentState, ...] = ("succeeded", "confirmed", "settled", "partly_refunded", "refunded")
# On credit: goods may leave, the money comes later. What goes back meanwhile is owed no longer.
OWED: tuple[PaymentState, ...] = ("committed", "due", "overdue")
_CREDIT_STEPS: Mapping[PaymentState, PaymentState] = {"committed": "due", "due": "overdue"}
Age = Literal["not_due", "to_30", "to_60", "to_90", "older"]
_AGES: tuple[tuple[int, Age], ...] = ((0, "not_due"), (30, "to_30"), (60, "to_60"), (90, "to_90"))
# No provider sends these back.
BY_HAND: tuple[Method, ...] = ("bank_transfer", "credit")
UNSETTLED: tuple[RefundState, ...] = ("created", "requested", "processing")

MOST_ATTEMPTS = 50
# WeChat Pay's prepay id lives two hours; the client needs some of that to pay.
PREPAY_LIFETIME = timedelta(minutes=110)
RESUBMISSION = timedelta(days=1)
_CHECKS_MINUTES = (1, 2, 5, 10, 30, 60)
# Refusals that pass: the same request with the same number is right later.
PASSING = frozenset({"FREQUENCY_LIMITED", "SYSTEM_ERROR", "NOT_ENOUGH", "RATELIMIT_EXCEEDED"})
_PAYMENT_ID = re.compile(r"([0-9A-Z]{26})-([1-9][0-9]?)")

State = TypeVar("State", PaymentState, RefundState)


class PaymentNotFound(NotFound):
    """There is no such payment, or it is another company's."""

    title = "没有找到该支付"


class RefundNotFound(NotFound):
    """There is no such refund."""

    title = "没有找到该退款"


class PaymentMade(Conflict):
    """The order is paid."""

    title = "订单已支付"


class PaymentUnsure(Conflict):
    """The provider does not say whether the buyer paid; asking again later will tell."""

    title = "正在确认支付结果，请稍后再试"


class PaymentClosed(Conflict):
    """This attempt can no longer be paid; a new one can be opened."""

    title = "本次支付已关闭，请重新发起支付"


class PaymentRefused(Conflict):
    """The provider does not take this payment; `reason` is its code."""

    title = "支付渠道未受理，请稍后重试或更换支付方式"


class VoucherUnderReview(Conflict):
    """A transfer voucher waits for finance."""

    title = "转账凭证审核中，请等待财务确认"


class TooManyAttempts(Conflict):
    """An order may be tried so often only."""

    title = "支付次数过多，请联系客服"


class NotATransfer(Conflict):
    """Only bank transfers have vouchers and are confirmed by hand."""

    title = "该支付不是对公转账"


class VoucherNotExpected(Conflict):
    """The transfer's state takes no voucher now."""

    title = "当前状态不能提交转账凭证"


class NothingToConfirm(Conflict):
    """The transfer's state takes no decision now."""

    title = "当前状态不能确认这笔转账"


class ReferenceUsed(Conflict):
    """This bank reference already confirmed another transfer."""

    title = "该银行流水号已用于其他转账"


class NotPaid(Conflict):
    """Nothing was paid that could be given back."""

    title = "该支付尚未成功，不能退款"


class RefundTooLarge(Conflict):
    """More than what is left of the payment; `refundable_fen` says how much is."""

    title = "退款金额超过可退金额"


class RefundNotOpen(Conflict):
    """The refund has come to its end, or is not at this step."""

    title = "当前状态不能处理这笔退款"


class NotOwed(Conflict):
    """Another amount than is owed, or nothing is; `owed_fen` says how much is."""

    title = "金额与应还金额不符，或该账期已结清"


class AmountDiffers(DomainError):
    """A genuine notice names another amount than ours: nothing is changed and people are called."""

    status = 409
    title = "支付金额与订单不符"


@dataclass(frozen=True)
class Receipt:
    """A provider's word that a payment arrived."""

    payment_id: str
    amount_fen: int
    transaction_id: str
    paid_at: datetime | None


@dataclass(frozen=True)
class Word:
    """What a provider says of a payment: `gone` can no longer be paid, `open` may or may not have been."""

    state: Literal["paid", "open", "gone"]
    receipt: Receipt | None = None


@dataclass(frozen=True)
class RefundWord:
    """What a provider says of a refund."""

    refund_id: str
    payment_id: str | None
    amount_fen: int
    state: Literal["processing", "succeeded", "abnormal", "closed"]
    provider_refund_id: str = ""
    refunded_at: datetime | None = None


@dataclass(frozen=True)
class Payment:
    """An attempt to pay an order, as other contexts may know it. Amounts in fen."""

    payment_id: str
    order_id: str
    agent_id: str
    method: Method
    state: PaymentState
    amount_fen: int
    refundable_fen: int
    transaction_id: str | None
    openid: str | None
    paid_at: str | None

    @property
    def paid(self) -> bool:
        """Whether the money arrived, also when some of it went back."""
        return self.state in PAID


def payment_id(order_id: str, number: int) -> str:
    """The number a provider knows an attempt by: unique for every attempt."""
    return f"{order_id}-{number}"


def place_of(payment_id: str) -> tuple[str, int]:
    """The order and the attempt's number. Raises PaymentNotFound."""
    found = _PAYMENT_ID.fullmatch(payment_id)
    if found is None:
        raise PaymentNotFound()
    return found[1], int(found[2])


def order_of(payment_id: str) -> str:
    """The order a payment belongs to. Raises PaymentNotFound."""
    return place_of(payment_id)[0]


def refund_id(order_id: str, source: str) -> str:
    """The refund number for one cause (a request's key, a late payment): the same cause, the same number."""
    return f"{order_id}-{source}"


def order_of_refund(refund_id: str) -> str:
    """The order a refund belongs to. Raises RefundNotFound."""
    order_id, dash, source = refund_id.partition("-")
    if not (dash and source and len(order_id) == 26):
        raise RefundNotFound()
    return order_id


def before(table: Mapping[State, frozenset[State]], state: State) -> tuple[State, ...]:
    """The states from which `state` may be reached."""
    return tuple(earlier for earlier, later in table.items() if state in later)


def next_check(asked: int, now: datetime) -> datetime:
    """When to ask the provider again after having asked so many times."""
    return now + timedelta(minutes=_CHECKS_MINUTES[min(asked, len(_CHECKS_MINUTES) - 1)])


def refunded_state(state: PaymentState, paid_fen: int, refunded_fen: int) -> PaymentState:
    """The state of a payment of which so much went back; a credit stays owed until nothing is left of it."""
    if refunded_fen >= paid_fen:
        return "refunded"
    return state if state in OWED else "partly_refunded"


def credit_step(state: PaymentState) -> PaymentState | None:
    """What a credit becomes when its time comes: due on its day, overdue on the next, then nothing more."""
    return _CREDIT_STEPS.get(state)


def age_of(due: datetime, now: datetime) -> Age:
    """For how long a credit has been late, in business days since the one it was due on."""
    late = (clock.business_day(now) - clock.business_day(due)).days
    return next((age for most, age in _AGES if late <= most), "older")


def transfer_closing(state: PaymentState, since: datetime, now: datetime) -> Closing:
    """Whether a bank transfer may be closed: money may be on its way while finance has not decided.

    After a rejection the buyer has a day to send another voucher.
    """
    if state in ("voucher_submitted", "mismatched"):
        return "under_review"
    if state == "rejected" and now < since + RESUBMISSION:
        return "under_review"
    return "closed"
