"""Feedback: what agents send, what staff see and answer."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from functions.catalog.rules.feedback import MOST_CHARACTERS, MOST_IMAGES, State
from functions.catalog.schemas.reviews import OrderId, once
from functions.catalog.schemas.words import Id
from kit.api import Body, View
from kit.fields import Version
from kit.pages import PageQuery

AgentId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{26}$")]
Upload = Annotated[
    str, StringConstraints(pattern=r"^agents/[0-9A-Z]{26}/feedback/[0-9A-Z]{26}\.(png|jpg|webp)$")
]
Text = Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS)]


class GiveFeedback(Body):
    """About a product, about an order, or in general; `images` are keys of uploads made for feedback."""

    text: Text
    product_id: Id | None = None
    order_id: OrderId | None = None
    rating: Annotated[int, Field(ge=1, le=5)] | None = None
    images: Annotated[list[Upload], Field(default_factory=list, max_length=MOST_IMAGES), AfterValidator(once)]

    @model_validator(mode="after")
    def _about_one_thing(self) -> Self:
        if self.product_id and self.order_id:
            raise ValueError("一条反馈只能针对商品或订单之一")
        return self


class FeedbackView(View):
    """What a company said and was answered; `images` are links good for five minutes."""

    feedback_id: str
    about: Literal["product", "order", "general"]
    product_id: str | None
    order_id: str | None
    text: str
    rating: int | None
    images: list[str]
    state: State
    created_at: str
    answer: str
    answered_at: str | None


class StaffFeedback(FeedbackView):
    """Feedback as staff see it."""

    agent_id: str
    company_name: str
    product_name: str
    waiting_hours: int | None
    answered_by: str | None
    version: int


class FeedbackQuery(PageQuery):
    """Feedback in a state, `open` that waits longest first; or all of a product or company, newest first."""

    state: State = "open"
    product_id: Id | None = None
    agent_id: AgentId | None = None


class AnswerFeedback(Body):
    """The merchant's answer; it replaces the one before."""

    version: Version
    text: Text


class CloseFeedback(Body):
    version: Version
