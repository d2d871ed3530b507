"""Carries facts through the product in a test: from streams to publishers, from queues to consumers."""

from collections.abc import Collection
from typing import Any

from infra.local import names
from infra.local.checkpoints import Checkpoints
from infra.local.invoke import Functions
from infra.local.queues import Queue
from infra.local.streams import Stream
from kit import aws
from tests.kit.engines import Cloud, Tables

_MOST_ROUNDS = 100


class Failed(AssertionError):
    """A function did not manage something it was given."""


class NeverQuiet(AssertionError):
    """Facts keep causing facts."""


class Pump:
    """`pump()` delivers until nothing is left. Only what happens after the pump was made is delivered.

    Everything runs in the test's thread. `contexts` limits delivery to their functions. A failure is retried
    at once, up to the dead letters, and then raised as Failed unless the test expects it.
    """

    def __init__(self, tables: Tables, cloud: Cloud, contexts: Collection[str] | None = None) -> None:
        self._cloud = cloud
        functions, checkpoints = Functions(), Checkpoints()
        self._streams = [
            Stream(function, source, functions, tables.store, checkpoints, self._park, lambda attempt: None)
            for function, source in functions.events("stream")
            if contexts is None or _context(function) in contexts
        ]
        self._queues = [
            Queue(function, source, 30, functions, aws.client("sqs"), checkpoints, lambda times: 0)
            for function, source in functions.events("sqs")
            if contexts is None or _context(function) in contexts
        ]
        for stream in self._streams:
            stream.skip_to_end()

    def __call__(self, failures_expected: bool = False) -> None:
        """Deliver until quiet; messages sent with a delay are left for later."""
        for _ in range(_MOST_ROUNDS):
            if not self._round():
                break
        else:
            raise NeverQuiet(f"still busy after {_MOST_ROUNDS} rounds")
        dead = self.dead_letters()
        if dead and not failures_expected:
            raise Failed(f"given up, the reason is in the log: {dead}")

    def dead_letters(self) -> dict[str, list[str]]:
        """The bodies given up on, by the dead letter queue's logical id."""
        prefix = f"dealer-shop-{names.STAGE}-"
        return {
            queue.removeprefix(prefix): [message["Body"] for message in messages]
            for queue, messages in self._cloud.by_queue().items()
            if queue.endswith("DeadLetters") and messages
        }

    def _round(self) -> bool:
        moved = [stream.step() for stream in self._streams]
        waiting = self._cloud.by_queue()
        moved += [queue.step() for queue in self._queues if _visible(waiting[queue.name])]
        return any(moved)

    def _park(self, arn: str, message: str) -> None:
        aws.client("sqs").send_message(
            QueueUrl=names.url_of_queue(arn.rpartition(":")[2]), MessageBody=message
        )


def _context(function: str) -> str:
    return function.partition("-")[0]


def _visible(messages: list[dict[str, Any]]) -> bool:
    return any(message["IsVisible"] for message in messages)
