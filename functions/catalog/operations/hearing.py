"""Feedback: given by companies, answered and closed by staff."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from functions.agents import operations as agents
from functions.agents.schemas import Company
from functions.catalog.rules import feedback as rules
from functions.catalog.rules.feedback import Feedback
from functions.catalog.rules.products import ProductNotFound
from functions.catalog.rules.reviews import clean_text
from functions.catalog.schemas.feedback import FeedbackQuery, FeedbackView, GiveFeedback, StaffFeedback
from functions.catalog.table import feedback as table
from functions.catalog.table import products
from kit import clock, ids, transaction
from kit.errors import Invalid, KeyReused, Stale
from kit.pages import Page, PageQuery
from kit.tokens import Principal


def give(caller: Principal, form: GiveFeedback, key: str, bucket: str, now: datetime) -> FeedbackView:
    """Take what a company says, once per key.

    Raises KeyReused, TooMuchFeedback, ProductNotFound; UploadNotFound and UploadRefused for images.
    """
    agent_id = agents.require_open(caller.agent, "browse").agent_id
    today = clock.business_day(now)
    until_tomorrow = clock.start_of_day(today + timedelta(days=1)) - now
    refused = rules.TooMuchFeedback(retry_after=int(until_tomorrow.total_seconds()))
    given = Feedback(
        feedback_id=ids.derived_id("feedback", agent_id, key),
        agent_id=agent_id,
        written_by=caller.user_id,
        created_at=clock.to_text(now),
        asked=ids.fingerprint(form),
        text=_clean(form.text),
        product_id=form.product_id or "",
        order_id=form.order_id or "",
        rating=form.rating or 0,
        images=tuple(form.images),
    )

    def attempt() -> Feedback:
        if before := table.feedback(given.feedback_id):
            if before.asked != given.asked:
                raise KeyReused()
            return before
        if given.product_id and products.product(given.product_id, consistent=False) is None:
            raise ProductNotFound(product_id=given.product_id)
        for image in given.images:
            agents.keep_upload(agent_id, image, "feedback", bucket)
        transaction.commit(table.give_parts(given, today.isoformat(), refused))
        return given

    return _view(transaction.retry_stale(attempt), bucket)


def list_own(agent_id: str, query: PageQuery, bucket: str) -> Page[FeedbackView]:
    """What a company said and was answered, newest first."""
    found, cursor = table.of_company(agent_id, query)
    return Page(items=[_view(one, bucket) for one in found], next_cursor=cursor)


def counts(product_ids: Iterable[str]) -> dict[str, int]:
    """How often companies said something about products; those nobody spoke of are left out."""
    return table.counts(product_ids)


def waiting_since(staff: Principal, most: int) -> list[str]:
    """Since when feedback waits for an answer, the longest first, within the regions of a member of staff."""
    found, _ = table.in_state("open", PageQuery(limit=most), _covered_by(staff, cache(agents.company)))
    return [one.created_at for one in found]


def list_for_staff(query: FeedbackQuery, staff: Principal, bucket: str, now: datetime) -> Page[StaffFeedback]:
    """Feedback of companies within the regions of a member of staff. Raises NotFound for another company."""
    company = cache(agents.company)
    covered = _covered_by(staff, company)
    if query.product_id:
        found, cursor = table.on_product(query.product_id, query, covered)
    elif query.agent_id:
        found, cursor = table.of_company(query.agent_id, query)
        found = [one for one in found if covered(one.agent_id)]
    else:
        found, cursor = table.in_state(query.state, query, covered)
    names = {agent_id: company(agent_id).name for agent_id in {one.agent_id for one in found}}
    return Page(items=_staff_views(found, names, bucket, now), next_cursor=cursor)


def show_for_staff(feedback_id: str, staff: Principal, bucket: str, now: datetime) -> StaffFeedback:
    """One piece of feedback. Raises FeedbackNotFound, also outside the regions of a member of staff."""
    return _staff_view(_within(feedback_id, staff), bucket, now)


def answer(
    feedback_id: str, version: int, text: str, staff: Principal, bucket: str, now: datetime
) -> StaffFeedback:
    """Answer a company, or change the answer. Raises FeedbackNotFound, FeedbackClosed or Stale."""
    after = replace(
        _at_version(feedback_id, version, staff),
        state="answered",
        version=version + 1,
        answer=_clean(text),
        answered_at=clock.to_text(now),
        answered_by=staff.user_id,
    )
    transaction.commit([table.feedback_part(after)])
    return _staff_view(after, bucket, now)


def close(feedback_id: str, version: int, staff: Principal, bucket: str, now: datetime) -> StaffFeedback:
    """Nothing more is to be said. Raises FeedbackNotFound, FeedbackClosed or Stale."""
    after = replace(_at_version(feedback_id, version, staff), state="closed", version=version + 1)
    transaction.commit([table.feedback_part(after)])
    return _staff_view(after, bucket, now)


def _covered_by(staff: Principal, company: Callable[[str], Company]) -> table.Covered:
    return lambda agent_id: agents.covers(staff.regions, company(agent_id))


def _at_version(feedback_id: str, version: int, staff: Principal) -> Feedback:
    found = _within(feedback_id, staff)
    if found.version != version:
        raise Stale(version=found.version)
    if found.state == "closed":
        raise rules.FeedbackClosed()
    return found


def _within(feedback_id: str, staff: Principal) -> Feedback:
    found = table.feedback(feedback_id)
    if found is None or not agents.covers(staff.regions, agents.company(found.agent_id)):
        raise rules.FeedbackNotFound()
    return found


def _clean(text: str) -> str:
    plain = clean_text(text)
    if not plain:
        raise Invalid(errors=[{"field": "text", "message": "请填写内容"}])
    return plain


def _view(one: Feedback, bucket: str) -> FeedbackView:
    return FeedbackView(
        feedback_id=one.feedback_id,
        about="product" if one.product_id else "order" if one.order_id else "general",
        product_id=one.product_id or None,
        order_id=one.order_id or None,
        text=one.text,
        rating=one.rating or None,
        images=[agents.file_url(key, bucket) for key in one.images],
        state=one.state,
        created_at=one.created_at,
        answer=one.answer,
        answered_at=one.answered_at or None,
    )


def _staff_view(one: Feedback, bucket: str, now: datetime) -> StaffFeedback:
    return _staff_views([one], {one.agent_id: agents.company(one.agent_id).name}, bucket, now)[0]


def _staff_views(
    found: Sequence[Feedback], companies: dict[str, str], bucket: str, now: datetime
) -> list[StaffFeedback]:
    known = products.products(one.product_id for one in found if one.product_id)
    return [
        StaffFeedback(
            **_view(one, bucket).model_dump(),
            agent_id=one.agent_id,
            company_name=companies[one.agent_id],
            product_name=known[one.product_id].name if one.product_id in known else "",
            waiting_hours=_waiting_hours(one, now),
            answered_by=one.answered_by or None,
            version=one.version,
        )
        for one in found
    ]


def _waiting_hours(one: Feedback, now: datetime) -> int | None:
    waited = now - clock.from_text(one.created_at)
    return int(waited.total_seconds() // 3600) if one.state == "open" else None
