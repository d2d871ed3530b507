"""From paid order to announced points: queues, schedules and the stream of points."""

import json

from functions.points import events, operations
from functions.points.schemas import OrderPaid
from functions.points.table.rows import AccountRow, PointsRow
from kit import clock, rows
from tests.integration.points.conftest import (
    choose,
    company,
    completed,
    earn,
    figures,
    give_back,
    paid,
    refunded,
    spend,
)


def queued(*facts):
    """A batch of queue messages as EventBridge puts them there."""
    return {
        "Records": [
            {
                "messageId": str(number),
                "body": json.dumps(
                    {"detail-type": type(fact).__name__, "detail": fact.model_dump(mode="json")}
                ),
            }
            for number, fact in enumerate(facts)
        ]
    }


def tick():
    """What a schedule sends."""
    return {"time": clock.to_text(clock.now())}


def test_one_bad_message_does_not_drop_its_neighbours(agent):
    unknown = paid("0NOBODY", 100, order_id="ORDER2")
    batch = queued(paid(agent, 10_000), unknown, paid(agent, 5_000, order_id="ORDER3"))
    assert events.on_order_paid(batch, None) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert figures(agent) == (150, 0, 0)


def test_a_fact_may_say_more_than_points_need(agent):
    fact = paid(agent, 10_000)
    batch = queued(fact)
    body = json.loads(batch["Records"][0]["body"])
    body["detail"] |= {"paid_fen": 10_000, "freight_fen": 0}
    batch["Records"][0]["body"] = json.dumps(body)
    assert events.on_order_paid(batch, None) == {"batchItemFailures": []}
    assert OrderPaid.model_validate(body["detail"]) == fact


def test_a_promise_through_all_its_handlers(agent, at):
    choose(activation="after_completion", activation_days=7)
    events.on_order_paid(queued(paid(agent, 10_000)), None)
    events.on_order_completed(queued(completed(agent)), None)
    events.on_order_refunded(queued(refunded(agent, 4_000)), None)
    at.advance(days=7)
    events.activate_pending(tick(), None)
    assert figures(agent) == (40, 0, 0)
    at.advance(days=366)
    events.expire_buckets(tick(), None)
    events.close_books(tick(), None)
    assert figures(agent) == (0, 0, 0)


def announced(agent_id, kind):
    """The facts of one kind behind the rows an agent has now, as if each had just been written."""
    images = [row.serialize() for row in PointsRow.query(f"AGENT#{agent_id}")]
    facts = [fact for image in images for fact in operations.facts_of(None, rows.plain(image))]
    return [fact for fact in facts if type(fact).__name__ == kind]


def test_everything_that_happens_is_announced_once(agent, at):
    choose(validity_months=1)
    earn(agent, 100)
    earn(agent, 50, "ORDER2")
    allocation = spend(agent, 60)
    at.advance(hours=1)
    give_back(agent, allocation)
    operations.reverse(refunded(agent, order_id="ORDER2"), clock.now())
    (granted, _) = announced(agent, "PointsGranted")
    assert (granted.points, granted.available, granted.pending, granted.expires_on) == (
        100,
        100,
        False,
        "2026-12-22",
    )
    assert [(fact.points, fact.available) for fact in announced(agent, "PointsSpent")] == [(60, 90)]
    assert [(fact.points, fact.available) for fact in announced(agent, "PointsReturned")] == [(60, 150)]
    assert [(fact.points, fact.available) for fact in announced(agent, "PointsReversed")] == [(50, 100)]
    at("2026-12-15T02:00:00Z")
    events.remind_expiring(tick(), None)
    (reminder,) = announced(agent, "PointsExpiring")
    assert (reminder.points, reminder.expires_on, reminder.days) == (100, "2026-12-22", 7)
    at("2026-12-22T16:05:00Z")
    events.expire_buckets(tick(), None)
    (expired,) = announced(agent, "PointsExpired")
    assert (expired.points, expired.available, expired.expired_on) == (100, 0, "2026-12-22")


def test_activation_is_announced(agent, at):
    choose(activation="after_completion", activation_days=0)
    earn(agent, 100)
    (granted,) = announced(agent, "PointsGranted")
    assert (granted.pending, granted.expires_on) == (True, None)
    operations.complete(completed(agent), clock.now())
    (activated,) = announced(agent, "PointsActivated")
    assert (activated.points, activated.available) == (100, 100)


def test_changes_that_are_no_news_announce_nothing(agent):
    earn(agent, 100)
    summary = rows.plain(AccountRow.get(f"AGENT#{agent}", "SUMMARY").serialize())
    entries = [rows.plain(row.serialize()) for row in PointsRow.query(f"AGENT#{agent}")]
    assert list(operations.facts_of(summary, summary)) == []
    assert [fact for row in entries for fact in operations.facts_of(row, row)] == []
    assert list(operations.facts_of(summary, None)) == []


def test_an_order_that_earned_nothing_is_no_news(tables, at):
    agent = company(state="blocked")
    operations.award(paid(agent, 10_000), clock.now())
    assert announced(agent, "PointsGranted") == []
