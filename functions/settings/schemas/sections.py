"""The sections of the settings, each with the defaults that hold until the merchant changes them.

A section is one document: what is stored, what other contexts read and what staff edit are the same model.
"""

from typing import Annotated, Generic, Literal, Self, TypeVar

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from kit.api import Body, View
from kit.fields import Instant, SeenVersion
from kit.pictures import PictureKey

Fen = Annotated[int, Field(ge=0, le=100_000_000_00)]
Days = Annotated[int, Field(ge=0, le=365)]
Line = Annotated[str, Field(max_length=100)]
Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Kind = Literal["wechat", "bank_transfer", "union_pay", "credit"]


class Section(Body):
    """Base of the sections."""

    model_config = ConfigDict(frozen=True)

    def pictures(self) -> tuple[str, ...]:
        """The pictures it shows; each must have been uploaded before it is saved."""
        return ()


class ShopInfo(Section):
    """How the shop presents itself."""

    name: Annotated[str, Field(min_length=1, max_length=40)] = "代理商订货平台"
    icon: Annotated[str, Field(max_length=300)] = ""
    intro: Annotated[str, Field(max_length=2000)] = ""
    service_phone: Annotated[str, Field(max_length=30)] = ""
    service_hours: Line = ""
    privacy_version: Annotated[str, Field(min_length=1, max_length=20)] = "1"


class TierReview(Section):
    """From which amount orders of a tier are reviewed instead of the general one; `None` means never."""

    tier: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,19}$")]
    from_fen: Fen | None


class Banner(Section):
    """A picture at the top of the home page, shown from one instant to before another, and where it leads."""

    image: PictureKey
    title: Annotated[str, Field(min_length=1, max_length=30)]
    page: Annotated[str, StringConstraints(pattern=r"^([a-z]+/[A-Za-z0-9/_?=&-]{1,100})?$")] = ""
    starts_at: Instant | None = None
    ends_at: Instant | None = None

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.starts_at and self.ends_at and self.starts_at >= self.ends_at:
            raise ValueError("结束时间应晚于开始时间")
        return self

    def is_shown(self, now: str) -> bool:
        """Whether it is shown at an instant."""
        return (self.starts_at or "") <= now and (self.ends_at is None or now < self.ends_at)


class HomeSettings(Section):
    """The banners of the home page, in their order."""

    banners: Annotated[tuple[Banner, ...], Field(max_length=10)] = ()

    def pictures(self) -> tuple[str, ...]:
        return tuple(banner.image for banner in self.banners)


class OrderSettings(Section):
    """What holds for every order. Amounts in fen; `None` means never."""

    freight_fen: Fen = 0
    free_freight_from_fen: Fen | None = None
    minimum_order_fen: Fen = 0
    online_deadline_minutes: Annotated[int, Field(ge=5, le=120)] = 30
    transfer_deadline_days: Annotated[int, Field(ge=1, le=30)] = 3
    credit_days: Annotated[int, Field(ge=1, le=180)] = 30
    receipt_days_after_signed: Annotated[int, Field(ge=1, le=60)] = 7
    receipt_days_after_shipped: Annotated[int, Field(ge=1, le=90)] = 15
    on_behalf_deadline_hours: Annotated[int, Field(ge=1, le=168)] = 24
    review_from_fen: Fen | None = None
    review_tiers: Annotated[tuple[TierReview, ...], Field(max_length=30)] = ()
    review_first_order: bool = False
    review_repriced: bool = True
    stock_display: Literal["exact", "banded"] = "exact"

    @model_validator(mode="after")
    def _each_tier_once(self) -> "OrderSettings":
        tiers = [one.tier for one in self.review_tiers]
        if len(set(tiers)) < len(tiers):
            raise ValueError("每个等级只能设置一次审核金额")
        return self


class TierHours(Section):
    """How many hours staff have to answer companies of a tier."""

    tier: Annotated[str, Field(min_length=1, max_length=20)]
    hours: Annotated[int, Field(ge=1, le=720)]


class ReturnAddress(Section):
    """Where goods go back to."""

    contact_name: Annotated[str, Field(min_length=1, max_length=20)]
    phone: Annotated[str, Field(min_length=5, max_length=20)]
    text: Annotated[str, Field(min_length=5, max_length=120)]


class AfterSaleSettings(Section):
    """Until when goods may be claimed after receipt, how soon staff answer, and where goods go back to.

    `return_days` is how long goods have to be sent back, and to arrive. Tiers that are not listed wait for
    `due_hours` at most.
    """

    window_days: Days = 15
    return_days: Annotated[int, Field(ge=1, le=60)] = 7
    due_hours: Annotated[int, Field(ge=1, le=720)] = 48
    due_hours_by_tier: Annotated[tuple[TierHours, ...], Field(max_length=20)] = (
        TierHours(tier="silver", hours=24),
        TierHours(tier="gold", hours=12),
    )
    return_address: ReturnAddress | None = None


class PointsSettings(Section):
    """When points become spendable, how long they live, and who must agree to changes by hand."""

    activation: Literal["at_payment", "after_completion"] = "at_payment"
    activation_days: Annotated[int, Field(ge=0, le=90)] = 7
    validity_months: Annotated[int, Field(ge=1, le=120)] = 12
    reminder_days: Annotated[
        tuple[Annotated[int, Field(ge=1, le=90)], ...], Field(min_length=1, max_length=5)
    ] = (30, 7, 1)
    grace_days: Days = 30
    second_approval_from: Annotated[int, Field(ge=1, le=1_000_000_000)] = 10_000


class ReferralSettings(Section):
    """What both companies get for the first completed order of the invited one that reaches a minimum."""

    enabled: bool = True
    inviter_points: Annotated[int, Field(ge=0, le=1_000_000)] = 500
    invited_points: Annotated[int, Field(ge=0, le=1_000_000)] = 200
    minimum_order_fen: Fen = 100_000
    most_per_month: Annotated[int, Field(ge=1, le=1000)] = 10
    review_all: bool = False


class BankAccount(Section):
    """Where a company transfers the money."""

    holder: Annotated[str, Field(min_length=2, max_length=60)]
    bank: Annotated[str, Field(min_length=2, max_length=60)]
    number: Annotated[str, StringConstraints(pattern=r"^[0-9 -]{6,40}$")]


class PaymentMethod(Section):
    """A way to pay. `account` is public; credentials are never part of the settings."""

    kind: Kind
    enabled: bool = False
    title: Annotated[str, Field(min_length=1, max_length=20)]
    note: Line = ""
    account: BankAccount | None = None

    @model_validator(mode="after")
    def _complete(self) -> "PaymentMethod":
        if self.kind == "bank_transfer" and self.enabled and self.account is None:
            raise ValueError("启用对公转账前请填写收款账户")
        return self


class PaymentSettings(Section):
    """The ways to pay, in the order they are offered."""

    methods: Annotated[tuple[PaymentMethod, ...], Field(min_length=1, max_length=4)] = (
        PaymentMethod(kind="wechat", enabled=True, title="微信支付"),
        PaymentMethod(kind="union_pay", title="银行卡支付"),
        PaymentMethod(kind="bank_transfer", title="对公转账"),
        PaymentMethod(kind="credit", title="账期支付"),
    )

    @model_validator(mode="after")
    def _each_once(self) -> "PaymentSettings":
        if len({method.kind for method in self.methods}) < len(self.methods):
            raise ValueError("每种支付方式只能出现一次")
        return self


class RetentionSettings(Section):
    """For how many days personal data is kept; the books (orders, payments, points) are kept for good.

    The law asks for six months of sign-ins and operations at least.
    """

    sign_in_days: Annotated[int, Field(ge=180, le=1095)] = 400
    operation_days: Annotated[int, Field(ge=180, le=3650)] = 1095
    notification_days: Annotated[int, Field(ge=30, le=1095)] = 365
    application_days: Annotated[int, Field(ge=30, le=1095)] = 180
    cart_days: Annotated[int, Field(ge=30, le=1095)] = 180


class NotificationSettings(Section):
    """When people may be disturbed and which staff are told."""

    quiet_from: Clock = "22:00"
    quiet_until: Clock = "08:00"
    staff_emails: Annotated[
        tuple[Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=100)], ...],
        Field(max_length=20),
    ] = ()
    sms_signature: Annotated[str, Field(max_length=12)] = ""


class Switch(Section):
    """Whether messages of a kind go out through a channel; kinds and channels are those of notifications."""

    kind: Annotated[str, Field(min_length=1, max_length=40)]
    channel: Annotated[str, Field(min_length=1, max_length=20)]
    enabled: bool


class NotificationMatrix(Section):
    """What the merchant switched otherwise than we do by ourselves."""

    switches: Annotated[tuple[Switch, ...], Field(max_length=200)] = ()


class Wording(Section):
    """The merchant's own words for a kind of message."""

    kind: Annotated[str, Field(min_length=1, max_length=40)]
    title: Annotated[str, Field(min_length=1, max_length=40)]
    text: Annotated[str, Field(min_length=1, max_length=500)]


class MessageTemplates(Section):
    """The messages that the merchant words otherwise than we do."""

    wordings: Annotated[tuple[Wording, ...], Field(max_length=100)] = ()


SectionType = TypeVar("SectionType", bound=Section)


class Change(Body, Generic[SectionType]):
    """A whole new section; `version` is the one it was edited from."""

    version: SeenVersion
    value: SectionType


class Current(View, Generic[SectionType]):
    """A section as it stands. Version 0 means that the defaults hold."""

    version: int
    value: SectionType
    changed_at: str | None = None
    changed_by: str | None = None


class ShopView(ShopInfo):
    """What everybody may know of the shop."""

    payment_methods: tuple[PaymentMethod, ...]


class Health(View):
    """The service answers."""

    status: Literal["ok"] = "ok"
