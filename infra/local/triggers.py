"""Keeps streams, queues and schedules moving, a thread for each, until told to stop."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.local import names
from infra.local.checkpoints import Checkpoints
from infra.local.invoke import Functions
from infra.local.place import Place
from infra.local.queues import Queue
from infra.local.schedules import Scheduler, schedules
from infra.local.store import Refused, Store
from infra.local.streams import Invoke, Stream
from kit import clock

logger = logging.getLogger(__name__)
_BETWEEN_LOOKS_SECONDS = 0.1
_LONGEST_REST_SECONDS = 1.0
_LONG_POLL_SECONDS = 5
_ON_THE_BUS_SECONDS = 0.3  # a fact is in no stream any more and in no queue yet
_BEYOND_TIMEOUT_SECONDS = 5
_UNREACHABLE = (OSError, Refused, BotoCoreError, ClientError)


class Stopping(BaseException):
    """The process is about to end; what is in hand is offered again at the next start."""


class Triggers:
    """Every trigger of serverless.yml except HTTP."""

    def __init__(
        self,
        place: Place,
        functions: Functions,
        invoke: Invoke,
        store: Store,
        sqs: Any,
        long_poll_seconds: int = _LONG_POLL_SECONDS,
    ) -> None:
        self._store, self._sqs, self._long_poll = store, sqs, long_poll_seconds
        self._stopping = threading.Event()
        self._news, self._newest = threading.Condition(), 0
        self._invoke = invoke
        self._threads: list[threading.Thread] = []
        checkpoints = Checkpoints(place.checkpoints)
        self.streams = [
            Stream(function, source, self.invoke, store, checkpoints, self._park, self._pause)
            for function, source in functions.events("stream")
        ]
        self.queues = [
            Queue(
                function,
                source,
                functions.entries[function]["timeout"] + _BEYOND_TIMEOUT_SECONDS,
                self.invoke,
                sqs,
                checkpoints,
                lambda times: min(2**times, 60),
            )
            for function, source in functions.events("sqs")
        ]
        self.scheduler = Scheduler(schedules(functions.events("schedule")), self.invoke, checkpoints)

    def start(self) -> None:
        """Take back what a killed process had in hand, then begin."""
        for queue in self.queues:
            queue.take_back()
            self._keep(queue.function, lambda queue=queue: queue.step(self._long_poll))  # type: ignore[misc]
        for stream in self.streams:
            self._keep(stream.function, stream.step)
        self._keep("schedules", lambda: self.scheduler.step(clock.now()) > 0)

    def invoke(self, name: str, event: Any) -> Any:
        """Run a function, and let every trigger look at once at what it did."""
        try:
            return self._invoke(name, event)
        finally:
            self._look_now()

    def stop(self) -> None:
        """Begin nothing more."""
        self._stopping.set()
        self._look_now()

    def join(self) -> None:
        """Wait for what is being done."""
        for thread in self._threads:
            thread.join()

    def wait_until_quiet(self, seconds: float) -> bool:
        """Wait until no stream has news and no queue a message; False when the time is over first.

        Messages sent with a delay are news of later.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._is_quiet(deadline):
                self._stopping.wait(_ON_THE_BUS_SECONDS)
                if self._is_quiet(deadline):
                    return True
            self._stopping.wait(_BETWEEN_LOOKS_SECONDS)
        return False

    def _is_quiet(self, deadline: float) -> bool:
        return self._seen_to_the_end(deadline) and self._queues_are_empty()

    def _seen_to_the_end(self, deadline: float) -> bool:
        """Wait for every stream to look once more, and tell whether none found anything."""
        began = time.monotonic()
        self._look_now()
        while time.monotonic() < deadline:
            if all(stream.looked_in_vain_at > began for stream in self.streams):
                return True
            self._stopping.wait(_BETWEEN_LOOKS_SECONDS / 2)
        return False

    def _queues_are_empty(self) -> bool:
        depths = (queue.depth() for queue in self.queues)
        return not any(depth["waiting"] + depth["handled"] for depth in depths)

    def _keep(self, name: str, step: Callable[[], bool]) -> None:
        thread = threading.Thread(target=self._repeat, args=(step,), name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _repeat(self, step: Callable[[], bool]) -> None:
        try:
            rest = _BETWEEN_LOOKS_SECONDS
            while not self._stopping.is_set():
                known = self._newest
                if self._attempt(step):
                    rest = _BETWEEN_LOOKS_SECONDS
                elif self._has_news(known, rest):
                    rest = _BETWEEN_LOOKS_SECONDS
                    self._stopping.wait(rest / 2)  # much often happens at once: one look for all of it
                else:
                    rest = min(rest * 1.3, _LONGEST_REST_SECONDS)
        except Stopping:
            return
        finally:
            self._store.close()

    def _look_now(self) -> None:
        with self._news:
            self._newest += 1
            self._news.notify_all()

    def _has_news(self, known: int, seconds: float) -> bool:
        """Rest until a function was run; False when nothing happened for so long."""
        with self._news:
            return self._news.wait_for(lambda: self._newest != known, seconds)

    def _attempt(self, step: Callable[[], bool]) -> bool:
        try:
            return step()
        except _UNREACHABLE as error:
            logger.warning("%s waits: %s", threading.current_thread().name, error)
            self._stopping.wait(1)
            return False

    def _pause(self, attempt: int) -> None:
        if self._stopping.wait(min(0.1 * 2**attempt, 10)):
            raise Stopping

    def _park(self, arn: str, message: str) -> None:
        self._sqs.send_message(QueueUrl=names.url_of_queue(arn.rpartition(":")[2]), MessageBody=message)
