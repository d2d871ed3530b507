"""The sections of the settings, each with the defaults that hold until the merchant changes them.

A section is one document: what is stored, what other contexts read and what staff edit are the same model.
"""

from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from functions.settings.rules import Problem, Result, State
from kit.api import Body, View

Fen = Annotated[int, Field(ge=0, le=100_000_000_00)]
Days = Annotated[int, Field(ge=0, le=365)]
Line = Annotated[str, Field(max_length=100)]
Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Kind = Literal["wechat", "bank_transfer", "union_pay", "credit"]


class Section(Body):
    """Base of the sections."""

    model_config = ConfigDict(frozen=True)


class ShopInfo(Section):
    """How the shop presents itself."""

    name: Annotated[str, Field(min_length=1, max_length=40)] = "经销商订货平台"
    icon: Annotated[str, Field(max_length=300)] = ""
    intro: Annotated[str, Field(max_length=2000)] = ""
    service_phone: Annotated[str, Field(max_length=30)] = ""
    service_hours: Line = ""
    privacy_version: Annotated[str, Field(min_length=1, max_length=20)] = "1"


class TierReview(Section):
    """From which amount orders of a tier are reviewed instead of the general one; `None` means never."""

    tier: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,19}$")]
    from_fen: Fen | None


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

    version: Annotated[int, Field(ge=0)]
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


class WechatPayCredentials(Body):
    """The merchant at WeChat Pay; can be replaced, is never shown."""

    appid: Annotated[str, StringConstraints(pattern=r"^wx[0-9a-f]{16}$")]
    mchid: Annotated[str, StringConstraints(pattern=r"^\d{8,12}$")]
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

    merchant_id: Annotated[str, StringConstraints(pattern=r"^\d{15}$")]
    cert_id: Annotated[str, StringConstraints(pattern=r"^\d{1,60}$")]
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


class ExportFile(BaseModel):
    """Command: write the next file of a table's segment."""

    backup_id: str
    table: str
    segment: int
    number: int


class RestoreFile(BaseModel):
    """Command: restore and compare the next file of a table."""

    drill_id: str
    table: str
    number: int


class ManifestFile(BaseModel):
    """A file of a backup: gzip, one item in DynamoDB JSON per line."""

    key: str
    items: int
    bytes: int
    sha256: str


class ManifestTable(BaseModel):
    """A table of a backup; `definition` is what makes another one like it."""

    name: str
    definition: dict[str, Any]
    items: int
    files: list[ManifestFile]


class Manifest(BaseModel):
    """What a backup consists of."""

    backup_id: str
    started_at: str
    tables: list[ManifestTable]


class BackupCard(View):
    """A backup; its figures are there when it is complete. `started_by` is null for a nightly one."""

    backup_id: str
    state: State
    started_at: str
    started_by: str | None
    finished_at: str | None
    items: int
    bytes: int
    manifest_sha256: str | None


class TableProgress(View):
    """How far the backup of a table has come."""

    name: str
    segments: int
    segments_done: int
    files: int
    items: int
    bytes: int


class BackupView(BackupCard):
    """A backup table by table, and the restore drills made with it."""

    tables: list[TableProgress]
    drills: list[str]


class StartDrill(Body):
    """A restore into new tables: of all tables, or of some. Kept tables are for a restore in earnest."""

    tables: list[Annotated[str, Field(min_length=3, max_length=255)]] = Field(default=[], max_length=40)
    keep_tables: bool = False


class Difference(View):
    """Something that was not restored as it was backed up; `item` is its key."""

    problem: Problem
    file: str | None = None
    item: str | None = None


class TableDrill(View):
    """How the restore of a table came out; the first differences are shown."""

    name: str
    restored_as: str | None
    result: Result
    files: int
    items: int
    differences: int
    examples: list[Difference]


class DrillView(View):
    """A restore drill: passed when every item of every table came back as it was."""

    drill_id: str
    backup_id: str
    result: Result
    keep_tables: bool
    started_at: str
    started_by: str
    finished_at: str | None
    tables: list[TableDrill]
