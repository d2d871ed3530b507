"""A plain client of the table engine: DynamoDB's JSON as it is, which is also what stream events contain.

botocore would translate every value twice; the pollers ask several times a second.
"""

import http.client
import json
import threading
from typing import Any
from urllib.parse import urlsplit

from infra.local.names import REGION

_STREAM_OPERATIONS = {"DescribeStream", "GetShardIterator", "GetRecords", "ListStreams"}
_SCOPE = f"local/20260101/{REGION}/dynamodb/aws4_request"
_SIGNATURE = f"AWS4-HMAC-SHA256 Credential={_SCOPE}, SignedHeaders=host, Signature=0"


class Refused(Exception):
    """The engine refused a request; `code` is DynamoDB's error name."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class Store:
    """DynamoDB and DynamoDB Streams at one address; every thread has its own connection."""

    def __init__(self, url: str) -> None:
        self._address = urlsplit(url).netloc
        self._threads = threading.local()

    def call(self, operation: str, **request: Any) -> Any:
        """One operation; raises Refused."""
        status, body = self.send(operation, json.dumps(request))
        answer = json.loads(body) if body else {}
        if status >= 400:
            raise Refused(answer.get("__type", "").rpartition("#")[2], str(answer.get("message", body)))
        return answer

    def send(self, operation: str, body: str) -> tuple[int, bytes]:
        """One request as it is; the answer's status and body."""
        interface = "DynamoDBStreams_20120810" if operation in _STREAM_OPERATIONS else "DynamoDB_20120810"
        content = body.encode()
        head = (
            f"POST / HTTP/1.1\r\nHost: {self._address}\r\nContent-Length: {len(content)}\r\n"
            "Content-Type: application/x-amz-json-1.0\r\nX-Amz-Date: 20260101T000000Z\r\n"
            f"X-Amz-Target: {interface}.{operation}\r\nAuthorization: {_SIGNATURE}\r\n\r\n"
        )
        connection = self._connection()
        try:
            # In one piece, which `connection.request` would send in two and wake the engine twice.
            connection.send(head.encode() + content)
            response = http.client.HTTPResponse(connection.sock, method="POST")
            response.begin()
            answer = response.read()
            if response.will_close:
                connection.close()
            return response.status, answer
        except (http.client.HTTPException, OSError):
            connection.close()
            raise

    def close(self) -> None:
        """Close this thread's connection; the next call opens another."""
        self._connection().close()

    def _connection(self) -> http.client.HTTPConnection:
        if not hasattr(self._threads, "connection"):
            self._threads.connection = http.client.HTTPConnection(self._address, timeout=10)
        connection: http.client.HTTPConnection = self._threads.connection
        return connection
