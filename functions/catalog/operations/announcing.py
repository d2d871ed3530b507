"""Which facts a changed row announces."""

from collections.abc import Iterator

from functions.catalog.rules import follows as rules
from functions.catalog.schemas.facts import FeedbackAnswered, ProductChanged, ProductUpdated
from functions.catalog.table import feedback, follows, products
from kit import ids
from kit.facts import Fact, Row


def facts_of(old: Row, new: Row) -> Iterator[Fact]:
    """What a changed row announces: a product that is another one, news or an answer for a company."""
    before, after = products.product_image(old), products.product_image(new)
    if before and after and (changes := rules.changes_of(before, after)):
        yield ProductChanged(
            event_id=ids.derived_id("ProductChanged", after.product_id, str(after.version)),
            occurred_at=after.updated_at,
            product_id=after.product_id,
            changes=changes,
        )
    known, told = follows.follower_image(old), follows.follower_image(new)
    if told and told.news and (known is None or known.news != told.news):
        yield ProductUpdated(
            event_id=ids.derived_id("ProductUpdated", told.agent_id, told.product_id, told.news.change_id),
            occurred_at=told.news.at,
            agent_id=told.agent_id,
            product_id=told.product_id,
            product_name=told.news.name,
            why=rules.WHY[told.interest],
            what=told.news.text,
        )
    said, answered = feedback.feedback_image(old), feedback.feedback_image(new)
    if said and answered and answered.answered_at != said.answered_at:
        yield FeedbackAnswered(
            event_id=ids.derived_id("FeedbackAnswered", answered.feedback_id, str(answered.version)),
            occurred_at=answered.answered_at,
            agent_id=answered.agent_id,
            feedback_id=answered.feedback_id,
            answer=answered.answer,
        )
