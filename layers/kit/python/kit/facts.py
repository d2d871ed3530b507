"""Facts: what happened, announced by a table's stream, carried by EventBridge, read from queues.

State announces itself: no row can be stored without its fact or announced without being stored.
Everything is delivered at least once and in no promised order; consumers are idempotent.
"""

import json
import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict

from kit import aws, rows
from kit.log import logger

_MOST_ENTRIES = 10
Batch = dict[str, list[dict[str, str]]]
Row = dict[str, Any] | None
Message = TypeVar("Message", bound=BaseModel)
Item = TypeVar("Item")


class Fact(BaseModel):
    """Something that happened. `event_id` is the same at every delivery; `occurred_at` is UTC text."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    event_id: str
    occurred_at: str


class LeftOver(Exception):
    """A scheduled run could not do all of its work."""


class NotAnnounced(Exception):
    """The bus did not take a fact; the stream will offer it again."""


def publish(event: Mapping[str, Any], to_facts: Callable[[Row, Row], Iterable[Fact]], source: str) -> Batch:
    """Announce the facts behind a batch of stream records, in order.

    A stream batch is retried from the first failed record on, so the work stops there.
    """
    for record in event["Records"]:
        change = record["dynamodb"]
        old = rows.plain(change["OldImage"]) if "OldImage" in change else None
        new = rows.plain(change["NewImage"]) if "NewImage" in change else None
        try:
            _announce(list(to_facts(old, new)), source)
        except Exception:  # whatever is wrong with this record, those before it are done
            logger.exception("fact_not_announced", extra={"record": record["eventID"]})
            return {"batchItemFailures": [{"itemIdentifier": change["SequenceNumber"]}]}
    return {"batchItemFailures": []}


def _announce(facts: list[Fact], source: str) -> None:
    for start in range(0, len(facts), _MOST_ENTRIES):
        chunk = facts[start : start + _MOST_ENTRIES]
        answer = aws.client("events").put_events(
            Entries=[
                {
                    "EventBusName": os.environ["FACTS_BUS"],
                    "Source": f"shop.{source}",
                    "DetailType": type(fact).__name__,
                    "Detail": fact.model_dump_json(),
                }
                for fact in chunk
            ]
        )
        if answer["FailedEntryCount"]:
            raise NotAnnounced(str(answer["Entries"]))


def consume(event: Mapping[str, Any], handlers: Mapping[type[Fact], Callable[[Any], object]]) -> Batch:
    """Handle the facts in a batch of queue messages; one failure never drops its neighbours."""
    by_name = {fact.__name__: (fact, handle) for fact, handle in handlers.items()}

    def handle(body: str) -> None:
        envelope = json.loads(body)
        fact, handler = by_name[envelope["detail-type"]]
        handler(fact.model_validate(envelope["detail"]))

    return _each(event, handle)


def send(queue_url: str, message: BaseModel, delay_seconds: int = 0) -> None:
    """Put a command into a queue; it is done at least once."""
    aws.client("sqs").send_message(
        QueueUrl=queue_url, MessageBody=message.model_dump_json(), DelaySeconds=delay_seconds
    )


def receive(event: Mapping[str, Any], model: type[Message], handler: Callable[[Message], object]) -> Batch:
    """Handle a batch of commands that `send` put into a queue."""
    return _each(event, lambda body: handler(model.model_validate_json(body)))


def each(items: Iterable[Item], handle: Callable[[Item], object]) -> None:
    """Handle what a scheduled run found; one failure stops no other, and fails the run at its end."""
    failed = 0
    for item in items:
        try:
            handle(item)
        except Exception:  # the next run meets it again
            logger.exception("item_failed")
            failed += 1
    if failed:
        raise LeftOver(f"{failed} left for the next run")


def _each(event: Mapping[str, Any], handle: Callable[[str], object]) -> Batch:
    failures = []
    for record in event["Records"]:
        try:
            handle(record["body"])
        except Exception:  # the queue offers it again and keeps it in the dead letters at last
            logger.exception("message_failed", extra={"message_id": record["messageId"]})
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
