"""The documents WeChat Pay sends us, and the one that tells us who we are there."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

TradeState = Literal["SUCCESS", "REFUND", "NOTPAY", "CLOSED", "REVOKED", "USERPAYING", "PAYERROR"]
RefundState = Literal["SUCCESS", "CLOSED", "PROCESSING", "ABNORMAL"]


class Merchant(BaseModel):
    """The secret `wechat-pay`: our identity at WeChat Pay and the keys it signs with."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    appid: str
    mchid: str
    merchant_serial: str
    private_key_pem: str
    apiv3_keys: Annotated[list[Annotated[str, Field(min_length=32, max_length=32)]], Field(min_length=1)]
    public_key_id: str
    verifiers: dict[str, str]
    base_urls: Annotated[list[str], Field(min_length=1)]


class Document(BaseModel):
    """Something WeChat Pay wrote: fields we do not know are its own business."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Payer(Document):
    openid: str


class TradeAmount(Document):
    total: int
    payer_total: int | None = None
    currency: str = "CNY"


class Trade(Document):
    """A payment as WeChat Pay sees it; unpaid ones lack the transaction, the payer and the amount."""

    appid: str
    mchid: str
    out_trade_no: str
    trade_state: TradeState
    trade_state_desc: str = ""
    transaction_id: str | None = None
    bank_type: str | None = None
    attach: str | None = None
    success_time: datetime | None = None
    payer: Payer | None = None
    amount: TradeAmount | None = None

    @property
    def paid(self) -> bool:
        """Whether the money arrived; REFUND means it was paid and some of it went back."""
        return self.trade_state in ("SUCCESS", "REFUND")


class RefundAmount(Document):
    total: int
    refund: int


class Refund(Document):
    """A refund as WeChat Pay sees it."""

    refund_id: str
    out_refund_no: str
    transaction_id: str
    out_trade_no: str
    status: RefundState
    amount: RefundAmount
    create_time: datetime
    success_time: datetime | None = None
    user_received_account: str | None = None


class RefundResult(Document):
    """What a refund notice carries; the state has another name there."""

    mchid: str
    transaction_id: str
    out_trade_no: str
    refund_id: str
    out_refund_no: str
    refund_status: RefundState
    amount: RefundAmount
    success_time: datetime | None = None
    user_received_account: str | None = None


class PaymentNotice(Document):
    """A verified and opened payment notice; `notice_id` repeats when the notice is sent again."""

    notice_id: str
    trade: Trade


class RefundNotice(Document):
    """A verified and opened refund notice."""

    notice_id: str
    refund: RefundResult
