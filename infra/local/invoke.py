"""Runs handlers the way Lambda does: by name, with a context, and through JSON in both directions."""

import importlib
import json
import logging
import os
import signal
import time
import uuid
from collections.abc import Callable
from typing import Any

from awslambdaric.lambda_runtime_marshaller import to_json

from infra import description
from infra.local import grants, names

logger = logging.getLogger(__name__)
Handler = Callable[[Any, Any], Any]


class Context:
    """What Lambda tells a handler about its invocation."""

    function_version = "$LATEST"
    log_stream_name = "local"

    def __init__(self, function_name: str, memory_mb: int = 512, timeout_seconds: float = 30) -> None:
        self.function_name = function_name
        self.memory_limit_in_mb = memory_mb
        self.aws_request_id = str(uuid.uuid4())
        self.log_group_name = f"/aws/lambda/{function_name}"
        self.invoked_function_arn = f"arn:aws:lambda:{names.REGION}:{names.ACCOUNT}:function:{function_name}"
        self._end = time.monotonic() + timeout_seconds

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._end - time.monotonic()) * 1000))


def handler(path: str) -> Handler:
    """The object a `handler:` line of serverless.yml names."""
    module, _, name = path.rpartition(".")
    found: Handler = getattr(importlib.import_module(module.replace("/", ".")), name)
    return found


class FunctionFailed(Exception):
    """A function raised, could not be imported, or answered something that is not JSON."""


class Functions:
    """Every function of serverless.yml; a handler is imported when it is first needed."""

    def __init__(self, entries: dict[str, dict[str, Any]] | None = None) -> None:
        self.entries = description.functions(names.STAGE) if entries is None else entries
        self.handlers: dict[str, Handler] = {}

    def __call__(self, name: str, event: Any) -> Any:
        """Invoke a function; raises FunctionFailed."""
        entry = self.entries[name]
        context = Context(name, entry["memorySize"], entry["timeout"])
        try:
            with grants.acting_as(name):
                answer = self._handler(name)(json.loads(json.dumps(event)), context)
            return json.loads(to_json(answer))
        except Exception as error:  # any failure of a handler is a failed invocation, and no more than that
            logger.exception("%s failed", name)
            raise FunctionFailed(f"{name}: {type(error).__name__}: {error}") from error

    def load(self) -> list[str]:
        """Import every handler now; returns the functions whose code is not there."""
        missing = []
        for name in self.entries:
            try:
                self._handler(name)
            except FunctionFailed:
                logger.exception("%s cannot be imported", name)
                missing.append(name)
        return missing

    def _handler(self, name: str) -> Handler:
        if name not in self.handlers:
            try:
                self.handlers[name] = handler(self.entries[name]["handler"])
            except Exception as error:  # whatever a module does when it is imported
                raise FunctionFailed(f"{name}: {type(error).__name__}: {error}") from error
        return self.handlers[name]

    def events(self, kind: str) -> list[tuple[str, Any]]:
        """Every trigger of a kind (`http`, `stream`, `sqs`, `schedule`) with its function's name."""
        return [
            (name, names.plain(event[kind]))
            for name, entry in self.entries.items()
            for event in entry.get("events", [])
            if kind in event
        ]


class Switch:
    """Passes invocations on; on request it cuts the power after one, before anybody learns of it."""

    def __init__(self, functions: Functions) -> None:
        self._functions = functions
        self._doomed: set[str] = set()

    def __call__(self, name: str, event: Any) -> Any:
        answer = self._functions(name, event)
        if name in self._doomed:
            cut_power()
        return answer

    def names(self) -> list[str]:
        """Every function."""
        return list(self._functions.entries)

    def doom(self, name: str) -> None:
        """Let the process die at the end of this function's next invocation."""
        self._doomed.add(name)


def cut_power() -> None:
    """End this process as a power failure would."""
    os.kill(os.getpid(), signal.SIGKILL)
