"""What DynamoDB does on bad days and no local engine ever does: conflicts, throttling, lost answers.

Faults are injected where the request leaves botocore, so signing, parsing and retrying are the real ones.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError
from botocore.httpsession import URLLib3Session

from kit import aws

Fault = Callable[[Any], AWSResponse | None]


class Killed(BaseException):
    """The process died here; nothing below an `except Exception` notices."""


def _refusal(request: Any, code: str, **body: Any) -> AWSResponse:
    raw = _Raw(json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}"} | body).encode())
    return AWSResponse(request.url, 400, {"content-type": "application/x-amz-json-1.0"}, raw)


class _Raw:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._content


def conflict(request: Any) -> AWSResponse:
    """Another transaction was writing the first of these rows."""
    actions = json.loads(request.body)["TransactItems"]
    reasons = [{"Code": "TransactionConflict"}] + [{"Code": "None"}] * (len(actions) - 1)
    return _refusal(request, "TransactionCanceledException", message="conflict", CancellationReasons=reasons)


def throttled(request: Any) -> AWSResponse:
    """The partition is over its capacity."""
    return _refusal(request, "ProvisionedThroughputExceededException", message="slow down")


def lost_answer(request: Any) -> AWSResponse:
    """The write is done but its answer never arrives."""
    URLLib3Session().send(request)
    raise ConnectionClosedError(endpoint_url=request.url)


def killed_before(request: Any) -> AWSResponse:
    """The process dies before the write leaves."""
    raise Killed


def killed_after(request: Any) -> AWSResponse:
    """The process dies after the write is done, before it knows."""
    URLLib3Session().send(request)
    raise Killed


@contextmanager
def injected(operation: str, *faults: Fault | None) -> Iterator[list[str]]:
    """Let the next calls of an operation meet these faults in turn (None = let it through).

    Yields a list that grows by one entry per call that was sent.
    """
    waiting = list(faults)
    calls: list[str] = []
    guard = threading.Lock()

    def meet(request: Any, **_: Any) -> AWSResponse | None:
        with guard:
            fault = waiting.pop(0) if waiting else None
            calls.append(fault.__name__ if fault else "sent")
        return fault(request) if fault else None

    events = aws.dynamodb().client.meta.events
    name = f"before-send.dynamodb.{operation}"
    events.register(name, meet)
    try:
        yield calls
    finally:
        events.unregister(name, meet)
