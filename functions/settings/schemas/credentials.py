"""The merchant's identities at payment providers: replaced, never shown."""

from typing import Annotated

from pydantic import Field, StringConstraints

from functions.settings.schemas.sections import Kind
from kit.api import Body, View


class WechatPayCredentials(Body):
    """The merchant at WeChat Pay; can be replaced, is never shown."""

    appid: Annotated[str, StringConstraints(pattern=r"^wx[0-9a-f]{16}$")]
    mchid: Annotated[str, StringConstraints(pattern=r"^[0-9]{8,12}$")]
    merchant_serial: Annotated[str, StringConstraints(pattern=r"^[0-9A-F]{20,64}$")]
    private_key_pem: Annotated[str, Field(min_length=100, max_length=8000)]
    apiv3_keys: Annotated[
        list[Annotated[str, Field(min_length=32, max_length=32)]], Field(min_length=1, max_length=3)
    ]
    public_key_id: Annotated[str, Field(min_length=1, max_length=100)]
    verifiers: Annotated[
        dict[Annotated[str, Field(max_length=100)], Annotated[str, Field(max_length=8000)]],
        Field(min_length=1, max_length=10),
    ]
    base_urls: Annotated[
        tuple[Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+$", max_length=200)], ...],
        Field(min_length=1, max_length=3),
    ] = ("https://api.mch.weixin.qq.com", "https://api2.wechatpay.cn")


class UnionPayCredentials(Body):
    """The merchant at UnionPay; can be replaced, is never shown.

    `cert_id` is the decimal serial of the signing certificate; `authorities` may issue UnionPay's own, whose
    name has `signer` as its third part.
    """

    merchant_id: Annotated[str, StringConstraints(pattern=r"^[0-9]{15}$")]
    cert_id: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,60}$")]
    private_key_pem: Annotated[str, Field(min_length=100, max_length=8000)]
    authorities: Annotated[
        list[Annotated[str, Field(min_length=100, max_length=8000)]], Field(min_length=1, max_length=5)
    ]
    signer: Annotated[str, Field(min_length=1, max_length=60)] = "中国银联股份有限公司"
    base_url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#]+[^\s?#/]$", max_length=200)] = (
        "https://gateway.95516.com/gateway/api"
    )


class CredentialsView(View):
    """What may be told of credentials: since when they hold, and how two numbers on them end."""

    set_at: str
    merchant_ends: str
    certificate_ends: str


class PaymentMethodView(View):
    """A way to pay. `credentials` are null when there are none yet, or none are needed."""

    kind: Kind
    title: str
    enabled: bool
    needs_credentials: bool
    credentials: CredentialsView | None


class PaymentMethods(View):
    """The ways to pay, in the order they are offered."""

    items: list[PaymentMethodView]
