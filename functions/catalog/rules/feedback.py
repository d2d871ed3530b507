"""Feedback: what a company tells the merchant of a product, an order or in general, and what is answered."""

from dataclasses import dataclass
from typing import Literal

from kit.errors import Conflict, NotFound, TooMany

State = Literal["open", "answered", "closed"]
STATES: tuple[State, ...] = ("open", "answered", "closed")
MOST_CHARACTERS = 1000
MOST_IMAGES = 6
MOST_A_DAY = 10


class FeedbackNotFound(NotFound):
    """No such feedback, or another company's."""

    title = "没有找到该反馈"


class FeedbackClosed(Conflict):
    """It came to its end; nothing more is answered."""

    title = "反馈已关闭"


class TooMuchFeedback(TooMany):
    """The company sent as much as it may on one day."""

    title = f"每天最多提交 {MOST_A_DAY} 条反馈"


@dataclass(frozen=True)
class Feedback:
    """What a company says. `images` are keys of its uploads; `asked` tells a repeated request from another.

    The order is the one the company names; whose it is shows the order itself.
    """

    feedback_id: str
    agent_id: str
    written_by: str
    created_at: str
    asked: str
    text: str
    product_id: str = ""
    order_id: str = ""
    rating: int = 0
    images: tuple[str, ...] = ()
    state: State = "open"
    answer: str = ""
    answered_at: str = ""
    answered_by: str = ""
    version: int = 1
