"""What payments hears, answers and announces. Amounts in fen, instants in UTC text."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from functions.agents.schemas import CompanyOrState
from functions.payments.rules import Method, PaymentState, RefundState
from functions.payments.rules.comparing import DifferenceKind, DifferenceState, Provider, Subject
from kit.api import Body, View
from kit.facts import Fact
from kit.fields import Day
from kit.pages import PageQuery

Fen = Annotated[int, Field(ge=1, le=100_000_000_00)]
Reason = Annotated[str, Field(min_length=2, max_length=200)]
BankReference = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{6,40}$")]


class Voucher(Body):
    """Proof of a bank transfer: the key of an uploaded picture or document."""

    upload_key: Annotated[str, StringConstraints(pattern=r"^agents/[0-9A-Z]{26}/voucher/[0-9A-Za-z.]{5,40}$")]
    payer_name: Annotated[str, Field(min_length=2, max_length=60)]


class Confirmation(Body):
    """What finance found on the bank statement."""

    received_fen: Fen
    bank_reference: BankReference


class Rejection(Body):
    """Why a voucher is not accepted."""

    reason: Reason


class RefundConfirmation(Body):
    """Finance sent the money back by hand."""

    bank_reference: BankReference


class WechatParameters(View):
    """What the mini-program hands to `wx.requestPayment`, in WeChat's own names."""

    appId: str  # noqa: N815
    timeStamp: str  # noqa: N815
    nonceStr: str  # noqa: N815
    package: str
    signType: str  # noqa: N815
    paySign: str  # noqa: N815


class CashierForm(View):
    """A form the buyer's browser posts to the bank-card cashier."""

    action: str
    fields: dict[str, str]


class TransferAccount(View):
    """Where to transfer, and the code to write into the remark."""

    holder: str
    bank: str
    number: str
    remittance_code: str


class PaymentView(View):
    """An attempt to pay an order, for the buyer."""

    payment_id: str
    order_id: str
    method: Method
    state: PaymentState
    amount_fen: int
    expires_at: str
    paid_at: str | None = None
    received_fen: int | None = None
    reason: str | None = None
    wechat: WechatParameters | None = None
    union_pay: CashierForm | None = None
    transfer: TransferAccount | None = None


class PaymentRecord(View):
    """An attempt to pay an order, for finance."""

    payment_id: str
    order_id: str
    agent_id: str
    method: Method
    state: PaymentState
    state_since: str
    amount_fen: int
    refunded_fen: int
    created_at: str
    expires_at: str
    paid_at: str | None = None
    late: bool = False
    transaction_id: str | None = None
    remittance_code: str | None = None
    voucher: str | None = None
    payer_name: str | None = None
    received_fen: int | None = None
    bank_reference: str | None = None
    decided_by: str | None = None
    reason: str | None = None


class RefundRecord(View):
    """A refund, for finance."""

    refund_id: str
    order_id: str
    agent_id: str
    payment_id: str
    method: Method
    state: RefundState
    state_since: str
    amount_fen: int
    note: str
    created_at: str
    refunded_at: str | None = None
    bank_reference: str | None = None
    decided_by: str | None = None
    reason: str | None = None


class ReconcileDay(Body):
    """The business day to compare, and with whose books."""

    day: Day
    method: Provider = "wechat"


class ReconciliationQuery(BaseModel):
    """With whose books a day was compared."""

    model_config = ConfigDict(extra="forbid")

    method: Provider = "wechat"


class DifferencesQuery(PageQuery):
    """Differences with the books of one provider."""

    method: Provider = "wechat"


class Resolution(Body):
    """What was behind a difference."""

    note: Reason


Connection = Literal["connected", "refused", "not_believed", "no_answer", "no_credentials", "unreadable"]


class ConnectionTest(View):
    """How a question to a provider went; `explanation` says what to do about it."""

    kind: Provider
    result: Connection
    explanation: str
    provider_code: str | None
    milliseconds: int
    tested_at: str


class Sum(View):
    """So many payments or refunds, and what they come to."""

    count: int
    fen: int


class ReconciliationRecord(View):
    """How our books and the provider's of a day compare; `open` differences wait for finance."""

    day: str
    method: Provider
    payments_here: Sum
    payments_there: Sum
    refunds_here: Sum
    refunds_there: Sum
    differences: int
    open: int
    compared_at: str
    compared_by: str | None = None


class DifferenceRecord(View):
    """A payment or refund on which the books do not agree; a side that lacks it says nothing."""

    difference_id: str
    subject: Subject
    number: str
    kind: DifferenceKind
    state: DifferenceState
    here_fen: int | None = None
    here_state: str | None = None
    there_fen: int | None = None
    there_state: str | None = None
    found_at: str
    note: str | None = None
    resolved_by: str | None = None
    resolved_at: str | None = None


class PaymentsQuery(CompanyOrState):
    """Payments of one company, newest first, or of one state, longest waiting first."""

    state: PaymentState = "succeeded"


class OrderPayments(View):
    """All that was paid for an order and given back, oldest first."""

    payments: list[PaymentRecord]
    refunds: list[RefundRecord]


class VoucherLink(View):
    """A link to the picture of a transfer, good for five minutes."""

    url: str


class TransfersQuery(PageQuery):
    """Bank transfers of one state."""

    state: Literal["awaiting", "voucher_submitted", "mismatched", "rejected", "confirmed"] = (
        "voucher_submitted"
    )


class CreditsQuery(PageQuery):
    """Orders on credit, by state."""

    state: Literal["held", "committed", "due", "overdue", "settled"] = "overdue"


class OwedByAge(View):
    """What a company owes: not due yet, or late by up to so many days."""

    agent_id: str
    not_due_fen: int
    to_30_fen: int
    to_60_fen: int
    to_90_fen: int
    older_fen: int
    owed_fen: int


class CreditAgeing(View):
    """What all companies owe on a business day, the latest first."""

    day: str
    companies: list[OwedByAge]


class RefundsQuery(CompanyOrState):
    """Refunds of one company, newest first, or of one state, longest waiting first."""

    state: RefundState = "requested"


class PaymentFact(Fact):
    """Base of the facts about a payment."""

    order_id: str
    agent_id: str
    payment_id: str
    method: Method
    amount_fen: int


class PaymentSucceeded(PaymentFact):
    """The money arrived. `late`: for an attempt that had been given up."""

    paid_at: str
    late: bool


class VoucherSubmitted(PaymentFact):
    """A buyer sent proof of a transfer; finance must look."""


class TransferRejected(PaymentFact):
    """Finance does not accept the voucher."""

    reason: str


class TransferMismatched(PaymentFact):
    """Another amount arrived than was due; `advice` tells the buyer what follows."""

    received_fen: int
    advice: str


class CreditDue(PaymentFact):
    """The money for an order on credit is due today, or `overdue`."""

    overdue: bool


class RefundFact(Fact):
    """Base of the facts about a refund."""

    refund_id: str
    order_id: str
    agent_id: str
    payment_id: str
    method: Method
    amount_fen: int


class RefundCreated(RefundFact):
    """A refund is decided; its money must be sent."""


class RefundSucceeded(RefundFact):
    """The money went back."""

    refunded_at: str


class RefundFailed(RefundFact):
    """The money did not go back: `closed` for good, `abnormal` until people see to it."""

    state: Literal["closed", "abnormal"]
    reason: str
