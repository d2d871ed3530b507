"""What notifications takes in and shows."""

from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    create_model,
    model_validator,
)

from functions.auth.schemas import Email, Phone
from functions.notifications.rules import (
    OPTIONAL,
    STAFF_TEMPLATES,
    TEMPLATES,
    Category,
    Channel,
    Mutable,
    Outlet,
    Tried,
)
from kit.api import Body, View
from kit.facts import Fact
from kit.fields import Instant, SeenVersion

_PHONE, _EMAIL = TypeAdapter(Phone), TypeAdapter(Email)


class Told(Fact):
    """A fact a company is told about: all its people, or those of `user_ids`.

    Its other fields fill the template of its kind.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    agent_id: str
    user_ids: tuple[str, ...] = ()


class ToldStaff(Fact):
    """A fact the merchant's people are told about."""

    model_config = ConfigDict(extra="allow", frozen=True)


TOLD_STAFF: dict[str, type[ToldStaff]] = {
    kind: create_model(kind, __base__=ToldStaff) for kind in STAFF_TEMPLATES
}
TOLD: dict[str, type[Told]] = {kind: create_model(kind, __base__=Told) for kind in TEMPLATES}


class Deliver(BaseModel):
    """Command: bring one delivery to its person."""

    delivery_id: str


class SendNotice(BaseModel):
    """Command: tell the next page of companies."""

    notice_id: str
    number: int


class WriteNotice(Body):
    """What the merchant tells all active companies, or those of a segment."""

    title: str = Field(min_length=1, max_length=40)
    text: str = Field(min_length=1, max_length=500)
    page: str = Field(default="pages/home/index", pattern=r"^[a-z]+/[A-Za-z0-9/_?=&-]{1,100}$")
    segment_id: str | None = Field(default=None, min_length=1, max_length=26)
    send_at: Instant | None = None


class ReachQuery(Body):
    """The audience of a notice; without a segment all active companies."""

    segment_id: str | None = Field(default=None, min_length=1, max_length=26)


class Reach(View):
    """How many companies a notice would be sent to; more than that where `is_complete` is false."""

    companies: int
    is_complete: bool


class SentNotice(View):
    """A notice and how many companies have been told, of those there were when it was written.

    Those told before it was cancelled stay told.
    """

    notice_id: str
    title: str
    text: str
    page: str
    segment_id: str | None
    state: Literal["scheduled", "sending", "sent", "cancelled"]
    send_at: str | None
    companies: int
    companies_told: int
    written_at: str
    written_by: str
    cancelled_at: str | None
    cancelled_by: str | None


class NoticeView(View):
    notification_id: str
    kind: str
    category: str
    title: str
    text: str
    page: str
    at: str
    read: bool


class InboxView(View):
    """A page of the inbox, newest first, with the number of unread messages."""

    items: list[NoticeView]
    next_cursor: str | None
    unread: int


class Consents(Body):
    """Subscription messages a person has just accepted in WeChat, by our name of the message."""

    accepted: list[Annotated[str, Field(max_length=40)]] = Field(min_length=1, max_length=5)


class ConsentsView(View):
    """Consents left by kind of message; -1 is never shown."""

    left: dict[str, int]
    templates: dict[str, str] = Field(description="WeChat template id by kind of message")


class Preference(Body):
    """Whether messages of a category go out through a channel. Only what is optional can leave the inbox."""

    category: Mutable
    channel: Outlet
    enabled: bool

    @model_validator(mode="after")
    def _offered(self) -> Self:
        if self.channel == "inbox" and self.category not in OPTIONAL:
            raise ValueError("这类消息会一直保留在消息中心")
        return self


class PreferencesPatch(Body):
    changes: list[Preference] = Field(min_length=1, max_length=20)


class PreferencesView(View):
    preferences: list[Preference]


class Cell(View):
    channel: Channel
    enabled: bool


class MatrixRow(View):
    """A kind of message with the channels it can take."""

    kind: str
    category: Category
    title: str
    channels: list[Cell]


class Edited(View):
    """A version of what the merchant decided; version 0 means that nothing was changed yet."""

    version: int
    changed_at: str | None
    changed_by: str | None


class MatrixView(Edited):
    rows: list[MatrixRow]


class SetSwitch(Body):
    kind: str = Field(min_length=1, max_length=40)
    channel: Channel
    enabled: bool


class ChangeMatrix(Body):
    """All switches that differ from what we do by ourselves; `version` is the one they were edited from."""

    version: SeenVersion
    switches: list[SetSwitch] = Field(max_length=200)


class TemplateView(View):
    """The words of a kind of message; `{…}` of the placeholders are replaced by what happened."""

    kind: str
    category: Category
    title: str
    text: str
    own_title: str
    own_text: str
    is_edited: bool
    placeholders: list[str]


class TemplatesView(Edited):
    templates: list[TemplateView]


class SetWords(Body):
    kind: str = Field(min_length=1, max_length=40)
    title: str = Field(min_length=1, max_length=40)
    text: str = Field(min_length=1, max_length=500)


class ChangeTemplates(Body):
    """All messages that are worded otherwise than by us; `version` is the one they were edited from."""

    version: SeenVersion
    templates: list[SetWords] = Field(max_length=100)


class TestMessage(Body):
    """A message that only shows whether a channel works.

    `address` is a phone for SMS, an e-mail address for e-mail; for the inbox either, of an agents' user.
    """

    __test__ = False
    channel: Literal["sms", "email", "inbox"]
    address: Annotated[str, Field(min_length=5, max_length=100)]

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        by_phone = self.channel == "sms" or (self.channel == "inbox" and "@" not in self.address)
        try:
            self.address = (_PHONE if by_phone else _EMAIL).validate_python(self.address)
        except ValidationError:
            raise ValueError("手机号格式不正确" if by_phone else "邮箱格式不正确") from None
        return self


class TestedChannel(View):
    """How a test message went; `provider_said` is the provider's own word, if it gave one."""

    __test__ = False
    channel: Literal["sms", "email", "inbox"]
    result: Tried
    explanation: str
    provider_said: str | None
    milliseconds: int
    tested_at: str


class WechatReceiptConfirmed(Fact):
    """WeChat settled a payment because its buyer, or time, confirmed the receipt of the goods."""

    payment_id: str
