"""Feedback of companies, its lists, and how much there is of each product."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from functions.catalog.rules import feedback as rules
from functions.catalog.rules.feedback import Feedback, State
from functions.catalog.table import rows
from functions.catalog.table.rows import FeedbackCountRow, FeedbackLimitRow, FeedbackRow, ListedFeedbackRow
from kit import pages, transaction
from kit.errors import Stale
from kit.pages import PageQuery
from kit.transaction import OldRow, Part

Covered = Callable[[str], bool]


def feedback(feedback_id: str) -> Feedback | None:
    row = FeedbackRow.find(rows.feedback_key(feedback_id), rows.FEEDBACK, consistent=True)
    return _feedback(row.document) if row else None


def give_parts(given: Feedback, day: str, refused: Exception) -> list[Part]:
    """Keep feedback once, list it for its company and product, and count it; so many a day and no more."""
    listed = [rows.feedback_of_key(given.agent_id)]
    parts = [feedback_part(given), _limit_part(given.agent_id, day, refused)]
    if given.product_id:
        listed.append(rows.feedback_on_key(given.product_id))
        key = rows.feedback_on_key(given.product_id)
        parts.append(transaction.update(FeedbackCountRow, key, rows.COUNT, [FeedbackCountRow.total.add(1)]))
    return parts + [
        transaction.put(ListedFeedbackRow(key, _sort(given), agent_id=given.agent_id)) for key in listed
    ]


def feedback_part(one: Feedback) -> Part:
    """Write feedback; raises Stale unless the version before it is the stored one."""
    row = FeedbackRow(
        rows.feedback_key(one.feedback_id),
        rows.FEEDBACK,
        list_key=rows.feedback_in_key(one.state),
        list_sort=_sort(one),
        version=one.version,
        document=asdict(one),
    )
    if one.version == 1:
        return transaction.create(row, Stale)
    return transaction.put(row, FeedbackRow.version == one.version - 1, Stale)


def in_state(state: State, query: PageQuery, covered: Covered) -> tuple[list[Feedback], str | None]:
    """Feedback in a state within reach: the open that waits longest first, the others newest first."""
    key = rows.feedback_in_key(state)
    found = FeedbackRow.by_list.query(
        key,
        scan_index_forward=state == "open",
        page_size=query.limit,
        last_evaluated_key=pages.read(query.cursor, key),
    )

    def within(row: FeedbackRow) -> Feedback | None:
        one = _feedback(row.document)
        return one if covered(one.agent_id) else None

    items, last = pages.pick(found, within, query.limit)
    return items, pages.sign(last, key)


def of_company(agent_id: str, query: PageQuery) -> tuple[list[Feedback], str | None]:
    """What a company said, newest first."""
    return _listed(rows.feedback_of_key(agent_id), query, lambda _: True)


def on_product(product_id: str, query: PageQuery, covered: Covered) -> tuple[list[Feedback], str | None]:
    """What was said about a product by companies within reach, newest first."""
    return _listed(rows.feedback_on_key(product_id), query, covered)


def counts(product_ids: Iterable[str]) -> dict[str, int]:
    """How often companies said something about products; those nobody spoke of are left out."""
    keys = [(rows.feedback_on_key(product_id), rows.COUNT) for product_id in set(product_ids)]
    return {row.pk.partition("#")[2]: int(row.total) for row in FeedbackCountRow.batch_get(keys)}


def feedback_image(image: Mapping[str, Any] | None) -> Feedback | None:
    """The feedback a row's plain image holds, if it is such a row."""
    return _feedback(json.loads(image["document"])) if image and image["sk"] == rows.FEEDBACK else None


def _listed(key: str, query: PageQuery, covered: Covered) -> tuple[list[Feedback], str | None]:
    found = ListedFeedbackRow.query(
        key,
        ListedFeedbackRow.sk < rows.COUNT,
        scan_index_forward=False,
        page_size=query.limit,
        last_evaluated_key=pages.read(query.cursor, key),
    )

    def within(row: ListedFeedbackRow) -> str | None:
        return row.sk.partition("#")[2] if covered(row.agent_id) else None

    order, last = pages.pick(found, within, query.limit)
    keys = [(rows.feedback_key(feedback_id), rows.FEEDBACK) for feedback_id in order]
    stored = {one.feedback_id: one for one in map(_of_row, FeedbackRow.batch_get(keys))}
    return [stored[feedback_id] for feedback_id in order if feedback_id in stored], pages.sign(last, key)


def _limit_part(agent_id: str, day: str, refused: Exception) -> Part:
    """Count one more on a day; raises Stale when the first of the day comes twice."""
    key = rows.feedback_of_key(agent_id)
    held = FeedbackLimitRow.find(key, rows.LIMIT, consistent=True)
    if held is None or held.day != day:
        fresh = FeedbackLimitRow(key, rows.LIMIT, day=day, times=1)
        before = FeedbackLimitRow.day == held.day if held else FeedbackLimitRow.pk.does_not_exist()
        return transaction.put(fresh, before, Stale)

    def error(old: OldRow) -> Exception:
        return refused if old and old["day"] == day else Stale()

    below = (FeedbackLimitRow.day == day) & (FeedbackLimitRow.times < rules.MOST_A_DAY)
    return transaction.update(
        FeedbackLimitRow, key, rows.LIMIT, [FeedbackLimitRow.times.add(1)], below, error
    )


def _sort(one: Feedback) -> str:
    return f"{one.created_at}#{one.feedback_id}"


def _of_row(row: FeedbackRow) -> Feedback:
    return _feedback(row.document)


def _feedback(document: Mapping[str, Any]) -> Feedback:
    return Feedback(**{**document, "images": tuple(document["images"])})
