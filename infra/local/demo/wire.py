"""A DynamoDB connection with less ceremony, because the demo data makes twenty thousand calls.

It speaks the engine's JSON as it is; botocore would spend most of the time on signing and on walking shapes.
"""

import base64
import json
from typing import Any

from botocore.exceptions import ClientError
from pynamodb.connection import Connection

from infra.local.store import Store


class WireConnection(Connection):
    """PynamoDB's connection on a plain client of the table engine."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._wire = _Wire(store)

    @property
    def client(self) -> Any:
        return self._wire


class _Wire:
    def __init__(self, store: Store) -> None:
        self._store = store

    def _make_api_call(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        status, body = self._store.send(operation, json.dumps(request, default=_encoded))
        answer: dict[str, Any] = json.loads(body, object_hook=_decoded)
        if status >= 400:
            code, message = answer["__type"].rpartition("#")[2], answer.get("message", "")
            raise ClientError({**answer, "Error": {"Code": code, "Message": message}}, operation)
        return answer


def _encoded(value: Any) -> str:
    return base64.b64encode(value).decode()


def _decoded(value: dict[str, Any]) -> dict[str, Any]:
    if len(value) == 1 and isinstance(binary := value.get("B"), str):
        return {"B": base64.b64decode(binary)}
    return value
