"""Carries facts from the tables' streams to their consumers within this process.

The same functions run in the same order as behind the bus and the queues, only nothing travels: nine months
of business pass in seconds. How far the streams were read is kept where the triggers of the shop look, so
they go on from there.
"""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from infra import description
from infra.local import names
from infra.local.checkpoints import Checkpoints
from infra.local.invoke import FunctionFailed, Functions
from infra.local.place import Place
from infra.local.store import Store
from infra.local.streams import Stream
from kit import aws

# People are not told of what happened before they were there, nor carriers of parcels that arrived long ago.
_SILENT = ("notifications-", "audit-", "orders-on-order-shipped")


Answer = tuple[type, dict[str, Any]]  # what botocore takes from a handler instead of asking AWS


class NotCarried(Exception):
    """A consumer did not manage a fact."""


class Express:
    """Made with the functions of the shop; `carry()` delivers until nothing is left."""

    def __init__(self, place: Place, store: Store) -> None:
        self._functions = Functions()
        checkpoints = Checkpoints(place.checkpoints)
        self._streams = [
            Stream(function, source, self._functions, store, checkpoints, self._park, lambda attempt: None)
            for function, source in self._functions.events("stream")
            if not function.startswith(_SILENT)
        ]
        self._consumers = self._by_queue()
        self._readers = self._by_fact()
        self._waiting: list[tuple[str, str]] = []
        self.commands: list[dict[str, Any]] = []

    @contextmanager
    def instead_of_the_bus(self) -> Iterator[None]:
        """Keep in this process what functions put on the bus and into queues."""
        hooks = (
            (aws.client("events"), "before-call.events.PutEvents", self._take_facts),
            (aws.client("sqs"), "before-call.sqs.SendMessage", self._take_command),
        )
        for client, name, hook in hooks:
            client.meta.events.register(name, hook)
        try:
            yield
        finally:
            for client, name, hook in hooks:
                client.meta.events.unregister(name, hook)

    def carry(self) -> None:
        """Deliver every fact and what it causes."""
        moved = True
        while moved:
            moved = sum(stream.step() for stream in self._streams) > 0
            while self._waiting:
                moved = True
                self._deliver(*self._waiting.pop(0))

    def invoke(self, function: str, event: Mapping[str, Any]) -> None:
        """Run a function, such as a scheduled one."""
        self._functions(function, event)

    def _deliver(self, function: str, body: str) -> None:
        record = {"messageId": "express", "body": body, "attributes": {"ApproximateReceiveCount": "1"}}
        answer = self._functions(function, {"Records": [record]})
        if (answer or {}).get("batchItemFailures"):
            raise NotCarried(f"{function}: {body}")

    def _take_facts(self, params: dict[str, Any], **_: Any) -> Answer:
        entries = json.loads(params["body"])["Entries"]
        for entry in entries:
            envelope = {
                "id": "express",
                "source": entry["Source"],
                "detail-type": entry["DetailType"],
                "detail": json.loads(entry["Detail"]),
            }
            for function in self._readers.get(entry["DetailType"], ()):
                self._waiting.append((function, json.dumps(envelope)))
        return _Taken, {"FailedEntryCount": 0, "Entries": [{"EventId": "express"} for _ in entries]}

    def _take_command(self, params: dict[str, Any], **_: Any) -> Answer:
        sent = json.loads(params["body"])
        function = self._consumers.get(sent["QueueUrl"].rpartition("/")[2])
        self.commands.append(json.loads(sent["MessageBody"]))
        if function and not function.startswith(_SILENT):
            self._waiting.append((function, sent["MessageBody"]))
        return _Taken, {"MessageId": "express"}

    def _by_queue(self) -> dict[str, str]:
        return {
            source["arn"].rpartition(":")[2]: function for function, source in self._functions.events("sqs")
        }

    def _by_fact(self) -> dict[str, list[str]]:
        readers: dict[str, list[str]] = {}
        for properties in description.of_type("AWS::Events::Rule", names.STAGE).values():
            rule = names.plain(properties)
            for target in rule["Targets"]:
                function = self._consumers.get(target["Arn"].rpartition(":")[2])
                if function and not function.startswith(_SILENT):
                    for fact in rule["EventPattern"]["detail-type"]:
                        readers.setdefault(fact, []).append(function)
        return readers

    def _park(self, arn: str, message: str) -> None:
        raise NotCarried(f"{arn}: {message}")


class _Taken:
    """Stands for an answer that came without asking."""

    status_code = 200


def quiet_logs() -> Callable[[], None]:
    """Keep the functions' own logs out of the way of the progress lines; returns how to undo it."""
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.ERROR)
    return lambda: root.setLevel(before)


__all__ = ["Express", "FunctionFailed", "NotCarried", "quiet_logs"]
