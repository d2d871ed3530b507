"""Companies: their states, what each state and role opens, and what may be edited when. Pure."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from kit.errors import Conflict, Forbidden, Invalid, NotFound

State = Literal[
    "code_sent", "pending_review", "need_info", "active", "rejected", "suspended", "blocked", "closed"
]
Step = tuple[State, State]
Actor = Literal["agent", "reviewer", "staff"]
Feature = Literal["browse", "prices", "order", "pay", "track", "redeem"]
Role = Literal["owner", "buyer", "finance"]
Purpose = Literal["licence", "voucher", "review", "after_sale", "feedback"]

# Who may move a company from one state to another; what is not listed is refused.
# `code_sent` is a registration that waits for its code: it has no company row yet.
TRANSITIONS: dict[tuple[State, State], frozenset[Actor]] = {
    ("code_sent", "pending_review"): frozenset({"agent"}),
    ("pending_review", "active"): frozenset({"reviewer"}),
    ("pending_review", "rejected"): frozenset({"reviewer"}),
    ("pending_review", "need_info"): frozenset({"reviewer"}),
    ("need_info", "pending_review"): frozenset({"agent"}),
    ("rejected", "pending_review"): frozenset({"agent"}),
    ("active", "suspended"): frozenset({"staff"}),
    ("suspended", "active"): frozenset({"staff"}),
    ("suspended", "blocked"): frozenset({"staff"}),
    ("blocked", "suspended"): frozenset({"staff"}),
    ("active", "blocked"): frozenset({"staff"}),
    ("blocked", "active"): frozenset({"staff"}),
    ("pending_review", "closed"): frozenset({"agent", "staff"}),
    ("need_info", "closed"): frozenset({"agent", "staff"}),
    ("rejected", "closed"): frozenset({"agent", "staff"}),
    ("active", "closed"): frozenset({"agent", "staff"}),
    ("suspended", "closed"): frozenset({"agent", "staff"}),
    ("blocked", "closed"): frozenset({"staff"}),
}

_WAITING: frozenset[Feature] = frozenset({"browse"})
OPEN: dict[State, frozenset[Feature]] = {
    "code_sent": _WAITING,
    "pending_review": _WAITING,
    "need_info": _WAITING,
    "rejected": _WAITING,
    "active": frozenset({"browse", "prices", "order", "pay", "track", "redeem"}),
    "suspended": frozenset({"browse", "prices", "pay", "track"}),
    "blocked": frozenset(),
    "closed": frozenset(),
}

PERMISSIONS: dict[Role, frozenset[str]] = {
    "owner": frozenset({"order", "pay", "redeem", "company", "users"}),
    "buyer": frozenset({"order", "pay"}),
    "finance": frozenset({"pay"}),
}

REGISTRATION_PAGE = "account/register"

# Tiers before the merchant edits them: code, name, rank.
DEFAULT_TIERS = (("standard", "普通", 0), ("silver", "银牌", 10), ("gold", "金牌", 20))
FIRST_TIER = "standard"

MOST_ADDRESSES = 50
MOST_USERS = 15
MOST_SEGMENTS = 200
MOST_TIERS = 20
# What a reviewer approved; changing it later is the merchant's business.
REVIEWED_FIELDS = frozenset({"name", "credit_code", "licence_key", "region"})
_UNDER_REVIEW: frozenset[State] = frozenset({"pending_review", "need_info", "rejected"})

_TIER_CODE = re.compile(r"[a-z][a-z0-9_]{1,19}")
_MEBIBYTE = 1 << 20
UPLOADS: dict[Purpose, tuple[frozenset[str], int]] = {
    "licence": (frozenset({"image/png", "image/jpeg", "application/pdf"}), 10 * _MEBIBYTE),
    "voucher": (frozenset({"image/png", "image/jpeg", "application/pdf"}), 10 * _MEBIBYTE),
    "review": (frozenset({"image/png", "image/jpeg", "image/webp"}), 5 * _MEBIBYTE),
    "after_sale": (frozenset({"image/png", "image/jpeg", "image/webp"}), 5 * _MEBIBYTE),
    "feedback": (frozenset({"image/png", "image/jpeg", "image/webp"}), 5 * _MEBIBYTE),
}


class CompanyNotActive(Forbidden):
    """The company may not do this in its present state; `state` names it."""

    title = "企业当前状态不能进行此操作"


class StateForbids(Conflict):
    """The company cannot go there from its present state; `state` names it."""

    title = "企业当前状态不允许此操作"


class ReviewedFieldLocked(Conflict):
    """The merchant approved this; `fields` lists what the agent cannot change alone."""

    title = "已审核的资料需联系商家修改"


class UserNotFound(NotFound):
    """No such user, or another company's."""

    title = "没有找到该用户"


class TooManyUsers(Conflict):
    """The company has as many users as it may."""

    title = f"每个企业最多 {MOST_USERS} 个用户"


class UserLeft(Conflict):
    """The user closed their account: nobody signs in by it any more."""

    title = "该用户已注销，不能再修改"


class OwnRoleKept(Conflict):
    """Owners do not take their own role away, so that a company always has one."""

    title = "不能修改自己的角色或停用自己"


class ExportNotFound(NotFound):
    """There is no such file, or another member of staff asked for it."""

    title = "没有找到该导出任务"


class SegmentNotFound(NotFound):
    """No such segment."""

    title = "没有找到该分群"


class TooManySegments(Conflict):
    """There are as many segments as there may be."""

    title = f"客户分群最多 {MOST_SEGMENTS} 个"


class AddressNotFound(NotFound):
    """No such address, or another company's."""

    title = "没有找到该收货地址"


class TooManyAddresses(Conflict):
    """The address book is full."""

    title = f"收货地址最多 {MOST_ADDRESSES} 个"


class CreditNotEnough(Conflict):
    """The order exceeds what is left of the credit limit; `left_fen` says how much."""

    title = "可用信用额度不足"


class CreditOverdue(Conflict):
    """The company is late with the money for an order on credit."""

    title = "有逾期未还的账期订单，请先还款后再使用账期"


class SpendingLimitReached(Conflict):
    """The order exceeds what this user may still spend this month; `left_fen` says how much that is."""

    title = "超出本月采购限额"


class TierUnknown(Invalid):
    """No such tier."""

    title = "代理等级不存在"


class TooManyTiers(Conflict):
    """There are as many tiers as there may be."""

    title = f"代理等级最多 {MOST_TIERS} 个"


class UploadRefused(Invalid):
    """The file is of a type or size that is not taken."""

    title = "文件类型或大小不符合要求"


class UploadNotFound(NotFound):
    """The file was never uploaded, or by another company."""

    title = "没有找到该文件"


@dataclass(frozen=True)
class Description:
    """What decides which segments a company is in."""

    agent_id: str
    tier: str
    region_code: str | None
    salesperson_id: str | None


def check_transition(present: State, wanted: State, actor: Actor) -> None:
    """Raises StateForbids unless the table lists the step for this actor."""
    if actor not in TRANSITIONS.get((present, wanted), ()):
        raise StateForbids(state=present)


def is_open(feature: Feature, state: State) -> bool:
    """Whether a company in this state may use a feature."""
    return feature in OPEN[state]


def check_open(feature: Feature, state: State) -> None:
    """Raises CompanyNotActive."""
    if not is_open(feature, state):
        raise CompanyNotActive(state=state)


def check_own_edit(state: State, fields: Collection[str]) -> None:
    """Raises ReviewedFieldLocked when an approved company changes what was reviewed."""
    locked = sorted(REVIEWED_FIELDS & set(fields))
    if locked and state not in _UNDER_REVIEW:
        raise ReviewedFieldLocked(fields=locked)


def shortened(name: str) -> str:
    """A company's name for people of other companies: its first four characters."""
    return name if len(name) <= 4 else f"{name[:4]}…"


def check_tier_code(code: str) -> None:
    """Raises TierUnknown."""
    if not _TIER_CODE.fullmatch(code):
        raise TierUnknown("等级代码应为 2–20 位小写字母、数字或下划线，以字母开头")


def in_segment(
    company: Description,
    agent_ids: Collection[str],
    tiers: Collection[str],
    regions: Collection[str],
    salespeople: Collection[str],
) -> bool:
    """Whether a company is named, or meets every criterion that is given; no criteria mean nobody."""
    if company.agent_id in agent_ids:
        return True
    criteria = [
        (tiers, company.tier in tiers),
        (regions, covers(regions, company.region_code)),
        (salespeople, company.salesperson_id in salespeople),
    ]
    met = [holds for given, holds in criteria if given]
    return bool(met) and all(met)


def same_name(name: str) -> str:
    """What two spellings of one company's name have in common."""
    return "".join(sign for sign in name.casefold() if sign.isalnum())


def check_upload(purpose: Purpose, content_type: str, size: int) -> None:
    """Raises UploadRefused."""
    types, most_bytes = UPLOADS[purpose]
    if content_type not in types:
        raise UploadRefused(errors=[{"field": "content_type", "message": "不支持的文件类型"}])
    if size > most_bytes:
        message = f"文件不能超过 {most_bytes // _MEBIBYTE} MB"
        raise UploadRefused(errors=[{"field": "size", "message": message}])


def region_prefix(code: str) -> str:
    """What the codes of all places within a region begin with: 440000 → 44, 440100 → 4401."""
    return code.removesuffix("00").removesuffix("00")


def covers(scope: Iterable[str], region_code: str | None) -> bool:
    """Whether a region lies in a scope of region codes; an empty scope covers everything."""
    prefixes = [region_prefix(code) for code in scope]
    return not prefixes or any((region_code or "").startswith(prefix) for prefix in prefixes)
