"""What the merchant has set, section by section; defaults hold for what was never changed."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

from functions.settings import table
from functions.settings.schemas import (
    AfterSaleSettings,
    Banner,
    Change,
    CredentialsView,
    Current,
    HomeSettings,
    Kind,
    MessageTemplates,
    NotificationMatrix,
    NotificationSettings,
    OrderSettings,
    PaymentMethod,
    PaymentMethods,
    PaymentMethodView,
    PaymentSettings,
    PointsSettings,
    ReferralSettings,
    RetentionSettings,
    Section,
    SectionType,
    ShopInfo,
    ShopView,
    UnionPayCredentials,
    WechatPayCredentials,
)
from kit import clock, pages, pictures, secrets, transaction
from kit.pages import Page, PageQuery

_OPENAPI = Path(__file__).parents[3] / "docs" / "openapi.json"
NAMES: dict[type[Section], str] = {
    ShopInfo: "shop",
    HomeSettings: "home",
    OrderSettings: "orders",
    AfterSaleSettings: "after-sales",
    PointsSettings: "points",
    ReferralSettings: "referral",
    PaymentSettings: "payments",
    NotificationSettings: "notifications",
    RetentionSettings: "retention",
    NotificationMatrix: "notification-matrix",
    MessageTemplates: "message-templates",
}
# The credentials of a way to pay, and the numbers in them that are no secrets: of merchant and certificate.
CREDENTIALS: Mapping[Kind, tuple[Callable[[], secrets.Held | None], str, str]] = {
    "wechat": (lambda: secrets.look("wechat-pay"), "mchid", "merchant_serial"),
    "union_pay": (lambda: secrets.look("union-pay"), "merchant_id", "cert_id"),
}
# Edited where it is known what they may contain.
KEPT_FOR_OTHERS = frozenset({NotificationMatrix, MessageTemplates})


def shop() -> ShopInfo:
    """How the shop presents itself."""
    return current(ShopInfo).value


def banners(now: datetime) -> list[Banner]:
    """What is shown at the top of the home page now, in its order."""
    return [one for one in current(HomeSettings).value.banners if one.is_shown(clock.to_text(now))]


def order_settings() -> OrderSettings:
    """Freight, minimum, deadlines and review rules of orders."""
    return current(OrderSettings).value


def after_sale_settings() -> AfterSaleSettings:
    """Deadlines of after-sales and the address goods go back to."""
    return current(AfterSaleSettings).value


def points_settings() -> PointsSettings:
    """Activation, validity and reminders of points."""
    return current(PointsSettings).value


def referral_settings() -> ReferralSettings:
    """What is given for inviting companies, and how often."""
    return current(ReferralSettings).value


def payment_methods() -> list[PaymentMethod]:
    """The ways to pay in the order they are offered, also those switched off."""
    return list(current(PaymentSettings).value.methods)


def retention_settings() -> RetentionSettings:
    """For how long personal data is kept."""
    return current(RetentionSettings).value


def notification_settings() -> NotificationSettings:
    """Quiet hours and the staff who are told."""
    return current(NotificationSettings).value


def shop_view() -> ShopView:
    """The shop and the ways to pay that are switched on."""
    enabled = tuple(method for method in payment_methods() if method.enabled)
    return ShopView(**shop().model_dump(), payment_methods=enabled)


def current(section: type[SectionType]) -> Current[SectionType]:
    """A section with its version."""
    row = table.current(NAMES[section])
    return _version(section, row) if row else Current(version=0, value=section())


def change(
    section: type[SectionType], edit: Change[SectionType], actor: str, now: datetime
) -> Current[SectionType]:
    """Replace a section and keep the old one in its history.

    Raises PictureRefused, or Stale when it was edited meanwhile.
    """
    pictures.keep(edit.value.pictures())
    version, changed_at = edit.version + 1, clock.to_text(now)
    document = edit.value.model_dump(mode="json")
    transaction.commit(table.change_parts(NAMES[section], document, version, changed_at, actor))
    return Current(version=version, value=edit.value, changed_at=changed_at, changed_by=actor)


def history(section: type[SectionType], query: PageQuery) -> Page[Current[SectionType]]:
    """Versions of a section, newest first."""
    scope = f"settings/{NAMES[section]}"
    position = pages.read(query.cursor, scope)
    found = table.history(NAMES[section], position["before"] if position else None, query.limit)
    more = len(found) == query.limit and found[-1].version > 1
    return Page(
        items=[_version(section, row) for row in found],
        next_cursor=pages.sign({"before": int(found[-1].version)} if more else None, scope),
    )


def payment_methods_view() -> PaymentMethods:
    """The ways to pay, and what may be told of their credentials: never any of the secrets."""
    return PaymentMethods(
        items=[
            PaymentMethodView(
                kind=method.kind,
                title=method.title,
                enabled=method.enabled,
                needs_credentials=method.kind in CREDENTIALS,
                credentials=_credentials(method.kind),
            )
            for method in payment_methods()
        ]
    )


def has_credentials(kind: Kind) -> bool:
    """Whether the merchant's identity at a provider is stored."""
    look, _, _ = CREDENTIALS[kind]
    return look() is not None


def replace_wechat_pay_credentials(credentials: WechatPayCredentials) -> None:
    """Replace the merchant's identity at WeChat Pay; payments use it within five minutes."""
    secrets.store("wechat-pay", credentials.model_dump(mode="json"))


def replace_union_pay_credentials(credentials: UnionPayCredentials) -> None:
    """Replace the merchant's identity at UnionPay; payments use it within five minutes."""
    secrets.store("union-pay", credentials.model_dump(mode="json"))


@cache
def openapi_document() -> str:
    """The interface's description, as it was packaged."""
    return _OPENAPI.read_text(encoding="utf-8")


def _credentials(kind: Kind) -> CredentialsView | None:
    if kind not in CREDENTIALS:
        return None
    look, merchant, certificate = CREDENTIALS[kind]
    if (held := look()) is None:
        return None
    return CredentialsView(
        set_at=clock.to_text(held.stored_at),
        merchant_ends=str(held.document.get(merchant, ""))[-4:],
        certificate_ends=str(held.document.get(certificate, ""))[-4:],
    )


def _version(section: type[SectionType], row: table.SectionRow) -> Current[SectionType]:
    # A setting that was taken out of the product may still be stored; it must not stop the shop.
    value = section.model_validate(row.document, strict=False, extra="ignore")
    return Current(
        version=int(row.version), value=value, changed_at=row.changed_at, changed_by=row.changed_by
    )
