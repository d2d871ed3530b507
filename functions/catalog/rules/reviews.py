"""Reviews: one per received order line; what they say, and who may be told who wrote them."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Literal

import nh3

from kit import ids
from kit.errors import Conflict, NotFound

State = Literal["due", "visible", "hidden"]
MOST_CHARACTERS = 500
MOST_IMAGES = 6
STARS = (5, 4, 3, 2, 1)
# Turn the direction of writing, or take no place: good for deceiving only.
_UNSEEN = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200B, 0x200E, 0x200F, 0xFEFF}


class ReviewNotFound(NotFound):
    """No such review."""

    title = "没有找到该评价"


class NothingToReview(NotFound):
    """The company did not receive such an order line."""

    title = "没有可评价的订单商品，确认收货后即可评价"


class AlreadyReviewed(Conflict):
    """The order line has another review."""

    title = "该商品已评价"


class AlreadyInvited(Conflict):
    """The lines of this order can be reviewed."""

    title = "订单已可评价"


@dataclass(frozen=True)
class Review:
    """What may be, or was, said about a received order line. `images` are keys of the company's uploads."""

    review_id: str
    agent_id: str
    order_id: str
    order_no: str
    sku_id: str
    product_id: str
    completed_at: str
    state: State = "due"
    version: int = 1
    rating: int = 0
    text: str = ""
    images: tuple[str, ...] = ()
    author: str = ""
    spec: str = ""
    created_at: str = ""
    reply: str = ""
    replied_at: str = ""

    def says(self, rating: int, text: str, images: tuple[str, ...]) -> bool:
        """Whether this is what it says."""
        return (self.rating, self.text, self.images) == (rating, text, images)


@dataclass(frozen=True)
class Ratings:
    """How many visible reviews gave a product how many stars."""

    counts: Mapping[int, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def average_tenths(self) -> int | None:
        """The average in tenths of a star, rounded half up; None without reviews."""
        stars = sum(rating * count for rating, count in self.counts.items())
        return (stars * 20 + self.total) // (self.total * 2) if self.total else None


def review_id(agent_id: str, order_id: str, sku_id: str) -> str:
    """The one review of an order line has this id."""
    return ids.derived_id("review", agent_id, order_id, sku_id)


def clean_text(text: str) -> str:
    """Plain text: without markup and invisible characters, lines kept, blank ones dropped."""
    plain = unescape(nh3.clean(text, tags=set()))
    seen = "".join(_as_seen(character) for character in plain)
    return "\n".join(line for line in (" ".join(line.split()) for line in seen.split("\n")) if line)


def _as_seen(character: str) -> str:
    if ord(character) in _UNSEEN:
        return ""
    return " " if unicodedata.category(character) == "Cc" and character != "\n" else character


def masked(name: str) -> str:
    """A company's name as strangers may see it: 广州示例贸易有限公司 → 广州***公司."""
    return f"{name[:2]}***{name[-2:]}" if len(name) > 5 else f"{name[:1]}***"
