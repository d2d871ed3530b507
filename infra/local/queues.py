"""Hands a queue's messages to a function, as Lambda's event source mapping for SQS does.

What the function is done with is deleted; what failed becomes visible again, and the queue itself moves it
to the dead letters when it has been received too often.
"""

from collections.abc import Callable
from typing import Any

from infra.local import names
from infra.local.checkpoints import Checkpoints
from infra.local.invoke import FunctionFailed
from infra.local.streams import Invoke

Message = dict[str, Any]
_MOST_AT_ONCE = 10  # what SQS hands out in one answer
_COUNTS = {
    "ApproximateNumberOfMessages": "waiting",
    "ApproximateNumberOfMessagesNotVisible": "handled",
    "ApproximateNumberOfMessagesDelayed": "resting",
}


class Queue:
    """One function's queue; `retry_after(times)` is the rest in seconds after a message's n-th failure."""

    def __init__(
        self,
        function: str,
        source: dict[str, Any],
        visible_after_seconds: int,
        invoke: Invoke,
        sqs: Any,
        checkpoints: Checkpoints,
        retry_after: Callable[[int], int],
    ) -> None:
        self.function = function
        self.arn = source["arn"]
        self.name = self.arn.rpartition(":")[2]
        self.url = names.url_of_queue(self.name)
        self.dead_letters = names.url_of_dead_letters(self.name)
        self._batch_size = min(source.get("batchSize", _MOST_AT_ONCE), _MOST_AT_ONCE)
        self._partial = source.get("functionResponseType") == "ReportBatchItemFailures"
        self._visible_after = visible_after_seconds
        self._invoke, self._sqs, self._checkpoints, self._retry_after = invoke, sqs, checkpoints, retry_after

    def take_back(self) -> None:
        """Free the messages that a process which was killed had in its hands."""
        self._hide(self._checkpoints.read(self.function) or [], 0)

    def step(self, wait_seconds: int = 0) -> bool:
        """Hand over one batch; tells whether there was one."""
        answer = self._sqs.receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=self._batch_size,
            WaitTimeSeconds=wait_seconds,
            VisibilityTimeout=self._visible_after,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        messages: list[Message] = answer.get("Messages", [])
        if not messages:
            return False
        self._checkpoints.write(self.function, [message["ReceiptHandle"] for message in messages])
        failed = self._failed(messages)
        for message in messages:
            if message["MessageId"] in failed:
                times = int(message["Attributes"]["ApproximateReceiveCount"])
                self._hide([message["ReceiptHandle"]], self._retry_after(times))
            else:
                self._sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        self._checkpoints.write(self.function, [])
        return True

    def depth(self) -> dict[str, int]:
        """How many messages wait, are being handled, or rest."""
        return depth(self._sqs, self.url)

    def _failed(self, messages: list[Message]) -> set[str]:
        everything = {message["MessageId"] for message in messages}
        try:
            answer = self._invoke(self.function, {"Records": [self._record(message) for message in messages]})
        except FunctionFailed:
            return everything
        failures = (answer or {}).get("batchItemFailures", []) if self._partial else []
        failed = {failure["itemIdentifier"] for failure in failures}
        return failed if failed <= everything else everything

    def _hide(self, receipts: list[str], seconds: int) -> None:
        for receipt in receipts:
            try:
                self._sqs.change_message_visibility(
                    QueueUrl=self.url, ReceiptHandle=receipt, VisibilityTimeout=seconds
                )
            except (self._sqs.exceptions.ReceiptHandleIsInvalid, self._sqs.exceptions.MessageNotInflight):
                continue

    def _record(self, message: Message) -> dict[str, Any]:
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message.get("Attributes", {}),
            "messageAttributes": message.get("MessageAttributes", {}),
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self.arn,
            "awsRegion": names.REGION,
        }


def depth(sqs: Any, url: str) -> dict[str, int]:
    """How many messages of a queue wait, are being handled, or rest."""
    counted = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(_COUNTS))["Attributes"]
    return {name: int(counted.get(attribute, 0)) for attribute, name in _COUNTS.items()}


def redrive(sqs: Any, dead_letters: str, queue: str) -> int:
    """Move every dead letter back into its queue; tells how many."""
    moved = 0
    while messages := sqs.receive_message(QueueUrl=dead_letters, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            sqs.send_message(QueueUrl=queue, MessageBody=message["Body"])
            sqs.delete_message(QueueUrl=dead_letters, ReceiptHandle=message["ReceiptHandle"])
            moved += 1
    return moved
