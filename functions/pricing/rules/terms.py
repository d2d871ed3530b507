"""The terms staff write: for whom, for which goods, how much off, from when to when."""

from collections.abc import Collection
from typing import Annotated, Literal, Protocol, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from kit import money
from kit.errors import Conflict, NotFound
from kit.fields import Instant

State = Literal["draft", "published", "paused", "ended"]
Phase = Literal["draft", "scheduled", "running", "paused", "ended"]
Kind = Literal["price", "unit", "order"]

# What staff may do with a price list or a promotion; whether a published one runs is a matter of its window.
TRANSITIONS: frozenset[tuple[State, State]] = frozenset(
    {
        ("draft", "published"),
        ("published", "paused"),
        ("paused", "published"),
        ("draft", "ended"),
        ("published", "ended"),
        ("paused", "ended"),
    }
)

Fen = Annotated[int, Field(ge=1, le=10_000_000_00)]
Name = Annotated[str, Field(min_length=1, max_length=40)]
Id = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{10,26}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,20}$")]
RegionCode = Annotated[str, StringConstraints(pattern=r"^[1-8][0-9]{5}$")]
Tag = Annotated[str, Field(min_length=1, max_length=20)]
Ids = Annotated[tuple[Id, ...], Field(max_length=100)]
NOT_ENDING = "9999-12-31T00:00:00Z"


class TermsNotFound(NotFound):
    """No such price list, promotion or coupon template."""

    title = "没有找到该定价规则"


class StateForbids(Conflict):
    """Terms in this state cannot be changed that way; `state` names it."""

    title = "当前状态不允许此操作"


class TermsChanged(Conflict):
    """A price list or promotion that made the price was changed or stopped since."""

    title = "价格或活动已调整，请重新确认"


class Place(Protocol):
    """Where a company is, by GB/T 2260 codes."""

    @property
    def province_code(self) -> str: ...
    @property
    def city_code(self) -> str: ...
    @property
    def district_code(self) -> str | None: ...


class Buyer(Protocol):
    """What decides which terms hold for a company."""

    @property
    def agent_id(self) -> str: ...
    @property
    def tier(self) -> str: ...
    @property
    def region(self) -> Place | None: ...


class Goods(Protocol):
    """What decides which terms hold for a SKU."""

    @property
    def sku_id(self) -> str: ...
    @property
    def product_id(self) -> str: ...
    @property
    def category_path(self) -> tuple[str, ...]: ...
    @property
    def brand_id(self) -> str: ...
    @property
    def tags(self) -> tuple[str, ...]: ...
    @property
    def base_price_fen(self) -> int: ...


class Terms(BaseModel):
    """Base of terms: read strictly, never changed in place."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, str_strip_whitespace=True)


class Audience(Terms):
    """The companies meant: any of the agents, tiers or segments (none given: all), in one of the regions."""

    agent_ids: Ids = ()
    tiers: Annotated[tuple[Code, ...], Field(max_length=20)] = ()
    segments: Annotated[tuple[Id, ...], Field(max_length=20)] = ()
    regions: Annotated[tuple[RegionCode, ...], Field(max_length=100)] = ()

    def includes(self, buyer: Buyer, segments: Collection[str]) -> bool:
        """Whether a company is meant."""
        named = bool(self.agent_ids or self.tiers or self.segments)
        chosen = (
            buyer.agent_id in self.agent_ids
            or buyer.tier in self.tiers
            or not set(self.segments).isdisjoint(segments)
        )
        return (chosen or not named) and self._is_here(buyer.region)

    def _is_here(self, place: Place | None) -> bool:
        if not self.regions:
            return True
        codes = (place.province_code, place.city_code, place.district_code) if place else ()
        return not set(self.regions).isdisjoint(codes)

    @property
    def only_agent(self) -> str | None:
        """The agent, if the terms are one agent's own."""
        alone = len(self.agent_ids) == 1 and not self.tiers and not self.segments
        return self.agent_ids[0] if alone else None


class Scope(Terms):
    """The goods meant: any of the products, categories (with all below), brands or tags; none given: all."""

    product_ids: Ids = ()
    category_ids: Ids = ()
    brand_ids: Ids = ()
    tags: Annotated[tuple[Tag, ...], Field(max_length=20)] = ()

    def covers(self, goods: Goods) -> bool:
        """Whether a SKU is meant."""
        if not (self.product_ids or self.category_ids or self.brand_ids or self.tags):
            return True
        return (
            goods.product_id in self.product_ids
            or goods.brand_id in self.brand_ids
            or not set(self.category_ids).isdisjoint(goods.category_path)
            or not set(self.tags).isdisjoint(goods.tags)
        )


class Discount(Terms):
    """An amount off in fen, or a rate off in basis points with or without a cap."""

    off_fen: Fen | None = None
    off_bps: Annotated[int, Field(ge=1, le=money.BPS)] | None = None
    cap_fen: Fen | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.off_fen is None) == (self.off_bps is None):
            raise ValueError("减免金额与折扣比例须填且只填一项")
        if self.cap_fen is not None and self.off_bps is None:
            raise ValueError("只有按比例优惠才能设置上限")
        return self

    def of(self, amount_fen: int) -> int:
        """What comes off an amount; never more than the amount."""
        off = self.off_fen if self.off_fen is not None else money.part_of(amount_fen, self.off_bps or 0)
        return min(off, amount_fen, self.cap_fen if self.cap_fen is not None else off)

    @property
    def text(self) -> str:
        """For people: 减 20 元, 减 15%."""
        if self.off_fen is not None:
            return f"减 {yuan(self.off_fen)} 元"
        return f"减 {f'{(self.off_bps or 0) / 100:.2f}'.rstrip('0').rstrip('.')}%"


class Window(Terms):
    """From `starts_at` on, until just before `ends_at`, if that is given."""

    starts_at: Instant
    ends_at: Instant | None = None

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.ends_at is not None and self.ends_at <= self.starts_at:
            raise ValueError("结束时间须晚于开始时间")
        return self

    def is_open(self, now: str) -> bool:
        """Whether an instant falls into the window."""
        return self.starts_at <= now < (self.ends_at or NOT_ENDING)


class PriceListTerms(Terms):
    """Prices of their own for some companies."""

    name: Name
    audience: Audience
    window: Window


class PromotionTerms(Terms):
    """A time-limited price per SKU, so much off each piece, or so much off orders that reach a threshold."""

    name: Name
    kind: Kind
    audience: Audience = Audience()
    scope: Scope = Scope()
    window: Window
    prices: Annotated[dict[Id, Fen], Field(max_length=100)] = {}
    discount: Discount | None = None
    threshold_fen: Fen | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.kind == "price") != bool(self.prices) or (self.kind == "price") == bool(self.discount):
            raise ValueError("限时价须填写各规格的价格，其他活动须填写优惠内容")
        if (self.kind == "order") != (self.threshold_fen is not None):
            raise ValueError("满减活动须填写门槛金额，其他活动不填")
        if self.window.ends_at is None:
            raise ValueError("促销活动须有结束时间")
        return self


class QuotaTerms(Terms):
    """Pieces of a SKU held for some companies, and the reason they are told."""

    sku_id: Id
    pieces: Annotated[int, Field(ge=1, le=1_000_000)]
    reason: Name
    audience: Audience
    window: Window

    @model_validator(mode="after")
    def _for_somebody(self) -> Self:
        if self.audience == Audience():
            raise ValueError("请选择为哪些代理商、等级或地区保留")
        if self.window.ends_at is None:
            raise ValueError("保留须有截止时间")
        return self


def check_transition(present: State, wanted: State) -> None:
    """Raises StateForbids unless the table lists the step."""
    if (present, wanted) not in TRANSITIONS:
        raise StateForbids(state=present)


def phase(state: State, window: Window, now: str) -> Phase:
    """What a state means at an instant."""
    if state != "published":
        return state
    if now < window.starts_at:
        return "scheduled"
    return "running" if window.is_open(now) else "ended"


def check_editable(state: str) -> None:
    """Raises StateForbids for what has ended."""
    if state == "ended":
        raise StateForbids(state=state)


def yuan(fen: int) -> str:
    """Yuan without needless decimals, for labels: 2000 → "20", 1250 → "12.50"."""
    return money.yuan(fen).removesuffix(".00")
