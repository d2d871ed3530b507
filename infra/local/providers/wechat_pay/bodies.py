"""The bodies WeChat Pay accepts, with its own limits."""

from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _public(url: str) -> str:
    place = urlsplit(url)
    loopback = place.hostname in ("127.0.0.1", "localhost")
    if place.query or not place.hostname or not (place.scheme == "https" or loopback):
        raise ValueError("回调地址必须是不带参数的https地址")
    return url


NotifyUrl = Annotated[str, Field(max_length=255), AfterValidator(_public)]
Number = Annotated[str, Field(pattern=r"^[0-9A-Za-z_\-|*]{6,32}$")]
RefundNumber = Annotated[str, Field(pattern=r"^[0-9A-Za-z_\-|*@]{1,64}$")]
Fen = Annotated[int, Field(ge=1, strict=True)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PaymentAmount(_Body):
    total: Fen
    currency: Literal["CNY"] = "CNY"


class Payer(_Body):
    openid: Annotated[str, Field(min_length=1, max_length=128)]


class PrepayRequest(_Body):
    appid: Annotated[str, Field(max_length=32)]
    mchid: Annotated[str, Field(max_length=32)]
    description: Annotated[str, Field(min_length=1, max_length=127)]
    out_trade_no: Number
    time_expire: datetime | None = None
    attach: Annotated[str, Field(max_length=128)] | None = None
    notify_url: NotifyUrl
    goods_tag: Annotated[str, Field(max_length=32)] | None = None
    support_fapiao: bool = False
    amount: PaymentAmount
    payer: Payer
    detail: dict[str, Any] | None = None
    scene_info: dict[str, Any] | None = None
    settle_info: dict[str, Any] | None = None


class CloseRequest(_Body):
    mchid: Annotated[str, Field(max_length=32)]


class RefundedAmount(_Body):
    refund: Fen
    total: Fen
    currency: Literal["CNY"]
    from_: Annotated[list[dict[str, Any]] | None, Field(alias="from")] = None


class RefundRequest(_Body):
    transaction_id: Annotated[str, Field(max_length=32)] | None = None
    out_trade_no: Number | None = None
    out_refund_no: RefundNumber
    reason: Annotated[str, Field(max_length=80)] | None = None
    notify_url: NotifyUrl | None = None
    funds_account: Literal["AVAILABLE", "UNSETTLED"] | None = None
    amount: RefundedAmount
    goods_detail: list[dict[str, Any]] | None = None
