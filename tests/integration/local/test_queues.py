"""A queue's messages reach a function; only what failed comes back, and in the end it is a dead letter."""

from pathlib import Path
from typing import Any

import pytest

from infra.local import names
from infra.local.checkpoints import Checkpoints
from infra.local.invoke import FunctionFailed
from infra.local.queues import Queue
from kit import aws
from tests.kit.engines import Cloud

LOGICAL = "PointsOnOrderPaidQueue"
SOURCE = {"batchSize": 10, "functionResponseType": "ReportBatchItemFailures"}


class Consumer:
    """Notes the bodies it is given; reports or raises for those it is told to."""

    def __init__(self, refuses: str = "", raises: str = "") -> None:
        self.given: list[str] = []
        self._refuses, self._raises = refuses, raises

    def __call__(self, function: str, event: Any) -> Any:
        bodies = {record["messageId"]: record["body"] for record in event["Records"]}
        self.given += sorted(bodies.values())
        if self._raises in bodies.values():
            raise FunctionFailed(self._raises)
        failed = [identifier for identifier, body in bodies.items() if body == self._refuses]
        return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed]}


def _send(*bodies: str) -> None:
    for body in bodies:
        aws.client("sqs").send_message(QueueUrl=names.queue_url(LOGICAL), MessageBody=body)


def _queue(consumer: Any, checkpoints: Checkpoints | None = None) -> Queue:
    source = SOURCE | {"arn": names.arn_of(LOGICAL)}
    held = checkpoints or Checkpoints()
    return Queue("points-on-order-paid", source, 600, consumer, aws.client("sqs"), held, lambda times: 0)


def test_messages_handled_are_gone(cloud: Cloud) -> None:
    consumer = Consumer()
    _send("1", "2")
    queue = _queue(consumer)
    assert queue.step()
    assert not queue.step()
    assert consumer.given == ["1", "2"]
    assert cloud.messages(LOGICAL) == []


def test_only_the_failed_message_comes_back_and_ends_as_a_dead_letter(cloud: Cloud) -> None:
    consumer = Consumer(refuses="2")
    _send("1", "2")
    queue = _queue(consumer)
    while queue.step():
        pass
    assert consumer.given == ["1", "2", "2", "2", "2", "2"]
    assert cloud.messages("PointsOnOrderPaidDeadLetters") == ["2"]


def test_all_messages_come_back_when_the_function_raises(cloud: Cloud) -> None:
    _send("1", "2")
    _queue(Consumer(raises="1")).step()
    consumer = Consumer()
    _queue(consumer).step()
    assert consumer.given == ["1", "2"]


def test_a_crash_returns_what_was_in_hand_at_the_next_start(cloud: Cloud, tmp_path: Path) -> None:
    class Crash(BaseException):
        pass

    def crash(function: str, event: Any) -> Any:
        raise Crash

    _send("1")
    with pytest.raises(Crash):
        _queue(crash, Checkpoints(tmp_path)).step()
    consumer = Consumer()
    restarted = _queue(consumer, Checkpoints(tmp_path))
    assert not restarted.step()  # still hidden: the queue thinks somebody is working on it
    restarted = _queue(consumer, Checkpoints(tmp_path))
    restarted.take_back()
    assert restarted.step()
    assert consumer.given == ["1"]
